"""The servers to compare over HTTP: Lambdaboard by `make run`, and Kanboard if it runs on this machine."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tests.bench.endpoint import Endpoint
from tests.bench.workbench import write
from tests.conformance.run import TOKEN, server

from lambdaboard.domain.task import Task
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2


class Lane(NamedTuple):
    """A lane full of open tasks, given in their order."""

    project: int
    column: int
    swimlane: int
    tasks: list[int]


class Side(Protocol):
    """A server to compare."""

    name: str
    call: Endpoint

    def add(self, lane: Lane, titles: list[str]) -> None:
        """Put tasks one after the other into an empty lane; faster than by calls."""


class Lambdaboard:
    """The local server with two workers, on AWS's own DynamoDB."""

    name = "Lambdaboard"

    def __init__(self, url: str, environment: dict[str, str]) -> None:
        self.call = Endpoint(f"{url}/native/jsonrpc.php", TOKEN)
        os.environ.update(environment)
        self._stores = Stores.connect(environment["TABLE_NAME"], environment["BUCKET_NAME"])

    def add(self, lane: Lane, titles: list[str]) -> None:
        """Write the tasks into the table."""
        first = self._stores.tasks.next_id(len(titles))
        tasks = (
            Task(
                id=first + number,
                title=title,
                project_id=lane.project,
                column_id=lane.column,
                swimlane_id=lane.swimlane,
                date_creation=1,
                date_modification=1,
                date_moved=1,
            )
            for number, title in enumerate(titles)
        )
        write(self._stores, tasks)


class Kanboard:
    """Kanboard on SQLite, as tests/bench/kanboard starts it."""

    name = "Kanboard"

    def __init__(self, url: str, database: str) -> None:
        self._database = database
        ((token,),) = self._run("SELECT value FROM settings WHERE option = 'api_token'", [()])
        self.call = Endpoint(url, token)

    def add(self, lane: Lane, titles: list[str]) -> None:
        """Write the tasks into the database."""
        statement = (
            "INSERT INTO tasks (title, description, project_id, column_id, swimlane_id, position, color_id, is_active,"
            " date_creation, date_modification, date_moved) VALUES (?, '', ?, ?, ?, ?, 'yellow', 1, 1, 1, 1)"
        )
        place = (lane.project, lane.column, lane.swimlane)
        self._run(statement, [(title, *place, n) for n, title in enumerate(titles, start=1)])

    def _run(self, statement: str, rows: list[tuple[object, ...]]) -> list[tuple[str, ...]]:
        with contextlib.closing(sqlite3.connect(self._database, timeout=60)) as connection, connection:
            return [row for each in rows for row in connection.execute(statement, each)]


@contextlib.contextmanager
def sides() -> Iterator[list[Side]]:
    """Start Lambdaboard and yield it, with Kanboard where KANBOARD_URL and KANBOARD_DATABASE say that it runs."""
    kept = dict(os.environ)
    os.environ["WORKERS"] = str(WORKERS)
    with tempfile.TemporaryDirectory() as folder, server(Path(folder), "dynamodb-local") as url:
        found: list[Side] = [Lambdaboard(url, json.loads((Path(folder) / "data" / "environment.json").read_text()))]
        if "KANBOARD_URL" in os.environ:
            found.append(Kanboard(os.environ["KANBOARD_URL"], os.environ["KANBOARD_DATABASE"]))
        yield found
    os.environ.clear()
    os.environ.update(kept)


def full_lane(side: Side, size: int) -> Lane:
    """Make a project whose first lane has this number of open tasks."""
    project = int(side.call("createProject", f"{size} tasks of {time.time_ns()}"))
    columns = side.call("getColumns", project)
    (swimlane,) = side.call("getActiveSwimlanes", project)
    lane = Lane(project, int(columns[0]["id"]), int(swimlane["id"]), [])
    side.add(lane, [f"Task {number}" for number in range(size)])
    return lane._replace(tasks=[int(task["id"]) for task in side.call("getAllTasks", project)])
