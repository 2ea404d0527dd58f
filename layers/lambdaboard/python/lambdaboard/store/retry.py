"""Retries with exponential backoff and jitter, for contended writes; all of them end with `time_limit`."""

from __future__ import annotations

import math
import random
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from lambdaboard.store import time_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRY_TIMEOUT = 10.0
"""Seconds after which a contended write fails.

With 5, three of 200 writes of eight clients on one task failed.
"""

_ends: ContextVar[float] = ContextVar("retries_end", default=math.inf)

FIRST_DELAY, MAX_DELAY = 0.010, 0.320
"""Seconds."""


@contextmanager
def one_timeout(timeout: float = RETRY_TIMEOUT) -> Iterator[None]:
    """Let all retries in the `with` block, nested ones too, take no longer together than one of them alone."""
    token = _ends.set(time.monotonic() + timeout)
    try:
        yield
    finally:
        _ends.reset(token)


def retry_attempts(timeout: float = RETRY_TIMEOUT) -> Iterator[None]:
    """Yield once for each attempt: at once, then after random delays of up to 10 ms, doubling to 320 ms.

    Args:
        timeout: seconds after which there is no further attempt; see `one_timeout`.
    """
    give_up_at = min(time.monotonic() + timeout, _ends.get(), time_limit.ends_at())
    delay = FIRST_DELAY
    yield
    while time.monotonic() < give_up_at:
        time.sleep(random.uniform(0, delay))  # noqa: S311 - spreads writers, protects nothing
        delay = min(2 * delay, MAX_DELAY)
        yield
