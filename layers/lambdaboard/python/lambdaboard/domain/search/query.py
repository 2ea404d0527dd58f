"""How the conditions of a query combine (search-language.md 3)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from lambdaboard.domain.search.filters import FILTERS, Asker, Condition, SearchedTask
from lambdaboard.domain.search.lexer import Words, cut


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read.

    Attributes:
        groups: the conditions of each attribute: a task fits if in every group at least one of them holds.
    """

    groups: tuple[tuple[Condition, ...], ...]

    def matches(self, task: SearchedTask, asker: Asker) -> bool:
        """Tell whether the task belongs to the result."""
        return all(any(condition.holds(task, asker) for condition in group) for group in self.groups)

    def status(self) -> Literal[0, 1] | None:
        """Return the `is_active` that all results have, None where they may differ: what need not be read."""
        statuses = self._limit(lambda condition: condition.statuses)
        if statuses == frozenset({1}):
            return 1
        return 0 if statuses == frozenset({0}) else None

    def ids(self) -> frozenset[int] | None:
        """Return the ids that the results are among, None for no limit. There may be no such tasks."""
        return self._limit(lambda condition: condition.ids)

    def asks_tags(self) -> bool:
        """Tell whether the names of tags are needed."""
        return any(condition.asks_tags for group in self.groups for condition in group)

    def _limit(self, of: Callable[[Condition], frozenset[int] | None]) -> frozenset[int] | None:
        limits = [
            limit for group in self.groups if (limit := _union([of(condition) for condition in group])) is not None
        ]
        return frozenset.intersection(*limits) if limits else None


def parse(query: str) -> Query:
    """Read a query; every text is one.

    Decided otherwise than Kanboard, which fails or gives up there:

    - A piece that begins with a blank outside ASCII is searched for; Kanboard ignores the whole query.
    - A repeated attribute whose values all set no filter (`status:all status:any`) sets none; Kanboard has an error.
    """
    groups = [
        tuple(condition for value in values if (condition := FILTERS[name](value)) is not None)
        for name, values in _by_name(cut(query, FILTERS)).items()
    ]
    return Query(tuple(group for group in groups if group))


def _by_name(words: Words) -> dict[str, list[str]]:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in words.values:
        values[name].append(value)
    # Free text takes the place of every title:
    return values | {"title": [words.text]} if words.text else values


def _union(limits: list[frozenset[int] | None]) -> frozenset[int] | None:
    known = [limit for limit in limits if limit is not None]
    return frozenset(chain.from_iterable(known)) if len(known) == len(limits) else None
