"""updateTask; every rule is from behaviour.md 3.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything, lane

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

INT = 2_147_483_647
FULL = {"title": "Old", "color_id": "red", "description": "Text", "score": 3, "priority": 2, "reference": "REF"}
FULL |= {"time_spent": 1.5, "time_estimated": 4, "tags": ["a", "b"], "date_due": "2030-01-15", "recurrence_factor": 7}

STORED: dict[str, list[tuple[Any, Any]]] = {
    "title": [("New", "New"), (" New ", " New "), ("0", "0"), (0, "0"), ("x" * 65_535, "x" * 65_535)],
    "color_id": [("blue", "blue"), ("Mauve", "Mauve"), ("", "yellow"), (0, "yellow"), ("0", "yellow")],
    "owner_id": [(0, 0), ("0", 0)],
    "description": [("", ""), (5, "5")],
    "category_id": [("", 0), (0, 0)],
    "score": [("", 0), ("-5", -5), (INT, INT)],
    "priority": [("", 0), (-INT, -INT)],
    "recurrence_factor": [("", 0), (9, 9)],
    "reference": [("", ""), ("r" * 191, "r" * 191)],
    "time_spent": [("", 0), ("1e3", 1000), (2.25, 2.25), (-1, -1)],
    "time_estimated": [("", 0), (10**30, 10**30)],
    "date_due": [("", 0)],
    "date_started": [("", 0)],
}

REFUSED: dict[str, list[Any]] = {
    "title": ["", " ", "\t\r\n", "\u00a0\u2003\u3000", "x" * 65_536],
    "color_id": ["c" * 256],
    "owner_id": [1, -1],
    "category_id": [999_999, -1],
    "score": [INT + 1],
    "recurrence_basedate": [-INT - 1],
    "reference": ["r" * 192],
    "date_due": ["soon"],
    "date_started": [0],
}

OF_ANOTHER_TYPE = [("owner_id", " "), ("owner_id", False), ("title", []), ("score", 5.0), ("tags", "a"), ("tags", {})]


@pytest.mark.parametrize("name", STORED)
def test_an_accepted_value_is_stored(call: Client, board: Project, name: str) -> None:
    task_id = a_task(call, board, **FULL)
    for value, stored in STORED[name]:
        assert call("updateTask", id=task_id, **{name: value}) is True
        found = call("getTask", task_id)[name]
        assert (found, type(found)) == (stored, type(stored)), value


@pytest.mark.parametrize("name", REFUSED)
def test_one_refused_value_refuses_the_whole_call(
    call: Client, stores: Stores, board: Project, foreign: Project, name: str
) -> None:
    task_id = a_task(call, board, **FULL)
    before = everything(stores)
    for value in [*REFUSED[name], *([foreign.categories[0].id] if name == "category_id" else [])]:
        given = {"id": task_id, "description": "New", "tags": ["new"], name: value}
        assert call("updateTask", **given) is False, value
        assert call.documented("updateTask", **given) is False, value
    assert everything(stores) == before


def test_a_value_of_another_type_is_an_error_that_names_it_and_changes_nothing(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board, **FULL)
    before = everything(stores)
    for name, value in OF_ANOTHER_TYPE:
        error = call.error("updateTask", **{"id": task_id, "title": "New", name: value})
        assert (error["code"], name in error["data"]) == (-32602, True), (name, value)
    assert everything(stores) == before


@pytest.mark.parametrize("task_id", [0, "0", -1, 999_999, 10**13])
def test_an_unknown_task_is_false(call: Client, task_id: Any) -> None:
    assert call("updateTask", id=task_id, title="New") is False


@pytest.mark.parametrize("task_id", ["task", 1.0, None, True, []])
def test_what_is_no_id_is_an_error(call: Client, task_id: Any) -> None:
    assert "id" in call.error("updateTask", id=task_id, title="New")["data"]


def test_what_is_null_or_not_given_stays(call: Client, board: Project) -> None:
    task_id = a_task(call, board, **FULL)
    before = call("getTask", task_id)
    assert call("updateTask", id=task_id, **dict.fromkeys(FULL)) is True
    assert call("updateTask", id=task_id) is True
    after = call("getTask", task_id)
    assert after | {"date_modification": 0} == before | {"date_modification": 0}


def test_the_date_of_modification_is_renewed_and_no_other(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    backdate(stores, task_id)
    assert call("updateTask", id=task_id) is True
    task = call("getTask", task_id)
    assert task["date_modification"] > LONG_AGO
    assert (task["date_creation"], task["date_moved"], task["date_completed"]) == (LONG_AGO, LONG_AGO, None)


def test_what_cannot_be_changed_is_ignored(call: Client, board: Project) -> None:
    first, second = a_task(call, board), a_task(call, board)
    elsewhere = {"column_id": board.columns[1].id, "swimlane_id": board.swimlanes[1].id, "position": 1}
    fixed = {"is_active": 0, "creator_id": 3, "date_creation": 5, "date_completed": 5, "recurrence_child": 4}
    before = call("getTask", second)
    assert call("updateTask", id=second, title="New", **elsewhere, **fixed) is True
    after = call("getTask", second)
    changed = {name for name in before if before[name] != after[name]} - {"date_modification"}
    assert changed == {"title"}
    assert lane(call, board) == [first, second]


def test_a_closed_task_can_be_changed_and_stays_closed(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    call("closeTask", task_id)
    completed = call("getTask", task_id)["date_completed"]
    assert call("updateTask", id=task_id, title="New", date_due="2020-01-01") is True
    task = call("getTask", task_id)
    assert (task["title"], task["is_active"], task["date_completed"]) == ("New", 0, completed)
    assert call("getOverdueTasksByProject", board.id) == []


def test_a_task_grown_too_large_is_an_error_that_names_the_longest_text(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board, description="x" * 150_000)
    before = everything(stores)
    error = call.error("updateTask", id=task_id, title="x" * 60_000)
    assert (error["code"], "description" in error["data"]) == (-32602, True)
    assert everything(stores) == before


def test_nothing_recurs_by_an_update(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for trigger in (0, 1, 2):
        assert call("updateTask", id=task_id, recurrence_status=1, recurrence_trigger=trigger) is True
    assert len(call("getAllTasks", board.id)) == 1
