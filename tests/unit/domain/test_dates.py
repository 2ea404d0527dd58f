from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.dates import (
    LAST_SECOND,
    DateFormat,
    is_overdue,
    overdue_from,
    parse_date,
    seconds_of_day,
    starts_too_late,
)
from lambdaboard.domain.search.comparisons import span_of
from lambdaboard.domain.search.conditions import Clock

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
MIDNIGHT = 1_894_665_600  # 2030-01-15 00:00 UTC
HALF_PAST_TEN = MIDNIGHT + 10 * 3600 + 30 * 60
QUARTER_PAST = HALF_PAST_TEN + 15
FORMATS: list[DateFormat] = list(get_args(DateFormat))

READABLE = [
    ("2030-01-15 10:30", HALF_PAST_TEN),
    ("2030_01_15 10:30", HALF_PAST_TEN),
    ("01/15/2030 10:30", HALF_PAST_TEN),
    ("1/15/2030 10:30", HALF_PAST_TEN),
    ("2030-1-15 10:30", HALF_PAST_TEN),
    ("2030-01-15    10:30", HALF_PAST_TEN),
    ("2030-1-15 9:05", MIDNIGHT + 9 * 3600 + 5 * 60),
    ("2030-01-15", MIDNIGHT),
    ("2030_1_15", MIDNIGHT),
    ("01/15/2030", MIDNIGHT),
    ("2030-01-15T10:30", HALF_PAST_TEN),
    ("2030-01-15T10:30:15", QUARTER_PAST),
    ("2030-01-15T10:30:15.000Z", QUARTER_PAST),
    ("2030-01-15T10:30:15.999999999Z", QUARTER_PAST),
    ("2030-01-15 10:30:15", QUARTER_PAST),
    ("2030-01-15T10:30Z", HALF_PAST_TEN),
    ("2030-01-15T12:30+02:00", HALF_PAST_TEN),
    ("2030-01-15T12:30:15+02:00", QUARTER_PAST),
    ("2030-01-15T12:30:15+0200", QUARTER_PAST),
    ("2030-01-14T23:30:00-11:00", HALF_PAST_TEN),
    ("1970-01-01 00:01", 60),
    ("9999-12-31", 253_402_214_400),
    ("2028-02-29", 1_835_395_200),
]

UNREADABLE = [
    *("15/01/2030", "15/01/2030 10:30", "2030/01/15", "15.01.2030", "30-01-15", "01/15/30", "3:30 pm", "tomorrow"),
    *("@1894703400", "12:30", " 2030-01-15", "2030-01-15 ", "2030-01-15\n", "2030-01-15 10:30 ", " ", ""),
    *("2030-02-30", "2030-13-01", "2030-00-10", "2030-01-00", "2030-02-29"),
    *("2030-01-15 10:61", "2030-01-15 24:00", "2030-01-15 25:00", "2030-01-15T24:00", "2030-01-15T10:30:60"),
    *("1894703400", "0", "2030", "20300115", "-5", "1.5", "true"),
    *("1969-12-31", "1970-01-01 00:00", "1970-01-01", "0000-00-00", "0001-01-01", "10000-01-01", "02030-01-15"),
    *("2030-001-15", "2030-01-15 010:30", "2030-01-15 10:3", "2030-01-15 10:030", "2030-01-1510:30"),
    *("2030-01_15", "2030-01-15\t10:30", "2030-01-15t10:30", "2030-01-15T10", "2030-01-15T", "2030-1-15T10:30"),
    *(
        "2030-01-15T10:30z",
        "2030-01-15T10:30+2",
        "2030-01-15T10:30+24:00",
        "2030-01-15T10:30+02:60",
        "2030-01-15+02:00",
    ),
    *(
        "2030-01-15 10:30 tomorrow",
        "2030-01-15T10:30:15.",
        "\u0662\u0660\u0663\u0660-\u0660\u0661-\u0661\u0665",
        "2030-01-\uff11\uff15",
        "2030-01-15\N{NO-BREAK SPACE}10:30",
    ),
]


