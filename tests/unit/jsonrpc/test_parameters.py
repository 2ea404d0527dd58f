"""What each type of parameter accepts, and what the function gets: behaviour.md 1.4, "Ours".

Each value is validated twice, by what the application uses and by pydantic's own TypeAdapter: they must agree.
"""

from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from lambdaboard.jsonrpc import (
    Flag,
    Integer,
    IntegerOrBlank,
    Integers,
    Number,
    NumberOrBlank,
    Text,
    Texts,
    Values,
)
from lambdaboard.jsonrpc.validation import validator


def by_pydantic(kind: Any, value: object) -> Any:
    return TypeAdapter(kind, config=ConfigDict(strict=True)).validate_python(value)


def converted(kind: Any, value: object) -> Any:
    got = validator({"it": kind}).validate_python({"it": value})["it"]
    expected = by_pydantic(kind, value)
    assert (got, type(got)) == (expected, type(expected))
    return got


def problem(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refusal:
        validator({"it": kind}).validate_python({"it": value})
    with pytest.raises(ValidationError) as expected:
        by_pydantic(kind, value)
    messages = [error["msg"] for error in refusal.value.errors()]
    assert messages == [error["msg"] for error in expected.value.errors()]
    return messages[0]


NOBODYS = [None, True, False, [], [1], {}, {"a": 1}]  # no kind of number or text takes one of these
WORDS = ["abc", "7abc", "٣", "①", "0x10", "1_000", "--5", "-", "1,5", "NaN", "inf", "-Infinity", "9" * 401, "9" * 5_000]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        (0, 0),
        (-5, -5),
        (10**30, 10**30),
        ("5", 5),
        ("05", 5),
        ("-5", -5),
        ("-0", 0),
        ("9" * 30, 10**30 - 1),
        ("9" * 400, 10**400 - 1),
    ],
)
@pytest.mark.parametrize("kind", [Integer, IntegerOrBlank], ids=["Integer", "IntegerOrBlank"])
def test_an_integer_is_a_json_integer_or_its_digits(kind: Any, value: object, expected: int) -> None:
    assert converted(kind, value) == expected
    assert type(converted(kind, value)) is int


@pytest.mark.parametrize(
    "value",
    [*NOBODYS, *WORDS, 5.0, 5.5, "5.0", "1e3", " 5", "5 ", "5\n", "+5", " "],
    ids=lambda value: repr(value)[:20],
)
@pytest.mark.parametrize("kind", [Integer, IntegerOrBlank], ids=["Integer", "IntegerOrBlank"])
def test_anything_else_is_no_integer(kind: Any, value: object) -> None:
    assert problem(kind, value) == "must be an integer"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        (-5, -5),
        (1.5, 1.5),
        (5.0, 5.0),
        (10**30, 10**30),
        ("5", 5),
        ("05", 5),
        (" 5", 5),
        ("\t-5\n", -5),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        (" 1.5 ", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1.5E-3", 0.0015),
        ("1e+2", 100.0),
        ("1e-999", 0.0),
    ],
)
@pytest.mark.parametrize("kind", [Number, NumberOrBlank], ids=["Number", "NumberOrBlank"])
def test_a_number_is_a_json_number_or_one_in_a_string(kind: Any, value: object, expected: float) -> None:
    assert converted(kind, value) == expected
    assert type(converted(kind, value)) is type(expected)


@pytest.mark.parametrize(
    "value",
    [
        *NOBODYS,
        *WORDS,
        " ",
        ".",
        "e3",
        "1e",
        "1 5",
        "\u00a05",
        "+5",
        "1e400",
        "-1e400",
        10**400,
        float("inf"),
        float("nan"),
    ],
    ids=lambda value: repr(value)[:20],
)
@pytest.mark.parametrize("kind", [Number, NumberOrBlank], ids=["Number", "NumberOrBlank"])
def test_anything_else_is_no_number_and_nothing_is_infinite(kind: Any, value: object) -> None:
    assert problem(kind, value) == "must be a number"


@pytest.mark.parametrize("kind", [IntegerOrBlank, NumberOrBlank], ids=["IntegerOrBlank", "NumberOrBlank"])
def test_an_empty_string_is_zero_where_blank_is_allowed(kind: Any) -> None:
    assert converted(kind, "") == 0
    assert type(converted(kind, "")) is int


