"""The columns of a board (context.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_board, a_task, everything

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)


def shown(call: Client, board: Project) -> list[tuple[str, int]]:
    return [(each["title"], each["position"]) for each in call("getColumns", board.id)]


def test_a_column_has_all_properties_in_their_order(call: Client, board: Project) -> None:
    column_id = call("addColumn", project_id=board.id, title="Live", task_limit="3", description="d")
    row = call("getColumn", column_id)
    assert [*row.items()] == [
        ("id", column_id),
        ("title", "Live"),
        ("position", 4),
        ("project_id", board.id),
        ("task_limit", 3),
        ("description", "d"),
        ("hide_in_dashboard", 0),
    ]
    assert call("getColumns", board.id)[-1] == row
    assert call.documented("getColumn", column_id)["position"] == "4"


def test_a_column_is_added_behind_the_last_one_whatever_the_gaps(call: Client, board: Project) -> None:
    assert call("removeColumn", board.columns[1].id) is True
    assert call("addColumn", board.id, "New") > 0
    assert shown(call, board) == [("Backlog", 1), ("Done", 3), ("New", 4)]


def test_the_first_column_of_an_empty_board_has_position_1(call: Client, board: Project) -> None:
    for column in board.columns:
        assert call("removeColumn", column.id) is True
    assert call("addColumn", board.id, "New") > 0
    assert shown(call, board) == [("New", 1)]


@pytest.mark.parametrize(("given", "stored"), [("", 0), (-1, -1), ("7", 7), (None, 0)])
def test_a_limit_is_an_integer(call: Client, board: Project, given: Any, stored: int) -> None:
    column_id = call("addColumn", project_id=board.id, title="x", task_limit=given)
    assert call("getColumn", column_id)["task_limit"] == stored


def test_an_impossible_limit_is_refused(call: Client, board: Project) -> None:
    assert call("addColumn", board.id, "x", 2**31) is False
    assert call("updateColumn", board.columns[0].id, "x", -(2**31)) is False
    assert call.error("addColumn", board.id, "x", "many")["code"] == -32602
    assert len(shown(call, board)) == 3


def test_a_title_is_unique_in_its_project_and_letter_case_counts(
    call: Client, board: Project, foreign: Project
) -> None:
    assert call("addColumn", board.id, "Ready") is False
    assert call("addColumn", board.id, "ready") > 0
    assert call("addColumn", foreign.id, "Ready") > 0


@pytest.mark.parametrize("title", ["", " ", "\t\r\n", "\u00a0\u2003\u3000"])
def test_a_title_is_neither_empty_nor_white_space(call: Client, stores: Stores, board: Project, title: str) -> None:
    before = everything(stores)
    assert call("addColumn", board.id, title) is False
    assert call("updateColumn", board.columns[0].id, title, 9) is False
    assert everything(stores) == before


def test_an_update_changes_what_is_given_and_nothing_else(call: Client, board: Project) -> None:
    column_id = call("addColumn", board.id, "Live", 3, "d")
    assert call("updateColumn", column_id, "Next", 2, "e") is True
    row = call("getColumn", column_id)
    assert (row["title"], row["task_limit"], row["description"], row["position"]) == ("Next", 2, "e", 4)
    for given in ({}, {"task_limit": None, "description": None}):
        assert call("updateColumn", column_id=column_id, title="Last", **given) is True
        assert call("getColumn", column_id) == row | {"title": "Last"}
    for name, value, stored in (("task_limit", "", 0), ("description", "", "")):
        row = call("getColumn", column_id)
        assert call("updateColumn", column_id=column_id, title="Last", **{name: value}) is True
        assert call("getColumn", column_id) == row | {name: stored}


def test_an_update_leaves_a_column_hidden_from_the_dashboard(call: Client, stores: Stores) -> None:
    board = a_board(stores)
    hidden = (msgspec.structs.replace(board.columns[0], hide_in_dashboard=1), *board.columns[1:])
    stores.table.write(*stores.projects.replace_actions(stores.projects.get(board.id), board.changed(columns=hidden)))
    assert call("updateColumn", board.columns[0].id, "New") is True
    assert call("getColumn", board.columns[0].id)["hide_in_dashboard"] == 1


def test_a_taken_title_changes_nothing(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores)
    assert call("updateColumn", board.columns[1].id, "Backlog", 9) is False
    assert everything(stores) == before


@pytest.mark.parametrize("name", ["title", "description"])
def test_a_text_too_large_to_store_is_an_error_that_names_it(call: Client, board: Project, name: str) -> None:
    for method, known in (
        ("addColumn", {"project_id": board.id}),
        ("updateColumn", {"column_id": board.columns[0].id}),
    ):
        error = call.error(method, **{**known, "title": "x", name: "x" * 350_000})
        assert (error["code"], name in error["data"]) == (-32602, True)


@pytest.mark.parametrize(
    ("place", "position", "order"),
    [
        (2, 1, ["Done", "Backlog", "Ready"]),
        (0, 3, ["Ready", "Done", "Backlog"]),
        (1, 2, ["Backlog", "Ready", "Done"]),
        (0, "2", ["Ready", "Backlog", "Done"]),
    ],
)
def test_a_moved_column_has_its_position_and_the_others_close_up(
    call: Client, board: Project, place: int, position: Any, order: list[str]
) -> None:
    assert call("changeColumnPosition", board.id, board.columns[place].id, position) is True
    assert shown(call, board) == [*zip(order, (1, 2, 3), strict=True)]


def test_a_move_closes_the_gap_of_a_removed_column(call: Client, board: Project) -> None:
    assert call("removeColumn", board.columns[0].id) is True
    assert call("changeColumnPosition", board.id, board.columns[2].id, 3) is False
    assert call("changeColumnPosition", board.id, board.columns[2].id, 1) is True
    assert shown(call, board) == [("Done", 1), ("Ready", 2)]


def test_another_position_or_board_is_refused(call: Client, stores: Stores, board: Project, foreign: Project) -> None:
    before = everything(stores)
    own = board.columns[0].id
    for project_id, column_id, position in (
        (board.id, own, 0),
        (board.id, own, 4),
        (board.id, own, -1),
        (board.id, UNKNOWN[0], 1),
        (foreign.id, own, 1),
        (UNKNOWN[0], own, 1),
    ):
        assert call("changeColumnPosition", project_id, column_id, position) is False
    assert everything(stores) == before


def test_the_first_column_by_position_takes_new_tasks(call: Client, board: Project) -> None:
    assert call("changeColumnPosition", board.id, board.columns[2].id, 1) is True
    assert call("getTask", a_task(call, board))["column_id"] == board.columns[2].id


@pytest.mark.parametrize("swimlane", [0, 1, 2])
def test_a_column_stays_while_it_holds_a_task_open_or_closed(call: Client, board: Project, swimlane: int) -> None:
    column_id = board.columns[1].id
    task_id = a_task(call, board, column_id=column_id, swimlane_id=board.swimlanes[swimlane].id)
    assert call("removeColumn", column_id) is False
    assert call("closeTask", task_id) is True
    assert call("removeColumn", column_id) is False
    assert call("removeTask", task_id) is True
    assert call("removeColumn", column_id) is True
    assert call("getColumn", column_id) is None
    assert call("removeColumn", column_id) is False


def test_a_task_in_a_neighbouring_column_does_not_matter(call: Client, board: Project) -> None:
    a_task(call, board, column_id=board.columns[0].id)
    assert call("removeColumn", board.columns[1].id) is True
    assert shown(call, board) == [("Backlog", 1), ("Done", 3)]


def test_a_removed_column_leaves_nothing_behind(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores).keys()
    column_id = call("addColumn", board.id, "New")
    assert len(everything(stores)) == len(before) + 1
    assert call("removeColumn", column_id) is True
    assert everything(stores).keys() == before


@pytest.mark.parametrize("column_id", UNKNOWN)
def test_an_unknown_column_is_null_and_cannot_be_removed(call: Client, column_id: int) -> None:
    assert call("getColumn", column_id) is None
    assert call("updateColumn", column_id, "x") is False
    assert call("removeColumn", column_id) is False


@pytest.mark.parametrize("project_id", UNKNOWN)
def test_an_unknown_project_has_no_columns_and_takes_none(call: Client, project_id: int) -> None:
    assert call("getColumns", project_id) == []
    assert call("addColumn", project_id, "x") is False
