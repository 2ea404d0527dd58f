"""Text matching, as with LIKE in SQLite (search.md 4).

A pattern is compiled once. Then the time of a match is proportional to the text: for each run without `%` a thousand
places are compared, and after them one step is made for each character. The steps of a regular expression would be the
characters of the text times those of the pattern, or worse.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.search.normalization import normalized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAX_PATTERN = 1_000
"""Characters; in a longer value `%` and `_` are ordinary characters. (SQLite has a limit, too: an error beyond it.)"""

TRIED = 1_000
"""Places of a text that are compared one by one, which is the fastest way for a rare run."""

_LITERAL = re.compile("[^_]+")


def contains(value: str) -> Callable[[str], bool]:
    """Return a test for strings that contain the value; letter case and composition of letters are ignored.

    `%` in the value matches any run of characters, and `_` any one character.
    """
    wanted = normalized(value)
    if len(wanted) > MAX_PATTERN or not {"%", "_"} & set(wanted):
        return lambda text: wanted in normalized(text)
    runs = _runs(wanted.split("%"))
    return lambda text: _in_order(runs, normalized(text))


def equals(value: str) -> Callable[[str], bool]:
    """Return a test for strings that equal the value, case-insensitively; `%` and `_` as in `contains`."""
    wanted = normalized(value)
    if len(wanted) > MAX_PATTERN or not {"%", "_"} & set(wanted):
        return lambda text: wanted == normalized(text)
    head, *rest = wanted.split("%")
    first = Run.of(head)
    if not rest:
        return lambda text: first.is_whole(normalized(text))
    last, inner = Run.of(rest[-1]), _runs(rest[:-1])
    return lambda text: _is_framed(first, inner, last, normalized(text))


def begins(value: str) -> Callable[[str], bool]:
    """Return a test for strings that begin with the value, case-insensitively; `%` and `_` as in `contains`."""
    if len(value) < MAX_PATTERN:
        return equals(f"{value}%")
    wanted = normalized(value)
    return lambda text: normalized(text).startswith(wanted)


class Run(msgspec.Struct, frozen=True):
    """A part of a pattern without `%`.

    Attributes:
        literals: the strings between its `_`, each with its place.
        longest: the longest of them.
        places: character -> the places where the run may have it, a bit each.
        anywhere: the places of `_`, which may have all other characters, too.
    """

    length: int
    literals: tuple[tuple[int, str], ...]
    longest: tuple[int, str]
    places: dict[str, int]
    anywhere: int

    @classmethod
    def of(cls, pattern: str) -> Run:
        """Compile a part of a pattern."""
        bits: defaultdict[str, int] = defaultdict(int)
        for place, character in enumerate(pattern):
            bits[character] |= 1 << place
        anywhere = bits.pop("_", 0)
        places = {character: places | anywhere for character, places in bits.items()}
        literals = tuple((found.start(), found[0]) for found in _LITERAL.finditer(pattern))
        longest = max(literals, key=lambda each: len(each[1]), default=(0, ""))
        return cls(len(pattern), literals, longest, places, anywhere)

    def is_at(self, start: int, text: str) -> bool:
        """Return whether the run is at a place of a text."""
        fits = start + self.length <= len(text)
        return fits and all(text.startswith(literal, start + place) for place, literal in self.literals)

    def is_whole(self, text: str) -> bool:
        """Return whether a text is the run."""
        return len(text) == self.length and self.is_at(0, text)

    def end_in(self, text: str, start: int) -> int:
        """Return the end of the first such run after a place of a text; -1 if there is none."""
        place, literal = self.longest
        for _ in range(TRIED):
            start = text.find(literal, start + place) - place
            if start < 0 or start + self.length > len(text):
                return -1
            if self.is_at(start, text):
                return start + self.length
            start += 1
        return self._end_by_bits(text, start)

    def _end_by_bits(self, text: str, start: int) -> int:
        """Do the same by the algorithm Shift-And: a bit for each beginning of the run that ends at this character."""
        whole, state, places, anywhere = 1 << (self.length - 1), 0, self.places, self.anywhere
        for place in range(start, len(text)):
            state = (state << 1 | 1) & places.get(text[place], anywhere)
            if state & whole:
                return place + 1
        return -1


def _runs(parts: Iterable[str]) -> list[Run]:
    return [Run.of(part) for part in parts if part]


def _in_order(runs: Sequence[Run], text: str, start: int = 0) -> bool:
    # The first place of each run leaves the most text for the others.
    for run in runs:
        start = run.end_in(text, start)
        if start < 0:
            return False
    return True


def _is_framed(first: Run, inner: Sequence[Run], last: Run, text: str) -> bool:
    end = len(text) - last.length
    ends = first.length <= end and first.is_at(0, text) and last.is_at(end, text)
    return ends and _in_order(inner, text[:end], first.length)
