"""People and groups, and their roles in a project (context.md 8)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.api.access import CREATION, MANAGEMENT, VIEW, is_admitted
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import GroupId, ProjectId, UserId
from lambdaboard.api.registry import procedure
from lambdaboard.domain.group import check_room
from lambdaboard.domain.user import checked_project_role, is_assignable
from lambdaboard.errors import Forbidden, NotFound, Reason, Rejected, Thing
from lambdaboard.jsonrpc import Flag, Text
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.domain.user import User
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.users import Member


@procedure("getProjectUsers", VIEW, failure={})
def get_project_users(context: Context, project_id: ProjectId) -> dict[str, str]:
    """Get the people with a role in a project, also by groups, also viewers and disabled users, by name and username.

    Args:
        project_id: the project, active or not.

    Returns:
        User id -> full name, or username if there is none; {} if there are none, or no such project. Source:
        context.md 8, like all of this module.
    """
    users = (member.user for member in _members(context, project_id))
    return _titles(sorted(users, key=lambda user: user.username))


@procedure("getAssignableUsers", VIEW, failure={})
def get_assignable_users(
    context: Context,
    project_id: ProjectId,
    prepend_unassigned: Flag = False,  # noqa: FBT002 - clients may send it by position
) -> dict[str, str]:
    """Get the people who may own tasks of a project, by name, then by id: active managers and members, also by groups.

    Args:
        project_id: the project, active or not.
        prepend_unassigned: put `"0": "Unassigned"` in front.

    Returns:
        User id -> full name, or username if there is none; {} if there is no such project.
    """
    members = _members(context, project_id)
    titles = _titles(member.user for member in members if is_assignable(member.user, member.role))
    return {"0": "Unassigned"} | titles if prepend_unassigned else titles


def _members(context: Context, project_id: int) -> list[Member]:
    """Read the people of a project, also those by groups (2 round trips; 3 where groups have a role); NotFound."""
    users = context.stores.users
    read = partial(context.stores.projects.get, project_id, with_tombstones=True)
    stored, own = gather(read, first_page(users.roles_in(project_id)))
    return users.members(users.effective_roles(stored, dict(own)))


def _titles(users: Iterable[User]) -> dict[str, str]:
    """Return names by id, ordered by name; users of the same name keep their order."""
    return {str(user.id): user.title for user in sorted(users, key=lambda user: user.title)}


@procedure("getProjectUserRole", VIEW, failure="")
def get_project_user_role(context: Context, project_id: ProjectId, user_id: UserId) -> str:
    """Get the role of a person in a project: their own one, else the highest one of their groups.

    Args:
        project_id: the project, active or not.
        user_id: the person, active or not.

    Returns:
        `project-manager`, `project-member` or `project-viewer`; "" if they have none, or there is no such project.
    """
    stored = context.stores.projects.get(project_id, members=[user_id])
    return stored.people.role_of(user_id)


@procedure("addProjectUser", MANAGEMENT)
def add_project_user(context: Context, project_id: ProjectId, user_id: UserId, role: Text = "project-member") -> bool:
    """Give a person a role in a project; in a private one only callers who may create projects can do this.

    Args:
        project_id: the project, active or not.
        user_id: a user, active or not.
        role: `project-manager`, `project-member` or `project-viewer`.

    Returns:
        True; false if they have one already, or there is no such project, user or role.
    """
    stores = context.stores
    stored = stores.projects.get(project_id, users=[user_id])
    _check_may_bring_in(context, stored)
    role = checked_project_role(role)  # first, so that a wrong one does not show who there is
    if stored.people.user(user_id) is None:
        raise NotFound(Thing.USER)
    return context.commit(True, *stores.users.add_member_actions(project_id, user_id, role))


@procedure("changeProjectUserRole", MANAGEMENT)
def change_project_user_role(context: Context, project_id: ProjectId, user_id: UserId, role: Text) -> bool:
    """Give a person of a project another role in it.

    Args:
        project_id: the project, active or not.
        user_id: the person.
        role: `project-manager`, `project-member` or `project-viewer`.

    Returns:
        True; false if they have none in the project, or there is no such project or role.
    """
    checked_project_role(role)
    context.stores.projects.get(project_id)
    return context.commit(True, *context.stores.users.change_member_actions(project_id, user_id, role))


@procedure("removeProjectUser", MANAGEMENT)
def remove_project_user(context: Context, project_id: ProjectId, user_id: UserId) -> bool:
    """Remove a person's own role in a project; their tasks there keep their assignee.

    Args:
        project_id: the project, active or not.
        user_id: the person.

    Returns:
        True; false if they have none, or there is no such project.
    """
    context.stores.projects.get(project_id)
    return context.commit(True, *context.stores.users.remove_member_actions(project_id, user_id))


def _check_may_bring_in(context: Context, stored: StoredProject) -> None:
    """Check that the caller may add people to a project: to a private one only if they may create projects; Forbidden.

    Else every person could read all names, by a private project of their own.
    """
    if stored.project.is_private and not is_admitted(context.caller, CREATION):
        raise Forbidden


# --- groups ---------------------------------------------------------------------------------------------------------


@procedure("addProjectGroup", MANAGEMENT)
def add_project_group(
    context: Context, project_id: ProjectId, group_id: GroupId, role: Text = "project-member"
) -> bool:
    """Give a group a role in a project; in a private one only callers who may create projects can do this.

    Args:
        project_id: the project, active or not.
        group_id: the group.
        role: `project-manager`, `project-member` or `project-viewer`. A person's own role takes precedence; of several
            groups the highest role counts.

    Returns:
        True; false if the group has a role already, or there is no such project, group or role. A project has at
        most 100 groups.
    """
    stored = context.stores.groups.project_with(project_id, group_id)
    _check_may_bring_in(context, stored)
    role = checked_project_role(role)  # as in addProjectUser
    if not stored.people.has_group(group_id):
        raise NotFound(Thing.GROUP)
    if group_id in stored.project.groups:
        raise Rejected(Reason.ALREADY_MEMBER, "group_id")
    check_room(stored.project.groups, "group_id")
    return context.commit(True, *context.stores.groups.give_role_actions(stored, group_id, role))


@procedure("changeProjectGroupRole", MANAGEMENT)
def change_project_group_role(context: Context, project_id: ProjectId, group_id: GroupId, role: Text) -> bool:
    """Give a group of a project another role in it.

    Args:
        project_id: the project, active or not.
        group_id: the group.
        role: `project-manager`, `project-member` or `project-viewer`.

    Returns:
        True; false if the group has none in the project, or there is no such project or role.
    """
    role = checked_project_role(role)
    stored = _with_group(context, project_id, group_id)
    return context.commit(True, *context.stores.groups.give_role_actions(stored, group_id, role))


@procedure("removeProjectGroup", MANAGEMENT)
def remove_project_group(context: Context, project_id: ProjectId, group_id: GroupId) -> bool:
    """Remove a group's role in a project; tasks of its people keep their assignee.

    Args:
        project_id: the project, active or not.
        group_id: the group.

    Returns:
        True; false if the group has none, or there is no such project.
    """
    stored = _with_group(context, project_id, group_id)
    return context.commit(True, *context.stores.groups.take_role_actions(stored, group_id))


def _with_group(context: Context, project_id: int, group_id: int) -> StoredProject:
    """Read a project in which a group has a role (1 round trip); NotFound if it has none."""
    stored = context.stores.groups.project_with(project_id, group_id)
    if group_id not in stored.project.groups or not stored.people.has_group(group_id):
        raise NotFound(Thing.GROUP)
    return stored
