"""Users in the table: one item each, and their memberships.

A role in a project is two items, written together: a member in the project's partition, for every call that checks the
role, and a membership in the user's. The membership stays without a role when the person leaves: tasks there may still
name the user.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambdaboard.domain import user as domain
from lambdaboard.errors import NotFound, Reason, Rejected, Thing
from lambdaboard.store import groups as of_groups
from lambdaboard.store import keys, people
from lambdaboard.store.actions import (
    Version,
    delete,
    delete_unchanged,
    delete_version,
    new_item,
    number,
    put,
    put_existing,
    put_new,
    string,
    update_version,
)
from lambdaboard.store.parallel import gather, in_parts
from lambdaboard.store.table import key_of
from lambdaboard.store.tombstones import USERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.domain.user import User
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.groups import GroupStore
    from lambdaboard.store.projects import ProjectStore, StoredProject
    from lambdaboard.store.table import Table

NOBODY = 0
"""An id that no user has."""

COUNTS = ("nb_failed_login", "lock_expiration_date", "attempts_left")
"""The attributes of `store.logins`, beside `doc`."""


class StoredUser(msgspec.Struct, frozen=True):
    """A user as they were read.

    Attributes:
        nb_failed_login: wrong passwords since the last right one, and attempts without a result yet.
        lock_expiration_date: Unix seconds until which the right password is rejected, too; 0 for never locked.
        attempts_left: wrong passwords until the next lock.
    """

    user: User
    version: Version
    nb_failed_login: int = 0
    lock_expiration_date: int = 0
    attempts_left: int = domain.WRONG_PASSWORDS

    @classmethod
    def of(cls, item: Item) -> StoredUser:
        """Read a whole item."""
        counts = {name: int(item[name]["N"]) for name in COUNTS if name in item}
        return cls(domain.decode(item["doc"]["S"]), Version.of(item), **counts)

    def is_locked(self, now: int) -> bool:
        """Return whether too many wrong passwords were tried."""
        return now < self.lock_expiration_date

    def may_try(self, now: int) -> bool:
        """Return whether a password may be compared: the user is not locked, and an attempt is left."""
        return not self.is_locked(now) and self.attempts_left > 0


class Member(NamedTuple):
    """A person with a role in a project."""

    user: User
    role: str


class UserStore:
    """Reads and writes users and their roles in projects. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore, groups: GroupStore) -> None:
        self._table = table
        self._projects = projects
        self._groups = groups

    # --- users --------------------------------------------------------------------------------------------------

    def get(self, user_id: int) -> StoredUser:
        """Read a user (1); NotFound."""
        item = self.item(user_id)
        if item is None:
            raise NotFound(Thing.USER)
        return StoredUser.of(dict(item))

    def item(self, user_id: int) -> Mapping[str, Any] | None:
        """Read a user's raw item (1); None if there is none."""
        return self._table.get_one(keys.user(user_id))

    def by_name(self, username: str) -> StoredUser:
        """Read the user of a name, which is case-sensitive (2); NotFound."""
        lookup = self._table.get_one(keys.username(username)) if len(username) <= domain.MAX_USERNAME else None
        stored = self.get(int(lookup["user_id"]["N"]) if lookup else NOBODY)
        if stored.user.username != username:  # renamed meanwhile, or it is only the form in NFKC
            raise NotFound(Thing.USER)
        return stored

    def all(self) -> Iterator[StoredUser]:
        """Yield all users by id (1 per MB, and 1 for 500, only as far as they are used)."""
        entries = self._table.query(keys.listed_user.pk)
        return self.get_many(keys.listed_user.parse(key_of(entry))[0] for entry in entries)

    def get_many(self, user_ids: Iterable[int]) -> Iterator[StoredUser]:
        """Yield users in this order (1 for 500, only as far as they are used); missing ones are skipped."""
        for wanted in in_parts(map(keys.user, user_ids)):
            items = self._table.get(wanted)
            yield from (StoredUser.of(items[key]) for key in wanted if key in items)

    def named(self, user_ids: Iterable[int]) -> dict[int, User]:
        """Read users by their ids (1 per 100, 0 for nobody); 0 and removed users are left out."""
        found = self._table.get(keys.user(each) for each in {*user_ids} if each > 0)
        users = (domain.decode(item["doc"]["S"]) for item in found.values())
        return {user.id: user for user in users}

    def private_projects(self, project_ids: Iterable[int]) -> list[StoredProject]:
        """Read those of some projects that are private, with the groups that have a role there (1)."""
        found = self._projects.get_many(project_ids, with_tombstones=True).values()
        return [each for each in found if each.project.is_private]

    # --- writing users ------------------------------------------------------------------------------------------

    def next_id(self) -> int:
        """Take an id (1)."""
        return self._table.next_id("user")

    def put_actions(self, user: User, nb_failed_login: int = 0, lock_expiration_date: int = 0) -> list[TransactItem]:
        """Return the actions that write a new user, who may be locked (see StoredUser); Rejected if the name is taken.

        In an import, `user.password` may be a hash of Kanboard's, if `passwords.is_importable`.
        """
        counts = {"nb_failed_login": number(nb_failed_login), "lock_expiration_date": number(lock_expiration_date)}
        return [
            put_new(keys.user(user.id), new_item({"doc": string(domain.encode(user)), **counts})),
            *_name_actions(None, user),
            put(keys.listed_user(user.id), {}),
        ]

    def replace_actions(self, stored: StoredUser, user: User) -> list[TransactItem]:
        """Return the actions that write a user over the version that was read; Rejected if the new name is taken."""
        written = update_version(keys.user(user.id), stored.version, {"doc": string(domain.encode(user))})
        return [written, *_name_actions(stored.user, user)]

    def enable_actions(self, stored: StoredUser) -> list[TransactItem]:
        """Return the actions that make a user active, and unlock them."""
        return [unlock(stored, stored.user.changed(is_active=1))]

    def delete_actions(self, stored: StoredUser, now: int) -> list[TransactItem]:
        """Return the actions that remove a user; reads ignore their id at once, and `cascade` rewrites the tasks."""
        user = stored.user
        return [
            delete_version(keys.user(user.id), stored.version),
            *_name_actions(user, None),
            delete(keys.listed_user(user.id)),
            *USERS.put_actions(user.id, now),
        ]

    # --- projects -----------------------------------------------------------------------------------------------

    def roles_in(self, project_id: int) -> Iterator[tuple[int, str]]:
        """Yield the users with a role of their own in a project, and the role, by id (1 per MB, lazily).

        Users may be removed.
        """
        for entry in self._table.query(keys.project_pk(project_id), begins=keys.member.sk_prefix):
            yield keys.member.parse(key_of(entry))[1], entry["role"]["S"]

    def effective_roles(self, stored: StoredProject, own: Mapping[int, str]) -> dict[int, str]:
        """Add the users who have a role in a project by a group (0; 1 if groups have one); users may be removed.

        Args:
            stored: the project, read with its groups.
            own: the users with a role of their own there, and the role.
        """
        given = self._given_roles(stored.people.group_roles)
        effective = {each: domain.effective_role(own.get(each, ""), given.get(each, ())) for each in [*own, *given]}
        return {user_id: role for user_id, role in effective.items() if role}

    def _given_roles(self, roles: Mapping[int, str]) -> defaultdict[int, list[str]]:
        """Return the roles by groups, for each user."""
        given: defaultdict[int, list[str]] = defaultdict(list)
        for group_id, user_ids in self._groups.members_of_many(roles).items():
            for user_id in user_ids:
                given[user_id].append(roles[group_id])
        return given

    def members(self, roles: Mapping[int, str]) -> list[Member]:
        """Read the users among people with a role in a project, active or not (1 per 100)."""
        found = self.named(roles)
        return [Member(found[user_id], role) for user_id, role in roles.items() if user_id in found]

    def roles(self, user: User) -> dict[int, str]:
        """Read the projects in which a user has a role, also by groups, each with the role (1 per MB).

        Projects may be removed.
        """
        own, by_group = gather(partial(self.memberships, user.id), partial(self._groups.roles, user.groups))
        roles = {
            project_id: domain.effective_role(own.get(project_id, ""), by_group.get(project_id, ()))
            for project_id in own | by_group
        }
        return {project_id: role for project_id, role in roles.items() if role}

    def may_keep(self, project_id: int, user_id: int) -> bool:
        """Return whether a task that comes to a project keeps its owner (1): viewers do, too (behaviour.md 3.9)."""
        items = self._table.get([keys.project(project_id), *people.keys_of(project_id, [user_id])])
        return people.may_keep(items, project_id, user_id)

    def assignable(self, project_id: int, user_ids: Iterable[int]) -> set[int]:
        """Return those of some users who may own tasks of a project (1)."""
        wanted = [*user_ids]
        items = self._table.get([keys.project(project_id), *people.keys_of(project_id, wanted)])
        return people.assignable(items, project_id, wanted)

    def add_member_actions(self, project_id: int, user_id: int, role: str) -> list[TransactItem]:
        """Return the actions that make a person a member; Rejected if they are one already."""
        is_one = Rejected(Reason.ALREADY_MEMBER, "user_id")
        return [
            put_new(keys.member(project_id, user_id), {"role": string(role)}, is_one),
            put(keys.membership(user_id, project_id), {"role": string(role)}),
        ]

    def change_member_actions(self, project_id: int, user_id: int, role: str) -> list[TransactItem]:
        """Return the actions that give a member another role; NotFound if the person is not a member."""
        return [
            put_existing(keys.member(project_id, user_id), {"role": string(role)}, NotFound(Thing.MEMBER)),
            put(keys.membership(user_id, project_id), {"role": string(role)}),
        ]

    def remove_member_actions(self, project_id: int, user_id: int) -> list[TransactItem]:
        """Return the actions that end a membership; tasks keep their owner; NotFound if the person is not a member."""
        return [
            delete(keys.member(project_id, user_id), NotFound(Thing.MEMBER)),
            put(keys.membership(user_id, project_id), {"role": string("")}),
        ]

    def add_group_actions(self, stored: StoredUser, group_id: int) -> list[TransactItem]:
        """Return the actions that add a user to a group; Rejected if they are a member already."""
        member = of_groups.put_member(group_id, stored.user.id)
        return [member, *self.replace_actions(stored, stored.user.with_group(group_id))]

    def remove_group_actions(self, stored: StoredUser, group_id: int) -> list[TransactItem]:
        """Return the actions that remove a user from a group; NotFound if they are not a member."""
        member = of_groups.delete_member(group_id, stored.user.id)
        return [member, *self.replace_actions(stored, stored.user.without_group(group_id))]

    def memberships(self, user_id: int) -> dict[int, str]:
        """Read the projects of which a user is or was a member, with their role, "" for a former member (1 per MB)."""
        entries = self._table.query(keys.user_pk(user_id), begins=keys.membership.sk_prefix)
        return {keys.membership.parse(key_of(entry))[1]: entry["role"]["S"] for entry in entries}


