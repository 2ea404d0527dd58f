"""Public access to a project (context.md 3): a token, and links with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.disturbances import before_commit

if TYPE_CHECKING:
    import pytest
    from tests.conftest import Client

    from lambdaboard.domain.project import Project

CONTROLLERS = {
    "public_board": "BoardViewController&action=readonly",
    "rss_feed": "FeedController&action=project",
    "ical_feed": "ICalendarController&action=project",
}


def row(call: Client, board: Project) -> Any:
    return call("getProjectById", board.id)


def test_a_public_project_has_a_token_and_links_with_it_until_it_is_disabled(call: Client, board: Project) -> None:
    plain = row(call, board)
    assert (plain["is_public"], plain["token"], [*plain["url"]]) == (0, "", ["board", "list"])
    assert call("enableProjectPublicAccess", board.id) is True
    public = row(call, board)
    assert re.fullmatch("[0-9a-f]{60}", public["token"])
    links = {
        name: f"http://board.example/?controller={controller}&token={public['token']}"
        for name, controller in CONTROLLERS.items()
    }
    assert public == plain | {"is_public": 1, "token": public["token"], "url": plain["url"] | links}
    assert call("getAllProjects") == [public]
    assert call.documented("getProjectById", board.id)["url"] == public["url"]
    for _ in range(2):
        assert call("disableProjectPublicAccess", board.id) is True
        assert row(call, board) == plain


def test_each_call_that_enables_it_makes_a_new_token(call: Client, board: Project) -> None:
    tokens = set()
    for _ in range(3):
        assert call("enableProjectPublicAccess", board.id) is True
        tokens.add(row(call, board)["token"])
    assert len(tokens) == 3


def test_of_two_that_enable_and_disable_it_at_the_same_time_the_later_one_counts(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_commit(monkeypatch, lambda: call("disableProjectPublicAccess", board.id))
    assert call("enableProjectPublicAccess", board.id) is True
    assert row(call, board)["is_public"] == 1
    before_commit(monkeypatch, lambda: call("enableProjectPublicAccess", board.id))
    assert call("disableProjectPublicAccess", board.id) is True
    assert (row(call, board)["is_public"], row(call, board)["token"]) == (0, "")


def test_an_unknown_project_is_false(call: Client) -> None:
    for unknown in (0, -1, 999_999, 10**13):
        assert call("enableProjectPublicAccess", unknown) is False
        assert call("disableProjectPublicAccess", unknown) is False
