"""Subtasks of tasks, and the timers that run on them (context.md 10 and 2.3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import IdOrBlank, InnerSubtaskId, SubtaskId, TaskId, UserId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.children import ListedSubtaskRow, SubtaskRow, listed_subtask_row, subtask_row
from lambdaboard.domain.event import Details, Event, EventName
from lambdaboard.domain.properties import checked_title
from lambdaboard.domain.subtask import DONE, Subtask, last_position
from lambdaboard.errors import NotFound, Reason, Rejected, Thing
from lambdaboard.jsonrpc import IntegerOrBlank, NumberOrBlank, Text
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.services.timers import without_timers
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdaboard.store.child_entities import StoredChild
    from lambdaboard.store.subtasks import Checklist


@procedure("createSubtask", WORK)
def create_subtask(
    context: Context,
    task_id: TaskId,
    title: Text,
    user_id: IdOrBlank = 0,
    time_estimated: NumberOrBlank = 0,
    time_spent: NumberOrBlank = 0,
    status: IntegerOrBlank = 0,
) -> int:
    """Add a subtask as the last one of a task.

    The task's hours become the sums over its subtasks, if a subtask has hours.

    Args:
        task_id: the task, open or closed.
        title: not empty or only white space.
        user_id: the assignee, an active manager or member of the project; 0 for nobody.
        time_estimated: hours, as is `time_spent`.
        time_spent: see `time_estimated`.
        status: 0 to do, 1 in progress, 2 done; others are stored, but have no name.

    Returns:
        The id of the subtask; false if there is no such task or a value is refused.
    """
    checked_title(title)
    stores = context.stores
    checklist, new_id = gather(partial(_checklist, context, task_id, user_id), stores.subtasks.next_id)
    subtask = Subtask(
        id=new_id,
        title=title,
        status=status,
        time_estimated=time_estimated,
        time_spent=time_spent,
        task_id=task_id,
        user_id=_assignable(checklist, user_id),
        position=last_position(checklist.subtasks) + 1,
        date_creation=context.now,
        generation=checklist.loaded.counts.subtask_generation,
    )
    actions = stores.subtasks.add_to(checklist, subtask)
    event = _event(EventName.SUBTASK_CREATE, checklist, subtask, checklist.with_added(subtask))
    return context.commit(subtask.id, *actions, changes=checklist.loaded.project.id, events=[event])


@procedure("getSubtask", VIEW, failure=None)
def get_subtask(context: Context, subtask_id: SubtaskId) -> SubtaskRow:
    """Get a subtask.

    Args:
        subtask_id: the subtask.

    Returns:
        The subtask; null if there is no such subtask.
    """
    return subtask_row(context.stores.subtasks.find(subtask_id).value)


@procedure("getAllSubtasks", VIEW, failure=[])
def get_all_subtasks(context: Context, task_id: TaskId) -> list[ListedSubtaskRow]:
    """Get the subtasks of a task, by position.

    Args:
        task_id: the task, open or closed.

    Returns:
        The subtasks, with the caller's own timer; an empty list if there is no such task.
    """
    stores = context.stores
    loaded, stored = gather(partial(stores.tasks.find, task_id), first_page(stores.subtasks.of(task_id)))
    fitting = ResultBudget(context.result_limit).each(stored, lambda each: ROW_CHARACTERS + len(each.title))
    subtasks = stores.subtasks.listed(loaded, fitting)
    users = stores.users.named(each.user_id for each in subtasks)
    return [listed_subtask_row(each, users.get(each.user_id), context.caller.user_id) for each in subtasks]


@procedure("updateSubtask", WORK)
def update_subtask(
    context: Context,
    id: InnerSubtaskId,
    task_id: TaskId,
    title: Text | None = None,
    user_id: IdOrBlank | None = None,
    time_estimated: NumberOrBlank | None = None,
    time_spent: NumberOrBlank | None = None,
    status: IntegerOrBlank | None = None,
    position: IntegerOrBlank | None = None,
) -> bool:
    """Change properties of a subtask; values that are not given stay. The task's hours change as in createSubtask.

    Args:
        id: the subtask.
        task_id: its task.
        title: see createSubtask.
        user_id: see createSubtask.
        time_estimated: hours.
        time_spent: hours.
        status: 2 stops its running timers and adds their hours to the time spent; others do not start or stop timers.
        position: stored unchanged; the other subtasks keep theirs.

    Returns:
        True; false if the task has no such subtask or a value is refused.
    """
    checklist = _checklist(context, task_id, user_id or 0)
    given = {
        "title": None if title is None else checked_title(title),
        "user_id": None if user_id is None else _assignable(checklist, user_id),
        "time_estimated": time_estimated,
        "time_spent": time_spent,
        "status": status,
        "position": position,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    subtask = checklist.get(id).value.changed(**changes)
    subtask = without_timers(context, subtask) if status == DONE else subtask
    actions = context.stores.subtasks.replace_in(checklist, subtask)
    event = _event(EventName.SUBTASK_UPDATE, checklist, subtask, checklist.with_replaced(subtask))
    return context.commit(True, *actions, changes=checklist.loaded.project.id, events=[event])


@procedure("removeSubtask", WORK)
def remove_subtask(context: Context, subtask_id: SubtaskId) -> bool:
    """Remove a subtask and its timers; the others keep their positions. The task's hours follow as in createSubtask.

    Args:
        subtask_id: the subtask.

    Returns:
        True; false if there is no such subtask.
    """
    subtasks = context.stores.subtasks
    loaded = subtasks.find(subtask_id).loaded
    checklist = subtasks.checklist(loaded)
    actions = subtasks.remove_from(checklist, subtask_id)
    removed = checklist.get(subtask_id).value
    event = _event(EventName.SUBTASK_DELETE, checklist, removed, checklist.without(subtask_id))
    return context.commit(True, *actions, changes=loaded.project.id, events=[event])


def _event(name: EventName, checklist: Checklist, subtask: Subtask, there: Sequence[Subtask]) -> Event:
    """Return an event of a subtask; the task has the hours of the subtasks after it."""
    return Event(name, checklist.loaded.project, checklist.task_with(there), Details(subtask=subtask))


@procedure("hasSubtaskTimer", VIEW)
def has_subtask_timer(context: Context, subtask_id: SubtaskId, user_id: UserId) -> bool:
    """Check whether a user's timer runs on a subtask.

    Args:
        subtask_id: the subtask.
        user_id: any user.

    Returns:
        True or false; false if there is no such subtask or user.
    """
    stored = context.stores.subtasks.find(subtask_id, users=[user_id])
    return _is_known(stored, user_id) and user_id in stored.value.timers


@procedure("setSubtaskStartTime", WORK)
def set_subtask_start_time(context: Context, subtask_id: SubtaskId, user_id: UserId) -> bool:
    """Start a user's timer on a subtask, whose status does not change.

    Args:
        subtask_id: the subtask.
        user_id: for a person, only their own id is allowed.

    Returns:
        True; false if it runs already, or if there is no such subtask or user.
    """
    stored = context.stores.subtasks.find(subtask_id, users=[user_id])
    _check_own(context, user_id)
    if not _is_known(stored, user_id):
        raise NotFound(Thing.USER)
    started = stored.value.started(user_id, context.now)
    return context.commit(True, *context.stores.subtasks.start_actions(stored, started))


@procedure("setSubtaskEndTime", WORK)
def set_subtask_end_time(context: Context, subtask_id: SubtaskId, user_id: UserId) -> bool:
    """Stop a user's timer on a subtask and add its hours, with two decimals, to the time spent.

    Args:
        subtask_id: the subtask.
        user_id: for a person, only their own id is allowed.

    Returns:
        True; false if none runs, there is no such subtask, or a person sends another user's id.
    """
    subtasks = context.stores.subtasks
    stored = subtasks.find(subtask_id)
    _check_own(context, user_id)
    checklist = subtasks.checklist(stored.loaded)
    stopped = checklist.get(subtask_id).value.stopped(user_id, context.now)
    return context.commit(True, *subtasks.replace_in(checklist, stopped))


@procedure("getSubtaskTimeSpent", VIEW, failure=0)
def get_subtask_time_spent(context: Context, subtask_id: SubtaskId, user_id: UserId) -> float:
    """Get the hours of a user's timers on a subtask, stopped and running ones.

    Args:
        subtask_id: the subtask.
        user_id: any user.

    Returns:
        Hours, of each timer with two decimals; 0 if there is no such subtask or user. Hours that are set by
        updateSubtask are not included.
    """
    stored = context.stores.subtasks.find(subtask_id, users=[user_id])
    return stored.value.spent_by(user_id, context.now) if _is_known(stored, user_id) else 0


def _checklist(context: Context, task_id: int, user_id: int) -> Checklist:
    """Read a task, a user and all subtasks of the task (2 round trips; 3 when the task's project is not cached)."""
    loaded = context.stores.tasks.find(task_id, members=[user_id])
    return context.stores.subtasks.checklist(loaded)


def _assignable(checklist: Checklist, user_id: int) -> int:
    """Return the user, who was read along, or 0; Rejected if they may not own the task."""
    if user_id and user_id not in checklist.loaded.people.assignable(user_id):
        raise Rejected(Reason.NOT_ASSIGNABLE, "user_id")
    return user_id


def _check_own(context: Context, user_id: int) -> None:
    if context.caller.user and user_id != context.caller.user_id:
        raise Rejected(Reason.NOT_OWN, "user_id")


def _is_known(stored: StoredChild[Subtask], user_id: int) -> bool:
    return stored.loaded.people.user(user_id) is not None
