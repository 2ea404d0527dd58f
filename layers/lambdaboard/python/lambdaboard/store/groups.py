"""Groups in the table: all in one partition, with their members and the projects in which they have a role.

A user's own item names their groups, a project's item the roles of groups: every call that checks a role reads both.
The items here are written in the same transactions, and are for lists.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain import group as domain
from lambdaboard.domain import project as projects
from lambdaboard.errors import NotFound, Reason, Rejected, Thing
from lambdaboard.store import keys, tombstones
from lambdaboard.store.actions import (
    Version,
    delete,
    delete_version,
    new_item,
    number,
    put,
    put_new,
    string,
    update_version,
)
from lambdaboard.store.parallel import gather, gather_map
from lambdaboard.store.table import key_of
from lambdaboard.store.tombstones import GROUPS, USERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.domain.group import Group
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.projects import ProjectStore, StoredProject
    from lambdaboard.store.table import Table


class StoredGroup(msgspec.Struct, frozen=True):
    """A group as it was read."""

    group: Group
    version: Version


class GroupStore:
    """Reads groups and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore) -> None:
        self._table = table
        self._projects = projects

    # --- reading ------------------------------------------------------------------------------------------------

    def get(self, group_id: int) -> StoredGroup:
        """Read a group (1); NotFound."""
        item = self._table.get_one(keys.group(group_id))
        if item is None:
            raise NotFound(Thing.GROUP)
        return StoredGroup(domain.decode(item["doc"]["S"]), Version.of(dict(item)))

    def project_with(self, project_id: int, group_id: int) -> StoredProject:
        """Read a project and a group, for `ReadAlong.has_group` (1); NotFound, Forbidden."""
        return self._projects.get(project_id, keys.group(group_id))

    def named(self, group_ids: Iterable[int]) -> list[Group]:
        """Read groups by their ids (1; 0 for none); missing ones are skipped."""
        wanted = [keys.group(each) for each in group_ids]
        found = self._table.get(wanted) if wanted else {}
        return [domain.decode(item["doc"]["S"]) for item in found.values()]

    def all(self) -> Iterator[Group]:
        """Yield all groups by id (1 per MB, only as far as they are used)."""
        for item in self._table.query(keys.group.pk, begins=keys.group.sk_prefix):
            yield domain.decode(item["doc"]["S"])

    def numbers_of_members(self) -> Counter[int]:
        """Count the members of each group (1 per MB); removed users do not count."""
        entries, removed = gather(
            lambda: [*self._table.query(keys.group.pk, begins=keys.group_member.sk_prefix)],
            lambda: USERS.ids(self._table.get([tombstones.OWN])),
        )
        members = (keys.group_member.parse(key_of(entry)) for entry in entries)
        return Counter(group_id for group_id, user_id in members if user_id not in removed)

    def members(self, group_id: int) -> Iterator[int]:
        """Yield the ids of a group's members, by id (1 per MB, only as far as they are used); users may be removed."""
        between = keys.of_group(keys.group_member, group_id)
        for entry in self._table.query(keys.group.pk, between=between):
            yield keys.group_member.parse(key_of(entry))[1]

    def members_of_many(self, group_ids: Iterable[int]) -> dict[int, list[int]]:
        """Read the ids of the members of some groups (1 per MB; 0 for none)."""
        wanted = [*group_ids]
        return dict(zip(wanted, gather_map(lambda each: [*self.members(each)], wanted), strict=True))

    def roles(self, group_ids: Iterable[int]) -> dict[int, list[str]]:
        """Read the projects in which some groups have a role, each with all of those (1 per MB; 0 for no groups).

        Groups that were removed have none; projects may be removed.
        """
        wanted = [*group_ids]
        if not wanted:
            return {}
        removed, entries = gather(
            lambda: GROUPS.ids(self._table.get([tombstones.OWN])), lambda: gather_map(self._projects_of, wanted)
        )
        found: defaultdict[int, list[str]] = defaultdict(list)
        for group_id, of_group in zip(wanted, entries, strict=True):
            for project_id, role in of_group if group_id not in removed else ():
                found[project_id].append(role)
        return found

    def _projects_of(self, group_id: int) -> list[tuple[int, str]]:
        entries = self._table.query(keys.group.pk, between=keys.of_group(keys.group_project, group_id))
        return [(keys.group_project.parse(key_of(entry))[1], entry["role"]["S"]) for entry in entries]

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self) -> int:
        """Take an id (1)."""
        return self._table.next_id("group")

    def put_actions(self, group: Group) -> list[TransactItem]:
        """Return the actions that write a new group; Rejected if the name is taken."""
        return [
            put_new(keys.group(group.id), new_item({"doc": string(domain.encode(group))})),
            *_name_actions(None, group),
        ]

    def replace_actions(self, stored: StoredGroup, group: Group) -> list[TransactItem]:
        """Return the actions that write a group over the version that was read; Rejected if the new name is taken."""
        written = update_version(keys.group(group.id), stored.version, {"doc": string(domain.encode(group))})
        return [written, *_name_actions(stored.group, group)]

    def delete_actions(self, stored: StoredGroup, now: int) -> list[TransactItem]:
        """Return the actions that remove a group: its roles end at once, and `cascade` deletes what belonged to it."""
        group = stored.group
        return [
            delete_version(keys.group(group.id), stored.version),
            *_name_actions(group, None),
            *GROUPS.put_actions(group.id, now),
        ]

    def give_role_actions(self, stored: StoredProject, group_id: int, role: str) -> list[TransactItem]:
        """Return the actions that give a group a role in a project, over the version of the project that was read."""
        project = stored.project.with_group(group_id, role)
        return [
            *self._projects.replace_actions(stored, project, "group_id"),
            put_role(group_id, project.id, role),
        ]

    def take_role_actions(self, stored: StoredProject, group_id: int) -> list[TransactItem]:
        """Return the actions that take the role of a group in a project, in the same way."""
        project = stored.project.without_group(group_id)
        return [
            *self._projects.replace_actions(stored, project),
            delete(keys.group_project(group_id, project.id)),
        ]


def put_role(group_id: int, project_id: int, role: str) -> TransactItem:
    """Return the action that lists a project with a group; the project's own item is written with it."""
    return put(keys.group_project(group_id, project_id), {"role": string(role)})


def put_member(group_id: int, user_id: int) -> TransactItem:
    """Return the action that lists a member; the user's item is written with it (`UserStore.replace_actions`)."""
    return put_new(keys.group_member(group_id, user_id), {}, Rejected(Reason.ALREADY_MEMBER, "user_id"))


def delete_member(group_id: int, user_id: int) -> TransactItem:
    """Return the action that deletes a member from the list; NotFound if they are not a member."""
    return delete(keys.group_member(group_id, user_id), NotFound(Thing.MEMBER))


def without_role(item: Item, group_id: int) -> TransactItem | None:
    """Return the action that takes the role of a removed group in a project; None if it has none."""
    project = projects.decode(item["doc"]["S"])
    if group_id not in project.groups:
        return None
    doc = {"doc": string(projects.encode(project.without_group(group_id)))}
    return update_version(keys.project(project.id), Version.of(item), doc)


def _name_actions(before: Group | None, after: Group | None) -> list[TransactItem]:
    """Return the actions that release the old name and take the new one; Rejected if that is taken."""
    if before and after and before.name == after.name:
        return []
    taken = Rejected(Reason.TAKEN, "name")
    return [
        *([delete(keys.group_name(before.name))] if before else []),
        *([put_new(keys.group_name(after.name), {"group_id": number(after.id)}, taken)] if after else []),
    ]
