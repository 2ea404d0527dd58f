"""Calls that run at the same time (store/parallel.py)."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from contextvars import ContextVar
from functools import partial

import pytest

from lambdaboard.store.parallel import WORKERS, gather, settle, start

SOON = 30
"""Seconds after which a test that waits for good fails."""

USAGE: ContextVar[str] = ContextVar("USAGE", default="nobody's")


def nested(levels: int) -> int:
    """Return how many calls were made: two of each level, that wait for two of the next."""
    return 1 if levels == 0 else sum(gather([partial(nested, levels - 1)] * 2))


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_calls_that_wait_for_calls_of_their_own_never_block_each_other(levels: int) -> None:
    futures = [start(nested, levels) for _ in range(40)]
    assert 2 * WORKERS < 40
    wait(futures, timeout=SOON)
    assert [future.done() and future.result() for future in futures] == [2**levels] * 40
    settle()


def test_calls_that_are_started_and_waited_for_within_others_never_block_each_other() -> None:
    def waiting() -> int:
        return start(lambda: start(lambda: 1).result()).result()

    futures = [start(waiting) for _ in range(40)]
    wait(futures, timeout=SOON)
    assert [future.done() and future.result() for future in futures] == [1] * 40
    settle()


def test_calls_run_at_the_same_time_and_answer_in_order() -> None:
    meeting = threading.Barrier(WORKERS, timeout=SOON)

    def met(number: int) -> int:
        meeting.wait()
        return number

    assert gather([partial(met, number) for number in range(WORKERS)]) == [*range(WORKERS)]
    assert gather([]) == []


def test_a_failure_rises_when_all_others_are_done() -> None:
    done: list[int] = []
    may_go = threading.Event()

    def slow() -> None:
        may_go.wait(SOON)
        done.append(1)

    def failing() -> None:
        may_go.set()
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        gather([failing, slow, slow])
    assert done == [1, 1]


def test_what_was_started_is_waited_for_even_if_it_fails() -> None:
    may_go = threading.Event()
    done: list[int] = []

    def late() -> None:
        may_go.wait(SOON)
        done.append(1)
        raise ValueError

    start(late)
    threading.Timer(0.05, may_go.set).start()
    settle()
    assert done == [1]
    settle()


def test_a_call_runs_in_the_context_of_who_started_it() -> None:
    token = USAGE.set("mine")
    try:
        assert gather([USAGE.get] * 3) == ["mine"] * 3
        assert start(lambda: start(USAGE.get).result()).result() == "mine"
    finally:
        USAGE.reset(token)
        settle()
