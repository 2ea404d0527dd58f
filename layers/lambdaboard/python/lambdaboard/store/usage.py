"""The use of AWS by a call, counted for the log; the units are those that DynamoDB reports."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botocore.client import BaseClient
    from botocore.model import OperationModel

C = TypeVar("C", bound="BaseClient")

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "PutObject", "CopyObject"})
"""The operations that write, other than transactions."""


class Usage(msgspec.Struct):
    """The use since the count began; threads may add to it at the same time.

    Attributes:
        aws_calls: of DynamoDB and S3, repetitions too.
        read_units: that DynamoDB charges for.
        write_units: that DynamoDB charges for, those of indexes too.
        writes: counted before the request is sent: 1 for each KB of an item, 1 for each content of a file.
        actions: ids of the automatic actions whose changes the call has written.
    """

    aws_calls: int = 0
    read_units: float = 0
    write_units: float = 0
    writes: int = 0
    actions: tuple[int, ...] = ()
    _lock: Lock = msgspec.field(default_factory=Lock)

    def add(self, calls: int, read_units: float, write_units: float) -> None:
        """Add what a call used."""
        with self._lock:
            self.aws_calls += calls
            self.read_units += read_units
            self.write_units += write_units

    def add_writes(self, writes: int) -> None:
        """Add what a call is about to write."""
        with self._lock:
            self.writes += writes


current: ContextVar[Usage | None] = ContextVar("usage", default=None)
"""The count for the calls of this thread, and of the threads that `parallel` starts from it."""


def note_actions(ids: Iterable[int]) -> None:
    """Note the automatic actions whose changes the call has written."""
    usage = current.get()
    if usage:
        usage.actions = tuple(ids)


def instrumented(client: C) -> C:
    """Return a client of boto3, of DynamoDB or S3, whose calls are counted."""
    client.meta.events.register("before-parameter-build.dynamodb", _ask)
    client.meta.events.register("before-parameter-build", _count_writes)
    client.meta.events.register("after-call", _count)
    return client


def _ask(params: dict[str, Any], **_: Any) -> None:
    params["ReturnConsumedCapacity"] = "TOTAL"


def _count(model: OperationModel, parsed: dict[str, Any], **_: Any) -> None:
    usage = current.get()
    if usage is None:
        return
    units = _units(parsed.get("ConsumedCapacity") or [])
    calls = 1 + parsed["ResponseMetadata"].get("RetryAttempts", 0)
    usage.add(calls, *((units, 0) if model.name in READS else (0, units)))


def _units(consumed: list[dict[str, float]] | dict[str, float]) -> float:
    return sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))


def _count_writes(params: dict[str, Any], model: OperationModel, **_: Any) -> None:
    if usage := current.get():
        usage.add_writes(sum(map(_kilobytes, _writes(params, model.name))))


def _writes(params: dict[str, Any], operation: str) -> list[dict[str, Any]]:
    if operation == "TransactWriteItems":
        return [request for action in params["TransactItems"] for request in action.values()]
    return [params] if operation in WRITES else []


def _kilobytes(request: dict[str, Any]) -> int:
    """Return the size of a request's items in KB as DynamoDB counts them: rounded up, at least 1."""
    values = request.get("Item") or request.get("ExpressionAttributeValues") or {}
    return 1 + sum(len(value.get("S", "")) for value in values.values()) // 1024
