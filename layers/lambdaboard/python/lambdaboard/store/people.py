"""What items that were read beside others say of people: their role in a project, whether they were removed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain import user as domain
from lambdaboard.errors import Conflict
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdaboard.domain.user import User
    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key

TOMBSTONE = "u"
"""The attributes of an item of tombstones: `u7` is when user 7 was removed, in Unix seconds."""

TOMBSTONES = [keys.user_tombstones(copy) for copy in range(keys.TOMBSTONE_COPIES)]
"""The items of tombstones, which are written together."""

OWN_TOMBSTONES = random.choice(TOMBSTONES)  # noqa: S311 - spreads readers, guards nothing
"""The one that this container reads: so no item is read by all of them (docs/scale.md)."""


def keys_of(project_id: int, user_ids: Iterable[int | None]) -> list[Key]:
    """Return what must be read to know people's roles in a project; 0, None and what cannot be an id is nobody."""
    people = {user_id for user_id in user_ids if user_id and user_id > 0}
    return [key for each in sorted(people) for key in (keys.user(each), keys.member(project_id, each))]


def user_of(items: Mapping[Key, Item], user_id: int) -> User | None:
    """Return a user from the items that were read; None where they are not among them."""
    item = items.get(keys.user(user_id))
    return domain.decode(item["doc"]["S"]) if item else None


def role_of(items: Mapping[Key, Item], project_id: int, user_id: int) -> str:
    """Return a person's role in a project; "" where there is no such user or they have none."""
    member = items.get(keys.member(project_id, user_id))
    return str(member["role"]["S"]) if member and keys.user(user_id) in items else ""


def assignable(items: Mapping[Key, Item], project_id: int, user_ids: Iterable[int | None]) -> set[int]:
    """Return those who may own tasks of a project; their `keys_of` were read."""
    people = {user_id for user_id in user_ids if user_id}
    return {each for each in people if domain.is_assignable(user_of(items, each), role_of(items, project_id, each))}


def may_keep(items: Mapping[Key, Item], project_id: int, user_id: int) -> bool:
    """Say whether a task that comes to a project keeps its owner: viewers do, too (behaviour.md 3.9)."""
    user = user_of(items, user_id)
    return user is not None and bool(user.is_active) and role_of(items, project_id, user_id) != ""


def deleted_users(items: Mapping[Key, Item]) -> dict[int, int]:
    """Return the removed users whom tasks may still name, each with the time of the removal in Unix seconds."""
    stones = [items[key] for key in TOMBSTONES if key in items]
    found = {name: at for each in stones for name, at in each.items() if name.startswith(TOMBSTONE)}
    return {int(name.removeprefix(TOMBSTONE)): int(at["N"]) for name, at in found.items()}


class ReadAlong(msgspec.Struct, frozen=True):
    """The people of a project who were read in the same round trip as it.

    Attributes:
        items: all that was read in that round trip, for the stores.
    """

    project_id: int
    items: Mapping[Key, Item]

    def user(self, user_id: int) -> User | None:
        """Return a user who was read along; None where there is no such user."""
        return user_of(self.items, user_id)

    def role_of(self, user_id: int) -> str:
        """Return the role of a member who was read along; "" where they have none, or there is no such user."""
        return role_of(self.items, self.project_id, user_id)

    def assignable(self, *user_ids: int | None) -> set[int]:
        """Return those of the members who were read along that may own tasks of the project."""
        return assignable(self.items, self.project_id, user_ids)

    @property
    def deleted_users(self) -> dict[int, int]:
        """The removed users whom tasks may still name, if the tombstones were read along."""
        return deleted_users(self.items)


def put_tombstones(user_id: int, now: int) -> list[TransactItem]:
    """Return what makes every task that names a user nobody's, at once; Conflict where the user has one already."""
    name = f"{TOMBSTONE}{user_id}"
    expression, values, is_new = f"SET {name} = :now", {":now": number(now)}, f"attribute_not_exists({name})"
    return [update(key, expression, values, is_new, Conflict("user")) for key in TOMBSTONES]


def delete_tombstones(user_ids: Iterable[int]) -> list[TransactItem]:
    """Return what removes the tombstones of users, up to a hundred, whom no task names any more."""
    names = ", ".join(f"{TOMBSTONE}{user_id}" for user_id in user_ids)
    return [
        TransactItem({"Update": {"Key": key.attributes(), "UpdateExpression": f"REMOVE {names}"}}) for key in TOMBSTONES
    ]
