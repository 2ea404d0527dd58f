"""Write units of a transaction, by AWS's rules: DynamoDB Local doubles them once too often, and counts equal ones once.

An item costs a unit for each KB of its larger version, and in each index a unit a KB for an entry that is written
and one for an entry that is removed; a transaction doubles all of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from local.resources import table_properties

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = dict[str, Any]

_TABLE = table_properties()
INDEXES = [*_TABLE["LocalSecondaryIndexes"], *_TABLE["GlobalSecondaryIndexes"]]


def of_transaction(before: list[Item | None], after: list[Item | None]) -> int:
    """Return the units of a transaction from its items as they were and as they are, in the same order."""
    return 2 * sum(_of_item(old, new) for old, new in zip(before, after, strict=True))


def _of_item(old: Item | None, new: Item | None) -> int:
    entries = ((_entry(old, index), _entry(new, index)) for index in INDEXES)
    return max(_size(old), _size(new)) + sum(_of_entry(*each) for each in entries)


def _of_entry(old: Item | None, new: Item | None) -> int:
    if old == new:
        return 0
    if old and new and old["key"] == new["key"]:
        return max(_size(old), _size(new))
    return (_size(old) if old else 0) + (_size(new) if new else 0)


def _entry(item: Item | None, index: Mapping[str, Any]) -> Item | None:
    """Return what an index holds of an item: its key, and what is projected; None if it is not in there."""
    keys = [key["AttributeName"] for key in index["KeySchema"]]
    if item is None or not item.keys() >= set(keys):
        return None
    kinds = index["Projection"]
    kept = item if kinds["ProjectionType"] == "ALL" else {"pk", "sk", *keys, *kinds.get("NonKeyAttributes", ())}
    return {"key": [item[key] for key in keys]} | {name: item[name] for name in kept if name in item}


def _size(item: Item | None) -> int:
    """Return the units of an item: one for each KB of names and values, and one at least."""
    texts = [name + str(next(iter(value.values()))) for name, value in (item or {}).items() if name != "key"]
    return max(1, math.ceil(sum(len(text.encode()) for text in texts) / 1024))
