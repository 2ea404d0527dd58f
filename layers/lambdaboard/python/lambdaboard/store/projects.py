"""Projects in the table: one item each, with lookups from its columns, swimlanes and categories to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambdaboard.domain import project as domain
from lambdaboard.errors import NotFound, Rejected
from lambdaboard.store import keys
from lambdaboard.store.actions import (
    TransactItem,
    Version,
    delete,
    delete_unchanged,
    new_item,
    number,
    put,
    put_new,
    replacement,
    string,
)
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lambdaboard.domain.project import Project
    from lambdaboard.store.actions import Item
    from lambdaboard.store.cache import Cache
    from lambdaboard.store.gate import Gate
    from lambdaboard.store.keys import Entity, Key
    from lambdaboard.store.table import Table

logger = Logger(child=True)


class StoredProject(msgspec.Struct, frozen=True):
    """A project as it was read.

    Attributes:
        last_modified: Unix seconds of the last change of a task.
        items: all that was read in the same round trip.
    """

    project: Project
    read: Version
    last_modified: int = 0
    items: Mapping[Key, Item] = msgspec.field(default_factory=dict)


def stored(items: Mapping[Key, Item], project_id: int) -> StoredProject:
    """Return a project from the items that were read; NotFound where it is not among them."""
    item = items.get(keys.project(project_id))
    if item is None:
        raise NotFound("project")
    changed = items.get(keys.last_change(project_id), {"n": number(0)})
    return StoredProject(domain.decode(item["doc"]["S"]), Version.of(item), int(changed["n"]["N"]), items)


def lookup(project_id: int) -> dict[str, Any]:
    """Return the attributes of an item that leads to a project."""
    return {"project_id": number(project_id)}


class ProjectStore:
    """Reads and writes projects. Costs are in round trips."""

    def __init__(self, table: Table, cache: Cache, gate: Gate) -> None:
        self._table = table
        self._memory = cache
        self.gate = gate

    def get(self, project_id: int, *also: Key) -> StoredProject:
        """Read a project, and other items in the same round trip (1); NotFound, Forbidden."""
        wanted = [keys.last_change(project_id), *self.keys_to_enter(project_id), *also]
        return self.entered(self._table.get(wanted), project_id)

    def keys_to_enter(self, project_id: int) -> list[Key]:
        """Return what must be read for `entered`."""
        return [keys.project(project_id), *self.gate.keys(project_id)]

    def entered(self, items: Mapping[Key, Item], project_id: int) -> StoredProject:
        """Return a project from the items that were read, if the caller may enter it; NotFound, Forbidden."""
        self.gate.check(items, project_id)
        return stored(items, project_id)

    def of(self, lookup_key: Key) -> StoredProject:
        """Read the project that a column, swimlane or category belongs to (2); NotFound."""
        return self.get(self.id_of(lookup_key))

    def id_of(self, lookup_key: Key) -> int:
        """Read which project something belongs to (1); NotFound."""
        item = self._table.get_one(lookup_key)
        if item is None:
            raise NotFound("project")
        return int(item["project_id"]["N"])

    def ids(self, named: str | None = None) -> list[int]:
        """Read the ids of all projects, or of those of a name (1 a MB)."""
        entries = self._table.query(keys.listed_project.pk)
        listed = (key_of(entry) for entry in entries if named is None or entry["name"]["S"] == named)
        return [keys.listed_project.parse(key)[0] for key in listed]

    def all(self) -> list[StoredProject]:
        """Read all projects by id, whoever calls (1 a MB, and 1 a 50 projects)."""
        return [*self.get_many(self.ids()).values()]

    def get_many(self, project_ids: Iterable[int]) -> dict[int, StoredProject]:
        """Read projects by their ids (1 a 50), whoever calls; those that are not there are left out."""
        wanted = [*project_ids]
        items = self._table.get(key for each in wanted for key in (keys.project(each), keys.last_change(each)))
        return {each: stored(items, each) for each in wanted if keys.project(each) in items}

    def by_name(self, name: str) -> StoredProject:
        """Read the first project of a name, by id (1 a MB, and 1); NotFound, Forbidden."""
        for project_id in self.ids(name):
            return self.get(project_id)
        raise NotFound("project")

    def by_identifier(self, identifier: str) -> StoredProject:
        """Read the project of an identifier, in upper case (2); NotFound."""
        return self.of(keys.project_identifier(identifier))

    def by_email(self, email: str) -> StoredProject:
        """Read the project of an e-mail address (2); NotFound."""
        return self.of(keys.project_email(email))

    def next_id(self, entity: Entity, count: int = 1) -> int:
        """Take ids; return the first (1)."""
        return self._table.next_id(entity, count)

    def add(self, project: Project, *actions: TransactItem, largest_parameter: str = "description") -> None:
        """Write a new project with everything that leads to it, all or nothing (1); raises as `replace`.

        Args:
            project: the project.
            actions: what belongs to the same change.
            largest_parameter: see `replace`.
        """
        self._table.transact(
            [
                put_new(keys.project(project.id), new_item({"doc": string(domain.encode(project, largest_parameter))})),
                put(keys.last_change(project.id), {"n": number(_now())}),
                put(keys.listed_project(project.id), {"name": string(project.name)}),
                *_unique_actions(None, project),
                *_lead_actions(None, project),
                *actions,
            ]
        )

    def replace(self, read: StoredProject, project: Project, largest_parameter: str = "description") -> None:
        """Write a project over what was read, with what leads to its new columns and the like, all or nothing (1).

        Args:
            read: what was read.
            project: what shall be there.
            largest_parameter: the parameter to name where the project becomes too large.

        Raises:
            Conflict: another write came first.
            Rejected: the identifier or the e-mail address is another project's.
            InvalidParams: see `domain.encode`.
        """
        self._table.transact(self.replacement(read, project, largest_parameter))

    def replacement(
        self, read: StoredProject, project: Project, largest_parameter: str = "description"
    ) -> list[TransactItem]:
        """Return what `replace` writes."""
        renamed = project.name != read.project.name
        listed = [put(keys.listed_project(project.id), {"name": string(project.name)})] if renamed else []
        doc = {"doc": string(domain.encode(project, largest_parameter))}
        return [
            replacement(keys.project(project.id), read.read, doc),
            *listed,
            *_unique_actions(read.project, project),
            *_lead_actions(read.project, project),
        ]

    def remove(self, read: StoredProject) -> None:
        """Remove a project: true at once, since nothing in it exists without it; `cascade` tidies up (1)."""
        self._table.transact(self.removal(read))

    def removal(self, read: StoredProject) -> list[TransactItem]:
        """Return what `remove` writes, up to four items."""
        project = read.project
        return [
            delete_unchanged(keys.project(project.id), "v = :read", {":read": number(read.read.version)}),
            delete(keys.listed_project(project.id)),
            *(delete(key) for key in _unique_keys(project)),
        ]

    def touching(self, project_id: int) -> Callable[[], None]:
        """Return the call that renews the project's `last_modified`, to be made beside the write of a task."""
        return lambda: self._touch(project_id)

    def _touch(self, project_id: int) -> None:
        """Renew the time of the last change, once a second and container (1 or 0).

        A failure is logged and no more: the task's own write, made at the same time, may have succeeded.
        """
        now = _now()
        if self._memory.touched.get(project_id) == now:
            return
        try:
            self._table.aside.set(keys.last_change(project_id), {"n": number(now)})
        except (BotoCoreError, ClientError):
            logger.warning("last_modified not renewed", exc_info=True)
        else:
            self._memory.keep(self._memory.touched, project_id, now)


