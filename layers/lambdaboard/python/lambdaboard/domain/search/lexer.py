"""The lexer: from a query to attributes and free text (search.md 2)."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

# The numbers are those of search.md 2. Rule 1 needs the names. The last one is ours: non-ASCII white space, such as a
# no-break space, fits none of the seven, and Kanboard then ignores the whole query. Here it is text like any other.
# Words of rule 4 may have letters of any script, as in \w.
_OTHER_RULES = (
    r"(?P<blank>[ \t\n\r\f\v]+)",  # 2
    r"(?P<text>[<=>]{0,2}[0-9]{4}-[0-9]{2}-[0-9]{2}",  # 3
    r"[<=>]{1,2}\w+",  # 4
    r'[<=>]{1,2}"[^"\n]*"',  # 5: up to the next quote; in Kanboard, up to the last one of the line
    r'"[^"\n]*"',  # 6: up to the next one
    r"\S+",  # 7
    r"\s)",
)
_TRIMMED = " \t\n\r\0\v"
"""The characters that PHP's trim removes."""


class Words(NamedTuple):
    """A query in parts, without its double quotes.

    Attributes:
        values: attribute, in lower case, and value of each pair, in their order.
        text: the free text with its white space unchanged, but with one space in place of a pair between two parts;
            "" for none.
    """

    values: tuple[tuple[str, str], ...]
    text: str


def cut(query: str, names: Iterable[str]) -> Words:
    """Cut a query into words; every string is a valid query.

    Args:
        query: as the client wrote it.
        names: the known attributes, in lower case; `foo:` with any other name is free text.
    """
    values: list[tuple[str, str]] = []
    parts: list[list[str]] = [[]]
    pieces = _rules(frozenset(names)).finditer(query)
    for piece in pieces:
        if piece["name"] is None:
            parts[-1].append(piece[0])
            continue
        parts.append([])
        # The part after an attribute belongs to it: with a space or a second attribute, both are dropped
        value = next(pieces, None)
        if value is not None and value["text"] is not None:
            values.append((piece["name"].lower(), _unquoted(value["text"])))
    words = (_unquoted("".join(part)).strip(_TRIMMED) for part in parts)
    return Words(tuple(values), " ".join(filter(None, words)))


@cache
def _rules(names: frozenset[str]) -> re.Pattern[str]:
    # a: without it, some non-ASCII letters match ASCII ones: the Kelvin sign matches k
    name = rf"(?P<name>(?ai:{'|'.join(map(re.escape, sorted(names)))})):"
    return re.compile("|".join((name, *_OTHER_RULES)))


def _unquoted(text: str) -> str:
    return text.replace('"', "")
