"""Tasks in the table: one item per task, in the partition of its project, and a lookup item by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from lambdaboard.domain import task as domain
from lambdaboard.domain.ordering import first_rank
from lambdaboard.errors import Forbidden, InvalidParams, NotFound, Thing
from lambdaboard.store import keys, people, tombstones
from lambdaboard.store.actions import (
    Version,
    delete,
    delete_unchanged,
    delete_version,
    new_item,
    number,
    put_new,
    string,
    update,
    update_version,
)
from lambdaboard.store.counts import ATTRIBUTES, NO_COUNTS, Counts
from lambdaboard.store.keys import indexes
from lambdaboard.store.keys.indexes import LaneKey
from lambdaboard.store.parallel import in_parts
from lambdaboard.store.people import ReadAlong
from lambdaboard.store.projects import project_lookup, stored_project

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.cache import Cache
    from lambdaboard.store.keys import Key
    from lambdaboard.store.projects import ProjectStore
    from lambdaboard.store.table import Table

P = TypeVar("P", bound="TaskParent")

MAX_READS = 3
"""Reads of a task that is not in the expected project: the cache is out of date, or a move is in progress."""


class StoredTask(msgspec.Struct, frozen=True):
    """A task as it is stored.

    Attributes:
        task: its doc; the column, swimlane, category, owner and tags that it names may be removed.
        rank: its place in its lane.
    """

    task: Task
    rank: str
    version: Version
    counts: Counts

    @classmethod
    def of(cls, item: Item) -> StoredTask:
        """Read a whole item."""
        return cls(
            task=domain.decode(item["doc"]["S"]),
            rank=LaneKey.of(item).rank,
            version=Version.of(item),
            counts=Counts.of(item),
        )

    @property
    def lane_key(self) -> LaneKey:
        """The place of the task on its board."""
        return lane_key(self.task, self.rank)

    @property
    def key(self) -> Key:
        """The key of the item."""
        return keys.task(self.task.project_id, self.task.id)


class TaskParent(msgspec.Struct, frozen=True):
    """A task that was read for its child entities, with its project and other items of the same round trip.

    Its properties must not be shown: the users that it names may be removed (see `LoadedTask`).
    """

    project: Project
    stored: StoredTask
    people: ReadAlong

    @property
    def key(self) -> Key:
        """The key of its item."""
        return self.stored.key

    @property
    def counts(self) -> Counts:
        """The counts of its child entities."""
        return self.stored.counts


class LoadedTask(TaskParent, frozen=True):
    """A task with its project, and the people and tombstones that were read in the same round trip.

    Attributes:
        stored: the task as it is stored, for the stores; procedures use `task`.
    """

    @property
    def task(self) -> Task:
        """The task in its project: removed things that it names are replaced."""
        return self.project.resolver(self.people.deleted_users).resolve(self.stored.task)

    def check_version(self, version: int | None) -> None:
        """Check the version of the task that the client has read; InvalidParams if it is another one; None for any."""
        if version not in {None, self.stored.version.number}:
            raise InvalidParams("if_version", f"the task has changed: its version is {self.stored.version.number}")

    @property
    def place(self) -> BoardPlace:
        """The place of the task, even if its column does not exist."""
        return BoardPlace(self.project.id, self.stored.lane_key)

    @property
    def is_orphaned(self) -> bool:
        """Whether its column or swimlane was removed: it is behind the tasks of the default lane."""
        return self.project.resolver().is_orphaned(self.stored.task)


class BoardPlace(NamedTuple):
    """The place of a task on its board, with the project."""

    project_id: int
    lane_key: LaneKey


class TaskPlace(NamedTuple):
    """The project and the id of a task."""

    project_id: int
    task_id: int


class ListedTask(msgspec.Struct, frozen=True):
    """A task of a list, and its place."""

    task: Task
    lane_key: LaneKey
    counts: Counts


def lane_key(task: Task, rank: str) -> LaneKey:
    """Return the place of a task on its board."""
    return LaneKey(task.swimlane_id, task.column_id, task.is_active, rank, task.id)


class TaskStore:
    """Reads tasks and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore, cache: Cache) -> None:
        self._table = table
        self._projects = projects
        self._cache = cache

    # --- one task -----------------------------------------------------------------------------------------------

    def find(
        self,
        task_id: int,
        *also: Key,
        probably_in: int = 0,
        users: Iterable[int] = (),
        members: Iterable[int | None] = (),
    ) -> LoadedTask:
        """Read a task, its project and other items (2; 1 when its project is cached); NotFound, Forbidden.

        Args:
            task_id: the task.
            also: other keys to read in the same round trip.
            probably_in: the project to try first, if a file of the task has one.
            users: people who are read along.
            members: people who are read along with their roles in the project; 0 and None for nobody.
        """
        if probably_in and task_id not in self._cache.project_of:
            self._remember(task_id, probably_in)
        also = (*also, *map(keys.user, users))

        def read(project_id: int) -> LoadedTask:
            return self.find_in(project_id, task_id, *also, *people.keys_of(project_id, members))

        return self._find(task_id, read)

    def find_parent(self, task_id: int, *also: Key) -> TaskParent:
        """Read a task for its child entities, its project and other items (as `find`); NotFound, Forbidden."""
        return self._find(task_id, lambda project_id: self._read(project_id, task_id, *also))

    def _find(self, task_id: int, read: Callable[[int], P]) -> P:
        """Read a task in its last known project, else in that of the lookup item; NotFound, Forbidden."""
        for _ in range(MAX_READS):
            cached = self._cache.project_of.get(task_id)
            project_id = cached or self._look_up(task_id)
            try:
                return read(project_id)
            except (NotFound, Forbidden) as error:
                if isinstance(error, Forbidden) and not cached:
                    raise
                # removed, or moved since it was cached or looked up: only the lookup item shows which
                self._cache.project_of.pop(task_id, None)
        raise NotFound(Thing.TASK)

    def find_in(self, project_id: int, task_id: int, *also: Key) -> LoadedTask:
        """Read a task of a given project (1); NotFound, Forbidden."""
        read = self._read(project_id, task_id, tombstones.OWN, *also)
        return LoadedTask(read.project, read.stored, read.people)

    def _read(self, project_id: int, task_id: int, *also: Key) -> TaskParent:
        key = keys.task(project_id, task_id)
        items = self._table.get([*self._projects.keys(project_id), key, *also])
        project = self._projects.authorized(project_id, items).project
        if key not in items:
            raise NotFound(Thing.TASK)
        found = TaskParent(project, StoredTask.of(items[key]), ReadAlong(project_id, items))
        self._remember(task_id, project_id, found.stored.lane_key)
        return found

    def presumed_place(self, task_id: int) -> BoardPlace | None:
        """Return the cached place of a task; None if there is none."""
        project_id, place = self._cache.project_of.get(task_id), self._cache.place_of.get(task_id)
        return BoardPlace(project_id, place) if project_id and place else None

    def find_named_in(self, project_id: int, task_id: int) -> LoadedTask:
        """Read a task that a client names together with its project (1; 3 if it is in another one).

        Raises:
            NotFound: there is no such task, or it is in another project.
            Forbidden: the person does not have the required role in the task's project, even if that is another one.
        """
        loaded = self.find(task_id, probably_in=project_id)
        if loaded.project.id != project_id:
            raise NotFound(Thing.TASK)
        return loaded

    def find_many(self, task_ids: Iterable[int], *also: Key) -> dict[int, LoadedTask]:
        """Read tasks with their projects and other items, without a check of rights.

        Costs 2, whether the tasks exist or not; 1 more if one was removed, 2 more if one was moved; 0 for none.

        Args:
            task_ids: the tasks; removed ones are skipped.
            also: other keys to read in the same round trip.

        Returns:
            By id; `is_allowed` returns for each whether the caller may access it.
        """
        wanted = {*task_ids}
        places = self._places(wanted)
        found = self._found_in(places, *also) if wanted else {}
        moved = {
            task_id: at for task_id, at in self._places(places.keys() - found.keys()).items() if at != places[task_id]
        }
        return found | self._found_in(moved, *also) if moved else found

    def _places(self, task_ids: Collection[int]) -> dict[int, int]:
        """Look up in which project each of some tasks is (1; 0 for none)."""
        lookups = {keys.task_lookup(each): each for each in task_ids}
        items = self._table.get(lookups) if lookups else {}
        return {lookups[key]: int(item["project_id"]["N"]) for key, item in items.items()}

    def _found_in(self, places: Mapping[int, int], *also: Key) -> dict[int, LoadedTask]:
        """Read tasks where they were looked up (1); missing ones are skipped."""
        wanted = [tombstones.OWN, *also]
        for task_id, project_id in places.items():
            wanted += [*self._projects.keys(project_id), keys.task(project_id, task_id)]
        items = self._table.get(wanted)
        return {
            task_id: LoadedTask(
                stored_project(project_id, items).project, StoredTask.of(items[key]), ReadAlong(project_id, items)
            )
            for task_id, project_id in places.items()
            if (key := keys.task(project_id, task_id)) in items and keys.project(project_id) in items
        }

    def is_allowed(self, loaded: LoadedTask) -> bool:
        """Return whether the caller has a role that is enough in the project of a task that `find_many` returned."""
        return self._projects.authorization.allows(loaded.project.id, loaded.people.items)

    def _look_up(self, task_id: int) -> int:
        item = self._table.get_one(keys.task_lookup(task_id))
        if item is None:
            raise NotFound(Thing.TASK)
        return int(item["project_id"]["N"])

    def _remember(self, task_id: int, project_id: int, place: LaneKey | None = None) -> None:
        self._cache.put(self._cache.project_of, task_id, project_id)
        if place:
            self._cache.put(self._cache.place_of, task_id, place)

    # --- many tasks ---------------------------------------------------------------------------------------------

    def of_project(self, project_id: int, is_active: int | None = None, after_id: int = 0) -> Iterator[ListedTask]:
        """Yield a project's tasks by id, all or of one status, after an id (1 per MB, only as far as they are used).

        One status is read from the index, so that closed tasks add no cost to open ones; both are read from the table,
        since a task that closes meanwhile could be missing in two ranges of the index.
        """
        if after_id >= keys.LAST_ID:
            return iter(())
        pk = keys.project_pk(project_id)
        attributes = f"doc, {indexes.LANE}, {ATTRIBUTES}"
        if is_active is None:
            first, last = keys.task(project_id, after_id + 1).sk, keys.task(project_id, keys.LAST_ID).sk
            items = self._table.query(pk, between=(first, last), attributes=attributes)
        else:
            between = indexes.by_status(is_active, after_id + 1), indexes.by_status(is_active, keys.LAST_ID)
            items = self._table.query(pk, "by_status", between=between, attributes=attributes)
        return map(_listed, items)

    def get_many(self, places: Iterable[TaskPlace]) -> Iterator[ListedTask]:
        """Yield tasks of given projects, for any caller, in this order; missing ones are skipped.

        (1 for 500, only as far as they are used.)
        """
        for wanted in in_parts(keys.task(*place) for place in places):
            items = self._table.get(wanted)
            yield from (_listed(items[key]) for key in wanted if key in items)

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self, count: int = 1) -> int:
        """Take ids of tasks; return the first (1). An id is also the rank of a task that goes to the end."""
        return self._table.next_id("task", count)

    def put_actions(self, task: Task, counts: Counts = NO_COUNTS, *, rank: str = "") -> list[TransactItem]:
        """Return the actions that write a new task and its lookup item. Without a rank, it is behind all others."""
        rank = rank or first_rank(task.id)
        self._remember(task.id, task.project_id, lane_key(task, rank))
        item = new_item(_present({**_attributes(task, rank), **counts.attributes()}))
        return [
            put_new(keys.task(task.project_id, task.id), item),
            put_new(keys.task_lookup(task.id), project_lookup(task.project_id)),
        ]

    def replace_actions(
        self, loaded: LoadedTask, task: Task, *, rank: str = "", counts: Counts | None = None
    ) -> list[TransactItem]:
        """Return the actions that write a task over the version that was read.

        Args:
            loaded: the task as it was read.
            task: the new task.
            rank: its place in its column and swimlane; if not given, it stays in its stored lane.
            counts: new values of those that are changed with the version; if not given, they do not change.
        """
        stored = loaded.stored
        if not rank:
            task = task.changed(column_id=stored.task.column_id, swimlane_id=stored.task.swimlane_id)
        self._remember(task.id, task.project_id, lane_key(task, rank or stored.rank))
        attributes = _attributes(task, rank or stored.rank) | (stored.counts.changed(counts) if counts else {})
        return [update_version(stored.key, stored.version, attributes)]

    def delete_actions(self, loaded: LoadedTask, *, unless_changed: bool = False) -> list[TransactItem]:
        """Return the actions that remove a task; `cascade` removes its child entities. NotFound if it does not exist.

        Args:
            loaded: the task as it was read.
            unless_changed: the write raises Conflict if another write came first.
        """
        stored = loaded.stored
        self._cache.project_of.pop(stored.task.id, None)
        as_read = delete_version(stored.key, stored.version)
        deletion = as_read if unless_changed else delete(stored.key, NotFound(Thing.TASK))
        return [deletion, delete(keys.task_lookup(stored.task.id))]

    def move_actions(self, loaded: LoadedTask, task: Task, rank: str) -> list[TransactItem]:
        """Return the actions that move a task with its counters to another project, unless it has changed."""
        stored = loaded.stored
        condition, values = stored.counts.unchanged()
        item = _present({**_attributes(task, rank), **stored.counts.attributes()})
        moved = {**new_item(item), "v": number(stored.version.number + 1)}
        self._remember(task.id, task.project_id, lane_key(task, rank))
        return [
            delete_unchanged(
                stored.key, f"v = :read AND {condition}", {":read": number(stored.version.number), **values}
            ),
            put_new(keys.task(task.project_id, task.id), moved),
            update(
                keys.task_lookup(task.id),
                "SET project_id = :project",
                {":project": number(task.project_id)},
                "attribute_exists(pk)",
                NotFound(Thing.TASK),
            ),
        ]


def unassign(item: Item, user_id: int) -> TransactItem | None:
    """Return the action that takes a task away from a user; None if it is not theirs."""
    stored = StoredTask.of(item)
    if stored.task.owner_id != user_id:
        return None
    return update_version(stored.key, stored.version, _attributes(stored.task.changed(owner_id=0), stored.rank))


def _listed(item: Item) -> ListedTask:
    place = LaneKey.of(item)
    return ListedTask(domain.decode(item["doc"]["S"]), place, Counts.of(item))


def _present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def _attributes(task: Task, rank: str) -> dict[str, Any]:
    """Return doc and index keys of a task; None if the task is not in an index."""
    is_due = task.is_active and task.date_due
    return {
        "doc": string(domain.encode(task)),
        "by_status": string(indexes.by_status(task.is_active, task.id)),
        indexes.LANE: string(lane_key(task, rank).text()),
        "by_reference": string(indexes.by_reference(task.reference, task.id)) if task.reference else None,
        "by_due": string(indexes.by_due(task.date_due, task.id)) if is_due else None,
        "due_shard": string(indexes.due_shard(task.id)) if is_due else None,
    }
