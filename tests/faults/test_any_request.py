"""The answer to any HTTP request is one of JSON-RPC or a documented status, and never an internal error."""

from __future__ import annotations

import inspect
import os
from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import TOKEN
from tests.events import api_event
from tests.faults.answers import checked
from tests.integration.access_world import CALLS, a_world

from lambdaboard.procedures import registry

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.app.service import Service

SOAK = bool(os.environ.get("SOAK"))

patiently = settings(
    max_examples=5_000 if SOAK else 300,
    database=None,
    # what a case leaves in the table disturbs no other
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

ODD: list[Any] = [
    *(
        "",
        "\0",
        "#",
        "../../etc/passwd",
        "a#b\0c",
        "é" * 300,
        "9" * 400,
        "(a+)+$",
        "status:open (",
        '"',
        "<b>",
        "\u200b",
    ),
    *(0, -1, 1, 2**31, 2**53, 2**63, 10**12, 10**30, -(10**12), 1e308, -0.0, 0.1, True, False, None),
    *("1", "01", "1.0", " 1", "1e3", "2020-01-01", "99999999999999", "0000-00-00", "YQ==", "!!!!", "Infinity", "NaN"),
]

values = (
    st.sampled_from(ODD)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
documents = st.recursive(
    values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, Any, int]:
    """Draw a procedure, params of any kind under its own names, and which of those of a good call they replace."""
    procedure = draw(st.sampled_from(sorted(registry, key=lambda each: each.name)))
    names = [*inspect.signature(procedure.function).parameters][1:]
    named = st.dictionaries(st.sampled_from(names), documents, max_size=4) if names else st.just({})
    return procedure.name, draw(named | st.lists(documents, max_size=8)), draw(st.integers(0, 9))


@patiently
@given(drawn=calls())
def test_any_params_of_any_procedure_get_an_answer(call: Client, drawn: tuple[str, Any, int]) -> None:
    name, params, _ = drawn
    request = {"jsonrpc": "2.0", "id": 1, "method": name, "params": params}
    assert len(checked(call.post(msgspec.json.encode(request)))) == 1


def test_a_good_call_with_one_odd_param_gets_an_answer(call: Client) -> None:
    world = a_world(call, "own")

    @patiently
    @given(name=st.sampled_from([*CALLS]), place=st.integers(0, 9), odd=documents)
    def answered(name: str, place: int, odd: Any) -> None:
        params = CALLS[name](world)
        if name != "removeProject" and params:
            params[place % len(params)] = odd
            request = {"jsonrpc": "2.0", "id": 1, "method": name, "params": params}
            assert len(checked(call.post(msgspec.json.encode(request)))) == 1

    answered()


@patiently
@given(
    body=st.binary(max_size=60) | documents.map(msgspec.json.encode),
    path=st.sampled_from(["/jsonrpc.php", "/native/jsonrpc.php", "/../x", "//", ""]) | st.text(max_size=9),
    headers=st.dictionaries(
        st.sampled_from(["x_wire_format", "prefer", "accept_encoding", "idempotency_key", "host", "x_api_auth"]),
        st.text(max_size=20),
    ),
    token=st.just(TOKEN) | st.text(max_size=9),
)
def test_any_event_gets_an_answer(
    service: Service, body: bytes, path: str, headers: dict[str, str], token: str
) -> None:
    checked(service.answer(api_event(body, path, token.encode(errors="replace").decode(), **headers), "request-1"))
