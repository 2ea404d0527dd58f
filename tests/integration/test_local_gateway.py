"""The development server's gateway makes of HTTP what API Gateway makes of it."""

from __future__ import annotations

import asyncio
import base64
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from local import gateway, template
from local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable

ROUTES = template.routes()
JSON = (b"content-type", b"application/json")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def called(answer: Awaitable[None]) -> None:
    await answer


def ask(
    function: gateway.Function,
    body: bytes = b"",
    *headers: tuple[bytes, bytes],
    method: str = "POST",
    path: str = "/jsonrpc.php",
    query: bytes = b"",
    host: str = "board.example:8000",
) -> Answer:
    """Send one request through the application, in pieces as a server does."""
    pieces = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", host.encode()), *headers],
        "client": ("127.0.0.9", 5555),
        "server": ("127.0.0.1", 8000),
    }
    served = gateway.application(function, ROUTES, "board")
    app = gateway.for_hosts(gateway.below_any_path(served), "https://board.example")
    asyncio.run(called(app(scope, receive, send)))
    start, *rest = sent
    names = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], names, b"".join(part.get("body", b"") for part in rest))


def event_of(body: bytes, *headers: tuple[bytes, bytes], **more: Any) -> gateway.Event:
    """Return the event that the function gets for a request."""
    seen: list[gateway.Event] = []
    ask(seen.append, body, *headers, **more)
    return seen[0]


def test_the_routes_are_those_of_the_template() -> None:
    paths = {"/documented/jsonrpc.php", "/jsonrpc", "/jsonrpc.php", "/native/jsonrpc.php"}
    assert {*ROUTES} == {*(("POST", path) for path in paths), *(("GET", path) for path in {"/", *paths})}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("//jsonrpc.php", "POST /jsonrpc.php"),
        ("/kanboard/jsonrpc.php", "POST /jsonrpc.php"),
        ("/kanboard//native/jsonrpc.php", "POST /native/jsonrpc.php"),
        ("/board/documented/jsonrpc.php", "POST /documented/jsonrpc.php"),
        ("/jsonrpc", "POST /jsonrpc"),
    ],
)
def test_kanboards_base_paths_lead_to_the_same_routes(path: str, route: str) -> None:
    assert event_of(b"{}", JSON, path=path)["routeKey"] == route


def test_an_event_has_the_form_of_payload_2() -> None:
    event = event_of(b'{"id": 1}', JSON, (b"user-agent", b"curl"), path="/native/jsonrpc.php", query=b"a=1&a=2")
    context = event.pop("requestContext")
    assert context.pop("time").endswith(" +0000")
    assert isinstance(context.pop("timeEpoch"), int)
    assert context.pop("requestId")
    assert event == {
        "version": "2.0",
        "routeKey": "POST /native/jsonrpc.php",
        "rawPath": "/native/jsonrpc.php",
        "rawQueryString": "a=1&a=2",
        "queryStringParameters": {"a": "1,2"},
        "headers": {
            "host": "board.example:8000",
            "content-type": "application/json",
            "user-agent": "curl",
            "x-forwarded-for": "127.0.0.9",
            "x-forwarded-port": "8000",
            "x-forwarded-proto": "http",
        },
        "body": '{"id": 1}',
        "isBase64Encoded": False,
    }
    assert context == {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": "board.example",
        "domainPrefix": "board",
        "http": {
            "method": "POST",
            "path": "/native/jsonrpc.php",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.9",
            "userAgent": "curl",
        },
        "routeKey": "POST /native/jsonrpc.php",
        "stage": "$default",
    }


def test_below_the_path_of_a_domain_the_route_stays_the_one_that_was_chosen() -> None:
    event = event_of(b"{}", JSON, path="/board/native/jsonrpc.php")
    context = event["requestContext"]
    assert (event["routeKey"], context["routeKey"]) == ("POST /native/jsonrpc.php", "POST /native/jsonrpc.php")
    assert (event["rawPath"], context["http"]["path"]) == ("/board/native/jsonrpc.php", "/board/native/jsonrpc.php")


def test_repeated_headers_are_joined_and_cookies_apart() -> None:
    event = event_of(b"", (b"X-A".lower(), b"1"), (b"x-a", b"2"), (b"cookie", b"a=1; b=2"))
    assert event["headers"]["x-a"] == "1,2"
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert "body" not in event


@pytest.mark.parametrize(
    ("content_type", "is_text"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/plain", True),
        ("application/x-www-form-urlencoded", False),
        ("application/json-rpc", False),
        ("", False),
    ],
)
def test_what_is_not_text_by_its_type_arrives_as_base64(content_type: str, is_text: bool) -> None:
    event = event_of("é".encode(), *([(b"content-type", content_type.encode())] if content_type else []))
    assert event["isBase64Encoded"] is not is_text
    assert event["body"] == ("é" if is_text else base64.b64encode("é".encode()).decode())


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("POST", "/jsonrpc.php/"), ("PUT", "/jsonrpc.php")])
def test_other_paths_and_methods_are_not_found(method: str, path: str) -> None:
    answer = ask(lambda _: pytest.fail("the function was called"), method=method, path=path)
    assert (answer.status, json.loads(answer.body)) == (404, {"message": "Not Found"})


