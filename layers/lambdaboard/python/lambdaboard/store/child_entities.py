"""What belongs to a task: comments, subtasks and external links, each an item in the partition of its task.

A belonging is there if its task is. The lookup from its id to the task also tells which project the task was in, where
it is looked for first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from lambdaboard.domain.serialization import serialize
from lambdaboard.errors import NotFound
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, Version, delete, new_item, number, put_new, string
from lambdaboard.store.counts import add_to_counters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import ChildKind, Key
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, StoredTask, TaskStore


class Struct(Protocol):
    """What every belonging has."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def task_id(self) -> int:
        """Its task."""


B = TypeVar("B", bound=Struct)


class StoredChild(msgspec.Struct, Generic[B], frozen=True):
    """A belonging with its task, and the other items that were read in the same round trip."""

    found: LoadedTask
    value: B
    read: Version


class Belongings(Generic[B]):
    """Reads and writes the belongings of one kind. Costs are in round trips.

    Args:
        table: the table.
        tasks: finds tasks.
        kind: what they are.
        struct: how they are stored.
    """

    def __init__(self, table: Table, tasks: TaskStore, kind: ChildKind, struct: type[B]) -> None:
        self._table = table
        self._tasks = tasks
        self._kind = kind
        self._decode = msgspec.json.Decoder(struct).decode
        self._counter = f"nb_{kind}s"
        self._has_lookup = kind in keys.CHILD_LOOKUPS

    def next_id(self, count: int = 1) -> int:
        """Take ids; return the first (1)."""
        return self._table.next_id(self._kind, count)

    def find(self, number: int, *also: Key) -> StoredChild[B]:
        """Read a belonging by its own id, its task and other items (2; 3 if the task was moved); NotFound."""
        lead = self._table.get_one(keys.child_lookup(self._kind, number))
        if lead is None:
            raise NotFound(self._kind)
        return self.find_of(int(lead["task_id"]["N"]), number, *also, probably_in=int(lead["project_id"]["N"]))

    def find_of(self, task_id: int, number: int, *also: Key, probably_in: int = 0) -> StoredChild[B]:
        """Read a belonging of a given task, the task and other items (as `TaskStore.find`); NotFound."""
        key = keys.child(self._kind, task_id, number)
        found = self._tasks.find(task_id, key, *also, probably_in=probably_in)
        return self.held(found, found.items.get(key))

    def held(self, found: LoadedTask, item: Item | None) -> StoredChild[B]:
        """Return a belonging whose item was read; NotFound where there is none."""
        if item is None:
            raise NotFound(self._kind)
        return StoredChild(found, self.of_item(item), Version.of(item))

    def of(self, task_id: int) -> Iterator[B]:
        """Yield the belongings of a task by id (1 a MB, as they are asked for)."""
        begins = keys.CHILDREN[self._kind].sk_prefix
        items = self._table.query(keys.task_pk(task_id), begins=begins, attributes="doc")
        return map(self.of_item, items)

    def of_item(self, item: Mapping[str, Item]) -> B:
        """Read one from its item."""
        return self._decode(item["doc"]["S"])

    def add(self, task: StoredTask, value: B, largest_parameter: str) -> None:
        """Write a new one and count it on its task, all or nothing (1); `largest_parameter`: see `serialize`.

        Raises:
            Conflict: the task was moved or removed meanwhile.
        """
        birth = self.birth(value, task.task.project_id, largest_parameter)
        self._table.transact([*birth, add_to_counters(task.key, **{self._counter: 1})])

    def birth(self, value: B, project_id: int, largest_parameter: str) -> list[TransactItem]:
        """Return what writes a new belonging of a task in a project."""
        item = put_new(
            keys.child(self._kind, value.task_id, value.id),
            new_item({"doc": string(serialize(value, largest_parameter))}),
        )
        if not self._has_lookup:
            return [item]
        lead = {"task_id": number(value.task_id), "project_id": number(project_id)}
        return [item, put_new(keys.child_lookup(self._kind, value.id), lead)]

    def replace(self, held: StoredChild[B], value: B, largest_parameter: str) -> None:
        """Write a belonging over what was read (1); see `serialization.serialize` for `largest_parameter`; Conflict."""
        key = keys.child(self._kind, value.task_id, value.id)
        self._table.replace(key, held.read, {"doc": string(serialize(value, largest_parameter))})

    def remove(self, held: StoredChild[B]) -> None:
        """Remove a belonging (1); NotFound if it is gone, Conflict if its task was moved."""
        self._table.transact([*self.death(held.value), add_to_counters(held.found.stored.key, **{self._counter: -1})])

    def death(self, value: B) -> list[TransactItem]:
        """Return what removes a belonging."""
        gone = delete(keys.child(self._kind, value.task_id, value.id), NotFound(self._kind))
        return [gone, delete(keys.child_lookup(self._kind, value.id))] if self._has_lookup else [gone]
