"""Projects: create, find, change, remove."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from lambdaboard.api.access import ADMINISTRATION, CREATION, MANAGEMENT, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ProjectId, UserIdOrBlank
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.projects import ProjectRow, project_row
from lambdaboard.domain.project import Category, Column, Project, Swimlane, longest, numbered
from lambdaboard.domain.project_rules import CHECKS, DATES, check_order, checked_project, iso_dates
from lambdaboard.domain.serialization import properties
from lambdaboard.domain.user import PROJECT_MANAGER
from lambdaboard.errors import NotFound, Rejected, Thing
from lambdaboard.jsonrpc import IntegerOrBlank, Text
from lambdaboard.services.project_changes import commit_project
from lambdaboard.services.result_budget import ResultBudget
from lambdaboard.store.parallel import gather, gather_map

if TYPE_CHECKING:
    from lambdaboard.store.keys import Entity
    from lambdaboard.store.projects import ProjectStore, StoredProject

TOKEN_BYTES = 30
"""Bytes of a token of public access, which has 60 hexadecimal digits."""

PROJECT_CHARACTERS = 450
"""The least number of characters of a row, without its strings."""


@procedure("createProject", CREATION)
def create_project(
    context: Context,
    name: Text,
    description: Text | None = None,
    owner_id: UserIdOrBlank = 0,
    identifier: Text | None = None,
    start_date: Text | None = None,
    end_date: Text | None = None,
    priority_default: IntegerOrBlank | None = None,
    priority_start: IntegerOrBlank | None = None,
    priority_end: IntegerOrBlank | None = None,
    email: Text | None = None,
) -> int:
    """Create a project with the configured columns and categories and one swimlane.

    Args:
        name: not empty or only white space; need not be unique.
        description: Markdown.
        owner_id: a user, active or not; 0 for the caller, or nobody if that is the application. If a person calls, the
            owner becomes the project's manager.
        identifier: up to 50 ASCII letters and digits, stored in upper case and unique; "" for none.
        start_date: `2030-01-15` or in the application's date format, at most 10 characters, kept as it is; "" for none.
        end_date: as `start_date`; not before it.
        priority_default: of new tasks in the user interface; an integer.
        priority_start: the lowest one that is offered there.
        priority_end: the highest one.
        email: an address that no other project has, case-sensitive; "" for none.

    Returns:
        The id of the project; false if a value is refused. Source: context.md 3, like all of this module.
    """
    values = checked_project(_given(locals()))
    settings = context.settings
    dated = iso_dates(values, settings.timezone, settings.date_format)
    check_order(dated, dated, settings.timezone, settings.date_format)
    users, caller_id = context.stores.users, context.caller.user_id
    if caller_id:
        values["owner_id"] = owner_id or caller_id
    project, _ = gather(
        partial(new_project, context, values),
        lambda: users.get(owner_id) if owner_id else None,  # NotFound if there is no such user
    )
    actions = context.stores.projects.put_actions(project, longest(description=description, name=name))
    manager = users.add_member_actions(project.id, project.owner_id, PROJECT_MANAGER) if caller_id else []
    return context.commit(project.id, *actions, *manager)


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return those arguments of a procedure that are properties with rules."""
    return {name: arguments[name] for name in CHECKS}


def new_project(context: Context, values: dict[str, Any]) -> Project:
    """Return a new project with these properties, and the configured board (1 round trip)."""
    settings, projects = context.settings, context.stores.projects
    columns, categories = settings.default_columns, settings.default_categories
    first = _new_ids(projects, {"project": 1, "column": len(columns), "swimlane": 1, "category": len(categories)})
    project_id = first["project"]
    return Project(
        id=project_id,
        columns=numbered(
            Column(id=new_id, title=title, position=0, project_id=project_id)
            for new_id, title in enumerate(columns, start=first["column"])
        ),
        swimlanes=(Swimlane(id=first["swimlane"], name=settings.default_swimlane, position=1, project_id=project_id),),
        categories=tuple(
            Category(id=new_id, name=name, project_id=project_id)
            for new_id, name in enumerate(categories, start=first["category"])
        ),
        **values,
    )


def _new_ids(projects: ProjectStore, counts: dict[Entity, int]) -> dict[Entity, int]:
    """Take ids of each entity, by the counts, and return the first ones, 0 for none (1 round trip, in parallel)."""
    wanted = {entity: count for entity, count in counts.items() if count}
    first = gather_map(lambda each: projects.next_id(*each), wanted.items())
    return dict.fromkeys(counts, 0) | dict(zip(wanted, first, strict=True))


