"""The tables of docs/costs.md and docs/scale.md: each is between two marks, where its benchmark puts it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES = [ROOT / "docs" / name for name in ("costs.md", "scale.md")]


def markdown(rows: list[list[str]]) -> str:
    """Return a table of Markdown; the first row is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def rows(name: str) -> list[list[str]]:
    """Return the rows of a table of the documents, without its head."""
    _, table, _ = _parts(_file(name), name)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.strip().splitlines()[2:]]


def put(name: str, table: str) -> None:
    """Replace a table of the documents, and print it."""
    file = _file(name)
    before, _, after = _parts(file, name)
    file.write_text(f"{before}\n{table}\n{after}")
    print(f"{name}\n\n{table}\n", flush=True)


def _begin(name: str) -> str:
    return f"<!-- {name}: by make bench -->"


def _file(name: str) -> Path:
    """Return the document that a table is in."""
    return next(file for file in FILES if _begin(name) in file.read_text())


def _parts(file: Path, name: str) -> tuple[str, str, str]:
    """Return what stands before a table, the table, and what stands behind it; the marks are outside."""
    text = file.read_text()
    begin, end = _begin(name), f"<!-- end of {name} -->"
    start, stop = text.index(begin) + len(begin), text.index(end)
    return text[:start], text[start:stop], text[stop:]
