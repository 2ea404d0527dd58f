"""The content of a file as clients send it: base64 (behaviour.md 5.1)."""

import base64

from lambdaboard.errors import InvalidParams

_READ = str.maketrans({"-": "+", "_": "/", "\r": None, "\n": None, "\t": None})
"""The URL-safe alphabet becomes the other one; line ends and tabs are skipped."""

_PROBLEM = "must be base64; line ends may be in it, blanks may not"


def decode_blob(blob: str) -> bytes:
    """Decode the content of a file. What has more than one reading is rejected, so that no other content is stored.

    Args:
        blob: base64 in either alphabet, or a `data:` URL of it. Padding may be missing as a whole.

    Raises:
        InvalidParams: `blob` is anything else. A blank is refused, too: it may be a `+` that a form decoder changed.
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
    """Return what follows `data:image/png;base64,`, or the whole text where it does not begin so."""
    prefix, comma, rest = blob.partition(",")
    is_prefix = comma and prefix[:5].lower() == "data:" and prefix[-7:].lower() == ";base64"
    return rest if is_prefix else blob


def _is_encoding(text: str, content: bytes) -> bool:
    """Return whether the text is what its content encodes to.

    Python lets pass bits behind the last byte, which text that was cut off has, and before 3.13 padding behind a whole
    last group.
    """
    last_group = (len(content) - 1) // 3 * 3
    is_whole = len(text) == (len(content) + 2) // 3 * 4
    return is_whole and base64.b64encode(content[last_group:]).decode() == text[-4:]
