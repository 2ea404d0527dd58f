"""Calls that run at the same time (store/parallel.py)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import ContextVar
from functools import partial
from itertools import count, islice
from typing import TYPE_CHECKING

import pytest

from lambdaboard.store.parallel import WORKERS, first_page, gather, gather_map, in_background

if TYPE_CHECKING:
    from collections.abc import Iterator

SOON = 30
"""Seconds after which a test that waits permanently fails."""

USAGE: ContextVar[str] = ContextVar("USAGE", default="nobody's")


def nested(levels: int) -> int:
    """Return how many calls were made: two of each level, that wait for two of the next."""
    return 1 if levels == 0 else sum(gather(partial(nested, levels - 1), partial(nested, levels - 1)))


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_calls_that_wait_for_calls_of_their_own_never_block_each_other(levels: int) -> None:
    assert 2 * WORKERS < 40
    with ThreadPoolExecutor(40) as clients:
        futures = [clients.submit(nested, levels) for _ in range(40)]
        wait(futures, timeout=SOON)
        assert [future.done() and future.result() for future in futures] == [2**levels] * 40


def test_calls_in_the_background_of_others_never_block_each_other() -> None:
    def waiting(levels: int) -> int:
        if levels == 0:
            return 1
        with in_background(partial(waiting, levels - 1)) as result:
            return result()

    assert gather_map(waiting, [3] * 40) == [1] * 40


def test_calls_run_at_the_same_time_and_return_in_order() -> None:
    meeting = threading.Barrier(WORKERS, timeout=SOON)

    def met(number: int) -> int:
        meeting.wait()
        return number

    assert gather_map(met, range(WORKERS)) == [*range(WORKERS)]
    assert gather_map(met, []) == []
    assert gather(lambda: "a", lambda: 2, lambda: None) == ("a", 2, None)


def failing(error: Exception) -> None:
    raise error


def test_the_first_failure_in_the_order_of_the_calls_is_raised_when_all_have_ended() -> None:
    done: list[int] = []
    may_go = threading.Event()

    def slow() -> None:
        may_go.wait(SOON)
        done.append(1)

    def first() -> None:
        may_go.set()
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        gather(first, slow, slow, partial(failing, KeyError("later")))
    assert done == [1, 1]
    with pytest.raises(KeyError):
        gather(lambda: 1, partial(failing, KeyError("second")), partial(failing, ValueError("third")))


def test_a_call_in_the_background_has_ended_when_the_block_ends_even_if_it_fails() -> None:
    may_go = threading.Event()
    done: list[int] = []

    def late() -> None:
        may_go.wait(SOON)
        done.append(1)
        raise ValueError("nobody asks for the result")

    with in_background(late):
        threading.Timer(0.05, may_go.set).start()
    assert done == [1]


def test_a_call_in_the_background_gives_its_result_or_its_failure_as_often_as_asked() -> None:
    with in_background(lambda: 7) as result:
        assert (result(), result()) == (7, 7)
    with in_background(partial(failing, ValueError("no"))) as failed:
        for _ in range(2):
            with pytest.raises(ValueError, match="no"):
                failed()


def test_only_the_first_page_is_read_in_parallel_with_other_calls() -> None:
    read: list[int] = []

    def pages() -> Iterator[int]:
        for page in count():
            read.append(page)
            yield from (2 * page, 2 * page + 1)

    checked, items = gather(lambda: "may", first_page(pages()))
    assert (checked, read) == ("may", [0])
    assert [*islice(items, 3)] == [0, 1, 2]
    assert read == [0, 1]


def test_a_call_runs_in_the_context_of_who_started_it() -> None:
    token = USAGE.set("mine")
    try:
        assert gather_map(lambda _: USAGE.get(), range(3)) == ["mine"] * 3
        with in_background(lambda: gather(USAGE.get, USAGE.get)) as result:
            assert result() == ("mine", "mine")
    finally:
        USAGE.reset(token)
