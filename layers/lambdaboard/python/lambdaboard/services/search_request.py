"""One search, in one project or in several at the same time: its query, and its limits of reads and results."""

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
"""Seconds after which no further tasks are read; the gateway's limit is 30."""

MAX_READ = 100_000_000
"""The limit of characters of child entities of a search, for the function's memory."""

TOO_LONG = "The search takes too long: narrow the query by status:open, an id or a reference, or search one project"


class SearchRequest(msgspec.Struct):
    """One search.

    Attributes:
        page: of the result.
        budget: of the result.
        children: the budget of child entities.
        ends: when no more is read, in the time of `time.monotonic`.
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
        """Return True as long as there is time; else ResultTooLarge."""
        if time.monotonic() > self.ends:
            raise ResultTooLarge(TOO_LONG)
        return True
