"""What the log says of a fault of ours: kind and stack, not the texts of exceptions: those may repeat values."""

from __future__ import annotations

import traceback
from typing import Any


def told(error: BaseException) -> dict[str, Any]:
    """Return what a line of the log has under Powertools' names for an exception."""
    return {"exception": _stack(error), "exception_name": type(error).__name__}


def _stack(error: BaseException) -> str:
    """Return the stack of an exception, and before it of those that led to it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = f"{_stack(cause)}\n" if cause else ""
    return f"{earlier}{''.join(traceback.format_tb(error.__traceback__))}{_named(error)}"


def _named(error: BaseException) -> str:
    """Return the type, and what AWS calls the error: neither is a value of anybody's."""
    response = getattr(error, "response", {})  # of an error of AWS; botocore is the store's alone
    return f"{type(error).__name__} {response['Error']['Code']}" if response else type(error).__name__
