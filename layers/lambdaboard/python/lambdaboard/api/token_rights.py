"""The procedures that a token allows, if its owner may call them (decision 16); `store.authorization` checks projects.

Each table names procedures: limited tokens may not call one that is in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdaboard.domain.token import Token


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PASSWORD_ONLY = _names("""
    createToken removeToken changeMyPassword createUser createLdapUser
    addProjectUser changeProjectUserRole removeProjectUser
    addProjectGroup changeProjectGroupRole removeProjectGroup
    addGroupMember removeGroupMember removeGroup
""")
"""Procedures for tokens, passwords and roles, which no token allows; nor a role or a password in updateUser."""

READ_ONLY = _names("""
    rpc.discover getVersion getTimezone getDefaultTaskColor getDefaultTaskColors getColorList
    getApplicationRoles getProjectRoles getExternalTaskLinkTypes getExternalTaskLinkProviderDependencies
    getAvailableActions getAvailableActionEvents getCompatibleActionEvents getActions
    getMe getMyDashboard getMyActivityStream getMyProjectsList getMyProjects getMyOverdueTasks getTokens
    getUser getUserByName getAllUsers isActiveUser
    getGroup getAllGroups getMemberGroups getGroupMembers isGroupMember
    getAllProjects getProjectById getProjectByName getProjectByIdentifier getProjectByEmail
    getProjectActivity getProjectActivities getProjectUsers getAssignableUsers getProjectUserRole
    getProjectMetadata getProjectMetadataByName getAllProjectFiles getProjectFile downloadProjectFile
    getBoard getColumns getColumn getActiveSwimlanes getAllSwimlanes getSwimlane getSwimlaneById getSwimlaneByName
    getAllCategories getCategory getAllTags getTagsByProject getTaskTags
    getTask getAllTasks getTaskByReference searchTasks getOverdueTasks getOverdueTasksByProject
    getTaskMetadata getTaskMetadataByName getTaskFile getAllTaskFiles downloadTaskFile
    getComment getAllComments getSubtask getAllSubtasks hasSubtaskTimer getSubtaskTimeSpent
    getAllLinks getLinkById getLinkByLabel getOppositeLinkId
    getTaskLinkById getAllTaskLinks getExternalTaskLinkById getAllExternalTaskLinks
""")
"""The procedures that a `read_only` token allows: they change nothing."""

WITHOUT_PROJECT = frozenset({"getMe", "getVersion", "rpc.discover"})
"""The procedures that a token for some projects allows, other than calls in these projects."""


def allows(token: Token, procedure: str, *, is_in_project: bool) -> bool:
    """Return whether a token allows a procedure.

    Args:
        token: of the caller.
        procedure: its name.
        is_in_project: its calls need a role in a project.
    """
    return (
        procedure not in PASSWORD_ONLY
        and (procedure in READ_ONLY or not token.read_only)
        and (_stays_in_projects(procedure, is_in_project=is_in_project) or not token.projects)
    )


def _stays_in_projects(procedure: str, *, is_in_project: bool) -> bool:
    """Return whether a procedure stays within the projects of a token."""
    return is_in_project or procedure in WITHOUT_PROJECT
