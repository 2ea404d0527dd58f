"""API Gateway's HTTP API in front of a function: request -> event (payload 2.0) -> answer -> response.

Observed on AWS or documented there: unknown paths and methods are 404, bodies and answers over 6 MB are rejected, an
exception is a 500 without details, header names are in lower case and repeated ones are joined by commas.
"""

import base64
import binascii
import datetime as dt
import json
import re
import traceback
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

EVENT_LIMIT = 6_291_456  # bytes of an event as JSON: the body quoted, or in base64, and everything else
ANSWER_LIMIT = 6_291_556  # bytes of an answer, as the function returns it
_DISCARDED = 64_000_000  # bytes read of a body that is too large, so that its sender can read the 413
_TEXT = ("application/json", "application/xml", "application/javascript")  # and text/*: these arrive as text

Event = dict[str, Any]
Function = Callable[[Event], Any]


class BodyTooLarge(Exception):  # noqa: N818 - the name in HTTP
    """The body has too many bytes for a function."""


def application(function: Function, routes: Sequence[tuple[str, str]], mapping: str = "") -> Starlette:
    """Return the HTTP API that forwards its routes, each a method and a path, to a function.

    Args:
        function: gets the events.
        routes: as of the template.
        mapping: the base path of a custom domain, such as `board`, under which the routes exist, too.
    """

    def forward(method: str, path: str) -> Callable[[Request], Awaitable[Response]]:
        async def forwarded(request: Request) -> Response:
            try:
                event = to_event(request, await read_body(request), f"{method} {path}")
            except BodyTooLarge:
                return _message(413, "Request Entity Too Large")
            return await run_in_threadpool(_answered, function, event)

        return forwarded

    prefixes = ["", f"/{mapping}"] if mapping else [""]
    app = Starlette(
        routes=[
            Route(prefix + route[1], forward(*route), methods=[route[0]]) for prefix in prefixes for route in routes
        ],
        exception_handlers={HTTPException: lambda *_: _message(404, "Not Found")},
    )
    app.router.redirect_slashes = False
    return app


def below_any_path(app: Starlette) -> ASGIApp:
    """Treat `//jsonrpc.php` and `/kanboard/jsonrpc.php` as `/jsonrpc.php`, as for a Kanboard in a folder.

    On AWS the mapping of a custom domain does this, for one path (docs/deploy.md).
    """
    routed = {route.path for route in app.routes if isinstance(route, Route)}
    longest_first = sorted(routed - {"/"}, key=len, reverse=True)

    async def shortened(scope: Scope, receive: Receive, send: Send) -> None:
        path = re.sub("/+", "/", scope["path"])
        if path not in routed:
            path = next((each for each in longest_first if path.endswith(each)), path)
        await app({**scope, "path": path}, receive, send)

    return shortened


def for_hosts(app: ASGIApp, base_url: str) -> ASGIApp:
    """Reject requests to host names other than this machine's and that of the base URL: 421.

    A web page can point its own host name to 127.0.0.1, so that a browser calls this server (DNS rebinding).
    """
    hosts = {"localhost", "127.0.0.1", "[::1]", urlsplit(base_url).hostname or ""}

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "")
        known = re.sub(r":\d+$", "", host).lower() in hosts
        await (app if known else _message(421, "Misdirected Request"))(scope, receive, send)

    return checked


async def read_body(request: Request) -> bytes:
    """Read the body, up to its limit.

    Raises:
        BodyTooLarge: there is more; it has been read up to a second limit, and discarded.
    """
    kept, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= EVENT_LIMIT:
            kept += chunk
        if size > _DISCARDED:
            break
    if size > EVENT_LIMIT:
        raise BodyTooLarge
    return bytes(kept)


def to_event(request: Request, body: bytes, route: str) -> Event:
    """Return the event of payload format 2.0 for a request on a route, such as `POST /jsonrpc.php`.

    Raises:
        BodyTooLarge: the event is too large with the data of the request and the encoded body.
    """
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers.keys()}  # noqa: SIM118
    cookies = headers.pop("cookie", "")
    source = request.client.host if request.client else "127.0.0.1"
    event: Event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.url.path,
        "rawQueryString": request.url.query,
        "headers": {
            **headers,
            "x-forwarded-for": source,
            "x-forwarded-port": str(request.url.port or 80),
            "x-forwarded-proto": request.url.scheme,
        },
        "requestContext": _context(request, headers, source, route),
        **_body(body, headers.get("content-type", "")),
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if request.query_params:
        event["queryStringParameters"] = {n: ",".join(request.query_params.getlist(n)) for n in request.query_params}
    # a character has at most six bytes, so small bodies need no check
    if len(body) > EVENT_LIMIT / 8 and len(json.dumps(event, ensure_ascii=False).encode()) > EVENT_LIMIT:
        raise BodyTooLarge
    return event


def _context(request: Request, headers: dict[str, str], source: str, route: str) -> Event:
    path, host = request.url.path, headers.get("host", "")
    now = dt.datetime.now(dt.UTC)
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": host.partition(":")[0],
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": f"HTTP/{request.scope['http_version']}",
            "sourceIp": source,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": uuid.uuid4().hex[:15] + "=",
        "routeKey": route,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(body: bytes, content_type: str) -> Event:
    """Return the members of an event for the body."""
    if not body or is_text(content_type):
        text = {"body": body.decode(errors="replace")} if body else {}
        return {"isBase64Encoded": False, **text}
    return {"isBase64Encoded": True, "body": base64.b64encode(body).decode()}


def is_text(content_type: str) -> bool:
    """Return whether API Gateway passes on a body of this type as text; others, and none, are base64 encoded."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in _TEXT


def _answered(function: Function, event: Event) -> Response:
    """Call the function; the client gets no details of a failure."""
    try:
        return to_response(function(event))
    except Exception:  # noqa: BLE001 - Lambda itself catches all
        traceback.print_exc()
        return _message(500, "Internal Server Error")


def to_response(answer: Any) -> Response:
    """Return API Gateway's response for a function's answer.

    Raises:
        ValueError: Lambda would not accept that answer.
    """
    if not (isinstance(answer, dict) and "statusCode" in answer):
        answer = {"statusCode": 200, "body": json.dumps(answer)}
    body = answer.get("body") or ""
    if len(body) > ANSWER_LIMIT / 6 and len(json.dumps(answer).encode()) > ANSWER_LIMIT:
        raise ValueError("the function's answer is over 6 MB")
    given = answer.get("headers") or {}
    headers = {"content-type": "application/json"} | {name.lower(): str(value) for name, value in given.items()}
    content = _decoded(body) if answer.get("isBase64Encoded") else body.encode()
    return Response(content, int(answer["statusCode"]), headers)


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError("the body is said to be base64 and is not") from error


def _message(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)
