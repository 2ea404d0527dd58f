"""Child entities of a task: comments, subtasks and external links, each an item in the partition of its task.

One exists if its task does. The lookup item from its id to the task also names the last known project of the task,
which is tried first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from lambdaboard.domain.serialization import decoder, serialize
from lambdaboard.errors import NotFound, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import Version, delete, new_item, number, put_new, string, update_version
from lambdaboard.store.counts import add_to_counters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.keys import ChildKind
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, TaskStore


class ChildEntity(Protocol):
    """The properties of every child entity."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def task_id(self) -> int:
        """Its task."""


E = TypeVar("E", bound=ChildEntity)


class StoredChild(msgspec.Struct, Generic[E], frozen=True):
    """A child entity with its task, and the other items that were read in the same round trip."""

    loaded: LoadedTask
    value: E
    version: Version


class ChildEntityStore(Generic[E]):
    """Reads the child entities of one kind and builds their writes. Costs are in round trips.

    Args:
        table: the table.
        tasks: finds tasks.
        kind: of their items.
        struct: the type of their docs.
    """

    def __init__(self, table: Table, tasks: TaskStore, kind: ChildKind, struct: type[E]) -> None:
        self._table = table
        self._tasks = tasks
        self._kind = kind
        self._not_found = Thing(kind)
        self._decode = decoder(struct)
        self._counter = f"nb_{kind}s"
        self._has_lookup = kind in keys.CHILD_LOOKUPS

    # --- reading ------------------------------------------------------------------------------------------------

    def find(self, child_id: int, *, users: Iterable[int] = ()) -> StoredChild[E]:
        """Read one by its own id, its task and people (2; 3 if the task was moved); NotFound, Forbidden."""
        lookup = self._table.get_one(keys.child_lookup(self._kind, child_id))
        if lookup is None:
            raise NotFound(self._not_found)
        probably_in = int(lookup["project_id"]["N"])
        return self.find_of(int(lookup["task_id"]["N"]), child_id, probably_in=probably_in, users=users)

    def find_of(
        self, task_id: int, child_id: int, *, probably_in: int = 0, users: Iterable[int] = ()
    ) -> StoredChild[E]:
        """Read one of a given task, the task and people (as `TaskStore.find`); NotFound, Forbidden."""
        key = keys.child(self._kind, task_id, child_id)
        loaded = self._tasks.find(task_id, key, probably_in=probably_in, users=users)
        if key not in loaded.people.items:
            raise NotFound(self._not_found)
        return self.stored(loaded, loaded.people.items[key])

    def stored(self, loaded: LoadedTask, item: Item) -> StoredChild[E]:
        """Return one whose item was read with, or after, its task."""
        return StoredChild(loaded, self.of_item(item), Version.of(item))

    def of(self, task_id: int) -> Iterator[E]:
        """Yield those of a task by id (1 per MB, only as far as they are used)."""
        begins = keys.CHILDREN[self._kind].sk_prefix
        items = self._table.query(keys.task_pk(task_id), begins=begins, attributes="doc")
        return map(self.of_item, items)

    def of_item(self, item: Mapping[str, Item]) -> E:
        """Read one from its item."""
        return self._decode(item["doc"]["S"])

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self, count: int = 1) -> int:
        """Take ids; return the first (1)."""
        return self._table.next_id(self._kind, count)

    def add_actions(self, loaded: LoadedTask, value: E, largest_parameter: str) -> list[TransactItem]:
        """Return the actions that write and count a new one; Conflict if its task was moved or removed.

        Args:
            loaded: the task.
            value: the new one.
            largest_parameter: see `serialization.serialize`.
        """
        count = add_to_counters(loaded.stored.key, **{self._counter: 1})
        return [*self.put_actions(value, loaded.project.id, largest_parameter), count]

    def put_actions(self, value: E, project_id: int, largest_parameter: str) -> list[TransactItem]:
        """Return the actions that write a new one of a task in a project."""
        doc = new_item({"doc": string(serialize(value, largest_parameter))})
        item = put_new(keys.child(self._kind, value.task_id, value.id), doc)
        if not self._has_lookup:
            return [item]
        lookup = {"task_id": number(value.task_id), "project_id": number(project_id)}
        return [item, put_new(keys.child_lookup(self._kind, value.id), lookup)]

    def replace_actions(self, stored: StoredChild[E], value: E, largest_parameter: str) -> list[TransactItem]:
        """Return the actions that write one over the version that was read; see `serialization.serialize`."""
        key = keys.child(self._kind, value.task_id, value.id)
        return [update_version(key, stored.version, {"doc": string(serialize(value, largest_parameter))})]

    def remove_actions(self, stored: StoredChild[E]) -> list[TransactItem]:
        """Return the actions that remove one and its count; NotFound; Conflict if its task was moved."""
        count = add_to_counters(stored.loaded.stored.key, **{self._counter: -1})
        return [*self.delete_actions(stored.value), count]

    def delete_actions(self, value: E) -> list[TransactItem]:
        """Return the actions that delete one; NotFound if it does not exist."""
        item = delete(keys.child(self._kind, value.task_id, value.id), NotFound(self._not_found))
        return [item, delete(keys.child_lookup(self._kind, value.id))] if self._has_lookup else [item]
