"""Users in the table: one item each, and which projects they are in.

A role in a project is two items, written together: one with the project, for every call that asks for the role, and its
mirror with the user. The mirror stays when the person leaves, without a role: it leads to tasks that name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambdaboard.domain import user as domain
from lambdaboard.errors import NotFound, Reason, Rejected
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
from lambdaboard.store.parallel import in_parts
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.domain.user import User
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.projects import ProjectStore, StoredProject
    from lambdaboard.store.table import Table

NOBODY = 0
"""The id that no user has."""

COUNTS = ("nb_failed_login", "lock_expiration_date", "attempts_left")
"""What `store.logins` counts, beside `doc`."""


class StoredUser(msgspec.Struct, frozen=True):
    """A user as they were read.

    Attributes:
        nb_failed_login: wrong passwords since the last right one, and those that are not decided yet.
        lock_expiration_date: Unix seconds until which the right password is none either; 0 for never locked.
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
        """Say whether too many wrong passwords were tried."""
        return now < self.lock_expiration_date

    def may_try(self, now: int) -> bool:
        """Say whether a password may be looked at: the user is not locked, and an attempt is left."""
        return not self.is_locked(now) and self.attempts_left > 0


class Member(NamedTuple):
    """A person with a role in a project."""

    user: User
    role: str


