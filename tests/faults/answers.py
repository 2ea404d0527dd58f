"""Checks of every answer, to any request."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import msgspec

from lambdaboard.app.http import HEADERS

INTERNAL_ERROR = -32603

STATUSES = {200, 401, 403}

MARK = "zqx"
"""A part of the sent odd strings: no error may repeat it."""


def checked(response: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers in a response; all must be valid, and none an internal error."""
    assert response["statusCode"] in STATUSES
    assert response["headers"].items() >= HEADERS.items()
    assert all(value.isascii() and value.isprintable() for value in response["headers"].values())
    body = msgspec.json.decode(content(response) or b"[]")
    answers = body if isinstance(body, list) else [body]
    for answer in answers:
        assert list(answer) in (["jsonrpc", "result", "id"], ["jsonrpc", "error", "id"])
        _check_error(answer.get("error", {}))
    return answers


def content(response: dict[str, Any]) -> bytes:
    """Return the body of a response, decoded as by a client."""
    body = response["body"]
    return gzip.decompress(base64.b64decode(body)) if response["isBase64Encoded"] else body.encode()


def _check_error(error: dict[str, Any]) -> None:
    assert error.get("code") != INTERNAL_ERROR, error
    assert MARK not in str(error), error
