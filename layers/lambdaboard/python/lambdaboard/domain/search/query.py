"""How the conditions of a query combine (search.md 3)."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Literal

import msgspec

from lambdaboard.domain.search.comparisons import all_of, is_comparison
from lambdaboard.domain.search.conditions import NOTHING, Span
from lambdaboard.domain.search.filters import FILTERS, free_text, read
from lambdaboard.domain.search.lexer import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambdaboard.domain.search.conditions import Asker, ChildEntities, Clock, Condition, Fact, Reference
    from lambdaboard.domain.task import Task


class Query(msgspec.Struct, frozen=True):
    """A query that has been read.

    Attributes:
        groups: the conditions of each attribute: a task matches if at least one of every group holds. The
            comparisons of an attribute are one condition.
        asks: the facts that it needs, other than tasks and their project.
    """

    groups: tuple[tuple[Condition, ...], ...]
    asks: frozenset[Fact]

    def matches(self, task: Task, asker: Asker, children: ChildEntities = NOTHING) -> bool:
        """Return whether the task belongs to the result. More child entities never make this False."""
        for group in self.groups:  # loops and not any(): a search spends most of its time here
            for condition in group:
                asker.check_time()
                if condition.holds(task, asker) or (condition.by is not None and condition.by(children, asker)):
                    break
            else:
                return False
        return True

    def may_match(self, task: Task, asker: Asker) -> bool:
        """Return whether the task belongs to the result, or would with child entities that it may have."""
        return all(
            any(each.by is not None or (asker.check_time() and each.holds(task, asker)) for each in group)
            for group in self.groups
        )

    def status(self) -> Literal[0, 1] | None:
        """Return the `is_active` of all results, None if they may differ; tasks with another one need not be read."""
        statuses = self._limit(lambda condition: condition.statuses)
        if statuses == frozenset({1}):
            return 1
        return 0 if statuses == frozenset({0}) else None

    def ids(self) -> frozenset[int] | None:
        """Return the only possible ids of results, None for no limit. There may be no such tasks."""
        return self._limit(lambda condition: condition.ids)

    def references(self) -> list[Reference]:
        """Return references of which every result has one; empty for no limit."""
        found = [limits for limits in map(_references, self.groups) if limits]
        return min(found, key=len, default=[])

    def due(self) -> Span | None:
        """Return the span of the due dates of all results, None for no limit."""
        for group in self.groups:
            spans = [each.due for each in group if each.due]
            if len(spans) == len(group):
                return _around(spans)
        return None

    def _limit(self, of: Callable[[Condition], frozenset[int] | None]) -> frozenset[int] | None:
        limits = [
            limit for group in self.groups if (limit := _union([of(condition) for condition in group])) is not None
        ]
        return frozenset.intersection(*limits) if limits else None


def _references(group: Sequence[Condition]) -> list[Reference]:
    """Return the references that a group of alternatives allows; empty if one of them allows any."""
    limits = [each.reference for each in group if each.reference]
    return limits if len(limits) == len(group) else []


def _conditions(values: Iterable[tuple[str, str]], clock: Clock) -> dict[str, list[Condition]]:
    """Return the conditions of each attribute, of which one must hold; all comparisons together are one condition."""
    alternatives: defaultdict[str, list[Condition]] = defaultdict(list)
    comparisons: defaultdict[str, list[Condition]] = defaultdict(list)
    for name, value in values:
        if condition := read(name, value, clock):
            (comparisons if is_comparison(name, value) else alternatives)[name].append(condition)
    for name, each in comparisons.items():
        alternatives[name].append(all_of(each))
    return alternatives


def _around(spans: Sequence[Span]) -> Span:
    return Span(min(span.first for span in spans), max(span.last for span in spans))


def parse(query: str, clock: Clock) -> Query:
    """Read a query; every string is a valid one.

    Differences from Kanboard:

    - A piece that begins with non-ASCII white space is searched for; Kanboard ignores the whole query.
    - A repeated attribute whose values all set no filter (`status:all status:any`) sets none; Kanboard has an error.
    - Comparisons of one attribute (`due:>=2030-01-01 due:<2030-02-01`) must all hold; in Kanboard one is enough.

    Args:
        query: as the client wrote it.
        clock: the time of the query.
    """
    words = cut(query, FILTERS)
    alternatives = _conditions(words.values, clock)
    if words.text:  # it replaces every title:
        alternatives["title"] = [free_text(words.text)]
    groups = tuple(map(tuple, alternatives.values()))
    return Query(groups, _asked(chain.from_iterable(groups)))


def _asked(conditions: Iterable[Condition]) -> frozenset[Fact]:
    return frozenset(chain.from_iterable(condition.asks for condition in conditions))


def _union(limits: list[frozenset[int] | None]) -> frozenset[int] | None:
    known = [limit for limit in limits if limit is not None]
    return frozenset(chain.from_iterable(known)) if len(known) == len(limits) else None
