"""The successor of a recurring task (behaviour.md 3.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.domain.recurrence import next_due_date
from lambdaboard.domain.task import LEAVING_FIRST_COLUMN, REACHING_LAST_COLUMN, WILL_RECUR

if TYPE_CHECKING:
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.procedures.context import Context
    from lambdaboard.store.actions import Action


class Succeeded(NamedTuple):
    """A task that has a successor now, and what writes the successor beside it."""

    task: Task
    birth: list[Action]


def recurs_on_move(project: Project, task: Task, column_id: int) -> bool:
    """Say whether moving the task to a column makes its successor."""
    if task.recurrence_status != WILL_RECUR or column_id == task.column_id:
        return False
    if task.recurrence_trigger == LEAVING_FIRST_COLUMN:
        return project.is_first_column(task.column_id)
    return task.recurrence_trigger == REACHING_LAST_COLUMN and project.is_last_column(column_id)


def succeeded(context: Context, project: Project, task: Task) -> Succeeded:
    """Make the successor of a task: in the first column, due as its settings say (1 round trip)."""
    child_id = context.stores.tasks.next_id()
    date_due = next_due_date(
        task.date_due,
        context.now,
        task.recurrence_factor,
        task.recurrence_timeframe,
        task.recurrence_basedate,
        context.settings.timezone,
    )
    child = task.copied(
        child_id,
        creator_id=context.caller.user_id,
        at=context.now,
        column_id=project.first_column().id,
        date_due=date_due,
        recurrence_parent=task.id,
    )
    return Succeeded(task.succeeded_by(child_id), context.stores.tasks.birth(child))
