"""The activity of projects (context.md 12)."""

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
"""Rows of a page, if the client does not send a limit."""


@procedure("getProjectActivity", VIEW, failure=[])
def get_project_activity(
    context: Context, project_id: ProjectId, *, limit: Integer = 0, before_id: Integer = 0
) -> list[ActivityRow]:
    """Get the activity of a project: changes of tasks by persons, the newest first.

    Calls by the application add nothing. A row is kept for a year, or the time of the setting `ActivityDays`.

    Args:
        project_id: the project, active or not.
        limit: the highest number of rows, up to 200; 0 means 50; an extension.
        before_id: only rows with a lower id: the last one of the previous page; 0 for the newest; an extension, too.

    Returns:
        The rows; if the caller may not see the other task of a link, its ids are 0. Rows of removed tasks and authors,
        and of comments that the caller may not see, are left out; a page with fewer rows than the limit is the last
        one. An empty list if there is no such project.
    """
    from lambdaboard.services import activity  # noqa: PLC0415

    page = activity.ActivityPage.of(limit, before_id, OF_PROJECTS)
    _, stored = gather(
        partial(context.stores.projects.get, project_id), activity.first_rows(context, [project_id], page)
    )
    return activity.visible_rows(context, stored, page)


@procedure("getProjectActivities", VIEW, failure=[])
def get_project_activities(
    context: Context, project_ids: ProjectIds, *, limit: Integer = 0, before_id: Integer = 0
) -> list[ActivityRow]:
    """Get the activity of several projects, the newest first.

    Args:
        project_ids: the projects, at most 200, active or not; a person must have a role in each.
        limit: the highest number of rows, of all projects together, up to 200; 0 means 50; an extension.
        before_id: see getProjectActivity.

    Returns:
        The rows; unknown projects have none.
    """
    from lambdaboard.services import activity  # noqa: PLC0415

    page, wanted = activity.ActivityPage.of(limit, before_id, OF_PROJECTS), [*dict.fromkeys(project_ids)]
    if len(wanted) > MAX_PROJECTS:
        raise InvalidParams("project_ids", f"must be at most {MAX_PROJECTS} projects")
    there = [stored.project.id for stored in context.stores.projects.get_each(wanted)]
    return activity.visible_rows(context, activity.first_rows(context, there, page)(), page)


@procedure("getMyActivityStream", SELF, failure=[])
def get_my_activity_stream(context: Context, *, limit: Integer = 0, before_id: Integer = 0) -> list[ActivityRow]:
    """Get the activity of the active projects in which the caller has a role, the newest first.

    Args:
        limit: the highest number of rows, up to 200; 0 means 100; an extension.
        before_id: see getProjectActivity.

    Returns:
        The rows.
    """
    from lambdaboard.services import activity  # noqa: PLC0415

    page = activity.ActivityPage.of(limit, before_id, OF_MINE)
    return activity.visible_rows(context, activity.first_rows(context, active_projects(context), page)(), page)
