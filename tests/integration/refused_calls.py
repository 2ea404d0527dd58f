"""Calls that may be refused, and the reasons in their answers."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tests.conftest import answer_in
from tests.integration.access_world import World
from tests.refusals import HEADER

if TYPE_CHECKING:
    from tests.conftest import Client

NOTHING = 999_999
"""An unknown id."""

LONG = "x" * 70_000

IDS = [field.name for field in fields(World) if field.name not in {"name", "caller"}]
"""The things with an id in a world."""

STRICT = {"prefer": "handling=strict"}


def having(world: World, name: str, number: int) -> World:
    """Return a world in which one thing has another id."""
    return World(**{**vars(world), name: number})


def post(call: Client, method: str, params: dict[str, Any], request_id: Any = 1, **headers: str) -> dict[str, Any]:
    document = {"jsonrpc": "2.0", "method": method, "params": params, "id": request_id}
    return call.post(json.dumps(document).encode(), **headers)


def refusal(call: Client, method: str, **params: Any) -> str:
    """Return why a call is refused, which its strict twin must say, too; "" where it is answered."""
    told: str = post(call, method, params)["headers"].get(HEADER, "")
    if told:
        error = {"code": -32602, "message": "Invalid params", "data": told}
        strict = post(call, method, params, **STRICT)
        assert (answer_in(strict), strict["headers"][HEADER]) == ({"error": error}, told)
    return told
