"""Version, time zone, colours and roles of the application."""

from __future__ import annotations

from lambdaboard.api.access import OPEN
from lambdaboard.api.context import Context
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.tasks import ColorRow, color_row
from lambdaboard.domain.colors import COLORS

# Not our own version: clients compare it to know the features of the API. It is the Kanboard whose API we follow.
VERSION = "1.2.53"


@procedure("getVersion", OPEN)
def get_version(_context: Context) -> str:
    """Get the version of Kanboard whose API this is compatible with.

    Returns:
        Three numbers, `n.n.n`. Source: context.md 15, like all of this module.
    """
    return VERSION


@procedure("getTimezone", OPEN)
def get_timezone(context: Context) -> str:
    """Get the application's time zone, which is that of dates without an offset.

    Returns:
        An IANA name.
    """
    return str(context.settings.timezone)


@procedure("getDefaultTaskColor", OPEN)
def get_default_task_color(context: Context) -> str:
    """Get the colour of tasks without a given one.

    Returns:
        Its id.
    """
    return context.settings.default_color


@procedure("getDefaultTaskColors", OPEN)
def get_default_task_colors(context: Context) -> dict[str, ColorRow]:
    """Get the colours that a task can have.

    Returns:
        Colours by id.
    """
    return {color_id: color_row(color_id, context.settings.default_color) for color_id in COLORS}


@procedure("getColorList", OPEN)
def get_color_list(_context: Context) -> dict[str, str]:
    """Get the names of the colours that a task can have.

    Returns:
        Names by id.
    """
    return {color_id: color["name"] for color_id, color in COLORS.items()}


@procedure("getApplicationRoles", OPEN)
def get_application_roles(_context: Context) -> dict[str, str]:
    """Get the names of the roles that a person can have in the application.

    Returns:
        Names by id.
    """
    return {"app-admin": "Administrator", "app-manager": "Manager", "app-user": "User"}


@procedure("getProjectRoles", OPEN)
def get_project_roles(_context: Context) -> dict[str, str]:
    """Get the names of the roles that a person can have in a project.

    Returns:
        Names by id.
    """
    return {
        "project-manager": "Project Manager",
        "project-member": "Project Member",
        "project-viewer": "Project Viewer",
    }
