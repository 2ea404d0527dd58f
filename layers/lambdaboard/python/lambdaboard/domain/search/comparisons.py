"""Attributes that compare: numbers, days, ranges of days (search.md 4 and 5).

Differences from Kanboard: a value that is not a number matches nothing, with any operator. A date that is not set
matches no date, not even `<`. `>` begins with the first second of the next day. A day ends where the next one begins,
also when clocks change. Repeated days and ranges are alternatives, as are repeated values of all attributes; repeated
comparisons must all hold.
"""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from lambdaboard.domain.dates import LAST_SECOND, day_around, parse_date, seconds_of_day
from lambdaboard.domain.search.conditions import NEVER, NO_NUMBER, Clock, Condition, Span, digits
from lambdaboard.domain.search.phrases import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambdaboard.domain.task import Task

_OPERATOR = re.compile(r"(<=|>=|<|>|)\s*(.*)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*")
_COMPARE = {"": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def number(attribute: str) -> Callable[[str, Clock], Condition]:
    """Return a function that reads the values of a number: `3`, `>=3`, `>= -1.5`."""
    get = operator.attrgetter(attribute)

    def read(value: str, _clock: Clock) -> Condition:
        sign, text = _parts(value)
        if not _NUMBER.fullmatch(text):
            return NEVER
        compare, wanted = _COMPARE[sign], float(text)
        return Condition(lambda task, _: compare(get(task), wanted))

    return read


def day(attribute: str) -> Callable[[str, Clock], Condition]:
    """Return a function that reads the days of a date: `today`, `<=2030-01-15`, `>"-1 week"`."""

    def read(value: str, clock: Clock) -> Condition:
        return _within(attribute, span_of(value, clock))

    return read


def range_of(attribute: str) -> Callable[[str, Clock], Condition | None]:
    """Return a function that reads ranges with both days: `01/15/2026..2026-01-31`; other values set no filter."""

    def read(value: str, clock: Clock) -> Condition | None:
        days = value.split("..")
        if len(days) != 2:
            return None
        first, last = (_written_day(each, clock) for each in days)
        return _within(attribute, Span(first.first, last.last))

    return read


def started(value: str, clock: Clock) -> Condition:
    """Read a value of `started:`, which has `none`."""
    return Condition(lambda task, _: not task.date_started) if value == "none" else day("date_started")(value, clock)


def due(value: str, clock: Clock) -> Condition:
    """Read a value of `due:`, which has `none`."""
    return Condition(lambda task, _: not task.date_due) if value == "none" else day("date_due")(value, clock)


def is_comparison(attribute: str, value: str) -> bool:
    """Return whether a value has an operator `<`, `<=`, `>` or `>=`; all such values of one attribute must hold."""
    return attribute in SIGNED and _parts(value)[0] != ""


def all_of(comparisons: Sequence[Condition]) -> Condition:
    """Return a condition that holds if all of these do, and has the narrowest of their limits."""
    if len(comparisons) == 1:
        return comparisons[0]
    ids = [each.ids for each in comparisons if each.ids is not None]
    return Condition(
        lambda task, asker: all(each.holds(task, asker) for each in comparisons),
        due=_common([each.due for each in comparisons if each.due]),
        ids=frozenset.intersection(*ids) if ids else None,
    )


def _common(spans: Sequence[Span]) -> Span | None:
    """Return the intersection of all spans; None if there are none."""
    return Span(max(each.first for each in spans), min(each.last for each in spans)) if spans else None


def span_of(value: str, clock: Clock) -> Span:
    """Return the seconds of a date with or without an operator; an unknown date is the first day of 1970."""
    sign, text = _parts(value)
    first, last = _day(text, clock.now)
    return {
        "": Span(first, last),
        "<": Span(1, first - 1),
        "<=": Span(1, last),
        ">=": Span(first, LAST_SECOND),
        ">": Span(last + 1, LAST_SECOND),
    }[sign]


def _parts(value: str) -> tuple[str, str]:
    found = _OPERATOR.fullmatch(value)
    return (found[1], found[2]) if found else ("", value)


def _within(attribute: str, span: Span) -> Condition:
    get: Callable[[Task], int | None] = operator.attrgetter(attribute)
    first, last = max(span.first, 1), span.last  # 0 and None are dates that are not set
    due = Span(first, last) if attribute == "date_due" else None
    return Condition(lambda task, _: first <= (get(task) or 0) <= last, due=due)


def _day(text: str, now: datetime) -> Span:
    zone, seconds = now.tzinfo or UTC, digits(text)
    if seconds is not None:
        return _day_around(LAST_SECOND if seconds == NO_NUMBER else seconds, zone)
    found = day_of(text, now)
    return _FIRST_DAY if found is None else Span(*seconds_of_day(found, zone))


def _written_day(text: str, clock: Clock) -> Span:
    zone = clock.now.tzinfo or UTC
    seconds = parse_date(text, zone, clock.date_format)
    return _FIRST_DAY if seconds is None else _day_around(seconds, zone)


def _day_around(seconds: int, zone: tzinfo) -> Span:
    return Span(*seconds_of_day(day_around(seconds, zone), zone))


_FIRST_DAY = Span(0, 86_399)
"""The meaning of a string that is not a date."""

SIGNED: Mapping[str, Callable[[str, Clock], Condition]] = {
    "priority": number("priority"),
    **dict.fromkeys(("score", "complexity"), number("score")),
    "due": due,
    "started": started,
    "completed": day("date_completed"),
    "created": day("date_creation"),
    "moved": day("date_moved"),
    **dict.fromkeys(("modified", "updated"), day("date_modification")),
}
"""Attribute -> condition of a value, which may begin with an operator."""

COMPARISONS: Mapping[str, Callable[[str, Clock], Condition | None]] = {
    **SIGNED,
    "duerange": range_of("date_due"),
    "startedrange": range_of("date_started"),
    "createdrange": range_of("date_creation"),
    "movedrange": range_of("date_moved"),
    "completedrange": range_of("date_completed"),
    **dict.fromkeys(("modifiedrange", "updatedrange"), range_of("date_modification")),
}
"""Attribute, in lower case -> condition of a value, None if it sets no filter."""