@pytest.mark.parametrize(("kind", "expected"), [(Integer, "must be an integer"), (Number, "must be a number")])
def test_an_empty_string_is_no_number_elsewhere(kind: Any, expected: str) -> None:
    assert problem(kind, "") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", ""), ("a", "a"), (" 日本\n", " 日本\n"), (5, "5"), (-5, "-5"), (1.5, "1.5"), (0, "0"), (10**30, str(10**30))],
)
def test_a_text_is_a_string_or_a_number_as_string(value: object, expected: str) -> None:
    assert converted(Text, value) == expected


@pytest.mark.parametrize("value", NOBODYS, ids=repr)
def test_anything_else_is_no_text(value: object) -> None:
    assert problem(Text, value) == "must be a string"


@pytest.mark.parametrize(
    ("value", "expected"), [([], []), (["a", "b"], ["a", "b"]), (["a", 5, 1.5], ["a", "5", "1.5"])]
)
def test_texts_are_a_list_of_strings_and_numbers(value: object, expected: list[str]) -> None:
    assert converted(Texts, value) == expected


@pytest.mark.parametrize("value", [None, "a", 5, True, {}, {"0": "a"}, [None], ["a", True], [["a"], {}]], ids=repr)
def test_anything_else_is_no_list_of_strings_and_is_said_once(value: object) -> None:
    assert problem(Texts, value) == "must be a list of strings"


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), (1, True), ("1", True), (False, False), (0, False), ("0", False)]
)
def test_a_flag_is_a_boolean_or_what_php_makes_of_one(value: object, expected: bool) -> None:
    assert converted(Flag, value) is expected


@pytest.mark.parametrize("value", [None, 2, -1, 1.0, 0.0, "", "true", "yes", " 1", [], [True], {}], ids=repr)
def test_anything_else_is_no_flag(value: object) -> None:
    assert problem(Flag, value) == "must be true or false"


@pytest.mark.parametrize("value", [{}, {"a": [1, None]}, [], ["a", {"b": True}]], ids=repr)
def test_values_are_an_object_or_a_list_as_it_is(value: object) -> None:
    assert converted(Values, value) == value


@pytest.mark.parametrize("value", [None, "a", "", 5, 1.5, True, False], ids=repr)
def test_anything_else_is_no_object(value: object) -> None:
    assert problem(Values, value) == "must be an object"


@pytest.mark.parametrize("value", [[], [5], ["5", -1, 10**30]])
def test_a_list_of_integers_may_have_them_as_texts(value: list[Any]) -> None:
    assert converted(Integers, value) == [int(each) for each in value]


@pytest.mark.parametrize("value", [None, {}, "5", 5, ["a"], [5, 5.0], [True], [None], [[5]]])
def test_anything_else_is_no_list_of_integers(value: Any) -> None:
    assert problem(Integers, value) == "must be a list of integers"


@pytest.mark.parametrize("kind", [Integer, Integers, Number, Text, Texts, Flag, Values])
def test_null_is_none_of_them_unless_the_type_says_so(kind: Any) -> None:
    assert problem(kind, None).startswith("must be ")
    assert converted(kind | None, None) is None


def test_validators_apply_from_the_type_outwards() -> None:
    trimmed = Annotated[
        Text,
        BeforeValidator(lambda value: value.strip()),
        AfterValidator(str.upper),
        BeforeValidator(lambda value: value or "x"),
        "what is no validator",
    ]
    assert [converted(trimmed, value) for value in (" a ", "", " ")] == ["A", "X", ""]
    assert [converted(trimmed | None, value) for value in (" a ", None)] == ["A", None]
    assert converted(Annotated[trimmed | None, BeforeValidator(lambda _: None)], "a") is None


@pytest.mark.parametrize(
    ("kind", "value"), [(int, 5), (str, "5"), (bool, True), (int | float, 5.0), (list[str], ["5"])]
)
def test_an_ordinary_type_is_strict(kind: Any, value: object) -> None:
    assert converted(kind, value) == value
    assert problem(kind, [5])


@pytest.mark.parametrize(
    "kind", [float, list[float], int | str, Any, dict[str, int], Annotated[float, "x"], float | None]
)
def test_a_type_that_no_parameter_can_have_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="no parameter"):
        validator({"it": kind})


def test_no_problem_says_what_was_sent() -> None:
    with pytest.raises(ValidationError) as refusal:
        validator({"it": int, "other": Text}).validate_python({"it": "zqx", "other": ["zqx"]})
    assert refusal.value.error_count() == 2
    assert "zqx" not in str(refusal.value)
