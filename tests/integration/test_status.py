"""openTask, closeTask and removeTask (behaviour.md 3.5, 3.6); which dates they renew (3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything, lane

from lambdaboard.store import keys

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN: list[Any] = [0, "0", -1, 999_999, 10**13]


@pytest.mark.parametrize("method", ["openTask", "closeTask", "removeTask"])
def test_an_unknown_task_is_false_and_what_is_no_id_an_error(call: Client, method: str) -> None:
    for task_id in UNKNOWN:
        assert call(method, task_id) is False
        assert call.documented(method, task_id) is False
    for task_id in ("task", None, 1.5, True, []):
        assert call.error(method, task_id)["code"] == -32602


def test_closing_sets_status_and_time_and_renews_the_modification(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    for _ in range(2):
        backdate(stores, task_id, date_completed=LONG_AGO)
        assert call("closeTask", task_id) is True
        task = call("getTask", task_id)
        assert task["is_active"] == 0
        assert task["date_completed"] == task["date_modification"] > LONG_AGO
        assert (task["date_moved"], task["date_creation"]) == (LONG_AGO, LONG_AGO)


def test_opening_clears_the_time_even_of_a_task_never_closed(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    for before in ([], ["closeTask"], ["openTask"]):
        for method in before:
            call(method, task_id)
        backdate(stores, task_id)
        assert call("openTask", task_id) is True
        task = call("getTask", task_id)
        assert (task["is_active"], task["date_completed"], task["date_moved"]) == (1, 0, LONG_AGO)
        assert task["date_modification"] > LONG_AGO


def test_closing_leaves_no_gap_and_opening_returns_a_task_to_its_place(call: Client, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(4)]
    call("closeTask", ids[1])
    assert lane(call, board) == [ids[0], ids[2], ids[3]]
    call("closeTask", ids[0])
    assert lane(call, board) == ids[2:]
    call("openTask", ids[1])
    assert lane(call, board) == ids[1:]
    call("openTask", ids[0])
    assert lane(call, board) == ids


def test_the_position_of_a_closed_task_is_the_one_it_would_have(call: Client, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(4)]
    for task_id in ids[:3]:
        call("closeTask", task_id)
    positions = {row["id"]: row["position"] for row in call("getAllTasks", board.id, 0)}
    assert positions == {task_id: call("getTask", task_id)["position"] for task_id in ids[:3]}
    for task_id in ids[:3]:
        before = call("getTask", task_id)["position"]
        call("openTask", task_id)
        assert call("getTask", task_id)["position"] == before


def test_a_removed_task_is_gone_at_once_with_all_that_hung_on_it(call: Client, board: Project) -> None:
    task_id, other = a_task(call, board, reference="R", date_due="2020-01-01"), a_task(call, board)
    file_id = call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    call("saveTaskMetadata", task_id, {"name": "value"})
    assert call("removeTask", task_id) is True
    assert call("removeTask", task_id) is False
    reads: dict[tuple[Any, ...], Any] = {
        ("getTask", task_id): None,
        ("getTaskByReference", board.id, "R"): None,
        ("getTaskFile", file_id): None,
        ("downloadTaskFile", file_id): "",
        ("getAllTaskFiles", task_id): [],
        ("getTaskMetadata", task_id): {},
        ("getTaskMetadataByName", task_id, "name"): "",
        ("getOverdueTasks",): [],
    }
    for read, nothing in reads.items():
        assert call(*read) == nothing, read
    for method, number in {"updateTask": task_id, "closeTask": task_id, "removeTaskFile": file_id}.items():
        assert call(method, number) is False
    assert lane(call, board) == [other]


def test_removing_leaves_no_gap_open_or_closed(call: Client, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(4)]
    call("closeTask", ids[2])
    for task_id in ids[1:3]:
        assert call("removeTask", task_id) is True
    assert lane(call, board) == [ids[0], ids[3]]


def test_removing_keeps_the_tags_and_the_other_tasks(call: Client, stores: Stores, board: Project) -> None:
    first, second = a_task(call, board, tags=["a"]), a_task(call, board, tags=["a"])
    before = everything(stores)
    call("removeTask", first)
    gone = {key for key in before if key not in everything(stores)}
    assert gone == {keys.task(board.id, first), (f"T#{first}", "@")}
    assert call("getTask", second)["id"] == second
