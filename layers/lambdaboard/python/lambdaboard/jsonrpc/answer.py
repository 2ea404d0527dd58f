"""From results and errors to the bytes of an answer, in Kanboard's order of keys."""

from typing import Self

import msgspec

from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.errors import TOO_LARGE, Error

SMALL = 4_000
"""Bytes that each response of a batch can have in any case; fewer in a batch of so many entries that these would be
more than half of the answer."""


class Outcome(msgspec.Struct, frozen=True):
    """The outcome of a call, encoded once: a large result is neither read nor in memory twice.

    Attributes:
        key: "result" or "error", the key in the response.
        encoded: its value as JSON.
    """

    key: str
    encoded: bytes

    @classmethod
    def of_result(cls, result: Json) -> Self:
        """Encode a result.

        Raises:
            TypeError: it contains a value that JSON does not have.
            UnicodeEncodeError: it contains a lone surrogate.
        """
        return cls("result", msgspec.json.encode(result))

    @classmethod
    def of_error(cls, error: Error, data: Json = None) -> Self:
        """Encode an error; without `data` if that is None."""
        members = {"code": error.code, "message": error.message}
        return cls("error", msgspec.json.encode(members if data is None else members | {"data": data}))


class Response(msgspec.Struct, frozen=True):
    """One response object; the id as it was sent, None for an invalid request."""

    outcome: Outcome
    id: Json = None

    def encode(self) -> bytes:
        """Return the object as JSON, without a line break."""
        head = f'{{"jsonrpc":"2.0","{self.outcome.key}":'.encode()
        return b"".join((head, self.outcome.encoded, b',"id":', msgspec.json.encode(self.id), b"}"))

    def quoted_size(self) -> int:
        """Return the bytes of the object and a comma after it, in a JSON string, as in Lambda's response."""
        encoded = self.encode()
        return len(encoded) + encoded.count(b'"') + encoded.count(b"\\") + 1

    def given_up(self) -> Self:
        """Return the response whose result is too large for the answer: the error -32000 under the same id."""
        return msgspec.structs.replace(self, outcome=Outcome.of_error(TOO_LARGE))


class Answer(msgspec.Struct, frozen=True):
    """The responses to one body, in the order of its entries, without those to notifications.

    Attributes:
        ignored: names of unknown params, each once, also of notifications; as they were sent, so only `listed` makes
            them fit for a header or a log.
        refusal: why the only call was refused (`Rejected.refusal`); "" if it was not, and for a batch.
    """

    responses: tuple[Response, ...]
    is_batch: bool = False
    ignored: tuple[str, ...] = ()
    refusal: str = ""

    def encode(self) -> bytes:
        """Return the body of the HTTP response; empty if there were only notifications."""
        encoded = b",".join(response.encode() for response in self.responses)
        return b"[" + encoded + b"]" if self.is_batch and encoded else encoded


class Room:
    """The remaining bytes of an answer.

    Results take them in the order of their entries. For each later entry the size of a small response is reserved.

    Args:
        limit: bytes of the answer.
        entries: their number.
    """

    def __init__(self, limit: int, entries: int) -> None:
        self._left = limit
        self._to_come = entries
        self._kept_free = min(SMALL, limit // (2 * entries))

    def of_next(self) -> int:
        """Return the bytes that the response to the next entry may have."""
        return max(self._left - self._kept_free * (self._to_come - 1), 0)

    def use(self, size: int) -> None:
        """Take the bytes of the response to the next entry; 0 if it has none."""
        self._left -= size
        self._to_come -= 1

    def fitted(self, response: Response) -> Response:
        """Return the response to the next entry, or an error if its result is too large, and take its bytes."""
        if response.quoted_size() > self.of_next() and response.outcome.key == "result":
            response = response.given_up()
        self.use(response.quoted_size())
        return response
