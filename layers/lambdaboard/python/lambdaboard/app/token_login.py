"""Log-ins with a token (decision 16).

A container caches the callers of tokens. A later call uses the cached caller. The token and its owner are read in one
round trip, in parallel with the call's own reads, and confirm the caller before anything is answered or written.
Attempts are not counted and no slow hash is needed: a token cannot be guessed, and a wrong one locks no user.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.context import Caller
from lambdaboard.app.login import MAX_CACHED, WRONG
from lambdaboard.domain.token import id_of
from lambdaboard.errors import Conflict, Unauthorized

if TYPE_CHECKING:
    from lambdaboard.domain.token import Token
    from lambdaboard.store.tokens import TokenStore


class TokenLogins:
    """Authenticates callers by tokens.

    Args:
        tokens: the store of tokens.
    """

    def __init__(self, tokens: TokenStore) -> None:
        self._tokens = tokens
        self._cached: dict[int, Caller] = {}

    def log_in(self, text: str, username: str | None, *, force_refresh: bool) -> Caller:
        """Return the caller (0 round trips if they are cached; else 2, for the application 1).

        Args:
            text: a string that begins like a token.
            username: of its owner; None if the client does not send it.
            force_refresh: use no cached caller.

        Raises:
            Unauthorized: there is no such token, it has expired, or its owner may not log in or has another name.
        """
        cached = None if force_refresh else self._cached.get(id_of(text))
        is_known = cached is not None and cached.token is not None and cached.token.is_valid(text, _now())
        caller = cached if cached and is_known else self._read(text)
        if username not in {None, caller.username}:
            raise Unauthorized(WRONG)
        return caller

    def revalidate(self, caller: Caller, token: Token) -> None:
        """Check that a token and its owner are unchanged (1 round trip); Conflict: they have to log in again."""
        user_id = caller.user_id
        if self._tokens.with_owner(token) != (token, caller.user) or 0 < token.expires <= _now():
            self._cached.pop(token.id, None)
            raise Conflict(f"token of {user_id} has changed")

    def _read(self, text: str) -> Caller:
        token = self._tokens.find(id_of(text))
        if token is None or not token.is_valid(text, _now()):
            raise Unauthorized(WRONG)
        there, user = self._tokens.with_owner(token) if token.user_id else (token, None)
        if there != token or (token.user_id and (user is None or not user.is_active)):
            raise Unauthorized(WRONG)
        caller = Caller(user, token=token)
        if len(self._cached) >= MAX_CACHED:
            self._cached.clear()
        self._cached[token.id] = msgspec.structs.replace(caller, is_cached=True)
        return caller


def _now() -> int:
    return int(time.time())
