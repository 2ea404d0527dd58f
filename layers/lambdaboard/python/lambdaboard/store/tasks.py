"""Tasks in the table: one item a task, in the partition of its project, and a lookup from its id to the project."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain import task as domain
from lambdaboard.domain.ordering import first_rank
from lambdaboard.errors import Conflict, Forbidden, InvalidParams, NotFound
from lambdaboard.store import keys, people
from lambdaboard.store.actions import (
    TransactItem,
    Version,
    delete,
    delete_unchanged,
    new_item,
    number,
    put_new,
    replacement,
    string,
    update,
)
from lambdaboard.store.counts import ATTRIBUTES, NO_COUNTS, Counts
from lambdaboard.store.keys import LaneKey
from lambdaboard.store.parallel import gather
from lambdaboard.store.projects import lookup, stored
from lambdaboard.store.retry import retry_attempts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import Item
    from lambdaboard.store.cache import Cache
    from lambdaboard.store.keys import Key
    from lambdaboard.store.projects import ProjectStore
    from lambdaboard.store.table import Table

TRIES = 3
"""Reads of a task whose project turns out to be another one: remembered wrongly, then a move under way."""


class StoredTask(msgspec.Struct, frozen=True):
    """A task as it lies in the table.

    Attributes:
        task: its doc; column, swimlane, category and tags may be gone meanwhile.
        rank: its place in its lane.
    """

    task: Task
    rank: str
    read: Version
    counts: Counts

    @classmethod
    def of(cls, item: Item) -> StoredTask:
        """Read a whole item."""
        return cls(
            task=domain.decode(item["doc"]["S"]),
            rank=LaneKey.parse(item["by_lane"]["S"]).rank,
            read=Version.of(item),
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


class LoadedTask(msgspec.Struct, frozen=True):
    """A task with its project, and the other items that were read in the same round trip."""

    project: Project
    stored: StoredTask
    items: Mapping[Key, Item]

    @property
    def task(self) -> Task:
        """The task as it reads in its project."""
        return self.project.resolver(people.deleted_users(self.items)).resolve(self.stored.task)

    def check(self, version: int | None) -> None:
        """Let a write pass whose client has read this version of the task, or does not mind; InvalidParams."""
        if version not in {None, self.stored.read.version}:
            raise InvalidParams("if_version", f"the task has changed: its version is {self.stored.read.version}")

    def assignable(self, user_id: int | None) -> set[int]:
        """Return the user, who was read along, if they may own the task."""
        return people.assignable(self.items, self.project.id, [user_id])


class ListedTask(msgspec.Struct, frozen=True):
    """A task of a list, and its place."""

    task: Task
    lane_key: LaneKey
    counts: Counts


def lane_key(task: Task, rank: str) -> LaneKey:
    """Return the place of a task on its board."""
    return LaneKey(task.swimlane_id, task.column_id, task.is_active, rank, task.id)


class TaskStore:
    """Reads and writes tasks. Costs are in round trips."""

    def __init__(self, table: Table, projects: ProjectStore, cache: Cache) -> None:
        self._table = table
        self._projects = projects
        self._memory = cache

    # --- one task -----------------------------------------------------------------------------------------------

    def find(self, task_id: int, *also: Key, probably_in: int = 0, owner_id: int | None = None) -> LoadedTask:
        """Read a task, its project and other items (2; 1 when the container remembers the project); NotFound.

        Args:
            task_id: the task.
            also: what else to read in the same round trip.
            probably_in: the project to try first, where a file of the task knows one.
            owner_id: a person whose role in the project is read, too.
        """
        if probably_in and task_id not in self._memory.project_of:
            self._remember(task_id, probably_in)
        for _ in range(TRIES):
            remembered = self._memory.project_of.get(task_id)
            project_id = remembered or self._look_up(task_id)
            try:
                return self.find_in(project_id, task_id, *also, *people.keys_of(project_id, [owner_id]))
            except (NotFound, Forbidden) as error:
                if isinstance(error, Forbidden) and not remembered:
                    raise
                # removed, or moved since it was remembered or looked up: only the lookup item knows
                self._memory.project_of.pop(task_id, None)
                self._projects.gate.leave()
        raise NotFound("task")

    def find_in(self, project_id: int, task_id: int, *also: Key) -> LoadedTask:
        """Read a task of a given project (1); NotFound."""
        key = keys.task(project_id, task_id)
        wanted = [*self._projects.keys_to_enter(project_id), key, keys.user_tombstones(), *also]
        items = self._table.get(wanted)
        project = self._projects.entered(items, project_id).project
        if key not in items:
            raise NotFound("task")
        self._remember(task_id, project_id)
        return LoadedTask(project, StoredTask.of(items[key]), items)

    def find_named_in(self, project_id: int, task_id: int) -> LoadedTask:
        """Read a task that a client names together with its project (1; 3 where it is not there); NotFound.

        A person needs a role in the task's project, too, whichever that is: a task that is nowhere is as another's.
        """
        try:
            return self.find_in(project_id, task_id)
        except NotFound:
            if self._projects.gate.roles is not None:
                self._projects.gate.leave()
                self.find(task_id)
            raise

    def anywhere(self, task_ids: Iterable[int], user_id: int = 0) -> dict[int, LoadedTask]:
        """Version tasks with their projects, whoever may enter those (2; 1 more a 100 tasks, 1 a 50).

        Args:
            task_ids: the tasks; those that are gone are left out.
            user_id: a person whose role in each project is read, too.
        """
        leads = {keys.task_lookup(each): each for each in task_ids}
        looked_up = self._table.get(leads) if leads else {}
        places = {leads[lead]: int(item["project_id"]["N"]) for lead, item in looked_up.items()}
        wanted = [keys.user_tombstones()]
        for task_id, project_id in places.items():
            wanted += [keys.project(project_id), keys.task(project_id, task_id)]
            wanted += [keys.member(project_id, user_id)] if user_id else []
        items = self._table.get(wanted) if places else {}
        return {
            task_id: LoadedTask(stored(items, project_id).project, StoredTask.of(items[key]), items)
            for task_id, project_id in places.items()
            if (key := keys.task(project_id, task_id)) in items and keys.project(project_id) in items
        }

    def _look_up(self, task_id: int) -> int:
        item = self._table.get_one(keys.task_lookup(task_id))
        if item is None:
            raise NotFound("task")
        return int(item["project_id"]["N"])

    def _remember(self, task_id: int, project_id: int) -> None:
        self._memory.keep(self._memory.project_of, task_id, project_id)

    # --- many tasks ---------------------------------------------------------------------------------------------

    def of_project(self, project_id: int, is_active: int | None = None, after_id: int = 0) -> Iterator[ListedTask]:
        """Yield a project's tasks by id, all or those of one status, from behind an id (1 a MB, as they are asked for).

        One status is read from the index, so that open tasks cost nothing for the closed ones; both from the table,
        since two ranges of the index tear while a task closes.
        """
        pk = keys.project_pk(project_id)
        attributes = f"doc, by_lane, {ATTRIBUTES}"
        if is_active is None:
            first, last = keys.task(project_id, after_id + 1).sk, keys.task(project_id, keys.LAST_ID).sk
            items = self._table.query(pk, between=(first, last), attributes=attributes)
        else:
            between = keys.by_status(is_active, after_id + 1), keys.by_status(is_active, keys.LAST_ID)
            items = self._table.query(pk, "by_status", between=between, attributes=attributes)
        return map(_listed, items)

    def get_many(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        """Read items by their keys (1 a 100)."""
        return self._table.get(wanted)

    def listed(self, items: Mapping[Key, Item], wanted: Iterable[Key]) -> list[ListedTask]:
        """Return the tasks among items that were read, in the order wanted."""
        return [_listed(items[key]) for key in wanted if key in items]

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self, count: int = 1) -> int:
        """Take ids of tasks; return the first (1). One also serves as the rank of a task that goes to the end."""
        return self._table.next_id("task", count)

    def birth(self, task: Task, counts: Counts = NO_COUNTS) -> list[TransactItem]:
        """Return what writes a new task: the item and its lookup. It stands behind all that are there."""
        item = new_item({**_attributes(task, first_rank(task.id)), **counts.attributes()})
        present = {name: value for name, value in item.items() if value is not None}
        return [
            put_new(keys.task(task.project_id, task.id), present),
            put_new(keys.task_lookup(task.id), lookup(task.project_id)),
        ]

    def add(self, task: Task, *actions: TransactItem, counts: Counts = NO_COUNTS) -> None:
        """Write a new task, with what belongs to the same change, all or nothing (1)."""
        self._transact(task.project_id, [*self.birth(task, counts), *actions])
        self._remember(task.id, task.project_id)

    def replace(
        self, read: StoredTask, task: Task, *actions: TransactItem, rank: str = "", counts: Counts | None = None
    ) -> None:
        """Write a task over what was read, with what belongs to the same change, all or nothing (1).

        Args:
            read: what was read.
            task: what shall be there.
            actions: what belongs to the same change.
            rank: its new place; it stays where it is if not given.
            counts: new values of those that are changed with the version; they stay as they are if not given.

        Raises:
            Conflict: another write came first; nothing was written.
        """
        attributes = _attributes(task, rank or read.rank) | (read.counts.changed(counts) if counts else {})
        if actions:
            self._transact(task.project_id, [replacement(read.key, read.read, attributes), *actions])
        else:
            write = lambda: self._table.replace(read.key, read.read, attributes)  # noqa: E731 - one of two calls
            gather([write, self._projects.touching(task.project_id)])

    def unassign(self, key: Key, user_id: int) -> None:
        """Let a task be nobody's if it is a removed user's (2, again while others write)."""
        for _ in retry_attempts():
            item = self._table.get_one(key)
            read = StoredTask.of(dict(item)) if item else None
            if read is None or read.task.owner_id != user_id:
                return
            with suppress(Conflict):
                self._table.replace(key, read.read, _attributes(read.task.changed(owner_id=0), read.rank))
                return
        raise TimeoutError("gave up: other writers were always first")

    def remove(self, read: StoredTask, *, unless_changed: bool = False) -> None:
        """Remove a task: true at once; what hangs on it is left to `cascade` (1); NotFound if it is gone.

        Args:
            read: what was read.
            unless_changed: Conflict where another write came first.
        """
        as_read = delete_unchanged(read.key, "v = :read", {":read": number(read.read.version)})
        gone = as_read if unless_changed else delete(read.key, NotFound("task"))
        self._transact(read.task.project_id, [gone, delete(keys.task_lookup(read.task.id))])
        self._memory.project_of.pop(read.task.id, None)

    def move_to_project(self, read: StoredTask, task: Task, rank: str, *actions: TransactItem) -> None:
        """Put a task into another project, counters and all (1); Conflict if anything on it has changed."""
        condition, values = read.counts.unchanged()
        item = {**_attributes(task, rank), **read.counts.attributes()}
        present = {name: value for name, value in item.items() if value is not None}
        moved = {**new_item(present), "v": number(read.read.version + 1)}
        leads = update(
            keys.task_lookup(task.id),
            "SET project_id = :project",
            {":project": number(task.project_id)},
            "attribute_exists(pk)",
            NotFound("task"),
        )
        gone = delete_unchanged(read.key, f"v = :read AND {condition}", {":read": number(read.read.version), **values})
        self._transact(task.project_id, [gone, put_new(keys.task(task.project_id, task.id), moved), leads, *actions])
        self._remember(task.id, task.project_id)

    def _transact(self, project_id: int, actions: list[TransactItem]) -> None:
        gather([lambda: self._table.transact(actions), self._projects.touching(project_id)])


def _listed(item: Item) -> ListedTask:
    place = LaneKey.parse(item["by_lane"]["S"])
    return ListedTask(domain.decode(item["doc"]["S"]), place, Counts.of(item))


def _attributes(task: Task, rank: str) -> dict[str, Any]:
    """Return doc and index keys of a task; None where the task is not in an index."""
    is_due = task.is_active and task.date_due
    return {
        "doc": string(domain.encode(task)),
        "by_status": string(keys.by_status(task.is_active, task.id)),
        "by_lane": string(lane_key(task, rank).text()),
        "by_reference": string(keys.by_reference(task.reference, task.id)) if task.reference else None,
        "by_due": string(keys.by_due(task.date_due, task.id)) if is_due else None,
        "due_shard": string(keys.due_shard(task.id)) if is_due else None,
    }
