"""getTask, getTaskByReference and getAllTasks (behaviour.md 2, 3.4 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_board, a_task

from lambdaboard.domain.project import without

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

NAMES = [
    "id",
    "title",
    "description",
    "date_creation",
    "color_id",
    "project_id",
    "column_id",
    "owner_id",
    "position",
    "is_active",
    "date_completed",
    "score",
    "date_due",
    "category_id",
    "creator_id",
    "date_modification",
    "reference",
    "date_started",
    "time_spent",
    "time_estimated",
    "swimlane_id",
    "date_moved",
    "recurrence_status",
    "recurrence_trigger",
    "recurrence_factor",
    "recurrence_timeframe",
    "recurrence_basedate",
    "recurrence_parent",
    "recurrence_child",
    "priority",
    "external_provider",
    "external_uri",
    "url",
    "color",
]

YELLOW = {"name": "Yellow", "background": "rgb(245, 247, 196)", "border": "rgb(223, 227, 45)"}

UNKNOWN_IDS: list[Any] = [0, -1, 999_999, 10**13, "999999"]


def test_a_task_has_the_documented_properties_in_the_live_order(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    assert [*call("getTask", task_id)] == NAMES
    assert [*call("getAllTasks", board.id)[0]] == NAMES
    assert set(call.documented("getTask", task_id)) == set(NAMES)


def test_a_color_comes_with_its_css_and_an_unknown_one_with_the_default(call: Client, board: Project) -> None:
    orange = call("getTask", a_task(call, board, color_id="deep_orange"))
    assert orange["color"] == {"name": "Deep Orange", "background": "#ffab91", "border": "#e64a19"}
    odd = call.documented("getTask", a_task(call, board, color_id="Mauve"))
    assert (odd["color_id"], odd["color"]) == ("Mauve", YELLOW)


def test_the_documented_wire_writes_numbers_as_text_and_unset_values_as_the_documents_do(
    call: Client, board: Project
) -> None:
    task_id = a_task(call, board, score=-3, time_spent=100.1)
    task = call.documented("getTask", task_id)
    wanted = {"id": str(task_id), "score": "-3", "time_spent": "100.1", "time_estimated": "0", "date_started": None}
    wanted |= {"date_completed": None, "date_due": "0", "recurrence_parent": None, "is_active": "1", "position": "1"}
    assert {name: task[name] for name in wanted} == wanted
    call("openTask", task_id)
    assert call.documented("getTask", task_id)["date_completed"] is None
    assert call("getTask", task_id)["date_completed"] == 0


def test_the_link_has_each_wires_form(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    base = "http://board.example/?controller="
    assert call("getTask", task_id)["url"] == f"{base}TaskViewController&action=show&task_id={task_id}"
    documented = f"{base}task&action=show&task_id={task_id}&project_id={board.id}"
    assert call.documented("getTask", task_id)["url"] == documented


@pytest.mark.parametrize("task_id", UNKNOWN_IDS)
def test_an_unknown_task_is_null_on_both_wires(call: Client, board: Project, task_id: Any) -> None:
    assert call("getTask", task_id) is None
    assert call.documented("getTask", task_id) is None


@pytest.mark.parametrize("task_id", ["7abc", "", None, 7.5, 7.0, True, [], {}])
def test_what_is_no_id_is_an_error_that_names_the_parameter(call: Client, task_id: Any) -> None:
    error = call.error("getTask", task_id)
    assert (error["code"], "task_id" in error["data"]) == (-32602, True)


def test_ids_may_be_texts_of_digits(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    assert call("getTask", f"0{task_id}") == call("getTask", task_id) == call("getTask", str(task_id))


def test_a_task_is_gone_with_its_project(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board, reference="R")
    stores.table.write(*stores.projects.delete_actions(stores.projects.get(board.id)))
    assert call("getTask", task_id) is None
    assert call("getTaskByReference", board.id, "R") is None
    assert call("getAllTasks", board.id) == []
    assert call("closeTask", task_id) is False


def test_a_task_whose_column_and_category_are_gone_reads_as_in_the_first_column_behind_its_tasks(
    call: Client, stores: Stores, board: Project
) -> None:
    lost = a_task(call, board, column_id=board.columns[2].id, category_id=board.categories[0].id, reference="R")
    first = a_task(call, board)
    fewer = {"columns": without(board.columns, board.columns[2].id), "categories": ()}
    stores.table.write(
        *stores.projects.replace_actions(stores.projects.get(board.id), msgspec.structs.replace(board, **fewer))
    )
    place = {"column_id": board.columns[0].id, "category_id": 0, "position": 2}
    for task in (
        call("getTask", lost),
        call("getTaskByReference", board.id, "R"),
        call("getAllTasks", board.id)[0],
        call("searchTasks", board.id, "")[0],
    ):
        assert {name: task[name] for name in place} == place
    assert call("getTask", first)["position"] == 1


# --- by reference -----------------------------------------------------------------------------------------------

REFERENCES = ["REF", "ref", "REF ", " REF", "REF\0", "REF\0000000000001", "REF1", "RE", "日本", "é", "%", "R" * 191]


def test_a_reference_is_found_exactly_and_no_other(call: Client, board: Project) -> None:
    ids = {reference: a_task(call, board, reference=reference) for reference in REFERENCES}
    for reference, task_id in ids.items():
        assert call("getTaskByReference", board.id, reference)["id"] == task_id, reference
    assert call("getTaskByReference", board.id, "RE%") is None


@pytest.mark.parametrize("reference", ["", None, "none", "x" * 192, "x" * 5_000, "日" * 1_000])
def test_no_reference_and_an_unknown_one_find_nothing(call: Client, board: Project, reference: Any) -> None:
    a_task(call, board)
    assert call("getTaskByReference", board.id, reference) is None


def test_of_several_with_a_reference_the_lowest_id_is_found_closed_or_open(call: Client, board: Project) -> None:
    first, second = a_task(call, board, reference=7), a_task(call, board, reference="7")
    call("closeTask", first)
    assert call("getTaskByReference", board.id, 7)["id"] == first
    call("updateTask", id=first, reference="8")
    assert call.documented("getTaskByReference", str(board.id), "7")["id"] == str(second)


def test_a_reference_counts_in_its_project_only(call: Client, board: Project, foreign: Project) -> None:
    a_task(call, foreign, reference="R")
    assert call("getTaskByReference", board.id, "R") is None
    for project_id in UNKNOWN_IDS:
        assert call.documented("getTaskByReference", project_id, "R") is None


def test_a_task_by_reference_is_the_whole_task_with_its_position(call: Client, board: Project) -> None:
    a_task(call, board)
    task_id = a_task(call, board, reference="R")
    assert call("getTaskByReference", board.id, "R") == call("getTask", task_id)
    assert call("getTask", task_id)["position"] == 2


# --- lists ------------------------------------------------------------------------------------------------------


def test_a_status_lists_its_tasks_by_id_as_get_task_answers_them(call: Client, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(4)]
    for task_id in ids[1:3]:
        call("closeTask", task_id)
    for params, wanted in (((), [ids[0], ids[3]]), ((1,), [ids[0], ids[3]]), (("0",), ids[1:3]), ((0,), ids[1:3])):
        assert call("getAllTasks", board.id, *params) == [call("getTask", task_id) for task_id in wanted]
    assert call("getAllTasks", board.id, 2) == call("getAllTasks", board.id, "-1") == []


def test_pages_of_a_list_follow_each_other_with_the_true_positions(call: Client, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(5)]
    whole = call("getAllTasks", board.id)
    assert call("getAllTasks", project_id=board.id, limit=2) == whole[:2]
    assert call("getAllTasks", project_id=board.id, limit=2, after_id=ids[1]) == whole[2:4]
    assert call("getAllTasks", project_id=board.id, after_id=str(ids[3])) == whole[4:]
    assert call("getAllTasks", project_id=board.id, limit=9, after_id=ids[4]) == []
    assert "limit" in call.error("getAllTasks", project_id=board.id, limit=-1)["data"]


@pytest.mark.parametrize("after_id", [10**12 - 2, 10**12 - 1, 10**12, 10**13, 2**63, 10**300, str(10**12)])
def test_behind_every_id_that_there_can_be_is_no_task(call: Client, board: Project, after_id: Any) -> None:
    task_id = a_task(call, board)
    assert call("getAllTasks", project_id=board.id, after_id=after_id) == []
    assert call("getAllTasks", project_id=board.id, status_id=0, after_id=after_id) == []
    for query in ("", "status:open", f"id:{task_id}", "task"):
        for project_id in (board.id, 0):
            assert call("searchTasks", project_id=project_id, query=query, after_id=after_id, limit=5) == []


def test_a_page_may_begin_before_every_id_and_be_larger_than_any_list(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for page in ({"after_id": -1}, {"after_id": -(10**20)}, {"limit": 10**30}, {"limit": 10**30, "after_id": -5}):
        assert [task["id"] for task in call("getAllTasks", project_id=board.id, **page)] == [task_id]
        for project_id in (board.id, 0):
            assert [task["id"] for task in call("searchTasks", project_id=project_id, query="", **page)] == [task_id]


@pytest.mark.parametrize("project_id", UNKNOWN_IDS)
def test_an_unknown_project_has_no_list_as_documented_and_an_empty_one_as_kanboard_says(
    call: Client, project_id: Any
) -> None:
    assert call.documented("getAllTasks", project_id, 1) is False
    assert call("getAllTasks", project_id, 1) == []


def test_a_disabled_project_is_listed_and_others_are_not(call: Client, stores: Stores, foreign: Project) -> None:
    disabled = a_board(stores, is_active=0)
    a_task(call, foreign)
    task_id = a_task(call, disabled)
    assert [task["id"] for task in call("getAllTasks", disabled.id)] == [task_id]
