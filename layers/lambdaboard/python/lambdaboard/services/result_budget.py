"""How much of a list is read: no more than one response carries. Source: architecture.md, "Limits"."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from lambdaboard.errors import TOO_LARGE, ResultTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.store.tasks import ListedTask

T = TypeVar("T")

ROW_CHARACTERS, TASK_CHARACTERS = 60, 800
"""Bytes that any row has at least without its strings, and the row of a task, in either wire format."""


class ResultBudget:
    """What the result of a call may still have; threads may take from it at the same time.

    Args:
        limit: characters; `Context.result_limit`, since a character has a byte at least.
        advice: how the caller can ask for less.
    """

    def __init__(self, limit: int, advice: str = TOO_LARGE) -> None:
        self._left = limit
        self._advice = advice
        self._lock = Lock()

    def take(self, characters: int) -> None:
        """Take characters for a row; ResultTooLarge if they are too many."""
        with self._lock:
            self._left -= characters
            if self._left < 0:
                raise ResultTooLarge(self._advice)

    def each(self, rows: Iterable[T], characters: Callable[[T], int]) -> Iterator[T]:
        """Yield what becomes rows; ResultTooLarge, so that no further page is read, where it is too much.

        Args:
            rows: read page by page, only as far as they are used.
            characters: how many the row of each has at least.
        """
        self.take(0)  # reads nothing where others have taken all
        for row in rows:
            self.take(characters(row))
            yield row


def task_characters(listed: ListedTask) -> int:
    """Return how many characters the row of a task has at least."""
    return TASK_CHARACTERS + len(listed.task.title) + len(listed.task.description)
