"""Case-insensitive comparison as in SQLite, and so in Kanboard: only for ASCII letters."""

from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def casefold(text: str) -> str:
    """Return the text with its ASCII letters in lower case: `É` and `é` still differ."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def uppercase_mask(text: str) -> str:
    """Return which letters `casefold` changes, as a hexadecimal number: one digit for four characters."""
    return f"{sum(1 << place for place, letter in enumerate(text) if letter in ascii_uppercase):x}"
