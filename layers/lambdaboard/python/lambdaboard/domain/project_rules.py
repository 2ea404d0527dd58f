"""Rules for the properties of a project and its parts (context.md 3 and 4)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lambdaboard.domain.dates import DateFormat, parse_date
from lambdaboard.domain.properties import MAX_INTEGER, checked_by, checked_title, wrong_order
from lambdaboard.errors import Reason, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from datetime import tzinfo

MAX_NAME, MAX_IDENTIFIER, MAX_DATE, MAX_EMAIL = 191, 50, 10, 254
"""Limits of characters: the name of a swimlane or category, an identifier, a date, an e-mail address."""

IDENTIFIER = re.compile(r"[A-Za-z0-9]*")

EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?=..)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""The addresses that Kanboard accepts, `user@localhost` too; source: context.md 6."""


def checked_position(position: int, count: int) -> int:
    """Return the position; Rejected if it is not 1 to count."""
    if not 1 <= position <= count:
        raise Rejected(Reason.OUT_OF_RANGE, "position")
    return position


def checked_unique(names: Iterable[str], name: str, parameter: str) -> str:
    """Return the name from a parameter; Rejected if it is taken."""
    if name in names:
        raise Rejected(Reason.TAKEN, parameter)
    return name


def checked_name(name: str) -> str:
    """Return the name of a swimlane or category; Rejected unless it has 1 to 191 characters."""
    if not 1 <= len(name) <= MAX_NAME:
        raise Rejected(Reason.TOO_LONG if name else Reason.EMPTY, "name")
    return name


def checked_integer(number: int, parameter: str = "") -> int:
    """Return the number from a parameter; Rejected beyond 2147483647 and -2147483647."""
    if abs(number) > MAX_INTEGER:
        raise Rejected(Reason.OUT_OF_RANGE, parameter)
    return number


def checked_project(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as a project stores them (context.md 3).

    Args:
        values: some of CHECKS by name; None means not given and is skipped.

    Raises:
        Rejected: a value is not allowed.
    """
    return checked_by(lambda name, value: CHECKS[name](value), values)


def iso_dates(values: Mapping[str, Any], zone: tzinfo, date_format: DateFormat) -> dict[str, Any]:
    """Return checked properties with the dates in ISO 8601, for updateProject.

    Args:
        values: "" for no date, `2030-01-15`, or the application's date format.
        zone: the application's.
        date_format: the application's.

    Raises:
        Rejected: a date is not understood; Kanboard stores 1970-01-01.
    """
    given = {name: values[name] for name in DATES if name in values}
    return {**values, **checked_by(lambda _, text: _iso(text, zone, date_format), given)}


def check_order(values: Mapping[str, Any], given: Container[str], zone: tzinfo, date_format: DateFormat) -> None:
    """Check that a project does not end before it starts; Rejected. A string that is not a date, or "", is ignored.

    Args:
        values: properties of a project by name, as it is to be.
        given: the names of those that the client gives.
        zone: the application's.
        date_format: the application's.
    """
    start, end = (parse_date(values.get(name, ""), zone, date_format) for name in DATES)
    if start is not None and end is not None and end < start:
        raise wrong_order(*DATES, given)


def _iso(text: str, zone: tzinfo, date_format: DateFormat) -> str:
    if not text:
        return text
    seconds = parse_date(text, zone, date_format)
    if seconds is None:
        raise Rejected(Reason.NOT_A_DATE)
    return datetime.fromtimestamp(seconds, zone).date().isoformat()


def _any_text(text: str) -> str:
    return text


def _owner(user_id: int) -> int:
    if user_id < 0:  # only the store can check whether the user exists
        raise Rejected(Reason.NOT_FOUND)
    return user_id


def _identifier(text: str) -> str:
    if len(text) > MAX_IDENTIFIER:
        raise Rejected(Reason.TOO_LONG)
    if not IDENTIFIER.fullmatch(text):
        raise Rejected(Reason.INVALID_VALUE)
    return text.upper()


def _date(text: str) -> str:
    if len(text) > MAX_DATE:
        raise Rejected(Reason.TOO_LONG)
    return text


def checked_email(text: str) -> str:
    """Return the address, or ""; Rejected if it is invalid."""
    if not text:
        return text
    if len(text) > MAX_EMAIL:  # first, so that the pattern never gets a long string
        raise Rejected(Reason.TOO_LONG)
    if not EMAIL.fullmatch(text):
        raise Rejected(Reason.INVALID_VALUE)
    return text


DATES = ("start_date", "end_date")

CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": checked_title,
    "description": _any_text,
    "owner_id": _owner,
    "identifier": _identifier,
    **dict.fromkeys(DATES, _date),
    **dict.fromkeys(("priority_default", "priority_start", "priority_end"), checked_integer),
    "email": checked_email,
}
"""The properties that createProject and updateProject share, each with its rule."""
