"""Log-ins with username and password.

A container caches users by an HMAC of the password that matched the stored hash. A later call uses the cached user. The
user's item is read in parallel with the call's own reads, and confirms the user before anything is answered or written.
So a changed password, a disabled or removed user and a new role count at once, without a further round trip.
"""

from __future__ import annotations

import hmac
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain import passwords
from lambdaboard.errors import Conflict, Unauthorized
from lambdaboard.store.retry import retry_attempts
from lambdaboard.store.users import StoredUser

if TYPE_CHECKING:
    from lambdaboard.domain.user import User
    from lambdaboard.store.logins import Attempt, LoginStore
    from lambdaboard.store.users import UserStore

WRONG = "wrong name, password or token"
"""The log's reason for wrong credentials."""

MAX_CACHED = 1_000
"""The number of people that a container caches."""

DECIDED_WITHIN = 2.0
"""Seconds to wait for the results of parallel attempts; a hash takes 50 ms. After that they count as wrong."""


class CachedLogin(msgspec.Struct, frozen=True):
    """A person who logged in here before, and the HMAC of their password."""

    user: User
    digest: bytes


class Logins:
    """Authenticates people by name and password.

    Args:
        users: the store of users.
        attempts: the store of attempts.
    """

    def __init__(self, users: UserStore, attempts: LoginStore) -> None:
        self._users = users
        self._attempts = attempts
        self._cached: dict[str, CachedLogin] = {}
        self._key = secrets.token_bytes(32)

    def cached(self, username: str, password: str) -> User | None:
        """Return the cached user of these credentials (0 round trips), for `revalidate`; None if there is none."""
        cached = self._cached.get(username)
        if cached and hmac.compare_digest(cached.digest, self._digest(cached.user.password, password)):
            return cached.user
        return None

    def log_in(self, username: str, password: str) -> User:
        """Return the user of these credentials (3 round trips; 50 ms).

        Every attempt makes the same AWS calls, so that their time does not show which users exist. Only an attempt
        that must wait for the results of parallel ones makes more.

        Raises:
            Unauthorized: the credentials are wrong.
            TimeoutError: other writes to the user came first until the retries ended.
        """
        for _ in retry_attempts():
            with suppress(Conflict):  # the user has changed since the password was compared
                return self._decided(username, password)
        raise TimeoutError("gave up: the user was always changed meanwhile")

    def _decided(self, username: str, password: str) -> User:
        user_id = self._attempts.find(username)
        attempt = self._attempts.begin(user_id, _now())
        stored = attempt.stored
        is_right = _fits(stored, username, password)
        if attempt.waits(_now()):
            attempt = self._waited(user_id)
        if stored and is_right and attempt.is_counted and stored.user.is_active:
            user = self._attempts.accept(stored, passwords.rehashed(password, stored.user.password))
            self._cache(user, password)
            return user
        self._attempts.failed(user_id, attempt.stored, _now())
        if attempt.stored and not attempt.is_counted:
            raise Unauthorized("locked")
        raise Unauthorized("disabled" if is_right else WRONG)

    def _waited(self, user_id: int) -> Attempt:
        """Count an attempt after the results of parallel ones; it is not counted if they lock the user."""
        for _ in retry_attempts(DECIDED_WITHIN):
            attempt = self._attempts.begin(user_id, _now())
            if not attempt.waits(_now()):
                break
        return attempt

    def revalidate(self, user: User) -> None:
        """Check that a cached user is unchanged (1 round trip; 2 if wrong passwords were counted: the count is reset).

        Raises:
            Conflict: the user has changed, is locked, or has no attempt left: they are removed from the cache, and have
                to log in again.
        """
        item = self._users.item(user.id)
        stored = StoredUser.of(dict(item)) if item else None
        if stored is None or stored.user != user or not user.is_active or not stored.may_try(_now()):
            self._cached.pop(user.username, None)
            raise Conflict("the caller has changed")
        if stored.nb_failed_login:
            self._attempts.succeeded(stored)

    def _cache(self, user: User, password: str) -> None:
        if len(self._cached) >= MAX_CACHED:
            self._cached.clear()
        self._cached[user.username] = CachedLogin(user, self._digest(user.password, password))

    def _digest(self, stored: str, password: str) -> bytes:
        """Return a digest of a password and the hash that it matched: another hash gives another digest."""
        return hmac.digest(self._key, f"{stored}\0{password}".encode("utf-8", "surrogatepass"), "sha256")


def _fits(stored: StoredUser | None, username: str, password: str) -> bool:
    """Return whether a password is that of a user; for an unknown user it takes the same time."""
    fits = passwords.fits(password, stored.user.password if stored else passwords.DECOY)
    return stored is not None and fits and stored.user.username == username


def _now() -> int:
    return int(time.time())
