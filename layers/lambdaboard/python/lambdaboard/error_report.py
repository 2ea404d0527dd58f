"""The log entry of an internal error: types and stack, without messages of exceptions, which may contain values."""

from __future__ import annotations

import traceback
from typing import Any

CHAIN = 5
"""The limit of logged exceptions of a chain: a call with conflicts until its time limit has hundreds."""


def describe(error: BaseException) -> dict[str, Any]:
    """Return the entries of a log line about an exception, with Powertools' names."""
    return {"exception": _stack(error), "exception_name": type(error).__name__}


def _stack(error: BaseException) -> str:
    """Return the stack of an exception after those of its causes: as many as fit into one line of the log."""
    chain = [error]
    while (before := _cause(chain[0])) and before not in chain and len(chain) < CHAIN:
        chain.insert(0, before)
    return "\n".join(f"{''.join(traceback.format_tb(each.__traceback__))}{_named(each)}" for each in chain)


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _named(error: BaseException) -> str:
    """Return the type, and AWS's error code: neither contains a value of a caller."""
    response = getattr(error, "response", {})  # of an error of AWS; only the store imports botocore
    return f"{type(error).__name__} {response['Error']['Code']}" if response else type(error).__name__
