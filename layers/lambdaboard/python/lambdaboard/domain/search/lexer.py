"""From text to attributes and free text (search.md 2)."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

# The numbers are the document's. Rule 1 needs the names. The last one is ours: a blank outside ASCII, say a no-break
# space, fits none of the seven, and Kanboard then ignores the whole query. Here it is text like any other. Words of
# rule 4 may have letters of any script, as \w has.
_OTHER_RULES = (
    r"(?P<blank>[ \t\n\r\f\v]+)",  # 2
    r"(?P<text>[<=>]{0,2}[0-9]{4}-[0-9]{2}-[0-9]{2}",  # 3
    r"[<=>]{1,2}\w+",  # 4
    r'[<=>]{1,2}"[^"\n]*"',  # 5: up to the next quote; Kanboard goes on to the last one of the line
    r'"[^"\n]*"',  # 6: up to the next one
    r"\S+",  # 7
    r"\s)",
)
_TRIMMED = " \t\n\r\0\v"
"""What PHP's trim takes off."""


class Words(NamedTuple):
    """A query in parts, without its double quotes.

    Attributes:
        values: attribute, in lower case, and value of each pair, as they come.
        text: the free text with its blanks as written, but for one blank where a pair stood between two parts; "" for
            none.
    """

    values: tuple[tuple[str, str], ...]
    text: str


def cut(query: str, names: Iterable[str]) -> Words:
    """Cut any text into words; there is none that does not fit.

    Args:
        query: as the client wrote it.
        names: the attributes there are, in lower case; `foo:` with any other name is free text.
    """
    values: list[tuple[str, str]] = []
    parts: list[list[str]] = [[]]
    pieces = _rules(frozenset(names)).finditer(query)
    for piece in pieces:
        if piece["name"] is None:
            parts[-1].append(piece[0])
            continue
        parts.append([])
        # Whatever follows an attribute goes with it: a blank or a second attribute drops both
        value = next(pieces, None)
        if value is not None and value["text"] is not None:
            values.append((piece["name"].lower(), _unquoted(value["text"])))
    words = (_unquoted("".join(part)).strip(_TRIMMED) for part in parts)
    return Words(tuple(values), " ".join(filter(None, words)))


@cache
def _rules(names: frozenset[str]) -> re.Pattern[str]:
    # a: without it, letters outside ASCII count as theirs: the Kelvin sign as k
    name = rf"(?P<name>(?ai:{'|'.join(map(re.escape, sorted(names)))})):"
    return re.compile("|".join((name, *_OTHER_RULES)))


def _unquoted(text: str) -> str:
    return text.replace('"', "")
