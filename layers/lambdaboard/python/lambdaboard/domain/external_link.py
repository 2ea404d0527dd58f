"""Links from tasks to other places: pages, documents, files on a share."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import msgspec

from lambdaboard.domain.serialization import Doc

AUTO, ATTACHMENT, FILE, WEBLINK = "auto", "attachment", "file", "weblink"

TYPES = {AUTO: "Auto", ATTACHMENT: "Attachment", FILE: "Local File", WEBLINK: "Web Link"}
"""The types that a client may give, with their names."""

DEPENDENCIES = {"related": "Related"}
"""The dependencies that have a name."""

WEB_PAGES = frozenset(("html", "htm", "xhtml", "php", "jsp", "do", "action", "asp", "aspx", "cgi"))
"""Extensions of pages; others are documents (context.md 11)."""

MAX_LENGTH = 65_535
"""Characters of a URL, and of a title."""

BLANKS = " \t\n\r\0\v"
"""White space that is trimmed from a URL; other white space makes it invalid."""

_CHARACTERS = re.compile(r"""[A-Za-z0-9$_.+!*'(),{}|\\^~[\]`<>#%";/?:@&=-]*""")
_WITH_HOST = re.compile(r"([A-Za-z0-9+.-]+)://([^/?#]+)([^?#]*)")
_WITHOUT_HOST = re.compile(r"file:///|(?:mailto|news|file):(?!//|[0-9]{1,5}(?:/|$))")
_USER = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9][0-9A-Fa-f])*")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_PORT = re.compile("[0-9]{0,5}")

_RUN = frozenset(("javascript", "data", "vbscript"))
"""Schemes of links that a browser would run, or show as a page of ours."""


class ExternalLink(Doc, frozen=True, kw_only=True):
    """An external link as it is stored; a doc of an older release reads with these defaults, so they never change.

    Attributes:
        link_type: `attachment`, `file` or `weblink`.
        date_creation: Unix seconds, as is `date_modification`.
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


def is_url(text: str) -> bool:
    """Return whether a string is a URL by PHP's FILTER_VALIDATE_URL (context.md 11), and safe to click on."""
    if len(text) > MAX_LENGTH or not _CHARACTERS.fullmatch(text):
        return False
    found = _WITH_HOST.match(text)
    if found is None:
        return bool(_WITHOUT_HOST.match(text))
    return found[1].lower() not in _RUN and _is_authority(found[1].lower(), found[2])


def _is_authority(scheme: str, authority: str) -> bool:
    user, _, address = authority.rpartition("@")
    host, port = _host_and_port(address)
    if not (_USER.fullmatch(user) and _is_port(port)):
        return False
    return _is_web_host(host) if scheme in {"http", "https"} else host != ""


def _is_port(text: str) -> bool:
    return bool(_PORT.fullmatch(text)) and int(text or 0) <= 65_535


def _host_and_port(address: str) -> tuple[str, str]:
    if ":" not in address or (address.startswith("[") and address.endswith("]")):
        return address, ""
    host, _, port = address.rpartition(":")
    return host, port


def _is_web_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        return "%" not in host and _is_ipv6(host[1:-1])
    return len(host.removesuffix(".")) <= 253 and bool(_HOST.fullmatch(host))


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def type_of(url: str) -> str:
    """Return the first type that fits a URL; "" if none does."""
    return next((kind for kind in (FILE, ATTACHMENT, WEBLINK) if fits(kind, url)), "")


def fits(kind: str, url: str) -> bool:
    """Return whether a string is a URL of a type: `attachment`, `file`, `weblink`; case-sensitive (context.md 11)."""
    if not is_url(url):
        return False
    if kind == FILE:
        return "://" in url and not url.startswith(("http", "ftp"))
    if not url.startswith(("http://", "https://")):
        return False
    return kind == WEBLINK or _ending(url).lower() not in {"", *WEB_PAGES}


def _ending(url: str) -> str:
    """Return the part after the last dot behind the last slash of a URL with its query; "" if there is none."""
    _, slash, last = url.partition("://")[2].rpartition("/")
    _, dot, ending = last[:-1].rpartition(".")  # at least one character follows the dot
    return ending + last[-1] if slash and dot else ""


def title_of(kind: str, url: str) -> str:
    """Return the title of a link without one: the last part of its path, "" for none; for a page its whole URL."""
    if kind == WEBLINK:
        return url
    found = _WITH_HOST.match(url)
    path = found[3] if found else re.split("[?#]", url.partition(":")[2], maxsplit=1)[0]
    path = path.replace("\\", "/") if kind == FILE else path
    return path.rstrip("/").rpartition("/")[2]
