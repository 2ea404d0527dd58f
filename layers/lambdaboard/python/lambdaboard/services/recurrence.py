"""The successor of a recurring task (behaviour.md 3.10)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.domain.recurrence import next_due_date
from lambdaboard.services.copying import Copyable, copied, inheritable
from lambdaboard.store.parallel import gather

if TYPE_CHECKING:
    from lambdaboard.api.context import Context
    from lambdaboard.domain.task import Task
    from lambdaboard.store.counts import Counts
    from lambdaboard.store.tasks import LoadedTask


def successor(context: Context, loaded: LoadedTask, task: Task) -> tuple[Task, Counts]:
    """Make the successor of a task: in the first column, with a new due date, its subtasks and external links.

    It is in the task's swimlane if that is active, else in the first active one.

    Args:
        context: the call.
        loaded: the task as it was read.
        task: the task when it recurs.

    Returns:
        The successor, which is not written yet, and the counts of its child entities (1 round trip; 3 if it has any).

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
    return child, copied(context, inherited, loaded, child).counts


def _next_due_date(context: Context, task: Task) -> int:
    return next_due_date(
        task.date_due,
        context.now,
        task.recurrence_factor,
        task.recurrence_timeframe,
        task.recurrence_basedate,
        context.settings.timezone,
    )