@pytest.mark.parametrize(("text", "seconds"), READABLE)
def test_a_documented_form_is_read(text: str, seconds: int) -> None:
    assert parse_date(text, UTC) == seconds


@pytest.mark.parametrize("text", UNREADABLE)
def test_any_other_text_is_refused(text: str) -> None:
    assert parse_date(text, UTC) is None


@pytest.mark.parametrize(
    ("text", "read_in"),
    [
        ("01/15/2030 10:30", "m/d/Y"),
        ("15/01/2030 10:30", "d/m/Y"),
        ("2030/01/15 10:30", "Y/m/d"),
        ("15.01.2030 10:30", "d.m.Y"),
        ("15.1.2030  10:30", "d.m.Y"),
    ],
)
def test_a_form_of_the_settings_is_read_only_where_it_is_configured(text: str, read_in: DateFormat) -> None:
    assert [form for form in FORMATS if parse_date(text, UTC, form) == HALF_PAST_TEN] == [read_in]


@pytest.mark.parametrize("date_format", FORMATS)
def test_the_forms_with_the_year_first_are_read_whatever_is_configured(date_format: DateFormat) -> None:
    assert parse_date("2030-01-15 10:30", UTC, date_format) == HALF_PAST_TEN


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2030-01-15 11:30", HALF_PAST_TEN),
        ("2030-01-15", MIDNIGHT - 3600),
        ("2030-07-15 12:30", 1_910_341_800),  # summer time: 10:30 UTC
        ("2030-01-15T10:30Z", HALF_PAST_TEN),
        ("2030-01-15T12:30+02:00", HALF_PAST_TEN),
    ],
)
def test_a_text_without_an_offset_is_meant_in_the_zone(text: str, seconds: int) -> None:
    assert parse_date(text, BERLIN) == seconds


def test_a_time_that_summer_time_leaves_out_is_one_hour_later() -> None:
    assert parse_date("2030-03-31 02:30", BERLIN) == parse_date("2030-03-31 03:30", BERLIN)


@pytest.mark.parametrize("text", ["2026-10-25 02:30", "2026-10-25T02:30:00", "10/25/2026 02:30"])
def test_of_a_time_that_comes_twice_the_second_counts(text: str) -> None:
    assert parse_date(text, BERLIN) == parse_date("2026-10-25T01:30Z", UTC) == 1_792_891_800


def test_a_time_that_occurs_twice_is_chosen_by_its_offset() -> None:
    assert parse_date("2026-10-25T02:30+02:00", BERLIN) == parse_date("2026-10-25T00:30Z", UTC)


def test_the_first_second_is_the_smallest_moment_in_every_zone() -> None:
    assert parse_date("1970-01-01 01:00:00", BERLIN) is None
    assert parse_date("1970-01-01 01:00:01", BERLIN) == 1


def test_the_last_second_is_the_greatest_moment_in_every_zone() -> None:
    assert parse_date("9999-12-31T18:59:59", NEW_YORK) == LAST_SECOND
    assert parse_date("9999-12-31T19:00:00", NEW_YORK) is None


DATELIKE = st.text("0123456789-_/.: TZ+", max_size=30) | st.from_regex(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?", fullmatch=True
)
ZONES = st.sampled_from([UTC, BERLIN, NEW_YORK, ZoneInfo("Pacific/Apia"), timezone(timedelta(hours=-23, minutes=-59))])


@given(st.text() | DATELIKE, ZONES, st.sampled_from(FORMATS))
def test_any_text_is_a_moment_of_the_range_or_refused(text: str, zone: tzinfo, date_format: DateFormat) -> None:
    seconds = parse_date(text, zone, date_format)
    assert seconds is None or 0 < seconds <= LAST_SECOND


@given(st.datetimes(), ZONES)
def test_every_minute_is_read_in_every_zone(moment: datetime, zone: tzinfo) -> None:
    seconds = parse_date(f"{moment:%Y-%m-%d %H:%M}".rjust(16, "0"), zone)
    assert seconds is None or 0 < seconds <= LAST_SECOND


# --- due on a day -----------------------------------------------------------------------------------------------

