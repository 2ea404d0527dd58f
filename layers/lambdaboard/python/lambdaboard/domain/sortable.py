"""Numbers as short strings that sort as the numbers do, for keys of which thousands are read.

The first character tells how many digits of base 36 follow: 12 is `1c`, 1,000,000 is `4lfls`. So none of these strings
is the beginning of another one, and what stands behind one needs no separator.
"""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encode(number: int) -> str:
    """Write a number, from 0 to 36 ** 9 - 1."""
    digits = ""
    while number >= len(_DIGITS):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"{len(digits) + 1}{_DIGITS[number]}{digits}"


def decode(text: str) -> int:
    """Read a number that was written by `encode`; ValueError for most that was not."""
    return int(text[1:], len(_DIGITS))


def split(text: str) -> tuple[str, str]:
    """Split a string into the number that it begins with, as it is written, and the rest."""
    end = 1 + int(text[0])
    return text[:end], text[end:]
