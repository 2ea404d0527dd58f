"""A write whose answer is lost happens once and is answered truly (architecture.md, "A lost answer")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything, lane, move
from tests.disturbances import LostAnswer

from lambdaboard.store import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

    Call = Callable[[Client, Project, int], Any]


def upload(call: Client, board: Project, task_id: int) -> Any:
    return call("createTaskFile", board.id, task_id, "a.txt", "YQ==")


UPDATES: dict[str, Call] = {
    "updateTask": lambda call, board, task_id: call("updateTask", id=task_id, title="New"),
    "closeTask": lambda call, board, task_id: call("closeTask", task_id),
    "openTask": lambda call, board, task_id: call("openTask", task_id),
    "moveTaskPosition": lambda call, board, task_id: move(call, board, task_id, 3),
    "moveTaskToProject": lambda call, board, task_id: call("moveTaskToProject", task_id, board.id),
}

TRANSACTIONS: dict[str, Call] = {
    "updateTask": lambda call, board, task_id: call("updateTask", id=task_id, tags=["new"]),
    "removeTask": lambda call, board, task_id: call("removeTask", task_id),
    "createTask": lambda call, board, task_id: call("createTask", "New", board.id) > 0,
    "duplicateTaskToProject": lambda call, board, task_id: call("duplicateTaskToProject", task_id, board.id) > 0,
    "createTaskFile": lambda call, board, task_id: upload(call, board, task_id) > 0,
    "removeTaskFile": lambda call, board, task_id: call("removeTaskFile", 1),
    "removeAllTaskFiles": lambda call, board, task_id: call("removeAllTaskFiles", task_id),
    "saveTaskMetadata": lambda call, board, task_id: call("saveTaskMetadata", task_id, {"a": "1", "b": "2"}),
    "removeTaskMetadata": lambda call, board, task_id: call("removeTaskMetadata", task_id, "old"),
    "removeProject": lambda call, board, task_id: call("removeProject", board.id),
    "createComment": lambda call, board, task_id: call("createComment", task_id, 0, "New") > 0,
    "removeComment": lambda call, board, task_id: call("removeComment", 1),
    "createSubtask": lambda call, board, task_id: call("createSubtask", task_id, "New", 0, 1) > 0,
    "updateSubtask": lambda call, board, task_id: call("updateSubtask", 1, task_id, "New"),
    "removeSubtask": lambda call, board, task_id: call("removeSubtask", 1),
    "setSubtaskStartTime": lambda call, board, task_id: call("setSubtaskStartTime", 1, 1),
    "createExternalTaskLink": lambda call, board, task_id: (
        call("createExternalTaskLink", task_id, "x://a/b", "related") > 0
    ),
    "removeExternalTaskLink": lambda call, board, task_id: call("removeExternalTaskLink", task_id, 1),
    "createLink": lambda call, board, task_id: call("createLink", "needs") > 0,
    "updateLink": lambda call, board, task_id: call("updateLink", 1, 0, "needs"),
    "removeLink": lambda call, board, task_id: call("removeLink", 1),
}

BELONGINGS: dict[str, tuple[str, Call]] = {
    "updateComment": ("COMMENT#", lambda call, board, task_id: call("updateComment", 1, "New")),
    "updateExternalTaskLink": (
        "EXTERNAL_LINK#",
        lambda call, board, task_id: call("updateExternalTaskLink", task_id, 1, "New"),
    ),
}


def a_world(call: Client, board: Project) -> int:
    """Make a user and three tasks; the first, which is returned, has one of each that can belong to a task."""
    call("createUser", "ann", "password")
    first, *_ = [a_task(call, board) for _ in range(3)]
    upload(call, board, first)
    call("createComment", first, 0, "Text")
    call("createSubtask", first, "Subtask", 0, 1)
    call("createExternalTaskLink", first, "x://a/b", "related")
    call("saveTaskMetadata", first, {"old": "value"})
    return first


@pytest.mark.parametrize("method", UPDATES)
def test_an_update_whose_answer_is_lost_is_true_and_was_made_once(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    task_id = a_world(call, board)
    version = stores.tasks.find(task_id).stored.version.number
    lost = LostAnswer(monkeypatch, stores, "UpdateItem", keys.task(1, task_id).sk)
    assert UPDATES[method](call, board, task_id) is True
    assert stores.tasks.find(task_id).stored.version.number == version + 1
    assert len(lost.requests) == 2


@pytest.mark.parametrize("method", BELONGINGS)
def test_a_change_to_what_belongs_to_a_task_whose_answer_is_lost_is_true_and_was_made_once(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    task_id = a_world(call, board)
    kind, act = BELONGINGS[method]
    lost = LostAnswer(monkeypatch, stores, "UpdateItem", kind)
    assert act(call, board, task_id) is True
    (version,) = (int(item["v"]["N"]) for key, item in everything(stores).items() if key[1].startswith(kind))
    assert (version, len(lost.requests)) == (2, 2)


@pytest.mark.parametrize("method", TRANSACTIONS)
def test_a_transaction_whose_answer_is_lost_is_sent_again_with_its_token(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    task_id = a_world(call, board)
    lost = LostAnswer(monkeypatch, stores, "TransactWriteItems")
    assert TRANSACTIONS[method](call, board, task_id) is True
    assert lost.requests[0] == lost.requests[1]
    others = [sent for sent in lost.requests if sent != lost.requests[0]]
    assert len(others) == int(method == "duplicateTaskToProject")  # what is copied with it, then the task
    for row in call("getAllTasks", board.id):
        counts = stores.tasks.find(row["id"]).stored.counts
        listed = [len(call(f"getAll{name}", row["id"])) for name in ("Comments", "Subtasks", "ExternalTaskLinks")]
        assert listed == [counts.nb_comments, counts.nb_subtasks, counts.nb_external_links]


def test_a_creation_whose_answer_is_lost_makes_one_task(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    LostAnswer(monkeypatch, stores, "TransactWriteItems")
    created = a_task(call, board)
    assert lane(call, board) == [created]


def test_an_id_whose_answer_is_lost_is_skipped(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = a_task(call, board)
    lost = LostAnswer(monkeypatch, stores, "UpdateItem", "#task")
    second = a_task(call, board)
    assert second > first
    assert len(lost.requests) == 2
    assert lane(call, board) == [first, second]


def test_a_closing_whose_answer_is_lost_makes_one_successor(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board, recurrence_status=1, recurrence_trigger=2)
    LostAnswer(monkeypatch, stores, "TransactWriteItems")
    assert call("closeTask", task_id) is True
    assert [row["recurrence_parent"] for row in call("getAllTasks", board.id)] == [task_id]


def test_an_upload_whose_answer_is_lost_is_counted_once(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    LostAnswer(monkeypatch, stores, "TransactWriteItems")
    file_id = upload(call, board, task_id)
    assert [row["id"] for row in call("getAllTaskFiles", task_id)] == [file_id]
    assert call("searchTasks", board.id, "")[0]["nb_files"] == 1
    assert len([path for page in stores.blobs.pages() for path in page]) == 1


def test_a_write_is_known_by_its_mark_when_others_wrote_before_it_was_repeated(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    update = stores.table.client.update_item
    others = iter(range(1, 5))

    def with_lost_answer(**request: Any) -> Any:
        monkeypatch.setattr(stores.table.client, "update_item", update)
        update(**request)
        for number in others:
            assert call("updateTask", id=task_id, score=number) is True
        return update(**request)

    monkeypatch.setattr(stores.table.client, "update_item", with_lost_answer)
    assert call("updateTask", id=task_id, title="Mine", score=99) is True
    task = call("getTask", task_id)
    assert (task["title"], task["score"]) == ("Mine", 4)


def test_a_failure_that_lasts_is_an_error_and_changes_nothing(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)

    def unreachable(request: Any, **_: Any) -> None:
        raise OSError("no route")

    stores.table.client.meta.events.register_first("before-send.dynamodb.TransactWriteItems", unreachable)
    assert call.error("removeTask", task_id)["code"] == -32603
    assert everything(stores) == before
