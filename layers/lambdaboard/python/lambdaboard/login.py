"""People who log in with their name and password.

A container remembers who logged in, by an HMAC of the password that fitted the stored hash. A warm call then takes them
for who they were, and their item, which is read beside what the call reads, proves it before anything is told or
written: a changed password, a disabled or removed user and a new role count at once, and no call takes longer.
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

REMEMBERED = 1_000
"""People whom a container remembers."""


class Known(msgspec.Struct, frozen=True):
    """Somebody who logged in here before."""

    user: User
    digest: bytes


class Logins:
    """Tells people by name and password.

    Args:
        users: reads them.
    """

    def __init__(self, users: UserStore) -> None:
        self._users = users
        self._known: dict[str, Known] = {}
        self._key = secrets.token_bytes(32)

    def presumed(self, username: str, password: str) -> User | None:
        """Return who that was when they last logged in here; to be proved by `prove` (0 round trips)."""
        known = self._known.get(username)
        if known and hmac.compare_digest(known.digest, self._digest(known.user.password, password)):
            return known.user
        return None

    def log_in(self, username: str, password: str) -> User | None:
        """Return who that is, None for nobody we let in (2 round trips, 3 for them or after a wrong password; 50 ms).

        A refusal asks the same of AWS whatever its reason, so that it tells nobody who is here.
        """
        now = int(time.time())
        read = self._users.for_login(username)
        fits = passwords.fits(password, read.user.password if read else passwords.DECOY)
        if read is None or not read.user.is_active or read.is_locked(now):
            self._users.failed(None, now)
            return None
        if not fits:
            self._users.failed(read, now)
            return None
        self._users.succeeded(read)
        self._remember(read.user, password)
        return read.user

    def prove(self, user: User, item: Mapping[str, Any] | None) -> None:
        """Check that somebody presumed is still who they were, on their item as it was just read.

        Raises:
            Conflict: anything about them has changed, or wrong passwords are counted, which may have locked them and
                which a right one must forget: they are forgotten, and log in anew.
        """
        read = StoredUser.of(dict(item)) if item else None
        if read is None or read.user != user or not user.is_active or read.nb_failed_login:
            self._known.pop(user.username, None)
            raise Conflict("the caller has changed")

    def _remember(self, user: User, password: str) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[user.username] = Known(user, self._digest(user.password, password))

    def _digest(self, stored: str, password: str) -> bytes:
        """Bind a password to the hash that it fitted: with another hash, the digest is another one."""
        return hmac.digest(self._key, f"{stored}\0{password}".encode("utf-8", "surrogatepass"), "sha256")
