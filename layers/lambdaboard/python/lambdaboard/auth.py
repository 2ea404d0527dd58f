"""Who calls: HTTP Basic credentials, of the application or of a person."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from lambdaboard.domain.user import RESERVED
from lambdaboard.procedures.context import APPLICATION, Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.login import Logins

LONGEST = 2_400
"""Characters of credentials that are looked at: the longest name and password, of 4 bytes a character, take 2,380."""


class Authenticator:
    """Tells callers by their credentials.

    Args:
        token: returns the application user's API token.
        logins: tells persons.
    """

    def __init__(self, token: Callable[[], str], logins: Logins) -> None:
        self._token = token
        self.logins = logins

    def authenticate(self, headers: Mapping[str, str], *, anew: bool = False) -> Caller | None:
        """Return who calls, or None for nobody we know.

        Args:
            headers: with names in lower case. `authorization: Basic <base64 of user:secret>`, or the same base64 alone
                in `x-api-auth`; source: behaviour.md 1.3.
            anew: presume nothing of what the container remembers.
        """
        user, _, secret = _credentials(headers).partition(b":")
        if user == RESERVED.encode():
            return APPLICATION if hmac.compare_digest(secret, self._token().encode()) else None
        try:
            return self._person(user.decode(), secret.decode(), anew=anew) if user else None
        except UnicodeDecodeError:
            return None

    def _person(self, username: str, password: str, *, anew: bool) -> Caller | None:
        presumed = None if anew else self.logins.presumed(username, password)
        if presumed:
            return Caller(presumed, is_proved=False)
        user = self.logins.log_in(username, password)
        return Caller(user) if user else None


def _credentials(headers: Mapping[str, str]) -> bytes:
    """Return `user:secret`, b"" for none that can be read."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        encoded = headers.get("x-api-auth", "")
    try:
        return base64.b64decode(encoded.strip(), validate=True) if len(encoded) <= LONGEST else b""
    except (binascii.Error, ValueError):
        return b""
