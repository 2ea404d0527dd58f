"""The titles of web pages that tasks link to: the only requests to the internet, to addresses that clients choose.

So: no private networks, only the ports of the web, no redirects, a small answer, a few seconds. A name is resolved
once, and the request goes to the address that was checked. Nothing continues after the call: each wait is limited by
the remaining time, and the thread of the call reads the answer.
"""

from __future__ import annotations

import html
import io
import ipaddress
import re
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

TIMEOUT = 5.0
"""Seconds for the whole answer. The resolver has limits of its own: see `RES_OPTIONS` in template.yaml."""

LARGEST = 65_536
"""Bytes of a page that are read."""

LONGEST = 255
"""Characters of a title; the rest is cut off."""

SENT_AS_THEY_ARE = "%/?:@!$&'()*+,;=[]|~"
"""Characters of a path and a query; others, such as non-ASCII letters, are encoded as browsers do."""

PORTS = {"http": 80, "https": 443}
"""The ports of the web; others are rejected."""

CHARSETS = frozenset(
    (
        *("utf-8", "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-15", "windows-1250", "windows-1251"),
        *("windows-1252", "koi8-r", "shift_jis", "euc-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr"),
    )
)
"""Encodings that Python decodes in time proportional to the page; some others take longer."""

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The assigned IPv6 addresses; all others, such as those that wrap an IPv4 address, are not of the internet."""

RESERVED = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Those of them for protocols, examples and tunnels (IANA); older versions of Python do not know all of them."""


def page_title(url: str) -> str:
    """Fetch the title of a page; "" if it has none, is not HTML, or cannot be fetched.

    Args:
        url: an http or https address.
    """
    try:
        parts = urlsplit(url)
        address = _public_address(parts.hostname or "", _port(parts))
        with _TimedSocket(address, _port(parts), time.monotonic() + TIMEOUT) as connection:
            if parts.scheme == "https":
                connection.encrypt(parts.hostname or "")
            return title_in(_page(parts, connection))
    except (OSError, HTTPException, ValueError):
        return ""


def _port(parts: SplitResult) -> int:
    port = parts.port or PORTS[parts.scheme]
    if port not in PORTS.values():
        raise ValueError("no port of the web")
    return port


def _public_address(host: str, port: int) -> str:
    """Resolve a name; ValueError if any of its addresses is not one of the internet."""
    addresses = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(_is_public(str(address)) for address in addresses):
        raise ValueError("a private address")
    return str(addresses[0])


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        return _is_public_v4(parsed.ipv4_mapped) if parsed.ipv4_mapped else _is_public_v6(parsed)
    return _is_public_v4(parsed)


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def _is_public_v6(address: ipaddress.IPv6Address) -> bool:
    return address in GLOBAL_UNICAST and address.is_global and not any(address in each for each in RESERVED)


class _TimedSocket:
    """A connection whose operations end at a given time; the methods are those that http.client needs of a socket.

    Args:
        address: of the server.
        port: of the server.
        ends: in the time of `time.monotonic`; then operations raise TimeoutError.
    """

    def __init__(self, address: str, port: int, ends: float) -> None:
        self._ends = ends
        self._socket: socket.socket = socket.create_connection((address, port), timeout=self._left())

    def __enter__(self) -> _TimedSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def encrypt(self, host: str) -> None:
        """Start TLS with a server that must have a certificate of that name."""
        self._socket.settimeout(self._left())
        self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=host)

    def sendall(self, content: bytes) -> None:
        """Send all bytes."""
        self._socket.settimeout(self._left())
        self._socket.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader of the connection."""
        return io.BufferedReader(_Reader(self))

    def recv_into(self, buffer: Any) -> int:
        """Wait for some bytes and return how many; 0 at the end."""
        self._socket.settimeout(self._left())
        return self._socket.recv_into(buffer)

    def close(self) -> None:
        """Do nothing: http.client calls this before the answer is read."""

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Reader(io.RawIOBase):
    def __init__(self, source: _TimedSocket) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.recv_into(buffer)


def _page(parts: SplitResult, connection: _TimedSocket) -> str:
    """Request a page and read its beginning as text; "" unless the answer is 200 with HTML."""
    path = quote(urlunsplit(("", "", parts.path or "/", parts.query, "")), safe=SENT_AS_THEY_ARE)
    client: Any = HTTPConnection(parts.hostname or "", _port(parts))
    client.sock = connection
    host = parts.netloc.rpartition("@")[2]
    client.request(
        "GET",
        path,
        headers={"Host": host, "Accept": "text/html", "User-Agent": "Lambdaboard", "Connection": "close"},
    )
    response = client.getresponse()
    content_type = response.headers.get("content-type", "").lower()
    if response.status != 200 or "html" not in content_type:
        return ""
    return decoded(response.read(LARGEST), content_type)


def decoded(content: bytes, content_type: str) -> str:
    """Decode a page in the encoding that its head names, or in UTF-8 if that is none of `CHARSETS`."""
    named = content_type.partition("charset=")[2].partition(";")[0].strip("\"' ")
    return content.decode(named if named in CHARSETS else "utf-8", errors="replace")


_OPENING = re.compile(r"<title(?=[\s/>])", re.IGNORECASE | re.ASCII)
_CLOSING = re.compile(r"</title", re.IGNORECASE | re.ASCII)


def title_in(page: str) -> str:
    """Return the first title of a page, its white space as single spaces; "" if it has none, or is cut off in it.

    Each step reads each character of the page a fixed number of times, unlike html.parser and a regular expression
    for a whole element.
    """
    before, *comments = page.split("<!--")
    text = "".join([before, *(comment.partition("-->")[2] for comment in comments)])
    opening = _OPENING.search(text)
    start = text.find(">", opening.end()) + 1 if opening else 0
    closing = _CLOSING.search(text, start) if start else None
    if closing is None:
        return ""
    title = " ".join(text[start : closing.start()].split())
    # cut before it is unescaped: Python raises an error for a character number of thousands of digits
    return " ".join(html.unescape(title[: 10 * LONGEST]).split())[:LONGEST]
