"""The types of links: one item, which does not exist until one of the built-in types is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lambdaboard.domain import link as domain
from lambdaboard.domain.link import LinkTypes
from lambdaboard.store import keys
from lambdaboard.store.actions import Version, new_item, put_new, string, update_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table


class StoredTypes(NamedTuple):
    """All types of links as they were read; `version` is None until one of the built-in types is changed."""

    types: LinkTypes
    version: Version | None


class LinkTypeStore:
    """Reads and writes the types of links. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> StoredTypes:
        """Read all types (1)."""
        item = self._table.get_one(keys.link_types())
        return StoredTypes(_types_of(item), Version.of(dict(item)) if item else None)

    def replace_actions(self, stored: StoredTypes, types: LinkTypes) -> list[TransactItem]:
        """Return the actions that write all types over those that were read."""
        doc = {"doc": string(domain.encode(types))}
        key = keys.link_types()
        return [put_new(key, new_item(doc)) if stored.version is None else update_version(key, stored.version, doc)]


def types_in(items: Mapping[Key, Item]) -> LinkTypes:
    """Return the types of links from the items that were read; the built-in ones if there is no item."""
    return _types_of(items.get(keys.link_types()))


def _types_of(item: Mapping[str, Any] | None) -> LinkTypes:
    return domain.decode(item["doc"]["S"]) if item else LinkTypes()
