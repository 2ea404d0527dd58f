"""One search, in one project or in several at the same time: what is asked, and how much it may read and answer."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lambdaboard.domain.search import Clock, parse
from lambdaboard.errors import ResultTooLarge
from lambdaboard.services.result_budget import ResultBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.api.context import Context
    from lambdaboard.domain.search import Query
    from lambdaboard.services.paging import Page

T = TypeVar("T")

SEARCH_TIMEOUT = 10.0
"""Seconds after which no further tasks are read; the gateway gives up after 30."""

MAX_READ = 100_000_000
"""Characters of child entities that a search reads: what it holds at the same time fits the function's memory."""

TOO_LONG = "The search takes too long: narrow the query by status:open, an id or a reference, or search one project"


class SearchRequest(msgspec.Struct):
    """One search.

    Attributes:
        page: the part of the result that is asked for.
        budget: what the result may still get.
        children: what may still be read of child entities.
        ends: when no more is read, by the clock of `time.monotonic`.
    """

    context: Context
    query: Query
    page: Page
    budget: ResultBudget
    children: ResultBudget = msgspec.field(default_factory=lambda: ResultBudget(MAX_READ, TOO_LONG))
    ends: float = msgspec.field(default_factory=lambda: time.monotonic() + SEARCH_TIMEOUT)

    @classmethod
    def of_text(cls, context: Context, query: str, page: Page) -> SearchRequest:
        """Parse a query."""
        settings = context.settings
        clock = Clock(datetime.fromtimestamp(context.now, settings.timezone), settings.date_format)
        return cls(context, parse(query, clock), page, ResultBudget(context.result_limit))

    def read(self, children: Iterable[T], characters: Callable[[T], int]) -> Iterator[T]:
        """Yield child entities as they are read; ResultTooLarge if there are too many, or it takes too long."""
        return (each for each in self.children.each(children, characters) if self.check_time())

    def check_time(self) -> bool:
        """Return True while there is time left; else ResultTooLarge."""
        if time.monotonic() > self.ends:
            raise ResultTooLarge(TOO_LONG)
        return True
