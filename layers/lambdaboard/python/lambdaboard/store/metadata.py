"""Metadata in the table: one item per name, in the partition of the task or project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambdaboard.errors import NotFound, Thing
from lambdaboard.store.actions import delete, number, put, string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.keys import Attribute, Key
    from lambdaboard.store.keys.kind import Kind
    from lambdaboard.store.people import ReadAlong
    from lambdaboard.store.table import Table


class Parent(Protocol):
    """A task or a project that was read."""

    @property
    def people(self) -> ReadAlong:
        """All items that were read in the same round trip."""


class FindParent(Protocol):
    """Reads a task or a project: `TaskStore.find_parent`, `ProjectStore.get`."""

    def __call__(self, parent_id: int, /, *also: Key) -> Parent:
        """Read it with other items; NotFound, Forbidden."""


class MetadataStore:
    """Reads the metadata of tasks, or of projects, and builds its writes. Costs are in round trips.

    Args:
        table: the table.
        kind: of the items.
        find_parent: reads the task or project, and checks whether the caller may see it.
    """

    def __init__(self, table: Table, kind: Kind[int, str], find_parent: FindParent) -> None:
        self._table = table
        self._kind = kind
        self.find_parent = find_parent

    def of(self, parent_id: int) -> Iterator[tuple[str, str | None]]:
        """Yield names and values by name, in the order of code points (1 per MB, only as far as they are used)."""
        partition, begins = self._kind(parent_id, "")
        for item in self._table.query(partition, begins=begins, attributes="sk, val"):
            yield item["sk"]["S"].removeprefix(begins), item["val"].get("S")

    def value(self, parent_id: int, name: str) -> str | None:
        """Read a value with its task or project (as `find_parent`); NotFound, Forbidden."""
        key = self._kind(parent_id, name)
        item = self.find_parent(parent_id, key).people.items.get(key)
        if item is None:
            raise NotFound(Thing.METADATA)
        value: str | None = item["val"].get("S")
        return value

    def put_actions(
        self, parent_id: int, values: Mapping[str, str | None], user_id: int, now: int
    ) -> list[TransactItem]:
        """Return the actions that write values, whether or not they exist."""
        changed: dict[str, Attribute] = {"changed_on": number(now), "changed_by": number(user_id)}
        return [
            put(self._kind(parent_id, name), {"val": {"NULL": True} if value is None else string(value), **changed})
            for name, value in values.items()
        ]

    def delete_actions(self, parent_id: int, name: str) -> list[TransactItem]:
        """Return the actions that remove a value; NotFound if there is none."""
        return [delete(self._kind(parent_id, name), NotFound(Thing.METADATA))]
