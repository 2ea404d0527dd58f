"""The tables of docs/costs.md: each stands between two marks, where the benchmark that made it puts it again."""

from __future__ import annotations

from local.settings import ROOT

FILE = ROOT / "docs" / "costs.md"


def markdown(rows: list[list[str]]) -> str:
    """Return a table of Markdown; the first row is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def rows(name: str) -> list[list[str]]:
    """Return the rows of a table of the document, without its head."""
    _, table, _ = _parts(name)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.strip().splitlines()[2:]]


def put(name: str, table: str) -> None:
    """Replace a table of the document, and print it."""
    before, _, after = _parts(name)
    FILE.write_text(f"{before}\n{table}\n{after}")
    print(f"{name}\n\n{table}\n", flush=True)


def _parts(name: str) -> tuple[str, str, str]:
    """Return what stands before a table, the table, and what stands behind it; the marks are outside."""
    text = FILE.read_text()
    begin, end = f"<!-- {name}: by make bench -->", f"<!-- end of {name} -->"
    start, stop = text.index(begin) + len(begin), text.index(end)
    return text[:start], text[start:stop], text[stop:]
