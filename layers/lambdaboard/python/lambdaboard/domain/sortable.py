"""Numbers as short strings that sort as the numbers do, for keys that are read by the thousand.

The first character is the count of the base-36 digits that follow: 12 is `1c`, 1,000,000 is `4lfls`. So no such string
is the beginning of another one, and no separator is needed after it.
"""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encode(number: int) -> str:
    """Encode a number, from 0 to 36 ** 9 - 1."""
    digits = ""
    while number >= len(_DIGITS):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"{len(digits) + 1}{_DIGITS[number]}{digits}"


def decode(text: str) -> int:
    """Decode a number; ValueError for most strings that `encode` does not return."""
    return int(text[1:], len(_DIGITS))


def split(text: str) -> tuple[str, str]:
    """Split a string into the encoded number at its beginning, and the rest."""
    end = 1 + int(text[0])
    return text[:end], text[end:]
