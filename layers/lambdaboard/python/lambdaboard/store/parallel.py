"""Several AWS calls at the same time: what counts is how many follow one another."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WORKERS = 16
"""Threads a container may use; a client of boto3 is safe to share among them."""

T = TypeVar("T")


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="aws")


def start(call: Callable[..., T], *arguments: Any) -> Future[T]:
    """Start a call; its `result()` waits for the answer, or raises what the call raised."""
    return _executor().submit(call, *arguments)


def together(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Make all calls at the same time and return their answers in order; raises a failure when all are done."""
    first, *others = calls
    futures = [start(call) for call in others]
    try:
        answers = [first()]
    finally:
        for future in futures:
            future.exception()
    return answers + [future.result() for future in futures]