class UserStore:
    """Reads and writes users and their roles in projects. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore) -> None:
        self._table = table
        self._projects = projects

    # --- users --------------------------------------------------------------------------------------------------

    def get(self, user_id: int) -> StoredUser:
        """Read a user (1); NotFound."""
        item = self.item(user_id)
        if item is None:
            raise NotFound(Reason.USER)
        return StoredUser.of(dict(item))

    def item(self, user_id: int) -> Mapping[str, Any] | None:
        """Read a user's item as it is (1); None where there is none."""
        return self._table.get_one(keys.user(user_id))

    def by_name(self, username: str) -> StoredUser:
        """Read the user of a name, which is case-sensitive (2); NotFound."""
        lookup = self._table.get_one(keys.username(username)) if len(username) <= domain.MAX_USERNAME else None
        stored = self.get(int(lookup["user_id"]["N"]) if lookup else NOBODY)
        if stored.user.username != username:  # renamed meanwhile, or it is only what the name reads like
            raise NotFound(Reason.USER)
        return stored

    def all(self) -> Iterator[StoredUser]:
        """Yield all users by id (1 a MB, and 1 for 500, as they are asked for)."""
        entries = self._table.query(keys.listed_user.pk)
        for wanted in in_parts(keys.user(*keys.listed_user.parse(key_of(entry))) for entry in entries):
            items = self._table.get(wanted)
            yield from (StoredUser.of(items[key]) for key in wanted if key in items)

    def named(self, user_ids: Iterable[int]) -> dict[int, User]:
        """Read users by their ids (1 a 100, 0 for nobody); 0 and removed users are left out."""
        found = self._table.get(keys.user(each) for each in {*user_ids} if each > 0)
        users = (domain.decode(item["doc"]["S"]) for item in found.values())
        return {user.id: user for user in users}

    def private_projects(self, project_ids: Iterable[int]) -> list[StoredProject]:
        """Read those of some projects that are private (1)."""
        return [each for each in self._projects.get_many(project_ids).values() if each.project.is_private]

    # --- writing users ------------------------------------------------------------------------------------------

    def next_id(self) -> int:
        """Take an id (1)."""
        return self._table.next_id("user")

    def put_actions(self, user: User) -> list[TransactItem]:
        """Return what writes a new user; Rejected where the name is taken.

        An import may bring `user.password` as a hash of Kanboard's, if `passwords.is_importable`.
        """
        counts = {"nb_failed_login": number(0), "lock_expiration_date": number(0)}
        return [
            put_new(keys.user(user.id), new_item({"doc": string(domain.encode(user)), **counts})),
            *_name_actions(None, user),
            put(keys.listed_user(user.id), {}),
        ]

    def replace_actions(self, stored: StoredUser, user: User) -> list[TransactItem]:
        """Return what writes a user over the version that was read; Rejected where the new name is taken."""
        written = update_version(keys.user(user.id), stored.version, {"doc": string(domain.encode(user))})
        return [written, *_name_actions(stored.user, user)]

    def enable_actions(self, stored: StoredUser) -> list[TransactItem]:
        """Return what makes a user active, and unlocks them."""
        return [unlock(stored, stored.user.changed(is_active=1))]

    def delete_actions(self, stored: StoredUser, now: int) -> list[TransactItem]:
        """Return what removes a user; what names them reads as nobody's at once, and `cascade` rewrites it."""
        user = stored.user
        return [
            delete_version(keys.user(user.id), stored.version),
            *_name_actions(user, None),
            delete(keys.listed_user(user.id)),
            *people.put_tombstones(user.id, now),
        ]

    # --- projects -----------------------------------------------------------------------------------------------

    def roles_in(self, project_id: int) -> Iterator[tuple[int, str]]:
        """Yield who has a role in a project, and the role, by id (1 a MB, lazily); users may be removed."""
        for entry in self._table.query(keys.project_pk(project_id), begins=keys.member.sk_prefix):
            yield keys.member.parse(key_of(entry))[1], entry["role"]["S"]

    def members(self, roles: Mapping[int, str]) -> list[Member]:
        """Read the users among people with a role in a project, active or not (1 a 100)."""
        found = self.named(roles)
        return [Member(found[user_id], role) for user_id, role in roles.items() if user_id in found]

    def roles(self, user_id: int) -> dict[int, str]:
        """Read the projects that a user is in, each with their role (1 a MB); projects may be removed."""
        return {project_id: role for project_id, role in self.memberships(user_id).items() if role}

    def may_keep(self, project_id: int, user_id: int) -> bool:
        """Say whether a task that comes to a project keeps its owner (1): viewers do, too (behaviour.md 3.9)."""
        return people.may_keep(self._table.get(people.keys_of(project_id, [user_id])), project_id, user_id)

    def add_member_actions(self, project_id: int, user_id: int, role: str) -> list[TransactItem]:
        """Return what makes a person a member; Rejected where they are one."""
        return [
            put_new(keys.member(project_id, user_id), {"role": string(role)}, Rejected(Reason.ALREADY_MEMBER)),
            put(keys.membership(user_id, project_id), {"role": string(role)}),
        ]

    def change_member_actions(self, project_id: int, user_id: int, role: str) -> list[TransactItem]:
        """Return what gives a member another role; NotFound where the person is none."""
        return [
            put_existing(keys.member(project_id, user_id), {"role": string(role)}, NotFound(Reason.MEMBER)),
            put(keys.membership(user_id, project_id), {"role": string(role)}),
        ]

    def remove_member_actions(self, project_id: int, user_id: int) -> list[TransactItem]:
        """Return what ends a membership; tasks keep the person as owner; NotFound where they are no member."""
        return [
            delete(keys.member(project_id, user_id), NotFound(Reason.MEMBER)),
            put(keys.membership(user_id, project_id), {"role": string("")}),
        ]

    def memberships(self, user_id: int) -> dict[int, str]:
        """Read the projects that a user is or was in, with their role, "" for those that they left (1 a MB)."""
        entries = self._table.query(keys.user_pk(user_id), begins=keys.membership.sk_prefix)
        return {keys.membership.parse(key_of(entry))[1]: entry["role"]["S"] for entry in entries}


def unlock(stored: StoredUser, user: User) -> TransactItem:
    """Return what writes a user of the same name over the version that was read, and forgets wrong passwords."""
    counts = {"nb_failed_login": number(0), "lock_expiration_date": number(0), "attempts_left": None}
    return update_version(keys.user(user.id), stored.version, {"doc": string(domain.encode(user))} | counts)


def _name_keys(user: User | None) -> set[keys.Key]:
    """Return what makes a user's name unique: the name, and the one that it reads like, if that is another one."""
    return {keys.username(name) for name in (user.username, domain.plain_name(user.username))} if user else set()


def _name_actions(before: User | None, after: User | None) -> list[TransactItem]:
    """Return what gives back the name that a change gives up, and takes the new one; Rejected where that is taken."""
    old, new = _name_keys(before), _name_keys(after)
    own = {":own": number(before.id)} if before else {}
    is_own = "attribute_not_exists(pk) OR user_id = :own"
    taken = Rejected(Reason.NAME_TAKEN)
    return [
        *(delete_unchanged(key, is_own, own) for key in sorted(old - new)),
        *(put_new(key, {"user_id": number(after.id)}, taken) for key in sorted(new - old) if after),
    ]
