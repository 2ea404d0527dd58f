"""What persons did in projects (context.md 12)."""

from __future__ import annotations

from functools import partial

from lambdaboard.api.access import SELF, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ProjectId, ProjectIds
from lambdaboard.api.registry import procedure
from lambdaboard.api.resources import MAX_PROJECTS
from lambdaboard.api.rows.activity import ActivityRow
from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc import Integer
from lambdaboard.procedures.me import active_projects
from lambdaboard.store.parallel import gather

OF_PROJECTS, OF_MINE = 50, 100
"""Rows of a page, where the client does not say how many."""


@procedure("getProjectActivity", VIEW, failure=[])
def get_project_activity(
    context: Context, project_id: ProjectId, *, limit: Integer = 0, before_id: Integer = 0
) -> list[ActivityRow]:
    """Get what persons did to the tasks of a project, the newest first.

    Calls by the application leave nothing. A row is kept for a year, or as the setting `ActivityDays` says.

    Args:
        project_id: the project, active or not.
        limit: at most so many, up to 200; 0 for 50; an extension.
        before_id: only rows with a lower id: the last one of the page before; 0 for the newest; an extension, too.

    Returns:
        The rows; of a task at the other end of a link that the caller may not see, ids are 0. Rows of tasks and authors
        that were removed, and of comments that the caller may not see, are left out; a page with fewer rows than asked
        for is the last one. An empty list where there is no such project.
    """
    from lambdaboard.services import activity  # noqa: PLC0415

    page = activity.ActivityPage.of(limit, before_id, OF_PROJECTS)
    _, stored = gather(
        partial(context.stores.projects.get, project_id), activity.first_rows(context, [project_id], page)
    )
    return activity.told_rows(context, stored, page)


@procedure("getProjectActivities", VIEW, failure=[])
def get_project_activities(
    context: Context, project_ids: ProjectIds, *, limit: Integer = 0, before_id: Integer = 0
) -> list[ActivityRow]:
    """Get what persons did to the tasks of several projects, the newest first.

    Args:
        project_ids: the projects, at most 200, active or not; a person must have a role in each.
        limit: at most so many of all projects together, up to 200; 0 for 50; an extension.
        before_id: see getProjectActivity.

    Returns:
        The rows; projects that are not there have none.
    """
    from lambdaboard.services import activity  # noqa: PLC0415

    page, wanted = activity.ActivityPage.of(limit, before_id, OF_PROJECTS), [*dict.fromkeys(project_ids)]
    if len(wanted) > MAX_PROJECTS:
        raise InvalidParams("project_ids", f"must be at most {MAX_PROJECTS} projects")
    there = [stored.project.id for stored in context.stores.projects.get_each(wanted)]
    return activity.told_rows(context, activity.first_rows(context, there, page)(), page)


@procedure("getMyActivityStream", SELF, failure=[])
def get_my_activity_stream(context: Context, *, limit: Integer = 0, before_id: Integer = 0) -> list[ActivityRow]:
    """Get what persons did in the active projects in which the caller has a role, the newest first.

    Args:
        limit: at most so many, up to 200; 0 for 100; an extension.
        before_id: see getProjectActivity.

    Returns:
        The rows.
    """
    from lambdaboard.services import activity  # noqa: PLC0415

    page = activity.ActivityPage.of(limit, before_id, OF_MINE)
    return activity.told_rows(context, activity.first_rows(context, active_projects(context), page)(), page)
