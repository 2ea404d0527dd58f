"""Titles of pages, from a server on this machine that stands for one of the internet (store/web.py)."""

from __future__ import annotations

import re
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.store import web
from lambdaboard.store.web import page_title, title_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME, PUBLIC = "page.example", "93.184.216.34"
"""The server's name, and the address that it resolves to."""

PAGE = b"<html><head><title>The page</title></head></html>"


class Server(ThreadingHTTPServer):
    """Answers each request as `respond` does, and notes it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.respond: Callable[[Handler], None] = lambda asked: asked.answer(PAGE)
        self.asked: list[Handler] = []

    def url(self, path: str = "/") -> str:
        """Return an address of this server by name."""
        return f"http://{NAME}:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self)
        with suppress(OSError):  # who asked has hung up
            self.server.respond(self)

    def answer(self, content: bytes, content_type: str = "text/html", status: int = 200, **headers: str) -> None:
        """Send a whole answer."""
        self.begin(content_type, status, **headers)
        self.wfile.write(content)

    def begin(self, content_type: str = "text/html", status: int = 200, **headers: str) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Log nothing."""


def say(what: bytes, asked: Handler) -> None:
    asked.wfile.write(what)


def wait(event: threading.Event) -> None:
    event.wait()


@contextmanager
def served() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Internet:
    """Stands for `socket.getaddrinfo`: resolves `NAME`, and leads to this machine who connects to an address.

    Attributes:
        addresses: those of `NAME`.
        connected: addresses that somebody connected to.
    """

    def __init__(self) -> None:
        self.addresses = [PUBLIC]
        self.connected: list[str] = []

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """Return what an address or a name resolves to."""
        if host != NAME:
            self.connected.append(host)
        found = self.addresses if host == NAME else ["127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)) for address in found]


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """The internet, which is this machine."""
    internet = Internet()
    monkeypatch.setattr(socket, "getaddrinfo", internet)
    return internet


@pytest.fixture
def server(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of the internet, whose port counts as one of the web."""
    with served() as server:
        monkeypatch.setitem(web.PORTS, "http", server.server_port)
        yield server


def test_the_title_of_a_page_is_fetched_by_its_name_path_and_query(server: Server) -> None:
    assert page_title(server.url("/a/b?c=d&e=%20#part")) == "The page"
    (asked,) = server.asked
    assert (asked.path, asked.headers["Host"]) == ("/a/b?c=d&e=%20", f"{NAME}:{server.server_port}")


def test_name_and_password_in_an_address_are_not_sent_to_the_server(server: Server) -> None:
    assert page_title(f"http://ann:secret@{NAME}:{server.server_port}") == "The page"
    (asked,) = server.asked
    assert "secret" not in str(asked.headers)
    assert (asked.path, asked.headers["Host"]) == ("/", f"{NAME}:{server.server_port}")


def test_an_address_may_have_an_ipv6_address_for_its_host(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "2606:2800::abcd"
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, server.server_port, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: found if host == address else [])
    monkeypatch.setattr(socket, "create_connection", partial(connected, ("127.0.0.1", server.server_port)))
    assert page_title(f"http://[2606:2800::abcd]:{server.server_port}/") == "The page"


def connected(address: tuple[str, int], _asked: Any, timeout: float) -> socket.socket:
    """Return a connection to an address, whatever is asked for."""
    connection = socket.socket()
    connection.settimeout(timeout)
    connection.connect(address)
    return connection


def test_letters_of_an_address_that_are_not_ascii_are_sent_as_browsers_do(server: Server) -> None:
    assert page_title(server.url("/größe?a=é")) == "The page"
    assert server.asked[0].path == "/gr%C3%B6%C3%9Fe?a=%C3%A9"


ENCODED = [
    ("text/html", "utf-8"),
    ("text/html; charset=utf-8", "utf-8"),
    ("text/html; charset=iso-8859-1", "iso-8859-1"),
    ('TEXT/HTML; CHARSET="ISO-8859-1"; a=b', "iso-8859-1"),
    ("application/xhtml+xml;charset=windows-1252", "windows-1252"),
    *((f"text/html; charset={other}", "utf-8") for other in ("nonsense", "", "hex", "punycode", "idna", "utf-7")),
]


@pytest.mark.parametrize(("content_type", "charset"), ENCODED)
def test_a_page_is_read_in_the_encoding_that_its_head_names(server: Server, content_type: str, charset: str) -> None:
    server.respond = lambda asked: asked.answer("<title>Größe</title>".encode(charset), content_type)
    assert page_title(server.url()) == "Größe"


def test_signs_that_are_none_of_the_encoding_are_replaced(server: Server) -> None:
    server.respond = lambda asked: asked.answer(b"<title>a\xffb</title>")
    assert page_title(server.url()) == "a\ufffdb"


@given(st.sampled_from(sorted(web.CHARSETS)), st.binary(max_size=50))
def test_any_bytes_in_any_encoding_have_a_title_that_can_be_stored(charset: str, content: bytes) -> None:
    title = title_in(web.decoded(b"<title>" + content + b"</title>", f"text/html; charset={charset}"))
    assert title.encode().decode() == title


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(server: Server, status: int) -> None:
    elsewhere = server.url("/elsewhere")
    server.respond = lambda asked: asked.answer(PAGE, status=status, Location=elsewhere)
    assert page_title(server.url()) == ""
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "content_type"), [(404, "text/html"), (500, "text/html"), (200, "text/plain")])
def test_what_is_no_page_has_no_title(server: Server, status: int, content_type: str) -> None:
    server.respond = lambda asked: asked.answer(PAGE, content_type, status)
    assert page_title(server.url()) == ""


def test_only_64_kb_of_a_page_are_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.respond = lambda asked: asked.answer(b" " * (web.LARGEST - len(PAGE)) + PAGE)
    assert page_title(server.url()) == "The page"
    server.respond = lambda asked: asked.answer(b" " * web.LARGEST + PAGE)
    assert page_title(server.url()) == ""
    read: list[int] = []

    def noted(page: str) -> str:
        read.append(len(page))
        return title_in(page)

    monkeypatch.setattr(web, "title_in", noted)
    server.respond = lambda asked: asked.answer(PAGE + b"x" * 500_000)
    assert page_title(server.url()) == "The page"
    assert read == [65_536]


@pytest.mark.parametrize(
    "begins", [b"", b"HTTP/1.1 200 OK\r\na: b", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"]
)
def test_a_server_that_sends_drop_by_drop_is_given_up_wherever_it_does_so_and_nothing_goes_on_after_that(
    server: Server, monkeypatch: pytest.MonkeyPatch, begins: bytes
) -> None:
    given_up, dripping = threading.Event(), threading.Event()
    monkeypatch.setattr(web, "TIMEOUT", 0.5)
    connections: list[Any] = []
    make = socket.create_connection

    def connect(*where: Any, **how: Any) -> Any:
        connections.append(make(*where, **how))
        return connections[-1]

    monkeypatch.setattr(socket, "create_connection", connect)

    def drip(asked: Handler) -> None:
        """Send a character more each moment until the caller has given up."""
        asked.wfile.write(begins)
        dripping.set()
        while not given_up.wait(0.02):
            asked.wfile.write(b"a")

    server.respond = drip
    threads = {*threading.enumerate()}
    assert page_title(server.url()) == ""
    ours = {thread for thread in threading.enumerate() if "process_request_thread" not in thread.name}
    given_up.set()
    assert dripping.is_set()
    assert ours <= threads
    assert [each.fileno() for each in connections] == [-1]


def test_a_server_that_says_nothing_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = threading.Event()
    monkeypatch.setattr(web, "TIMEOUT", 0.2)
    server.respond = lambda _: wait(given_up)
    assert page_title(server.url()) == ""
    given_up.set()


def test_a_server_that_hangs_up_or_talks_nonsense_has_no_title(server: Server) -> None:
    for nonsense in (b"", b"HTTP/1.1", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1_000):
        server.respond = partial(say, nonsense)
        assert page_title(server.url()) == "", nonsense


def test_an_answer_that_ends_too_early_is_no_page(server: Server) -> None:
    server.respond = lambda asked: asked.answer(b"<title>half", content_length="1000")
    assert page_title(server.url()) == ""


def test_nothing_is_asked_of_this_machine() -> None:
    with served() as server:
        for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1", "0.0.0.0"):
            assert page_title(f"http://{host}:{server.server_port}/") == "", host
        assert server.asked == []


def test_a_name_with_a_private_address_among_others_is_not_asked(internet: Internet) -> None:
    internet.addresses = [PUBLIC, "127.0.0.1"]
    assert page_title(f"http://{NAME}/") == ""
    assert internet.connected == []


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(internet: Internet, server: Server) -> None:
    assert page_title(server.url()) == "The page"
    assert internet.connected == [PUBLIC]


@pytest.mark.parametrize("port", [1, 22, 81, 8080, 65535])
def test_no_other_port_than_those_of_the_web_is_asked(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *what, **_: asked.append(what))
    for scheme in ("http", "https"):
        assert page_title(f"{scheme}://93.184.216.34:{port}/") == ""
    assert asked == []


PRIVATE = """127.0.0.1 127.8.9.10 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 169.254.100.1 0.0.0.0
    100.64.0.1 192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1
    fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1
    64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 2002:7f00:1:: 2001:0:1::1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
    64:ff9b:1::8.8.8.8 5f00::1 3fff::1 100::1 2001:2::1 2001:20::1 2001:30::1 4000::1 1fff::1 fdff::1 febf::1"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_an_address_that_is_not_of_the_internet_is_refused(internet: Internet, address: str) -> None:
    internet.addresses = [address]
    assert page_title(f"http://{NAME}/") == ""
    assert internet.connected == []


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "8.8.8.8",
        "2606:2800:220:1::1",
        "2001:4860:4860::8888",
        "2a00:1450:4001:81b::200e",
        "::ffff:8.8.8.8",
    ],
)
def test_an_address_of_the_internet_may_be_asked(internet: Internet, server: Server, address: str) -> None:
    internet.addresses = [address]
    assert page_title(server.url()) == "The page"
    assert internet.connected == [address]


