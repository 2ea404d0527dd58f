from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.dates import LAST_SECOND, parse_date
from lambdaboard.domain.recurrence import next_due_date

BERLIN = ZoneInfo("Europe/Berlin")
DAYS, MONTHS, YEARS = 0, 1, 2
DUE_DATE, TRIGGER = 0, 1
FAR = 2_147_483_647


def at(text: str, zone: tzinfo = UTC) -> int:
    seconds = parse_date(text, zone)
    assert seconds is not None
    return seconds


NOW = at("2026-11-21 08:00")


def followed(due: str, factor: int, timeframe: int, zone: tzinfo = UTC) -> str:
    """Return the due date of the successor as text, "" for none."""
    seconds = next_due_date(at(due, zone), NOW, factor, timeframe, DUE_DATE, zone)
    return f"{datetime.fromtimestamp(seconds, zone):%Y-%m-%d %H:%M}" if seconds else ""


@pytest.mark.parametrize(
    ("due", "factor", "timeframe", "expected"),
    [
        ("2030-01-15 10:30", 1, DAYS, "2030-01-16 10:30"),
        ("2030-01-15 10:30", -20, DAYS, "2029-12-26 10:30"),
        ("2030-01-15 10:30", 1, MONTHS, "2030-02-15 10:30"),
        ("2030-01-15 10:30", -1, MONTHS, "2029-12-15 10:30"),
        ("2030-01-15 10:30", 25, MONTHS, "2032-02-15 10:30"),
        ("2030-01-15 10:30", 2, YEARS, "2032-01-15 10:30"),
        ("2030-01-15 10:30", -2, YEARS, "2028-01-15 10:30"),
        ("2030-01-15 10:30", 3, 7, "2030-01-18 10:30"),
        ("2030-01-15 10:30", 3, -1, "2030-01-18 10:30"),
    ],
)
def test_the_factor_counts_units_of_the_timeframe(due: str, factor: int, timeframe: int, expected: str) -> None:
    assert followed(due, factor, timeframe) == expected


@pytest.mark.parametrize(
    ("due", "factor", "timeframe", "expected"),
    [
        ("2030-01-31 10:00", 1, MONTHS, "2030-03-03 10:00"),
        ("2028-01-31 10:00", 1, MONTHS, "2028-03-02 10:00"),
        ("2028-02-29 10:00", 1, YEARS, "2029-03-01 10:00"),
        ("2028-02-29 10:00", 4, YEARS, "2032-02-29 10:00"),
        ("2030-03-31 10:00", -1, MONTHS, "2030-03-03 10:00"),
        ("2030-05-31 10:00", 1, MONTHS, "2030-07-01 10:00"),
    ],
)
def test_a_day_that_the_month_lacks_runs_over(due: str, factor: int, timeframe: int, expected: str) -> None:
    assert followed(due, factor, timeframe) == expected


@pytest.mark.parametrize(
    ("due", "factor", "timeframe", "expected"),
    [
        ("2030-03-30 10:00", 1, DAYS, "2030-03-31 10:00"),
        ("2030-03-15 10:00", 1, MONTHS, "2030-04-15 10:00"),
        ("2030-10-26 10:00", 1, DAYS, "2030-10-27 10:00"),
        ("2030-03-30 02:30", 1, DAYS, "2030-03-31 03:30"),  # there is no 02:30 on that day
    ],
)
def test_the_local_time_of_day_stays(due: str, factor: int, timeframe: int, expected: str) -> None:
    assert followed(due, factor, timeframe, BERLIN) == expected


@pytest.mark.parametrize(
    ("due", "factor", "timeframe", "expected"),
    [
        ("2030-10-26 02:30", 1, DAYS, "2030-10-27T00:30Z"),  # from summer time
        ("2030-09-27 02:30", 1, MONTHS, "2030-10-27T00:30Z"),
        ("2030-10-28 02:30", -1, DAYS, "2030-10-27T01:30Z"),  # from standard time
        ("2029-10-28 02:30", 364, DAYS, "2030-10-27T01:30Z"),  # from the second time of that day
        ("2029-10-28T02:30+02:00", 364, DAYS, "2030-10-27T00:30Z"),  # from the first
        ("2030-03-30 02:30", 1, DAYS, "2030-03-31T01:30Z"),  # left out on that day, whatever is counted from
        ("2030-04-01 02:30", -1, DAYS, "2030-03-31T01:30Z"),
    ],
)
@pytest.mark.parametrize("basedate", [DUE_DATE, TRIGGER])
def test_a_time_that_comes_twice_keeps_the_offset_of_its_base(
    due: str, factor: int, timeframe: int, expected: str, basedate: int
) -> None:
    base = at(due, BERLIN)
    assert next_due_date(base, base, factor, timeframe, basedate, BERLIN) == at(expected)


def test_without_a_due_date_the_successor_has_one_only_if_it_is_counted_from_the_trigger() -> None:
    assert next_due_date(0, NOW, 1, DAYS, DUE_DATE, UTC) == 0
    assert next_due_date(0, NOW, 1, DAYS, TRIGGER, UTC) == NOW + 86_400
    assert next_due_date(0, NOW, 0, DAYS, TRIGGER, UTC) == 0


@pytest.mark.parametrize("basedate", [DUE_DATE, TRIGGER])
def test_factor_0_takes_over_the_due_date(basedate: int) -> None:
    assert next_due_date(at("2030-01-15"), NOW, 0, MONTHS, basedate, UTC) == at("2030-01-15")


def test_basedate_1_counts_from_the_trigger() -> None:
    assert next_due_date(at("2030-01-15"), NOW, 1, DAYS, TRIGGER, UTC) == at("2026-11-22 08:00")


@pytest.mark.parametrize("basedate", [2, -1, FAR])
def test_any_other_basedate_counts_from_the_due_date(basedate: int) -> None:
    assert next_due_date(at("2030-01-15"), NOW, 1, DAYS, basedate, UTC) == at("2030-01-16")


@pytest.mark.parametrize(
    ("factor", "timeframe"),
    [
        (-61, YEARS),
        (-3000, YEARS),
        (8000, YEARS),
        (FAR, DAYS),
        (-FAR, DAYS),
        (FAR, MONTHS),
        (-FAR, YEARS),
        (FAR, YEARS),
    ],
)
def test_a_result_before_1970_or_after_9999_is_no_due_date(factor: int, timeframe: int) -> None:
    assert followed("2030-01-15 10:30", factor, timeframe) == ""


def test_the_last_day_of_9999_is_still_a_due_date_and_the_next_is_not() -> None:
    assert followed("9999-12-30 10:00", 1, DAYS) == "9999-12-31 10:00"
    assert followed("9999-12-30 10:00", 2, DAYS) == ""


@given(
    st.integers(0, LAST_SECOND),
    st.integers(0, LAST_SECOND),
    st.integers(-FAR, FAR) | st.integers(-100_000, 100_000),
    st.integers(-1, 3),
    st.integers(-1, 2),
    st.sampled_from([UTC, BERLIN, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/New_York")]),
)
def test_every_result_is_a_due_date_or_none(
    date_due: int, now: int, factor: int, timeframe: int, basedate: int, zone: tzinfo
) -> None:
    assert 0 <= next_due_date(date_due, now, factor, timeframe, basedate, zone) <= LAST_SECOND
