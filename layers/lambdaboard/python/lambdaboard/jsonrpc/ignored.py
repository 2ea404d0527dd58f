"""Names that nothing has here, of params and procedures, fit for a header and a log: no client can put more there."""

import re
from collections.abc import Sequence

LONGEST = 1_000
"""Characters of a list of names."""

COUNT = 20
"""Characters that are kept for `, +<how many more>`."""

LONGEST_NAME = 64
"""Characters of a name that is shown, or compared with others."""

PLAIN = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_NAME}}}")


def printable(name: str) -> str:
    """Return a name as it may be shown: itself where it looks like the name of a parameter, else `?`."""
    return name if PLAIN.fullmatch(name) else "?"


def cut(name: str) -> str:
    """Return the beginning of a name as it may be shown; see `printable`."""
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
