"""One run of a project's automatic actions on one task: a pure function of the task and of what happens to it.

An event has a snapshot of the task. The actions that wait for it see this snapshot and change the task, in the order of
their ids; a change that is an event itself has its actions run before the next one (context.md 14). A task that recurs
has its successor from the moment of the event that makes it, before any action of that event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambdaboard.domain.action_effects import Call, Effect, Given, Place
from lambdaboard.domain.automatic_actions import (
    ASSIGNEE_CHANGE,
    CLOSE,
    CREATE,
    CREATE_UPDATE,
    LINK,
    MOVE_COLUMN,
    MOVE_SWIMLANE,
    UPDATE,
    kind_of,
)
from lambdaboard.domain.task import LEAVING_FIRST_COLUMN, REACHING_LAST_COLUMN, WILL_RECUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.domain.automatic_actions import Kind
    from lambdaboard.domain.project import AutomaticAction, Project
    from lambdaboard.domain.task import Task

MAX_EVENTS = 20
"""Events of one call on a task, after which no action runs: the end of a chain that no circle ends."""

MAX_ADDED = 5
"""Comments and subtasks that one call's actions add to a task: they are written in its transaction."""


class Happening(NamedTuple):
    """Something that happens to a task.

    Attributes:
        names: of its events, which share one snapshot, in their order.
        left_column: the column that it leaves; 0 for no move.
        link_id: the type of the link that it is about, as the task has it.
    """

    names: tuple[str, ...]
    left_column: int = 0
    link_id: int = 0


CREATED = Happening((CREATE_UPDATE, CREATE))
CLOSED = Happening((CLOSE,))


def linked_by(link_id: int) -> Happening:
    """Return what happens to a task whose link of a type is made or changed."""
    return Happening((LINK,), link_id=link_id)


def modified(before: Task, after: Task) -> Iterator[Happening]:
    """Yield what a change of properties is; tags and the date of the change are none (context.md 14)."""
    ignored = {"tags": before.tags, "date_modification": before.date_modification}
    after = after.changed(**ignored)
    if after == before:
        return
    is_assignment = after.changed(owner_id=before.owner_id) == before
    yield Happening((ASSIGNEE_CHANGE,) if is_assignment else (CREATE_UPDATE, UPDATE))


def moved(before: Task, after: Task) -> Iterator[Happening]:
    """Yield what a move is: the swimlane first, then the column; a place in the same lane is none."""
    if after.swimlane_id != before.swimlane_id:
        yield Happening((MOVE_SWIMLANE,), left_column=before.column_id)
    if after.column_id != before.column_id:
        yield Happening((MOVE_COLUMN,), left_column=before.column_id)


class NewSubtask(NamedTuple):
    """A subtask that an action adds: in progress, with the timer of its user, until all are completed.

    Attributes:
        user_id: the creator of the task; 0 where that is none who may own it.
    """

    title: str
    user_id: int
    is_done: bool = False


class Outcome(msgspec.Struct):
    """What has become of a task.

    Attributes:
        task: as it shall be.
        is_first: it was put at the front of its lane; else it keeps the number of its position.
        completes_subtasks: those that were there before.
        comments: of the caller.
        subtasks: new ones.
        successor: the task as it was when it recurred, for which a successor is to be made; None for none.
        assigned: users who were taken for people who may own tasks.
        ran: ids of the actions that changed something.
        events: what happened, in its order, each with its snapshot.
    """

    task: Task
    is_first: bool = False
    completes_subtasks: bool = False
    comments: list[str] = []
    subtasks: list[NewSubtask] = []
    successor: Task | None = None
    assigned: set[int] = set()
    ran: list[int] = []
    events: list[tuple[str, Task]] = []


def run(call: Call, task: Task, happenings: Iterable[Happening]) -> Outcome:
    """Let things happen to a task, one after the other, and run the actions that wait for them."""
    a_run = _Run(call, task)
    for happening in happenings:
        a_run.happen(happening)
    return a_run.outcome


