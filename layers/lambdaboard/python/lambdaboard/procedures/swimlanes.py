"""The swimlanes of a board."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import MANAGEMENT, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import InnerSwimlaneId, ProjectId, SwimlaneId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.projects import SwimlaneRow, swimlane_row
from lambdaboard.domain.project import Swimlane, longest, moved_to, replaced, without
from lambdaboard.domain.project_rules import checked_name, checked_position, checked_unique
from lambdaboard.errors import NotFound, Reason, Rejected, Thing
from lambdaboard.jsonrpc import Integer, Text
from lambdaboard.services.project_changes import commit_project
from lambdaboard.store.parallel import gather

if TYPE_CHECKING:
    from lambdaboard.domain.project import Project
    from lambdaboard.store.projects import StoredProject


@procedure("getActiveSwimlanes", VIEW, failure=[])
def get_active_swimlanes(context: Context, project_id: ProjectId) -> list[SwimlaneRow]:
    """Get the active swimlanes of a project, by position.

    Args:
        project_id: the project.

    Returns:
        The swimlanes; an empty list if there is no such project. Source: context.md 4, like all of this module.
    """
    return [swimlane_row(lane) for lane in context.stores.projects.get(project_id).project.active_swimlanes()]


@procedure("getAllSwimlanes", VIEW, failure=[])
def get_all_swimlanes(context: Context, project_id: ProjectId) -> list[SwimlaneRow]:
    """Get all swimlanes of a project, by position: the inactive ones have 0 and come first.

    Args:
        project_id: the project.

    Returns:
        The swimlanes; an empty list if there is no such project.
    """
    return [swimlane_row(lane) for lane in context.stores.projects.get(project_id).project.swimlanes_in_order()]


@procedure("getSwimlane", VIEW, failure=None)
def get_swimlane(context: Context, swimlane_id: SwimlaneId) -> SwimlaneRow:
    """Get a swimlane by its id.

    Args:
        swimlane_id: the swimlane, active or not.

    Returns:
        The swimlane; null if there is no such swimlane.
    """
    return swimlane_row(context.stores.projects.of_swimlane(swimlane_id).project.swimlane(swimlane_id))


@procedure("getSwimlaneById", VIEW, failure=None)
def get_swimlane_by_id(context: Context, swimlane_id: SwimlaneId) -> SwimlaneRow:
    """Get a swimlane by its id: another name of getSwimlane.

    Args:
        swimlane_id: the swimlane, active or not.

    Returns:
        The swimlane; null if there is no such swimlane.
    """
    return get_swimlane(context, swimlane_id)


@procedure("getSwimlaneByName", VIEW, failure=None, looks_for=Thing.SWIMLANE)
def get_swimlane_by_name(context: Context, project_id: ProjectId, name: Text) -> SwimlaneRow:
    """Get a swimlane of a project by its name, which is case-sensitive.

    Args:
        project_id: the project.
        name: the whole name, of an active or inactive swimlane.

    Returns:
        The swimlane; null if there is none.
    """
    for lane in context.stores.projects.get(project_id).project.swimlanes:
        if lane.name == name:
            return swimlane_row(lane)
    raise NotFound(Thing.SWIMLANE)


@procedure("addSwimlane", MANAGEMENT)
def add_swimlane(context: Context, project_id: ProjectId, name: Text, description: Text = "") -> int:
    """Add a swimlane after the last active one.

    Args:
        project_id: the project.
        name: 1 to 191 characters that no other swimlane of the project has; case-sensitive.
        description: Markdown.

    Returns:
        The id of the swimlane; false if there is no such project or the name is refused.
    """
    projects = context.stores.projects
    stored, new_id = gather(partial(projects.get, project_id), partial(projects.next_id, "swimlane"))
    project = stored.project
    checked_unique((each.name for each in project.swimlanes), checked_name(name), "name")
    lane = Swimlane(id=new_id, name=name, position=0, project_id=project_id, description=description)
    added = project.changed(swimlanes=(*project.swimlanes, lane)).with_active([*_active(project), lane.id])
    largest = longest(name=name, description=description)
    return commit_project(context, stored, lane.id, largest_parameter=largest, swimlanes=added.swimlanes)


@procedure("updateSwimlane", MANAGEMENT)
def update_swimlane(
    context: Context, project_id: ProjectId, swimlane_id: InnerSwimlaneId, name: Text, description: Text | None = None
) -> bool:
    """Change a swimlane.

    Args:
        project_id: the project.
        swimlane_id: one of it, active or not.
        name: see addSwimlane.
        description: unchanged if not given.

    Returns:
        True; false if the project has no such swimlane or the name is refused.
    """
    stored = context.stores.projects.get(project_id)
    lane = stored.project.swimlane(swimlane_id)
    checked_unique((each.name for each in without(stored.project.swimlanes, swimlane_id)), checked_name(name), "name")
    description = lane.description if description is None else description
    changed = msgspec.structs.replace(lane, name=name, description=description)
    lanes = replaced(stored.project.swimlanes, changed)
    largest = longest(name=name, description=description)
    return commit_project(context, stored, True, largest_parameter=largest, swimlanes=lanes)


@procedure("disableSwimlane", MANAGEMENT)
def disable_swimlane(context: Context, project_id: ProjectId, swimlane_id: InnerSwimlaneId) -> bool:
    """Make a swimlane inactive, with or without tasks; the other active ones are renumbered.

    Args:
        project_id: the project.
        swimlane_id: a swimlane of it.

    Returns:
        True, also if it was inactive; false if the project has no such swimlane.
    """
    stored = context.stores.projects.get(project_id)
    if not stored.project.swimlane(swimlane_id).is_active:
        return context.commit(True)
    return _commit_active(context, stored, [each for each in _active(stored.project) if each != swimlane_id])


@procedure("enableSwimlane", MANAGEMENT)
def enable_swimlane(context: Context, project_id: ProjectId, swimlane_id: InnerSwimlaneId) -> bool:
    """Make a swimlane active, after the last active one; an active one keeps its position.

    Args:
        project_id: the project.
        swimlane_id: a swimlane of it.

    Returns:
        True, also if it was active; false if the project has no such swimlane.
    """
    stored = context.stores.projects.get(project_id)
    if stored.project.swimlane(swimlane_id).is_active:
        return context.commit(True)
    return _commit_active(context, stored, [*_active(stored.project), swimlane_id])


@procedure("changeSwimlanePosition", MANAGEMENT)
def change_swimlane_position(
    context: Context, project_id: ProjectId, swimlane_id: InnerSwimlaneId, position: Integer
) -> bool:
    """Move an active swimlane among the active ones; the others are renumbered.

    Args:
        project_id: the project.
        swimlane_id: an active one of it.
        position: from 1 to the number of all swimlanes; beyond the last active one means last.

    Returns:
        True; false if the project has no such active swimlane, or no such position.
    """
    stored = context.stores.projects.get(project_id)
    project = stored.project
    position = checked_position(position, len(project.swimlanes))
    moved = moved_to(project.active_swimlanes(), swimlane_id, position, Thing.SWIMLANE)
    return _commit_active(context, stored, [lane.id for lane in moved])


@procedure("removeSwimlane", MANAGEMENT)
def remove_swimlane(context: Context, project_id: ProjectId, swimlane_id: InnerSwimlaneId) -> bool:
    """Remove a swimlane without tasks, also the last one; the other active ones are renumbered.

    Args:
        project_id: the project.
        swimlane_id: a swimlane of it, active or not.

    Returns:
        True; false if the project has no such swimlane, or while it holds a task, open or closed.
    """
    stored = context.stores.projects.get(project_id)
    project = stored.project
    project.swimlane(swimlane_id)  # NotFound if there is none
    if not context.stores.task_index.is_swimlane_empty(project_id, swimlane_id):
        raise Rejected(Reason.NOT_EMPTY, "swimlane_id")
    rest = project.changed(swimlanes=without(project.swimlanes, swimlane_id))
    return commit_project(context, stored, True, swimlanes=rest.with_active(_active(rest)).swimlanes)


def _commit_active(context: Context, stored: StoredProject, lane_ids: list[int]) -> bool:
    """Make these swimlanes the active ones, in this order."""
    return commit_project(context, stored, True, swimlanes=stored.project.with_active(lane_ids).swimlanes)


def _active(project: Project) -> list[int]:
    return [lane.id for lane in project.active_swimlanes()]
