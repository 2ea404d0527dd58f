"""The report of a move: numbers, and notes on rows and values that are not imported, or changed."""

from __future__ import annotations

import json
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

Kind = Literal["left out", "changed", "note", "difference"]
"""A row that is not imported, a changed value, a note for the user, and a difference that `--verify` finds."""

SHOWN = 20
"""The limit of notes of each kind on the terminal; the report has all."""


class Note(NamedTuple):
    """A line of the report. It contains no text from users, since reports are passed on.

    Attributes:
        row: the key of the row, such as `7` or `3/12`.
        column: "" for the whole row.
    """

    kind: Kind
    table: str
    row: str
    column: str
    text: str

    def __str__(self) -> str:
        """Return the line for a terminal."""
        column = f".{self.column}" if self.column else ""
        return f"{self.table}{column} {self.row}: {self.text}"


class Report:
    """Collects the notes of a run and writes each to a file at once, so that a long report takes no memory.

    Args:
        file: of the report; None for the terminal alone.

    Attributes:
        refused_as: the kind of note for a row that is not imported; for `--verify` it is a difference.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.kinds: Counter[Kind] = Counter()
        self.counts: Counter[str] = Counter()
        self.sums: dict[str, Any] = {}
        self.shown: dict[Kind, list[Note]] = {}
        self.refused_as: Kind = "left out"
        self._file = file.open("w", encoding="utf-8") if file else None
        self._is_first = True
        self._lock = Lock()  # `--verify` compares in several threads

    def __enter__(self) -> Report:
        """Begin the file."""
        self._write('{"notes": [')
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End the file with the sums, also after an error."""
        sums = {"kinds": self.kinds, "counts": self.counts, **self.sums, "failed": kind.__name__ if kind else None}
        self._write("\n], " + json.dumps(sums, indent=1)[1:] + "\n")
        if self._file:
            self._file.close()

    def add(self, kind: Kind, table: str, row: object, column: str, text: str) -> None:
        """Add a note on a row."""
        note = Note(kind, table, str(row), column, text)
        with self._lock:
            self.kinds[kind] += 1
            first = self.shown.setdefault(kind, [])
            if len(first) < SHOWN:
                first.append(note)
            self._write(("" if self._is_first else ",") + "\n " + json.dumps(note._asdict()))
            self._is_first = False

    def count(self, table: str, rows: int) -> None:
        """Count rows of a table."""
        with self._lock:
            self.counts[table] += rows

    def left_out(self, table: str, row: object, text: str, column: str = "") -> None:
        """Add a note on a row that is not imported."""
        self.add(self.refused_as, table, row, column, text)

    def changed(self, table: str, row: object, column: str, text: str) -> None:
        """Add a note on a value that is changed in Lambdaboard."""
        self.add("changed", table, row, column, text)

    def _write(self, text: str) -> None:
        if self._file:
            self._file.write(text)
