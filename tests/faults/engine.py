"""The table and the bucket for the harness: it reads and writes moto's directly, any other through its API."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from tests.boards import contents
from tests.conftest import BUCKET, TABLE

from lambdaboard.store.blobs import OWNER
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.invariants import Items

    from lambdaboard.store.stores import Stores


class Engine(Protocol):
    """The local AWS.

    Attributes:
        is_moto: it runs in this process, and does not know the tokens of transactions.
    """

    is_moto: bool

    def items(self) -> Items:
        """Read all items, counters too."""

    def paths(self) -> set[str]:
        """Read the paths of all contents in the bucket."""

    def kept(self) -> Callable[[], None]:
        """Keep the data; return a function that restores it."""


@dataclass
class Moto:
    """Moto in this process; its Scan of a small table takes 30 ms."""

    is_moto: bool = True

    def items(self) -> Items:
        """Read all items."""
        partitions = _tables()[TABLE].items.values()
        items = [
            {name: value.to_json() for name, value in item.attrs.items()}
            for each in partitions
            for item in each.values()
        ]
        return {key_of(item): item for item in items}

    def paths(self) -> set[str]:
        """Read the paths of all contents in the bucket."""
        return {*_keys()} - {OWNER}

    def kept(self) -> Callable[[], None]:
        """Keep copies."""
        table = copy.deepcopy(_tables()[TABLE])
        blobs = {path: copy.copy(key) for path, key in _keys().items()}  # moto closes the file of one that is removed

        def lay() -> None:
            _tables()[TABLE] = copy.deepcopy(table)
            there = _keys()
            for path in {*there} - blobs.keys():
                there.pop(path)
            for path in blobs.keys() - {*there}:
                there[path] = copy.copy(blobs[path])

        return lay


def _tables() -> Any:
    return get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables


def _keys() -> Any:
    return get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys


@dataclass
class Remote:
    """DynamoDB Local and the like."""

    stores: Stores
    is_moto: bool = False

    def items(self) -> Items:
        """Read all items."""
        return {key_of(item): item for page in self.stores.table.scan() for item in page}

    def paths(self) -> set[str]:
        """Read the paths of all contents in the bucket."""
        return {*contents(self.stores)}

    def kept(self) -> Callable[[], None]:
        """Keep copies."""
        items, blobs = self.items(), {path: self.stores.blobs.get(path) for path in self.paths()}

        def lay() -> None:
            there = self.items()
            gone = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in there.keys() - items.keys()]
            writes: list[Any] = [{"DeleteRequest": {"Key": key}} for key in gone]
            writes += [{"PutRequest": {"Item": item}} for key, item in items.items() if there.get(key) != item]
            client, name = self.stores.table.client, self.stores.table.name
            for first in range(0, len(writes), 25):
                client.batch_write_item(RequestItems={name: writes[first : first + 25]})
            paths = self.paths()
            for path in paths - blobs.keys():
                self.stores.blobs.remove(path)
            for path in blobs.keys() - paths:
                self.stores.blobs.put(path, blobs[path])

        return lay
