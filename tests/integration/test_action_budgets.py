"""What automatic actions add to the cost of the call that sets them off; those that do nothing: test_budgets.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.aws_calls import Tracker
from tests.integration.test_budgets import ALL, World, a_container, an_action, succeeded, the_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

Act = tuple[str, "Callable[[Client, World], Any]"]


class Row(NamedTuple):
    """An action, and what it adds: to the depth, to the calls of DynamoDB, to the items written."""

    name: str
    event: str
    kind: str
    depth: int = 0
    calls: int = 0
    items: int = 0


MOVE = "moveTaskPosition, to the front"

ROWS = [
    Row("createTask", "task.create", "TaskAssignColorColumn"),
    Row("createTask", "task.create", "TaskAssignDueDateOnCreation"),
    Row("createTask", "task.create", "TaskAssignUserSwimlaneChange", 1, 1),
    Row("createTask", "task.create", "TaskMoveColumnCategoryChange", 3, 3),
    Row("updateTask", "task.create_update", "TaskAssignColorCategory"),
    Row("updateTask", "task.update", "TaskMoveColumnUnAssigned", 2, 2),  # it is the first one of its column
    Row(MOVE, "task.move.column", "TaskCloseColumn"),
    Row(MOVE, "task.move.column", "TaskUpdateStartDate"),
    Row(MOVE, "task.move.column", "SubtaskTimerMoveTaskColumn", 1, 1, 2),
    Row("closeTask", "task.close", "TaskMoveColumnClosed", 1, 1),
    Row("createTaskLink", "task_internal_link.create_update", "TaskAssignColorLink"),
]


def _params(of: World, kind: str) -> dict[str, Any]:
    backlog, ready, done = (column.id for column in of.board.columns)
    return {
        "column_id": ready if "Column" in kind or "StartDate" in kind else backlog,
        "src_column_id": backlog,
        "dest_column_id": done,
        "swimlane_id": of.board.swimlanes[0].id,
        "category_id": 0,
        "link_id": 3,
        "user_id": of.person,
        "color_id": "red",
        "duration": 3,
        "subtask": "Check",
    }


def _made(call: Client, of: World, row: Row) -> None:
    params = _params(of, row.kind)
    if row.name == "createTask":
        params["column_id"] = of.board.columns[0].id
    an_action(call, of.board, row.event, row.kind, **params)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_an_action_adds_no_more_than_it_must(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, row: Row
) -> None:
    world = the_world(call, stores)
    _made(call, world, row)
    act, cost = ALL[row.name]
    container, measured = a_container()
    calls = Tracker(monkeypatch, measured).of(lambda: succeeded(act(container, world), row.kind))
    expected = (cost.cold + row.depth, cost.calls + row.calls, cost.items + row.items)
    assert (calls.depth, calls.dynamodb, calls.items) == expected, calls
    assert "automatic_actions" in vars(caplog.records[-1]), "it has done nothing"


def test_a_comment_costs_a_person_an_id_and_two_items_and_a_row_of_activity_for_each_event(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = the_world(call, stores)
    an_action(
        call, world.board, "task.move.column", "CommentCreationMoveTaskColumn", column_id=world.board.columns[1].id
    )
    act, cost = ALL[MOVE]
    container, measured = a_container()
    container.by("ann")("getVersion")
    calls = Tracker(monkeypatch, measured).of(lambda: act(container.by("ann"), world))
    assert (calls.depth, calls.items) == (cost.cold + 1, cost.items + 2 + 2)
