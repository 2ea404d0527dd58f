"""The progress of a move from Kanboard: one item, so that a killed run can be resumed (docs/moving.md)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.store import keys
from lambdaboard.store.actions import put, string
from lambdaboard.store.keys.indexes import LANE

if TYPE_CHECKING:
    from lambdaboard.store.actions import Item
    from lambdaboard.store.table import Table

INDEX_KEYS = (LANE, "by_reference", "by_due", "due_shard")
"""The sort keys of the indexes with keys alone; each entry takes one write unit."""


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of an import.

    Attributes:
        source: a fingerprint of the database.
        last_task: all tasks up to this id are written, with their child entities.
        last_link: all sides of links up to this id are written.
        last_activity: all rows of activity up to this id are written.
        is_done: everything is written.
    """

    source: str
    last_task: int = 0
    last_link: int = 0
    last_activity: int = 0
    is_done: bool = False


_decode = msgspec.json.Decoder(ImportProgress).decode


class ImportStore:
    """Reads and writes the progress of an import. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> ImportProgress | None:
        """Read it (1); None if nothing was imported yet."""
        item = self._table.get_one(keys.import_progress())
        return _decode(item["doc"]["S"]) if item else None

    def put(self, progress: ImportProgress) -> None:
        """Write it (1)."""
        self._table.write(put(keys.import_progress(), {"doc": string(msgspec.json.encode(progress).decode())}))


def write_units(item: Item) -> int:
    """Return the write units of a new item: one per KB, the same for the index of whole tasks, one per other index.

    Source: decision 11.
    """
    size = sum(len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in item.items())
    units = max(1, math.ceil(size / 1024))
    return units * (2 if "by_status" in item else 1) + sum(name in item for name in INDEX_KEYS)
