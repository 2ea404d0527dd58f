"""`make bench-search`: what searches cost in projects of 10, 1,000 and 10,000 tasks; a table of docs/costs.md.

The application runs in this process on AWS's own DynamoDB (Java and npm are needed), so that its processor time can be
told from the emulator's: it is that of a call from the event to the response. Nine of ten tasks are closed. Round trips
are those that follow one another, by the clock of tests/aws_calls.py; a member asks whom the container knows.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tests.environment  # noqa: F401 - before the application is imported
from local import aws, resources
from local.settings import Settings
from tests.aws_calls import Tracker
from tests.boards import a_board
from tests.conftest import BUCKET, TABLE, Client, a_service

from lambdaboard.domain.task import Task
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.domain.project import Project

SIZES = (10, 1_000, 10_000)
QUERIES = ("needle", "status:open assignee:me", "due:<today status:open", "tag:x", "ref:ABC-1")
RUNS = 9
AT_ONCE = 100
"""Actions of one transaction."""

TEXT = "Nobody has found out yet what makes it happen, nor when; whoever knows more may write it down here. " * 5
"""A description of an ordinary length."""


@dataclass(frozen=True)
class Cost:
    """What a search cost; times are medians, in milliseconds."""

    found: int
    round_trips: int
    read_units: float
    cpu: float
    wall: float


def a_task(project: Project, task_id: int, number: int, tag_id: int, owner_id: int) -> Task:
    """Return a task: each tenth is open, two of a hundred are wanted, each twentieth open one is late and Ann's."""
    now = datetime.now(UTC)
    before = int((now - timedelta(days=30)).timestamp())
    is_open, is_wanted, is_late = number % 10 == 0, number % 100 in {0, 5}, number % 200 == 0
    return Task(
        id=task_id,
        title=f"Task {number}{' with a needle' if is_wanted else ''}",
        description=TEXT,
        date_creation=before,
        project_id=project.id,
        column_id=project.columns[number // 7 % 3].id,
        swimlane_id=project.swimlanes[0].id,
        date_modification=before,
        date_moved=before,
        is_active=int(is_open),
        date_completed=None if is_open else before,
        date_due=int((now + timedelta(days=-1 if is_late else 9)).timestamp()),
        reference=f"ABC-{number}",
        tags=(tag_id,) if is_wanted else (),
        owner_id=owner_id if is_late else 0,
        score=number % 13,
        priority=number % 4,
    )


def fill(stores: Stores, call: Client, size: int, owner_id: int) -> Project:
    """Make a project with so many tasks."""
    project = a_board(stores)
    call("addProjectUser", project.id, owner_id)
    tag_id = call("createTag", project.id, "x")
    first = stores.tasks.next_id(size)
    tasks = [a_task(project, first + number, number, tag_id, owner_id) for number in range(size)]
    births = [action for task in tasks for action in stores.tasks.birth(task)]
    for start in range(0, len(births), AT_ONCE):
        stores.table.transact(births[start : start + AT_ONCE])
    return project


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Return the processor time of this process and the wall time of an act, in milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


class Scales:
    """Measures searches of a container that is warm.

    Args:
        stores: whose calls of DynamoDB are counted.
        monkeypatch: see `Tracker`, whose changes it undoes after each search.
    """

    def __init__(self, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
        self._stores = stores
        self._monkeypatch = monkeypatch
        self._units = 0.0
        stores.table._client.meta.events.register("after-call", self._count)

    def _count(self, parsed: dict[str, Any], **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity") or []
        self._units += sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))

    def weigh(self, call: Client, project: Project, query: str) -> Cost:
        """Search once for the counts, then several times for the times."""

        def search() -> Any:
            return call("searchTasks", project.id, query)

        found = len(search())
        with self._monkeypatch.context() as undone:
            self._units = 0
            depth = Tracker(undone, self._stores).of(search).depth
            units = self._units
        cpu, wall = zip(*(timed(search) for _ in range(RUNS)), strict=True)
        return Cost(found, depth, units, statistics.median(cpu), statistics.median(wall))


def costs(stores: Stores) -> dict[tuple[str, int], Cost]:
    """Return the costs of all queries in projects of all sizes."""
    call = Client(a_service(stores))
    ann = call("createUser", "ann", "secret of ann")
    projects = {size: fill(stores, call, size, ann) for size in SIZES}
    with pytest.MonkeyPatch.context() as monkeypatch:
        scales = Scales(stores, monkeypatch)
        return {
            (query, size): scales.weigh(call.by("ann"), project, query)
            for query in QUERIES
            for size, project in projects.items()
        }


def table(measured: dict[tuple[str, int], Cost]) -> str:
    """Return the costs as a table of Markdown."""
    rows = [
        f"| `{query}` | {size:,} | {cost.found} | {cost.round_trips} | {cost.read_units:,.1f} | {cost.cpu:,.0f} |"
        f" {cost.wall:,.0f} |"
        for (query, size), cost in measured.items()
    ]
    head = "| Query | Tasks | Found | Round trips | Read units | CPU, ms | Wall, ms |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows])


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(port=8000, data=Path(folder), engine="dynamodb-local", token="")
        with aws.local_aws(settings) as (environment, _):
            os.environ.update(environment)
            os.environ.update(TABLE_NAME=TABLE, BUCKET_NAME=BUCKET)
            resources.make_all()
            print(table(costs(Stores.connect(TABLE, BUCKET))))


if __name__ == "__main__":
    main()
