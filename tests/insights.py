"""Queries of CloudWatch Logs Insights by SQLite: the part of the language that our queries use, as SQL.

No local AWS supports more than `fields` and `limit`. A field that no line has is an error here; in Insights it would be
an empty column.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Line = dict[str, Any]

TOKEN = re.compile(r'"[^"]*"|[A-Za-z_@][\w.@]*\(?|.', re.DOTALL)
WORDS = {"and", "as", "asc", "desc", "in", "not", "or"}
CLAUSES = {"filter": "WHERE", "by": "GROUP BY", "sort": "ORDER BY", "limit": "LIMIT"}
"""Commands as clauses of SQL, in the order of SQL."""


class Percentile:
    """`pct(field, percent)`: the value that this percentage of the values does not exceed."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._percent = 0.0

    def step(self, value: float | None, percent: float) -> None:
        """Take the value of a line, if it has one."""
        self._percent = percent
        if value is not None:
            self._values.append(value)

    def finalize(self) -> float | None:
        """Return the percentile."""
        ordered = sorted(self._values)
        return ordered[min(len(ordered) - 1, int(len(ordered) * self._percent / 100))] if ordered else None


def answer(query: str, lines: Sequence[Line]) -> list[Line]:
    """Return the rows of a query over the lines of a log, each a JSON object.

    Raises:
        sqlite3.OperationalError: the query names a field that no line has.
    """
    rows = [dict(_flat(line)) for line in lines]
    names = sorted({name for row in rows for name in row})
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.row_factory = sqlite3.Row
        database.create_function("ispresent", 1, lambda value: value is not None)
        database.create_aggregate("pct", 2, Percentile)  # type: ignore[arg-type]
        database.execute(f"CREATE TABLE log ({', '.join(f'`{name}`' for name in names)})")
        values = ([row.get(name) for name in names] for row in rows)
        database.executemany(f"INSERT INTO log VALUES ({', '.join('?' * len(names))})", values)
        return [dict(row) for row in database.execute(_select(query))]


def _select(query: str) -> str:
    commands = dict(_commands(query))
    groups = commands.get("by")
    shown = commands.get("fields") or ", ".join(filter(None, [groups, commands["stats"]]))
    clauses = [f"{clause} {commands[name]}" for name, clause in CLAUSES.items() if name in commands]
    return " ".join([f"SELECT {shown} FROM log", *clauses])


def _commands(query: str) -> Iterator[tuple[str, str]]:
    """Yield each command with its operands in SQL; the grouping of statistics is a separate command."""
    for command in query.split("|"):
        name, operands = command.strip().split(maxsplit=1)
        values, *groups = re.split(r"\sby\s", operands)
        yield name, _sql(values)
        yield from (("by", _sql(group)) for group in groups)


def _sql(operands: str) -> str:
    found = re.sub(r'(\S+) like ("[^"]*")', r"instr(\1, \2)", operands)
    return "".join(map(_token, TOKEN.findall(found)))


def _token(token: str) -> str:
    if token in {"[", "]"}:
        return {"[": "(", "]": ")"}[token]
    if token.startswith('"'):
        return f"'{token[1:-1]}'"
    is_name = re.fullmatch(r"[A-Za-z_@].*[^(]|[A-Za-z_@]", token) and token not in WORDS
    return f"`{token}`" if is_name else token


def _flat(line: Line, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield fields with Insights' names: `record.status` for one in an object, `stackTrace.0` for one in a list."""
    for name, value in line.items():
        within = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(within, dict):
            yield from _flat(within, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
