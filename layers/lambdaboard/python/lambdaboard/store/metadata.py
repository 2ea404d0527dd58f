"""Task metadata in the table: one item a name, beside the task's other belongings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.errors import NotFound
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, number, put, string

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table


class MetadataStore:
    """Reads and writes task metadata. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, task_id: int) -> dict[str, str | None]:
        """Read all values of a task by name, in the order of code points (1 a MB)."""
        prefix = keys.metadata.sk_prefix
        items = self._table.query(keys.task_pk(task_id), begins=prefix, attributes="sk, val")
        return {item["sk"]["S"].removeprefix(prefix): item["val"].get("S") for item in items}

    def value(self, items: Mapping[Key, Item], task_id: int, name: str) -> str | None:
        """Return a value from items that were read; NotFound where it is not among them."""
        item = items.get(keys.metadata(task_id, name))
        if item is None:
            raise NotFound("metadata")
        value: str | None = item["val"].get("S")
        return value

    def save(self, task_id: int, values: Mapping[str, str | None], user_id: int, now: int) -> None:
        """Write values, all or nothing (1)."""
        changed: dict[str, keys.Attribute] = {"changed_on": number(now), "changed_by": number(user_id)}
        items: dict[Key, dict[str, keys.Attribute]] = {
            keys.metadata(task_id, name): {"val": {"NULL": True} if value is None else string(value), **changed}
            for name, value in values.items()
        }
        if len(items) == 1:
            self._table.set(*items.popitem())
        elif items:
            self._table.transact(put(key, item) for key, item in items.items())

    def remove(self, task_id: int, name: str) -> None:
        """Remove a value (1); NotFound where there is none. A transaction, since its repetition answers the same."""
        self._table.transact([delete(keys.metadata(task_id, name), NotFound("metadata"))])
