"""Several AWS calls at the same time: only those that follow one another take time.

Every call ends before the function, or the `with` block, that started it: a container may be frozen after its answer,
in the middle of a call.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WORKERS = 16
"""Threads of a container at each level; a client of boto3 is safe to share among them."""

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")


class _Thread(threading.local):
    """A thread's level: 0 for one that answers a call, 1 for those it starts, 2 for those that these start."""

    level = 0


_thread = _Thread()


# A pool for each level: threads that wait for others of the same pool could fill it and wait for ever.
@cache
def _executor(level: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, f"aws-{level}", setattr, (_thread, "level", level))


def _submit(call: Callable[[], T]) -> Future[T]:
    """Run a call in another thread, in the context of this one, so that its usage is counted together."""
    return _executor(_thread.level + 1).submit(copy_context().run, call)


@overload
def gather(a: Callable[[], A], /) -> tuple[A]: ...


@overload
def gather(a: Callable[[], A], b: Callable[[], B], /) -> tuple[A, B]: ...


@overload
def gather(a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], /) -> tuple[A, B, C]: ...


@overload
def gather(a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], d: Callable[[], D], /) -> tuple[A, B, C, D]: ...


def gather(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """Make calls at the same time and return their results in order.

    Raises:
        Exception: of the first one that failed, in the order of the arguments, once all have ended.
    """
    return tuple(gather_map(_result, calls))


def gather_map(call: Callable[[A], T], values: Iterable[A]) -> list[T]:
    """Call for each value at the same time and return the results in order; raises as `gather`."""
    calls = [partial(call, value) for value in values]
    if not calls:
        return []
    futures = [_submit(other) for other in calls[1:]]
    try:
        results = [calls[0]()]
    finally:
        wait(futures)
    return results + [future.result() for future in futures]


def _result(call: Callable[[], T]) -> T:
    return call()


@contextmanager
def in_background(call: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Make a call while the `with` block runs.

    Yields:
        A function that waits for the call and returns its result, or raises its exception; it can be called again.
    """
    future = _submit(call)
    try:
        yield future.result
    finally:
        wait([future])


def first_page(items: Iterator[T]) -> Callable[[], Iterator[T]]:
    """Return a call, for `gather`, that reads the first page of items and returns an iterator over them all.

    The other pages are read only as far as they are used, after the whole `gather`: so at most a page of a project is
    read before the caller's right to see it is known.
    """
    return lambda: chain([*islice(items, 1)], items)


AT_ONCE = 500
"""The number of items of a long list that are read, or in memory, at the same time."""


def in_parts(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield values in lists of up to this size, only as far as they are used."""
    left = iter(values)
    while part := [*islice(left, size)]:
        yield part
