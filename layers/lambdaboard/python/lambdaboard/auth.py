"""Who calls: HTTP Basic credentials, checked in constant time."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from lambdaboard.procedures.context import APPLICATION, Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

APPLICATION_USER = "jsonrpc"

LONGEST = 1_000
"""Characters of credentials that are looked at."""


class Authenticator:
    """Tells callers by their credentials.

    Args:
        token: returns the application user's API token.
    """

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def authenticate(self, headers: Mapping[str, str]) -> Caller | None:
        """Return who calls, or None for nobody we know.

        Args:
            headers: with names in lower case. `authorization: Basic <base64 of user:secret>`, or the same base64 alone
                in `x-api-auth`; source: behaviour.md 1.3.
        """
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            encoded = headers.get("x-api-auth", "")
        user, _, secret = _decoded(encoded.strip()).partition(b":")
        is_token = hmac.compare_digest(secret, self._token().encode())
        is_user = hmac.compare_digest(user, APPLICATION_USER.encode())
        return APPLICATION if is_token and is_user else None


def _decoded(encoded: str) -> bytes:
    if len(encoded) > LONGEST:
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
