"""Strings as searches compare them: letter case and composed letters make no difference (search.md 4).

Case is folded by Unicode's full table, so that `straße` and `STRASSE` are the same. Composition is NFC: `ä` in one
character and `a` with a combining mark are the same letter, and `a` alone is found in neither. It is not NFKC, which
would also find `x2` in `x²` and `1` in `①`: those are other characters, with a meaning of their own.
"""

import re
import unicodedata

MAX_MARKS = 30
"""Combining marks in a row. As many as any text in use has (UAX 15, Stream-Safe Text Format): the time of composing
grows with the square of their number."""

_NO_LETTERS = re.compile(r"[^\w\x00-\x7f]+")
"""Runs in which all combining marks are: they are neither letters nor digits."""


def normalized(text: str) -> str:
    """Return the text in the form in which it is compared; the time it takes is in proportion to its length."""
    return text.lower() if text.isascii() else composed(composed(text).casefold())


def composed(text: str) -> str:
    """Return the text with its letters composed; unchanged where more than `MAX_MARKS` marks follow each other."""
    if text.isascii() or (len(text) > MAX_MARKS and any(map(_has_too_many_marks, _NO_LETTERS.findall(text)))):
        return text
    return unicodedata.normalize("NFC", text)


def _has_too_many_marks(run: str) -> bool:
    return len(run) > MAX_MARKS and sum(map(bool, map(unicodedata.combining, run))) > MAX_MARKS
