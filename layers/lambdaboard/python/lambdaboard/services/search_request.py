"""One search, in one project or in several at the same time: what is asked, and how much it may read and answer."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.search import Clock, parse
from lambdaboard.errors import ResultTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.api.context import Context
    from lambdaboard.domain.search import Query
    from lambdaboard.store.tasks import ListedTask

MAX_CHARACTERS = 40_000_000
"""Characters that the rows of a result may have together: Lambda returns no more, even compressed."""

ROW_CHARACTERS = 1_000
"""Characters of a row beside its texts."""

SEARCH_TIMEOUT = 10.0
"""Seconds after which no further tasks are read; the gateway gives up after 30."""

TOO_MANY = "Too many tasks found: narrow the query, as by status:open, or page through them with limit and after_id"
TOO_LONG = "The search takes too long: narrow the query by status:open, an id or a reference, or search one project"


class SearchRequest(msgspec.Struct):
    """One search.

    Attributes:
        limit: at most so many tasks; None for all.
        after_id: only tasks with a greater id.
        characters_left: that the result may still get.
        ends: when no more is read, by the clock of `time.monotonic`.
    """

    context: Context
    query: Query
    limit: int | None
    after_id: int
    characters_left: int = msgspec.field(default_factory=lambda: MAX_CHARACTERS)
    ends: float = msgspec.field(default_factory=lambda: time.monotonic() + SEARCH_TIMEOUT)

    @classmethod
    def of_text(cls, context: Context, query: str, limit: int | None, after_id: int) -> SearchRequest:
        """Parse a query."""
        settings = context.settings
        clock = Clock(datetime.fromtimestamp(context.now, settings.timezone), settings.date_format)
        return cls(context, parse(query, clock), limit, after_id)

    def take(self, found: Iterable[ListedTask]) -> None:
        """Count the characters of tasks that were found; ResultTooLarge where they are too many."""
        self.characters_left -= sum(
            ROW_CHARACTERS + len(each.task.title) + len(each.task.description) for each in found
        )
        if self.characters_left < 0:
            raise ResultTooLarge(TOO_MANY)

    def check_time(self) -> bool:
        """Return True while there is time left; else ResultTooLarge."""
        if time.monotonic() > self.ends:
            raise ResultTooLarge(TOO_LONG)
        return True
