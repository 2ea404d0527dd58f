"""The successor of a recurring task (behaviour.md 3.10)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.domain.event import Event, EventName
from lambdaboard.domain.recurrence import next_due_date
from lambdaboard.domain.task import LEAVING_FIRST_COLUMN, REACHING_LAST_COLUMN, WILL_RECUR
from lambdaboard.services.copying import Copyable, copied, inheritable
from lambdaboard.store.parallel import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.tasks import LoadedTask


class Recurred(NamedTuple):
    """A task whose successor is made, if there is one, and what writes that with it.

    Attributes:
        task: as it shall be.
        events: the creation of the successor.
    """

    task: Task
    actions: Sequence[TransactItem] = ()
    events: Sequence[Event] = ()


def recurs_on_move(project: Project, task: Task, column_id: int) -> bool:
    """Say whether moving the task to a column makes its successor."""
    if task.recurrence_status != WILL_RECUR or column_id == task.column_id:
        return False
    if task.recurrence_trigger == LEAVING_FIRST_COLUMN:
        return project.is_first_column(task.column_id)
    return task.recurrence_trigger == REACHING_LAST_COLUMN and project.is_last_column(column_id)


def succeeded(context: Context, loaded: LoadedTask, task: Task) -> Recurred:
    """Make the successor of a task: in the first column, due as its settings say, with its subtasks and external links.

    It is in the task's swimlane if that is active, else in the first active one.

    Args:
        context: the call.
        loaded: the task as it was read.
        task: the task as it shall be.

    Returns:
        The task, which recurs no more, and what writes the successor with it (1 round trip; 3 with child entities).

    Raises:
        NotFound: the project has no column or no active swimlane.
    """
    counts = loaded.counts
    has_children = counts.nb_subtasks or counts.nb_external_links
    new_id, inherited = gather(
        context.stores.tasks.next_id,
        partial(inheritable, context, task.id) if has_children else Copyable,
    )
    child = task.copied(
        new_id,
        creator_id=context.caller.user_id,
        at=context.now,
        column_id=loaded.project.first_column().id,
        swimlane_id=loaded.project.active_swimlane(task.swimlane_id).id,
        date_due=_next_due_date(context, task),
        recurrence_parent=task.id,
    )
    copies = copied(context, inherited, loaded, child)
    actions = context.stores.tasks.put_actions(child, copies.counts)
    return Recurred(task.succeeded_by(child.id), actions, [Event(EventName.TASK_CREATE, loaded.project, child)])


def _next_due_date(context: Context, task: Task) -> int:
    return next_due_date(
        task.date_due,
        context.now,
        task.recurrence_factor,
        task.recurrence_timeframe,
        task.recurrence_basedate,
        context.settings.timezone,
    )
