"""Letter case as SQLite, and so Kanboard, ignores it: in ASCII letters alone."""

from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def casefold(text: str) -> str:
    """Return the text in lower case as far as it is ASCII: `É` and `é` stay two letters."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def uppercase_mask(text: str) -> str:
    """Return which letters `fold` changes, as a number in hexadecimal digits: one for four characters."""
    return f"{sum(1 << place for place, letter in enumerate(text) if letter in ascii_uppercase):x}"
