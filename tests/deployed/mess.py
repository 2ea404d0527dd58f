"""The leftovers of crashes, created in a deployed stack."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from lambdaboard.store import keys

if TYPE_CHECKING:
    from tests.deployed.stack import Stack

LOST = 900_000
"""The number of a project, a task and a column that do not exist."""


def make_a_mess(stack: Stack) -> dict[str, int]:
    """Create orphans and a task without a column; return the expected findings of a sweep, by kind."""
    orphans: list[tuple[keys.Key, dict[str, Any]]] = [
        (keys.column(LOST), {"project_id": {"N": str(LOST)}}),
        (keys.metadata(LOST, "name"), {"val": {"S": "value"}}),
    ]
    table, name = stack.account.client("dynamodb"), stack.outputs["Table"]
    for key, item in orphans:
        table.put_item(TableName=name, Item={**key.attributes(), **item})
    remove_column_under(stack, a_task(stack))
    return {"column lookup without its parent": 1, "metadata without its parent": 1, "task in no column": 1}


def a_task(stack: Stack, **given: Any) -> dict[str, Any]:
    """Return a task in a project of its own, in the last column, with a file and a value."""
    project_id = stack.call("createProject", name="Of the deployed tests")
    column_id = stack.call("getColumns", project_id)[-1]["id"]
    task_id = stack.call("createTask", title="Task", project_id=project_id, column_id=column_id, **given)
    assert stack.call("createTaskFile", project_id, task_id, "a.txt", "YQ==")
    assert stack.call("saveTaskMetadata", task_id, {"name": "value"})
    return dict(stack.call("getTask", task_id))


def remove_column_under(stack: Stack, task: dict[str, Any]) -> None:
    """Take a task's column out of its project, as if the task had been made while the column was removed."""
    table, name = stack.account.client("dynamodb"), stack.outputs["Table"]
    item = table.get_item(TableName=name, Key=keys.project(task["project_id"]).attributes())["Item"]
    project = json.loads(item["doc"]["S"])
    project["columns"] = [each for each in project["columns"] if each["id"] != task["column_id"]]
    item["doc"] = {"S": json.dumps(project)}
    table.put_item(TableName=name, Item=item)


def cut_off_before_its_row(stack: Stack) -> None:
    """Create a task as in a call that is interrupted before it has written its row of activity."""
    task, person = a_task(stack), stack.call("createUser", f"author{time.time_ns()}", "password")
    table, row_id = stack.account.client("dynamodb"), time.time_ns() // 1_000
    table.update_item(
        TableName=stack.outputs["Table"],
        Key=keys.task(task["project_id"], task["id"]).attributes(),
        UpdateExpression="SET e = :e",
        ExpressionAttributeValues={":e": {"S": json.dumps([row_id, person, 365, ["task.close"], 0, 0])}},
    )


def exercise(stack: Stack) -> None:
    """Let cascade write a row of activity, and sweep repair, in runs that have time for one page each."""
    make_a_mess(stack)
    cut_off_before_its_row(stack)
    function, functions = stack.resources()["SweepFunction"], stack.account.client("lambda")
    seconds = functions.get_function_configuration(FunctionName=function)["Timeout"]
    functions.update_function_configuration(FunctionName=function, Timeout=50)
    while not stack.invoke("SweepFunction", {"repair": True})["complete"]:
        pass
    functions.update_function_configuration(FunctionName=function, Timeout=seconds)
