"""Projects in the table: one item each, with lookup items for its parts and unique names."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambdaboard import error_report
from lambdaboard.domain import project as domain
from lambdaboard.errors import CollectionFull, Forbidden, NotFound, Reason, Rejected, Thing
from lambdaboard.store import keys, people, tombstones
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
from lambdaboard.store.counts import NO_COUNTS, Counts
from lambdaboard.store.link_types import types_in
from lambdaboard.store.parallel import in_parts
from lambdaboard.store.people import ReadAlong
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.domain.project import Project, Resolver
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.authorization import Authorization
    from lambdaboard.store.cache import Cache
    from lambdaboard.store.keys import Entity, Key
    from lambdaboard.store.table import Table

logger = Logger(child=True)


class StoredProject(msgspec.Struct, frozen=True):
    """A project as it was read.

    Attributes:
        last_modified: Unix seconds of the last change of a task; None if it was not read along.
        counts: the number of its files, and their generation.
        role: the caller's in the project; "" if the call needs none.
        people: those who were read along.
    """

    project: Project
    version: Version
    last_modified: int | None
    counts: Counts
    role: str
    people: ReadAlong

    @property
    def key(self) -> Key:
        """The key of its item."""
        return keys.project(self.project.id)

    @property
    def link_types(self) -> LinkTypes:
        """The types of links, which were read along."""
        return types_in(self.people.items)

    @property
    def resolver(self) -> Resolver:
        """The things that tasks of the project may name; the tombstones of deleted users were read along."""
        return self.project.resolver(self.people.deleted_users)


def stored_project(project_id: int, items: Mapping[Key, Item], role: str = "") -> StoredProject:
    """Return a project from the items that were read; NotFound if it is not among them."""
    item = items.get(keys.project(project_id))
    if item is None:
        raise NotFound(Thing.PROJECT)
    changed = items.get(keys.last_change(project_id))
    return StoredProject(
        project=domain.decode(item["doc"]["S"]),
        version=Version.of(item),
        last_modified=int(changed["n"]["N"]) if changed else None,
        counts=Counts.of(item),
        role=role,
        people=ReadAlong(project_id, items),
    )


def project_of(lookup: Mapping[str, Any] | None) -> int:
    """Return the project that a lookup item leads to; project 0, of the global tags, if there is no item.

    So a missing thing takes as many reads as one that the caller may not see.
    """
    return int(lookup["project_id"]["N"]) if lookup else keys.GLOBAL


def project_lookup(project_id: int) -> dict[str, Any]:
    """Return the attributes of a lookup item that leads to a project."""
    return {"project_id": number(project_id)}


class ProjectStore:
    """Reads projects and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, cache: Cache, authorization: Authorization) -> None:
        self._table = table
        self._cache = cache
        self.authorization = authorization

    # --- reading ------------------------------------------------------------------------------------------------

    def get(
        self,
        project_id: int,
        *also: Key,
        users: Iterable[int] = (),
        members: Iterable[int | None] = (),
        with_tombstones: bool = False,
        with_link_types: bool = False,
        with_last_change: bool = False,
    ) -> StoredProject:
        """Read a project, and people and other items in the same round trip (1); NotFound, Forbidden.

        Args:
            project_id: the project.
            also: other keys to read in the same round trip.
            users: people who are read along.
            members: people who are read along with their roles in the project; 0 and None for nobody.
            with_tombstones: read along the ids of deleted users and groups, for `StoredProject.resolver` and
                `ReadAlong.group_roles`.
            with_link_types: read along the types of links, for `StoredProject.link_types`.
            with_last_change: read along the time of the last change of a task, for `StoredProject.last_modified`.
        """
        wanted = [*self.keys(project_id), *also, *map(keys.user, users)]
        wanted += people.keys_of(project_id, members)
        wanted += [tombstones.OWN] if with_tombstones else []
        wanted += [keys.link_types()] if with_link_types else []
        wanted += [keys.last_change(project_id)] if with_last_change else []
        return self.authorized(project_id, self._table.get(wanted))

    def keys(self, project_id: int) -> list[Key]:
        """Return the keys of the items that `authorized` needs."""
        return [keys.project(project_id), *self.authorization.keys(project_id)]

    def authorized(self, project_id: int, items: Mapping[Key, Item]) -> StoredProject:
        """Return a project from the items that were read, if the caller may read it; NotFound, Forbidden."""
        role = self.authorization.role_in(project_id, items)
        return stored_project(project_id, items, role)

    def of_column(self, column_id: int) -> StoredProject:
        """Read the project that a column belongs to (2); NotFound, Forbidden."""
        return self._of(keys.column(column_id))

    def of_swimlane(self, swimlane_id: int) -> StoredProject:
        """Read the project that a swimlane belongs to (2); NotFound, Forbidden."""
        return self._of(keys.swimlane(swimlane_id))

    def of_category(self, category_id: int) -> StoredProject:
        """Read the project that a category belongs to (2); NotFound, Forbidden."""
        return self._of(keys.category(category_id))

    def of_action(self, action_id: int) -> StoredProject:
        """Read the project that an automatic action belongs to (2); NotFound, Forbidden."""
        return self._of(keys.action(action_id))

    def _of(self, lookup_key: Key, *, with_last_change: bool = False) -> StoredProject:
        """Read the project that a lookup item leads to (2, even if there is none); see `get`."""
        item = self._table.get_one(lookup_key)
        return self.get(project_of(item), with_last_change=with_last_change)

    def ids(self, named: str | None = None) -> list[int]:
        """Read the ids of all projects, or of those of a name, for any caller (1 per MB)."""
        entries = self._table.query(keys.listed_project.pk)
        listed = (key_of(entry) for entry in entries if named is None or entry["name"]["S"] == named)
        return [keys.listed_project.parse(key)[0] for key in listed]

    def all(self) -> Iterator[StoredProject]:
        """Yield all projects by id, for any caller (1 per MB, and 1 for 500, only as far as they are used)."""
        for part in in_parts(self.ids()):
            yield from self.get_many(part).values()

    def get_many(
        self, project_ids: Iterable[int], *, with_link_types: bool = False, with_tombstones: bool = False
    ) -> dict[int, StoredProject]:
        """Read projects by their ids (1), for any caller; missing ones are skipped; see `get`."""
        wanted = [*project_ids]
        found = [key for each in wanted for key in (keys.project(each), keys.last_change(each))]
        found += [keys.link_types()] if found and with_link_types else []
        found += [tombstones.OWN] if found and with_tombstones else []
        items = self._table.get(found)
        return {each: stored_project(each, items) for each in wanted if keys.project(each) in items}

    def readable(self, project_ids: Iterable[int]) -> set[int]:
        """Return those projects that exist and that the caller may read (1 per 100, 0 for none)."""
        wanted = [*project_ids]
        items = self._table.get(chain.from_iterable(map(self.keys, wanted))) if wanted else {}
        return {each for each in wanted if keys.project(each) in items and self.authorization.allows(each, items)}

    def get_each(self, project_ids: Iterable[int]) -> list[StoredProject]:
        """Read projects, all of which the caller must be allowed to read (1); missing ones are skipped; Forbidden.

        A missing project is Forbidden for a person, so it is skipped only for the application.
        """
        wanted = [*project_ids]
        items = self._table.get(key for each in wanted for key in self.keys(each))
        found = []
        for project_id in wanted:
            with suppress(NotFound):
                found.append(self.authorized(project_id, items))
        return found

    def by_name(self, name: str) -> StoredProject:
        """Read the first project of a name, by id, that the caller may read (1 per MB, and 1); NotFound, Forbidden."""
        named = self.ids(name) or [keys.GLOBAL]
        items = self._table.get(key for each in named for key in (keys.last_change(each), *self.keys(each)))
        for project_id in named:
            with suppress(NotFound, Forbidden):
                return self.authorized(project_id, items)
        return self.authorized(named[0], items)

    def by_identifier(self, identifier: str) -> StoredProject:
        """Read the project of an identifier, in upper case (2); NotFound, Forbidden."""
        return self._of(keys.project_identifier(identifier), with_last_change=True)

    def by_email(self, email: str) -> StoredProject:
        """Read the project of an e-mail address (2); NotFound, Forbidden."""
        return self._of(keys.project_email(email), with_last_change=True)

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self, entity: Entity, count: int = 1) -> int:
        """Take ids; return the first (1)."""
        return self._table.next_id(entity, count)

    def put_actions(
        self,
        project: Project,
        largest_parameter: str = "description",
        *,
        last_modified: int | None = None,
        counts: Counts = NO_COUNTS,
    ) -> list[TransactItem]:
        """Return the actions that write a new project with its lookup items; raises as `replace_actions`.

        Args:
            project: the project.
            largest_parameter: the parameter to name if the project becomes too large.
            last_modified: Unix seconds of its last change; if not given, now.
            counts: the number of its files.
        """
        changed = _now() if last_modified is None else last_modified
        return [
            put_new(
                keys.project(project.id),
                new_item({"doc": string(domain.encode(project, largest_parameter)), **counts.attributes()}),
            ),
            put(keys.last_change(project.id), {"n": number(changed)}),
            put(keys.listed_project(project.id), {"name": string(project.name)}),
            *_unique_actions(None, project),
            *_lookup_actions(None, project),
        ]

    def replace_actions(
        self, stored: StoredProject, project: Project, largest_parameter: str = "description"
    ) -> list[TransactItem]:
        """Return the actions that write a project over the version that was read, with the lookup items of its parts.

        The write raises Rejected if the identifier or the e-mail address is another project's.

        Args:
            stored: the project as it was read.
            project: the new project.
            largest_parameter: the parameter to name if the project becomes too large.

        Raises:
            InvalidParams: see `domain.encode`.
        """
        renamed = project.name != stored.project.name
        listed = [put(keys.listed_project(project.id), {"name": string(project.name)})] if renamed else []
        doc = {"doc": string(domain.encode(project, largest_parameter))}
        return [
            update_version(keys.project(project.id), stored.version, doc),
            *listed,
            *_unique_actions(stored.project, project),
            *_lookup_actions(stored.project, project),
        ]

    def delete_actions(self, stored: StoredProject) -> list[TransactItem]:
        """Return the actions that remove a project, up to four items; `cascade` deletes everything in it."""
        project = stored.project
        return [
            delete_version(keys.project(project.id), stored.version),
            delete(keys.listed_project(project.id)),
            *(delete(key) for key, _ in _unique_keys(project)),
        ]

    def renew_last_change(self, project_id: int) -> None:
        """Write the time of the last change, once a second and container (1 or 0).

        A failure is only logged: the parallel write of the task may have succeeded.
        """
        now = _now()
        if self._cache.last_change_renewed.get(project_id) == now:
            return
        try:
            self._table.write(put(keys.last_change(project_id), {"n": number(now)}))
        except (BotoCoreError, ClientError, CollectionFull) as error:
            logger.warning("last_modified not renewed", **error_report.describe(error))
        else:
            self._cache.put(self._cache.last_change_renewed, project_id, now)


