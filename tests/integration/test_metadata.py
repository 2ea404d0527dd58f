"""Task metadata; every rule is from behaviour.md 4."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

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
def test_a_value_is_stored_as_its_text(call: Client, board: Project, value: Any, text: str) -> None:
    task_id = a_task(call, board)
    assert call("saveTaskMetadata", task_id, {"name": value}) is True
    assert call("getTaskMetadata", task_id) == {"name": text}
    assert call.documented("getTaskMetadata", task_id) == [{"name": text}]
    assert call("getTaskMetadataByName", task_id, "name") == text
    assert call.documented("getTaskMetadataByName", task_id, "name") == text


def test_null_stays_null_in_the_object_and_is_an_empty_text_by_name(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    assert call("saveTaskMetadata", task_id, {"name": None}) is True
    assert call("getTaskMetadata", task_id) == {"name": None}
    assert call("getTaskMetadataByName", task_id, "name") == ""


@pytest.mark.parametrize("value", [[], {}, ["a"], {"a": "b"}])
def test_a_list_or_an_object_as_a_value_is_an_error_and_nothing_is_stored(
    call: Client, stores: Stores, board: Project, value: Any
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    error = call.error("saveTaskMetadata", task_id, {"good": "a", "bad": value})
    assert (error["code"], "values" in error["data"]) == (-32602, True)
    assert everything(stores) == before


@pytest.mark.parametrize("values", ["text", 5, True, None])
def test_values_that_are_no_object_are_an_error_and_nothing_is_stored(
    call: Client, stores: Stores, board: Project, values: Any
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    error = call.error("saveTaskMetadata", task_id, values)
    assert (error["code"], "values" in error["data"]) == (-32602, True)
    assert everything(stores) == before


def test_any_name_goes_and_they_are_ordered_by_code_point(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    assert call("saveTaskMetadata", task_id, {name: f"value of {name}" for name in reversed(NAMES)}) is True
    assert [*call("getTaskMetadata", task_id)] == sorted(NAMES)
    for name in NAMES:
        assert call("getTaskMetadataByName", task_id, name) == f"value of {name}"
    assert call("getTaskMetadataByName", task_id, 9) == "value of 9"
    assert call("getTaskMetadataByName", task_id, "c") == ""


def test_a_name_may_have_1000_bytes(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    longest = ["n" * 1000, "é" * 500, "日" * 333]
    assert call("saveTaskMetadata", task_id, dict.fromkeys(longest, "a")) is True
    assert call("getTaskMetadataByName", task_id, longest[1]) == "a"
    before = everything(stores)
    for name in ("n" * 1001, "é" * 501, "n" * 100_000):
        assert call("saveTaskMetadata", task_id, {"good": "a", name: "a"}) is False
        assert call("getTaskMetadataByName", task_id, name) == ""
        assert call("removeTaskMetadata", task_id, name) is False
    assert everything(stores) == before


def test_saving_adds_and_replaces_and_keeps_the_others(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    saved: list[Any] = [{"a": "1", "b": "2"}, {"b": "3", "c": "4"}, {"b": "3"}, {}, []]
    for values in saved:
        assert call("saveTaskMetadata", task_id, values) is True
    assert call("getTaskMetadata", task_id) == {"a": "1", "b": "3", "c": "4"}
    assert call("saveTaskMetadata", task_id, ["x", "y"]) is True
    assert call("getTaskMetadata", task_id) == {"0": "x", "1": "y", "a": "1", "b": "3", "c": "4"}


def test_removing_takes_one_name_once(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    call("saveTaskMetadata", task_id, {"a": "1", "5": "2", "": "3"})
    for name in ("a", 5, ""):
        assert call("removeTaskMetadata", task_id, name) is True
        assert call("removeTaskMetadata", task_id, name) is False
    assert call("getTaskMetadata", task_id) == {}


def test_an_unknown_task_has_none_and_takes_none(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores)
    for task_id in UNKNOWN:
        assert call("getTaskMetadata", task_id) == {}
        assert call.documented("getTaskMetadata", task_id) == []
        assert call("getTaskMetadataByName", task_id, "a") == ""
        assert call("removeTaskMetadata", task_id, "a") is False
        for values in SOME_VALUES:
            assert call("saveTaskMetadata", task_id, values) is False
    assert everything(stores) == before


def test_a_task_without_any_has_an_empty_object_or_list(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    assert call("getTaskMetadata", task_id) == {}
    assert call.documented("getTaskMetadata", task_id) == []


def test_each_task_has_its_own_open_or_closed_and_no_date_changes(call: Client, stores: Stores, board: Project) -> None:
    first, second = a_task(call, board), a_task(call, board)
    call("closeTask", first)
    backdate(stores, first)
    assert call("saveTaskMetadata", str(first), {"a": "1"}) is True
    assert call("removeTaskMetadata", first, "b") is False
    assert (call("getTaskMetadata", first), call("getTaskMetadata", second)) == ({"a": "1"}, {})
    assert call("getTask", first)["date_modification"] == LONG_AGO


def test_one_call_takes_90_names_and_350_000_bytes_a_value(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    assert call("saveTaskMetadata", task_id, {f"name {place}": "a" for place in range(90)}) is True
    assert call("saveTaskMetadata", task_id, {"large": "é" * 175_000}) is True
    before = everything(stores)
    too_much: list[dict[str, str]] = [
        {f"other {place}": "a" for place in range(91)},
        {"large": "x" * 350_001},
        {f"large {place}": "x" * 350_000 for place in range(11)},
    ]
    for values in too_much:
        error = call.error("saveTaskMetadata", task_id, values)
        assert (error["code"], "values" in error["data"]) == (-32602, True)
    assert everything(stores) == before


@pytest.mark.parametrize("value", [0, 1.5, []])
def test_what_is_far_too_much_takes_hardly_more_memory_than_to_read_it(call: Client, value: Any) -> None:
    values = [value] * 10_000
    call.error("saveTaskMetadata", 1, values)
    params = {"jsonrpc": "2.0", "method": "saveTaskMetadata", "params": [1, values]}
    body = msgspec.json.encode(params)
    tracemalloc.start()
    call.post(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * len(body)
