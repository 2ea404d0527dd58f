"""What belongs to a task: comments, subtasks and external links, each an item in the partition of its task.

A belonging is there if its task is. The lookup from its id to the task also tells which project the task was in, where
it is looked for first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from lambdaboard.domain.docs import encoded
from lambdaboard.errors import NotFound
from lambdaboard.store import keys
from lambdaboard.store.actions import Action, Read, born, delete, number, put_new, text
from lambdaboard.store.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Belonging, Key
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import Found, StoredTask, TaskStore

LOOKED_UP: tuple[Belonging, ...] = ("comment", "subtask")
"""The kinds that clients name without their task."""


class Struct(Protocol):
    """What every belonging has."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def task_id(self) -> int:
        """Its task."""


B = TypeVar("B", bound=Struct)


class Held(msgspec.Struct, Generic[B], frozen=True):
    """A belonging with its task, and the other items that were read in the same round trip."""

    found: Found
    value: B
    read: Read


class Belongings(Generic[B]):
    """Reads and writes the belongings of one kind. Costs are in round trips.

    Args:
        table: the table.
        tasks: finds tasks.
        kind: what they are.
        struct: how they are stored.
    """

    def __init__(self, table: Table, tasks: TaskStore, kind: Belonging, struct: type[B]) -> None:
        self._table = table
        self._tasks = tasks
        self._kind = kind
        self._decode = msgspec.json.Decoder(struct).decode
        self._counter = f"nb_{kind}s"
        self._has_lookup = kind in LOOKED_UP

    def next_id(self, count: int = 1) -> int:
        """Take ids; return the first (1)."""
        return self._table.next_id(self._kind, count)

    def find(self, number: int, *also: Key) -> Held[B]:
        """Read a belonging by its own id, its task and other items (2; 3 if the task was moved); NotFound."""
        lead = self._table.get_one(keys.belonging_lookup(self._kind, number))
        if lead is None:
            raise NotFound(self._kind)
        return self.find_of(int(lead["task_id"]["N"]), number, *also, probably_in=int(lead["project_id"]["N"]))

    def find_of(self, task_id: int, number: int, *also: Key, probably_in: int = 0) -> Held[B]:
        """Read a belonging of a given task, the task and other items (as `TaskStore.find`); NotFound."""
        key = keys.belonging(self._kind, task_id, number)
        found = self._tasks.find(task_id, key, *also, probably_in=probably_in)
        return self.held(found, found.items.get(key))

    def held(self, found: Found, item: Item | None) -> Held[B]:
        """Return a belonging whose item was read; NotFound where there is none."""
        if item is None:
            raise NotFound(self._kind)
        return Held(found, self.of_item(item), Read.of(item))

    def of(self, task_id: int) -> Iterator[B]:
        """Yield the belongings of a task by id (1 a MB, as they are asked for)."""
        begins = keys.belongings(self._kind)
        items = self._table.query(keys.task_pk(task_id), begins=begins, attributes="doc")
        return map(self.of_item, items)

    def of_item(self, item: Mapping[str, Item]) -> B:
        """Read one from its item."""
        return self._decode(item["doc"]["S"])

    def add(self, task: StoredTask, value: B, grown: str) -> None:
        """Write a new belonging and count it on its task, all or nothing (1); see `docs.encoded` for `grown`.

        Raises:
            Conflict: the task was moved or removed meanwhile.
        """
        birth = self.birth(value, task.task.project_id, grown)
        self._table.transact([*birth, counted(task.key, **{self._counter: 1})])

    def birth(self, value: B, project_id: int, grown: str) -> list[Action]:
        """Return what writes a new belonging of a task in a project."""
        item = put_new(keys.belonging(self._kind, value.task_id, value.id), born({"doc": text(encoded(value, grown))}))
        if not self._has_lookup:
            return [item]
        lead = {"task_id": number(value.task_id), "project_id": number(project_id)}
        return [item, put_new(keys.belonging_lookup(self._kind, value.id), lead)]

    def replace(self, held: Held[B], value: B, grown: str) -> None:
        """Write a belonging over what was read (1); see `docs.encoded` for `grown`; Conflict."""
        key = keys.belonging(self._kind, value.task_id, value.id)
        self._table.replace(key, held.read, {"doc": text(encoded(value, grown))})

    def remove(self, held: Held[B]) -> None:
        """Remove a belonging (1); NotFound if it is gone, Conflict if its task was moved."""
        self._table.transact([*self.death(held.value), counted(held.found.stored.key, **{self._counter: -1})])

    def death(self, value: B) -> list[Action]:
        """Return what removes a belonging."""
        gone = delete(keys.belonging(self._kind, value.task_id, value.id), NotFound(self._kind))
        return [gone, delete(keys.belonging_lookup(self._kind, value.id))] if self._has_lookup else [gone]


def parents_of(item: Item) -> Iterable[Key]:
    """Return the belonging without which a lookup has no meaning, and the user without whom nothing leads from them."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    prefix, _, number = pk.partition("#")
    for kind in LOOKED_UP:
        if keys.belongings(kind) == f"{prefix}#":
            yield keys.belonging(kind, int(item["task_id"]["N"]), int(number))
    if prefix == "U" and sk.startswith("ST#"):
        yield keys.user(int(number))
        yield keys.belonging("subtask", int(item["task_id"]["N"]), int(sk.removeprefix("ST#")))
