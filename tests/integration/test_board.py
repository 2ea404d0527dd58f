"""getBoard: the project's open tasks in their cells (context.md 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_board, a_task, backdate, move

from lambdaboard.procedures.board import Board, is_draggable

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

LANE = {"id", "name", "position", "is_active", "project_id", "description", "task_limit"}
COLUMN = {"id", "title", "position", "task_limit", "description", "hide_in_dashboard", "project_id"}
COUNTS = (
    "nb_tasks",
    "score",
    "nb_open_tasks",
    "column_nb_open_tasks",
    "nb_visible_tasks_across_swimlane",
    "nb_unfiltered_tasks_across_swimlane",
    "cumulative_score_across_swimlane",
)


def cells(rows: Any) -> list[list[list[int]]]:
    """Return the ids of the tasks by swimlane and column, having checked that their positions are 1..n."""
    for lane in rows:
        for column in lane["columns"]:
            assert [task["position"] for task in column["tasks"]] == [*range(1, len(column["tasks"]) + 1)]
    return [[[task["id"] for task in column["tasks"]] for column in lane["columns"]] for lane in rows]


def counts(rows: Any, column: int) -> list[tuple[int, ...]]:
    """Return what a column, by its place from 0, says in each swimlane, in the order of COUNTS."""
    return [tuple(lane["columns"][column][name] for name in COUNTS) for lane in rows]


def test_a_new_project_has_an_empty_board(call: Client, project: int) -> None:
    (lane,) = call("getBoard", project)
    assert {name: lane[name] for name in LANE} == call("getActiveSwimlanes", project)[0]
    assert set(lane) == LANE | {"columns", "nb_swimlanes", "nb_columns", "nb_tasks", "score"}
    assert (lane["nb_swimlanes"], lane["nb_columns"], lane["nb_tasks"], lane["score"]) == (1, 4, 0, 0)
    assert [column["title"] for column in lane["columns"]] == ["Backlog", "Ready", "Work in progress", "Done"]
    for column, plain in zip(lane["columns"], call("getColumns", project), strict=True):
        assert column == plain | dict.fromkeys(COUNTS, 0) | {"tasks": []}
        assert set(column) == COLUMN | {*COUNTS, "tasks"}


def test_open_tasks_are_in_their_cells_by_position_and_closed_ones_are_not(call: Client, board: Project) -> None:
    first, second, third, closed, below, aside = (a_task(call, board) for _ in range(6))
    move(call, board, third, 1)
    move(call, board, below, 1, swimlane=1)
    move(call, board, aside, 1, column=2)
    call("closeTask", closed)
    assert cells(call("getBoard", board.id)) == [[[third, first, second], [], [aside]], [[below], [], []]]


def test_a_task_has_the_properties_of_a_search_its_tags_and_whether_it_can_be_dragged(
    call: Client, board: Project
) -> None:
    task_id = a_task(call, board, tags=["later", "Bug", "app"], category_id=board.categories[0].id)
    plain = a_task(call, board)
    call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    task, other = call("getBoard", board.id)[0]["columns"][0]["tasks"]
    found, found_other = call("searchTasks", board.id, "")
    ids = {name: int(tag_id) for tag_id, name in call("getTaskTags", task_id).items()}
    tags = [{"id": ids[name], "name": name, "color_id": None, "task_id": task_id} for name in ("Bug", "app", "later")]
    assert task == found | {"tags": tags, "is_draggable": False}
    assert other == found_other | {"tags": [], "is_draggable": False}
    assert (task["nb_files"], task["category_name"], other["id"]) == (1, "Bugs", plain)


def test_a_tag_that_is_gone_is_no_tag_and_a_global_one_is(call: Client, board: Project) -> None:
    everywhere = call("createTag", 0, "everywhere", "red")
    task_id = a_task(call, board, tags=["everywhere", "gone"])
    gone = next(int(tag_id) for tag_id, name in call("getTaskTags", task_id).items() if name == "gone")
    call("removeTag", gone)
    (task,) = call("getBoard", board.id)[0]["columns"][0]["tasks"]
    assert task["tags"] == [{"id": everywhere, "name": "everywhere", "color_id": "red", "task_id": task_id}]


def test_counts_are_of_the_cell_of_the_swimlanes_shown_and_of_all_swimlanes(
    call: Client, stores: Stores, board: Project
) -> None:
    for swimlane, score in ((0, 1), (0, 2), (1, 4), (2, 8)):
        task_id = a_task(call, board, score=score)
        move(call, board, task_id, 1, swimlane=swimlane)
    rows = call("getBoard", board.id)
    assert counts(rows, 0) == [(2, 3, 4, 4, 3, 4, 7), (1, 4, 4, 4, 3, 4, 7)]
    assert counts(rows, 1) == [(0,) * 7] * 2
    assert [(lane["nb_tasks"], lane["score"], lane["nb_swimlanes"]) for lane in rows] == [(2, 3, 2), (1, 4, 2)]
    read = stores.projects.get(board.id)
    stores.table.write(*stores.projects.replace_actions(read, read.project.changed(per_swimlane_task_limits=1)))
    assert counts(call("getBoard", board.id), 0) == [(2, 3, 4, 2, 3, 4, 7), (1, 4, 4, 1, 3, 4, 7)]


def test_the_board_agrees_with_the_other_lists_on_the_order(call: Client, board: Project) -> None:
    for place in range(12):
        move(call, board, a_task(call, board), 1 + place % 3, column=place % 2, swimlane=place % 2)
    call("closeTask", a_task(call, board))
    on_board = {
        task["id"]: (lane["id"], column["id"], task["position"])
        for lane in call("getBoard", board.id)
        for column in lane["columns"]
        for task in column["tasks"]
    }
    listed = {
        task["id"]: (task["swimlane_id"], task["column_id"], task["position"])
        for task in call("getAllTasks", project_id=board.id)
    }
    assert on_board == listed
    assert len(listed) == 12


def test_an_orphaned_task_is_behind_the_tasks_of_the_first_column(call: Client, stores: Stores, board: Project) -> None:
    lost, own = a_task(call, board, column_id=board.columns[1].id), a_task(call, board)
    read = stores.projects.get(board.id)
    stores.table.write(
        *stores.projects.replace_actions(read, read.project.changed(columns=(board.columns[0], board.columns[2])))
    )
    assert cells(call("getBoard", board.id)) == [[[own, lost], []], [[], []]]


def test_a_tasks_owner_is_named_until_they_are_gone(call: Client, board: Project) -> None:
    user_id = call("createUser", username="ann", password="a password", name="Ann")
    call("addProjectUser", board.id, user_id, "project-member")
    a_task(call, board, owner_id=user_id)
    (task,) = call("getBoard", board.id)[0]["columns"][0]["tasks"]
    assert (task["owner_id"], task["assignee_username"], task["assignee_name"]) == (user_id, "ann", "Ann")
    call("removeUser", user_id)
    (task,) = call("getBoard", board.id)[0]["columns"][0]["tasks"]
    assert (task["owner_id"], task["assignee_username"], task["assignee_name"]) == (0, None, None)


@pytest.mark.parametrize("shape", [{"columns": ()}, {"swimlanes": ()}, {"swimlanes": (), "inactive": ()}])
def test_without_a_column_or_an_active_swimlane_there_is_no_board(
    call: Client, stores: Stores, shape: dict[str, Any]
) -> None:
    assert call("getBoard", a_board(stores, **shape).id) == []


def test_an_unknown_or_removed_project_has_no_board_and_a_disabled_one_has(call: Client, board: Project) -> None:
    assert call("getBoard", 999_999) == call.documented("getBoard", 999_999) == []
    call("disableProject", board.id)
    assert len(call("getBoard", board.id)) == 2
    call("removeProject", board.id)
    assert call("getBoard", board.id) == []


def test_the_documented_format_writes_numbers_as_texts_however_deep(call: Client, board: Project) -> None:
    task_id = a_task(call, board, tags=["x"], score=5)
    lane, _ = call.documented("getBoard", board.id)
    column = lane["columns"][0]
    (task,) = column["tasks"]
    (tag,) = task["tags"]
    assert (lane["nb_tasks"], lane["score"], column["nb_open_tasks"], column["position"]) == ("1", "5", "1", "1")
    assert (task["id"], task["position"], task["is_draggable"]) == (str(task_id), "1", False)
    assert (task["date_completed"], task["time_spent"], task["is_milestone"]) == (None, "0", None)
    assert (tag["id"].isdigit(), tag["task_id"], tag["color_id"]) == (True, str(task_id), None)
    assert msgspec.json.encode(column["tasks"]).count(b'":1') == 0


# --- who may drag -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("may_drag", [False, True])
@pytest.mark.parametrize("is_open", [False, True])
def test_only_an_open_task_can_be_dragged_and_only_by_who_may(
    call: Client, stores: Stores, board: Project, is_open: bool, may_drag: bool
) -> None:
    task = stores.tasks.find(a_task(call, board)).task.changed(is_active=int(is_open))
    assert is_draggable(task, may_drag=may_drag) is (is_open and may_drag)


def test_each_open_task_is_draggable_for_callers_who_may_drag(call: Client, stores: Stores, board: Project) -> None:
    backdate(stores, a_task(call, board))
    listed = [*stores.tasks.of_project(board.id, 1)]
    (lane, _) = Board.of(board, listed, {}, [], places=[each.lane_key for each in listed], may_drag=True).rows()
    assert [task["is_draggable"] for task in lane["columns"][0]["tasks"]] == [True]


# --- what it costs ----------------------------------------------------------------------------------------------


def test_the_tasks_are_read_once_whatever_the_number_of_columns_and_swimlanes(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = a_board(stores, columns=[f"C{place}" for place in range(9)], swimlanes=[f"S{place}" for place in range(4)])
    for place in range(9):
        move(call, wide, a_task(call, wide, tags=["x"]), 1, column=place, swimlane=place % 4)
    tracker = Tracker(monkeypatch, stores)
    calls = tracker.of(lambda: call("getBoard", wide.id))
    assert calls.depth == 1
    # its tasks, its tags, the global tags; the project
    assert (calls.of["Query"], calls.dynamodb) == (3, 4)


def test_the_owners_of_all_tasks_cost_one_read_more(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "bob"):
        user_id = call("createUser", username=name, password="a password")
        call("addProjectUser", board.id, user_id, "project-member")
        a_task(call, board, owner_id=user_id)
    calls = Tracker(monkeypatch, stores).of(lambda: call("getBoard", board.id))
    assert (calls.depth, calls.dynamodb) == (2, 5)
