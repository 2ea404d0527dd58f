"""Calls that a client may send again (design.md, "Repeated calls").

The write that decides a call is one transaction with the record of its answer. So a call that was made is known to have
been made, one that was cut off before has left nothing, and there is no state in between that could stay locked.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.errors import InvalidParams
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.store.keys import Key

HEADER = "Idempotency-Key"

LONGEST_KEY = 255
"""Characters."""

KEPT = 86_400
"""Seconds for which an answer is remembered."""


class Repeated(Exception):  # noqa: N818 - not an error: the call was made before
    """The call was made before: nothing was written this time."""


class Repeat(msgspec.Struct):
    """A call under a key of the client's.

    Attributes:
        key: where its record is, or will be.
        call: a hash of what is called with which arguments; salted, since a password may be among them.
        read: returns the record, if there is one; asked at most twice.
        result: what the call answers if it is made now.
        is_made: the deciding write has been made.
    """

    key: Key
    call: str
    read: Callable[[Key], Mapping[str, Any] | None]
    result: Any = True
    is_made: bool = False

    @classmethod
    def of(
        cls,
        caller_id: int,
        client_key: str,
        entry: int,
        call: tuple[str, dict[str, Any]],
        read: Callable[[Key], Mapping[str, Any] | None],
    ) -> Repeat:
        """Return the call of a caller that a request has at this place, from 0.

        Raises:
            InvalidParams: the key is too long.
        """
        if len(client_key) > LONGEST_KEY:
            raise InvalidParams(HEADER, f"must be at most {LONGEST_KEY} characters long")
        place = _digest(f"{caller_id}\n{entry}\n{client_key}")
        return cls(keys.repeated_call(place), _digest(f"{client_key}\n{call!r}"), read)

    def record(self) -> TransactItem:
        """Return what keeps the answer, under the condition that there is none yet; raises Repeated."""
        now = int(time.time())
        item = {"call": string(self.call), "result": string(msgspec.json.encode(self.result).decode())}
        request = {
            "Item": {**self.key.attributes(), **item, "expires": number(now + KEPT)},
            # the table's time to live may take days
            "ConditionExpression": "attribute_not_exists(pk) OR expires < :now",
            "ExpressionAttributeValues": {":now": number(now)},
        }
        return TransactItem({"Put": request}, Repeated())

    def check(self) -> None:
        """Look for an earlier call before anything is written; raises Repeated."""
        if self._earlier() is not None:
            raise Repeated

    def earlier(self) -> list[Any]:
        """Return the answer of an earlier call; none if there was none.

        Raises:
            InvalidParams: the earlier call was another one.
        """
        item = self._earlier()
        if item is None:
            return []
        if item["call"]["S"] != self.call:
            raise InvalidParams(HEADER, "was sent with another call before")
        return [msgspec.json.decode(item["result"]["S"])]

    def _earlier(self) -> Mapping[str, Any] | None:
        item = self.read(self.key)
        return item if item and int(item["expires"]["N"]) >= time.time() else None


def _digest(text: str) -> str:
    # a header may hold what is no character, which an event says in JSON
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
