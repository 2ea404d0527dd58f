import pytest

from lambdaboard.store.parallel import WORKERS, gather

# threads that wait for each other keep a process from ending: this method ends it, and shows what they wait for
pytestmark = pytest.mark.timeout(120, method="thread")


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
