"""The cost of each method in AWS and processor time, in projects of 10 to 100,000 tasks.

Half of the tasks are open, in the first column; the caller is the application, in a container that has cached the
task's place and that has to renew the project's last change, as it does once a second. Processor time is a multiple of
one GetItem of boto3 in the same run, since machines differ; getVersion makes no call of AWS: only dispatch, validation
and serialization.
"""

from __future__ import annotations

import itertools
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from local.settings import SettingsError
from tests.bench import report
from tests.bench.workbench import Cost, Scales, dynamodb, write
from tests.boards import a_board
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.integration.uploads import CONTENT, described

from lambdaboard.app.service import metrics
from lambdaboard.domain.task import Task
from lambdaboard.store import keys
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.domain.project import Project

SIZES = (10, 1_000, 10_000, 100_000)
CHECKED = (10, 1_000)
"""The sizes for `make units`."""

WITH_REFERENCE = 4
"""Tasks of a project that have one: for any other, a new place or status takes a write unit less."""

LISTS = {"getAllTasks", "getBoard"}
"""Methods whose answer grows with the number of tasks; at 100,000 it is too large."""

BY_A_PERSON = ("updateTask", "closeTask", "moveTaskPosition, to the top", "createTask")
"""Methods that are also measured for a person, whose calls write rows of activity."""

TIMED_AT = 1_000
RUNS = 101
"""The number of timed calls, if one takes milliseconds; lists are called less often."""

BUDGETS = {"getVersion": 0.25, "getTask": 2.5, "updateTask": 3.5, "createTask": 5.5, "getAllTasks": 18.0}
"""The limits of processor time of methods, in GetItems; getAllTasks for 1,000 tasks."""

PASSWORD = "secret of a user"

UNITS, PROCESSOR = "work of AWS", "processor time"

Costs = dict[tuple[str, int], Cost]


def fill(stores: Stores, size: int) -> tuple[Project, int]:
    """Make a project with this number of tasks; return it and its middle open task."""
    project = a_board(stores, columns=("Backlog", "Ready", "Done", "Archive"))
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
            reference=f"REF-{number}" if number < WITH_REFERENCE else "",
        )
        for number in range(size)
    )
    write(stores, tasks)
    return project, first + size // 2 // 2 * 2 + 1


def params(call: Client, project: Project, task: int) -> dict[str, Callable[[], list[Any] | dict[str, Any]]]:
    """Return functions that make the params of each call of a method; their cost is not measured."""
    turn, columns = itertools.count(), itertools.cycle(column.id for column in project.columns[:2])
    lane = project.swimlanes[0].id
    target = call("createProject", "Target")
    call("saveTaskMetadata", task, {"key": "value"})
    file = call("createTaskFile", project.id, task, "a.txt", "YQ==")
    call("saveProjectMetadata", project.id, {"key": "value"})
    project_file = call("createProjectFile", project.id, "a.txt", "YQ==")
    comment = call("createComment", task, 0, "A comment")
    person = call("createUser", f"user{project.id}", PASSWORD)
    call("addProjectUser", project.id, person, "project-manager")
    linked = call("createTask", "Linked", project.id)

    def begin() -> dict[str, Any]:
        """Return what describes a new upload; nobody has another one."""
        stores = call.service.stores
        stores.table.delete_all(keys.upload(0, each.slot) for each in stores.uploads.of(0, now=0))
        return {"project_id": project.id, "task_id": linked, **described()}

    def confirm() -> dict[str, Any]:
        """Return what confirms a new upload, whose content is there."""
        params = begin()
        file_id = call("createTaskFile", **params)["file_id"]
        (upload,) = call.service.stores.uploads.of(0, now=0)
        call.service.stores.blobs.put(upload.path, CONTENT)
        return {**params, "file_id": file_id}

    def new_task() -> int:
        return int(call("createTask", "New", project.id))

    def top() -> list[int]:
        """Return what moves a task to the top of another lane."""
        return [project.id, linked, next(others), 1, lane]

    others = itertools.cycle(column.id for column in project.columns[2:])
    elsewhere = Client(a_service(Stores.connect(TABLE, BUCKET)))

    return {
        "getAllTasks": lambda: [project.id],
        "getBoard": lambda: [project.id],
        "getVersion": list,
        "getTask": lambda: [task],
        "getTask, moved elsewhere": lambda: [elsewhere("moveTaskPosition", *top()) and linked],
        "getTaskByReference": lambda: [project.id, "REF-1"],
        "searchTasks, by reference": lambda: [project.id, "ref:REF-1"],
        "getOverdueTasks": list,
        "getOverdueTasksByProject": lambda: [project.id],
        "updateTask": lambda: {"id": task, "title": f"Title {next(turn) % 10}"},
        "closeTask": lambda: [call("openTask", task) and task],
        "openTask": lambda: [call("closeTask", task) and task],
        "moveTaskPosition, to the top": lambda: [project.id, task, next(columns), 1, lane],
        "getTaskMetadata": lambda: [task],
        "getTaskMetadataByName": lambda: [task, "key"],
        "saveTaskMetadata": lambda: [task, {"key": str(next(turn))}],
        "removeTaskMetadata": lambda: [task, call("saveTaskMetadata", task, {"gone": "1"}) and "gone"],
        "getAllTaskFiles": lambda: [task],
        "getTaskFile": lambda: [file],
        "downloadTaskFile": lambda: [file],
        "downloadTaskFile, by URL": lambda: {"file_id": file, "url": True},
        "createTaskFile": lambda: [project.id, linked, "b.txt", "YQ=="],
        "createTaskFile, begun": begin,
        "createTaskFile, confirmed": confirm,
        "removeTaskFile": lambda: [call("createTaskFile", project.id, linked, "c.txt", "YQ==")],
        "removeAllTaskFiles": lambda: [call("createTaskFile", project.id, linked, "d.txt", "YQ==") and linked],
        "getProjectMetadata": lambda: [project.id],
        "saveProjectMetadata": lambda: [project.id, {"key": str(next(turn))}],
        "getProjectFile": lambda: [project.id, project_file],
        "createProjectFile": lambda: [project.id, "b.txt", "YQ=="],
        "removeProjectFile": lambda: [project.id, call("createProjectFile", project.id, "c.txt", "YQ==")],
        "getComment": lambda: [comment],
        "createComment": lambda: [linked, 0, "Another"],
        "createSubtask": lambda: [new_task(), "Step"],
        "createTaskLink": lambda: [linked, new_task(), 1],
        "createTask": lambda: ["New", project.id],
        "removeTask": lambda: [new_task()],
        "duplicateTaskToProject": lambda: [new_task(), target],
        "moveTaskToProject": lambda: [new_task(), target],
    }