def test_an_event_of_six_megabytes_passes_and_one_byte_more_is_413() -> None:
    events: list[gateway.Event] = []
    assert ask(events.append, b"x" * 1_000_000, JSON).status == 200
    beside = len(json.dumps(events[0]).encode()) - 1_000_000
    full = b"x" * (gateway.EVENT_LIMIT - beside)
    assert ask(lambda event: len(event["body"]), full, JSON).body == str(len(full)).encode()
    answer = ask(lambda _: pytest.fail("the function was called"), full + b"x", JSON)
    assert (answer.status, json.loads(answer.body)) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize(
    ("size", "content_type", "status"),
    [
        (4_400_000, "application/json", 200),
        (4_750_000, "application/json", 413),
        (3_450_000, "application/octet-stream", 200),
        (3_450_000, "application/x-www-form-urlencoded", 200),
        (3_560_000, "application/octet-stream", 413),
    ],
)
def test_a_file_in_a_request_ends_at_what_base64_quoting_and_the_gateway_leave(
    size: int, content_type: str, status: int
) -> None:
    blob = base64.b64encode(random.Random(1).randbytes(size)).decode()
    request = {"jsonrpc": "2.0", "method": "createTaskFile", "id": 1, "params": [1, 2, "a.bin", blob]}
    body = json.dumps(request)
    if status == 200:  # PHP, which Kanboard's clients are often written in, escapes slashes
        body = body.replace("/", r"\/")
    assert ask(lambda _: 1, body.encode(), (b"content-type", content_type.encode())).status == status


def test_a_body_whose_quotes_make_the_event_too_large_is_413() -> None:
    assert ask(lambda _: pytest.fail("the function was called"), b'"' * 3_200_000, JSON).status == 413


def test_a_body_that_base64_makes_too_large_is_413() -> None:
    assert ask(lambda _: pytest.fail("the function was called"), b"x" * 5_000_000).status == 413


def test_an_exception_is_a_500_that_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: gateway.Event) -> None:
        raise ValueError("secret")

    answer = ask(fail, b"{}", JSON)
    assert (answer.status, json.loads(answer.body)) == (500, {"message": "Internal Server Error"})
    assert "ValueError: secret" in capsys.readouterr().err


def test_an_answer_that_lambda_does_not_carry_is_a_500(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(lambda _: {"statusCode": 200, "body": "x" * 6_300_000}, b"{}", JSON).status == 500
    assert ask(lambda _: {"statusCode": 200, "body": '"' * 3_200_000}, b"{}", JSON).status == 500, "escaped: 6.4 MB"
    assert ask(lambda _: {"statusCode": 200, "body": "x" * 6_200_000}, b"{}", JSON).status == 200


def test_status_headers_and_binary_bodies_come_through() -> None:
    answer = ask(
        lambda _: {
            "statusCode": 401,
            "headers": {"WWW-Authenticate": "Basic", "Content-Type": "application/octet-stream"},
            "body": base64.b64encode(b"\x00\xff").decode(),
            "isBase64Encoded": True,
        },
        b"{}",
        JSON,
    )
    assert (answer.status, answer.body) == (401, b"\x00\xff")
    assert answer.headers["www-authenticate"] == "Basic"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_bare_answer_is_json_with_200() -> None:
    answer = ask(lambda _: {"a": 1}, b"{}", JSON)
    assert (answer.status, json.loads(answer.body)) == (200, {"a": 1})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *((each, 200) for each in ("127.0.0.1:8000", "localhost", "LOCALHOST:8000", "[::1]:8000", "board.example")),
        *((each, 421) for each in ("evil.example", "127.0.0.1.evil.example", "localhost.", "board.example.org", "")),
    ],
)
def test_only_our_own_names_are_answered(host: str, status: int) -> None:
    assert ask(lambda _: {"statusCode": 200}, host=host).status == status


def test_what_clients_see_of_the_gateway_itself_is_in_the_manual_and_is_no_json_rpc() -> None:
    def broken(_: gateway.Event) -> None:
        raise RuntimeError

    manual = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    seen = [
        ask(lambda _: {}, path="/no-such-path"),
        ask(lambda _: {}, b"x" * 7_000_000, JSON),
        ask(broken, b"{}", JSON),
    ]
    assert [answer.status for answer in seen] == [404, 413, 500]
    for answer in seen:
        assert json.loads(answer.body).keys() == {"message"}
        assert f"**{answer.status}** `{answer.body.decode()}`" in manual
