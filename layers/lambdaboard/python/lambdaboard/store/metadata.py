"""Task metadata in the table: one item a name, beside the task's child entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.errors import NotFound, Reason
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, number, put, string

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import TaskStore


class MetadataStore:
    """Reads task metadata and builds its writes. Costs are in round trips."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        self._table = table
        self._tasks = tasks

    def of(self, task_id: int) -> Iterator[tuple[str, str | None]]:
        """Yield names and values of a task by name, in the order of code points (1 a MB, as they are asked for)."""
        begins = keys.metadata.sk_prefix
        for item in self._table.query(keys.task_pk(task_id), begins=begins, attributes="sk, val"):
            yield item["sk"]["S"].removeprefix(begins), item["val"].get("S")

    def value(self, task_id: int, name: str) -> str | None:
        """Read a value with its task (as `TaskStore.find`); NotFound, Forbidden."""
        key = keys.metadata(task_id, name)
        item = self._tasks.find(task_id, key).people.items.get(key)
        if item is None:
            raise NotFound(Reason.METADATA)
        value: str | None = item["val"].get("S")
        return value

    def put_actions(self, task_id: int, values: Mapping[str, str | None], user_id: int, now: int) -> list[TransactItem]:
        """Return what writes values, whether or not they are there."""
        changed: dict[str, keys.Attribute] = {"changed_on": number(now), "changed_by": number(user_id)}
        return [
            put(keys.metadata(task_id, name), {"val": {"NULL": True} if value is None else string(value), **changed})
            for name, value in values.items()
        ]

    def delete_actions(self, task_id: int, name: str) -> list[TransactItem]:
        """Return what removes a value; NotFound where there is none."""
        return [delete(keys.metadata(task_id, name), NotFound(Reason.METADATA))]
