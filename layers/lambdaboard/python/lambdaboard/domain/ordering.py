"""Ranks: strings whose order by code point is the order of the tasks in their lane.

A rank is a number (`domain.sortable`) and a fractional index key: `1ca0`. The number is the id of the task when it was
created, 12, so that a new task is behind all others without a read of the lane; the key orders tasks between two
others. The neighbours of a place may have the same number or not; a new rank has the number of one of them.
"""

import random as chance
from collections.abc import Callable

from fractional_indexing import generate_key_between  # type: ignore[import-untyped]

from lambdaboard.domain import sortable

MAX_RANK = 200
"""Characters. Tasks around longer ranks are moved apart; the store's limit for a key is higher."""

_FIRST_KEY = "a0"
_COINS = 8
"""Two parallel moves to the same place get the same rank once in 2 ** 8 times."""
_STEPS = 16
"""At an end of a lane, two parallel moves get the same rank once in 16 times; then their ids order them."""


def first_rank(number: int) -> str:
    """Return the rank of a new task.

    Args:
        number: its id; ids only grow.
    """
    return sortable.encode(number) + _FIRST_KEY


def rank_between(lower: str | None, upper: str | None, own: int, random: Callable[[], float] = chance.random) -> str:
    """Return a rank strictly between two others, at random, so that parallel moves get different ones.

    Args:
        lower: the rank before the place, None at the front of the lane.
        upper: the rank behind the place, None at the end of the lane.
        own: the task's id, its number in an empty lane.
        random: numbers from 0 up to 1.

    Raises:
        ValueError: there is no rank between equal or crossed neighbours; the caller moves them apart first.
    """
    if lower is not None and upper is not None and lower >= upper:
        raise ValueError("no rank between equal or crossed neighbours")
    if lower is None:
        return first_rank(own) if upper is None else _number(upper) + _before(_key(upper), random)
    if upper is None or _number(lower) != _number(upper):
        return _number(lower) + _behind(_key(lower), random)
    return _number(lower) + _inside(_key(lower), _key(upper), random)


def _number(rank: str) -> str:
    return sortable.split(rank)[0]


def _key(rank: str) -> str:
    return sortable.split(rank)[1]


# At an end of a lane a key is counted up or down and does not get longer. So it is moved some steps, not halved.
def _before(key: str, random: Callable[[], float]) -> str:
    for _ in range(_steps(random)):
        key = _between(None, key)
    return key


def _behind(key: str, random: Callable[[], float]) -> str:
    for _ in range(_steps(random)):
        key = _between(key, None)
    return key


def _steps(random: Callable[[], float]) -> int:
    return 1 + int(random() * _STEPS)


def _inside(low: str, high: str, random: Callable[[], float]) -> str:
    # Not by appending random characters: that broke the order of later insertions (architecture.md, "Order").
    for _ in range(_COINS):
        middle = _between(low, high)
        low, high = (middle, high) if random() < 0.5 else (low, middle)
    return _between(low, high)


def _between(low: str | None, high: str | None) -> str:
    return str(generate_key_between(low, high))
