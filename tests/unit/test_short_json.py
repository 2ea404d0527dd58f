"""JSON for people: what the examples in docs/api.md look like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.short_json import WIDTH, short_json

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)


@given(documents)
def test_what_is_not_cut_is_json_of_the_same_value(value: Any) -> None:
    text = short_json(value)
    assert "more" in text or json.loads(text) == value


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ([1, 2, 3, 4, 5], "[1, 2, 3 /* 2 more */]"),
        ([{"first": "x" * 120, "second": "x" * 120}] * 3, None),
        ({name: {"name": name} for name in "abcde"}, None),
        ({name: f"in {name}" for name in "abcde"}, '{"a": "in a", "b": "in b", "c": "in c" /* 2 more */}'),
        ({name: name for name in "abcde"}, '{"a": "a", "b": "b", "c": "c", "d": "d", "e": "e"}'),
        ("x" * 170, f'"{"x" * 110}" /* 60 more characters */'),
        ([], "[]"),
        ({}, "{}"),
        ("ä", '"ä"'),
    ],
)
def test_lists_and_strings_are_cut_but_not_rows(value: Any, wanted: str | None) -> None:
    assert (short_json(value) == wanted) if wanted else ("more */" in short_json(value))


def test_a_row_has_few_lines_and_none_is_too_long() -> None:
    lines = short_json({"result": {f"property_{number}": number for number in range(30)}}).splitlines()
    assert 6 < len(lines) < 12
    assert max(map(len, lines)) <= WIDTH
    assert lines[0] == "{"
    assert lines[-2:] == ["  }", "}"]
