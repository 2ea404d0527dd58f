"""When a call must have come to its end: one limit for all that it waits for, in whatever thread.

Retries of requests, retries of contended writes, and retries of the whole call, one within the other: each of them ends
at the limit, so that what they wait together is no longer than the function has.
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
"""Seconds that a request may take beyond the limit: a pause of four, then one each to connect, shake hands and wait."""

THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})
"""What DynamoDB says, with a status that is not 5xx, of requests that it wants to be repeated."""

FAULT = 500
"""HTTP statuses from this one on are AWS's own faults."""

_limit: ContextVar[float] = ContextVar("time_limit", default=math.inf)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let everything in the `with` block end its retries in so many seconds, or earlier where that was said before."""
    token = _limit.set(min(_limit.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _limit.reset(token)


def ends_at() -> float:
    """Return the limit, by the clock of `time.monotonic`; infinite where there is none."""
    return _limit.get()


def limited(client: C) -> C:
    """Return a client of boto3 that repeats no request once the limit is reached."""
    # botocore raises what is raised here; its own handler, which comes next, would wait and repeat
    client.meta.events.register_first("needs-retry", _check)
    return client


def _has_failed(response: Any, parsed: dict[str, Any]) -> bool:
    return response.status_code >= FAULT or parsed.get("Error", {}).get("Code") in THROTTLED


def _check(caught_exception: Exception | None, response: tuple[Any, dict[str, Any]] | None, **_: Any) -> None:
    """Raise where a request has failed and there is no time to repeat it."""
    if time.monotonic() < ends_at():
        return
    if caught_exception is not None:
        raise caught_exception
    if response and _has_failed(*response):
        raise TimeoutError("there is no time left to repeat the request")