def _now() -> int:
    return int(time.time())


def _unique_keys(project: Project) -> Iterable[tuple[Key, str]]:
    """Yield the key of each unique name of a project, and the property with that name."""
    if project.identifier:
        yield keys.project_identifier(project.identifier), "identifier"
    if project.email:
        yield keys.project_email(project.email), "email"


def _unique_actions(before: Project | None, after: Project) -> list[TransactItem]:
    """Return the actions that release the old unique names and take the new ones."""
    old = {*_unique_keys(before)} if before else set()
    new = {*_unique_keys(after)}
    return [
        *(delete(key) for key, _ in sorted(old - new)),
        *(put_new(key, project_lookup(after.id), Rejected(Reason.TAKEN, name)) for key, name in sorted(new - old)),
    ]


def _lookup_keys(project: Project) -> Iterable[Key]:
    yield from (keys.column(column.id) for column in project.columns)
    yield from (keys.swimlane(lane.id) for lane in project.swimlanes)
    yield from (keys.category(category.id) for category in project.categories)
    yield from (keys.action(action.id) for action in project.automatic_actions)


def _lookup_actions(before: Project | None, after: Project) -> list[TransactItem]:
    """Return the actions that write the lookup items of new parts and delete those of removed parts."""
    old = {*_lookup_keys(before)} if before else set()
    new = {*_lookup_keys(after)}
    return [
        *(delete(key) for key in sorted(old - new)),
        *(put_new(key, project_lookup(after.id)) for key in sorted(new - old)),
    ]
