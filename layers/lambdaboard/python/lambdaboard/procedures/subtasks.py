"""Subtasks of tasks, and the timers that run on them (context-api.md 10, for persons 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.subtask import STATUS_NAMES, Subtask, last_position, plain
from lambdaboard.errors import Rejected
from lambdaboard.jsonrpc import IntegerOrBlank, NumberOrBlank, Text
from lambdaboard.procedures.access import VIEW, WORK
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import Row
from lambdaboard.store import keys, people
from lambdaboard.store.parallel import start

if TYPE_CHECKING:
    from lambdaboard.domain.user import User
    from lambdaboard.store.child_entities import StoredChild

ROW = ("id", "title", "status", "time_estimated", "time_spent", "task_id", "user_id", "position")


@procedure("createSubtask", WORK)
def create_subtask(
    context: Context,
    task_id: Id,
    title: Text,
    user_id: Id = 0,
    time_estimated: NumberOrBlank = 0,
    time_spent: NumberOrBlank = 0,
    status: IntegerOrBlank = 0,
) -> int:
    """Add a subtask behind those that a task has; the task's hours become the sums over its subtasks.

    Args:
        task_id: the task, open or closed.
        title: not empty.
        user_id: who shall do it; 0 or an unknown one is nobody.
        time_estimated: hours, as `time_spent`.
        time_spent: see `time_estimated`.
        status: 0 to do, 1 in progress, 2 done; others are stored, and have no name.

    Returns:
        The id of the subtask; false where there is no such task or a value is refused.
    """
    if not title:
        raise Rejected("title")
    stores = context.stores
    new_id = start(stores.subtasks.next_id)
    found = stores.tasks.find(task_id, keys.user(user_id))
    checklist = stores.subtasks.checklist(found)
    subtask = Subtask(
        id=new_id.result(),
        title=title,
        status=status,
        time_estimated=time_estimated,
        time_spent=time_spent,
        task_id=task_id,
        user_id=user_id if people.user_of(found.items, user_id) else 0,
        position=last_position(checklist.subtasks) + 1,
        date_creation=context.now,
        generation=found.stored.counts.subtask_generation,
    )
    context.answers(subtask.id)
    stores.subtasks.add_to(checklist, subtask)
    return subtask.id


@procedure("getSubtask", VIEW, failure=None)
def get_subtask(context: Context, subtask_id: Id) -> Row:
    """Get a subtask.

    Args:
        subtask_id: the subtask.

    Returns:
        `id`, `title`, `status`, `time_estimated`, `time_spent`, `task_id`, `user_id` and `position`; null where there
        is no such subtask.
    """
    return subtask_row(context.stores.subtasks.find(subtask_id).value)


@procedure("getAllSubtasks", VIEW, failure=[])
def get_all_subtasks(context: Context, task_id: Id) -> list[Row]:
    """Get the subtasks of a task, by position.

    Args:
        task_id: the task, open or closed.

    Returns:
        Subtasks as getSubtask answers them, with `username` and `name` of the user, `status_name`, and
        `timer_start_date` and `is_timer_started` of the caller's own timer; an empty list where there is no such task.
    """
    stores = context.stores
    read = start(lambda: [*stores.subtasks.of(task_id)])
    subtasks = stores.subtasks.listed(stores.tasks.find(task_id), read.result())
    users = stores.users.named(each.user_id for each in subtasks)
    return [listed_subtask_row(each, users.get(each.user_id), context.caller.user_id) for each in subtasks]


@procedure("updateSubtask", WORK)
def update_subtask(
    context: Context,
    id: Id,
    task_id: Id,
    title: Text | None = None,
    user_id: Id | None = None,
    time_estimated: NumberOrBlank | None = None,
    time_spent: NumberOrBlank | None = None,
    status: IntegerOrBlank | None = None,
    position: IntegerOrBlank | None = None,
) -> bool:
    """Change properties of a subtask; what is not given stays. The task's hours become the sums over its subtasks.

    Args:
        id: the subtask.
        task_id: its task.
        title: may be empty here.
        user_id: see createSubtask, for this and the following ones.
        time_estimated: hours.
        time_spent: hours.
        status: starts and stops no timer.
        position: stored as it is; the others keep theirs.

    Returns:
        True; false where the task has no such subtask.
    """
    stores = context.stores
    found = stores.tasks.find(task_id, keys.user(user_id or 0))
    checklist = stores.subtasks.checklist(found)
    given = {
        "title": title,
        "user_id": user_id if user_id is None or people.user_of(found.items, user_id) else 0,
        "time_estimated": time_estimated,
        "time_spent": time_spent,
        "status": status,
        "position": position,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    stores.subtasks.replace_in(checklist, checklist.held(id).value.changed(**changes))
    return True


@procedure("removeSubtask", WORK)
def remove_subtask(context: Context, subtask_id: Id) -> bool:
    """Remove a subtask; the others keep their positions, and the task's hours become the sums over them.

    Args:
        subtask_id: the subtask.

    Returns:
        True; false where there is no such subtask.
    """
    subtasks = context.stores.subtasks
    found = subtasks.find(subtask_id).found
    subtasks.remove_from(subtasks.checklist(found), subtask_id)
    return True


@procedure("hasSubtaskTimer", VIEW)
def has_subtask_timer(context: Context, subtask_id: Id, user_id: Id) -> bool:
    """Say whether a user's timer runs on a subtask.

    Args:
        subtask_id: the subtask.
        user_id: any user.

    Returns:
        True or false; false where there is no such subtask or user.
    """
    held = context.stores.subtasks.find(subtask_id, keys.user(user_id))
    return _is_known(held, user_id) and user_id in held.value.timers


@procedure("setSubtaskStartTime", WORK)
def set_subtask_start_time(context: Context, subtask_id: Id, user_id: Id) -> bool:
    """Start a user's timer on a subtask, whose status stays as it is.

    Args:
        subtask_id: the subtask.
        user_id: a person can only give themselves.

    Returns:
        True; false where it runs already, and where there is no such subtask or user.
    """
    held = context.stores.subtasks.find(subtask_id, keys.user(user_id))
    _check_own(context, user_id)
    if not _is_known(held, user_id):
        raise Rejected("user")
    context.stores.subtasks.replace(held, held.value.started(user_id, context.now), "subtask_id")
    return True


@procedure("setSubtaskEndTime", WORK, unknown=True)
def set_subtask_end_time(context: Context, subtask_id: Id, user_id: Id) -> bool:
    """Stop a user's timer on a subtask and add its hours, with two decimals, to the time spent.

    Args:
        subtask_id: the subtask.
        user_id: a person can only give themselves.

    Returns:
        True, also where none runs or there is no such subtask; false where a person gives another one.
    """
    subtasks = context.stores.subtasks
    held = subtasks.find(subtask_id)
    _check_own(context, user_id)
    if user_id in held.value.timers:
        checklist = subtasks.checklist(held.found)
        subtasks.replace_in(checklist, checklist.held(subtask_id).value.stopped(user_id, context.now))
    return True


@procedure("getSubtaskTimeSpent", VIEW, failure=0)
def get_subtask_time_spent(context: Context, subtask_id: Id, user_id: Id) -> int | float:
    """Get the hours that a user's timer has been running on a subtask.

    Args:
        subtask_id: the subtask.
        user_id: any user.

    Returns:
        Hours with two decimals; 0 where no timer runs, and where there is no such subtask or user.
    """
    held = context.stores.subtasks.find(subtask_id, keys.user(user_id))
    return held.value.running(user_id, context.now) if _is_known(held, user_id) else 0


def _check_own(context: Context, user_id: int) -> None:
    if context.caller.user and user_id != context.caller.user_id:
        raise Rejected("another's name")


def _is_known(held: StoredChild[Subtask], user_id: int) -> bool:
    return people.user_of(held.found.items, user_id) is not None


def subtask_row(subtask: Subtask) -> Row:
    """Return a subtask as getSubtask answers it."""
    values = msgspec.structs.asdict(subtask)
    values |= {name: plain(values[name]) for name in ("time_estimated", "time_spent")}
    return Row({name: values[name] for name in ROW})


def listed_subtask_row(subtask: Subtask, user: User | None, caller_id: int) -> Row:
    """Return a subtask as getAllSubtasks answers it; `caller_id`: whose timer is told of, 0 for nobody's."""
    since = subtask.timers.get(caller_id, 0)
    return Row(
        subtask_row(subtask),
        username=user.username if user else None,
        name=user.name if user else None,
        timer_start_date=since,
        status_name=STATUS_NAMES.get(subtask.status),
        is_timer_started=bool(since),
    )
