"""Answers as gzip: each response is compressed once, and becomes an error if it does not fit."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lambdaboard.jsonrpc import SMALL, Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.jsonrpc import Answer, Response

LEVEL = 6
"""zlib's default: level 9 takes twice the time for one percent less."""

MAX_IN_VAIN = 10_000_000
"""Bytes of results that did not fit, after which no further large result is compressed: half a second."""

GZIP = 16 + zlib.MAX_WBITS
"""zlib's value for the gzip format."""


def compressed(answer: Answer, limit: int, has_time: Callable[[], bool]) -> bytes:
    """Compress an answer; results that do not fit become errors, by the rules of `Room`.

    Args:
        answer: of the dispatcher.
        limit: bytes of the result; very large ids, which are echoed, can exceed it.
        has_time: whether there is time for another large result.
    """
    packer = _Packer(Room(limit, len(answer.responses)))
    for place, response in enumerate(answer.responses):
        frame = b"," if place else b"[" if answer.is_batch else b""
        packer.add(frame, response, has_time)
    return packer.end(b"]" if answer.is_batch else b"")


class _Packer:
    def __init__(self, room: Room) -> None:
        self._room = room
        self._zlib = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._parts: list[bytes] = []
        self._in_vain = 0

    def add(self, frame: bytes, response: Response, has_time: Callable[[], bool]) -> None:
        """Add a frame and a response, or the error that it is too large."""
        size = len(response.outcome.encoded)
        if size <= SMALL or response.outcome.key == "error":
            self._keep(self._pack(frame, response))
            return
        before = self._zlib.copy()
        packed = self._pack(frame, response) if self._in_vain < MAX_IN_VAIN and has_time() else None
        if packed is None or len(packed) > self._room.of_next():
            self._zlib = before
            self._in_vain += size
            packed = self._pack(frame, response.given_up())
        self._keep(packed)

    def end(self, frame: bytes) -> bytes:
        """Return all responses, followed by a frame."""
        return b"".join([*self._parts, self._zlib.compress(frame), self._zlib.flush()])

    def _pack(self, frame: bytes, response: Response) -> bytes:
        # only the flush shows its size
        packed = self._zlib.compress(frame + response.encode())
        return packed + self._zlib.flush(zlib.Z_SYNC_FLUSH)

    def _keep(self, packed: bytes) -> None:
        self._room.use(len(packed))
        self._parts.append(packed)
