"""From params to arguments, in Kanboard's order of checks: count, names, types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc import Integer, Json, Procedure, RequiredUnless, Text, WrongArguments

if TYPE_CHECKING:
    from collections.abc import Hashable as Context  # any type that does not exist when the program runs

Bind = Callable[[str, Json], dict[str, Any]]


def message(bind: Bind, name: str, params: Json) -> str:
    with pytest.raises((WrongArguments, InvalidParams)) as refusal:
        bind(name, params)
    return str(refusal.value)


def test_params_by_position_follow_the_signature(bind: Bind) -> None:
    assert bind("addNote", ["a", "7", 1.5, ["x"]]) == {"title": "a", "owner_id": 7, "score": 1.5, "tags": ["x"]}


def test_params_by_name_may_come_in_any_order(bind: Bind) -> None:
    assert bind("addNote", {"owner_id": 7, "title": "a"}) == {"title": "a", "owner_id": 7}


def test_an_extension_can_be_given_by_name(bind: Bind) -> None:
    assert bind("addNote", {"owner_id": 7, "title": "a", "pinned": "1"})["pinned"] is True


def test_a_default_is_left_to_the_function(bind: Bind) -> None:
    assert bind("listNotes", []) == bind("listNotes", {}) == {}


@pytest.mark.parametrize(
    ("params", "missing"),
    [
        ([], "title"),
        ({}, "title"),
        (["a"], "owner_id"),
        ({"title": "a"}, "owner_id"),
        ({"owner_id": 1}, "title"),
        ({"x": 1}, "title"),
    ],
)
def test_too_few_params_are_a_wrong_number_and_the_first_missing_one_is_named(
    bind: Bind, params: Json, missing: str
) -> None:
    assert message(bind, "addNote", params) == f"Wrong number of arguments: {missing} is missing"


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("listNotes", [1]),
        ("listNotes", {"x": 1}),
        ("listNotes", [None]),
        ("getNote", [1, 2]),
        ("getNote", {"note_id": 1, "verbose": True}),
        ("getNote", {"note_id": 1, "verbose": None}),
        ("addNote", ["a", 7, 0, [], {}, "", True]),
        ("addNote", {"title": "a", "owner_id": 7} | {f"x{number}": 1 for number in range(5)}),
        ("addNote", {"title": "a", "owner_id": 7, "pinned": "1"} | {f"x{number}": 1 for number in range(5)}),
    ],
)
def test_more_params_than_the_procedure_has_are_too_many(bind: Bind, name: str, params: Json) -> None:
    count = {"listNotes": 0, "getNote": 1, "addNote": 6}[name]
    assert message(bind, name, params) == f"Too many arguments: at most {count}"


def test_extensions_count_for_params_by_name(bind: Bind) -> None:
    params = {"title": "a", "owner_id": 7, "score": 1, "tags": [], "values": {}, "due": "", "pinned": 1}
    assert bind("addNote", params)["pinned"] is True


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"x": 1, "y": 2}, "title"),
        ({"owner_id": 1, "x": 2}, "title"),
        ({"title": 1, "x": 2}, "owner_id"),
        ({"Title": "a", "owner_id": 2}, "title"),
        ({"0": "a", "1": 2}, "title"),
    ],
)
def test_the_first_missing_name_is_reported(bind: Bind, params: Json, name: str) -> None:
    assert message(bind, "addNote", params) == f"Missing argument: {name}"


def test_an_unknown_name_is_ignored_while_the_count_fits(bind: Bind) -> None:
    assert bind("addNote", {"title": "a", "owner_id": 7, "x": 1}) == {"title": "a", "owner_id": 7}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (["a", "x"], "owner_id: must be an integer"),
        ([[], 1], "title: must be a string"),
        ([[], "x"], "title: must be a string"),
        ({"title": "a", "owner_id": 1, "score": "high"}, "score: must be a number"),
        ({"title": "a", "owner_id": 1, "tags": "x"}, "tags: must be a list of strings"),
        ({"title": "a", "owner_id": 1, "values": "x"}, "values: must be an object"),
        ({"title": "a", "owner_id": 1, "pinned": "x"}, "pinned: must be true or false"),
    ],
)
def test_a_wrong_type_names_the_first_parameter(bind: Bind, params: Json, expected: str) -> None:
    assert message(bind, "addNote", params) == expected


def test_the_count_is_checked_before_the_names_and_the_names_before_the_types(bind: Bind) -> None:
    assert message(bind, "addNote", {"owner_id": "x"}) == "Wrong number of arguments: title is missing"
    assert message(bind, "addNote", {"owner_id": "x", "y": 1}) == "Missing argument: title"


def test_a_null_for_an_optional_parameter_means_not_given(bind: Bind) -> None:
    assert bind("addNote", {"title": "a", "owner_id": 7, "score": None, "pinned": None}) == {
        "title": "a",
        "owner_id": 7,
    }
    assert bind("addNote", ["a", 7, None, None, {}]) == {"title": "a", "owner_id": 7, "values": {}}


def test_a_null_is_passed_on_where_the_type_admits_it(bind: Bind) -> None:
    assert bind("addNote", {"title": "a", "owner_id": 7, "due": None})["due"] is None


@pytest.mark.parametrize("params", [[None], {"note_id": None}])
def test_a_null_for_a_required_parameter_is_a_wrong_type(bind: Bind, params: Json) -> None:
    assert message(bind, "getNote", params) == "note_id: must be an integer"


def _short(title: str) -> str:
    if len(title) > 3:
        raise PydanticCustomError("short", "must be short")
    return title


def capped(_context: Context, title: Annotated[Text, AfterValidator(_short)], parent: Integer | None) -> Context:
    return (title, parent)


def test_the_context_and_the_result_may_have_types_that_only_mypy_knows() -> None:
    assert Procedure("capped", capped, "open").signature.bind(["abc", 1]) == {"title": "abc", "parent": 1}


def test_a_required_parameter_may_admit_null() -> None:
    assert Procedure("capped", capped, "open").signature.bind({"title": "a", "parent": None}) == {
        "title": "a",
        "parent": None,
    }


def test_a_rule_adds_to_a_type() -> None:
    with pytest.raises(InvalidParams, match="title: must be short"):
        Procedure("capped", capped, "open").signature.bind(["abcd", 1])


def test_values_are_looked_at_after_the_names_by_a_step_of_their_own() -> None:
    signature = Procedure("capped", capped, "open").signature
    assert signature.named([True, "x"]) == {"title": True, "parent": "x"}
    with pytest.raises(InvalidParams, match="title: must be a string"):
        signature.validated({"title": True, "parent": "x"})


Attached = Annotated[str | None, RequiredUnless(frozenset(("size", "link")))]


def attach(
    _context: Context, note_id: Integer, content: Attached = None, *, size: Integer | None = None, link: Text = ""
) -> None:
    """Do nothing."""


ATTACH = Procedure("attach", attach, "open").signature


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ([1], "Wrong number of arguments: content is missing"),
        ({"note_id": 1}, "Wrong number of arguments: content is missing"),
        ({"note_id": 1, "unknown": 1}, "Missing argument: content"),
        ({"size": 1}, "Missing argument: note_id"),
        ([1, "a", 2], "Too many arguments: at most 2"),
        ({"note_id": 1, "content": "a", "unknown": 1}, "Too many arguments: at most 2"),
    ],
)
def test_a_parameter_that_others_may_replace_is_required_where_none_of_them_is_given(params: Any, problem: str) -> None:
    with pytest.raises(WrongArguments, match=problem):
        ATTACH.bind(params)


def test_a_parameter_that_others_may_replace_can_be_left_out_with_any_of_them() -> None:
    assert ATTACH.bind({"note_id": 1, "size": 5}) == {"note_id": 1, "size": 5}
    assert ATTACH.bind({"note_id": 1, "link": "x"}) == {"note_id": 1, "link": "x"}
    assert ATTACH.bind({"note_id": 1, "content": None, "size": 5}) == {"note_id": 1, "content": None, "size": 5}
    assert ATTACH.bind([1, None]) == {"note_id": 1, "content": None}


def test_an_extension_without_a_default_is_required_and_cannot_come_by_position() -> None:
    def extended(_context: Context, *, note_id: Integer) -> None:
        """Do nothing."""

    signature = Procedure("extended", extended, "open").signature
    assert signature.bind({"note_id": 1}) == {"note_id": 1}
    with pytest.raises(WrongArguments, match="Too many arguments: at most 0"):
        signature.bind([1])
