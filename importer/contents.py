"""The contents of files in Kanboard's folder `data/files`."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING

from importer.conversion import Content

if TYPE_CHECKING:
    from pathlib import Path

    from importer.models import ProjectFileRow, TaskFileRow
    from importer.report import Report


class Folder:
    """Kanboard's folder of files.

    Args:
        path: the folder; None if none was given.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def find(self, row: TaskFileRow | ProjectFileRow, report: Report) -> tuple[Path, Content] | None:
        """Return the content of a file; None if it is missing, which is reported."""
        if self._path is None:
            report.left_out(row.table, row.id, "--files is missing: the folder data/files", "path")
            return None
        file = (self._path / row.path).resolve()
        if not file.is_relative_to(self._path.resolve()) or not file.is_file():
            report.left_out(row.table, row.id, "its content is not in the folder of files", "path")
            return None
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        return file, Content(file.stat().st_size, digest)