@procedure("updateProject", MANAGEMENT)
def update_project(
    context: Context,
    project_id: ProjectId,
    name: Text | None = None,
    description: Text | None = None,
    owner_id: UserIdOrBlank | None = None,
    identifier: Text | None = None,
    start_date: Text | None = None,
    end_date: Text | None = None,
    priority_default: IntegerOrBlank | None = None,
    priority_start: IntegerOrBlank | None = None,
    priority_end: IntegerOrBlank | None = None,
    email: Text | None = None,
) -> bool:
    """Change properties of a project, all or none of them; values that are not given do not change.

    Args:
        project_id: the project, active or not.
        name: see createProject, for this and the following ones.
        description: Markdown.
        owner_id: a user, who does not get a role by this; 0 for nobody.
        identifier: "" clears it.
        start_date: `2030-01-15` or in the application's date format, stored in the first form; "" clears it.
        end_date: as `start_date`; not before the start, new or stored.
        priority_default: an integer.
        priority_start: an integer.
        priority_end: an integer.
        email: "" clears it.

    Returns:
        True; false if there is no such project or a value is refused.
    """
    settings = context.settings
    changes = iso_dates(checked_project(_given(locals())), settings.timezone, settings.date_format)
    stored = context.stores.projects.get(project_id, users=[owner_id] if owner_id else [])
    if changes.keys() & {*DATES}:  # first, so that a wrong one does not show who there is
        check_order(properties(stored.project) | changes, changes, settings.timezone, settings.date_format)
    if owner_id and stored.people.user(owner_id) is None:
        raise NotFound(Thing.USER)
    largest = longest(description=description, name=name)
    return commit_project(context, stored, True, largest_parameter=largest, **changes)


@procedure("getProjectById", VIEW, failure=None)
def get_project_by_id(context: Context, project_id: ProjectId) -> ProjectRow:
    """Get a project by its id.

    Args:
        project_id: the project, active or not.

    Returns:
        The project; null if there is no such project.
    """
    return project_row(context.stores.projects.get(project_id, with_last_change=True), context.base_url)


@procedure("getProjectByName", VIEW, hides_forbidden=True, looks_for=Thing.PROJECT)
def get_project_by_name(context: Context, name: Text) -> ProjectRow:
    """Get a project by its name, which is case-sensitive; of several the one with the lowest id.

    Args:
        name: the whole name.

    Returns:
        The project; false if there is none.
    """
    return project_row(context.stores.projects.by_name(name), context.base_url)


@procedure("getProjectByIdentifier", VIEW, hides_forbidden=True, looks_for=Thing.PROJECT)
def get_project_by_identifier(context: Context, identifier: Text) -> ProjectRow:
    """Get a project by its identifier, in any letter case.

    Args:
        identifier: the whole identifier.

    Returns:
        The project; false if there is none, or for "".
    """
    return project_row(context.stores.projects.by_identifier(_as_stored("identifier", identifier)), context.base_url)


@procedure("getProjectByEmail", VIEW, hides_forbidden=True, looks_for=Thing.PROJECT)
def get_project_by_email(context: Context, email: Text) -> ProjectRow:
    """Get a project by its e-mail address, which is case-sensitive.

    Args:
        email: the whole address.

    Returns:
        The project; false if there is none, or for "".
    """
    return project_row(context.stores.projects.by_email(_as_stored("email", email)), context.base_url)


def _as_stored(name: str, text: str) -> str:
    """Return a unique name in its stored form; NotFound for one that no project can have."""
    try:
        stored: str = checked_project({name: text})[name]
    except Rejected:
        raise NotFound(Thing.PROJECT) from None
    return stored


@procedure("getAllProjects", ADMINISTRATION)
def get_all_projects(context: Context) -> list[ProjectRow]:
    """Get all projects, active or not, by name, then by id.

    Returns:
        The projects.
    """
    fitting = ResultBudget(context.result_limit).each(context.stores.projects.all(), _characters)
    projects = sorted(fitting, key=lambda stored: stored.project.name)
    return [project_row(stored, context.base_url) for stored in projects]


def _characters(stored: StoredProject) -> int:
    """Return the least number of characters of the row of a project."""
    return PROJECT_CHARACTERS + len(stored.project.name) + len(stored.project.description or "")


@procedure("removeProject", MANAGEMENT)
def remove_project(context: Context, project_id: ProjectId) -> bool:
    """Remove a project with everything in it.

    Args:
        project_id: the project, active or not.

    Returns:
        True; false if there is no such project.
    """
    projects = context.stores.projects
    return context.commit(True, *projects.delete_actions(projects.get(project_id)))


@procedure("enableProject", MANAGEMENT)
def enable_project(context: Context, project_id: ProjectId) -> bool:
    """Make a project active.

    Args:
        project_id: the project.

    Returns:
        True, also if it was already; false if there is no such project.
    """
    return commit_project(context, context.stores.projects.get(project_id), True, is_active=1)


@procedure("disableProject", MANAGEMENT)
def disable_project(context: Context, project_id: ProjectId) -> bool:
    """Make a project inactive: its tasks are no longer overdue; it can still be read and changed.

    Args:
        project_id: the project.

    Returns:
        True, also if it was already; false if there is no such project.
    """
    return commit_project(context, context.stores.projects.get(project_id), True, is_active=0)


@procedure("enableProjectPublicAccess", MANAGEMENT)
def enable_project_public_access(context: Context, project_id: ProjectId) -> bool:
    """Give a project a new token, and links with it. There are no public pages here, so the links lead to nothing.

    Args:
        project_id: the project, active or not.

    Returns:
        True, also if it had one; false if there is no such project.
    """
    stored = context.stores.projects.get(project_id)
    return commit_project(context, stored, True, is_public=1, token=secrets.token_hex(TOKEN_BYTES))


@procedure("disableProjectPublicAccess", MANAGEMENT)
def disable_project_public_access(context: Context, project_id: ProjectId) -> bool:
    """Remove the token and its links from a project.

    Args:
        project_id: the project, active or not.

    Returns:
        True, also if it had none; false if there is no such project.
    """
    return commit_project(context, context.stores.projects.get(project_id), True, is_public=0, token="")
