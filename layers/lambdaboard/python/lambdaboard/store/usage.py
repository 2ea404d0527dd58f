"""What a call of ours asks of AWS: counted for the log, from what DynamoDB itself says it consumed."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.model import OperationModel

C = TypeVar("C", bound="BaseClient")

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


class Usage(msgspec.Struct):
    """What was used since the count began; threads may add to it at the same time.

    Attributes:
        aws_calls: of DynamoDB and S3, repetitions too.
        read_units: that DynamoDB charges for.
        write_units: that DynamoDB charges for, those of indexes too.
    """

    aws_calls: int = 0
    read_units: float = 0
    write_units: float = 0
    _lock: Lock = msgspec.field(default_factory=Lock)

    def add(self, calls: int, read_units: float, write_units: float) -> None:
        """Add what a call used."""
        with self._lock:
            self.aws_calls += calls
            self.read_units += read_units
            self.write_units += write_units


current: ContextVar[Usage | None] = ContextVar("usage", default=None)
"""Where the calls of this thread are counted; what `parallel` starts counts in the same place."""


def instrumented(client: C) -> C:
    """Return a client of boto3, of DynamoDB or S3, whose calls are counted."""
    client.meta.events.register("before-parameter-build.dynamodb", _ask)
    client.meta.events.register("after-call", _count)
    return client


def _ask(params: dict[str, Any], **_: Any) -> None:
    params["ReturnConsumedCapacity"] = "TOTAL"


def _count(model: OperationModel, parsed: dict[str, Any], **_: Any) -> None:
    usage = current.get()
    if usage is None:
        return
    consumed = parsed.get("ConsumedCapacity") or []
    units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
    calls = 1 + parsed["ResponseMetadata"].get("RetryAttempts", 0)
    usage.add(calls, *((units, 0) if model.name in READS else (0, units)))
