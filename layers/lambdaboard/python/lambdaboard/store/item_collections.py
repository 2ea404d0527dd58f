"""Item collections: the items of one partition key, such as a project with its tasks, have at most 10 GB together.

A sample of the writes asks DynamoDB for the size, so that the operator is warned before writes fail.
"""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botocore.client import BaseClient
    from botocore.model import OperationModel

C = TypeVar("C", bound="BaseClient")

logger = Logger(child=True)
metrics = Metrics(service="")  # as in functions/: the stage is the only dimension

LARGE = 8.0
"""An item collection of this many gigabytes is reported."""

SAMPLE = 100
"""One write in this many asks for the size, and the first one of a container; it costs no units."""

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


def watched(client: C) -> C:
    """Return a client of DynamoDB whose writes report large item collections, each once per container."""
    watch = _Watch()
    client.meta.events.register("before-parameter-build.dynamodb", watch.ask)
    client.meta.events.register("after-call.dynamodb", watch.look)
    return client


class _Watch:
    def __init__(self) -> None:
        self._writes = count()
        self._reported: set[str] = set()

    def ask(self, params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        if model.name in WRITES and next(self._writes) % SAMPLE == 0:
            params["ReturnItemCollectionMetrics"] = "SIZE"

    def look(self, parsed: dict[str, Any], **_: Any) -> None:
        for each in _sizes(parsed):
            pk, gigabytes = each["ItemCollectionKey"]["pk"]["S"], each["SizeEstimateRangeGB"][0]
            if gigabytes >= LARGE and pk not in self._reported:
                self._reported.add(pk)
                logger.warning("large item collection", partition=pk, gigabytes=gigabytes)
                metrics.add_metric("LargeCollections", MetricUnit.Count, 1)


def _sizes(parsed: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Return the sizes in an answer: one for a single write, else a list for each table."""
    found = parsed.get("ItemCollectionMetrics") or {}
    return [found] if "ItemCollectionKey" in found else chain.from_iterable(found.values())
