"""From results and errors to the bytes of an answer, in Kanboard's order of keys."""

from typing import Self

import msgspec

from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.errors import SERVER_ERROR, Error


class Outcome(msgspec.Struct, frozen=True):
    """What a call led to, encoded once: a large result is neither walked nor held twice.

    Attributes:
        key: "result" or "error", the key it gets in the response.
        encoded: its value as JSON.
    """

    key: str
    encoded: bytes

    @classmethod
    def of_result(cls, result: Json) -> Self:
        """Encode a result.

        Raises:
            TypeError: it holds what JSON cannot say.
            UnicodeEncodeError: it holds a lone surrogate.
        """
        return cls("result", msgspec.json.encode(result))

    @classmethod
    def of_error(cls, error: Error, data: Json = None) -> Self:
        """Encode an error; without `data` where that is None."""
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

    @property
    def result_size(self) -> int:
        """Bytes of the encoded result; 0 for an error."""
        return len(self.outcome.encoded) if self.outcome.key == "result" else 0


class Answer(msgspec.Struct, frozen=True):
    """The responses to one body, in the order of its entries, without those to notifications.

    Attributes:
        ignored: names of params that were sent and that the procedures do not know, each once, notifications' too; as
            sent, so only by way of `listed` into a header or a log.
    """

    responses: tuple[Response, ...]
    is_batch: bool = False
    ignored: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the body of the HTTP response; empty where there was nothing but notifications."""
        encoded = b",".join(response.encode() for response in self.responses)
        return b"[" + encoded + b"]" if self.is_batch and encoded else encoded

    def without_largest(self, message: str) -> Self:
        """Give up the largest result, so that the others still arrive.

        Call it again while the answer is too large: what was replaced is an error and not chosen again.

        Args:
            message: of the error -32000 that takes the result's place, under the same id.

        Raises:
            ValueError: no result is left.
        """
        largest = max(self.responses, key=lambda response: response.result_size, default=None)
        if largest is None or not largest.result_size:
            raise ValueError("no result is left to give up")
        replacement = msgspec.structs.replace(largest, outcome=Outcome.of_error(Error(SERVER_ERROR, message)))
        # By identity: two entries may well have the same id and the same result.
        responses = (replacement if response is largest else response for response in self.responses)
        return msgspec.structs.replace(self, responses=tuple(responses))