ODD = [
    "http://",
    "http:///path",
    "http://[",
    "http://[::1",
    "http://host:port",
    "http://host:99999",
    "http://host:-1",
    f"http://{'a' * 300}.example",
    f"http://{'a.' * 300}example",
    "http://..",
    "http://a\0b",
    "http://\ud800",
    "http://ß\u200d.example",
    "http://localhost/\ud800",
]


@pytest.fixture
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name have an address, but check them as before."""
    resolve = socket.getaddrinfo

    def nobody(host: str, port: int, **named: Any) -> Any:
        return resolve(host, port, flags=socket.AI_NUMERICHOST, **named)

    monkeypatch.setattr(socket, "getaddrinfo", nobody)


@pytest.mark.usefixtures("_no_names")
@pytest.mark.parametrize("url", ODD)
def test_an_address_that_cannot_be_asked_has_no_title(url: str) -> None:
    assert page_title(url) == ""


TITLES = [
    ("<title>One</title><title>Two</title>", "One"),
    ("<TITLE class='a'>\n One\t &amp; &lt;two&gt; \u00a0</TITLE>", "One & <two>"),
    ("<title></title>", ""),
    ("<p>no title</p>", ""),
    ("", ""),
    (f"<title>{'x' * 300}</title>", "x" * 255),
    ("<![foo]><title>Behind</title>", "Behind"),
    ("<title>Before</title><![foo]>", "Before"),
    ("<!-- <title>comment</title> --><title>Real</title>", "Real"),
    ("<!-- a <!-- b --><title>Real</title><!-- <title>c</title>", "Real"),
    ("<!-- never ended <title>comment</title>", ""),
    ("<title>never ended", ""),
    ("<titles>no</titles><title\n lang=en>Yes</title >", "Yes"),
    ("<title", ""),
    (f"<title>{' ' * 5_000}One &#{'9' * 5_000};</title>", "One \ufffd"),
]


@pytest.mark.parametrize(("html", "title"), TITLES)
def test_the_title_is_the_first_one_on_one_line(html: str, title: str) -> None:
    assert title_in(html) == title


MARKUP = st.lists(
    st.sampled_from(["<", ">", "</", "<!--", "<![", "-->", "title", "&", "#xd800;", "#9", "]", '"', " ", "a", "é"])
)


@given(st.text(st.characters(categories=["L", "P", "S", "Z"])) | MARKUP.map("".join))
def test_any_text_has_a_title(page: str) -> None:
    assert len(title_in(page)) <= web.LONGEST
    assert len(title_in(f"<title>{page}</title>")) <= web.LONGEST


@pytest.mark.parametrize("piece", ["<", "<!--", "-->", "<title", "<title ", "<title>", "</title", "&", "&#1", ">", " "])
def test_each_character_of_a_page_is_looked_at_a_fixed_number_of_times(piece: str) -> None:
    def looked_at(size: int) -> int:
        """Return how many characters all functions of strings and patterns are given, each of which is linear."""
        page, given = "<title>" + piece * (size // len(piece)), 0

        def count(frame: Any, event: str, called: Any) -> None:
            nonlocal given
            owner = getattr(called, "__self__", None) if event == "c_call" else None
            if isinstance(owner, str):
                given += len(owner)
            elif isinstance(owner, re.Pattern):
                given += len(frame.f_locals.get("text", ""))

        sys.setprofile(count)
        try:
            title_in(page)
        finally:
            sys.setprofile(None)
        return given

    assert web.LARGEST <= looked_at(web.LARGEST) <= 5 * web.LARGEST
    assert looked_at(2 * web.LARGEST) <= 2.1 * looked_at(web.LARGEST)
