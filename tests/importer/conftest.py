"""A board of the original in a file of SQLite, and runs of the importer on moto."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from importer.__main__ import beginning, carry_over, fingerprint
from importer.api import Api
from importer.contents import Folder
from importer.job import Job
from importer.report import Report
from importer.source import opened
from importer.verify import Verification
from importer.writer import TableWriter
from tests.importer import original

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importer.writer import Writer

    from lambdaboard.store.stores import Stores


def quiet(_table: str, _rows: int) -> None:
    """Show no bar."""


@dataclass
class Kanboard:
    """The files of an original, and the target stack.

    Attributes:
        database: the file.
        report: of the last run, as JSON.
    """

    database: Path
    files: Path
    stores: Stores
    report: dict[str, Any]

    def change(self, statement: str, *values: object) -> None:
        """Change the database."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            assert connection.execute(statement, values).rowcount, statement

    def move(self, writer: Writer | None = None, *, resume: bool = False) -> dict[str, Any]:
        """Import; return the report."""

        def run(report: Report) -> None:
            with opened(str(self.database), report) as source:
                source.check_version()
                progress = beginning(self.stores, fingerprint(source), is_resumed=resume)
                job = Job(source, Folder(self.files), self.stores, writer or TableWriter(self.stores), quiet)
                carry_over(job, progress)

        return self._reported(run)

    def verify(self) -> list[str]:
        """Compare; return the differences as `table.column row`."""

        def run(report: Report) -> None:
            with opened(str(self.database), report) as source:
                Verification(source, Folder(self.files), Api(self.stores), self.stores, quiet).run()

        self._reported(run)
        return [f"{each['table']}.{each['column']} {each['row']}" for each in self.notes("difference")]

    def notes(self, kind: str) -> list[dict[str, str]]:
        """Return the notes of a kind in the last report."""
        return [each for each in self.report["notes"] if each["kind"] == kind]

    def told(self, kind: str) -> list[str]:
        """Return which rows and columns the notes of a kind name."""
        return [f"{each['table']}.{each['column']} {each['row']}" for each in self.notes(kind)]

    def _reported(self, run: Callable[[Report], None]) -> dict[str, Any]:
        file = self.database.with_name("report.json")
        try:
            with Report(file) as report:
                run(report)
        finally:
            self.report = json.loads(file.read_text())
        return self.report


@pytest.fixture
def kanboard(tmp_path: Path, stores: Stores) -> Kanboard:
    """A small board with everything in it, and an empty stack."""
    database = original.sqlite(tmp_path / "db.sqlite", original.everything())
    return Kanboard(database, original.folder(tmp_path / "files"), stores, {})
