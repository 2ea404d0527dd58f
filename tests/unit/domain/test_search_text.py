import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.search.text import MAX_PATTERN, contains, equals

LONG = "a" * 65_535


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("", "any", True),
        ("", "", True),
        ("login", "Fix LOGIN now", True),
        ("LOGIN", "Fix login now", True),
        ("logins", "Fix login", False),
        ("É", "Éclair", True),
        ("é", "Éclair", False),
        ("k", "\N{KELVIN SIGN}", False),
        ("ÉCLAIR", "Éclair", True),
        ("%", "", True),
        ("%%%", "any", True),
        ("100%", "100", True),
        ("f%n", "Fix login", True),
        ("n%f", "Fix login", False),
        ("o%o", "foo", True),
        ("o%o%o", "foo", False),
        ("_", "", False),
        ("_", "x", True),
        ("_", "\n", True),
        ("f_x", "Fix", True),
        ("f__x", "Fix", False),
        ("er_s", "under_score", True),
        ("_a%a_", "xaay", True),
        ("_a%a_", "xay", False),
        (".", "x", False),
        ("[a]%(b", "x[A] (B", True),
        ("\\_", "\\x", True),
    ],
)
def test_a_text_contains_a_value(value: str, text: str, found: bool) -> None:
    assert contains(value)(text) is found


@given(st.text("aB_%.\n", max_size=8), st.text("abB.\n", max_size=12))
def test_wildcards_mean_what_a_regular_expression_says(value: str, text: str) -> None:
    wildcards = {"%": ".*", "_": "."}
    pattern = "".join(wildcards.get(character) or re.escape(character) for character in value)
    assert contains(value)(text) == bool(re.search(pattern, text, re.DOTALL | re.IGNORECASE))


@given(st.text(), st.text())
def test_any_value_can_be_looked_for_in_any_text(value: str, text: str) -> None:
    assert contains(value)(text + value)


@given(st.text())
def test_folding_changes_ascii_letters_only(text: str) -> None:
    assert all(
        new == old or (new == old.lower() and old.isascii()) for new, old in zip(casefold(text), text, strict=True)
    )


def test_in_a_very_long_value_wildcards_stand_for_themselves() -> None:
    value = "%" + "a" * MAX_PATTERN
    assert contains(value)(f"x{value}x")
    assert not contains(value)("a" * MAX_PATTERN)


@pytest.mark.parametrize(
    "value",
    ["%a" * 500, "%a" * 499 + "%b", "_%" * 500, "a_" * 499 + "b", "a%_" * 300 + "b", "%" * 1_000_000, "a" * 1_000_000],
    ids=lambda value: f"{value[:4]}…{value[-4:]}",
)
def test_a_value_full_of_wildcards_can_be_looked_for_in_a_long_text(value: str) -> None:
    assert contains(value)(LONG) in {True, False}


@given(st.text("aB_%.\n", max_size=8), st.text("abB.\n", max_size=12))
def test_a_text_equals_a_value_as_a_regular_expression_says(value: str, text: str) -> None:
    wildcards = {"%": ".*", "_": "."}
    pattern = "".join(wildcards.get(character) or re.escape(character) for character in value)
    assert equals(value)(text) == bool(re.fullmatch(pattern, text, re.DOTALL | re.IGNORECASE))


def test_a_text_equals_a_very_long_value_only_if_it_is_the_same() -> None:
    value = "%" + "a" * MAX_PATTERN
    assert equals(value)(value.upper())
    assert not equals(value)("b" + value[1:])
