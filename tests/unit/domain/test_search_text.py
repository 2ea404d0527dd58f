import re
import sys
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.search import text as module
from lambdaboard.domain.search.normalization import MAX_MARKS, composed, normalized
from lambdaboard.domain.search.text import MAX_PATTERN, TRIED, begins, contains, equals

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
        ("é", "Éclair", True),
        ("ärger", "Großer ÄRGER", True),
        ("a\u0308rger", "Ärger", True),
        ("ärger", "A\u0308rger", True),
        ("a", "ä", False),
        ("a", "a\u0308", False),
        ("ПРИВЕТ", "привет, мир", True),
        ("ΟΔΟΣ", "οδος", True),
        ("οδος", "ΟΔΟΣ", True),
        ("STRASSE", "Hauptstraße", True),
        ("k", "\N{KELVIN SIGN}", True),
        ("x2", "x²", False),
        ("d_r", "Mädür", True),
        ("_r", "u\u0308r", True),
        ("d%m", "ДОМ", False),
        ("д%м", "ДОМ", True),
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
    assert contains(value)(f"{text} {value}")  # a blank: a mark at the beginning belongs to the letter before it


LETTERS = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="%_"), max_size=20)
FORMS: list[Literal["NFC", "NFD"]] = ["NFC", "NFD"]


@given(LETTERS, st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_neither_letter_case_nor_composition_makes_a_difference(text: str, one: Any, other: Any) -> None:
    written, asked = (unicodedata.normalize(form, text) for form in (one, other))
    for each in (written, written.casefold()):
        assert equals(asked)(each)
        assert contains(asked)(f"({each})")
        assert begins(asked)(f"{each}.")


@given(st.text(st.characters(codec="ascii")))
def test_of_a_text_in_ascii_only_the_letter_case_is_changed(text: str) -> None:
    assert (normalized(text), composed(text)) == (text.lower(), text)


def test_a_text_with_marks_without_end_is_compared_as_it_is_but_for_letter_case() -> None:
    marks = "\u0301\u0316" * MAX_MARKS
    assert normalized(f"A\u0308{marks}É") == f"a\u0308{marks}é"
    assert normalized("A\u0308" * 1_000) == "ä" * 1_000
    assert contains("b")("a" + "\u0301\u0316" * 90_000 + "B")
    assert not contains("\u0301" * 5_000)("a" + "\u0316\u0301" * 90_000)


def test_signs_that_are_no_letters_may_follow_each_other_without_end() -> None:
    assert normalized("━" * 1_000 + "A\u0308") == "━" * 1_000 + "ä"


def test_in_a_very_long_value_wildcards_are_ordinary_characters() -> None:
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
    assert equals("é" + value)("E\u0301" + value)
    assert not equals(value)("b" + value[1:])


@pytest.mark.parametrize("tried", [0, 1, 3])
@given(value=st.text("aB_%.\n", max_size=8), text=st.text("abB.\n", max_size=12))
def test_both_ways_to_find_a_run_mean_the_same(tried: int, value: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(module, "TRIED", tried)
        found = contains(value)(text), equals(value)(text), begins(value)(text)
    assert found == (contains(value)(text), equals(value)(text), begins(value)(text))


def steps(matches: Callable[[str], bool], text: str) -> int:
    """Return how many lines of Python a test of a text runs."""
    count = 0

    def trace(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        matches(text)
    finally:
        sys.settrace(before)
    return count


PATTERNS = [
    "_" * 990,
    "_" * 989 + "b",
    "a_" * 494 + "b",
    "%".join(["a_b"] * 250),
    "a_%" * 330,
    "%_" * 400,
    "a_b",
    "%a" * 500,
]


@pytest.mark.parametrize("test", [contains, equals, begins])
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"{pattern[:6]}, {len(pattern)}")
def test_the_steps_of_a_match_grow_with_the_text_and_not_with_the_pattern(
    monkeypatch: pytest.MonkeyPatch, test: Callable[[str], Callable[[str], bool]], pattern: str
) -> None:
    monkeypatch.setattr(module, "TRIED", 10)
    compiled = test(pattern)
    sizes = (10_000, 20_000, 40_000)
    for unit in ("a", "ab", "aab"):
        counted = [steps(compiled, unit * (size // len(unit))) for size in sizes]
        for size, count in zip(sizes, counted, strict=True):
            assert count <= 5 * size + 200 * len(pattern)
        assert all(larger <= 2.1 * smaller + 100 for smaller, larger in pairwise(counted))


def test_no_pattern_is_compiled_while_texts_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    tests = [test("a_b%c_d%e_f") for test in (contains, equals, begins)]
    monkeypatch.setattr(module.Run, "of", None)
    monkeypatch.setattr(re, "compile", None)
    assert [matches("axb cxd exf") for matches in tests] == [True] * 3
    assert TRIED >= 100
