"""Numbers in keys are short, and sort as the numbers do."""

from hypothesis import example, given
from hypothesis import strategies as st

from lambdaboard.domain import sortable

NUMBERS = st.integers(0, 10**12)


@given(NUMBERS, NUMBERS)
@example(35, 36)
@example(0, 1)
def test_they_sort_as_the_numbers_with_any_suffix(one: int, other: int) -> None:
    assert (sortable.encode(one) + "z" < sortable.encode(other) + "#") == (one < other)


@given(NUMBERS, st.text())
def test_they_are_read_from_the_beginning_of_a_string_without_a_separator(number: int, rest: str) -> None:
    written, behind = sortable.split(sortable.encode(number) + rest)
    assert (sortable.decode(written), behind) == (number, rest)


def test_they_are_short() -> None:
    written = [sortable.encode(number) for number in (0, 12, 35, 36, 1_000_000, 10**12 - 1)]
    assert written == ["10", "1c", "1z", "210", "4lfls", "8cre66i9r"]
