"""Dates as clients write them.

Every rule is from behaviour.md 3.3, column "Ours". To Kanboard a date alone is that day at the present time of day;
here it is 00:00.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Literal

DateFormat = Literal["m/d/Y", "d/m/Y", "Y/m/d", "d.m.Y"]
"""The application's date format, in the letters of PHP, as Kanboard's settings offer it."""

LAST_SECOND = 253_402_300_799
"""9999-12-31 23:59:59 UTC, the last second that `datetime` holds."""

# [0-9] and not \d, which also takes the digits of other scripts
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
    """Read a date as clients send it.

    Args:
        text: `2030-01-15`, `2030_01_15` or the application's format, each alone (00:00:00) or with ` 10:30`; or ISO
            8601 with a time: `2030-01-15T10:30:15.000+02:00`, from the seconds on optional. Not "".
        zone: where a text without an offset is meant; see `seconds_of`.
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

    A time that a change to summer time leaves out is the one an hour later. Of a time that comes twice at the end of
    summer time the second one counts, in standard time, unless the first one has the given offset from UTC.
    """
    first, second = (local.replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == offset:
        return int(first.timestamp())
    return int(max(first.timestamp(), second.timestamp()))


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
