"""createTask; every rule is from behaviour.md 3.1."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_board, a_task, everything, lane

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

INT = 2_147_483_647
INTEGERS = ("score", "recurrence_factor")
HOURS = ("time_spent", "time_estimated")

SAME: dict[str, list[Any]] = {
    "title": ["0", "\0", "x" * 65_535, "é" * 65_535, " <b>\r\n\0日本 "],
    "description": ["", "a\nb\0", " "],
    "color_id": ["red", "Mauve", "m" * 255],
    "owner_id": [0],
    "creator_id": [0],
    "reference": ["", "r" * 191, "日" * 191, " R "],
    **{name: [0, 7, INT, -INT] for name in INTEGERS},
    **{name: [None, 0, 5, 1.5, -2, 10**30, 1e300, 100.1] for name in HOURS},
}
"""Values that are stored as they are given."""

READ: dict[str, list[tuple[Any, Any]]] = {
    "title": [(0, "0"), (5, "5")],
    "description": [(None, ""), (1.5, "1.5")],
    "color_id": [("", "yellow"), (None, "yellow"), (0, "yellow")],
    "owner_id": [("0", 0), (None, 0)],
    "creator_id": [(None, 0)],
    "category_id": [("", 0), (0, 0), (None, 0)],
    "reference": [(42, "42"), (None, "")],
    **{name: [("", 0), ("0", 0), (None, 0)] for name in ("owner_id", "creator_id")},
    **{name: [("-5", -5), ("05", 5), ("", 0), (None, 0)] for name in INTEGERS},
    **{name: [("1.5", 1.5), ("1e3", 1000), (" 5", 5), ("", 0), (3.0, 3)] for name in HOURS},
}
"""Values that are stored on_condition_failed: as given, as stored."""

REFUSED: dict[str, list[Any]] = {
    "title": ["", " ", "\t\r\n", "\u00a0\u2003\u3000", "x" * 65_536],
    "owner_id": [1, -1, 10**13],
    "creator_id": [1],
    "category_id": [999_999, -1],
    "color_id": ["m" * 256],
    "reference": ["r" * 192],
    **{name: [INT + 1, -INT - 1, 10**30] for name in INTEGERS},
    "date_due": ["tomorrow"],
    "date_started": ["2030-02-30"],
    "swimlane_id": [0, "0", -1],
}

OF_ANOTHER_TYPE: dict[str, list[Any]] = {
    "title": [None, True, ["a"], {"a": 1}],
    "description": [["a"], False],
    "color_id": [{}],
    "reference": [[]],
    "owner_id": ["me", " ", True],
    "category_id": ["bugs", 1.5],
    "score": [5.0, "5.0", " 5", "+5", "1e3", True, [1]],
    "priority": ["high"],
    "recurrence_status": [[1], 0.5],
    "time_spent": ["long", True],
    "time_estimated": [[], "1,5", "NaN", "inf"],
    "date_due": [[], True],
    "date_started": [{}],
    "tags": ["urgent", {"0": "urgent"}, [["urgent"]], [None], [True]],
    "column_id": ["Ready", 1.5, False],
    "swimlane_id": ["Main", True],
}


@pytest.mark.parametrize("name", SAME)
def test_an_accepted_value_is_stored_as_it_is(call: Client, board: Project, name: str) -> None:
    for value in SAME[name]:
        assert call("getTask", a_task(call, board, **{name: value}))[name] == value


@pytest.mark.parametrize("name", READ)
def test_other_forms_of_a_value_are_read(call: Client, board: Project, name: str) -> None:
    for value, stored in READ[name]:
        found = call("getTask", a_task(call, board, **{name: value}))[name]
        assert (found, type(found)) == (stored, type(stored)), value


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_value_is_answered_false_and_makes_nothing(
    call: Client, stores: Stores, board: Project, name: str
) -> None:
    before = everything(stores)
    for value in REFUSED[name]:
        given = {"title": "Task", "project_id": board.id, "tags": ["new"], name: value}
        assert call("createTask", **given) is False, value
        assert call.documented("createTask", **given) is False, value
    assert everything(stores) == before


@pytest.mark.parametrize("name", OF_ANOTHER_TYPE)
def test_a_value_of_another_type_is_an_error_that_names_the_parameter_and_makes_nothing(
    call: Client, stores: Stores, board: Project, name: str
) -> None:
    before = everything(stores)
    for value in OF_ANOTHER_TYPE[name]:
        error = call.error("createTask", **{"title": "Task", "project_id": board.id, name: value})
        assert error["code"] == -32602
        assert name in error["data"]
    assert everything(stores) == before


def test_all_recurrence_settings_are_stored_unchecked(call: Client, board: Project) -> None:
    names = [f"recurrence_{part}" for part in ("status", "trigger", "factor", "timeframe", "basedate")]
    given = dict(zip(names, (5, 6, -7, 8, 9), strict=True))
    task = call("getTask", a_task(call, board, **given))
    assert {name: task[name] for name in names} == given


@pytest.mark.parametrize("project_id", [0, -1, 999_999, 10**13, "999999"])
def test_an_unknown_project_is_0_as_kanboard_says_and_false_as_documented(call: Client, project_id: Any) -> None:
    assert call("createTask", "Task", project_id) == 0
    assert call("createTask", "Task", project_id) is not False
    assert call.documented("createTask", "Task", project_id) is False


@pytest.mark.parametrize("name", ["column_id", "swimlane_id"])
def test_an_unknown_or_foreign_place_is_0_as_kanboard_says_and_false_as_documented(
    call: Client, stores: Stores, board: Project, foreign: Project, name: str
) -> None:
    before = everything(stores)
    parts = foreign.columns if name == "column_id" else foreign.swimlanes
    for place_id in (parts[0].id, 999_999, 10**12):
        given = {"title": "Task", "project_id": board.id, name: place_id}
        assert call("createTask", **given) is not False
        assert call("createTask", **given) == 0
        assert call.documented("createTask", **given) is False
    assert everything(stores) == before


def test_a_foreign_category_is_refused(call: Client, board: Project, foreign: Project) -> None:
    assert call("createTask", title="Task", project_id=board.id, category_id=foreign.categories[0].id) is False
    task = call("getTask", a_task(call, board, category_id=str(board.categories[1].id)))
    assert task["category_id"] == board.categories[1].id


@pytest.mark.parametrize("column_id", [0, "0", "", None])
def test_no_column_means_the_first_by_position(call: Client, stores: Stores, column_id: Any) -> None:
    board = a_board(stores)
    first, second, third = board.columns
    turned = (msgspec.structs.replace(first, position=9), second, third)
    stores.table.write(
        *stores.projects.replace_actions(stores.projects.get(board.id), msgspec.structs.replace(board, columns=turned))
    )
    assert call("getTask", a_task(call, board, column_id=column_id))["column_id"] == second.id


@pytest.mark.parametrize("swimlane_id", [None, ""])
def test_no_swimlane_means_the_first_active_one(call: Client, board: Project, swimlane_id: Any) -> None:
    assert call("getTask", a_task(call, board, swimlane_id=swimlane_id))["swimlane_id"] == board.swimlanes[0].id


def test_an_inactive_swimlane_means_the_first_active_one(call: Client, board: Project) -> None:
    old = board.swimlanes[2].id
    assert call("getTask", a_task(call, board, swimlane_id=str(old)))["swimlane_id"] == board.swimlanes[0].id
    call("disableSwimlane", board.id, board.swimlanes[0].id)
    assert call("getTask", a_task(call, board, swimlane_id=old))["swimlane_id"] == board.swimlanes[1].id


@pytest.mark.parametrize("lacking", [{"columns": ()}, {"swimlanes": ()}])
def test_a_project_without_columns_or_active_swimlanes_takes_no_task(
    call: Client, stores: Stores, lacking: dict[str, Any]
) -> None:
    project = a_board(stores, **lacking)
    for given in ({}, {"swimlane_id": project.swimlanes[-1].id}):
        assert call("createTask", title="Task", project_id=project.id, **given) == 0
        assert call.documented("createTask", title="Task", project_id=project.id, **given) is False


def test_a_disabled_project_takes_tasks(call: Client, stores: Stores) -> None:
    assert a_task(call, a_board(stores, is_active=0))


def test_a_new_task_has_the_documented_defaults(call: Client, board: Project) -> None:
    begun = int(time.time())
    task = call("getTask", a_task(call, board, is_active=0))
    assert begun <= task["date_creation"] == task["date_modification"] == task["date_moved"] <= begun + 5
    unset = {"date_completed": None, "time_spent": None, "time_estimated": None, "date_due": 0, "date_started": 0}
    unset |= {"recurrence_parent": None, "recurrence_child": None, "is_active": 1, "position": 1, "score": 0}
    assert {name: task[name] for name in unset} == unset


def test_it_goes_behind_the_open_tasks_of_its_column_and_swimlane(call: Client, board: Project) -> None:
    ready, second = board.columns[1].id, board.swimlanes[1].id
    ids = [a_task(call, board) for _ in range(3)]
    elsewhere = [a_task(call, board, column_id=ready), a_task(call, board, swimlane_id=second)]
    assert lane(call, board) == ids
    assert [call("getTask", each)["position"] for each in elsewhere] == [1, 1]
    call("closeTask", ids[1])
    assert call("getTask", a_task(call, board))["position"] == 3


def test_ids_are_never_given_again(call: Client, board: Project) -> None:
    first = a_task(call, board)
    call("removeTask", first)
    assert a_task(call, board) > first


def test_a_task_may_have_190_000_bytes_and_no_more(call: Client, stores: Stores, board: Project) -> None:
    assert a_task(call, board, description="x" * 189_000)
    before = everything(stores)
    for too_much in ({"description": "x" * 190_000}, {"description": '"' * 95_000}, {"title": "😀" * 65_535}):
        error = call.error("createTask", **{"title": "Task", "project_id": board.id, **too_much})
        assert error["code"] == -32602
        assert next(iter(too_much)) in error["data"]
    assert everything(stores) == before
