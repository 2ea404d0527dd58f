"""The calls of the authorization tests: each procedure once, so that it reaches the check of roles (roles.py)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tests.faults.engine import Moto

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client


@dataclass(frozen=True)
class World:
    """The ids for the calls: of a project and its parts, two persons and two groups.

    Attributes:
        crew: a group of the member, with a role in the project; `group` has no members.
        caller: who calls, and has commented.
    """

    project: int
    column: int
    empty_column: int
    lane: int
    empty_lane: int
    category: int
    action: int
    tag: int
    task: int
    other_task: int
    file: int
    project_file: int
    comment: int
    subtask: int
    timed_subtask: int
    task_link: int
    external_link: int
    link_type: int
    token: int
    member: int
    somebody: int
    group: int
    crew: int
    caller: int
    name: str


AN_ACTION: tuple[str, dict[str, Any]] = ("\\Kanboard\\Action\\TaskMoveColumnClosed", {"dest_column_id": 0})
"""A new action without effect, since there is no such column."""


def unknown(number: int) -> World:
    """Return the world with only unknown ids."""
    numbers: dict[str, Any] = {field.name: number for field in fields(World)}
    return World(**numbers | {"name": "unknown"})


def a_world(call: Client, name: str) -> World:
    """Make a project of this name, with one of each."""
    project = call("createProject", name=name, identifier=name, email=f"{name}@example.org")
    column, *_, empty_column = (row["id"] for row in call("getColumns", project))
    (lane,) = (row["id"] for row in call("getAllSwimlanes", project))
    member, somebody = (call("createUser", f"{who} of {name}", "password") for who in ("member", "somebody"))
    assert call("addProjectUser", project, member)
    task = call("createTask", title="Task", project_id=project, reference="R", owner_id=member, date_due="2020-01-01")
    other_task = call("createTask", title="Other", project_id=project)
    group, crew = (call("createGroup", f"{what} of {name}") for what in ("group", "crew"))
    assert call("addGroupMember", crew, member)
    assert call("addProjectGroup", project, crew, "project-viewer")
    timed_subtask = call("createSubtask", task, "Timed")
    assert call("setSubtaskStartTime", timed_subtask, member)
    assert call("saveTaskMetadata", task, {"key": "value"})
    assert call("saveProjectMetadata", project, {"key": "value"})
    assert call("setTaskTags", project, task, ["of the task"])
    world = World(
        project=project,
        column=column,
        empty_column=empty_column,
        lane=lane,
        empty_lane=call("addSwimlane", project, "Empty"),
        category=call("createCategory", project, "Category"),
        action=call("createAction", project, "task.close", *AN_ACTION),
        tag=call("createTag", project, "tag"),
        task=task,
        other_task=other_task,
        comment=call("createComment", task, member, "Comment"),
        subtask=call("createSubtask", task, "Subtask", member),
        timed_subtask=timed_subtask,
        task_link=call("createTaskLink", task, other_task, 1),
        external_link=call("createExternalTaskLink", task, "https://example.org/a.pdf", "related", "attachment", "A"),
        link_type=call("createLink", f"is {name} for"),
        token=call("createToken", name)["id"],
        file=call("createTaskFile", project, task, "file", "YQ=="),
        project_file=call("createProjectFile", project, "file", "YQ=="),
        member=member,
        somebody=somebody,
        group=group,
        crew=crew,
        caller=member,
        name=name,
    )
    assert all(vars(world).values())
    return world


def as_seen_by(call: Client, world: World, user_id: int) -> World:
    """Return a world with another caller, by `person`, with a comment and a token of their own."""
    comment = call("createComment", world.task, user_id, "Theirs")
    token = call.by(call("getUser", user_id)["username"])("createToken", "Theirs")["id"]
    return replace(world, caller=user_id, comment=comment, token=token)


T = TypeVar("T")

_made: dict[str, tuple[Any, Callable[[], None]]] = {}


def laid(name: str, make: Callable[[], T]) -> T:
    """Make something in the empty table of moto once a process; later only restore what there was then."""
    if name not in _made:
        _made[name] = make(), Moto().kept()
    made, lay = _made[name]
    lay()
    return cast(T, made)


WITHOUT_PARAMS = """getTimezone getVersion getDefaultTaskColor getDefaultTaskColors getColorList getApplicationRoles
    getProjectRoles getAvailableActions getAvailableActionEvents getAllTags rpc.discover getMe getMyDashboard
    getMyActivityStream getMyProjectsList getMyProjects getMyOverdueTasks getAllProjects getAllUsers
    getOverdueTasks getAllLinks getExternalTaskLinkTypes"""

CALLS: dict[str, Callable[[World], list[Any]]] = {
    **dict.fromkeys(WITHOUT_PARAMS.split(), lambda of: []),
    "createMyPrivateProject": lambda of: ["Mine"],
    "changeMyPassword": lambda of: ["secret of ann", "secret of ann"],
    "createProject": lambda of: ["New"],
    "createToken": lambda of: ["new"],
    "getTokens": lambda of: [],
    "getUser": lambda of: [of.somebody],
    "getUserByName": lambda of: [f"member of {of.name}"],
    "isActiveUser": lambda of: [of.somebody],
    "createUser": lambda of: ["new", "password"],
    "createLdapUser": lambda of: ["new"],
    "updateUser": lambda of: [of.somebody, None, "New name"],
    "disableUser": lambda of: [of.somebody],
    "enableUser": lambda of: [of.somebody],
    "getBoard": lambda of: [of.project],
    "getColumns": lambda of: [of.project],
    "getColumn": lambda of: [of.column],
    "getAllCategories": lambda of: [of.project],
    "getCategory": lambda of: [of.category],
    "getActiveSwimlanes": lambda of: [of.project],
    "getAllSwimlanes": lambda of: [of.project],
    "getSwimlane": lambda of: [of.lane],
    "getSwimlaneById": lambda of: [of.lane],
    "getSwimlaneByName": lambda of: [of.project, "Empty"],
    "getTagsByProject": lambda of: [of.project],
    "getTaskTags": lambda of: [of.task],
    "getProjectById": lambda of: [of.project],
    "getProjectByName": lambda of: [of.name],
    "getProjectByIdentifier": lambda of: [of.name],
    "getProjectByEmail": lambda of: [f"{of.name}@example.org"],
    "getProjectActivity": lambda of: [of.project],
    "getProjectActivities": lambda of: [[of.project]],
    "getProjectUsers": lambda of: [of.project],
    "getAssignableUsers": lambda of: [of.project],
    "getProjectUserRole": lambda of: [of.project, of.member],
    "getTask": lambda of: [of.task],
    "getAllTasks": lambda of: [of.project],
    "getTaskByReference": lambda of: [of.project, "R"],
    "searchTasks": lambda of: [of.project, "Task"],
    "getOverdueTasksByProject": lambda of: [of.project],
    "getTaskFile": lambda of: [of.file],
    "getAllTaskFiles": lambda of: [of.task],
    "downloadTaskFile": lambda of: [of.file],
    "getTaskMetadata": lambda of: [of.task],
    "getTaskMetadataByName": lambda of: [of.task, "key"],
    "getProjectMetadata": lambda of: [of.project],
    "getProjectMetadataByName": lambda of: [of.project, "key"],
    "getAllProjectFiles": lambda of: [of.project],
    "getProjectFile": lambda of: [of.project, of.project_file],
    "downloadProjectFile": lambda of: [of.project, of.project_file],
    "createTask": lambda of: ["New", of.project],
    "updateTask": lambda of: [of.task, "New title"],
    "hasSubtaskTimer": lambda of: [of.timed_subtask, of.member],  # before closeTask, which stops the timer
    "closeTask": lambda of: [of.task],
    "openTask": lambda of: [of.task],
    "moveTaskPosition": lambda of: [of.project, of.task, of.column, 2, of.lane],
    "moveTaskToProject": lambda of: [of.task, of.project],
    "duplicateTaskToProject": lambda of: [of.task, of.project],
    "createTaskFile": lambda of: [of.project, of.task, "new", "YQ=="],
    "saveTaskMetadata": lambda of: [of.task, {"new": "value"}],
    "saveProjectMetadata": lambda of: [of.project, {"new": "value"}],
    "createProjectFile": lambda of: [of.project, "new", "YQ=="],
    "setTaskTags": lambda of: [of.project, of.task, ["tag", "new"]],
    "createTag": lambda of: [of.project, "newest"],
    "updateTag": lambda of: [of.tag, "New tag"],
    "updateProject": lambda of: [of.project, "New name"],
    "disableProject": lambda of: [of.project],
    "enableProject": lambda of: [of.project],
    "enableProjectPublicAccess": lambda of: [of.project],
    "disableProjectPublicAccess": lambda of: [of.project],
    "addColumn": lambda of: [of.project, "New"],
    "updateColumn": lambda of: [of.column, "New title"],
    "changeColumnPosition": lambda of: [of.project, of.column, 2],
    "createCategory": lambda of: [of.project, "New"],
    "updateCategory": lambda of: [of.category, "New name"],
    "getCompatibleActionEvents": lambda of: [AN_ACTION[0]],
    "getActions": lambda of: [of.project],
    "createAction": lambda of: [of.project, "task.close", *AN_ACTION],
    "addSwimlane": lambda of: [of.project, "New"],
    "updateSwimlane": lambda of: [of.project, of.lane, "New name"],
    "changeSwimlanePosition": lambda of: [of.project, of.lane, 2],
    "disableSwimlane": lambda of: [of.project, of.empty_lane],
    "enableSwimlane": lambda of: [of.project, of.empty_lane],
    "addProjectUser": lambda of: [of.project, of.somebody],
    "changeProjectUserRole": lambda of: [of.project, of.somebody, "project-viewer"],
    "getGroup": lambda of: [of.crew],
    "getAllGroups": lambda of: [],
    "getGroupMembers": lambda of: [of.crew],
    "getMemberGroups": lambda of: [of.member],
    "isGroupMember": lambda of: [of.crew, of.member],
    "createGroup": lambda of: ["new group"],
    "updateGroup": lambda of: [of.crew, "New name"],
    "addGroupMember": lambda of: [of.group, of.member],
    "addProjectGroup": lambda of: [of.project, of.group],
    "changeProjectGroupRole": lambda of: [of.project, of.crew, "project-member"],
    "removeProjectGroup": lambda of: [of.project, of.crew],
    "removeGroupMember": lambda of: [of.crew, of.member],
    "getExternalTaskLinkProviderDependencies": lambda of: ["weblink"],
    "getLinkById": lambda of: [of.link_type],
    "getLinkByLabel": lambda of: [f"is {of.name} for"],
    "getOppositeLinkId": lambda of: [of.link_type],
    "createLink": lambda of: ["is new for"],
    "updateLink": lambda of: [of.link_type, 0, "is changed for"],
    "getComment": lambda of: [of.comment],
    "getAllComments": lambda of: [of.task],
    "createComment": lambda of: [of.task, of.caller, "New"],
    "updateComment": lambda of: [of.comment, "New"],
    "removeComment": lambda of: [of.comment],
    "getSubtask": lambda of: [of.subtask],
    "getAllSubtasks": lambda of: [of.task],
    "createSubtask": lambda of: [of.task, "New"],
    "updateSubtask": lambda of: [of.subtask, of.task, "New"],
    "setSubtaskStartTime": lambda of: [of.subtask, of.caller],
    "getSubtaskTimeSpent": lambda of: [of.timed_subtask, of.member],
    "setSubtaskEndTime": lambda of: [of.subtask, of.caller],
    "removeSubtask": lambda of: [of.subtask],
    "getTaskLinkById": lambda of: [of.task_link],
    "getAllTaskLinks": lambda of: [of.task],
    "createTaskLink": lambda of: [of.task, of.other_task, 2],
    "updateTaskLink": lambda of: [of.task_link, of.task, of.other_task, 4],
    "removeTaskLink": lambda of: [of.task_link],
    "removeLink": lambda of: [of.link_type],
    "getExternalTaskLinkById": lambda of: [of.task, of.external_link],
    "getAllExternalTaskLinks": lambda of: [of.task],
    "createExternalTaskLink": lambda of: [of.task, "https://example.org/b.pdf", "related", "attachment", "B"],
    "updateExternalTaskLink": lambda of: [of.task, of.external_link, "New title"],
    "removeExternalTaskLink": lambda of: [of.task, of.external_link],
    "removeTaskFile": lambda of: [of.file],
    "removeAllTaskFiles": lambda of: [of.task],
    "removeTaskMetadata": lambda of: [of.task, "key"],
    "removeProjectMetadata": lambda of: [of.project, "key"],
    "removeProjectFile": lambda of: [of.project, of.project_file],
    "removeAllProjectFiles": lambda of: [of.project],
    "removeTag": lambda of: [of.tag],
    "removeTask": lambda of: [of.task],
    "removeCategory": lambda of: [of.category],
    "removeAction": lambda of: [of.action],
    "removeColumn": lambda of: [of.empty_column],
    "removeSwimlane": lambda of: [of.project, of.empty_lane],
    "removeProjectUser": lambda of: [of.project, of.member],
    "removeGroup": lambda of: [of.crew],
    "removeProject": lambda of: [of.project],
    "removeToken": lambda of: [of.token],
    "removeUser": lambda of: [of.somebody],
}
"""A successful call of each procedure (except ERRORS), in an order in which each finds the data of earlier ones."""

ERRORS = {"createLdapUser"}
"""Procedures whose every allowed call is an error of the original, code 0."""
