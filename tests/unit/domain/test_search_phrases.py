"""Date phrases: the table of search.md 5, and what is not understood."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.search.comparisons import span_of
from lambdaboard.domain.search.conditions import Clock
from lambdaboard.domain.search.phrases import LONGEST, day_of

SATURDAY = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)

DOCUMENTED = {
    "11-21": "today,now,midnight,noon,12:00,saturday,this saturday",
    "11-22": "tomorrow,+1 day,+1day,1 day,+36 hours",
    "11-20": "yesterday,-1 day,1 day ago,last day",
    "11-28": "+1 week,next saturday",
    "11-14": "-1 week,1 week ago,last saturday",
    "12-21": "+1 month,next month",
    "10-21": "-1 month,last month",
    "2027-11-21": "+1 year,next year",
    "11-23": "+1 weekday,monday,next monday,next week,monday next week",
    "11-25": "+3 weekdays",
    "11-16": "last monday,this week,monday this week",
    "11-09": "last week",
    "11-01": "first day of this month",
    "12-01": "first day of next month",
    "2027-01-01": "first day of january 2027",
    "11-30": "last day of this month",
    "12-31": "last day of next month",
    "2030-01-15": "2030-01-15,2030-1-15,2030/01/15,01/15/2030,15-01-2030,15.01.2030,15 January 2030,Jan 15 2030",
    "2030-01-01": "2030-01",
    "01-15": "15 jan,jan 15",
    "2030-03-02": "2030-02-30",
    "2030-01-16": "2030-01-15T23:30:00-05:00",
}


def the_day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


@pytest.mark.parametrize(
    ("phrase", "day"), [(phrase, day) for day, phrases in DOCUMENTED.items() for phrase in phrases.split(",")]
)
def test_a_phrase_of_the_document_is_the_day_that_it_says(phrase: str, day: str) -> None:
    assert day_of(phrase, SATURDAY) == day_of(phrase.upper(), SATURDAY) == the_day(day)


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("January 15, 2030", "2030-01-15"),
        ("@1894665600", "2030-01-15"),
        ("15th January 2030 10:30", "2030-01-15"),
        ("sept. 3", "09-03"),
        ("3 may", "05-03"),
        ("february 2028", "2028-02-01"),
        ("march", "03-21"),
        ("last day of february 2028", "2028-02-29"),
        ("first day of next year", "2027-11-01"),
        ("sunday this week", "11-22"),
        ("last week friday", "11-13"),
        ("-1 week monday", "11-16"),
        ("previous friday", "11-20"),
        ("tomorrow +1 week", "11-29"),
        ("2030-01-15 +1 day", "2030-01-16"),
        ("today +36 hours", "11-22"),
        ("+14 hours", "11-22"),
        ("tomorrow noon +12 hours", "11-23"),
        ("1 week 2 days ago", "11-12"),
        ("+2 fortnights", "12-19"),
        ("-90 minutes", "11-21"),
        ("-1 weekday", "11-20"),
        ("+5 weekdays", "11-27"),
        ("-6 weekdays", "11-13"),
        ("2030-01-31 +1 month", "2030-03-03"),  # there is no 31st of February
        ("2028-02-29 +1 year", "2029-03-01"),
    ],
)
def test_phrases_combine(phrase: str, day: str) -> None:
    assert day_of(phrase, SATURDAY) == the_day(day)


@pytest.mark.parametrize(
    "phrase",
    [
        *("", " ", "foo", "week", "next", "2030-13-01", "2030-01-32", "2030-00-10", "15/01/2030", "31.13.2030"),
        *("today foo", "todayx", "+day", "1", "2030", "25:00", "10:61", "next foo", "mondays", "1 day agos"),
        *("+99999 years", "-99999 years", "@999999999999", "+999999999 days", "\N{ARABIC-INDIC DIGIT FIVE} days"),
        *("first day", "2030-01-15T23:30:00-29:00", "x" * 1000, "1 day " * 50),
    ],
)
def test_what_is_no_phrase_is_not_understood(phrase: str) -> None:
    assert day_of(phrase, SATURDAY) is None


@given(st.text() | st.text("0123456789-/.:+@ adefghijklmnorstuwy", max_size=40))
def test_any_text_is_a_day_or_not_understood(phrase: str) -> None:
    day = day_of(phrase, SATURDAY)
    assert day is None or isinstance(day, date)


@given(st.dates(date(1970, 1, 2), date(9999, 12, 30)))
def test_a_date_is_itself_in_every_form(day: date) -> None:
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%b %d %Y")
    written = {f"{day:{form}}".replace(str(day.year), f"{day.year:04}") for form in forms}
    assert {day_of(each, SATURDAY) for each in written} == {day}


def test_days_begin_in_the_zone_of_the_application() -> None:
    evening = datetime(2026, 11, 21, 23, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert day_of("today", evening) == date(2026, 11, 22)
    assert day_of("@1894662000", evening) == date(2030, 1, 15)
    assert span_of("2030-01-15", Clock(evening)).first == 1_894_662_000


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_is_as_long_as_the_clocks_say(day: str, hours: int) -> None:
    first, last = span_of(day, Clock(SATURDAY.astimezone(ZoneInfo("Europe/Berlin"))))
    assert last - first + 1 == hours * 3600


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Adak", "UTC"])
@pytest.mark.parametrize("value", ["0", "253402300799", "9" * 30, "0001-01-01", "9999-12-31", "foo", ""])
def test_the_ends_of_time_are_days_too(zone: str, value: str) -> None:
    first, last = span_of(value, Clock(SATURDAY.astimezone(ZoneInfo(zone))))
    assert first <= last


def test_a_long_phrase_is_not_read() -> None:
    assert day_of("+1 day".ljust(LONGEST), SATURDAY) is not None
    assert day_of("1 day " * LONGEST, SATURDAY) is None
