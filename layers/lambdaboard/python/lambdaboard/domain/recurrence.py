"""The due date of the successor of a recurring task (behaviour.md 3.10)."""

from datetime import datetime, timedelta, tzinfo

from lambdaboard.domain.dates import LAST_SECOND, seconds_of

_MONTHS = {1: 1, 2: 12}
"""Timeframe -> months in one unit. 0 and all other numbers mean days."""
_FROM_THE_TRIGGER = 1


def next_due_date(date_due: int, now: int, factor: int, timeframe: int, basedate: int, zone: tzinfo) -> int:
    """Return the due date of the successor: Unix seconds, 0 for none.

    The local time of day does not change, even if summer time begins or ends. A time that occurs twice gets the offset
    of the base date, if possible (`dates.seconds_of`).

    Args:
        date_due: the task's own due date, 0 for none: then the successor has one only with basedate 1.
        now: the moment of the trigger, which basedate 1 counts from.
        factor: the number of units; negative counts backwards, 0 copies the task's due date for any basedate.
        timeframe: 1 months, 2 years, else days.
        basedate: 1 counts from `now`, every other number from the due date.
        zone: the application's time zone.

    Returns:
        0 also if the result is before 1970 or after 9999.
    """
    base = now if basedate == _FROM_THE_TRIGGER else date_due
    if base == 0 or factor == 0:
        return date_due
    try:
        begin = datetime.fromtimestamp(base, zone)
        due = seconds_of(_later(begin, factor, timeframe), begin.utcoffset())
    except (OverflowError, ValueError, OSError):  # too large for datetime: the error depends on the value
        return 0
    return due if 0 < due <= LAST_SECOND else 0


def days_later(now: int, days: int, zone: tzinfo) -> int:
    """Return the time some days from now, at the same local time of day: Unix seconds; 0 as `next_due_date`."""
    return next_due_date(0, now, days, 0, _FROM_THE_TRIGGER, zone) if days else now


def _later(local: datetime, factor: int, timeframe: int) -> datetime:
    if timeframe in _MONTHS:
        return _months_later(local, factor * _MONTHS[timeframe])
    return local + timedelta(days=factor)


def _months_later(local: datetime, months: int) -> datetime:
    """Add months as PHP does: a missing day continues in the next month, 31 January + 1 month = 3 March."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    return local.replace(year=year, month=month + 1, day=1) + timedelta(days=local.day - 1)
