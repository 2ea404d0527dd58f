"""Date phrases, most of them relative to now (search.md 5, as in PHP).

python-dateutil reads other phrases: for it `2030-13-01` is a day in January, and it does not know `next monday`. So the
few forms in search.md 5 are read here, one row of FORMS each; a phrase is a sequence of them.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal

import msgspec

LONGEST = 100
"""The limit of characters of a phrase; a longer one is not understood."""

Act = Callable[["_Moment", re.Match[str]], None]


def day_of(phrase: str, now: datetime) -> date | None:
    """Return the day of a phrase, in the zone of now.

    Args:
        phrase: `today`, `+1 week`, `monday next week`, `2030-01-15`, `January 15, 2030`; in any letter case. A
            time of day matters only if hours are added to it or it has an offset from UTC.
        now: with its zone.

    Returns:
        None if the phrase is not understood or empty, or the day is not in the years 1 to 9999.
    """
    text = phrase.strip().lower()
    if not text or len(text) > LONGEST:
        return None
    try:
        return _read(text, _Moment.of(now)).day_in(now.tzinfo or UTC)
    except (ValueError, OverflowError, OSError):  # too large for datetime: the error depends on the value
        return None


class _Moment(msgspec.Struct):
    """The values of a phrase so far.

    Attributes:
        clock: time of day.
        added: to the months, days, seconds and working days, as by `+1 month`.
        weekday: 0 for Monday, and whether today fits; None if no weekday is named.
        week: 0 for this week, 1 for the next one; None if no week is named.
        edge: of the month.
        zone: of the moment; None for the one of now.
    """

    now: datetime
    year: int
    month: int
    day: int
    clock: timedelta
    added: dict[str, int]
    weekday: tuple[int, bool] | None = None
    week: int | None = None
    edge: Literal["first", "last"] | None = None
    zone: tzinfo | None = None

    @classmethod
    def of(cls, now: datetime) -> "_Moment":
        clock = timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
        return cls(now, now.year, now.month, now.day, clock, dict.fromkeys(UNITS_OF, 0))

    def set_day(self, year: int, month: int, day: int) -> None:
        """Set the day; 30 February is 2 March."""
        if not (1 <= month <= 12 and 1 <= day <= 31):
            raise ValueError("no such day")
        self.year, self.month, self.day, self.clock = year, month, day, timedelta()

    def day_in(self, zone: tzinfo) -> date:
        """Return the day in a zone."""
        found = self._start() + self.clock + timedelta(seconds=self.added["second"])
        found = _after_working_days(found, self.added["weekday"])
        return found.date() if self.zone is None else found.replace(tzinfo=self.zone).astimezone(zone).date()

    def _start(self) -> datetime:
        months = self.year * 12 + self.month - 1 + self.added["month"]
        if self.edge:
            return _day(months + (self.edge == "last"), 1 if self.edge == "first" else 0)
        return _day(months, self.day + self.added["day"] + self._to_weekday())

    def _to_weekday(self) -> int:
        """Return the number of days from the day to the weekday of the phrase, or to the Monday of its week."""
        today = _day(self.year * 12 + self.month - 1, self.day).weekday()
        if self.week is not None:
            return 7 * self.week - today + (self.weekday[0] if self.weekday else 0)
        if self.weekday is None:
            return 0
        wanted, today_fits = self.weekday
        # `last monday` has already subtracted a week: from there it goes forward only from an earlier weekday
        backwards = self.added["day"] < 0
        ahead = (wanted - today) % 7
        return ahead if ahead or today_fits or backwards else 7


def _day(months: int, day: int) -> datetime:
    year, month = divmod(months, 12)
    return datetime(year, month + 1, 1) + timedelta(days=day - 1)  # noqa: DTZ001 - wall-clock time


def _after_working_days(moment: datetime, count: int) -> datetime:
    if not count:
        return moment
    step = 1 if count > 0 else -1
    while moment.weekday() > 4:  # on a weekend, working days are counted from the last one before it
        moment -= timedelta(days=step)
    weeks, days = divmod(abs(count), 5)
    moment += timedelta(weeks=step * weeks)
    while days:
        moment += timedelta(days=step)
        days -= moment.weekday() <= 4
    return moment


def _read(text: str, moment: _Moment) -> _Moment:
    place = 0
    while place < len(text):
        form, act = next((found, act) for pattern, act in _forms() if (found := pattern.match(text, place)))
        act(moment, form)
        place = form.end()
    return moment


# --- effects of the forms ---------------------------------------------------------------------------------------

UNITS: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("sec", "second"), ("second", 1)),
    **dict.fromkeys(("min", "minute"), ("second", 60)),
    "hour": ("second", 3600),
    "day": ("day", 1),
    "week": ("day", 7),
    "fortnight": ("day", 14),
    "month": ("month", 1),
    "year": ("month", 12),
    "weekday": ("weekday", 1),
}
UNITS_OF = ("second", "day", "month", "weekday")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WHICH = {"last": -1, "previous": -1, "this": 0, "next": 1}
DAYS = {"now": None, "today": 0, "midnight": 0, "noon": 0, "tomorrow": 1, "yesterday": -1}


def _named_day(moment: _Moment, found: re.Match[str]) -> None:
    days = DAYS[found["name"]]
    if days is not None:
        moment.added["day"] += days
        moment.clock = timedelta(hours=12 if found["name"] == "noon" else 0)


def _date(moment: _Moment, found: re.Match[str]) -> None:
    parts = found.groupdict()
    moment.set_day(int(parts["year"]), int(parts["month"]), int(parts.get("day") or 1))


def _date_with_month(moment: _Moment, found: re.Match[str]) -> None:
    parts = found.groupdict()
    day = parts.get("day") or (1 if parts.get("year") else moment.day)
    moment.set_day(int(parts.get("year") or moment.year), MONTHS.index(found["month"]) + 1, int(day))


def _time(moment: _Moment, found: re.Match[str]) -> None:
    hour, minute, second = _numbers(found, "hour", "minute", "second")
    if hour > 24 or minute > 59 or second > 59:
        raise ValueError("no such time")
    moment.clock = timedelta(hours=hour, minutes=minute, seconds=second)
    if found["offset"]:
        moment.zone = _zone(found)


def _numbers(found: re.Match[str], *groups: str) -> list[int]:
    return [int(found[group] or 0) for group in groups]


def _zone(found: re.Match[str]) -> timezone:
    hours, minutes = _numbers(found, "hours", "minutes")
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if found["sign"] == "-" else shift)


def _unix(moment: _Moment, found: re.Match[str]) -> None:
    local = datetime.fromtimestamp(int(found["seconds"]), moment.now.tzinfo)
    moment.set_day(local.year, local.month, local.day)
    moment.clock = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)


def _added(moment: _Moment, found: re.Match[str]) -> None:
    unit, size = UNITS[found["unit"]]
    moment.added[unit] += int(found["sign"] + found["count"]) * size


def _ago(moment: _Moment, _: re.Match[str]) -> None:
    moment.added = {unit: -count for unit, count in moment.added.items()}


def _which_unit(moment: _Moment, found: re.Match[str]) -> None:
    unit, size = UNITS[found["unit"]]
    moment.added[unit] += WHICH[found["which"]] * size


def _which_week(moment: _Moment, found: re.Match[str]) -> None:
    moment.week = WHICH[found["which"]]


def _weekday(moment: _Moment, found: re.Match[str]) -> None:
    which = found["which"]
    index = next(place for place, name in enumerate(WEEKDAYS) if name[:3] == found["weekday"][:3])
    moment.weekday = index, which in {None, "this"}
    moment.clock = timedelta()
    if which in {"last", "previous"}:
        moment.added["day"] -= 7


def _edge(moment: _Moment, found: re.Match[str]) -> None:
    moment.edge = "first" if found["edge"] == "first" else "last"


def _nothing(_moment: _Moment, _: re.Match[str]) -> None:
    pass


def _fail(_moment: _Moment, _: re.Match[str]) -> None:
    raise ValueError("not understood")


# --- the forms --------------------------------------------------------------------------------------------------

# [0-9] and not \d, which also matches digits of other scripts. Every form ends where its word or number ends.
_YEAR, _MONTH, _DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_NAME = rf"(?P<month>{'|'.join(MONTHS)})(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?(?![a-z])"
_TH = r"(?:st|nd|rd|th)?"
_END, _STOP = r"(?![0-9])", r"(?![a-z])"
_UNIT = rf"(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})s?{_STOP}"
_WHICH = rf"(?P<which>{'|'.join(WHICH)})"
_OFFSET = r"(?P<offset>z|(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-3]):?(?P<minutes>[0-5][0-9]))?"

FORMS: tuple[tuple[str, Act], ...] = (
    (r"[ \t,]+", _nothing),
    (rf"@(?P<seconds>-?[0-9]{{1,12}}){_END}", _unix),
    (rf"{_YEAR}-{_MONTH}-{_DAY}{_END}", _date),
    (rf"{_YEAR}/{_MONTH}/{_DAY}{_END}", _date),
    (rf"{_MONTH}/{_DAY}/{_YEAR}{_END}", _date),
    (rf"{_DAY}-{_MONTH}-{_YEAR}{_END}", _date),
    (rf"{_DAY}\.{_MONTH}\.{_YEAR}{_END}", _date),
    (rf"{_YEAR}-{_MONTH}(?![0-9-])", _date),
    (
        rf"t?(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}})(?:\.[0-9]+)?)?{_OFFSET}{_END}",
        _time,
    ),
    (rf"{_DAY}{_TH}[ .-]*{_NAME}(?:[ ,.-]*{_YEAR}(?![0-9:]))?", _date_with_month),
    (rf"{_NAME}[ .-]*{_DAY}{_TH}(?![0-9:a-z])(?:[ ,.-]*{_YEAR}(?![0-9:]))?", _date_with_month),
    (rf"{_NAME}[ .-]*{_YEAR}(?![0-9:])", _date_with_month),
    (_NAME, _date_with_month),
    (rf"(?P<name>{'|'.join(DAYS)}){_STOP}", _named_day),
    (rf"(?P<edge>first|last) day of{_STOP}", _edge),
    (rf"{_WHICH} +week{_STOP}", _which_week),
    (rf"{_WHICH} +{_UNIT}", _which_unit),
    (rf"(?P<sign>[+-]?) *(?P<count>[0-9]{{1,9}}) *{_UNIT}", _added),
    (rf"ago{_STOP}", _ago),
    (
        rf"(?:{_WHICH} +)?(?P<weekday>{'|'.join(WEEKDAYS)}|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun){_STOP}",
        _weekday,
    ),
    (r"", _fail),
)
"""The forms of the parts of a phrase, with their effects; the first that fits is used."""


# Not before the first phrase: it takes 10 ms, and most queries have none.
@cache
def _forms() -> tuple[tuple[re.Pattern[str], Act], ...]:
    return tuple((re.compile(form), act) for form, act in FORMS)