CAIRO, AZORES = ZoneInfo("Africa/Cairo"), ZoneInfo("Atlantic/Azores")
DAY = 86_400


def at(text: str, zone: tzinfo = UTC) -> int:
    seconds = parse_date(text, zone)
    assert seconds is not None
    return seconds


@pytest.mark.parametrize(
    ("due", "zone", "overdue"),
    [
        ("2030-01-15", UTC, "2030-01-16T00:00Z"),
        ("2030-01-15 00:00", UTC, "2030-01-16T00:00Z"),
        ("2030-01-15 00:01", UTC, "2030-01-15T00:01Z"),
        ("2030-01-15T00:00:01", UTC, "2030-01-15T00:00:01Z"),
        ("2030-01-15", BERLIN, "2030-01-15T23:00Z"),
        ("2030-01-15T00:00Z", BERLIN, "2030-01-15T00:00Z"),
        ("2030-03-31", BERLIN, "2030-03-31T22:00Z"),  # 23 hours
        ("2030-10-27", BERLIN, "2030-10-27T23:00Z"),  # 25 hours
        ("2026-04-24", CAIRO, "2026-04-24T21:00Z"),  # the day begins at 01:00
        ("2026-10-25T00:00Z", AZORES, "2026-10-26T01:00Z"),  # 00:00, for the first time
        ("2026-10-25T01:00Z", AZORES, "2026-10-26T01:00Z"),  # 00:00, for the second time
    ],
)
def test_a_task_is_overdue_at_its_moment_or_when_its_day_is_over(due: str, zone: tzinfo, overdue: str) -> None:
    assert overdue_from(at(due, zone), zone) == at(overdue)
    assert [is_overdue(at(due, zone), at(overdue) - 1 + late, zone) for late in (0, 1)] == [False, True]


def test_a_task_without_a_due_date_is_never_overdue() -> None:
    assert not is_overdue(0, LAST_SECOND, BERLIN)


@pytest.mark.parametrize(
    ("started", "is_late"),
    [
        ("2030-01-14", False),
        ("2030-01-15", False),
        ("2030-01-15 10:30", False),
        ("2030-01-15T23:59:59", False),
        ("2030-01-16", True),
    ],
)
def test_what_is_due_on_a_day_may_start_at_any_time_of_it(started: str, is_late: bool) -> None:
    for zone in (UTC, BERLIN, CAIRO):
        assert starts_too_late(at(started, zone), at("2030-01-15", zone), zone) is is_late


def test_what_is_due_at_a_time_starts_no_later() -> None:
    due = at("2030-01-15 10:30")
    assert [starts_too_late(due + later, due, UTC) for later in (-1, 0, 1)] == [False, False, True]
    assert not starts_too_late(0, due, UTC)
    assert not starts_too_late(due, 0, UTC)


EXOTIC = st.sampled_from([CAIRO, AZORES, ZoneInfo("America/Havana"), ZoneInfo("Pacific/Apia"), ZoneInfo("Asia/Beirut")])
SECONDS = st.integers(DAY, 4_000_000_000)


@given(st.integers(1, LAST_SECOND), st.integers(1, LAST_SECOND), ZONES | EXOTIC)
def test_any_due_date_is_overdue_within_a_long_day_of_it(due: int, started: int, zone: tzinfo) -> None:
    assert due <= overdue_from(due, zone) <= due + 26 * 3_600
    assert not starts_too_late(due, due, zone)
    assert starts_too_late(started, due, zone) <= (started > due)


@given(SECONDS, SECONDS, ZONES | EXOTIC)
def test_what_is_due_on_a_day_is_overdue_exactly_where_a_search_finds_it_due_before_today(
    moment: int, now: int, zone: tzinfo
) -> None:
    due, _ = seconds_of_day(datetime.fromtimestamp(moment, zone).date(), zone)
    for each in {due, at(f"{datetime.fromtimestamp(moment, zone):%Y-%m-%d}", zone)}:
        span = span_of("<today", Clock(datetime.fromtimestamp(now, zone)))
        assert is_overdue(each, now, zone) is (span.first <= each <= span.last)
