"""Authentication of the caller: the application or a person, by HTTP Basic or by a token."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from lambdaboard.api.context import APPLICATION, Caller
from lambdaboard.app.login import WRONG
from lambdaboard.domain.token import looks_like_token
from lambdaboard.domain.user import RESERVED
from lambdaboard.errors import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.app.login import Logins
    from lambdaboard.app.token_login import TokenLogins

MAX_CREDENTIALS = 2_400
"""The limit of characters of credentials: the longest name and password, of 4 bytes per character, have 2,380."""


class Authenticator:
    """Authenticates callers by their credentials.

    Args:
        accepts: returns whether a secret is the application user's API token, in constant time.
        logins: authenticates persons by passwords.
        tokens: authenticates by tokens.
    """

    def __init__(self, accepts: Callable[[bytes], bool], logins: Logins, tokens: TokenLogins) -> None:
        self._accepts = accepts
        self._logins = logins
        self._tokens = tokens

    def authenticate(self, headers: Mapping[str, str], *, force_refresh: bool = False) -> Caller:
        """Return the caller.

        Args:
            headers: with names in lower case. `authorization: Basic <base64 of user:secret>`, or the same base64 alone
                in `x-api-auth`, or `authorization: Bearer <token>`; source: behaviour.md 1.3.
            force_refresh: use no cached login.

        Raises:
            Unauthorized: the credentials are missing or wrong.
        """
        bearer = _bearer(headers)
        if bearer:
            return self._tokens.log_in(bearer, None, force_refresh=force_refresh)
        user, _, secret = _credentials(headers).partition(b":")
        text = secret.decode(errors="replace")
        if looks_like_token(text):
            return self._tokens.log_in(text, user.decode(errors="replace"), force_refresh=force_refresh)
        if user == RESERVED.encode():
            if not self._accepts(secret):
                raise Unauthorized(WRONG)
            return APPLICATION
        try:
            return self._person(user.decode(), secret.decode(), force_refresh=force_refresh)
        except UnicodeDecodeError:
            raise Unauthorized(WRONG) from None

    def revalidate(self, caller: Caller) -> None:
        """Check that a cached caller is unchanged (1 round trip); Conflict: they have to log in again."""
        if caller.token:
            self._tokens.revalidate(caller, caller.token)
        elif caller.user:
            self._logins.revalidate(caller.user)

    def _person(self, username: str, password: str, *, force_refresh: bool) -> Caller:
        if not username:
            raise Unauthorized("no credentials")
        cached = None if force_refresh else self._logins.cached(username, password)
        if cached:
            return Caller(cached, is_cached=True)
        return Caller(self._logins.log_in(username, password))


def is_token(token: str) -> Callable[[bytes], bool]:
    """Return a function that compares a secret with a fixed token, in constant time."""
    return lambda secret: hmac.compare_digest(secret, token.encode())


def _bearer(headers: Mapping[str, str]) -> str:
    """Return the token that a client sends as `Bearer`, "" for none; another secret there is ignored."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" and looks_like_token(text.strip()) else ""


def _credentials(headers: Mapping[str, str]) -> bytes:
    """Return `user:secret`, b"" if there is none or it cannot be read."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        encoded = headers.get("x-api-auth", "")
    try:
        return base64.b64decode(encoded.strip(), validate=True) if len(encoded) <= MAX_CREDENTIALS else b""
    except (binascii.Error, ValueError):
        return b""
