"""JSON for readers: few lines, and long values are cut, with a comment about the size of the rest."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 110
"""Characters of a line, where they have a place to break."""

LONGEST = 160
"""Characters of a string; of a longer one, WIDTH are shown."""

ITEMS, LARGE_ITEMS, LARGE = 3, 1, 200
"""Items that are shown of a list, or of an object that is a list by name: fewer where they have so many characters."""


def short_json(value: Any, indent: int = 0) -> str:
    """Return a value as JSON with comments.

    Args:
        value: what `json.loads` returns.
        indent: of the lines but the first.
    """
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, list | dict) or not value:
        return json.dumps(value)
    pieces = _pieces(value, indent + 2)
    opening, closing = "[]" if isinstance(value, list) else "{}"
    line = opening + ", ".join(pieces) + closing
    if "\n" not in line and indent + len(line) <= WIDTH:
        return line
    return "\n".join([opening, *_lines(pieces, indent + 2), " " * indent + closing])


def _text(value: str) -> str:
    if len(value) <= LONGEST:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value[:WIDTH], ensure_ascii=False) + f" /* {len(value) - WIDTH} more characters */"


def _pieces(value: list[Any] | dict[str, Any], indent: int) -> list[str]:
    names = [f"{json.dumps(name)}: " for name in value] if isinstance(value, dict) else [""] * len(value)
    named = [*zip(names, _items(value), strict=True)]
    pieces = [name + short_json(each, indent) for name, each in named[: _shown(value)]]
    left = len(value) - len(pieces)
    return [*pieces[:-1], f"{pieces[-1]} /* {left} more */"] if left else pieces


def _items(value: list[Any] | dict[str, Any]) -> list[Any]:
    return [*value.values()] if isinstance(value, dict) else value


def _shown(value: list[Any] | dict[str, Any]) -> int:
    """Return the number of shown items: all properties of a row, but not all of a list."""
    items = _items(value)
    if isinstance(value, dict) and not _is_list_by_name(items):
        return len(items)
    return LARGE_ITEMS if len(json.dumps(items[0])) > LARGE else ITEMS


def _is_list_by_name(items: list[Any]) -> bool:
    """Return whether an object with these values is a list of objects or of phrases: no row is."""
    return all(isinstance(each, dict) for each in items) or all(isinstance(each, str) and " " in each for each in items)


def _lines(pieces: list[str], indent: int) -> list[str]:
    """Put as many pieces on a line as fit; one with several lines is separate."""
    lines: list[str] = []
    for place, piece in enumerate(pieces):
        text = piece + ("," if place < len(pieces) - 1 else "")
        joined = f"{lines[-1]} {text}" if lines else ""
        if lines and len(joined) <= WIDTH and "\n" not in joined:
            lines[-1] = joined
        else:
            lines.append(" " * indent + text)
    return lines
