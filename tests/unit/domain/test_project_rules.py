from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.dates import DateFormat
from lambdaboard.domain.project_rules import (
    checked_integer,
    checked_name,
    checked_position,
    checked_project,
    checked_unique,
    iso_dates,
)
from lambdaboard.errors import Reason, Rejected

INT = 2_147_483_647
UTC = ZoneInfo("UTC")

ADDRESSES = (
    "user@localhost", "root@server", "a@bb", "a@b.c", "a@b.123", "a@1.2.3.4", "a@-b.org", "a@b-.org", "a@--",
    "a@b.c.d.e", ".a@example.org", "a.@example.org", "a..b@example.org", ".@example.org", "a@example.1org",
    "a@127.0.0.1", "!#$%&'*+-/=?^_`{|}~@example.org", f"{'a' * 65}@example.org", f"{'a' * 242}@example.org",
)  # fmt: skip
"""What Kanboard takes, up to our limit of 254 characters."""

NO_ADDRESSES = (
    "a@b", "a@b.", "a@.b", "a@.", "a@..", "a@b..c", "a@", "@bb", "@", "a", "a b@example.org", "a@exa mple.org",
    '"a"@example.org', "(a)@example.org", "a,b@example.org", "a:b@example.org", "a;b@example.org", "<a@example.org>",
    "a\\b@example.org", "[a]@example.org", "a@[127.0.0.1]", "a@b_c.org", "a@b@c.org", "é@example.org",
    "a@éxample.org", "a@example.org\n", "\na@example.org", "a@exam\0ple.org", f"{'a' * 243}@example.org",
    f"a@{'b.' * 126}org",
)  # fmt: skip

STORED: list[tuple[str, Any, Any]] = [
    ("name", "Board", "Board"),
    ("name", " A ", " A "),
    ("description", "", ""),
    ("owner_id", 0, 0),
    ("identifier", "", ""),
    ("identifier", "ab12", "AB12"),
    ("identifier", "x" * 50, "X" * 50),
    ("start_date", "", ""),
    ("start_date", "2030-01-15", "2030-01-15"),
    ("end_date", "some day", "some day"),
    ("priority_default", INT, INT),
    ("priority_start", -INT, -INT),
    ("priority_end", 0, 0),
    ("email", "", ""),
    ("email", "Ann.Lee+x@mail.example.org", "Ann.Lee+x@mail.example.org"),
    *(("email", address, address) for address in ADDRESSES),
]

REFUSED: list[tuple[str, Any, Reason]] = [
    ("name", "", Reason.EMPTY),
    ("name", " \t\n", Reason.EMPTY),
    ("name", "\u00a0\u2003\u3000", Reason.EMPTY),
    ("owner_id", -1, Reason.NOT_FOUND),
    ("owner_id", -1, Reason.NOT_FOUND),
    ("identifier", "a-b", Reason.INVALID_VALUE),
    ("identifier", "a\n", Reason.INVALID_VALUE),
    ("identifier", "ß", Reason.INVALID_VALUE),
    ("identifier", "x" * 51, Reason.TOO_LONG),
    ("start_date", "2030-01-015", Reason.TOO_LONG),
    ("end_date", "2030-01-15 ", Reason.TOO_LONG),
    ("priority_default", INT + 1, Reason.OUT_OF_RANGE),
    ("priority_start", -INT - 1, Reason.OUT_OF_RANGE),
    ("priority_end", 10**30, Reason.OUT_OF_RANGE),
    ("email", "example.org", Reason.INVALID_VALUE),
    ("email", "@example.org", Reason.INVALID_VALUE),
    ("email", "a@b@example.org", Reason.INVALID_VALUE),
    ("email", "a@example.org\n", Reason.INVALID_VALUE),
    ("email", "a b@example.org", Reason.INVALID_VALUE),
    *(("email", text, Reason.TOO_LONG if len(text) > 254 else Reason.INVALID_VALUE) for text in NO_ADDRESSES),
]


@pytest.mark.parametrize(("name", "value", "stored"), STORED)
def test_an_accepted_value_is_stored(name: str, value: Any, stored: Any) -> None:
    assert checked_project({name: value}) == {name: stored}


@pytest.mark.parametrize(("name", "value", "reason"), REFUSED)
def test_another_value_is_rejected_and_named(name: str, value: Any, reason: Reason) -> None:
    with pytest.raises(Rejected) as rejection:
        checked_project({"description": "d", name: value})
    assert rejection.value.refusal == f"{name}: {reason}"


def test_what_is_not_given_is_left_out() -> None:
    assert checked_project({"name": None, "description": "d", "email": None}) == {"description": "d"}


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(Rejected):
        assert checked_project({"email": text}) == {"email": text}


@pytest.mark.parametrize(
    ("text", "date_format", "stored"),
    [
        ("", "m/d/Y", ""),
        ("2030-01-15", "m/d/Y", "2030-01-15"),
        ("2030-1-5", "m/d/Y", "2030-01-05"),
        ("01/15/2030", "m/d/Y", "2030-01-15"),
        ("15/01/2030", "d/m/Y", "2030-01-15"),
        ("15.01.2030", "d.m.Y", "2030-01-15"),
        ("9999-12-31", "m/d/Y", "9999-12-31"),
    ],
)
@pytest.mark.parametrize("zone", [UTC, ZoneInfo("America/Sao_Paulo")])
def test_a_date_is_stored_in_iso_8601(text: str, date_format: DateFormat, stored: str, zone: ZoneInfo) -> None:
    assert iso_dates({"start_date": text, "name": text}, zone, date_format) == {"start_date": stored, "name": text}


def test_a_day_without_a_midnight_stays_that_day() -> None:
    assert iso_dates({"end_date": "2018-11-04"}, ZoneInfo("America/Sao_Paulo"), "m/d/Y") == {"end_date": "2018-11-04"}


@pytest.mark.parametrize("text", ["15/01/2030", "some day", "0", "2030-02-30", "1970-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        iso_dates({"end_date": text}, UTC, "m/d/Y")


@pytest.mark.parametrize(("position", "count"), [(1, 1), (1, 3), (3, 3)])
def test_a_position_is_from_one_to_the_number_of_parts(position: int, count: int) -> None:
    assert checked_position(position, count) == position


@pytest.mark.parametrize(("position", "count"), [(0, 3), (4, 3), (-1, 3), (1, 0), (10**30, 3)])
def test_another_position_is_refused(position: int, count: int) -> None:
    with pytest.raises(Rejected):
        checked_position(position, count)


def test_a_name_is_unique_if_none_is_the_same() -> None:
    assert checked_unique(["Bugs", ""], "bugs", "name") == "bugs"
    with pytest.raises(Rejected):
        checked_unique(["Bugs", ""], "", "name")


@pytest.mark.parametrize("name", ["x", " ", "é" * 191])
def test_a_limited_name_has_1_to_191_characters(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", "x" * 192])
def test_another_limited_name_is_refused(name: str) -> None:
    with pytest.raises(Rejected):
        checked_name(name)


def test_an_integer_beyond_32_bits_is_rejected() -> None:
    assert checked_integer(-INT) == -INT
    with pytest.raises(Rejected):
        checked_integer(INT + 1)
