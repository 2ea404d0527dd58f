import faulthandler
from collections.abc import Iterator

import pytest

from lambdaboard.store.parallel import WORKERS, gather

HANGS = 60
"""Seconds after which a test that hangs ends the process, with what its threads wait for."""


@pytest.fixture(autouse=True)
def _told_of_a_hang() -> Iterator[None]:
    faulthandler.dump_traceback_later(HANGS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def test_calls_that_make_calls_together_do_not_wait_for_each_other() -> None:
    def deep() -> int:
        return 1

    def middle() -> int:
        return sum(gather([deep] * 3))

    def outer() -> int:
        return sum(gather([middle] * 3))

    count = 3 * WORKERS
    assert gather([outer] * count) == [9] * count


def test_answers_come_in_the_order_of_the_calls_and_a_failure_rises() -> None:
    def fail() -> str:
        raise ValueError("no")

    assert gather([lambda: "a", lambda: "b"]) == ["a", "b"]
    with pytest.raises(ValueError, match="no"):
        gather([lambda: "a", fail])