def without_group(item: Item, group_id: int) -> TransactItem | None:
    """Return the action that removes a user from a removed group; None if they are not a member."""
    stored = StoredUser.of(item)
    if group_id not in stored.user.groups:
        return None
    doc = {"doc": string(domain.encode(stored.user.without_group(group_id)))}
    return update_version(keys.user(stored.user.id), stored.version, doc)


def unlock(stored: StoredUser, user: User) -> TransactItem:
    """Return the action that writes a user of the same name over the version that was read, and resets attempts."""
    counts = {"nb_failed_login": number(0), "lock_expiration_date": number(0), "attempts_left": None}
    return update_version(keys.user(user.id), stored.version, {"doc": string(domain.encode(user))} | counts)


def _name_keys(user: User | None) -> set[keys.Key]:
    """Return the keys that make a user's name unique: of the name, and of its form in NFKC, if that differs."""
    return {keys.username(name) for name in (user.username, domain.plain_name(user.username))} if user else set()


def _name_actions(before: User | None, after: User | None) -> list[TransactItem]:
    """Return the actions that release the old name and take the new one; Rejected if that is taken."""
    old, new = _name_keys(before), _name_keys(after)
    own = {":own": number(before.id)} if before else {}
    is_own = "attribute_not_exists(pk) OR user_id = :own"
    taken = Rejected(Reason.TAKEN, "username")
    return [
        *(delete_unchanged(key, is_own, own) for key in sorted(old - new)),
        *(put_new(key, {"user_id": number(after.id)}, taken) for key in sorted(new - old) if after),
    ]
