"""Groups of people (context.md 7); addProjectGroup gives a group a role in a project."""

from __future__ import annotations

from functools import partial

from lambdaboard.api.access import ADMINISTRATION
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import GroupId, UserId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.people import GroupMemberRow, GroupRow, ListedGroupRow, group_row, user_row
from lambdaboard.domain.group import Group, check_room, checked_group
from lambdaboard.jsonrpc import Text
from lambdaboard.procedures.users import USER_CHARACTERS
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.store.parallel import first_page, gather


@procedure("createGroup", ADMINISTRATION)
def create_group(context: Context, name: Text, external_id: Text | None = "") -> int:
    """Create a group without members.

    Args:
        name: up to 1,000 characters, also none; unique, case-sensitive.
        external_id: the group's id in another system, up to 1,000 characters; null is kept as null.

    Returns:
        The id of the group; false if the name is taken. Source: context.md 7, like all of this module.
    """
    values = checked_group({"name": name, "external_id": external_id})
    groups = context.stores.groups
    group = Group(id=groups.next_id(), name=name, external_id=values.get("external_id"))
    return context.commit(group.id, *groups.put_actions(group))


@procedure("updateGroup", ADMINISTRATION)
def update_group(
    context: Context, group_id: GroupId, name: Text | None = None, external_id: Text | None = None
) -> bool:
    """Change properties of a group; values that are not given do not change.

    Args:
        group_id: the group.
        name: see createGroup.
        external_id: see createGroup.

    Returns:
        True; false if there is no such group or the name is another's.
    """
    changes = checked_group({"name": name, "external_id": external_id})
    stored = context.stores.groups.get(group_id)
    if not changes:
        return context.commit(True)
    return context.commit(True, *context.stores.groups.replace_actions(stored, stored.group.changed(**changes)))


@procedure("removeGroup", ADMINISTRATION)
def remove_group(context: Context, group_id: GroupId) -> bool:
    """Remove a group; its roles end at once. Tasks of its members keep their assignee.

    Args:
        group_id: the group.

    Returns:
        True; false if there is no such group.
    """
    groups = context.stores.groups
    return context.commit(True, *groups.delete_actions(groups.get(group_id), context.now))


@procedure("getGroup", ADMINISTRATION, failure=None)
def get_group(context: Context, group_id: GroupId) -> GroupRow:
    """Get a group.

    Args:
        group_id: the group.

    Returns:
        The group; null if there is no such group.
    """
    return group_row(context.stores.groups.get(group_id).group)


@procedure("getAllGroups", ADMINISTRATION)
def get_all_groups(context: Context) -> list[ListedGroupRow]:
    """Get all groups, by name, with the number of their members.

    Returns:
        The groups.
    """
    groups, members = gather(partial(_all, context), context.stores.groups.numbers_of_members)
    return [
        ListedGroupRow(id=each.id, name=each.name, external_id=each.external_id, nb_users=members[each.id])
        for each in sorted(groups, key=lambda group: group.name)
    ]


def _all(context: Context) -> list[Group]:
    """Read all groups; ResultTooLarge."""
    budget = ResultBudget(context.result_limit)
    return [*budget.each(context.stores.groups.all(), lambda group: ROW_CHARACTERS + len(group.name))]


@procedure("addGroupMember", ADMINISTRATION)
def add_group_member(context: Context, group_id: GroupId, user_id: UserId) -> bool:
    """Add a user to a group: they have its roles in projects from then on.

    Args:
        group_id: the group.
        user_id: the user, active or not.

    Returns:
        True; false if they are in it already, or there is no such group or user. A user is in at most 100 groups.
    """
    stores = context.stores
    _, stored = gather(partial(stores.groups.get, group_id), partial(stores.users.get, user_id))
    if group_id not in stored.user.groups:  # else the write is rejected
        check_room(stored.user.groups, "user_id")
    return context.commit(True, *stores.users.add_group_actions(stored, group_id))


@procedure("removeGroupMember", ADMINISTRATION)
def remove_group_member(context: Context, group_id: GroupId, user_id: UserId) -> bool:
    """Remove a user from a group; their tasks keep their assignee.

    Args:
        group_id: the group.
        user_id: the user.

    Returns:
        True; false if they are not in it, or there is no such group or user.
    """
    stores = context.stores
    _, stored = gather(partial(stores.groups.get, group_id), partial(stores.users.get, user_id))
    return context.commit(True, *stores.users.remove_group_actions(stored, group_id))


@procedure("isGroupMember", ADMINISTRATION)
def is_group_member(context: Context, group_id: GroupId, user_id: UserId) -> bool:
    """Check whether a user is in a group.

    Args:
        group_id: the group.
        user_id: the user.

    Returns:
        True or false; false if there is no such group or user.
    """
    stores = context.stores
    _, stored = gather(partial(stores.groups.get, group_id), partial(stores.users.get, user_id))
    return group_id in stored.user.groups


@procedure("getGroupMembers", ADMINISTRATION, failure=[])
def get_group_members(context: Context, group_id: GroupId) -> list[GroupMemberRow]:
    """Get the users who are in a group, active or not, by id.

    Args:
        group_id: the group.

    Returns:
        The users; [] if there is no such group.
    """
    stores = context.stores
    _, user_ids = gather(partial(stores.groups.get, group_id), first_page(stores.groups.members(group_id)))
    fitting = ResultBudget(context.result_limit).each(stores.users.get_many(user_ids), lambda _: USER_CHARACTERS)
    return [GroupMemberRow(group_id=group_id, user_id=stored.user.id, **user_row(stored)) for stored in fitting]


@procedure("getMemberGroups", ADMINISTRATION, failure=[])
def get_member_groups(context: Context, user_id: UserId) -> list[GroupRow]:
    """Get the groups that a user is in, by name.

    Args:
        user_id: the user, active or not.

    Returns:
        The groups; [] if there is no such user.
    """
    stores = context.stores
    groups = stores.groups.named(stores.users.get(user_id).user.groups)
    return [group_row(each) for each in sorted(groups, key=lambda group: group.name)]
