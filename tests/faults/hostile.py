"""Malformed and hostile requests from a random generator: the same seed makes the same requests."""

from __future__ import annotations

import gzip
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from tests.conftest import TOKEN
from tests.events import api_event
from tests.faults.answers import MARK
from tests.faults.odd import ENCODINGS, LARGEST, LITERALS, NAMES, ODD, PATHS, TEXTS
from tests.integration.access_world import CALLS, unknown

from lambdaboard.procedures import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.integration.access_world import World

SECRETS = ["", "wrong", "\0", "é" * 3_000, f"lb_1_{'x' * 43}", "lb_0_", f"lb_{'9' * 1_000}_"]

PROCEDURES = sorted(registry, key=lambda each: each.name)
PARAMETERS = {each.name: [*inspect.signature(each.function).parameters][1:] for each in PROCEDURES}

WITH_PARAMS = [name for name in CALLS if CALLS[name](unknown(1)) and name != "removeProject"]
"""Calls with one odd param; without the removal of the project, which later requests need."""


@dataclass
class Hostile:
    """Makes events.

    Attributes:
        chance: the random generator.
        world: the data in the table.
    """

    chance: Random
    world: World

    def event(self) -> tuple[str, dict[str, Any]]:
        """Return the next event and its kind."""
        (kind,) = self.chance.choices(KINDS, WEIGHTS)
        return kind.__name__, self._sent(kind(self), self._headers() if self.chance.random() < 0.2 else {})

    def _sent(self, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        path = self.chance.choice(PATHS) if self.chance.random() < 0.2 else "/native/jsonrpc.php"
        event = api_event(body, path, self.chance.choice(SECRETS) if self._seldom() else TOKEN)
        if self.chance.random() < 0.01:
            event = api_event(body, path, "password", user=f"member of {self.world.name}")
        event["headers"] |= headers
        return event

    def _headers(self) -> dict[str, str]:
        return {self.chance.choice(NAMES): self.chance.choice(TEXTS) for _ in range(self.chance.randint(1, 4))}

    # --- values -------------------------------------------------------------------------------------------------

    def value(self, depth: int = 3) -> Any:
        """Return any value."""
        chosen = self.chance.random()
        if chosen < 0.6 or not depth:
            return self._marked(self.chance.choice(ODD))
        if chosen < 0.7:
            return self._text()
        if chosen < 0.8:
            return self.chance.randint(-(2**70), 2**70) >> self.chance.randint(0, 70)
        inner = [self.value(depth - 1) for _ in range(self.chance.randint(0, 3))]
        return inner if chosen < 0.9 else {self._text(): each for each in inner}

    def _marked(self, odd: Any) -> Any:
        return MARK + odd if isinstance(odd, str) and self.chance.random() < 0.3 else odd

    def _text(self) -> str:
        top = self.chance.choice([0x7F, 0x2FF, 0xD7FF])
        return "".join(chr(self.chance.randint(0, top)) for _ in range(self.chance.randint(0, 12)))

    # --- bodies -------------------------------------------------------------------------------------------------

    def any_bytes(self) -> bytes:
        """Return random bytes."""
        return self.chance.randbytes(self.chance.randint(0, 80))

    def broken(self) -> bytes:
        """Return a request with a few changed, missing or duplicate bytes."""
        body = bytearray(self.any_params())
        for _ in range(self.chance.randint(1, 4)):
            start = self.chance.randrange(len(body) + 1)
            end = start + self.chance.choice([0, 1, 1, 9])
            body[start:end] = self.chance.choice(
                [b"", self.chance.randbytes(1), body[:9], self.chance.choice(LITERALS)]
            )
        return bytes(body)

    def literal(self) -> bytes:
        """Return a request with invalid or unusual JSON instead of one of its values."""
        members = {"jsonrpc": b'"2.0"', "id": b"1", "method": b'"getVersion"', "params": b"[]"}
        members[self.chance.choice([*members])] = self.chance.choice(LITERALS)
        if self._seldom():
            members |= {"method": b'"getTask"', "params": b"[%s]" % self.chance.choice(LITERALS)}
        return b"{%s}" % b",".join(b'"%s":%s' % (name.encode(), value) for name, value in members.items())

    def deep(self) -> bytes:
        """Return something nested about as deep as is allowed, or far deeper, alone or as params or as a batch."""
        levels = self.chance.choice([100, 505, 508, 509, 510, 511, 512, 600, 5_000])
        opening, closing = self.chance.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"":', b"}]")])
        nested = opening * levels + b"1" + closing * levels
        request = b'{"jsonrpc":"2.0","method":"getVersion","id":1,"params":%s}' % nested
        return self.chance.choice([nested, request, b"[%s]" % request, request.replace(b'"id":1', b'"id":%s' % nested)])

    def encoded(self) -> bytes:
        """Return a request in another encoding than UTF-8."""
        text = msgspec.json.encode(self._request("getVersion", [])).decode()
        kind = self.chance.choice([*ENCODINGS, "gzip"])
        return gzip.compress(text.encode()) if kind == "gzip" else text.encode(kind)

    def envelope(self) -> bytes:
        """Return a request with odd members, or an invalid one, alone or in a batch."""
        names = ["jsonrpc", "method", "params", "id", "", "__proto__", "constructor"]
        odd = {self.chance.choice(names): self.value() for _ in range(self.chance.randint(0, 3))}
        document = self.chance.choice([self._request("getVersion", []) | odd, odd, self.value()])
        return msgspec.json.encode([document] * self.chance.choice([0, 1, 2, 201]) if self._seldom() else document)

    def any_params(self) -> bytes:
        """Return a call of any procedure with params of any kind, few of which have the type that is wanted."""
        name = self.chance.choice(PROCEDURES).name
        count = self.chance.randint(0, 6)
        if self.chance.random() < 0.5 or not PARAMETERS[name]:
            params: Any = [self.value() for _ in range(count)]
        else:
            params = {self.chance.choice(PARAMETERS[name]): self.value() for _ in range(count)}
        return msgspec.json.encode(self._request(name, params))

    def one_odd(self) -> bytes:
        """Return a good call in which one param is odd, or a batch of a few."""
        calls = [self._one_odd() for _ in range(self.chance.choice([1, 1, 1, 3]))]
        return msgspec.json.encode(calls if len(calls) > 1 else calls[0])

    def large(self) -> bytes:
        """Return a good call in which one param is a text of up to 6 MB."""
        piece = self.chance.choice(
            ["A", "x", " ", "\0", "é", "😀", '"', "(a+)+$ ", "status:open ", "YQ==\n", "\\u0000", "9", "../"]
        )
        count = self.chance.choice([100_000, 1_000_000, LARGEST]) // len(msgspec.json.encode(piece))
        return msgspec.json.encode(self._one_odd(piece * count))

    def bulky(self) -> bytes:
        """Return a body of up to 6 MB of the smallest values, which take the most memory."""
        piece = self.chance.choice([b"[]", b"{}", b"0", b'""', b"[0]", b'{"a":0}', b"null", b"1.5", b"10000000000"])
        many = b",".join([piece] * (self.chance.choice([100_000, 1_000_000, LARGEST]) // (len(piece) + 1)))
        call = b'{"jsonrpc":"2.0","method":"saveTaskMetadata","id":1,"params":[1,[%s]]}'
        return self.chance.choice([b"[%s]", call]) % many

    def _one_odd(self, odd: Any = None) -> dict[str, Any]:
        name = self.chance.choice(WITH_PARAMS)
        params = CALLS[name](self.world)
        params[self.chance.randrange(len(params))] = self.value() if odd is None else odd
        return self._request(name, params)

    def _request(self, method: str, params: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "method": method, "id": None if self._seldom() else 1, "params": params}

    def _seldom(self) -> bool:
        return self.chance.random() < 0.05


SHARES: dict[Callable[[Hostile], bytes], float] = {
    Hostile.any_bytes: 15,
    Hostile.broken: 25,
    Hostile.literal: 15,
    Hostile.deep: 1,
    Hostile.encoded: 4,
    Hostile.envelope: 25,
    Hostile.any_params: 15,
    Hostile.one_odd: 1,
    Hostile.large: 0.03,
    Hostile.bulky: 0.005,
}
"""The frequency of each kind. Requests that reach the table cost a hundred times as much as others."""

KINDS, WEIGHTS = [*SHARES], [*SHARES.values()]
