"""`make bench`: what each method costs of AWS and of the processor, in projects of 10 to 100,000 tasks.

Two tables of docs/costs.md. The processor's time is told as a multiple of one GetItem of boto3 in the same run, since
machines differ; `alone` is a call that asks AWS for nothing: dispatch, validation and serialisation. Half of the tasks
are open, in the first column; the application user asks, of a container that knows where the task is.
"""

from __future__ import annotations

import argparse
import itertools
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.bench.workbench import Cost, Scales, dynamodb, timed, write
from tests.boards import a_board
from tests.conftest import TABLE, Client, a_service

from lambdaboard.domain.task import Task
from lambdaboard.store import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

SIZES = (10, 1_000, 10_000, 100_000)

LISTS = ("getAllTasks", "getBoard")
"""Methods whose cost follows the number of tasks; not measured for the largest project: the answer is too large."""

RUNS = 101
"""Calls that a median is of, where one takes milliseconds; the lists are called less often."""

BUDGETS = {"alone": 0.25, "getTask": 2.5, "updateTask": 3.5, "createTask": 5.5}
"""What a method may take of the processor, in GetItems; getAllTasks 18 a 1,000 tasks."""

Acts = dict[str, "Callable[[], Any]"]


def fill(stores: Stores, size: int) -> tuple[Project, int]:
    """Make a project with so many tasks; return it and its middle open task."""
    project = a_board(stores)
    first = stores.tasks.next_id(size)
    tasks = (
        Task(
            id=first + number,
            title=f"Task {number}",
            description="What is to be done, and why, in a line or two.",
            date_creation=1,
            project_id=project.id,
            column_id=project.columns[0].id,
            swimlane_id=project.swimlanes[0].id,
            date_modification=1,
            date_moved=1,
            is_active=number % 2,
            reference=f"REF-{number}",
        )
        for number in range(size)
    )
    write(stores, tasks)
    return project, first + size // 2 // 2 * 2 + 1


def acts(call: Client, project: Project, task: int) -> Acts:
    """Return a call of each method."""
    turn = itertools.count()
    lane, column, other = project.swimlanes[0].id, project.columns[0].id, project.columns[1].id
    call("saveTaskMetadata", task, {"key": "value"})
    file = call("createTaskFile", project.id, task, "a.txt", "YQ==")
    comment = call("createComment", task, 0, "A comment")
    # `response`: what a client does with the answer is not ours
    return {
        "alone": lambda: call.response("getVersion"),
        "getTask": lambda: call.response("getTask", task),
        "getTaskByReference": lambda: call.response("getTaskByReference", project.id, "REF-1"),
        "createTask": lambda: call.response("createTask", f"New {next(turn)}", project.id),
        "updateTask": lambda: call.response("updateTask", id=task, title=f"Title {next(turn)}"),
        "closeTask": lambda: call.response("closeTask", task),
        "openTask": lambda: call.response("openTask", task),
        "moveTaskPosition, to the top": lambda: call.response(
            "moveTaskPosition", project.id, task, (column, other)[next(turn) % 2], 1, lane
        ),
        "saveTaskMetadata": lambda: call.response("saveTaskMetadata", task, {"key": str(next(turn))}),
        "getTaskMetadata": lambda: call.response("getTaskMetadata", task),
        "getTaskFile": lambda: call.response("getTaskFile", file),
        "createComment": lambda: call.response("createComment", task, 0, "Another"),
        "getComment": lambda: call.response("getComment", comment),
        "createSubtask, removeSubtask": lambda: call.response("removeSubtask", call("createSubtask", task, "Step")),
        "getAllTasks": lambda: call.response("getAllTasks", project.id),
        "getBoard": lambda: call.response("getBoard", project.id),
    }


def measured(stores: Stores, sizes: tuple[int, ...]) -> tuple[dict[tuple[str, int], Cost], float]:
    """Return the costs of the methods in projects of all sizes, and the processor's time for one GetItem."""
    call = Client(a_service(stores))
    found: dict[tuple[str, int], Cost] = {}
    get_items: list[float] = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        scales = Scales(stores, monkeypatch)
        for size in sizes:
            project, task = fill(stores, size)
            for name, act in acts(call, project, task).items():
                if name not in LISTS or size <= 10_000:
                    get_items.append(get_item(project.id, task))
                    found[name, size] = scales.weigh(act, RUNS if name not in LISTS else 5)
    return found, sorted(get_items)[len(get_items) // 2]


def get_item(project_id: int, task_id: int) -> float:
    """Return the median time of the processor for a GetItem of a task by boto3 as it comes, in milliseconds."""
    client = boto3.client("dynamodb")
    key: Any = keys.task(project_id, task_id).attributes()
    times = [timed(lambda: client.get_item(TableName=TABLE, Key=key, ConsistentRead=True))[0] for _ in range(30)]
    return sorted(times)[len(times) // 2]


def of_aws(found: dict[tuple[str, int], Cost], sizes: tuple[int, ...]) -> str:
    """Return what the methods ask of AWS, as a table of Markdown: round trips, calls, read and write units."""
    names = list(dict.fromkeys(name for name, _ in found))
    rows = [f"| {name} | {' | '.join(_cell(found.get((name, size))) for size in sizes)} |" for name in names]
    return "\n".join(
        [f"| Method | {' | '.join(f'{size:,}' for size in sizes)} |", "|---" * (len(sizes) + 1) + "|", *rows]
    )


def _cell(cost: Cost | None) -> str:
    if cost is None:
        return ""
    return f"{cost.round_trips} · {cost.calls} · {cost.read_units:g} · {cost.write_units:g}"


def of_processor(found: dict[tuple[str, int], Cost], get_item_: float) -> str:
    """Return what the methods take of the processor in a project of 1,000 tasks, as a table of Markdown."""
    rows = []
    for (name, size), cost in found.items():
        if size == 1_000:
            per_thousand = 2 if name == "getAllTasks" else 1  # half of the tasks are open
            target = 18 if name == "getAllTasks" else BUDGETS.get(name, "")
            rows.append(f"| {name} | {cost.cpu:.2f} | {per_thousand * cost.cpu / get_item_:.2f} | {target} |")
    head = f"One GetItem of boto3: {get_item_:.2f} ms\n\n| Method | CPU, ms | GetItems | at most |\n|---|---|---|---|"
    return "\n".join([head, *rows])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    sizes = tuple(parser.parse_args().sizes)
    with dynamodb() as stores:
        found, get_item_ = measured(stores, sizes)
    print(of_aws(found, sizes))
    print(of_processor(found, get_item_))


if __name__ == "__main__":
    main()
