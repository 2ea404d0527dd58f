"""The automatic actions of a project, as part of the write of the call that sets them off (context.md 14).

What they change of the task is in its one item. What they write beside it is in the same transaction.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.domain.action_effects import Call
from lambdaboard.domain.action_run import CREATED, linked_by, run
from lambdaboard.domain.comment import Comment
from lambdaboard.domain.ordering import first_rank
from lambdaboard.domain.subtask import DONE, IN_PROGRESS, Subtask, last_position
from lambdaboard.errors import Rejected
from lambdaboard.services.recurrence import successor
from lambdaboard.services.timers import timers_stopped
from lambdaboard.store.actions import joined
from lambdaboard.store.counts import NO_COUNTS, Counts, add_to_counters
from lambdaboard.store.parallel import gather
from lambdaboard.store.subtasks import all_done
from lambdaboard.store.tasks import lane_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.action_run import Happening, NewSubtask, Outcome
    from lambdaboard.domain.link import TaskLink
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.keys.indexes import LaneKey
    from lambdaboard.store.tasks import LoadedTask


class Decision(NamedTuple):
    """What a call has decided on a task.

    Attributes:
        task: as it shall be.
        items: what writes it, and what its actions write beside it.
        ran: ids of the actions that changed something.
    """

    task: Task
    items: list[TransactItem]
    ran: tuple[int, ...]


def created(context: Context, project: Project, task: Task, *more: Happening, counts: Counts = NO_COUNTS) -> Decision:
    """Decide on a new task (0 round trips; see `changed` for what its project's actions cost).

    Args:
        context: the call.
        project: the task's.
        task: as the call makes it.
        more: what happens to it after its creation.
        counts: how many child entities it has.
    """
    outcome = _outcome(context, project, task, [CREATED, *more])
    before = lane_key(task, first_rank(task.id))
    rank = _rank(context, project.id, None, before, outcome) or before.rank
    items = context.stores.tasks.put_actions(outcome.task, counts, rank=rank)
    return Decision(outcome.task, items, tuple(outcome.ran))


def changed(
    context: Context, loaded: LoadedTask, task: Task, happenings: Iterable[Happening], *, rank: str = ""
) -> Decision:
    """Decide on a task that changes, and on its successor where it recurs.

    Costs nothing where no action of the project does anything. One that assigns the task to somebody else than the
    caller reads them (1 round trip); one that moves it finds a place (1 round trip at the front of a column, else 3);
    one that adds or completes subtasks reads those that are there (1), and takes ids (1, at the same time).

    Args:
        context: the call.
        loaded: the task as it was read.
        task: as the call changes it.
        happenings: what that is.
        rank: where the call puts it in its column and swimlane; "" for where it stands.
    """
    outcome = _outcome(context, loaded.project, task, happenings)
    stored = loaded.stored
    rank = _rank(context, loaded.project.id, stored.lane_key, lane_key(task, rank or stored.rank), outcome) or rank
    task, ran = outcome.task, outcome.ran
    heir: list[TransactItem] = []
    if outcome.successor:
        child, counts = successor(context, loaded, outcome.successor)
        made = created(context, loaded.project, child, counts=counts)
        task, heir, ran = task.changed(recurrence_child=child.id), made.items, [*ran, *made.ran]
    task, counts, subtasks = _subtasks(context, loaded, task, outcome)
    write = context.stores.tasks.replace_actions(loaded, task, rank=rank, counts=counts)
    items = [*write, *_comments(context, loaded, outcome.comments), *subtasks, *heir]
    return Decision(task, joined(items), tuple(ran))


def changed_by_links(context: Context, tasks: Mapping[int, LoadedTask], sides: Sequence[TaskLink]) -> list[Decision]:
    """Decide on tasks whose links are made or changed, and return those that an action changes. Costs as `changed`.

    Args:
        context: the call.
        tasks: the tasks by id, as they were read.
        sides: of the links, each an event of its own task.
    """
    decided = []
    for task_id, loaded in tasks.items():
        happenings = [linked_by(side.link_id) for side in sides if side.task_id == task_id]
        if loaded.project.automatic_actions and happenings:
            decided.append(changed(context, loaded, loaded.task, happenings))
    return [each for each in decided if each.ran]


def _outcome(context: Context, project: Project, task: Task, happenings: Iterable[Happening]) -> Outcome:
    """Run the actions, and again without who turns out not to be assignable (1 round trip; 0 where it is the caller).

    The caller may work in the project, and is assignable.
    """
    happenings = [*happenings]
    call = Call(project, context.caller.user_id, context.now, context.settings.timezone)
    known = {context.caller.user_id}
    while True:
        outcome = run(call, task, happenings)
        unknown = outcome.assigned - known
        if not unknown:
            return outcome
        refused = unknown - context.stores.users.assignable(project.id, unknown)
        call, known = call._replace(refused=call.refused | refused), known | unknown


def _rank(context: Context, project_id: int, stored: LaneKey | None, before: LaneKey, outcome: Outcome) -> str:
    """Find the rank of a task that actions have moved (3 round trips; 1 for the front); "" where none has.

    Args:
        context: the call.
        project_id: its project.
        stored: where it stands in the table; None for a new task.
        before: where it would stand without the actions.
        outcome: of the actions.
    """
    place = before._replace(swimlane_id=outcome.task.swimlane_id, column_id=outcome.task.column_id)
    if place == before:
        return ""
    lanes = context.stores.lanes
    number = 1 if outcome.is_first else lanes.number(project_id, before, stored)
    preceding = lanes.preceding(project_id, place.swimlane_id, place.column_id, number)
    own = stored or before
    with suppress(Rejected):  # it stands there already
        new = lanes.rank_at(project_id, own, place, number, preceding)
        context.prepare_in_order(new.actions)
        return new.rank
    return own.rank


def _comments(context: Context, loaded: LoadedTask, texts: list[str]) -> list[TransactItem]:
    """Return what writes comments of the caller (1 round trip; 0 for none)."""
    if not texts:
        return []
    store, task_id = context.stores.comments, loaded.task.id
    comments = [
        Comment(
            id=new_id,
            task_id=task_id,
            user_id=context.caller.user_id,
            date_creation=context.now,
            date_modification=context.now,
            comment=text,
        )
        for new_id, text in enumerate(texts, start=store.next_id(len(texts)))
    ]
    writes = [action for each in comments for action in store.put_actions(each, loaded.project.id, "content")]
    return [*writes, add_to_counters(loaded.stored.key, nb_comments=len(comments))]


def _subtasks(
    context: Context, loaded: LoadedTask, task: Task, outcome: Outcome
) -> tuple[Task, Counts, list[TransactItem]]:
    """Complete subtasks and add new ones: return the task with its hours, its counts, and what writes the subtasks."""
    counts = loaded.counts
    items: list[TransactItem] = []
    if outcome.completes_subtasks:
        task, items = timers_stopped(context, loaded, task)
        counts = all_done(counts)
    if not outcome.subtasks:
        return task, counts, items
    store = context.stores.subtasks
    new_id, there = gather(partial(store.next_id, len(outcome.subtasks)), partial(_there, context, loaded))
    first = last_position(there) + 1
    new = [
        _subtask(context, each, Place(loaded.task.id, new_id + number, first + number, counts.subtask_generation))
        for number, each in enumerate(outcome.subtasks)
    ]
    items += [action for each in new for action in store.put_actions(each, loaded.project.id, "title")]
    return task, _counted(counts, new), items


def _there(context: Context, loaded: LoadedTask) -> list[Subtask]:
    return context.stores.subtasks.checklist(loaded).subtasks if loaded.counts.nb_subtasks else []


class Place(NamedTuple):
    """Where a new subtask is, and in which generation of its task."""

    task_id: int
    id: int
    position: int
    generation: int


def _subtask(context: Context, new: NewSubtask, place: Place) -> Subtask:
    runs = new.user_id and not new.is_done
    return Subtask(
        id=place.id,
        title=new.title,
        status=DONE if new.is_done else IN_PROGRESS,
        task_id=place.task_id,
        user_id=new.user_id,
        position=place.position,
        date_creation=context.now,
        generation=place.generation,
        timers={new.user_id: context.now} if runs else {},
    )


def _counted(counts: Counts, new: list[Subtask]) -> Counts:
    return counts._replace(
        nb_subtasks=counts.nb_subtasks + len(new),
        nb_completed_subtasks=counts.nb_completed_subtasks + sum(each.status == DONE for each in new),
        nb_timers=counts.nb_timers + sum(len(each.timers) for each in new),
    )
