"""Calls that a client may send again under a key of its own (decision 10).

The record of the result is part of the call's one transaction. So the table has a record of each call that took effect
and nothing of an interrupted one, and there is no state in between that could stay locked.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

import msgspec

from lambdaboard.errors import InvalidParams
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, string

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table

HEADER = "Idempotency-Key"

MAX_KEY_LENGTH = 255
"""Characters."""

RETENTION = 86_400
"""Seconds for which a record is kept."""


class AlreadyProcessed(Exception):  # noqa: N818 - not an error: the call is a repetition
    """The call was made before: nothing was written this time."""


class IdempotentCall(msgspec.Struct, frozen=True):
    """A call under a key of the client's.

    Attributes:
        table: the table that keeps the records.
        key: of this call's record.
        fingerprint: a hash of the procedure and its arguments without passwords, which could be guessed from a fast
            hash. It is not keyed by the API token: after a rotation a repeated call would have another hash.
    """

    table: Table
    key: Key
    fingerprint: str

    @classmethod
    def of(cls, table: Table, caller: str, client_key: str, entry: int, call: tuple[str, dict[str, Any]]) -> Self:
        """Return the call of an entry of a request.

        Args:
            table: the table that keeps the records.
            caller: the owner of the key: the id of a person, 0 for the application; with that of their token, if any.
            client_key: as the client sent it.
            entry: the index of the entry in its batch, from 0.
            call: the procedure and its arguments, without secrets.

        Raises:
            InvalidParams: the key is too long.
        """
        if len(client_key) > MAX_KEY_LENGTH:
            raise InvalidParams(HEADER, f"must be at most {MAX_KEY_LENGTH} characters long")
        place = _digest(f"{caller}\n{entry}\n{client_key}")
        return cls(table, keys.idempotency_record(place), _digest(f"{client_key}\n{call!r}"))

    def put_record(self, result: Any) -> TransactItem:
        """Return the action that records the result; AlreadyProcessed if there is a record."""
        now = int(time.time())
        item = {"call": string(self.fingerprint), "result": string(msgspec.json.encode(result).decode())}
        request = {
            "Item": {**self.key.attributes(), **item, "expires": number(now + RETENTION)},
            # the table's time to live may take days
            "ConditionExpression": "attribute_not_exists(pk) OR expires < :now",
            "ExpressionAttributeValues": {":now": number(now)},
        }
        return TransactItem({"Put": request}, AlreadyProcessed())

    def check_is_new(self) -> None:
        """Check that the call was not made before (1 round trip); AlreadyProcessed."""
        if self._record() is not None:
            raise AlreadyProcessed

    def recorded_result(self) -> list[Any]:
        """Return the recorded result of the call in a list; [] if there is no record (1 round trip).

        Raises:
            InvalidParams: the key was sent with another call.
        """
        record = self._record()
        if record is None:
            return []
        if record["call"]["S"] != self.fingerprint:
            raise InvalidParams(HEADER, "was sent with another call before")
        return [msgspec.json.decode(record["result"]["S"])]

    def _record(self) -> Mapping[str, Any] | None:
        item = self.table.get_one(self.key)
        return item if item and int(item["expires"]["N"]) >= time.time() else None


def _digest(value: str) -> str:
    # a header may hold half a surrogate pair, which the event's JSON escapes
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
