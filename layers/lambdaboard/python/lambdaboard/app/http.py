"""HTTP in the events of API Gateway (HTTP API, payload format 2.0), without the meaning of requests."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.app.compression import compressed
from lambdaboard.jsonrpc import TOO_LARGE, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.jsonrpc import Answer

GZIP_FROM = 1_000_000
"""Answers from this number of bytes on are compressed, if the client accepts that."""

CARRIED = 6_291_000
"""Bytes of a response that a Lambda function can return, quoted as JSON; the limit is 6,291,556."""

HEAD = 2_000
"""Bytes of the response other than its body; the names of ignored params have up to 1,000."""

COMPRESSED_CARRIED = 40_000_000
"""The limit of bytes of an answer before compression, quoted as above: rows of tasks are compressed to an eighth."""

HEADERS = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}


class HttpRequest(msgspec.Struct, frozen=True):
    """A request.

    Attributes:
        method: POST or GET, as in the route.
        route: the path of the gateway's route; a custom domain may add a base path.
        headers: names in lower case, several values of one name joined with a comma.
        host: the name and port in the client's URL, with the scheme: `https://abc.example.com`.
        path: of the client's URL, with the base path of a custom domain.
    """

    method: str
    route: str
    headers: Mapping[str, str]
    body: bytes
    host: str
    path: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> HttpRequest:
        """Read an event of the HTTP API."""
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        body = event.get("body") or ""
        content = base64.b64decode(body) if event.get("isBase64Encoded") else _sent_as_text(body)
        host = headers.get("host") or event["requestContext"].get("domainName", "localhost")
        method, _, route = event["routeKey"].partition(" ")
        address = f"{headers.get('x-forwarded-proto', 'http')}://{host}"
        return cls(method, route, headers, content, address, event.get("rawPath", route))

    @property
    def accepts_gzip(self) -> bool:
        """Whether the answer may be compressed."""
        return "gzip" in self.headers.get("accept-encoding", "").lower()

    @property
    def prefers_strict(self) -> bool:
        """Whether refusals and unknown params become errors: `Prefer: handling=strict` (RFC 7240)."""
        preferences = (each.partition(";")[0] for each in self.headers.get("prefer", "").lower().split(","))
        named = (each.partition("=") for each in preferences)
        handling = (value.strip(' \t"') for name, _, value in named if name.strip() == "handling")
        return next(handling, "") == "strict"  # of several the first one counts


def _sent_as_text(body: str) -> bytes:
    """Return a body that the gateway passes on as text; not UTF-8 if the client's body was not.

    The gateway replaces bytes that are not UTF-8 by U+FFFD. The original ones are lost: other invalid bytes do as well.
    """
    return body.encode("utf-8", "surrogatepass").replace("\ufffd".encode(), b"\xff")


def rejection(status: int, reason: str, **headers: str) -> dict[str, Any]:
    """Return the response for a caller who is unknown (401) or not allowed (403); source: behaviour.md 1.3."""
    error = {"jsonrpc": "2.0", "error": {"code": status, "message": reason}, "id": None}
    return _response(json.dumps(error, separators=(",", ":")).encode(), HEADERS | headers, status)


def failure(request_id: str) -> dict[str, Any]:
    """Return the response to a request that failed before its first call."""
    error = {"code": -32603, "message": "Internal error", "data": {"request_id": request_id}}
    body = {"jsonrpc": "2.0", "error": error, "id": None}
    return _response(json.dumps(body, separators=(",", ":")).encode(), HEADERS)


def answer_limit(*, accepts_gzip: bool) -> int:
    """Return the bytes that an answer may have, quoted as JSON."""
    return COMPRESSED_CARRIED if accepts_gzip else CARRIED - HEAD


def response(answer: Answer, *, accepts_gzip: bool, has_time: Callable[[], bool]) -> dict[str, Any]:
    """Return the response with an answer.

    Args:
        answer: of at most `answer_limit`.
        accepts_gzip: it may be compressed; results that do not fit then become errors.
        has_time: whether there is time to compress another large result.
    """
    headers = _headers(answer)
    if accepts_gzip and sum(len(each.outcome.encoded) for each in answer.responses) >= GZIP_FROM:
        content = compressed(answer, (CARRIED - HEAD) // 4 * 3, has_time)
        sent = _response(content, headers | {"content-encoding": "gzip"})
    else:
        sent = _response(answer.encode(), headers)
    if _is_carried(sent):
        return sent
    # the ids, which are echoed, are too large
    error = {"jsonrpc": "2.0", "error": TOO_LARGE._asdict(), "id": None}
    return _response(json.dumps(error, separators=(",", ":")).encode(), headers)


def _headers(answer: Answer) -> dict[str, str]:
    ignored = {"x-ignored-params": listed(answer.ignored)} if answer.ignored else {}
    refused = {"x-refused": answer.refusal} if answer.refusal else {}
    return HEADERS | ignored | refused


def _is_carried(sent: dict[str, Any]) -> bool:
    """Return whether a response is small enough once the runtime quotes it, in UTF-8: at most every byte is escaped."""
    return (
        2 * len(sent["body"].encode()) + HEAD <= CARRIED
        or len(json.dumps(sent, ensure_ascii=False).encode()) <= CARRIED
    )


def _response(body: bytes, headers: Mapping[str, str], status: int = 200) -> dict[str, Any]:
    is_binary = "content-encoding" in headers
    return {
        "statusCode": status,
        "headers": dict(headers),
        "body": base64.b64encode(body).decode() if is_binary else body.decode(),
        "isBase64Encoded": is_binary,
    }
