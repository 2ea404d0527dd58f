"""A project, or what belongs to one task, that has the 10 GB of an item collection (docs/architecture.md, "Limits")."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything

from lambdaboard.app.service import metrics
from lambdaboard.errors import NotFound, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, put
from lambdaboard.store.item_collections import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import OperationModel
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

SINGLE_WRITES = frozenset({"PutItem", "UpdateItem"})


Answer = tuple[int, "dict[str, Any]"] | None


def answered(stores: Stores, answer: Callable[[str, dict[str, Any]], Answer]) -> None:
    """Let the table's client get other answers: status and body by operation and request; None for moto's answer."""

    def called(model: OperationModel, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        found = answer(model.name, json.loads(params["body"]))
        return found and (SimpleNamespace(status_code=found[0]), {"ResponseMetadata": {}, **found[1]})

    events: Any = stores.table.client.meta.events  # whose stubs know no handler that returns something
    events.register("before-call.dynamodb", called)


def full(partition: str, *, other_reason: str = "None") -> Callable[[str, dict[str, Any]], Answer]:
    """Refuse each write that adds to a partition, as DynamoDB does where it has 10 GB."""

    def adds(request: dict[str, Any]) -> bool:
        return bool((request.get("Key") or request["Item"])["pk"]["S"] == partition)

    def answer(operation: str, request: dict[str, Any]) -> Answer:
        if operation in SINGLE_WRITES and adds(request):
            return 400, {"Error": {"Code": "ItemCollectionSizeLimitExceededException"}}
        actions = request.get("TransactItems", [])
        refused = [any(kind != "Delete" and adds(each[kind]) for kind in each) for each in actions]
        if not any(refused):
            return None
        codes = ["ItemCollectionSizeLimitExceeded" if each else other_reason for each in refused]
        reasons = [{"Code": code} for code in codes]
        return 400, {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}

    return answer


WRITES: dict[str, Callable[[Client, int, int], Any]] = {
    "updateTask": lambda call, _, task_id: call.error("updateTask", id=task_id, title="New"),
    "closeTask": lambda call, _, task_id: call.error("closeTask", task_id),
    "createTask": lambda call, project_id, _: call.error("createTask", "New", project_id),
    "createTag": lambda call, project_id, _: call.error("createTag", project_id, "new"),
    "duplicateTaskToProject": lambda call, project_id, task_id: call.error(
        "duplicateTaskToProject", task_id, project_id
    ),
}


@pytest.mark.parametrize("method", WRITES)
def test_a_write_to_a_full_project_says_what_to_do_and_is_no_fault_of_ours(
    call: Client, stores: Stores, board: Project, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    metrics.clear_metrics()
    answered(stores, full(f"P#{board.id}"))
    error = WRITES[method](call, board.id, task_id)
    assert error["code"] == -32000
    assert "Remove something" in error["message"]
    assert everything(stores) == before
    assert "InternalErrors" not in metrics.metric_set
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


@pytest.mark.parametrize("method", ["createComment", "createSubtask", "saveTaskMetadata"])
def test_a_write_to_a_task_whose_own_collection_is_full_says_so_too(
    call: Client, stores: Stores, board: Project, method: str
) -> None:
    task_id = a_task(call, board)
    params: dict[str, list[Any]] = {
        "createComment": [task_id, 0, "Text"],
        "createSubtask": [task_id, "Subtask"],
        "saveTaskMetadata": [task_id, {"name": "value"}],
    }
    answered(stores, full(f"T#{task_id}"))
    assert call.error(method, *params[method])["code"] == -32000


def test_from_a_full_project_tasks_can_be_moved_and_removed(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    moved, removed = a_task(call, board), a_task(call, board)
    answered(stores, full(f"P#{board.id}"))
    assert call("moveTaskToProject", moved, foreign.id) is True
    assert call("removeTask", removed) is True
    assert call("getTask", moved)["project_id"] == foreign.id


def test_a_failed_condition_is_reported_before_a_full_collection(stores: Stores) -> None:
    answered(stores, full("P#1", other_reason="ConditionalCheckFailed"))
    new, gone = put(keys.task(1, 1), {}), delete(keys.task(2, 2), NotFound(Thing.TASK))
    with pytest.raises(NotFound):
        stores.table.write(new, gone)


# --- before it is full ------------------------------------------------------------------------------------------


def sized(gigabytes: float, asked: list[str]) -> Callable[[str, dict[str, Any]], Answer]:
    """Answer the writes that ask how large their item collections are, and note their operations."""

    def answer(operation: str, request: dict[str, Any]) -> Answer:
        if request.get("ReturnItemCollectionMetrics") != "SIZE":
            return None
        asked.append(operation)
        size = {"ItemCollectionKey": {"pk": {"S": "P#1"}}, "SizeEstimateRangeGB": [gigabytes, gigabytes + 1]}
        return 200, {"ItemCollectionMetrics": {"table": [size]} if operation.startswith("Trans") else size}

    return answer


@pytest.mark.parametrize(("gigabytes", "times"), [(7.9, 0), (8.0, 1)])
def test_a_collection_that_passes_8_gb_is_reported_once_by_a_sample_of_the_writes(
    stores: Stores, caplog: pytest.LogCaptureFixture, gigabytes: float, times: int
) -> None:
    asked: list[str] = []
    answered(stores, sized(gigabytes, asked))
    metrics.clear_metrics()
    for number in range(SAMPLE + 1):
        stores.table.write(put(keys.task(1, number), {}))
        stores.table.get_one(keys.task(1, number))
    for _ in range(SAMPLE):
        stores.table.write(put(keys.task(1, 1), {}), put(keys.task(1, 2), {}))
    assert asked == ["PutItem", "PutItem", "TransactWriteItems"]
    told = [vars(each) for each in caplog.records if each.getMessage() == "large item collection"]
    assert [(each["levelname"], each["partition"], each["gigabytes"]) for each in told] == [
        ("WARNING", "P#1", gigabytes)
    ] * times
    assert ("LargeCollections" in metrics.metric_set) == bool(times)
