"""Names of params in a header and in the log."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.jsonrpc import listed


def test_names_are_listed_in_their_order() -> None:
    assert listed(["column_id", "Task-2.b"]) == "column_id, Task-2.b"
    assert listed([]) == ""


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a,b", "a\r\nset-cookie: x", "a\n", "é", "\u0661", "a" * 65, "+1", "?"]
)
def test_what_does_not_look_like_a_parameter_is_a_question_mark(name: str) -> None:
    assert listed(["x", name, "y"]) == "x, ?, y"


def test_what_is_too_long_ends_with_how_many_more_there_are() -> None:
    names = [f"{number:064}" for number in range(100)]
    shown = listed(names)
    assert 900 <= len(shown) <= 1_000
    assert shown.endswith(f", +{100 - shown.count(',')}")


@given(names=st.lists(st.text(max_size=70) | st.from_regex(r"\A[A-Za-z0-9_.-]{1,64}\Z"), max_size=60))
def test_no_name_makes_a_list_that_a_header_could_not_hold(names: list[str]) -> None:
    shown = listed(names)
    assert len(shown) <= 1_000
    assert re.fullmatch(r"[A-Za-z0-9_.?+, -]*", shown)
    assert "+" in shown or shown.count(",") == max(len(names) - 1, 0)