def _now() -> int:
    return int(time.time())


def _unique_keys(project: Project) -> Iterable[Key]:
    if project.identifier:
        yield keys.project_identifier(project.identifier)
    if project.email:
        yield keys.project_email(project.email)


def _unique_actions(before: Project | None, after: Project) -> list[TransactItem]:
    """Return what gives back the unique names that a change gives up, and takes the new ones."""
    old = {*_unique_keys(before)} if before else set()
    new = {*_unique_keys(after)}
    return [
        *(delete(key) for key in sorted(old - new)),
        *(put_new(key, lookup(after.id), Rejected("identifier or e-mail taken")) for key in sorted(new - old)),
    ]


def _lead_keys(project: Project) -> Iterable[Key]:
    yield from (keys.column(column.id) for column in project.columns)
    yield from (keys.swimlane(lane.id) for lane in project.swimlanes)
    yield from (keys.category(category.id) for category in project.categories)


def _lead_actions(before: Project | None, after: Project) -> list[TransactItem]:
    """Return what makes new columns, swimlanes and categories lead to the project, and removed ones no more."""
    old = {*_lead_keys(before)} if before else set()
    new = {*_lead_keys(after)}
    return [
        *(delete(key) for key in sorted(old - new)),
        *(put_new(key, lookup(after.id)) for key in sorted(new - old)),
    ]
