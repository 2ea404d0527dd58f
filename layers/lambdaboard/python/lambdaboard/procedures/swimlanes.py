"""The swimlanes of a board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.project import Swimlane, longest, moved_to, replaced, without
from lambdaboard.domain.project_rules import limited, place, unique
from lambdaboard.errors import NotFound, Rejected
from lambdaboard.jsonrpc import Integer, Text
from lambdaboard.procedures.access import MANAGEMENT, VIEW
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import Row, struct_row
from lambdaboard.store import keys
from lambdaboard.store.parallel import start

if TYPE_CHECKING:
    from lambdaboard.domain.project import Project


@procedure("getActiveSwimlanes", VIEW, failure=[])
def get_active_swimlanes(context: Context, project_id: Id) -> list[Row]:
    """Get the active swimlanes of a project, by position.

    Args:
        project_id: the project.

    Returns:
        `id`, `name`, `position`, `is_active`, `project_id`, `description` and `task_limit` of each; an empty list where
        there is no such project. Source: context-api.md 4, like all of this module.
    """
    return [struct_row(lane) for lane in context.stores.projects.get(project_id).project.active_swimlanes()]


@procedure("getAllSwimlanes", VIEW, failure=[])
def get_all_swimlanes(context: Context, project_id: Id) -> list[Row]:
    """Get all swimlanes of a project, by position: the inactive ones have 0 and come first.

    Args:
        project_id: the project.

    Returns:
        As getActiveSwimlanes; an empty list where there is no such project.
    """
    return [struct_row(lane) for lane in context.stores.projects.get(project_id).project.swimlanes_in_order()]


@procedure("getSwimlane", VIEW, failure=None)
def get_swimlane(context: Context, swimlane_id: Id) -> Row:
    """Get a swimlane by its id.

    Args:
        swimlane_id: the swimlane, active or not.

    Returns:
        As in getActiveSwimlanes; null where there is no such swimlane.
    """
    return struct_row(context.stores.projects.of(keys.swimlane(swimlane_id)).project.swimlane(swimlane_id))


@procedure("getSwimlaneById", VIEW, failure=None)
def get_swimlane_by_id(context: Context, swimlane_id: Id) -> Row:
    """Get a swimlane by its id: another name of getSwimlane.

    Args:
        swimlane_id: the swimlane, active or not.

    Returns:
        As in getActiveSwimlanes; null where there is no such swimlane.
    """
    return get_swimlane(context, swimlane_id)


@procedure("getSwimlaneByName", VIEW, failure=None)
def get_swimlane_by_name(context: Context, project_id: Id, name: Text) -> Row:
    """Get a swimlane of a project by its name, letter case counts.

    Args:
        project_id: the project.
        name: the whole name, of an active swimlane or not.

    Returns:
        As in getActiveSwimlanes; null where there is none.
    """
    for lane in context.stores.projects.get(project_id).project.swimlanes:
        if lane.name == name:
            return struct_row(lane)
    raise NotFound("swimlane")


@procedure("addSwimlane", MANAGEMENT)
def add_swimlane(context: Context, project_id: Id, name: Text, description: Text = "") -> int:
    """Add a swimlane behind the last active one.

    Args:
        project_id: the project.
        name: 1 to 191 characters that no other swimlane of the project has, letter case counts.
        description: Markdown.

    Returns:
        The id of the swimlane; false where there is no such project or the name is refused.
    """
    projects = context.stores.projects
    new_id = start(projects.next_id, "swimlane")
    read = projects.get(project_id)
    project = read.project
    unique((each.name for each in project.swimlanes), limited(name))
    lane = Swimlane(id=new_id.result(), name=name, position=0, project_id=project_id, description=description)
    added = project.changed(swimlanes=(*project.swimlanes, lane)).with_active([*_active(project), lane.id])
    context.answers(lane.id)
    projects.replace(read, added, longest(name=name, description=description))
    return lane.id


@procedure("updateSwimlane", MANAGEMENT)
def update_swimlane(
    context: Context, project_id: Id, swimlane_id: Id, name: Text, description: Text | None = None
) -> bool:
    """Change a swimlane.

    Args:
        project_id: the project.
        swimlane_id: one of it, active or not.
        name: see addSwimlane.
        description: stays if it is not given.

    Returns:
        True; false where the project has no such swimlane or the name is refused.
    """
    read = context.stores.projects.get(project_id)
    lane = read.project.swimlane(swimlane_id)
    unique((each.name for each in without(read.project.swimlanes, swimlane_id)), limited(name))
    description = lane.description if description is None else description
    changed = msgspec.structs.replace(lane, name=name, description=description)
    lanes = replaced(read.project.swimlanes, changed)
    context.stores.projects.replace(
        read, read.project.changed(swimlanes=lanes), longest(name=name, description=description)
    )
    return True


@procedure("disableSwimlane", MANAGEMENT, unknown=True)
def disable_swimlane(context: Context, project_id: Id, swimlane_id: Id) -> bool:
    """Make a swimlane inactive, with or without tasks; the other active ones close up.

    Args:
        project_id: the project.
        swimlane_id: a swimlane of it.

    Returns:
        True, also where it was inactive or there is no such swimlane.
    """
    read = context.stores.projects.get(project_id)
    if read.project.swimlane(swimlane_id).is_active:
        rest = [each for each in _active(read.project) if each != swimlane_id]
        context.stores.projects.replace(read, read.project.with_active(rest))
    return True


@procedure("enableSwimlane", MANAGEMENT, unknown=True)
def enable_swimlane(context: Context, project_id: Id, swimlane_id: Id) -> bool:
    """Make a swimlane active, behind the last active one; an active one stays in its place.

    Args:
        project_id: the project.
        swimlane_id: a swimlane of it.

    Returns:
        True, also where there is no such swimlane.
    """
    read = context.stores.projects.get(project_id)
    if not read.project.swimlane(swimlane_id).is_active:
        context.stores.projects.replace(read, read.project.with_active([*_active(read.project), swimlane_id]))
    return True


@procedure("changeSwimlanePosition", MANAGEMENT)
def change_swimlane_position(context: Context, project_id: Id, swimlane_id: Id, position: Integer) -> bool:
    """Move an active swimlane among the active ones; the others close up.

    Args:
        project_id: the project.
        swimlane_id: an active one of it.
        position: from 1 to the number of all swimlanes; behind the last active one means the end.

    Returns:
        True; false where the project has no such active swimlane, or no such position.
    """
    read = context.stores.projects.get(project_id)
    project = read.project
    moved = moved_to(project.active_swimlanes(), swimlane_id, place(position, len(project.swimlanes)))
    context.stores.projects.replace(read, project.with_active([lane.id for lane in moved]))
    return True


@procedure("removeSwimlane", MANAGEMENT)
def remove_swimlane(context: Context, project_id: Id, swimlane_id: Id) -> bool:
    """Remove a swimlane without tasks, be it the last one; the other active ones close up.

    Args:
        project_id: the project.
        swimlane_id: a swimlane of it, active or not.

    Returns:
        True; false where the project has no such swimlane, or while it holds a task, open or closed.
    """
    stores = context.stores
    read = stores.projects.get(project_id)
    project = read.project
    project.swimlane(swimlane_id)
    if not stores.task_index.is_lane_empty(project_id, [keys.lanes_of(swimlane_id)]):
        raise Rejected("not empty")
    rest = project.changed(swimlanes=without(project.swimlanes, swimlane_id))
    stores.projects.replace(read, rest.with_active(_active(rest)))
    return True


def _active(project: Project) -> list[int]:
    return [lane.id for lane in project.active_swimlanes()]
