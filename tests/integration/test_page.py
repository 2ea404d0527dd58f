"""What a browser sees at the addresses of the API, and at the `url` of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Tracker
from tests.conftest import Client, a_service
from tests.events import api_event

if TYPE_CHECKING:
    from lambdaboard.store.stores import Stores

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
PATHS = ["/", "/jsonrpc.php", "/jsonrpc", "/native/jsonrpc.php", "/documented/jsonrpc.php"]


def get(stores: Stores, path: str = "/", query: str = "", **headers: str) -> dict[str, Any]:
    """Send a GET as the gateway does."""
    event = api_event(b"", path, **headers) | {"routeKey": f"GET {path}", "rawQueryString": query}
    return a_service(stores).answer(event, "request-1")


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_sees_the_same_page_everywhere_whatever_it_asks(stores: Stores, path: str) -> None:
    plain = get(stores, accept=BROWSER)
    asked = get(stores, path, "controller=TaskViewController&task_id=7&x=<script>", accept=BROWSER, cookie="a=b")
    assert asked == plain
    assert plain["statusCode"] == 200
    assert "getVersion" in plain["body"]
    assert (
        plain["headers"].items()
        >= {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
        }.items()
    )


def test_credentials_change_nothing_and_aws_is_not_asked(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = get(stores, accept=BROWSER)
    tracker = Tracker(monkeypatch, stores)
    assert tracker.of(lambda: get(stores, accept=BROWSER, authorization="Basic bm9ib2R5Ong=")).of.total() == 0
    assert get(stores, accept=BROWSER, authorization="Basic bm9ib2R5Ong=") == plain


@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_a_get_by_a_program_is_405_with_allow_post(stores: Stores, accept: str) -> None:
    refused = get(stores, "/jsonrpc.php", accept=accept)
    assert (refused["statusCode"], refused["headers"]["allow"]) == (405, "POST")


def test_a_post_is_answered_as_ever(call: Client) -> None:
    assert isinstance(call("getVersion"), str)
