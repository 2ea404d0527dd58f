"""Links from tasks to what is elsewhere: pages, documents, files on a share."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

AUTO, ATTACHMENT, FILE, WEBLINK = "auto", "attachment", "file", "weblink"

TYPES = {AUTO: "Auto", ATTACHMENT: "Attachment", FILE: "Local File", WEBLINK: "Web Link"}
"""The types that a client may give, with their names."""

DEPENDENCIES = {"related": "Related"}
"""The dependencies that have a name."""

WEB_PAGES = frozenset(("html", "htm", "xhtml", "php", "jsp", "do", "action", "asp", "aspx", "cgi"))
"""Endings of pages; what has another one is a document (context.md 11)."""


_RUNS = re.compile(r"(?:javascript|data|vbscript):", re.IGNORECASE | re.ASCII)
"""What a browser runs, or shows as a page of ours, where such a link is clicked."""

_SKIPPED = dict.fromkeys(range(0x21))
"""The characters, in the form of `str.translate`, some of which browsers skip in a scheme."""


class ExternalLink(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An external link as it is stored; a doc of an older release reads with these defaults, so they never change.

    Attributes:
        link_type: `attachment`, `file` or `weblink`.
        date_creation: Unix seconds, as `date_modification`.
        creator_id: 0 for the application.
    """

    id: int
    link_type: str
    dependency: str
    title: str
    url: str
    date_creation: int
    date_modification: int
    task_id: int
    creator_id: int = 0

    def changed(self, **changes: Any) -> ExternalLink:
        """Return the link with some properties changed."""
        return msgspec.structs.replace(self, **changes)


def type_of(url: str) -> str:
    """Return the first type that fits a URL; "" where none does."""
    return next((kind for kind in (FILE, ATTACHMENT, WEBLINK) if fits(kind, url)), "")


def fits(kind: str, url: str) -> bool:
    """Say whether a URL is of a type: `attachment`, `file` or `weblink` (context.md 11)."""
    if _RUNS.match(url.translate(_SKIPPED)):
        return False
    if kind == FILE:
        return "://" in url and not url.lower().startswith(("http", "ftp"))
    if not _is_web(url):
        return False
    ending = _last_part(url).rpartition(".")[2].lower() if "." in _last_part(url) else ""
    return kind == WEBLINK or (ending != "" and ending not in WEB_PAGES)


def title_of(kind: str, url: str) -> str:
    """Return what a link is called that has no title: the last part of its path, or host and path of a page."""
    if kind == WEBLINK and _is_web(url):
        parts = urlsplit(url)
        return f"{parts.hostname or ''}{parts.path}" or url
    return _last_part(url) or url


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        return False


def _last_part(url: str) -> str:
    path = urlsplit(url).path if _is_web(url) else url.partition("://")[2]
    return path.rpartition("/")[2]
