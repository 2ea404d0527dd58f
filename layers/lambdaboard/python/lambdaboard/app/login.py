"""People who log in with their name and password.

A container caches who logged in, by an HMAC of the password that matched the stored hash. A later call uses the cached
user, and their item, which is read beside what the call reads, confirms it before anything is answered or written: a
changed password, a disabled or removed user and a new role count at once, and no call takes longer.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain import passwords
from lambdaboard.errors import Conflict
from lambdaboard.store.users import StoredUser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.domain.user import User
    from lambdaboard.store.users import UserStore

MAX_CACHED = 1_000
"""People whom a container caches."""


class CachedLogin(msgspec.Struct, frozen=True):
    """A person who logged in here before, and the HMAC of their password."""

    user: User
    digest: bytes


class Logins:
    """Authenticates people by name and password.

    Args:
        users: reads them.
    """

    def __init__(self, users: UserStore) -> None:
        self._users = users
        self._cached: dict[str, CachedLogin] = {}
        self._key = secrets.token_bytes(32)

    def cached(self, username: str, password: str) -> User | None:
        """Return who that was when they last logged in here (0 round trips); `revalidate` says if that still holds."""
        cached = self._cached.get(username)
        if cached and hmac.compare_digest(cached.digest, self._digest(cached.user.password, password)):
            return cached.user
        return None

    def log_in(self, username: str, password: str) -> User | None:
        """Return who that is; None where the credentials are refused (2 round trips, 3 after a wrong password; 50 ms).

        A refusal makes the same AWS calls whatever its reason, so that nobody learns from it which users exist.
        """
        now = int(time.time())
        stored = self._users.for_login(username)
        fits = passwords.fits(password, stored.user.password if stored else passwords.DECOY)
        if stored is None or not stored.user.is_active or stored.is_locked(now):
            self._users.failed(None, now)
            return None
        if not fits:
            self._users.failed(stored, now)
            return None
        self._users.succeeded(stored)
        self._cache(stored.user, password)
        return stored.user

    def revalidate(self, user: User, item: Mapping[str, Any] | None) -> None:
        """Check that a cached user is unchanged, on their item as it was just read.

        Raises:
            Conflict: anything about them has changed, or wrong passwords are counted, which may have locked them and
                which a right one must reset: they leave the cache, and have to log in again.
        """
        stored = StoredUser.of(dict(item)) if item else None
        if stored is None or stored.user != user or not user.is_active or stored.nb_failed_login:
            self._cached.pop(user.username, None)
            raise Conflict("the caller has changed")

    def _cache(self, user: User, password: str) -> None:
        if len(self._cached) >= MAX_CACHED:
            self._cached.clear()
        self._cached[user.username] = CachedLogin(user, self._digest(user.password, password))

    def _digest(self, stored: str, password: str) -> bytes:
        """Bind a password to the hash that it matched: with another hash, the digest is another one."""
        return hmac.digest(self._key, f"{stored}\0{password}".encode("utf-8", "surrogatepass"), "sha256")
