"""One run of a project's automatic actions on one task: a pure function of the task and its events.

An event has a snapshot of the task. The actions that wait for it compare with this snapshot and change the task, in the
order of their ids. If a change is an event itself, its actions run before the next one (context.md 14). The successor
of a task that recurs is a copy at the moment of the event, before any action of that event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.action_effects import Call, Effect, Given
from lambdaboard.domain.automatic_actions import CREATE_UPDATE, kind_of
from lambdaboard.domain.comment import Comment
from lambdaboard.domain.event import NO_DETAILS, Details, Event, EventName, moved, updated
from lambdaboard.domain.subtask import DONE, IN_PROGRESS, Subtask
from lambdaboard.domain.task import LEAVING_FIRST_COLUMN, REACHING_LAST_COLUMN, WILL_RECUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.domain.action_effects import Place
    from lambdaboard.domain.automatic_actions import Kind
    from lambdaboard.domain.event import Move
    from lambdaboard.domain.project import AutomaticAction, Project
    from lambdaboard.domain.task import Task

MAX_EVENTS = 15
"""After this number of events of one call on a task, no action runs: a limit for long chains of events."""

MAX_ADDED = 5
"""The limit of comments and subtasks that the actions of one call add, since its transaction writes them."""

ALSO_CREATE_UPDATE = {EventName.TASK_CREATE, EventName.TASK_UPDATE}
"""Events that come after another event with the same snapshot."""


class Outcome(msgspec.Struct):
    """The result of a run.

    Attributes:
        task: the new task.
        is_first: it moves to the front of its lane; else it keeps the number of its position.
        completes_subtasks: the subtasks from before the run are completed.
        comments: new ones, of the caller; they have no id yet.
        subtasks: new ones; they have neither id nor position nor generation yet.
        successor: the task as it was when it recurred, of which a successor is to be made; None for none.
        successor_place: the index of the event before which it recurred.
        assigned: users who were assumed to be assignable.
        ran: ids of the actions that changed something.
        events: in their order, each with its snapshot. Positions are unknown if an action has moved the task; new
            comments and subtasks are in their order.
    """

    task: Task
    is_first: bool = False
    completes_subtasks: bool = False
    comments: list[Comment] = []
    subtasks: list[Subtask] = []
    successor: Task | None = None
    successor_place: int = 0
    assigned: set[int] = set()
    ran: list[int] = []
    events: list[Event] = []


def run(call: Call, task: Task, events: Iterable[Event]) -> Outcome:
    """Apply events to a task, one after the other, and run the actions that wait for them."""
    a_run = _Run(call, task)
    for event in events:
        a_run.happen(event)
    return a_run.outcome


class _Run:
    """The run of a project's actions on a task.

    Attributes:
        outcome: the result so far.
    """

    def __init__(self, call: Call, task: Task) -> None:
        self.outcome = Outcome(task)
        self._call = call
        self._seen: set[Any] = set()
        self._count = 0

    def happen(self, event: Event) -> None:
        """Apply an event to the task, and run the actions that wait for it."""
        if event.name == EventName.TASK_CLOSE:
            self._complete_subtasks()
        snapshot = self.outcome.task
        if event.name in ALSO_CREATE_UPDATE:
            self._dispatch(CREATE_UPDATE, event, snapshot)
        self.outcome.events.append(msgspec.structs.replace(event, task=snapshot.changed(position=event.task.position)))
        self._recur(event, snapshot)
        self._dispatch(event.name, event, snapshot)

    def _dispatch(self, name: str, event: Event, snapshot: Task) -> None:
        """Run the actions that wait for an event and can run here, in the order of their ids."""
        self._count += 1
        details = event.details
        left_column = details.move.src_column_id if details.move else 0
        link_id = details.link.link_id if details.link else 0
        for action in self._call.project.automatic_actions:
            kind = kind_of(action.action_name) if action.event_name == name else None
            seen = action.id, name, snapshot, left_column, link_id
            if kind and _is_run_here(kind, action, name) and seen not in self._seen:
                self._seen.add(seen)
                self._run(action, kind, Given(self._call, action.params, snapshot, left_column, link_id))

    def _recur(self, event: Event, snapshot: Task) -> None:
        if recurs(self._call.project, event, snapshot):
            self.outcome.successor, self.outcome.successor_place = self.outcome.task, len(self.outcome.events)
            self.outcome.task = self.outcome.task.recurred()

    def _run(self, action: AutomaticAction, kind: Kind, given: Given) -> None:
        if kind.effect is None or self._count >= MAX_EVENTS or not kind.condition(given):
            return
        before = self.outcome.task
        events = [*self._applied(kind.effect(given))]
        if not events and self.outcome.task == before:
            return
        self.outcome.ran.append(action.id)
        for event in events if kind.fires else ():
            self.happen(event)

    def _applied(self, effect: Effect) -> Iterator[Event]:
        """Change the outcome, and yield the events of the change."""
        yield from self._with_fields(effect)
        if effect.place:
            yield from self._placed(effect.place)
        if effect.closes:
            self.outcome.task = self.outcome.task.closed(self._call.now)
            yield self._event(EventName.TASK_CLOSE)
        yield from self._added(effect)

    def _with_fields(self, effect: Effect) -> Iterator[Event]:
        before = self.outcome.task
        after = before.changed(**effect.fields)
        if after == before:
            return
        if after.owner_id != before.owner_id:
            self.outcome.assigned.add(after.owner_id)
        self.outcome.task = after.changed(date_modification=self._call.now)
        yield from updated(self._call.project, before, self.outcome.task)

    def _placed(self, place: Place) -> Iterator[Event]:
        before = self.outcome.task
        if not before.is_active and not place.moves_closed:
            return
        after = before.placed(place.column_id, place.swimlane_id, self._call.now)
        if after == before:
            return
        self.outcome.task, self.outcome.is_first = after, place.is_first
        yield from moved(self._call.project, before, after, asked_for=0)

    def _added(self, effect: Effect) -> Iterator[Event]:
        """Add comments and subtasks; no action waits for these events."""
        has_room = len(self.outcome.comments) + len(self.outcome.subtasks) < MAX_ADDED
        if effect.comment and has_room:
            comment = self._comment(effect.comment)
            self.outcome.comments.append(comment)
            yield self._event(EventName.COMMENT_CREATE, Details(comment=comment))
        if effect.subtask and has_room:
            subtask = self._subtask(effect.subtask)
            self.outcome.subtasks.append(subtask)
            yield self._event(EventName.SUBTASK_CREATE, Details(subtask=subtask))
        if effect.completes_subtasks:
            self._complete_subtasks()
            yield self._event(EventName.SUBTASK_UPDATE)

    def _event(self, name: EventName, details: Details = NO_DETAILS) -> Event:
        return Event(name, self._call.project, self.outcome.task, details)

    def _comment(self, text: str) -> Comment:
        now, task_id = self._call.now, self.outcome.task.id
        author = self._call.caller_id
        return Comment(id=0, task_id=task_id, user_id=author, date_creation=now, date_modification=now, comment=text)

    def _subtask(self, title: str) -> Subtask:
        """Return a subtask in progress, with the timer of the task's creator if they may own tasks."""
        now, creator_id = self._call.now, self._creator()
        timers = {creator_id: now} if creator_id else {}
        return Subtask(
            id=0,
            title=title,
            status=IN_PROGRESS,
            task_id=self.outcome.task.id,
            user_id=creator_id,
            position=0,
            date_creation=now,
            timers=timers,
        )

    def _creator(self) -> int:
        """Return the creator of the task if they may own tasks, else 0."""
        creator_id = self.outcome.task.creator_id
        if not creator_id or creator_id in self._call.refused:
            return 0
        self.outcome.assigned.add(creator_id)
        return creator_id

    def _complete_subtasks(self) -> None:
        """Complete all subtasks; the timers of those that were just added have no time yet."""
        self.outcome.completes_subtasks = True
        self.outcome.subtasks = [each.changed(status=DONE, timers={}) for each in self.outcome.subtasks]


def _is_run_here(kind: Kind, action: AutomaticAction, name: str) -> bool:
    """Return whether an action can run here: an import also stores other ones."""
    return kind.effect is not None and name in kind.event_names and {*kind.parameters.split()} <= {*action.params}


def recurs(project: Project, event: Event, task: Task) -> bool:
    """Return whether an event makes the successor of a task (behaviour.md 3.10)."""
    if task.recurrence_status != WILL_RECUR:
        return False
    if event.name == EventName.TASK_CLOSE:
        return task.recurs_on_closing()
    if event.name == EventName.TASK_MOVE_COLUMN and event.details.move:
        return _recurs_on_moving(project, event.details.move, task)
    return False


def _recurs_on_moving(project: Project, move: Move, task: Task) -> bool:
    if task.recurrence_trigger == LEAVING_FIRST_COLUMN:
        return project.is_first_column(move.src_column_id)
    return task.recurrence_trigger == REACHING_LAST_COLUMN and project.is_last_column(task.column_id)
