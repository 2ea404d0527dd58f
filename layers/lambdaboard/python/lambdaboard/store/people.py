"""People in items that were read with others: their role in a project, whether they were removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain import project, user
from lambdaboard.store import keys, tombstones
from lambdaboard.store.tombstones import GROUPS, USERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lambdaboard.domain.user import User
    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key


def keys_of(project_id: int, user_ids: Iterable[int | None]) -> list[Key]:
    """Return the keys of the items with people's roles in a project.

    0, None and impossible ids are skipped.
    """
    people = {user_id for user_id in user_ids if user_id and user_id > 0}
    found = [key for each in sorted(people) for key in (keys.user(each), keys.member(project_id, each))]
    return [*found, tombstones.OWN] if found else []


def user_of(items: Mapping[Key, Item], user_id: int) -> User | None:
    """Return a user from the items that were read; None if they are not among them."""
    item = items.get(keys.user(user_id))
    return user.decode(item["doc"]["S"]) if item else None


def group_roles(items: Mapping[Key, Item], project_id: int) -> dict[int, str]:
    """Return the groups that have a role in a project, with the role; the project and the tombstones were read."""
    item, removed = items.get(keys.project(project_id)), GROUPS.ids(items)
    roles = project.decode(item["doc"]["S"]).groups if item else {}
    return {group_id: role for group_id, role in roles.items() if group_id not in removed}


def role_in(items: Mapping[Key, Item], project_id: int, user_id: int, groups: Collection[int]) -> str:
    """Return the role of a person in a project that was read, "" for none; source: context.md 2.2.

    Args:
        items: those that were read: the project, the member, and the tombstones of groups if the person is in any.
        project_id: the project.
        user_id: the person, who exists.
        groups: of which they are a member.
    """
    member = items.get(keys.member(project_id, user_id))
    if member or not groups:
        return user.effective_role(str(member["role"]["S"]) if member else "", ())
    return user.effective_role("", (role for each, role in group_roles(items, project_id).items() if each in groups))


def role_of(items: Mapping[Key, Item], project_id: int, user_id: int) -> str:
    """Return a person's role in a project; "" if there is no such user or they have none."""
    person = user_of(items, user_id)
    return role_in(items, project_id, user_id, person.groups) if person else ""


def assignable(items: Mapping[Key, Item], project_id: int, user_ids: Iterable[int | None]) -> set[int]:
    """Return those who may own tasks of a project; their `keys_of` were read."""
    people = {user_id for user_id in user_ids if user_id}
    return {each for each in people if user.is_assignable(user_of(items, each), role_of(items, project_id, each))}


def may_keep(items: Mapping[Key, Item], project_id: int, user_id: int) -> bool:
    """Return whether a task that comes to a project keeps its owner: viewers do, too (behaviour.md 3.9)."""
    person = user_of(items, user_id)
    return person is not None and bool(person.is_active) and role_of(items, project_id, user_id) != ""


def deleted_users(items: Mapping[Key, Item]) -> dict[int, int]:
    """Return the removed users whom tasks may still name, each with the time of the removal in Unix seconds."""
    return USERS.ids(items)


class ReadAlong(msgspec.Struct, frozen=True):
    """The people of a project who were read in the same round trip as it.

    Attributes:
        items: all items that were read in the same round trip, for the stores.
    """

    project_id: int
    items: Mapping[Key, Item]

    def user(self, user_id: int) -> User | None:
        """Return a user who was read along; None if there is no such user."""
        return user_of(self.items, user_id)

    def role_of(self, user_id: int) -> str:
        """Return the role of a member who was read along; "" for none, or if there is no such user."""
        return role_of(self.items, self.project_id, user_id)

    def assignable(self, *user_ids: int | None) -> set[int]:
        """Return those of the members who were read along that may own tasks of the project."""
        return assignable(self.items, self.project_id, user_ids)

    def has_group(self, group_id: int) -> bool:
        """Return whether a group that was read along exists."""
        return keys.group(group_id) in self.items

    @property
    def group_roles(self) -> dict[int, str]:
        """The groups that have a role in the project, with the role, if the tombstones were read along."""
        return group_roles(self.items, self.project_id)

    @property
    def deleted_users(self) -> dict[int, int]:
        """The removed users whom tasks may still name, if the tombstones were read along."""
        return deleted_users(self.items)
