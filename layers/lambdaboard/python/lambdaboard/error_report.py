"""What the log says of a fault of ours: kind and stack, not the messages of exceptions: those may repeat values."""

from __future__ import annotations

import traceback
from typing import Any

CHAIN = 5
"""Exceptions of a chain that are logged: a call that met conflicts until it gave up has one of hundreds."""


def describe(error: BaseException) -> dict[str, Any]:
    """Return what a line of the log has under Powertools' names for an exception."""
    return {"exception": _stack(error), "exception_name": type(error).__name__}


def _stack(error: BaseException) -> str:
    """Return the stack of an exception, and before it of those that led to it: as many as one line of the log takes."""
    chain = [error]
    while (before := _cause(chain[0])) and before not in chain and len(chain) < CHAIN:
        chain.insert(0, before)
    return "\n".join(f"{''.join(traceback.format_tb(each.__traceback__))}{_named(each)}" for each in chain)


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _named(error: BaseException) -> str:
    """Return the type, and what AWS calls the error: neither is a value of anybody's."""
    response = getattr(error, "response", {})  # of an error of AWS; botocore is the store's alone
    return f"{type(error).__name__} {response['Error']['Code']}" if response else type(error).__name__
