"""Rules for the names of files of tasks and projects."""

from __future__ import annotations

import re
from urllib.parse import quote

from lambdaboard.domain.casefold import casefold

MAX_NAME = 255
"""Bytes of a file's name; a longer one is cut."""

IMAGES = (".png", ".jpg", ".jpeg", ".gif")

_NOT_IN_QUOTES = re.compile(r'[^ -~]|["%/\\]')
"""Characters that old clients misread, or take for a folder, between the quotes of a header."""


def cut_name(name: str) -> str:
    """Cut a name to 255 bytes, never inside a character."""
    return name.encode()[:MAX_NAME].decode(errors="ignore")


def is_image(name: str) -> int:
    """Return 1 for the name of an image, else 0. As in PHP's pathinfo, slashes at the end are ignored.

    Source: behaviour.md 5.1.
    """
    return int(casefold(name).rstrip("/").endswith(IMAGES))


def content_disposition(name: str) -> str:
    """Return the header with which a browser saves a download under a name, and never shows it (RFC 6266).

    A client that does not know `filename*` (RFC 5987) gets a name in ASCII.
    """
    name = name or "file"
    return f"attachment; filename=\"{_NOT_IN_QUOTES.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
