"""What a move tells: what was counted, and row by row what has no place, or another value, in Lambdaboard."""

from __future__ import annotations

import json
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

Kind = Literal["left out", "changed", "note", "difference"]
"""A row that is not carried over, one that is with another value, what people must know, and what `--verify` finds."""

SHOWN = 20
"""Notes that the terminal shows of each kind; the report has all."""


class Note(NamedTuple):
    """A line of the report. No content that people wrote is in it: a report is passed on.

    Attributes:
        row: what tells the row apart, as `7` or `3/12`.
        column: "" for the whole row.
    """

    kind: Kind
    table: str
    row: str
    column: str
    text: str

    def __str__(self) -> str:
        """Return it for a terminal."""
        column = f".{self.column}" if self.column else ""
        return f"{self.table}{column} {self.row}: {self.text}"


class Report:
    """Collects what a run tells and writes it to a file as it comes, so that a long one takes no memory.

    Args:
        file: where to; None for the terminal alone.

    Attributes:
        refused_as: what a row is that is refused: to `--verify` it is a difference.
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
        """End the file with the sums, also where the run failed."""
        sums = {"kinds": self.kinds, "counts": self.counts, **self.sums, "failed": kind.__name__ if kind else None}
        self._write("\n], " + json.dumps(sums, indent=1)[1:] + "\n")
        if self._file:
            self._file.close()

    def add(self, kind: Kind, table: str, row: object, column: str, text: str) -> None:
        """Tell something of a row."""
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
        """Tell of a row that is not carried over."""
        self.add(self.refused_as, table, row, column, text)

    def changed(self, table: str, row: object, column: str, text: str) -> None:
        """Tell of a value that is another one in Lambdaboard."""
        self.add("changed", table, row, column, text)

    def _write(self, text: str) -> None:
        if self._file:
            self._file.write(text)
