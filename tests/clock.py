"""A clock that a test sets, for all code of the process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from time_machine import TimeMachineFixture


class Clock:
    """The time of `time.time` and `datetime`, but not of `time.monotonic`.

    Args:
        time_machine: the fixture of this name; it undoes all at the end of the test.
        now: Unix seconds.
    """

    def __init__(self, time_machine: TimeMachineFixture, now: float) -> None:
        self._time_machine = time_machine
        self.now = int(now)

    @property
    def now(self) -> int:
        """Unix seconds; half a second has passed since they began."""
        return int(time.time())

    @now.setter
    def now(self, seconds: int) -> None:
        self._time_machine.move_to(seconds + 0.5, tick=False)
