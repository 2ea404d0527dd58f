"""How long a writer waits for others (store/retry.py)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.disturbances import Clock

from lambdaboard.store.retry import RETRY_TIMEOUT, retry_attempts

if TYPE_CHECKING:
    import pytest


def test_the_longest_pauses_double_from_10_to_320_milliseconds_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, pause=None)
    monkeypatch.setattr(random, "uniform", lambda low, high: high if low == 0 else None)
    tries = len([*retry_attempts()])
    assert clock.pauses[:7] == [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.32]
    assert {*clock.pauses[5:]} == {0.32}
    assert RETRY_TIMEOUT <= clock.slept < RETRY_TIMEOUT + 0.32
    assert tries == 1 + len(clock.pauses)


def test_pauses_are_random_so_that_writers_who_met_do_not_meet_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, pause=None)
    for _ in range(2):
        assert [*retry_attempts()]
        clock.now = 0
    assert len({*clock.pauses}) > len(clock.pauses) / 2


def test_a_write_that_succeeds_at_once_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    next(retry_attempts())
    assert clock.pauses == []
