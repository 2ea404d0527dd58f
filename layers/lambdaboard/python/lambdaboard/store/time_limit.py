"""The time limit of a call, for all its threads.

Retries of requests, of contended writes and of the whole call are nested: each of them ends at the limit, so that all
of them together are not longer than the time of the function.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.client import BaseClient

C = TypeVar("C", bound="BaseClient")

LAST_ATTEMPT = 8.0
"""Seconds that a request may exceed the limit: a pause of four, then one each for TCP, TLS and the answer."""

THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})
"""DynamoDB's error codes, with a status other than 5xx, for requests that should be repeated."""

FAULT = 500
"""HTTP statuses from this one on are AWS's own faults."""

_limit: ContextVar[float] = ContextVar("time_limit", default=math.inf)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End all retries in the `with` block after these seconds, or earlier at the limit of an outer block."""
    token = _limit.set(min(_limit.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _limit.reset(token)


def ends_at() -> float:
    """Return the limit, in the time of `time.monotonic`; infinite if there is none."""
    return _limit.get()


def limited(client: C) -> C:
    """Return a client of boto3 that repeats no request once the limit is reached."""
    # botocore passes on an exception that is raised here; its own handler, which comes next, would wait and repeat
    client.meta.events.register_first("needs-retry", _check)
    return client


def _has_failed(response: Any, parsed: dict[str, Any]) -> bool:
    return response.status_code >= FAULT or parsed.get("Error", {}).get("Code") in THROTTLED


def _check(caught_exception: Exception | None, response: tuple[Any, dict[str, Any]] | None, **_: Any) -> None:
    """Raise TimeoutError if a request has failed and there is no time to repeat it."""
    if time.monotonic() < ends_at():
        return
    if caught_exception is not None:
        raise caught_exception
    if response and _has_failed(*response):
        raise TimeoutError("there is no time left to repeat the request")
