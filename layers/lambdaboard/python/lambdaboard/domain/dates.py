"""Dates from clients, and their days.

Every rule is from behaviour.md 3.3, column "Ours". In Kanboard a date alone is that day at the current time of day;
here it is 00:00, and a due date at 00:00 means the whole day.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

DateFormat = Literal["m/d/Y", "d/m/Y", "Y/m/d", "d.m.Y"]
"""The application's date format, in the letters of PHP, as in Kanboard's settings."""

DATE_DIRECTIVES: Mapping[DateFormat, str] = {
    "m/d/Y": "%m/%d/%Y",
    "d/m/Y": "%d/%m/%Y",
    "Y/m/d": "%Y/%m/%d",
    "d.m.Y": "%d.%m.%Y",
}
"""The same formats for `strftime`."""

LAST_SECOND = 253_402_300_799
"""9999-12-31 23:59:59 UTC, the last second that `datetime` holds."""

_LATEST = LAST_SECOND - 2 * 86_400
"""The latest second that has a day in every time zone."""

# [0-9] and not \d, which also matches digits of other scripts
_YEAR, _MONTH, _DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_TIME = r"(?: +(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}))?"

_APPLICATION: Mapping[DateFormat, re.Pattern[str]] = {
    "m/d/Y": re.compile(f"{_MONTH}/{_DAY}/{_YEAR}{_TIME}"),
    "d/m/Y": re.compile(f"{_DAY}/{_MONTH}/{_YEAR}{_TIME}"),
    "Y/m/d": re.compile(f"{_YEAR}/{_MONTH}/{_DAY}{_TIME}"),
    "d.m.Y": re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR}{_TIME}"),
}
_YEAR_FIRST = re.compile(f"{_YEAR}(?P<dash>[-_]){_MONTH}(?P=dash){_DAY}{_TIME}")
_ISO_8601 = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:T| +)(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?"
)


def parse_date(text: str, zone: tzinfo, date_format: DateFormat = "m/d/Y") -> int | None:
    """Read a date from a client.

    Args:
        text: `2030-01-15`, `2030_01_15` or the application's format, each alone (00:00:00) or with ` 10:30`; or ISO
            8601 with a time: `2030-01-15T10:30:15.000+02:00`, from the seconds on optional. Not "".
        zone: for a text without an offset; see `seconds_of`.
        date_format: the only form with slashes (or dots) that is read.

    Returns:
        Unix time in whole seconds, from 1 to `LAST_SECOND`; None for any other text.
    """
    for form in (_YEAR_FIRST, _ISO_8601, _APPLICATION[date_format]):
        if found := form.fullmatch(text):
            return _seconds(found.groupdict("0"), zone)
    return None


def seconds_of(local: datetime, offset: timedelta | None = None) -> int:
    """Return the Unix time of a local time in its zone, as PHP does.

    A time that does not exist at the start of summer time is read as one hour later. A time that occurs twice at the
    end of summer time is the second one, in standard time, unless the first one has the given offset from UTC.
    """
    first, second = (local.replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == offset:
        return int(first.timestamp())
    return int(max(first.timestamp(), second.timestamp()))


def seconds_of_day(day: date, zone: tzinfo) -> tuple[int, int]:
    """Return the first and the last second of a day: it ends where the next one begins, also when clocks change."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    first = int(begin.timestamp())
    try:
        return first, int((begin + timedelta(days=1)).timestamp()) - 1
    except OverflowError:  # the last possible day
        return first, first + 86_399


def day_around(seconds: int, zone: tzinfo) -> date:
    """Return the day of a second, at most 9999-12-29."""
    return datetime.fromtimestamp(min(seconds, _LATEST), zone).date()


def overdue_from(date_due: int, zone: tzinfo) -> int:
    """Return the first second at which a task is overdue: its due date, or the next day if it is due on a whole day.

    When clocks change, a day may begin later than 00:00, or have 00:00 twice; all of these mean the whole day.
    """
    first, last = seconds_of_day(day_around(date_due, zone), zone)
    is_day = date_due == first or (date_due <= last and datetime.fromtimestamp(date_due, zone).time() == time.min)
    return last + 1 if is_day else date_due


def is_overdue(date_due: int, now: int, zone: tzinfo) -> bool:
    """Return whether a task is overdue; False without a due date (0)."""
    return 0 < date_due <= now and overdue_from(date_due, zone) <= now


def starts_too_late(date_started: int, date_due: int, zone: tzinfo) -> bool:
    """Return whether a task starts after its due date; if a whole day is due, it may start at any time of it."""
    return date_started > date_due > 0 and date_started >= overdue_from(date_due, zone)


def _seconds(parts: Mapping[str, str], zone: tzinfo) -> int | None:
    try:
        seconds = seconds_of(_moment(parts, zone))
    except ValueError:  # no such day or time: 2030-02-30, 10:61, 24:00
        return None
    return seconds if 0 < seconds <= LAST_SECOND else None


def _moment(parts: Mapping[str, str], zone: tzinfo) -> datetime:
    year, month, day = int(parts["year"]), int(parts["month"]), int(parts["day"])
    hour, minute, second = (int(parts.get(unit, "0")) for unit in ("hour", "minute", "second"))
    return datetime(year, month, day, hour, minute, second, tzinfo=_offset(parts.get("offset", "0")) or zone)


def _offset(text: str) -> tzinfo | None:
    return None if text == "0" else datetime.strptime(text, "%z").tzinfo
