"""Ranks: strings that sort, by code point, as the tasks are ordered in their lane.

A rank is a number (`domain.sortable`) and a fractional index key: `1ca0`. The number is the id of the task when it was
created, 12, so that a new task is behind all others without a read of the lane; the key makes room in between. Both
bounds of a place may have the same number or not; a new rank always takes the number of one of them.
"""

import random as chance
from collections.abc import Callable

from fractional_indexing import generate_key_between  # type: ignore[import-untyped]

from lambdaboard.domain import sortable

MAX_RANK = 200
"""Characters. A place where ranks get longer is due for new ones; nothing breaks before the store's limit for a key."""

_FIRST_KEY = "a0"
_COINS = 8
"""Two racers for the same place get the same rank once in 2 ** 8 times."""
_STEPS = 16
"""At an open end two racers get the same rank once in 16 times; their ids order them then."""


def first_rank(number: int) -> str:
    """Return the rank of a new task.

    Args:
        number: its id; ids only ever grow.
    """
    return sortable.encode(number) + _FIRST_KEY


def rank_between(lower: str | None, upper: str | None, own: int, random: Callable[[], float] = chance.random) -> str:
    """Return a rank strictly between two others, by chance a different one for each racer.

    Args:
        lower: the rank before the place, None at the front of the lane.
        upper: the rank behind the place, None at its end.
        own: the task's id, its number in an empty lane.
        random: numbers from 0 up to 1.

    Raises:
        ValueError: there is no place between equal or crossed neighbours; the caller spreads them first.
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


# At an open end a key is counted up or down and does not grow. Hence some steps, and no narrowing as in _inside.
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
    # Not by appending random characters: that broke the order of what is inserted next (architecture.md, "Order").
    for _ in range(_COINS):
        middle = _between(low, high)
        low, high = (middle, high) if random() < 0.5 else (low, middle)
    return _between(low, high)


def _between(low: str | None, high: str | None) -> str:
    return str(generate_key_between(low, high))
