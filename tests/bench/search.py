"""What searches cost in projects of 10, 1,000 and 10,000 tasks.

Processor time is that of a call from the event to the response. Nine of ten tasks are closed; a member asks whom the
container knows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.bench.workbench import Cost, Scales, dynamodb, write
from tests.boards import a_board
from tests.conftest import Client, a_service

from lambdaboard.domain.task import Task

if TYPE_CHECKING:
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

SIZES = (10, 1_000, 10_000)
QUERIES = ("needle", "status:open assignee:me", "due:<today status:open", "tag:x", "ref:ABC-1")

TEXT = "Nobody has found out yet what makes it happen, nor when; whoever knows more may write it down here. " * 5
"""A description of an ordinary length."""


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
    """Make a project with this number of tasks."""
    project = a_board(stores)
    call("addProjectUser", project.id, owner_id)
    tag_id = call("createTag", project.id, "x")
    first = stores.tasks.next_id(size)
    tasks = [a_task(project, first + number, number, tag_id, owner_id) for number in range(size)]
    write(stores, tasks)
    return project


def costs(stores: Stores) -> dict[tuple[str, int], tuple[int, Cost]]:
    """Return of all queries, in projects of all sizes, how many tasks are found and what that costs."""
    call = Client(a_service(stores))
    ann = call("createUser", "ann", "secret of ann")
    projects = {size: fill(stores, call, size, ann) for size in SIZES}
    with pytest.MonkeyPatch.context() as monkeypatch:
        scales = Scales(stores, monkeypatch)
        return {
            (query, size): (len(search()), scales.weigh(partial(partial, search)))
            for query in QUERIES
            for size, project in projects.items()
            if (search := partial(call.by("ann"), "searchTasks", project.id, query))
        }


def table(measured: dict[tuple[str, int], tuple[int, Cost]]) -> str:
    """Return the costs as a table of Markdown."""
    rows = [
        f"| `{query}` | {size:,} | {found} | {cost.round_trips} | {cost.read_units:,.1f} | {cost.cpu:,.0f} |"
        f" {cost.wall:,.0f} |"
        for (query, size), (found, cost) in measured.items()
    ]
    head = "| Query | Tasks | Found | Round trips | Read units | CPU, ms | Wall, ms |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows])


def tables() -> dict[str, str]:
    """Measure; return the table by its name in docs/costs.md."""
    with dynamodb() as stores:
        return {"searches": table(costs(stores))}