class _Run:
    """The run of a project's actions on a task.

    Attributes:
        outcome: what has become of the task so far.
    """

    def __init__(self, call: Call, task: Task) -> None:
        self.outcome = Outcome(task)
        self._call = call
        self._seen: set[Any] = set()

    def happen(self, happening: Happening) -> None:
        """Let something happen to the task, and run what waits for it."""
        snapshot = self.outcome.task
        if CLOSE in happening.names:
            self._complete_subtasks()
        for name in happening.names:
            self.outcome.events.append((name, snapshot))
            self._recur(name, snapshot, happening)
            for action, kind in self._waiting(name):
                if self._is_new(action, name, happening, snapshot):
                    given = Given(self._call, action.params, snapshot, happening.left_column, happening.link_id)
                    self._run(action, kind, given)

    def _waiting(self, name: str) -> Iterator[tuple[AutomaticAction, Kind]]:
        """Yield the actions that wait for an event and are run here, by id."""
        for action in self._call.project.automatic_actions:
            kind = kind_of(action.action_name) if action.event_name == name else None
            if kind and kind.effect and name in kind.event_names and {*kind.parameters.split()} <= {*action.params}:
                yield action, kind

    def _is_new(self, action: AutomaticAction, name: str, happening: Happening, snapshot: Task) -> bool:
        """Say whether the action has not been given this event with this snapshot before: what ends a circle."""
        seen = action.id, name, happening, snapshot
        is_new = seen not in self._seen
        self._seen.add(seen)
        return is_new

    def _recur(self, name: str, snapshot: Task, happening: Happening) -> None:
        if recurs(self._call.project, name, snapshot, happening.left_column):
            self.outcome.successor = self.outcome.task
            self.outcome.task = self.outcome.task.recurred()

    def _run(self, action: AutomaticAction, kind: Kind, given: Given) -> None:
        if kind.effect is None or len(self.outcome.events) >= MAX_EVENTS or not kind.condition(given):
            return
        before = self.outcome.task
        happenings = [*self._applied(kind.effect(given))]
        if not happenings and self.outcome.task == before:
            return
        self.outcome.ran.append(action.id)
        for happening in happenings if kind.fires else ():
            self.happen(happening)

    def _applied(self, effect: Effect) -> Iterator[Happening]:
        """Change the outcome, and yield what that is as events."""
        yield from self._with_fields(effect)
        if effect.place:
            yield from self._placed(effect.place)
        if effect.closes:
            self.outcome.task = self.outcome.task.closed(self._call.now)
            yield CLOSED
        yield from self._added(effect)

    def _with_fields(self, effect: Effect) -> Iterator[Happening]:
        before = self.outcome.task
        after = before.changed(**effect.fields)
        if after == before:
            return
        if after.owner_id != before.owner_id:
            self.outcome.assigned.add(after.owner_id)
        self.outcome.task = after.changed(date_modification=self._call.now)
        yield from modified(before, after)

    def _placed(self, place: Place) -> Iterator[Happening]:
        before = self.outcome.task
        if not before.is_active and not place.moves_closed:
            return
        after = before.placed(place.column_id, place.swimlane_id, self._call.now)
        if after != before:
            self.outcome.task, self.outcome.is_first = after, place.is_first
        yield from moved(before, after)

    def _added(self, effect: Effect) -> Iterator[Happening]:
        """Add what lies beside the task; none of these events has an action that waits for it."""
        outcome = self.outcome
        has_room = len(outcome.comments) + len(outcome.subtasks) < MAX_ADDED
        if effect.comment and has_room:
            outcome.comments.append(effect.comment)
            yield Happening(("comment.create",))
        if effect.subtask and has_room:
            outcome.subtasks.append(NewSubtask(effect.subtask, self._creator()))
            yield Happening(("subtask.create",))
        if effect.completes_subtasks:
            self._complete_subtasks()
            yield Happening(("subtask.update",))

    def _creator(self) -> int:
        """Return who created the task, if they may own tasks; else 0."""
        creator_id = self.outcome.task.creator_id
        if not creator_id or creator_id in self._call.refused:
            return 0
        self.outcome.assigned.add(creator_id)
        return creator_id

    def _complete_subtasks(self) -> None:
        self.outcome.completes_subtasks = True
        self.outcome.subtasks = [each._replace(is_done=True) for each in self.outcome.subtasks]


def recurs(project: Project, name: str, task: Task, left_column: int) -> bool:
    """Say whether an event makes the successor of a task (behaviour.md 3.10)."""
    if task.recurrence_status != WILL_RECUR:
        return False
    if name == CLOSE:
        return task.recurs_on_closing()
    if name != MOVE_COLUMN:
        return False
    if task.recurrence_trigger == LEAVING_FIRST_COLUMN:
        return project.is_first_column(left_column)
    return task.recurrence_trigger == REACHING_LAST_COLUMN and project.is_last_column(task.column_id)
