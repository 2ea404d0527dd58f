"""Normalized strings for searches: letter case and composition of letters are ignored (search.md 4).

Case is folded by Unicode's full table, so that `straße` and `STRASSE` are the same. Composition is NFC: `ä` in one
character and `a` with a combining mark are the same letter, and `a` alone matches neither. It is not NFKC, which
would also match `x2` with `x²` and `1` with `①`: those are other characters, with a meaning of their own.
"""

import re
import unicodedata

MAX_MARKS = 30
"""Combining marks in a row. No real text has more (UAX 15, Stream-Safe Text Format), and the time of composing grows
with the square of their number."""

_NO_LETTERS = re.compile(r"[^\w\x00-\x7f]+")
"""Runs that contain all combining marks, which are neither letters nor digits."""


def normalized(text: str) -> str:
    """Return the text in the form for comparison; the time is proportional to its length."""
    return text.lower() if text.isascii() else composed(composed(text).casefold())


def composed(text: str) -> str:
    """Return the text with its letters composed; unchanged if it has more than `MAX_MARKS` marks in a row."""
    if text.isascii() or (len(text) > MAX_MARKS and any(map(_has_too_many_marks, _NO_LETTERS.findall(text)))):
        return text
    return unicodedata.normalize("NFC", text)


def _has_too_many_marks(run: str) -> bool:
    return len(run) > MAX_MARKS and sum(map(bool, map(unicodedata.combining, run))) > MAX_MARKS
