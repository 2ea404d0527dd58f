"""The titles of web pages that tasks link to: the one thing that is asked of the internet, wherever a client says.

So: no address of a private network, no redirects, a small answer, a few seconds. A name is resolved once, and the
address that was looked at is the one that is asked.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from html.parser import HTMLParser
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

PATIENCE = 5.0
"""Seconds for the whole answer."""

LARGEST = 500_000
"""Bytes of a page that are looked at."""

LONGEST = 255
"""Characters of a title; the rest is cut off."""

SENT_AS_THEY_ARE = "%/?:@!$&'()*+,;=[]|~"
"""Signs of a path and a query; others, as letters that are not ASCII, are sent as browsers do."""

PORTS = {"http": 80, "https": 443}

WRAPPED = tuple(map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96")))
"""IPv6 addresses that end in an IPv4 address, which a gateway may take out; Python takes them for public."""


def page_title(url: str) -> str:
    """Fetch the title of a page; "" where it has none, is no HTML, or cannot be fetched.

    Args:
        url: an http or https address.
    """
    # A thread of its own: a server that sends a byte a second never runs into the time-out of a single read.
    titles: list[str] = []
    fetching = threading.Thread(target=lambda: titles.append(_title(url)), daemon=True)
    fetching.start()
    fetching.join(PATIENCE)
    return titles[0] if titles else ""


def _title(url: str) -> str:
    try:
        parts = urlsplit(url)
        return title_in(_fetched(parts, _public_address(parts.hostname or "", _port(parts))))
    except (OSError, HTTPError, HTTPException, ValueError):
        return ""


def title_in(html: str) -> str:
    """Return the title of a page, its white space as single blanks; "" where it has none."""
    parser = _TitleParser()
    with suppress(AssertionError):  # html.parser gives up so at declarations that it does not know
        parser.feed(html)
    title = " ".join("".join(parser.parts).split())[:LONGEST]
    # some encodings have halves of characters, which cannot be stored
    return title.encode(errors="replace").decode()


class _TitleParser(HTMLParser):
    """Gathers the text of the first title."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._is_inside = False
        self._is_done = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - called by HTMLParser
        self._is_inside = tag == "title" and not self._is_done

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._is_inside, self._is_done = False, True

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.parts.append(data)


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _public_address(host: str, port: int) -> str:
    """Resolve a name; ValueError where any of its addresses is not one of the internet."""
    addresses = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(_is_public(str(address)) for address in addresses):
        raise ValueError("a private address")
    return str(addresses[0])


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.is_site_local or any(parsed in network for network in WRAPPED):
            return False
        parsed = parsed.ipv4_mapped or parsed
    return parsed.is_global and not parsed.is_multicast


def _fetched(parts: SplitResult, address: str) -> str:
    """Read the beginning of a page as text; "" unless the answer is 200 with HTML."""
    give_up_at = time.monotonic() + PATIENCE
    connection = _connection(parts, address)
    try:
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=SENT_AS_THEY_ARE)
        headers = {"Host": parts.netloc.rpartition("@")[2], "Accept": "text/html", "User-Agent": "Lambdaboard"}
        connection.request("GET", path, headers=headers, preload_content=False, decode_content=False)
        response = connection.getresponse()
        content_type = response.headers.get("content-type", "").lower()
        if response.status != 200 or "html" not in content_type:
            return ""
        content = b""
        while len(content) < LARGEST and time.monotonic() < give_up_at and (read := response.read1(16_384)):
            content += read
        return _decoded(content, content_type)
    finally:
        connection.close()


def _connection(parts: SplitResult, address: str) -> HTTPConnection:
    if parts.scheme == "http":
        return HTTPConnection(address, _port(parts), timeout=PATIENCE)
    return HTTPSConnection(
        address,
        _port(parts),
        timeout=PATIENCE,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        ssl_context=ssl.create_default_context(),
    )


def _decoded(content: bytes, content_type: str) -> str:
    """Read a page in the encoding that its head names, in UTF-8 where that is none or unknown."""
    named = content_type.partition("charset=")[2].partition(";")[0].strip("\"' ")
    try:
        return content.decode(named or "utf-8", errors="replace")
    except LookupError:
        return content.decode(errors="replace")
