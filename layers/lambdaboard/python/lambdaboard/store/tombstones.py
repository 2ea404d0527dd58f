"""Tombstones: ids of what was removed and what other items may still name, in one item of each kind.

They count from the moment of the removal until a whole round of `sweep` has found nothing that names them (decision 6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.errors import Conflict
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key


class Tombstones(NamedTuple):
    """The tombstones of one kind.

    Attributes:
        key: of their item.
        prefix: of its attributes: `u7` is when user 7 was removed, in Unix seconds.
    """

    key: Key
    prefix: str

    def ids(self, items: Mapping[Key, Item]) -> dict[int, int]:
        """Return what was removed, each with the time in Unix seconds, from the items that were read."""
        item = items.get(self.key, {})
        found = {name.removeprefix(self.prefix): at for name, at in item.items() if name.startswith(self.prefix)}
        return {int(digits): int(at["N"]) for digits, at in found.items() if digits.isdigit()}

    def put(self, removed_id: int, now: int) -> TransactItem:
        """Return what makes everything that names an id name nothing, at once; Conflict where it was removed before."""
        name = f"{self.prefix}{removed_id}"
        return update(
            self.key,
            f"SET {name} = :now",
            {":now": number(now)},
            f"attribute_not_exists({name})",
            Conflict(f"tombstone {name}"),
        )

    def delete(self, ids: Iterable[int]) -> TransactItem:
        """Return what removes the tombstones of ids, up to a hundred, that nothing names any more."""
        names = ", ".join(f"{self.prefix}{each}" for each in ids)
        return TransactItem({"Update": {"Key": self.key.attributes(), "UpdateExpression": f"REMOVE {names}"}})


USERS = Tombstones(keys.user_tombstones(), "u")
GROUPS = Tombstones(keys.group_tombstones(), "g")
