"""Unknown names of params and procedures, made safe for a header and a log."""

import re
from collections.abc import Sequence

LONGEST = 1_000
"""The limit of characters of a list of names."""

COUNT = 20
"""Characters that are reserved for `, +<number of further names>`."""

LONGEST_NAME = 64
"""The limit of characters of a name that is shown, or compared with others."""

PLAIN = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_NAME}}}")


def printable(name: str) -> str:
    """Return a name in a safe form: unchanged if it looks like the name of a parameter, else `?`."""
    return name if PLAIN.fullmatch(name) else "?"


def cut(name: str) -> str:
    """Return the beginning of a name in a safe form; see `printable`."""
    return printable(name[:LONGEST_NAME])


def listed(names: Sequence[str]) -> str:
    """Return names in their order, `column_id, x, ?`; at most 1,000 ASCII characters, `+7` at the end for 7 more."""
    shown: list[str] = []
    length = 0
    for name in map(printable, names):
        length += len(name) + 2
        if length > LONGEST - COUNT:
            return ", ".join([*shown, f"+{len(names) - len(shown)}"])
        shown.append(name)
    return ", ".join(shown)
