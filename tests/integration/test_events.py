"""The events in events/: where `make events` writes them, and what the function answers those of the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests import make_events
from tests.api_document_examples import Example, examples
from tests.examples import Answered
from tests.rpc_function import answer_to_event, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from local.functions import Function

    from lambdaboard.store.stores import Stores


@pytest.fixture
def rpc(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function, over an empty table; its token is that of the events."""
    return loaded(monkeypatch, make_events.TOKEN)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.procedure)
def test_each_event_is_answered_with_a_result(rpc: Function, example: Example) -> None:
    assert answer_to_event(rpc, example)["result"] == example.response["result"]


VERSION = Answered("getVersion", "jsonrpc", "", {"jsonrpc": "2.0", "method": "getVersion", "id": 1}, {})


@pytest.mark.parametrize("token", ["", "secret"])
def test_events_with_a_token_of_the_callers_own_are_written_where_git_does_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setattr(make_events, "FOLDER", tmp_path / "events")
    monkeypatch.setattr(make_events, "PRIVATE", tmp_path / ".local" / "events")
    make_events.write([VERSION], token)
    written = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.json")}
    assert written == {f"{'.local/events' if token else 'events'}/getVersion.json"}
