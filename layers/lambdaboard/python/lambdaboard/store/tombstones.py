"""Tombstones: ids of removed users and groups, which other items may still name.

They exist from the removal until a whole round of `sweep` has removed all references to the ids (decision 6). All
copies are written together; each container reads one of them, which spreads the reads (docs/scale.md).
"""

from __future__ import annotations

import random
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.errors import InvalidParams
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, update

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key

COPIES = [keys.tombstones(copy) for copy in range(keys.TOMBSTONE_COPIES)]

MAX_IDS = 1_000
"""The limit of ids in a copy, which nearly every call reads: about 20 KB, five read units."""

TOO_MANY = (
    f"{MAX_IDS:,} removed users and groups are still remembered; the daily repair forgets them within two rounds"
    " (docs/operations.md)"
)

OWN = random.choice(COPIES)  # noqa: S311 - spreads readers, protects nothing
"""The copy that this container reads."""


def _attributes(items: Mapping[Key, Item]) -> Item:
    """Return the attributes of all copies that are among the items."""
    return dict(chain.from_iterable(items[key].items() for key in COPIES if key in items))


class Tombstones(NamedTuple):
    """The tombstones of one kind.

    Attributes:
        prefix: of their attributes: `u7` has the time when user 7 was removed, in Unix seconds.
        parameter: of the procedure that removes one.
    """

    prefix: str
    parameter: str

    def ids(self, items: Mapping[Key, Item]) -> dict[int, int]:
        """Return the removed ids, each with the time in Unix seconds; at least one copy is among the items."""
        found = _attributes(items)
        own = (name for name in found if name.startswith(self.prefix))
        return {int(name.removeprefix(self.prefix)): int(found[name]["N"]) for name in own}

    def put_actions(self, removed_id: int, now: int) -> list[TransactItem]:
        """Return the actions with which reads ignore an id at once; InvalidParams if there are too many.

        The transaction also deletes the user or group, if it exists: so an id is added only once.
        """
        expression = f"SET {self.prefix}{removed_id} = :now ADD n :one"
        values = {":now": number(now), ":one": number(1), ":most": number(MAX_IDS)}
        full = InvalidParams(self.parameter, TOO_MANY)
        return [update(key, expression, values, "attribute_not_exists(n) OR n < :most", full) for key in COPIES]

    def names(self, ids: Iterable[int]) -> set[str]:
        """Return the attributes of ids."""
        return {f"{self.prefix}{each}" for each in ids}


USERS, GROUPS = Tombstones("u", "user_id"), Tombstones("g", "group_id")


def without(item: Item, names: Collection[str]) -> TransactItem | None:
    """Return the action that deletes tombstones from a copy, and counts the others; None if it has none of them.

    Args:
        item: the copy as it was read.
        names: of the attributes of ids that no item names any more.
    """
    left = {name: value for name, value in item.items() if name not in names}
    if len(left) == len(item):
        return None
    left["n"] = number(sum(name.startswith((USERS.prefix, GROUPS.prefix)) for name in left))
    unchanged = {
        "ConditionExpression": "attribute_not_exists(n) OR n = :n",
        "ExpressionAttributeValues": {":n": item.get("n", number(0))},
    }
    return TransactItem({"Put": {"Item": left, **unchanged}})
