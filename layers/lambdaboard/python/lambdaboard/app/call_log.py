"""A line of the log for each call: what was called, what came of it, how long it took and what it used of AWS."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lambdaboard.jsonrpc import listed
from lambdaboard.store import usage

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = Logger(child=True)


class CallLog:
    """The lines of one request; what was used before its first call, as by logging in, counts to that one.

    Attributes:
        writes: of the calls that are logged (`store.usage.Usage.writes`).
    """

    def __init__(self) -> None:
        self.writes = 0
        self._begin()

    def called(self, procedure: str, outcome: str, ignored: Sequence[str]) -> None:
        """Log a call.

        Args:
            procedure: the name that it is registered under, or "unknown".
            outcome: see `Dispatcher`.
            ignored: names of params that the procedure does not know.
        """
        more: dict[str, Any] = {"ignored_params": listed(ignored)} if ignored else {}
        more |= {"automatic_actions": self._usage.actions} if self._usage.actions else {}
        logger.info("call", procedure=procedure, outcome=outcome, **self._used(), **more)
        self.writes += self._usage.writes
        self._begin()

    def rejected(self, status: int) -> None:
        """Log that the request ends here, with this HTTP status."""
        logger.info("rejected", status=status, **self._used())

    def _begin(self) -> None:
        self._started = time.perf_counter()
        self._usage = usage.Usage()
        usage.current.set(self._usage)

    def _used(self) -> dict[str, Any]:
        return {
            "duration_ms": round((time.perf_counter() - self._started) * 1000, 1),
            "aws_calls": self._usage.aws_calls,
            "read_units": self._usage.read_units,
            "write_units": self._usage.write_units,
        }
