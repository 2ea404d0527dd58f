"""cascade runs behind the table's stream, sweep when it is called."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.deployed.mess import a_task, make_a_mess

if TYPE_CHECKING:
    from tests.deployed.stack import Stack

PATIENCE = 30  # seconds for the stream


def left_of(stack: Stack, task: dict[str, Any]) -> list[str]:
    """Return the sort keys of a task's items, and the paths of its contents."""
    items = stack.account.client("dynamodb").query(
        TableName=stack.outputs["Table"],
        KeyConditionExpression="pk = :task",
        ExpressionAttributeValues={":task": {"S": f"T#{task['id']}"}},
    )["Items"]
    return sorted([*(item["sk"]["S"] for item in items), *contents(stack, task)])


def contents(stack: Stack, task: dict[str, Any]) -> list[str]:
    prefix = f"{task['project_id']}/{task['id']}/"
    found = stack.account.client("s3").list_objects_v2(Bucket=stack.outputs["Bucket"], Prefix=prefix)
    return [each["Key"] for each in found.get("Contents", [])]


def soon(stack: Stack, task: dict[str, Any], wanted: set[str]) -> None:
    """Wait until only `wanted` is left of a task."""
    deadline = time.monotonic() + PATIENCE
    while set(left := left_of(stack, task)) != wanted:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_the_stream_triggers_cascade_which_removes_the_child_entities_of_a_task(stack: Stack) -> None:
    task = a_task(stack)
    assert len(left_of(stack, task)) == 4
    assert len(contents(stack, task)) == 1
    assert stack.call("removeTask", task["id"]) is True
    soon(stack, task, set())


def test_the_stream_triggers_cascade_when_all_files_of_a_task_are_removed(stack: Stack) -> None:
    task = a_task(stack)
    assert stack.call("removeAllTaskFiles", task["id"]) is True
    soon(stack, task, {"@", "META#name"})


def test_a_removed_project_takes_everything_along(stack: Stack) -> None:
    task = a_task(stack)
    assert stack.call("removeProject", task["project_id"]) is True
    soon(stack, task, set())


@pytest.mark.usefixtures("exercised")
def test_sweep_tells_what_it_finds_and_repairs_it_when_asked(stack: Stack) -> None:
    found = make_a_mess(stack)
    assert stack.invoke("SweepFunction", {}) == {"found": found, "repaired": False, "complete": True}
    assert stack.invoke("SweepFunction", {"repair": True}) == {"found": found, "repaired": True, "complete": True}
    assert stack.invoke("SweepFunction", {"repair": True})["found"] == {}
