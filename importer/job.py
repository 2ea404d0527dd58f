"""The common objects of all parts of a move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.source import row_name
from lambdaboard.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.contents import Folder
    from importer.models import ProjectMetadataRow, Row, TaskMetadataRow
    from importer.report import Report
    from importer.source import Source
    from importer.writer import Writer
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.metadata import MetadataStore
    from lambdaboard.store.stores import Stores

MAX_METADATA_NAME, MAX_VALUE = 1_000, 350_000
"""The limits of bytes of a name and a value of metadata: a sort key has at most 1,024, an item 400 KB."""


@dataclass(frozen=True)
class Job:
    """A running move.

    Attributes:
        source: the database.
        folder: the contents of files.
        stores: they build the items, which `writer` writes.
        advance: called with the number of rows of a table that were read, for a progress bar.
    """

    source: Source
    folder: Folder
    stores: Stores
    writer: Writer
    advance: Callable[[str, int], None]

    @property
    def report(self) -> Report:
        """The report of the move."""
        return self.source.report

    def count(self, model: type[Row], rows: int) -> None:
        """Count rows that were read."""
        self.report.count(model.table, rows)
        self.advance(model.table, rows)

    def built(self, row: Row, build: Callable[[], Sequence[TransactItem]]) -> list[TransactItem]:
        """Return the actions that write a row; none if it is too large, which is reported."""
        actions: list[TransactItem] = []
        self.fits(row, lambda: actions.extend(build()))
        return actions

    def metadata(
        self, row: TaskMetadataRow | ProjectMetadataRow, store: MetadataStore, parent_id: int
    ) -> list[TransactItem]:
        """Return the actions that write a value of the metadata of a task or a project; none if it is too large."""
        if len(row.name.encode()) > MAX_METADATA_NAME or len((row.value or "").encode()) > MAX_VALUE:
            self.report.left_out(row.table, row_name(type(row), row), "is larger than 350,000 bytes")
            return []
        return store.put_actions(parent_id, {row.name: row.value}, row.changed_by, row.changed_on)

    def fits(self, row: Row, encode: Callable[[], object]) -> bool:
        """Return whether a converted row can be stored; one that is too large is reported."""
        try:
            encode()
        except InvalidParams as error:
            self.report.left_out(type(row).table, row_name(type(row), row), error.problem, error.parameter)
            return False
        return True
