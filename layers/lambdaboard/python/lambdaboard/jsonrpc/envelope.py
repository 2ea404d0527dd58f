"""From the bytes of a body to requests.

msgspec rejects input that RFC 8259 forbids (NaN, a byte order mark, lone surrogates, trailing characters) and keeps
integers beyond 64 bits exact, so that an id can be echoed as it was sent.
"""

from typing import Any, TypeAlias

import msgspec

from lambdaboard.jsonrpc.errors import NOT_UTF_8, ParseError

# A recursive alias would be exact, but `list[dict[str, str]]` is not a `list[Json]`: every procedure would need a cast.
Json: TypeAlias = Any

MAX_DEPTH = 511


class Request(msgspec.Struct, frozen=True):
    """One call of a procedure.

    Attributes:
        params: by position or by name; `[]` if the request has none.
        id: echoed as sent; None makes the request a notification.
    """

    method: str
    params: list[Json] | dict[str, Json]
    id: Json

    @property
    def is_notification(self) -> bool:
        """Whether the request gets no answer, not even an error."""
        return self.id is None


def parse(body: bytes) -> Json:
    """Read a body as one JSON document.

    Raises:
        ParseError: not JSON, not UTF-8, or nested deeper than 511 levels.
    """
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ParseError("" if _is_utf_8(body) else NOT_UTF_8) from error
    # Counting is a thousand times cheaper than walking, and is enough for all but large documents.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_too_deep(document):
        raise ParseError
    return document


def read(entry: Json) -> Request | None:
    """Read a document, or an entry of a batch, as a request; None if it is invalid."""
    # The type first, since `entry.get` needs an object.
    if not isinstance(entry, dict) or entry.get("jsonrpc") != "2.0":
        return None
    method, params = entry.get("method"), entry.get("params")
    if params is None:
        params = []
    if not isinstance(method, str) or not isinstance(params, list | dict):
        return None
    return Request(method, params, entry.get("id"))


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_too_deep(document: Json) -> bool:
    """Walk level by level: a recursive walk would reach Python's own limit."""
    level = _containers([document])
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _containers(outer)]
    return bool(level)


def _containers(outer: list[Json] | dict[str, Json]) -> list[Json]:
    return [value for value in (outer.values() if isinstance(outer, dict) else outer) if isinstance(value, list | dict)]
