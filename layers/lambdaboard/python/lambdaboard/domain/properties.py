"""Rules for the properties of a task (behaviour.md 3.1 to 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.dates import DateFormat, parse_date, starts_too_late
from lambdaboard.errors import NotFound, Reason, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Mapping
    from datetime import tzinfo

    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task

MAX_INTEGER = 2_147_483_647
MAX_TITLE, MAX_REFERENCE, MAX_COLOR = 65_535, 191, 255
"""Characters."""


def checked_title(title: str) -> str:
    """Return the title of a task, subtask or column, or a project's name; Rejected if it is empty.

    White space alone, by Unicode, is empty, too.
    """
    if not title.strip():
        raise Rejected(Reason.EMPTY, "title")
    return title


def checked_by(check: Callable[[str, Any], Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in their stored form.

    Args:
        check: returns the stored form of a value, by its name; Rejected.
        values: by name; None means not given and is skipped.

    Raises:
        Rejected: a value is not allowed; it has the name of the value.
    """
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if value is not None:
            try:
                checked[name] = check(name, value)
            except Rejected as rejected:
                rejected.parameter = name
                raise
    return checked


def wrong_order(start: str, end: str, given: Container[str]) -> Rejected:
    """Return the rejection of an end before the start: it names the end, or the start if only that is given."""
    return Rejected(Reason.BEFORE_START, end) if end in given else Rejected(Reason.AFTER_END, start)


class Rules(msgspec.Struct, frozen=True):
    """The rules for values of a task in its project.

    Attributes:
        assignable: those of the named users who may be owner or creator of tasks of the project.
    """

    project: Project
    zone: tzinfo
    date_format: DateFormat
    default_color: str
    assignable: Collection[int] = ()

    def checked(self, values: Mapping[str, Any], task: Task | None = None) -> dict[str, Any]:
        """Return the values as a task stores them.

        Args:
            values: properties by name; None means not given and is skipped.
            task: the task before the change, whose dates are used if none are given; None for a new one.

        Raises:
            Rejected: a value is not allowed.
        """
        stored = checked_by(self._stored, values)
        if stored.keys() & DATES:
            self._check_dates(stored, task)
        return stored

    def _check_dates(self, stored: Mapping[str, Any], task: Task | None) -> None:
        started, due = (stored.get(name, getattr(task, name, 0)) for name in DATES)
        if starts_too_late(started or 0, due, self.zone):
            raise wrong_order(*DATES, stored)

    def _stored(self, name: str, value: Any) -> Any:
        return CHECKS[name](self, value) if name in CHECKS else value


def _text(max_length: int) -> Callable[[Rules, str], str]:
    def check(_rules: Rules, value: str) -> str:
        if len(value) > max_length:
            raise Rejected(Reason.TOO_LONG)
        return value

    return check


def _title(rules: Rules, value: str) -> str:
    return checked_title(_text(MAX_TITLE)(rules, value))


def _integer(_rules: Rules, value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise Rejected(Reason.OUT_OF_RANGE)
    return value


def _hours(_rules: Rules, value: float) -> int | float:
    """Write 3.0 as 3 (behaviour.md 2)."""
    return int(value) if float(value).is_integer() and abs(value) < MAX_INTEGER else value


def _date(rules: Rules, value: str) -> int:
    if value == "":
        return 0
    date = parse_date(value, rules.zone, rules.date_format)
    if date is None:
        raise Rejected(Reason.NOT_A_DATE)
    return date


def _color(rules: Rules, value: str) -> str:
    return _text(MAX_COLOR)(rules, value) if value not in {"", "0"} else rules.default_color


def _category(rules: Rules, value: int) -> int:
    if value:
        try:
            rules.project.category(value)
        except NotFound:
            raise Rejected(Reason.NOT_FOUND) from None
    return value


def _person(rules: Rules, value: int) -> int:
    if value and value not in rules.assignable:
        raise Rejected(Reason.NOT_ASSIGNABLE)
    return value


DATES = ("date_started", "date_due")

CHECKS: Mapping[str, Callable[[Rules, Any], Any]] = {
    "title": _title,
    "reference": _text(MAX_REFERENCE),
    "color_id": _color,
    "owner_id": _person,
    "creator_id": _person,
    "category_id": _category,
    **dict.fromkeys(DATES, _date),
    "time_spent": _hours,
    "time_estimated": _hours,
    **dict.fromkeys(("score", "priority"), _integer),
    **{f"recurrence_{part}": _integer for part in ("status", "trigger", "factor", "timeframe", "basedate")},
}
"""Property -> function from a client's value to the stored one; other properties are stored unchanged."""
