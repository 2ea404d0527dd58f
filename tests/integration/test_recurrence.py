"""Successors of recurring tasks (behaviour.md 3.10); when they are due: tests/unit/domain/test_recurrence.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything, lane, move

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

DAY = 86_400
LEAVING_FIRST, REACHING_LAST, CLOSING = 0, 1, 2


def recurring(call: Client, board: Project, trigger: int, **given: Any) -> int:
    return a_task(call, board, recurrence_status=1, recurrence_trigger=trigger, **given)


def children(call: Client, board: Project, task_id: int) -> list[dict[str, Any]]:
    return [row for row in call("getAllTasks", board.id) if row["recurrence_parent"] == task_id]


def test_the_successor_has_what_the_documents_say(call: Client, stores: Stores, board: Project) -> None:
    kept = {"title": "Again", "description": "Text", "color_id": "red", "score": 4, "priority": 2, "reference": "R"}
    kept |= {"category_id": board.categories[0].id, "swimlane_id": board.swimlanes[1].id, "time_estimated": 3}
    given = {"date_due": "2030-01-15", "recurrence_factor": 2, "recurrence_timeframe": 0, "time_spent": 5}
    given |= {"tags": ["a", "b"], "date_started": "2030-01-01", "column_id": board.columns[1].id}
    task_id = recurring(call, board, CLOSING, **kept, **given)
    call("saveTaskMetadata", task_id, {"name": "value"})
    call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    backdate(stores, task_id)
    assert call("closeTask", task_id) is True
    (child,) = children(call, board, task_id)
    parent = call("getTask", task_id)
    assert (parent["recurrence_status"], parent["recurrence_child"], parent["is_active"]) == (2, child["id"], 0)
    assert {name: child[name] for name in kept} == kept
    fresh = {"date_started": None, "date_completed": None, "time_spent": 0, "creator_id": 0, "is_active": 1}
    fresh |= {"column_id": board.columns[0].id, "position": 1, "recurrence_status": 1, "recurrence_child": None}
    fresh |= {"date_due": parent["date_due"] + 2 * DAY, "recurrence_trigger": CLOSING, "recurrence_factor": 2}
    assert {name: child[name] for name in fresh} == fresh
    assert child["date_creation"] == child["date_modification"] == child["date_moved"] > LONG_AGO
    assert stores.tasks.find(child["id"]).stored.task.tags == stores.tasks.find(task_id).stored.task.tags
    assert call("getTaskMetadata", child["id"]) == {}
    assert call("getAllTaskFiles", child["id"]) == []


def test_it_is_last_in_the_first_column(call: Client, board: Project) -> None:
    task_id, other = recurring(call, board, CLOSING), a_task(call, board)
    call("closeTask", task_id)
    assert lane(call, board) == [other, children(call, board, task_id)[0]["id"]]


@pytest.mark.parametrize("trigger", [CLOSING, LEAVING_FIRST])
def test_it_goes_into_the_first_active_swimlane_where_the_tasks_own_was_disabled(
    call: Client, stores: Stores, board: Project, trigger: int
) -> None:
    first, second = (lane.id for lane in board.swimlanes[:2])
    task_id = recurring(call, board, trigger, swimlane_id=second)

    def go_on() -> Any:
        if trigger == CLOSING:
            return call("closeTask", task_id)
        return call("moveTaskPosition", board.id, task_id, board.columns[1].id, 1, second)

    for lane_id in (first, second):
        call("disableSwimlane", board.id, lane_id)
    before = everything(stores)
    assert go_on() is False
    assert everything(stores) == before
    call("enableSwimlane", board.id, first)
    assert go_on() is True
    (child,) = children(call, board, task_id)
    assert (child["swimlane_id"], call("getTask", task_id)["swimlane_id"]) == (first, second)


def test_one_that_is_counted_from_the_completion_is_due_though_the_task_was_not(call: Client, board: Project) -> None:
    counted = {"recurrence_factor": 2, "recurrence_timeframe": 0}
    for basedate, is_due in ((1, True), (0, False)):
        task_id = recurring(call, board, CLOSING, **counted, recurrence_basedate=basedate)
        call("closeTask", task_id)
        (child,) = children(call, board, task_id)
        assert child["date_due"] == (call("getTask", task_id)["date_completed"] + 2 * DAY if is_due else 0)


def test_it_is_made_once_until_an_update_arms_the_task_again(call: Client, board: Project) -> None:
    task_id = recurring(call, board, CLOSING)
    for method in ("closeTask", "closeTask", "openTask", "closeTask"):
        call(method, task_id)
    assert len(children(call, board, task_id)) == 1
    call("updateTask", id=task_id, recurrence_status=1)
    call("closeTask", task_id)
    assert len(children(call, board, task_id)) == 2


@pytest.mark.parametrize("status", [0, 2, 3])
def test_another_status_makes_none(call: Client, board: Project, status: int) -> None:
    task_id = a_task(call, board, recurrence_status=status, recurrence_trigger=CLOSING)
    call("closeTask", task_id)
    assert children(call, board, task_id) == []


MOVES = [
    (LEAVING_FIRST, 0, 1, True),
    (LEAVING_FIRST, 0, 2, True),
    (LEAVING_FIRST, 1, 2, False),
    (LEAVING_FIRST, 1, 0, False),
    (REACHING_LAST, 0, 2, True),
    (REACHING_LAST, 0, 1, False),
    (REACHING_LAST, 2, 0, False),
    (CLOSING, 0, 2, False),
    (3, 0, 2, False),
]


@pytest.mark.parametrize(("trigger", "source", "target", "fires"), MOVES)
def test_a_move_fires_by_the_columns_it_leaves_and_reaches(
    call: Client, board: Project, trigger: int, source: int, target: int, fires: bool
) -> None:
    task_id = recurring(call, board, trigger, column_id=board.columns[source].id)
    assert move(call, board, task_id, 1, target) is True
    assert len(children(call, board, task_id)) == int(fires)
    assert call("getTask", task_id)["column_id"] == board.columns[target].id


def test_a_closed_task_fires_by_a_move_too(call: Client, board: Project) -> None:
    task_id = recurring(call, board, REACHING_LAST)
    call("closeTask", task_id)
    assert move(call, board, task_id, 1, 2) is True
    assert len(children(call, board, task_id)) == 1


def test_nothing_else_fires(call: Client, board: Project, foreign: Project) -> None:
    leaving = recurring(call, board, LEAVING_FIRST)
    assert move(call, board, leaving, 1, 0, 1) is True
    assert call("moveTaskToProject", leaving, foreign.id) is True
    reaching = recurring(call, board, REACHING_LAST, column_id=board.columns[2].id)
    assert call("moveTaskToProject", reaching, board.id, None, board.columns[2].id) is True
    assert children(call, board, leaving) == children(call, foreign, leaving) == children(call, board, reaching) == []


def test_no_due_date_gives_none_and_a_far_one_gives_none_either(call: Client, board: Project) -> None:
    for given in ({"recurrence_factor": 5}, {"date_due": "2030-01-15", "recurrence_factor": 2_147_483_647}):
        task_id = recurring(call, board, CLOSING, **given)
        assert call("closeTask", task_id) is True
        assert children(call, board, task_id)[0]["date_due"] == 0
