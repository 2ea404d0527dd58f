"""Retries with exponential backoff and jitter, where several writers meet."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRY_TIMEOUT = 10.0
"""Seconds after which a contended write is given up: with 5, three of 200 writes of eight clients on one task failed.

Twice as long, where a transaction is in the way of the last attempt, is still less than the 29 s that a function has.
"""

FIRST_DELAY, MAX_DELAY = 0.010, 0.320
"""Seconds."""


def retry_attempts(timeout: float = RETRY_TIMEOUT) -> Iterator[None]:
    """Yield once for each attempt: at once, then after random delays of up to 10 ms, doubling to 320 ms.

    Args:
        timeout: seconds after which there is no further attempt.
    """
    give_up_at = time.monotonic() + timeout
    delay = FIRST_DELAY
    yield
    while time.monotonic() < give_up_at:
        time.sleep(random.uniform(0, delay))  # noqa: S311 - spreads writers, guards nothing
        delay = min(2 * delay, MAX_DELAY)
        yield
