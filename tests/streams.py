"""The records of the table's stream for functions/cascade."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.logging.constants import LOGGER_ATTRIBUTE_PRECONFIGURED
from local import template
from local.functions import Function
from local.stream import as_lambda_sees, passes
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from tests.boards import everything
from tests.conftest import BUCKET, TABLE

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    import pytest

    from lambdaboard.store.actions import Item
    from lambdaboard.store.stores import Stores

STREAM = f"arn:aws:dynamodb:us-east-1:123456789012:table/{TABLE}/stream/2026-11-30T12:00:00.000"

Record = dict[str, Any]
Items = dict[tuple[str, str], "Item"]


def loaded(monkeypatch: pytest.MonkeyPatch, resource: str) -> Function:
    """Import a function of the template again, with its environment; the table and the bucket must exist."""
    for name, value in template.environment({}, {"Table": TABLE, "Bucket": BUCKET}).items():
        monkeypatch.setenv(name, value)
    forget_other_tests()
    return Function.load(resource)


def forget_other_tests() -> None:
    """Reset Powertools: it keeps metrics and the configuration of logs per process."""
    Metrics(service="").clear_metrics()
    vars(logging.getLogger("lambdaboard")).pop(LOGGER_ATTRIBUTE_PRECONFIGURED, None)


def record(name: str, number: int, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Record:
    """Return a record of the stream.

    Args:
        name: INSERT, MODIFY or REMOVE.
        number: of its place in the stream.
        old: the item before, and `new`: after; None if there was or is none.
        new: see `old`.
    """
    item = new or old or {}
    images = {"OldImage": old, "NewImage": new}
    return {
        "eventID": f"event-{number}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "Keys": {"pk": item["pk"], "sk": item["sk"]},
            **{kind: image for kind, image in images.items() if image},
            "SequenceNumber": f"{number:021}",
            "SizeBytes": 100,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": STREAM,
    }


def records(before: Items, after: Items) -> list[Record]:
    """Return the records of a change that pass the template's filter."""
    removed = [("REMOVE", item, None) for key, item in before.items() if key not in after]
    changed = [("MODIFY", before[key], item) for key, item in after.items() if key in before and item != before[key]]
    all_of_them = (
        record(name, number, old, new) for number, (name, old, new) in enumerate([*removed, *changed], start=1)
    )
    return [each for each in all_of_them if passes(each)]


def settled(cascade: Function, stores: Stores, act: Callable[[], object], chance: random.Random | None = None) -> None:
    """Change the table, and run cascade until there are no more changes.

    Args:
        cascade: the function.
        stores: of the stream's table.
        act: changes the table.
        chance: deliver in a random order, and some records twice.
    """
    before = everything(stores, times_too=True)
    act()
    while delivered := records(before, after := everything(stores, times_too=True)):
        before = after
        if chance:
            delivered += chance.sample(delivered, len(delivered) // 2)
            chance.shuffle(delivered)
        assert cascade({"Records": delivered}) == {"batchItemFailures": []}


class Stream:
    """The stream of moto's table, from now on."""

    def __init__(self) -> None:
        self._read = len(_shard().items)

    def new(self) -> list[Record]:
        """Return the records since the last time that pass the template's filter."""
        items = _shard().items[self._read :]
        self._read += len(items)
        records = [as_lambda_sees(item.to_json(), STREAM) for item in items]
        return [each for each in records if passes(each)]


def _shard() -> Any:
    table = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[TABLE]
    return table.stream_shard
