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
"""Threads a container may use at each level; a client of boto3 is safe to share among them."""

T = TypeVar("T")


class _Thread(threading.local):
    """What each thread knows of itself.

    Attributes:
        futures: what it has started and not yet waited for.
        level: 0 for a thread that answers a call, 1 for those it starts, 2 for those that these start.
    """

    level = 0

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []
        self.level = 0


_thread = _Thread()


# A pool for each level: threads that wait for others of their own pool would fill it and wait for ever.
@cache
def _executor(level: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, f"aws-{level}", setattr, (_thread, "level", level))


def _submit(call: Callable[..., T], *arguments: Any) -> Future[T]:
    """Run a call in another thread, in the context of this one: its usage is counted where ours is."""
    return _executor(_thread.level + 1).submit(copy_context().run, _settled, call, *arguments)


def _settled(call: Callable[..., T], *arguments: Any) -> T:
    """Call, and end no sooner than what the call has started."""
    try:
        return call(*arguments)
    finally:
        settle()


def start(call: Callable[..., T], *arguments: Any) -> Future[T]:
    """Start a call; its `result()` waits for the answer, or raises what the call raised."""
    future = _submit(call, *arguments)
    _thread.futures.append(future)
    return future


def settle() -> None:
    """Wait for all that this thread has started: a container that answers may be frozen in the midst of a call."""
    wait(_thread.futures)
    _thread.futures.clear()


def gather(calls: Iterable[Callable[[], T]]) -> list[T]:
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
