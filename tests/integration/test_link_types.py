"""Types of links; every rule is from context.md 11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything
from tests.disturbances import before_commit

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN: list[Any] = [0, -1, 999_999, 10**13, "999999"]


def test_eleven_are_built_in_and_read_in_both_formats(call: Client, stores: Stores) -> None:
    rows = call("getAllLinks")
    assert [row["id"] for row in rows] == [*range(1, 12)]
    assert rows[3] == {"id": 4, "label": "duplicates", "opposite_id": 5}
    assert call("getLinkById", "4") == call("getLinkByLabel", "duplicates") == rows[3]
    assert call.documented("getAllLinks")[0] == {"id": "1", "label": "relates to", "opposite_id": "0"}
    assert [call("getOppositeLinkId", each) for each in (1, 4, 5)] == [1, 5, 4]
    for unknown in (999, 0, -1, -5, 10**12, 10**13):  # more than a key can hold is unknown like any other
        assert call("getOppositeLinkId", unknown) == call("getOppositeLinkId", str(unknown)) == unknown
    assert everything(stores) == {}


def test_an_unknown_one_has_its_failure_value(call: Client, stores: Stores) -> None:
    for client in (call, call.documented):
        for unknown in UNKNOWN:
            assert client("getLinkById", unknown) is None
            assert client("updateLink", unknown, 0, "new") is False
            assert client("removeLink", unknown) is False
        for label in ("Duplicates", "", "duplicates "):
            assert client("getLinkByLabel", label) is None
    assert everything(stores) == {}


def test_a_new_one_comes_alone_or_with_its_opposite(call: Client) -> None:
    assert call("createLink", "needs") == 12
    assert call("createLink", "tests", "is tested by") == 13
    assert [call("getOppositeLinkId", each) for each in (12, 13, 14)] == [12, 14, 13]
    assert call("getLinkByLabel", "is tested by") == {"id": 14, "label": "is tested by", "opposite_id": 13}
    assert call.documented("createLink", "needs not") == 15


@pytest.mark.parametrize("labels", [("",), ("", "a"), ("a", "a"), ("blocks",), ("a", "fixes")])
def test_a_label_that_is_missing_or_taken_is_refused(call: Client, stores: Stores, labels: tuple[str, ...]) -> None:
    assert call("createLink", *labels) is False
    assert everything(stores) == {}


def test_labels_too_long_together_are_an_error_that_names_it(call: Client) -> None:
    assert call("createLink", "x" * 300_000) == 12
    error = call.error("createLink", "y" * 50_000)
    assert (error["code"], "label" in error["data"]) == (-32602, True)
    assert len(call("getAllLinks")) == 12


def test_an_update_changes_one_side(call: Client) -> None:
    assert call("updateLink", 4, 0, "copies") is True
    assert call("getLinkById", 4) == {"id": 4, "label": "copies", "opposite_id": 0}
    assert call("getLinkById", 5) == {"id": 5, "label": "is duplicated by", "opposite_id": 4}
    for params in ((4, 0, ""), (4, 0, "blocks"), (4, 999, "new"), (4, -1, "new")):
        assert call("updateLink", *params) is False
    assert call("getLinkById", 4)["label"] == "copies"


def test_a_removed_one_is_no_opposite_any_more_and_its_id_is_not_used_again(call: Client) -> None:
    assert call("removeLink", 11) is True
    assert call("removeLink", 11) is False
    assert call("getLinkById", 10) == {"id": 10, "label": "fixes", "opposite_id": 0}
    assert call("createLink", "is fixed by") == 12


def test_two_that_are_made_at_the_same_time_are_both_there(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first, second in (("a", "b"), ("c", "d")):  # the first change ever, and a later one
        with monkeypatch.context() as once:
            before_commit(once, lambda label=first: call("createLink", label))  # type: ignore[misc]
            assert call("createLink", second)
    labels = [row["label"] for row in call("getAllLinks")][11:]
    assert labels == ["a", "b", "c", "d"]
    before_commit(monkeypatch, lambda: call("createLink", "e"))
    assert call("createLink", "e") is False


def test_links_show_the_label_of_today_and_keep_both_of_their_types(call: Client, board: Project) -> None:
    first, second = a_task(call, board), a_task(call, board)
    link_id = call("createTaskLink", first, second, 2)
    call("updateLink", 2, 10, "stops")
    assert call("getAllTaskLinks", first)[0]["label"] == "stops"
    assert call("getAllTaskLinks", second)[0]["label"] == "is blocked by"
    assert call("getTaskLinkById", link_id)["opposite_link_id"] == 10
    assert call("removeTaskLink", link_id) is True
    assert call("getAllTaskLinks", second) == []
