"""A log line for each call: its procedure, outcome, duration and use of AWS."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lambdaboard.jsonrpc import cut, listed
from lambdaboard.store import usage

if TYPE_CHECKING:
    from lambdaboard.jsonrpc import Called

logger = Logger(child=True)


class CallLog:
    """The lines of one request; AWS calls before its first call, such as those of a log-in, are counted for that one.

    Attributes:
        writes: of the calls that are logged (`store.usage.Usage.writes`).
        procedure: of the last call; "" for none.
    """

    def __init__(self) -> None:
        self.writes = 0
        self.procedure = ""
        self._begin()

    def called(self, called: Called) -> None:
        """Log a call. Only names from the client are logged, cut and made printable."""
        more: dict[str, Any] = {
            "refusal": called.refusal,
            "unknown_procedure": cut(called.unknown) if called.unknown else "",
            "ignored_params": listed(called.ignored),
            "automatic_actions": self._usage.actions,
        }
        said: dict[str, Any] = {name: value for name, value in more.items() if value}
        logger.info("call", procedure=called.procedure, outcome=called.kind, **self._used(), **said)
        self.writes += self._usage.writes
        self._begin()

    def rejected(self, status: int, why: str) -> None:
        """Log that the request ends with this HTTP status, and why; the username is not logged."""
        more: dict[str, Any] = {"procedure": self.procedure} if self.procedure else {}
        logger.info("rejected", status=status, why=why, **more, **self._used())

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
