"""The swimlanes of a board (context.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.boards import a_task, everything

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)
MAIN, SECOND, OLD = range(3)
"""Places of the board's swimlanes; the last one is inactive."""


def active(call: Client, board: Project) -> list[str]:
    """Return the active swimlanes, having checked that their positions are 1..n and the others' 0."""
    rows = call("getAllSwimlanes", board.id)
    shown = [row for row in rows if row["is_active"]]
    assert rows == [row for row in rows if not row["is_active"]] + shown
    assert [row["position"] for row in rows] == [0] * (len(rows) - len(shown)) + [*range(1, len(shown) + 1)]
    assert call("getActiveSwimlanes", board.id) == shown
    return [row["name"] for row in shown]


def test_a_swimlane_has_all_properties_in_their_order(call: Client, board: Project) -> None:
    lane_id = call("addSwimlane", project_id=board.id, name="Fast", description="d")
    row = call("getSwimlane", lane_id)
    assert [*row.items()] == [
        ("id", lane_id),
        ("name", "Fast"),
        ("position", 3),
        ("is_active", 1),
        ("project_id", board.id),
        ("description", "d"),
        ("task_limit", 0),
    ]
    assert call("getSwimlaneById", lane_id) == call("getSwimlaneByName", board.id, "Fast") == row
    assert call.documented("getSwimlane", lane_id)["position"] == "3"
    assert active(call, board) == ["Main", "Second", "Fast"]


def test_an_inactive_swimlane_is_found_by_its_name_and_letter_case_counts(call: Client, board: Project) -> None:
    assert call("getSwimlaneByName", board.id, "Old")["id"] == board.swimlanes[OLD].id
    assert call("getSwimlaneByName", board.id, "old") is None
    assert call("getSwimlaneByName", board.id, "Only") is None


def test_a_name_is_unique_in_its_project_and_letter_case_counts(call: Client, board: Project, foreign: Project) -> None:
    for taken in ("Second", "Old"):
        assert call("addSwimlane", board.id, taken) is False
        assert call("updateSwimlane", board.id, board.swimlanes[MAIN].id, taken) is False
    assert call("addSwimlane", board.id, "second") > 0
    assert call("addSwimlane", foreign.id, "Second") > 0
    assert call("updateSwimlane", board.id, board.swimlanes[MAIN].id, "Main") is True


@pytest.mark.parametrize("name", ["", "x" * 192])
def test_a_name_has_1_to_191_characters(call: Client, stores: Stores, board: Project, name: str) -> None:
    before = everything(stores)
    assert call("addSwimlane", board.id, name) is False
    assert call("updateSwimlane", board.id, board.swimlanes[MAIN].id, name) is False
    assert everything(stores) == before
    assert call("addSwimlane", board.id, "é" * 191) > 0


def test_an_update_keeps_a_description_that_is_not_given(call: Client, board: Project) -> None:
    lane_id = call("addSwimlane", board.id, "Slow", "d")
    assert call("updateSwimlane", board.id, lane_id, "Slower") is True
    assert call("updateSwimlane", project_id=board.id, swimlane_id=lane_id, name="Slowest", description=None) is True
    row = call("getSwimlane", lane_id)
    assert (row["name"], row["description"], row["position"]) == ("Slowest", "d", 3)
    assert call("updateSwimlane", board.id, lane_id, "Slow", "") is True
    assert call("getSwimlane", lane_id)["description"] == ""


def test_a_description_too_large_to_store_is_an_error_that_names_it(call: Client, board: Project) -> None:
    error = call.error("addSwimlane", board.id, "x", "x" * 350_000)
    assert (error["code"], "description" in error["data"]) == (-32602, True)


def test_a_disabled_swimlane_has_no_place_and_the_others_close_up(call: Client, board: Project) -> None:
    a_task(call, board, swimlane_id=board.swimlanes[MAIN].id)
    for _ in range(2):
        assert call("disableSwimlane", board.id, board.swimlanes[MAIN].id) is True
        assert active(call, board) == ["Second"]
    assert call("disableSwimlane", board.id, board.swimlanes[SECOND].id) is True
    assert active(call, board) == []
    assert call("createTask", title="t", project_id=board.id) == 0


def test_an_enabled_swimlane_goes_behind_the_active_ones_and_stays_there(call: Client, board: Project) -> None:
    for _ in range(2):
        assert call("enableSwimlane", board.id, board.swimlanes[OLD].id) is True
        assert active(call, board) == ["Main", "Second", "Old"]
    assert call("enableSwimlane", board.id, board.swimlanes[MAIN].id) is True
    assert active(call, board) == ["Main", "Second", "Old"]


