"""HTTP as API Gateway's HTTP API makes it of a function: request -> event (payload 2.0) -> answer -> response.

Observed on AWS or documented there: unknown paths and methods are 404, bodies and answers over 6 MB are refused, an
exception is a 500 that says nothing, header names come in lower case and repeated ones joined by commas.
"""

import base64
import binascii
import datetime as dt
import json
import traceback
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BODY_LIMIT = 6_291_456  # bytes of a body, as the function gets it
ANSWER_LIMIT = 6_291_556  # bytes of an answer, as the function gives it
_DISCARDED = 64_000_000  # of a body too great, so that its sender lives to read the 413
_TEXT = ("application/json", "application/xml", "application/javascript")  # and text/*: these arrive as they are

Event = dict[str, Any]
Function = Callable[[Event], Any]


class BodyTooLarge(Exception):  # noqa: N818 - what HTTP calls it
    """The body has more bytes than a function can get."""


def application(function: Function, paths: Sequence[str], mapping: str = "") -> Starlette:
    """Return the HTTP API that forwards POST on `paths` to `function`; a mapping, as `board`, has them there, too."""

    def forward(path: str) -> Callable[[Request], Awaitable[Response]]:
        async def forwarded(request: Request) -> Response:
            try:
                event = to_event(request, await read_body(request), path)
            except BodyTooLarge:
                return _message(413, "Request Entity Too Large")
            return await run_in_threadpool(_answered, function, event)

        return forwarded

    prefixes = ["", f"/{mapping}"] if mapping else [""]
    app = Starlette(
        routes=[Route(prefix + path, forward(path), methods=["POST"]) for prefix in prefixes for path in paths],
        exception_handlers={HTTPException: lambda *_: _message(404, "Not Found")},
    )
    app.router.redirect_slashes = False
    return app


async def read_body(request: Request) -> bytes:
    """Read the body, keeping no more of it than the limit allows.

    Raises:
        BodyTooLarge: there is more; it has been read up to a limit, and thrown away.
    """
    kept, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= BODY_LIMIT:
            kept += chunk
        if size > _DISCARDED:
            break
    if size > BODY_LIMIT:
        raise BodyTooLarge
    return bytes(kept)


def to_event(request: Request, body: bytes, route: str) -> Event:
    """Return the event of payload format 2.0 for a request on the path of a route.

    Raises:
        BodyTooLarge: the body has become so by being base64 encoded.
    """
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers.keys()}  # noqa: SIM118
    cookies = headers.pop("cookie", "")
    source = request.client.host if request.client else "127.0.0.1"
    event: Event = {
        "version": "2.0",
        "routeKey": f"{request.method} {route}",
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
        "routeKey": f"{request.method} {route}",
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(body: bytes, content_type: str) -> Event:
    """Return the members of an event that carry the body; BodyTooLarge."""
    if not body or is_text(content_type):
        text = {"body": body.decode(errors="replace")} if body else {}
        return {"isBase64Encoded": False, **text}
    encoded = base64.b64encode(body).decode()
    if len(encoded) > BODY_LIMIT:
        raise BodyTooLarge
    return {"isBase64Encoded": True, "body": encoded}


def is_text(content_type: str) -> bool:
    """Return whether API Gateway hands a body of this type on as text; any other, none included, is base64 encoded."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in _TEXT


def _answered(function: Function, event: Event) -> Response:
    """Call the function; nothing of its failure is shown to the client."""
    try:
        return to_response(function(event))
    except Exception:  # noqa: BLE001 - Lambda itself catches all
        traceback.print_exc()
        return _message(500, "Internal Server Error")


def to_response(answer: Any) -> Response:
    """Return the response that API Gateway makes of a function's answer.

    Raises:
        ValueError: Lambda would not carry that answer.
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
