"""Tombstones: ids of removed users and groups, which other items may still name.

They exist from the removal until a whole round of `sweep` has removed all references to the ids (decision 6). All
copies are written together; each container reads one of them, which spreads the reads (docs/scale.md).
"""

from __future__ import annotations

import random
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.errors import Conflict
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key

COPIES = [keys.tombstones(copy) for copy in range(keys.TOMBSTONE_COPIES)]

OWN = random.choice(COPIES)  # noqa: S311 - spreads readers, protects nothing
"""The copy that this container reads."""


def _attributes(items: Mapping[Key, Item]) -> Item:
    """Return the attributes of all copies that are among the items."""
    return dict(chain.from_iterable(items[key].items() for key in COPIES if key in items))


class Tombstones(NamedTuple):
    """The tombstones of one kind.

    Attributes:
        prefix: of their attributes: `u7` has the time when user 7 was removed, in Unix seconds.
    """

    prefix: str

    def ids(self, items: Mapping[Key, Item]) -> dict[int, int]:
        """Return the removed ids, each with the time in Unix seconds; at least one copy is among the items."""
        found = _attributes(items)
        own = (name for name in found if name.startswith(self.prefix))
        return {int(name.removeprefix(self.prefix)): int(found[name]["N"]) for name in own}

    def put_actions(self, removed_id: int, now: int) -> list[TransactItem]:
        """Return the actions with which reads ignore an id at once; Conflict if it was removed before."""
        name = f"{self.prefix}{removed_id}"
        expression, values, is_new = f"SET {name} = :now", {":now": number(now)}, f"attribute_not_exists({name})"
        return [update(key, expression, values, is_new, Conflict("was removed")) for key in COPIES]

    def delete_actions(self, ids: Iterable[int]) -> list[TransactItem]:
        """Return the actions that delete the tombstones of up to a hundred ids that no item names any more."""
        expression = "REMOVE " + ", ".join(f"{self.prefix}{each}" for each in ids)
        return [TransactItem({"Update": {"Key": key.attributes(), "UpdateExpression": expression}}) for key in COPIES]


USERS, GROUPS = Tombstones("u"), Tombstones("g")
