"""Automatic actions: the available ones, and those of a project (context.md 14)."""

from __future__ import annotations

from functools import partial

from lambdaboard.api.access import MANAGEMENT, OPEN
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ActionId, ProjectId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.projects import AutomaticActionRow, automatic_action_row
from lambdaboard.domain.action_descriptions import DESCRIPTIONS
from lambdaboard.domain.automatic_actions import EVENTS, MAX_ACTIONS, PREFIX, checked, compatible_events
from lambdaboard.domain.project import AutomaticAction, without
from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc import Text, Values
from lambdaboard.services.project_changes import commit_project
from lambdaboard.store.parallel import gather


@procedure("getAvailableActions", OPEN)
def get_available_actions(_context: Context) -> dict[str, str]:
    """Get the available automatic actions, also those that do not run here (createAction).

    Returns:
        Descriptions by name, in their order.
    """
    return {PREFIX + name: description for name, description in DESCRIPTIONS.items()}


@procedure("getAvailableActionEvents", OPEN)
def get_available_action_events(_context: Context) -> dict[str, str]:
    """Get the events for which automatic actions can wait.

    Returns:
        Descriptions by name, in their order.
    """
    return EVENTS


@procedure("getCompatibleActionEvents", OPEN, failure={})
def get_compatible_action_events(_context: Context, action_name: Text) -> dict[str, str]:
    """Get the events for which an automatic action can wait.

    Args:
        action_name: one of getAvailableActions; another one is -32602.

    Returns:
        As getAvailableActionEvents.
    """
    return compatible_events(action_name)


@procedure("getActions", MANAGEMENT, failure=[])
def get_actions(context: Context, project_id: ProjectId) -> list[AutomaticActionRow]:
    """Get the automatic actions of a project, by id, which is the order in which they run.

    Args:
        project_id: the project.

    Returns:
        The automatic actions; an empty list if there is no such project.
    """
    project = context.stores.projects.get(project_id).project
    return [automatic_action_row(action, project_id) for action in project.automatic_actions]


@procedure("createAction", MANAGEMENT)
def create_action(context: Context, project_id: ProjectId, event_name: Text, action_name: Text, params: Values) -> int:
    """Add an automatic action to a project: it runs when an event happens to a task. A project has at most 100.

    Args:
        project_id: the project.
        event_name: one of getCompatibleActionEvents.
        action_name: one of getAvailableActions, except those that wait for the daily job, send mail or change another
            project: they do not run here.
        params: each parameter of the action by name, and no other; at most 255 characters per value. If the thing that
            a value names does not exist, the action does nothing.

    Returns:
        The id of the action; false if there is no such project or action, it does not run here, or the event or the
        names do not fit.
    """
    texts = checked(event_name, action_name, params)
    projects = context.stores.projects
    stored, new_id = gather(partial(projects.get, project_id), partial(projects.next_id, "action"))
    if len(stored.project.automatic_actions) >= MAX_ACTIONS:
        raise InvalidParams("project_id", f"has {MAX_ACTIONS} automatic actions already, which is the limit")
    action = AutomaticAction(id=new_id, event_name=event_name, action_name=action_name, params=texts)
    return commit_project(
        context,
        stored,
        action.id,
        largest_parameter="params",
        automatic_actions=(*stored.project.automatic_actions, action),
    )


@procedure("removeAction", MANAGEMENT)
def remove_action(context: Context, action_id: ActionId) -> bool:
    """Remove an automatic action from its project.

    Args:
        action_id: the action.

    Returns:
        True; false if there is no such action.
    """
    stored = context.stores.projects.of_action(action_id)
    stored.project.automatic_action(action_id)
    return commit_project(context, stored, True, automatic_actions=without(stored.project.automatic_actions, action_id))
