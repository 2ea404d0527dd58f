"""A limit for reads of lists: no more than one response can contain. Source: architecture.md, "Limits"."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from lambdaboard.errors import TOO_LARGE, ResultTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.store.tasks import ListedTask

T = TypeVar("T")

ROW_CHARACTERS, TASK_CHARACTERS = 60, 800
"""The least bytes of any row without its strings, and of a row of a task, in either wire format."""


class ResultBudget:
    """The characters that the result of a call may still have; threads may take some at the same time.

    Args:
        limit: characters; `Context.result_limit`, since a character has at least one byte.
        advice: for the caller: how to get a smaller result.
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
        """Yield values that become rows; ResultTooLarge if they are too many, so that no further page is read.

        Args:
            rows: read page by page, only as far as they are used.
            characters: returns the least number of characters of a row.
        """
        self.take(0)  # reads nothing if others have taken all
        for row in rows:
            self.take(characters(row))
            yield row


def task_characters(listed: ListedTask) -> int:
    """Return the least number of characters of the row of a task."""
    return TASK_CHARACTERS + len(listed.task.title) + len(listed.task.description)
