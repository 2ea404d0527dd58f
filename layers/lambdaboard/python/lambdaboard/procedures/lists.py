"""Lists of tasks: by status, overdue."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from lambdaboard.api.access import ADMINISTRATION, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ProjectId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.tasks import OverdueTaskRow, TaskRow, overdue_row, task_row
from lambdaboard.domain.dates import is_overdue
from lambdaboard.jsonrpc import Integer
from lambdaboard.services.paging import WHOLE, Page
from lambdaboard.services.positions import Positions
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget, task_characters
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.domain.project import Project
    from lambdaboard.store.tasks import ListedTask

OPEN, CLOSED = 1, 0


@procedure("getAllTasks", VIEW)
def get_all_tasks(
    context: Context, project_id: ProjectId, status_id: Integer = OPEN, *, limit: Integer = 0, after_id: Integer = 0
) -> list[TaskRow]:
    """Get the open, or the closed, tasks of a project, by id.

    Args:
        project_id: the project, active or not.
        status_id: 1 for the open ones, 0 for the closed ones; any other value finds none.
        limit: the highest number of tasks; 0 for all; an extension for projects whose answer is too large.
        after_id: only those with a greater id: the last one of the previous page; an extension, too.

    Returns:
        The tasks; false if there is no such project. Source: API documents, getAllTasks; behaviour.md 3.4.
    """
    stores, page = context.stores, Page.of(limit, after_id)
    is_whole = status_id == OPEN and page == WHOLE
    stored, tasks, places = gather(
        partial(stores.projects.get, project_id, with_tombstones=True),
        first_page(_tasks(context, project_id, status_id, page.after_id)),
        first_page(iter(()) if is_whole else stores.task_index.lane_keys(project_id)),
    )
    fitting = ResultBudget(context.result_limit).each(tasks, task_characters)
    listed, lane_keys = gather(lambda: [*islice(fitting, page.limit)], lambda: [*places])
    resolver = stored.resolver
    positions = Positions(resolver, (each.lane_key for each in listed) if is_whole else lane_keys)
    return [
        task_row(context, resolver.resolve(each.task).changed(position=positions.of(each.lane_key))) for each in listed
    ]


def _tasks(context: Context, project_id: int, status_id: int, after_id: int) -> Iterator[ListedTask]:
    if status_id not in {OPEN, CLOSED}:
        return iter(())
    return context.stores.tasks.of_project(project_id, status_id, after_id)


@procedure("getOverdueTasksByProject", VIEW)
def get_overdue_tasks_by_project(context: Context, project_id: ProjectId) -> list[OverdueTaskRow]:
    """Get the overdue open tasks of a project, by id; a task that is due on a whole day is overdue after that day.

    Args:
        project_id: the project.

    Returns:
        The tasks; none for a disabled project; false if there is no such project. Source: API documents,
        getOverdueTasksByProject; behaviour.md 3.4.
    """
    stores = context.stores
    stored, places = gather(
        partial(stores.projects.get, project_id), first_page(stores.task_index.overdue(project_id, context.now))
    )
    if not stored.project.is_active:
        return []
    return overdue_rows(context, {project_id: stored.project}, stores.tasks.get_many(places))


@procedure("getOverdueTasks", ADMINISTRATION)
def get_overdue_tasks(context: Context) -> list[OverdueTaskRow]:
    """Get the overdue open tasks of all active projects, by id, as getOverdueTasksByProject.

    The result may lag behind changes by less than a second, unlike all other reads.

    Returns:
        The tasks. Source: API documents, getOverdueTasks; behaviour.md 3.4.
    """
    stores = context.stores
    due = stores.task_index.overdue_everywhere(context.now)
    tasks, projects = gather(
        first_page(stores.tasks.get_many(due)),
        lambda: stores.projects.get_many({place.project_id for place in due}),
    )
    active = {project_id: stored.project for project_id, stored in projects.items() if stored.project.is_active}
    return overdue_rows(context, active, tasks)


def overdue_rows(
    context: Context, projects: Mapping[int, Project], tasks: Iterable[ListedTask]
) -> list[OverdueTaskRow]:
    """Return the rows of tasks that are overdue, by id; those that were closed or moved meanwhile are left out."""
    now, zone = context.now, context.settings.timezone
    there = (each.task for each in tasks if each.task.is_active and each.task.project_id in projects)
    late = (task for task in there if is_overdue(task.date_due, now, zone))
    shown = [*ResultBudget(context.result_limit).each(late, lambda task: ROW_CHARACTERS + len(task.title))]
    owners = context.stores.users.named(task.owner_id for task in shown)
    rows = [overdue_row(projects[task.project_id], task, owners.get(task.owner_id)) for task in shown]
    return sorted(rows, key=lambda row: int(row["id"]))
