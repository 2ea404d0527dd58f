"""searchTasks: its rows and its scope (search-language.md 1 and 6); the language: tests/unit/domain/test_search.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_board, a_task

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

NAMES = [
    "nb_comments",
    "nb_files",
    "nb_subtasks",
    "nb_completed_subtasks",
    "nb_links",
    "nb_external_links",
    "is_milestone",
    "id",
    "reference",
    "title",
    "description",
    "date_creation",
    "date_modification",
    "date_completed",
    "date_started",
    "date_due",
    "color_id",
    "project_id",
    "column_id",
    "swimlane_id",
    "owner_id",
    "creator_id",
    "position",
    "is_active",
    "score",
    "category_id",
    "priority",
    "date_moved",
    "recurrence_status",
    "recurrence_trigger",
    "recurrence_factor",
    "recurrence_timeframe",
    "recurrence_basedate",
    "recurrence_parent",
    "recurrence_child",
    "time_estimated",
    "time_spent",
    "assignee_username",
    "assignee_name",
    "assignee_email",
    "assignee_avatar_path",
    "category_name",
    "category_description",
    "category_color_id",
    "column_name",
    "column_position",
    "swimlane_name",
    "project_name",
]


def found(call: Client, project: Project, query: Any) -> list[int]:
    return [row["id"] for row in call("searchTasks", project_id=project.id, query=query)]


def test_a_row_has_the_48_fields(call: Client, board: Project) -> None:
    a_task(call, board, title="Find me")
    assert sorted(call("searchTasks", board.id, "")[0]) == sorted(NAMES)
    assert len(NAMES) == 48


def test_a_row_names_what_its_task_refers_to_and_agrees_with_it(call: Client, board: Project) -> None:
    place = {"column_id": board.columns[1].id, "swimlane_id": board.swimlanes[1].id}
    task_id = a_task(call, board, category_id=board.categories[0].id, time_spent=1.5, **place)
    call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    row, task = call("searchTasks", board.id, "")[0], call("getTask", task_id)
    assert {name: row[name] for name in row if name in task} == {name: task[name] for name in row if name in task}
    named = {"nb_files": 1, "nb_comments": 0, "is_milestone": None, "category_name": "Bugs", "column_name": "Ready"}
    named |= {"column_position": 2, "swimlane_name": "Second", "project_name": "Board", "assignee_name": None}
    assert {name: row[name] for name in named} == named
    documented = call.documented("searchTasks", board.id, "")[0]
    as_text: dict[str, Any] = {
        "id": str(task_id),
        "nb_files": "1",
        "column_position": "2",
        "time_spent": "1.5",
        "time_estimated": "0",
    }
    as_text |= {"date_completed": None, "date_started": None, "is_milestone": None}
    assert {name: documented[name] for name in as_text} == as_text


@pytest.mark.parametrize("query", ["", " ", None, "status:all", "title:"])
def test_nothing_asked_means_all_open_and_closed_by_id(call: Client, board: Project, query: Any) -> None:
    ids = [a_task(call, board) for _ in range(3)]
    call("closeTask", ids[0])
    assert found(call, board, query) == ids


def test_the_attributes_of_the_documents_narrow_a_search(call: Client, board: Project, foreign: Project) -> None:
    first = a_task(call, board, title="Fix login", color_id="red")
    second = a_task(call, board, title="Fix Logout", color_id="blue")
    third = a_task(call, board, title="42")
    a_task(call, foreign, title="Fix login")
    call("closeTask", second)
    for query, wanted in {
        "login": [first],
        "FIX": [first, second],
        "fix status:open": [first],
        "status:closed": [second],
        "color:red": [first],
        "assignee:nobody title:fix": [first, second],
        f"id:{first} id:{third}": [first, third],
        f"id:{10**15}": [],
        f"#{second}": [second],
        "42": [third],
        "none such": [],
        42: [third],
    }.items():
        assert found(call, board, query) == wanted, query


def test_positions_are_those_of_get_task_whatever_is_found(call: Client, board: Project) -> None:
    ids = [a_task(call, board, title=f"Task {place}") for place in range(4)]
    call("closeTask", ids[1])
    for query in ("", "status:open", "status:closed", f"id:{ids[3]}", "Task 3"):
        for row in call("searchTasks", board.id, query):
            assert row["position"] == call("getTask", row["id"])["position"], (query, row["id"])


def test_a_disabled_project_is_searched_and_an_unknown_one_is_not(call: Client, stores: Stores) -> None:
    disabled = a_board(stores, is_active=0)
    task_id = a_task(call, disabled)
    assert found(call, disabled, "") == [task_id]
    assert call("searchTasks", 999_999, "") == []
    assert call.documented("searchTasks", 999_999, "") is False


def test_a_query_too_long_or_no_text_is_an_error_that_names_it(call: Client, board: Project) -> None:
    queries: list[Any] = ["x" * 10_001, [], True]
    for query in queries:
        error = call.error("searchTasks", board.id, query)
        assert (error["code"], "query" in error["data"]) == (-32602, True)
    assert found(call, board, "x" * 10_000) == []