@pytest.mark.parametrize(
    ("place", "position", "order"),
    [
        (SECOND, 1, ["Second", "Main"]),
        (MAIN, 2, ["Second", "Main"]),
        (MAIN, 1, ["Main", "Second"]),
        (MAIN, 3, ["Second", "Main"]),
    ],
)
def test_an_active_swimlane_moves_among_the_active_ones(
    call: Client, board: Project, place: int, position: int, order: list[str]
) -> None:
    assert call("changeSwimlanePosition", board.id, board.swimlanes[place].id, position) is True
    assert active(call, board) == order


def test_another_position_an_inactive_or_foreign_swimlane_is_refused(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    before = everything(stores)
    main, old = board.swimlanes[MAIN].id, board.swimlanes[OLD].id
    for project_id, lane_id, position in (
        (board.id, main, 0),
        (board.id, main, 4),
        (board.id, old, 1),
        (board.id, UNKNOWN[0], 1),
        (foreign.id, main, 1),
        (UNKNOWN[0], main, 1),
    ):
        assert call("changeSwimlanePosition", project_id, lane_id, position) is False
    assert everything(stores) == before


def test_the_first_swimlane_by_position_takes_new_tasks(call: Client, board: Project) -> None:
    assert call("changeSwimlanePosition", board.id, board.swimlanes[SECOND].id, 1) is True
    assert call("getTask", a_task(call, board))["swimlane_id"] == board.swimlanes[SECOND].id


@pytest.mark.parametrize("column", [0, 2])
def test_a_swimlane_stays_while_it_holds_a_task_open_or_closed(call: Client, board: Project, column: int) -> None:
    lane_id = board.swimlanes[MAIN].id
    task_id = a_task(call, board, column_id=board.columns[column].id, swimlane_id=lane_id)
    assert call("removeSwimlane", board.id, lane_id) is False
    assert call("closeTask", task_id) is True
    assert call("removeSwimlane", board.id, lane_id) is False
    assert call("removeTask", task_id) is True
    assert call("removeSwimlane", board.id, lane_id) is True
    assert call("removeSwimlane", board.id, lane_id) is False
    assert call("getSwimlane", lane_id) is None
    assert active(call, board) == ["Second"]


def test_the_last_swimlane_may_go_and_its_name_comes_free(call: Client, board: Project) -> None:
    for lane in board.swimlanes:
        assert call("removeSwimlane", board.id, lane.id) is True
    assert call("getAllSwimlanes", board.id) == []
    assert call("addSwimlane", board.id, "Main") > 0
    assert active(call, board) == ["Main"]


def test_a_removed_swimlane_leaves_nothing_behind(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores).keys()
    lane_id = call("addSwimlane", board.id, "New")
    assert len(everything(stores)) == len(before) + 1
    assert call("removeSwimlane", board.id, lane_id) is True
    assert everything(stores).keys() == before


@pytest.mark.parametrize("lane_id", UNKNOWN)
def test_an_unknown_swimlane_is_null_and_cannot_be_changed(call: Client, board: Project, lane_id: int) -> None:
    assert call("getSwimlane", lane_id) is call("getSwimlaneById", lane_id) is None
    assert call("updateSwimlane", board.id, lane_id, "x") is False
    assert call("removeSwimlane", board.id, lane_id) is False
    assert call("enableSwimlane", board.id, lane_id) is call("disableSwimlane", board.id, lane_id) is False


def test_a_swimlane_of_another_project_is_left_alone(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    before = everything(stores)
    lane_id = foreign.swimlanes[0].id
    assert call("updateSwimlane", board.id, lane_id, "x") is call("removeSwimlane", board.id, lane_id) is False
    assert call("disableSwimlane", board.id, lane_id) is call("enableSwimlane", board.id, lane_id) is False
    assert everything(stores) == before


@pytest.mark.parametrize("project_id", UNKNOWN)
def test_an_unknown_project_has_no_swimlanes_and_takes_none(call: Client, project_id: int) -> None:
    assert call("getAllSwimlanes", project_id) == call("getActiveSwimlanes", project_id) == []
    assert call("getSwimlaneByName", project_id, "x") is None
    assert call.documented("addSwimlane", project_id, "x") is False
    assert call("addSwimlane", project_id, "x") == 0
