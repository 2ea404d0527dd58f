"""Attempts to log in: each is counted before its password is hashed, so that attempts at the same time are, too.

`attempts_left` of a user counts down to the next lock, from seven (also if it is missing). Every attempt takes one. A
right password resets it. If a wrong one took the last attempt, the user is locked, and has seven new ones after the
lock.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdaboard.domain.user import MAX_USERNAME, WRONG_PASSWORDS, locked_for
from lambdaboard.errors import Conflict
from lambdaboard.store import keys
from lambdaboard.store.actions import number, update
from lambdaboard.store.users import NOBODY, StoredUser, unlock

if TYPE_CHECKING:
    from lambdaboard.domain.user import User
    from lambdaboard.store.table import Table

COUNT = "SET nb_failed_login = nb_failed_login + :one, attempts_left = if_not_exists(attempts_left, :most) - :one"
MAY_TRY = "lock_expiration_date <= :now AND (attribute_not_exists(attempts_left) OR attempts_left > :none)"
"""If there is no such user, no condition on an attribute is true."""


class Attempt(NamedTuple):
    """An attempt to log in.

    Attributes:
        stored: the user, after the attempt was counted; None if there is no such user.
        is_counted: the password may be compared. If not, the user is locked, or parallel attempts without a result yet
            have taken all that are left.
    """

    stored: StoredUser | None
    is_counted: bool

    def waits(self, now: int) -> bool:
        """Return whether this attempt must wait for the results of parallel ones."""
        return self.stored is not None and not self.is_counted and not self.stored.is_locked(now)


class LoginStore:
    """Finds users by name and counts their attempts. Costs are in round trips, equal for unknown users."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, username: str) -> int:
        """Return the id of the user who has, or had, a name (1); NOBODY if there is none."""
        lookup = self._table.get_one(keys.username(username)) if len(username) <= MAX_USERNAME else None
        return int(lookup["user_id"]["N"]) if lookup else NOBODY

    def begin(self, user_id: int, now: int) -> Attempt:
        """Count an attempt as a wrong password, until it turns out to be right (1); the user's version stays.

        Args:
            user_id: the user; NOBODY is not counted.
            now: Unix seconds.
        """
        client = self._table.client
        values = {":one": number(1), ":none": number(0), ":most": number(WRONG_PASSWORDS), ":now": number(now)}
        item: Any
        try:
            answer = client.update_item(
                TableName=self._table.name,
                Key=keys.user(user_id).attributes(),
                UpdateExpression=COUNT,
                ConditionExpression=MAY_TRY,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except client.exceptions.ConditionalCheckFailedException as error:
            item = error.response.get("Item")
            return Attempt(StoredUser.of(item) if item else None, is_counted=False)
        item = answer["Attributes"]
        return Attempt(StoredUser.of(item), is_counted=True)

    def failed(self, user_id: int, stored: StoredUser | None, now: int) -> None:
        """Lock a user if no attempt is left (1).

        Args:
            user_id: the user; NOBODY is not locked.
            stored: the user as the attempt read them.
            now: Unix seconds.
        """
        until = now + locked_for(stored.nb_failed_login if stored else 0)
        lock = "SET lock_expiration_date = :until, attempts_left = :most"
        values = {":until": number(until), ":most": number(WRONG_PASSWORDS), ":none": number(0), ":now": number(now)}
        condition = "lock_expiration_date <= :now AND attempts_left <= :none"
        with suppress(Conflict):
            self._table.update(update(keys.user(user_id), lock, values, condition, Conflict("attempts are left")))

    def succeeded(self, stored: StoredUser) -> None:
        """Reset the attempts of a user, and their lock (1); Conflict if the user has changed since."""
        forget = "SET nb_failed_login = :none, lock_expiration_date = :none REMOVE attempts_left"
        values = {":none": number(0), ":read": number(stored.version.number)}
        changed = Conflict("the user has changed")
        self._table.update(update(keys.user(stored.user.id), forget, values, "v = :read", changed))

    def accept(self, stored: StoredUser, password: str) -> User:
        """Reset the attempts and the lock of a user whose password was right (1); return the user.

        Args:
            stored: the user as the attempt read them.
            password: its hash: the stored one, or a new one to replace it.

        Raises:
            Conflict: the user has changed since.
        """
        if password == stored.user.password:
            self.succeeded(stored)
            return stored.user
        user = stored.user.changed(password=password)
        self._table.write(unlock(stored, user))
        return user
