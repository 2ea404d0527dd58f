"""How long a move from Kanboard takes, and how much memory: large databases of the original's schema.

Each is imported by the command itself, into data of `make run` on AWS's own DynamoDB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy
from local.settings import ROOT
from tests.importer import original

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMENTS = 3
"""Of each task; also one subtask, a tag, and a link to the next task."""

RUN = """
import re, sys, time
from importer.__main__ import main
started = time.monotonic()
status = main(sys.argv[1:])
seconds = time.monotonic() - started
kilobytes = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
print(seconds, kilobytes / 1024)
sys.exit(status)
"""
"""VmHWM is of this program alone; the peak of getrusage begins with that of the process that started it."""


class Measured(NamedTuple):
    """What a run of the command took: seconds, and megabytes at most."""

    seconds: float
    megabytes: float


def database(file: Path, size: int) -> Path:
    """Make a database with this number of tasks, half of them closed, in a file of SQLite."""
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    original.create(engine, {**original.people(), **original.boards()})
    with engine.begin() as connection:
        for first in range(1, size + 1, 1_000):
            for name, rows in _rows(range(first, min(first + 1_000, size + 1)), size).items():
                connection.execute(original.METADATA.tables[name].insert(), rows)
    engine.dispose()
    return file


def _rows(numbers: range, size: int) -> original.Rows:
    comment = {
        "user_id": 3,
        "date_creation": original.THEN,
        "comment": "A comment of some words. " * 8,
        "reference": "",
    }
    comment |= {"date_modification": original.THEN, "visibility": "app-user"}
    subtask = {"title": "A step", "status": 0, "time_estimated": 1, "time_spent": 0, "user_id": 3, "position": 1}
    return {
        "tasks": [
            original.task(
                n, description="Some text of a task. " * 20, is_active=n % 2, date_due=original.THEN, reference=f"R-{n}"
            )
            for n in numbers
        ],
        "comments": [comment | {"id": n * COMMENTS + k, "task_id": n} for n in numbers for k in range(COMMENTS)],
        "subtasks": [subtask | {"id": n, "task_id": n} for n in numbers],
        "task_has_tags": [{"task_id": n, "tag_id": 6} for n in numbers],
        "task_has_links": [
            side
            for n in numbers
            for side in (
                {"id": 2 * n, "link_id": 2, "task_id": n, "opposite_task_id": n % size + 1},
                {"id": 2 * n + 1, "link_id": 3, "task_id": n % size + 1, "opposite_task_id": n},
            )
        ],
    }


def run(source: Path, data: Path, *arguments: str) -> Measured:
    """Run the command on a database and the data of a folder."""
    environment = os.environ | {"DATA_DIR": str(data), "ENGINE": "dynamodb-local"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "layers" / "lambdaboard" / "python"), str(ROOT)])
    command = [sys.executable, "-c", RUN, "--from", str(source), "--to", "local", *arguments]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Measured(*map(float, done.stdout.split()[-2:]))


def measured() -> Iterator[tuple[str, int, Measured]]:
    """Yield what each run was, of how many tasks, and what it took."""
    cache = Path("/dev/shm")  # as in workbench: a disk takes ten times as long for each write
    with tempfile.TemporaryDirectory(dir=cache if cache.is_dir() else None) as folder:
        small, large = (database(Path(folder) / f"{size}.sqlite", size) for size in (10_000, 100_000))
        yield "`--dry-run`", 10_000, run(small, Path(folder) / "data", "--dry-run")
        yield "`--dry-run`", 100_000, run(large, Path(folder) / "data", "--dry-run")
        yield "import", 10_000, run(small, Path(folder) / "data")
        yield "`--verify`", 10_000, run(small, Path(folder) / "data", "--verify")


def tables() -> dict[str, str]:
    """Measure; return the table by its name in docs/costs.md."""
    rows = [
        f"| {name} | {size:,} | {size * COMMENTS:,} | {each.seconds:,.0f} | {each.megabytes:,.0f} |"
        for name, size, each in measured()
    ]
    return {"a move": "\n".join(["| Run | Tasks | Comments | Seconds | MB at most |", "|---|---|---|---|---|", *rows])}
