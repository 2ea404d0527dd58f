"""The timers on the subtasks of a task, which stop when the subtasks are done (context.md 10)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lambdaboard.domain.subtask import with_times_of

if TYPE_CHECKING:
    from lambdaboard.api.context import Context
    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.tasks import LoadedTask

STOPPED_AT_ONCE = 10
"""The limit of subtasks in one transaction with their task (4 MB); more are written before it."""


def without_timers(context: Context, subtask: Subtask) -> Subtask:
    """Stop the timers on a subtask; hours of removed users are not added (1 round trip; 0 if none runs)."""
    return subtask.all_stopped(context.stores.users.named(subtask.timers), context.now) if subtask.timers else subtask


def timers_stopped(context: Context, loaded: LoadedTask, task: Task) -> tuple[Task, list[TransactItem]]:
    """Stop the timers on all subtasks of a task (2 round trips; 0 if none runs).

    Args:
        context: the call.
        loaded: the task as it was read.
        task: the new task.

    Returns:
        The task with its hours, and the actions that write the subtasks with it.

    Raises:
        Rejected: the hours are too many.
    """
    if not loaded.counts.nb_timers:
        return task, []
    store = context.stores.subtasks
    checklist = store.checklist(loaded)
    before = checklist.subtasks
    users = context.stores.users.named(user_id for each in before for user_id in each.timers)
    after = [each.all_stopped(users, context.now) for each in before]
    task = with_times_of(task, before, after)  # Rejected before anything is written
    writes = [store.replace_actions(checklist.get(each.id), each, "task_id") for each in after if each not in before]
    if len(writes) > STOPPED_AT_ONCE:
        context.prepare(writes[STOPPED_AT_ONCE:])
    return task, [*chain.from_iterable(writes[:STOPPED_AT_ONCE])]
