"""The function behind the API as in Lambda: imported again, with its settings in template.yaml."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local import template
from local.functions import Function
from tests import make_events
from tests.api_document_examples import ADDRESS
from tests.conftest import BUCKET, TABLE, RpcError
from tests.events import api_event
from tests.streams import forget_other_tests

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from tests.api_document_examples import Example

    Called = Callable[[dict[str, Any]], Any]


def loaded(monkeypatch: pytest.MonkeyPatch, token: str) -> Function:
    """Import functions/rpc, whose module reads the environment; the table and the bucket must exist."""
    for name, value in template.environment({}, {"Table": TABLE, "Bucket": BUCKET}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("API_TOKEN", token)
    forget_other_tests()
    return Function.load("RpcFunction")


def answer(rpc: Called, request: dict[str, Any], token: str) -> Any:
    """Send a request as from API Gateway; return the answer of HTTP 200."""
    return answer_of(rpc(api_event(json.dumps(request).encode(), token=token, **ADDRESS)))


def result(rpc: Called, request: dict[str, Any], token: str) -> Any:
    """Send a request as API Gateway does; return the result, RpcError where the answer is an error."""
    said = answer(rpc, request, token)
    if "error" in said:
        raise RpcError(said["error"])
    assert said.keys() == {"jsonrpc", "result", "id"}
    assert (said["jsonrpc"], said["id"]) == ("2.0", request["id"])
    return said["result"]


def answer_of(response: dict[str, Any]) -> Any:
    """Return the answer in an HTTP response, which must be 200."""
    assert response["statusCode"] == 200, response
    return json.loads(response["body"])


def prepare(rpc: Called, example: Example) -> None:
    """Create the data of an example, in an empty table."""
    for request in example.given:
        assert result(rpc, request, make_events.TOKEN) not in (False, None), request


def answer_to_event(rpc: Called, example: Example) -> Any:
    """Create the data of an example, in an empty table, and return the answer to its event in events/."""
    prepare(rpc, example)
    event = json.loads((make_events.FOLDER / f"{example.procedure}.json").read_text())
    return answer_of(rpc(event))