def measured(stores: Stores, sizes: tuple[int, ...], timed_at: int = TIMED_AT) -> Costs:
    """Return the costs of the methods in projects of all sizes; with times in one of them, beside a GetItem's."""
    call = Client(a_service(stores))
    found: Costs = {}
    with pytest.MonkeyPatch.context() as monkeypatch:
        scales = Scales(stores, monkeypatch)
        for size in sizes:
            project, task = fill(stores, size)
            beside = get_item(project.id, task)
            made = params(call, project, task)
            for name, make in made.items():
                if name not in LISTS or size <= 10_000:
                    runs = 0 if size != timed_at else RUNS // 5 if name in LISTS else RUNS
                    found[name, size] = scales.weigh(partial(act, call, name, make), runs, beside)
            person = call.by(f"user{project.id}", PASSWORD)
            person("getVersion")  # the container knows them from then on
            for name in BY_A_PERSON:
                found[f"{name}, by a person", size] = scales.weigh(partial(act, person, name, made[name]), 0, beside)
    return found


def act(call: Client, name: str, make: Callable[[], list[Any] | dict[str, Any]]) -> Callable[[], Any]:
    """Return a call that is ready to be made; the client's work with the answer is not measured."""
    made, method = make(), name.partition(",")[0]
    metrics.clear_metrics()  # they are not flushed here, so Powertools would print them
    return partial(call.response, method, **made) if isinstance(made, dict) else partial(call.response, method, *made)


def get_item(project_id: int, task_id: int) -> Callable[[], Any]:
    """Return a GetItem of a task by boto3 as it comes."""
    key: Any = keys.task(project_id, task_id).attributes()
    return partial(boto3.client("dynamodb").get_item, TableName=TABLE, Key=key, ConsistentRead=True)


def of_aws(found: Costs, sizes: tuple[int, ...]) -> list[list[str]]:
    """Return the calls of AWS of the methods, a row each: one value if it is the same in projects of all sizes."""
    rows = []
    for name in dict.fromkeys(name for name, _ in found):
        costs = [found[name, size] for size in sizes if (name, size) in found]
        columns = zip(*((c.round_trips, c.calls, c.s3, c.read_units, c.write_units) for c in costs), strict=True)
        rows.append([name, *(spread([f"{value:g}" for value in values]) for values in columns)])
    return rows


def spread(values: list[str]) -> str:
    """Return values as a cell: only one if all are the same."""
    return values[0] if len(set(values)) == 1 else " / ".join(values)


def of_processor(found: Costs) -> list[list[str]]:
    """Return the processor time of the methods in a project of 1,000 tasks, a row each."""
    rows = []
    for (name, size), cost in found.items():
        if size == TIMED_AT and not name.endswith(", by a person"):
            cpu = cost.cpu * (2 if name in LISTS else 1)  # half of the tasks are open
            budget = f"{BUDGETS.get(name, '')}"
            rows.append([name, f"{cpu:.2f}", f"{cost.beside:.2f}", f"{cpu / cost.beside:.2f}", budget])
    return rows


def tables() -> dict[str, str]:
    """Measure; return the tables by their names in docs/costs.md."""
    with dynamodb() as stores:
        found = measured(stores, SIZES)
    units = [["Method", "Round trips", "Calls", "of S3", "Read units", "Write units"], *of_aws(found, SIZES)]
    processor = [["Method", "CPU, ms", "a GetItem", "GetItems", "at most"], *of_processor(found)]
    return {UNITS: report.markdown(units), PROCESSOR: report.markdown(processor)}


def first_sizes(cells: list[str]) -> list[str]:
    """Return a row of the document, only for the checked sizes."""
    name, *values = cells
    return [name, *(spread(value.split(" / ")[: len(CHECKED)]) for value in values)]


def main() -> int:
    """`make units`: check that the methods cost what docs/costs.md says. Exit status 1: some do not."""
    try:
        with dynamodb() as stores:
            found = measured(stores, CHECKED, timed_at=0)
    except SettingsError as error:
        print(f"make units: skipped: {error}")
        return 0
    told = {row[0]: first_sizes(row) for row in report.rows(UNITS)}
    differing = [row for row in of_aws(found, CHECKED) if told.get(row[0]) != row]
    for row in differing:
        print(f"{row[0]}: docs/costs.md says {told.get(row[0], [])[1:]}, measured is {row[1:]}")
    print(f"{len(found) // len(CHECKED)} methods measured in projects of 10 and 1,000 tasks, {len(differing)} differ")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
