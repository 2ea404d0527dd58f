"""Waiting and trying again when several writers meet."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0
"""Seconds after which a contended write is given up: with 5, three of 200 writes of eight clients on one task failed.

Twice as long, where a transaction is in the way of the last try, is still less than the 29 s that a function has.
"""

FIRST_PAUSE, LONGEST_PAUSE = 0.010, 0.320


def retry_attempts() -> Iterator[None]:
    """Yield once for each try: at once, then after random pauses of up to 10 ms, doubling to 320 ms, for 10 s."""
    give_up_at = time.monotonic() + PATIENCE
    pause = FIRST_PAUSE
    yield
    while time.monotonic() < give_up_at:
        time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads writers, guards nothing
        pause = min(2 * pause, LONGEST_PAUSE)
        yield
