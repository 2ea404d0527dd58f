"""The automatic actions of a project, as part of the call's write (context.md 14).

Their changes to the task are in its one item. Their other items are in the same transaction.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from lambdaboard.domain.action_effects import Call
from lambdaboard.domain.action_run import MAX_ADDED, run
from lambdaboard.domain.event import Details, Event, EventName
from lambdaboard.domain.ordering import first_rank
from lambdaboard.domain.subtask import DONE, Subtask, last_position
from lambdaboard.errors import Rejected
from lambdaboard.services.recurrence import successor
from lambdaboard.services.timers import timers_stopped
from lambdaboard.store.actions import joined
from lambdaboard.store.counts import NO_COUNTS, Counts, add_to_counters
from lambdaboard.store.subtasks import all_done
from lambdaboard.store.tasks import lane_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.action_run import Outcome
    from lambdaboard.domain.comment import Comment
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.keys.indexes import LaneKey
    from lambdaboard.store.tasks import LoadedTask

R = TypeVar("R")


class Decision(NamedTuple):
    """The decision of a call on tasks.

    Attributes:
        items: the actions that write them, and the items of their automatic actions.
        events: of the tasks.
        ran: ids of the actions that changed something.
    """

    items: list[TransactItem]
    events: list[Event]
    ran: tuple[int, ...]

    def joined(self, other: Decision) -> Decision:
        """Return both decisions as one."""
        return Decision([*self.items, *other.items], [*self.events, *other.events], (*self.ran, *other.ran))

    def committed(
        self, context: Context, result: R, *actions: TransactItem, changes: int = 0, events: Iterable[Event] = ()
    ) -> R:
        """End the call with this decision, and other actions and events; see `Context.commit`."""
        items = joined([*self.items, *actions])
        return context.commit(result, *items, changes=changes, events=[*self.events, *events], ran=self.ran)


def created(context: Context, project: Project, task: Task, *more: Event, counts: Counts = NO_COUNTS) -> Decision:
    """Decide on a new task (0 round trips; see `changed` for the cost of the project's actions).

    Args:
        context: the call.
        project: the task's.
        task: the new task.
        more: events after its creation.
        counts: of its child entities.
    """
    outcome = _outcome(context, project, task, [Event(EventName.TASK_CREATE, project, task), *more])
    rank = first_rank(task.id)
    rank, number = _rank(context, project.id, None, lane_key(task, rank), outcome) or (rank, 0)
    items = context.stores.tasks.put_actions(outcome.task, counts, rank=rank)
    return Decision(items, [_numbered(each, number) for each in outcome.events], tuple(outcome.ran))


def changed(context: Context, loaded: LoadedTask, task: Task, events: Iterable[Event], *, rank: str = "") -> Decision:
    """Decide on a task that changes, and on its successor if it recurs.

    Costs nothing if no action of the project has an effect. An action that assigns the task to another user than the
    caller reads the user (1 round trip). One that moves it finds a place (1 round trip at the front of a column, else
    3). One that adds subtasks, or stops timers, reads the subtasks (1). One that adds something takes ids (1).

    Args:
        context: the call.
        loaded: the task as it was read.
        task: after the call's change.
        events: of that change.
        rank: its new place in its column and swimlane; "" for its present one.
    """
    outcome = _outcome(context, loaded.project, task, events)
    stored, project_id = loaded.stored, loaded.project.id
    before = lane_key(task, rank or stored.rank)
    rank, number = _rank(context, project_id, stored.lane_key, before, outcome) or (rank, 0)
    task, successor = _with_successor(context, loaded, outcome)
    added = _added_items(context, loaded, task, outcome)
    write = context.stores.tasks.replace_actions(loaded, added.task, rank=rank, counts=added.counts)
    all_events = [_numbered(each, number) for each in _with_ids(outcome.events, added)]
    all_events[outcome.successor_place : outcome.successor_place] = successor.events
    return Decision(joined([*write, *added.items, *successor.items]), all_events, (*outcome.ran, *successor.ran))


def changed_by_links(context: Context, tasks: Mapping[int, LoadedTask], events: Sequence[Event]) -> Decision:
    """Decide on tasks whose links are created or changed: those that an action changes are written. Costs as `changed`.

    Args:
        context: the call.
        tasks: the tasks by id, as they were read.
        events: of the sides of the links, each of its own task.
    """
    decided = Decision([], [], ())
    for task_id, loaded in tasks.items():
        own = [each for each in events if each.task.id == task_id]
        decided = decided.joined(_changed_by_own(context, loaded, own))
    return decided


def _changed_by_own(context: Context, loaded: LoadedTask, events: list[Event]) -> Decision:
    """Decide on a task that only actions change."""
    unchanged = Decision([], events, ())
    if not loaded.project.automatic_actions or not events:
        return unchanged
    decision = changed(context, loaded, loaded.task, events)
    return decision if decision.ran else unchanged


def _with_successor(context: Context, loaded: LoadedTask, outcome: Outcome) -> tuple[Task, Decision]:
    """Return the task with the id of its successor, and the actions that write that; none if it does not recur."""
    if not outcome.successor:
        return outcome.task, Decision([], [], ())
    child, counts = successor(context, loaded, outcome.successor)
    return outcome.task.changed(recurrence_child=child.id), created(context, loaded.project, child, counts=counts)


def _outcome(context: Context, project: Project, task: Task, events: Iterable[Event]) -> Outcome:
    """Run the actions, and again without users who are found not to be assignable (1 round trip; 0 for the caller).

    The caller may work in the project, so they are assignable.
    """
    events = [*events]
    call = Call(project, context.caller.user_id, context.now, context.settings.timezone)
    known = {context.caller.user_id}
    while True:
        outcome = run(call, task, events)
        unknown = outcome.assigned - known
        if not unknown:
            return outcome
        refused = unknown - context.stores.users.assignable(project.id, unknown)
        call, known = call._replace(refused=call.refused | refused), known | unknown


def _rank(
    context: Context, project_id: int, stored: LaneKey | None, before: LaneKey, outcome: Outcome
) -> tuple[str, int] | None:
    """Find rank and position of a task after moves by actions (3 round trips; 1 for the front); None without moves.

    Args:
        context: the call.
        project_id: its project.
        stored: its place in the table; None for a new task.
        before: its place without the actions.
        outcome: of the actions.
    """
    place = before._replace(swimlane_id=outcome.task.swimlane_id, column_id=outcome.task.column_id)
    if place == before:
        return None
    lanes = context.stores.lanes
    number = 1 if outcome.is_first else lanes.number(project_id, before, stored)
    preceding = lanes.preceding(project_id, place.swimlane_id, place.column_id, number)
    own = stored or before
    reached = preceding.reached(number, is_among=own[:3] == (*place[:2], 1))
    with suppress(Rejected):  # it is there already
        new = lanes.rank_at(project_id, own, place, number, preceding)
        context.prepare_in_order(new.actions)
        return new.rank, reached
    return own.rank, reached


class AddedItems(NamedTuple):
    """Items that are written with a task, and the task and its counts with them.

    Attributes:
        comments: new ones.
        subtasks: new ones.
        completed: some of the old ones, after the change; read only if the activity needs them.
    """

    task: Task
    counts: Counts
    items: Sequence[TransactItem] = ()
    comments: Sequence[Comment] = ()
    subtasks: Sequence[Subtask] = ()
    completed: Sequence[Subtask] = ()


def _added_items(context: Context, loaded: LoadedTask, task: Task, outcome: Outcome) -> AddedItems:
    """Complete subtasks, and add new ones and comments."""
    counts = loaded.counts
    items: list[TransactItem] = []
    present = _present_subtasks(context, loaded, outcome)
    if outcome.completes_subtasks:
        task, items = timers_stopped(context, loaded, task)
        counts = all_done(counts)
    subtasks, of_subtasks = _new_subtasks(context, loaded, outcome.subtasks, counts, present)
    comments, of_comments = _new_comments(context, loaded, outcome.comments)
    completed = [each.changed(status=DONE, timers={}) for each in present[:MAX_ADDED]]
    items = [*items, *of_subtasks, *of_comments]
    return AddedItems(task, _counted(counts, subtasks), items, comments, subtasks, completed)


def _present_subtasks(context: Context, loaded: LoadedTask, outcome: Outcome) -> list[Subtask]:
    """Return the present subtasks if new ones or the activity need them (1 round trip, else 0)."""
    if not loaded.counts.nb_subtasks:
        return []
    is_needed = outcome.subtasks or _shows_subtasks(context, outcome.events)
    return context.stores.subtasks.checklist(loaded).subtasks if is_needed else []


def _shows_subtasks(context: Context, events: Iterable[Event]) -> bool:
    return bool(context.caller.user) and any(each.name == EventName.SUBTASK_UPDATE for each in events)


def _new_comments(
    context: Context, loaded: LoadedTask, comments: Sequence[Comment]
) -> tuple[list[Comment], list[TransactItem]]:
    """Return comments with their ids, and the actions that write them (1 round trip; 0 for none)."""
    if not comments:
        return [], []
    store = context.stores.comments
    first = store.next_id(len(comments))
    new = [msgspec.structs.replace(each, id=new_id) for new_id, each in enumerate(comments, first)]
    writes = chain.from_iterable(store.put_actions(each, loaded.project.id, "content") for each in new)
    return new, [*writes, add_to_counters(loaded.stored.key, nb_comments=len(new))]


def _new_subtasks(
    context: Context, loaded: LoadedTask, subtasks: Sequence[Subtask], counts: Counts, present: Sequence[Subtask]
) -> tuple[list[Subtask], list[TransactItem]]:
    """Return subtasks with ids and positions behind the present ones, and their put actions (1; 0 for none)."""
    if not subtasks:
        return [], []
    store = context.stores.subtasks
    ids, positions = store.next_id(len(subtasks)), last_position(present) + 1
    new = [
        each.changed(id=ids + place, position=positions + place, generation=counts.subtask_generation)
        for place, each in enumerate(subtasks)
    ]
    return new, [*chain.from_iterable(store.put_actions(each, loaded.project.id, "title") for each in new)]


def _counted(counts: Counts, new: Sequence[Subtask]) -> Counts:
    return counts._replace(
        nb_subtasks=counts.nb_subtasks + len(new),
        nb_completed_subtasks=counts.nb_completed_subtasks + sum(each.status == DONE for each in new),
        nb_timers=counts.nb_timers + sum(len(each.timers) for each in new),
    )


def _with_ids(events: Iterable[Event], added: AddedItems) -> Iterator[Event]:
    """Yield events with their comments and subtasks, which have their ids now."""
    comments, subtasks = iter(added.comments), iter(added.subtasks)
    for event in events:
        if event.name == EventName.COMMENT_CREATE:
            yield msgspec.structs.replace(event, details=Details(comment=next(comments)))
        elif event.name == EventName.SUBTASK_CREATE:
            yield msgspec.structs.replace(event, details=Details(subtask=next(subtasks)))
        elif event.name == EventName.SUBTASK_UPDATE:
            for each in added.completed:
                yield msgspec.structs.replace(event, details=Details(subtask=each))
        else:
            yield event


def _numbered(event: Event, number: int) -> Event:
    """Return an event with the position that an action has given the task, if it is a move by one; else unchanged."""
    move = event.details.move
    if not number or not move or move.position:
        return event
    details = Details(move=msgspec.structs.replace(move, position=number))
    return msgspec.structs.replace(event, task=event.task.changed(position=number), details=details)
