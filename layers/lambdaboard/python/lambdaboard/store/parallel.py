"""Several AWS calls at the same time: what counts is how many follow one another."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WORKERS = 16
"""Threads a container may use; a client of boto3 is safe to share among them."""

T = TypeVar("T")


class _Started(threading.local):
    """What each thread has started and not yet waited for."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []


_started = _Started()


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="aws")


def _submit(call: Callable[..., T], *arguments: Any) -> Future[T]:
    """Run a call in another thread, in the context of this one: its usage is counted where ours is."""
    return _executor().submit(copy_context().run, call, *arguments)


def start(call: Callable[..., T], *arguments: Any) -> Future[T]:
    """Start a call; its `result()` waits for the answer, or raises what the call raised."""
    future = _submit(call, *arguments)
    _started.futures.append(future)
    return future


def settle() -> None:
    """Wait for all that this thread has started: a container that answers may be frozen in the midst of a call."""
    wait(_started.futures)
    _started.futures.clear()


def together(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Make calls, if any, at the same time and return their answers in order; raises a failure when all are done."""
    waiting = [*calls]
    if not waiting:
        return []
    first, *others = waiting
    futures = [_submit(call) for call in others]
    try:
        answers = [first()]
    finally:
        wait(futures)
    return answers + [future.result() for future in futures]
