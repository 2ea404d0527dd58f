"""Metadata of tasks and of projects, by the same tests; every rule is from behaviour.md 4, or context.md 13."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything

from lambdaboard.store import keys
from lambdaboard.store.actions import number, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


class Family(NamedTuple):
    """The four procedures of one kind of parents."""

    get_all: str
    get_one: str
    save: str
    remove: str
    made: Callable[[Client, Project], int]


FAMILIES = {
    "task": Family("getTaskMetadata", "getTaskMetadataByName", "saveTaskMetadata", "removeTaskMetadata", a_task),
    "project": Family(
        "getProjectMetadata",
        "getProjectMetadataByName",
        "saveProjectMetadata",
        "removeProjectMetadata",
        lambda call, _: int(call("createProject", "Project")),
    ),
}


@pytest.fixture(params=FAMILIES)
def of(request: pytest.FixtureRequest) -> Family:
    """The procedures of tasks, then those of projects."""
    return FAMILIES[request.param]


UNKNOWN: list[Any] = [0, "0", -1, 999_999, 10**13]

SOME_VALUES: list[Any] = [{"a": "b"}, {}, []]

NAMES = [
    "",
    "10",
    "9",
    "C",
    "_",
    "a",
    "b",
    "é",
    "日本",
    " ",
    "a b",
    "../x",
    "q\"'",
    "line\nbreak",
    "A",
    "\0",
    "#",
    "😀",
]

VALUES = [
    ("text", "text"),
    ("", ""),
    ("a\r\nb\0", "a\r\nb\0"),
    ("x" * 100_000, "x" * 100_000),
    (5, "5"),
    (-5, "-5"),
    (1.5, "1.5"),
    (1.0, "1"),
    (10**25, "1" + "0" * 25),
    (0, "0"),
    ("0", "0"),
    (True, "1"),
    (False, ""),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_value_is_stored_as_its_text(call: Client, board: Project, of: Family, value: Any, text: str) -> None:
    parent = of.made(call, board)
    assert call(of.save, parent, {"name": value}) is True
    assert call(of.get_all, parent) == {"name": text}
    assert call.documented(of.get_all, parent) == [{"name": text}]
    assert call(of.get_one, parent, "name") == text
    assert call.documented(of.get_one, parent, "name") == text


def test_null_stays_null_in_the_object_and_is_an_empty_text_by_name(call: Client, board: Project, of: Family) -> None:
    parent = of.made(call, board)
    assert call(of.save, parent, {"name": None}) is True
    assert call(of.get_all, parent) == {"name": None}
    assert call(of.get_one, parent, "name") == ""


@pytest.mark.parametrize("value", [[], {}, ["a"], {"a": "b"}])
def test_a_list_or_an_object_as_a_value_is_an_error_and_nothing_is_stored(
    call: Client, stores: Stores, board: Project, of: Family, value: Any
) -> None:
    parent = of.made(call, board)
    before = everything(stores)
    error = call.error(of.save, parent, {"good": "a", "bad": value})
    assert (error["code"], "values" in error["data"]) == (-32602, True)
    assert everything(stores) == before


@pytest.mark.parametrize("values", ["text", 5, True, None])
def test_values_that_are_no_object_are_an_error_and_nothing_is_stored(
    call: Client, stores: Stores, board: Project, of: Family, values: Any
) -> None:
    parent = of.made(call, board)
    before = everything(stores)
    error = call.error(of.save, parent, values)
    assert (error["code"], "values" in error["data"]) == (-32602, True)
    assert everything(stores) == before


def test_any_name_goes_and_they_are_ordered_by_code_point(call: Client, board: Project, of: Family) -> None:
    parent = of.made(call, board)
    assert call(of.save, parent, {name: f"value of {name}" for name in reversed(NAMES)}) is True
    assert [*call(of.get_all, parent)] == sorted(NAMES)
    for name in NAMES:
        assert call(of.get_one, parent, name) == f"value of {name}"
    assert call(of.get_one, parent, 9) == "value of 9"
    assert call(of.get_one, parent, "c") == ""


def test_a_name_may_have_1000_bytes(call: Client, stores: Stores, board: Project, of: Family) -> None:
    parent = of.made(call, board)
    longest = ["n" * 1000, "é" * 500, "日" * 333]
    assert call(of.save, parent, dict.fromkeys(longest, "a")) is True
    assert call(of.get_one, parent, longest[1]) == "a"
    before = everything(stores)
    for name in ("n" * 1001, "é" * 501, "n" * 100_000):
        assert call(of.save, parent, {"good": "a", name: "a"}) is False
        assert call(of.get_one, parent, name) == ""
        assert call(of.remove, parent, name) is False
    assert everything(stores) == before


def test_saving_adds_and_replaces_and_keeps_the_others(call: Client, board: Project, of: Family) -> None:
    parent = of.made(call, board)
    saved: list[Any] = [{"a": "1", "b": "2"}, {"b": "3", "c": "4"}, {"b": "3"}, {}, []]
    for values in saved:
        assert call(of.save, parent, values) is True
    assert call(of.get_all, parent) == {"a": "1", "b": "3", "c": "4"}
    assert call(of.save, parent, ["x", "y"]) is True
    assert call(of.get_all, parent) == {"0": "x", "1": "y", "a": "1", "b": "3", "c": "4"}


def test_removing_takes_one_name_once(call: Client, board: Project, of: Family) -> None:
    parent = of.made(call, board)
    call(of.save, parent, {"a": "1", "5": "2", "": "3"})
    for name in ("a", 5, ""):
        assert call(of.remove, parent, name) is True
        assert call(of.remove, parent, name) is False
    assert call(of.get_all, parent) == {}


def test_what_is_unknown_has_none_and_takes_none(call: Client, stores: Stores, board: Project, of: Family) -> None:
    before = everything(stores)
    for parent in UNKNOWN:
        assert call(of.get_all, parent) == {}
        assert call.documented(of.get_all, parent) == []
        assert call(of.get_one, parent, "a") == ""
        assert call(of.remove, parent, "a") is False
        for values in SOME_VALUES:
            assert call(of.save, parent, values) is False
    assert everything(stores) == before


def test_what_has_none_has_an_empty_object_or_list(call: Client, board: Project, of: Family) -> None:
    parent = of.made(call, board)
    assert call(of.get_all, parent) == {}
    assert call.documented(of.get_all, parent) == []


def test_each_task_has_its_own_open_or_closed_and_no_date_changes(call: Client, stores: Stores, board: Project) -> None:
    first, second = a_task(call, board), a_task(call, board)
    call("closeTask", first)
    backdate(stores, first)
    assert call("saveTaskMetadata", str(first), {"a": "1"}) is True
    assert call("removeTaskMetadata", first, "b") is False
    assert (call("getTaskMetadata", first), call("getTaskMetadata", second)) == ({"a": "1"}, {})
    assert call("getTask", first)["date_modification"] == LONG_AGO


def test_a_project_has_its_own_beside_its_tasks_active_or_not_and_its_last_change_stays(
    call: Client, stores: Stores, board: Project
) -> None:
    other, task = call("createProject", "Other"), a_task(call, board)
    call("disableProject", board.id)
    stores.table.write(put(keys.last_change(board.id), {"n": number(LONG_AGO)}))
    assert call("saveProjectMetadata", str(board.id), {"a": "1"}) is True
    assert call("removeProjectMetadata", board.id, "b") is False
    found = [call("getProjectMetadata", board.id), call("getProjectMetadata", other), call("getTaskMetadata", task)]
    assert found == [{"a": "1"}, {}, {}]
    assert call("getProjectById", board.id)["last_modified"] == LONG_AGO


def test_one_call_takes_90_names_and_350_000_bytes_a_value(
    call: Client, stores: Stores, board: Project, of: Family
) -> None:
    parent = of.made(call, board)
    assert call(of.save, parent, {f"name {place}": "a" for place in range(90)}) is True
    assert call(of.save, parent, {"large": "é" * 175_000}) is True
    before = everything(stores)
    too_much: list[dict[str, str]] = [
        {f"other {place}": "a" for place in range(91)},
        {"large": "x" * 350_001},
        {f"large {place}": "x" * 350_000 for place in range(11)},
    ]
    for values in too_much:
        error = call.error(of.save, parent, values)
        assert (error["code"], "values" in error["data"]) == (-32602, True)
    assert everything(stores) == before


@pytest.mark.parametrize("value", [0, 1.5, []])
def test_what_is_far_too_much_takes_hardly_more_memory_than_to_read_it(call: Client, of: Family, value: Any) -> None:
    values = [value] * 10_000
    call.error(of.save, 1, values)
    params = {"jsonrpc": "2.0", "method": of.save, "params": [1, values]}
    body = msgspec.json.encode(params)
    tracemalloc.start()
    call.post(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * len(body)
