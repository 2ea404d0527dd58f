"""The content of a file as clients send it: base64 (behaviour.md 5.1)."""

import base64

from lambdaboard.errors import InvalidParams

_READ = str.maketrans({"-": "+", "_": "/", "\r": None, "\n": None, "\t": None})
"""The URL-safe alphabet becomes the standard one; line breaks and tabs are skipped."""

_PROBLEM = "must be base64; line ends may be in it, blanks may not"


def decode_blob(blob: str) -> bytes:
    """Decode the content of a file. Ambiguous input is rejected, so that no wrong content is stored.

    Args:
        blob: base64 in either alphabet, or a `data:` URL of it. All of the padding may be missing.

    Raises:
        InvalidParams: `blob` is anything else, also with a space, which may be a `+` that a form decoder changed.
    """
    text = _without_prefix(blob).translate(_READ)
    if "=" not in text:
        text += "=" * (-len(text) % 4)
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidParams("blob", _PROBLEM) from error
    if not _is_encoding(text, content):
        raise InvalidParams("blob", _PROBLEM)
    return content


def _without_prefix(blob: str) -> str:
    """Return the string without a prefix such as `data:image/png;base64,`."""
    prefix, comma, rest = blob.partition(",")
    is_prefix = comma and prefix[:5].lower() == "data:" and prefix[-7:].lower() == ";base64"
    return rest if is_prefix else blob


def _is_encoding(text: str, content: bytes) -> bool:
    """Return whether the text is the encoding of its content.

    Python accepts bits after the last byte, as in text that was cut off, and before 3.13 padding after a complete last
    group.
    """
    last_group = (len(content) - 1) // 3 * 3
    is_whole = len(text) == (len(content) + 2) // 3 * 4
    return is_whole and base64.b64encode(content[last_group:]).decode() == text[-4:]
