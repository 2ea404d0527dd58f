"""Counts the calls of AWS that a call of the API makes, and how many of them follow one another.

The order is measured by logical clocks, independent of the machine's speed: each thread counts its calls. A new thread
starts with the count of its starter; after a wait for its result, the greater of both counts is used.
"""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from lambdaboard.store.stores import Stores

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}

ENDED = "ended_at"
"""The attribute of a future with the clock at its end."""


class _Clock(threading.local):
    """The calls of DynamoDB, one after the other, before the present moment of this thread."""

    now = 0


@dataclass
class Calls:
    """The calls that were made.

    Attributes:
        depth: the longest chain of calls of DynamoDB that follow one another.
        of: the number of calls of each operation, S3's too.
        items: items written, without counters of ids and times of projects' last changes.
    """

    depth: int = 0
    of: Counter[str] = field(default_factory=Counter)
    items: int = 0

    @property
    def dynamodb(self) -> int:
        """The number of calls of DynamoDB."""
        return sum(count for name, count in self.of.items() if not name.endswith("Object"))

    @property
    def s3(self) -> int:
        """The number of calls of S3."""
        return sum(count for name, count in self.of.items() if name.endswith("Object"))


class Tracker:
    """Follows the calls of some stores. One at a time: it changes how threads are started.

    Args:
        monkeypatch: undoes that at the end of the test.
        stores: whose clients are followed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stores: Stores) -> None:
        self._clock = _Clock()
        self._lock = threading.Lock()
        self._calls = Calls()
        for client in (stores.table.client, stores.blobs.client, stores.blobs.copying):
            client.meta.events.register("before-parameter-build", self._called)
        submit, result = ThreadPoolExecutor.submit, Future.result

        def submitted(executor: Any, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
            begun = self._clock.now

            def run() -> Any:
                self._clock.now = begun
                try:
                    return call(*arguments)
                finally:
                    setattr(future, ENDED, self._clock.now)

            may_run = threading.Event()  # not before `future` is known
            future: Future[Any] = submit(executor, lambda: may_run.wait() and run())
            may_run.set()
            return future

        def waited(future: Any, timeout: float | None = None) -> Any:
            try:
                return result(future, timeout)
            finally:
                self._clock.now = max(self._clock.now, getattr(future, ENDED, 0))

        monkeypatch.setattr(ThreadPoolExecutor, "submit", submitted)
        monkeypatch.setattr(Future, "result", waited)

    def of(self, call: Callable[[], Any]) -> Calls:
        """Make a call and return its calls of AWS."""
        self._calls, self._clock.now = Calls(), 0
        call()
        made, self._calls = self._calls, Calls()  # what is called from now on is not counted there
        return made

    def _called(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if context.get("is_presign_request"):  # it is signed and not sent
            return
        with self._lock:
            self._calls.of[model.name] += 1
            self._calls.items += written(model.name, params)
            if model.service_model.service_name == "dynamodb":
                self._clock.now += 1
                self._calls.depth = max(self._calls.depth, self._clock.now)


def written(operation: str, params: dict[str, Any]) -> int:
    """Return how many items a call writes, without counters of ids and times of projects' last changes."""
    if operation not in WRITES:
        return 0
    if operation == "TransactWriteItems":
        return len(params["TransactItems"])
    if operation == "BatchWriteItem":
        return sum(map(len, params["RequestItems"].values()))
    key = params.get("Key") or params["Item"]
    return int(not key["pk"]["S"].startswith("#") and key["sk"]["S"] != "LM")
