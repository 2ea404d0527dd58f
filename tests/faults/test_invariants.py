"""The invariants of links between tasks: a removed type removes a side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.boards import a_board, a_task
from tests.disturbances import nothing_is_too_young
from tests.faults import invariants

from lambdaboard.store import keys
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

PARENT, FIXES = 7, 10


def broken(stores: Stores) -> list[str]:
    return [*invariants.broken(invariants.Snapshot.of(stores))]


def link(call: Client, stores: Stores, *, to_itself: bool) -> tuple[int, int]:
    """Link a task as the parent of another one, or of itself."""
    board = a_board(stores)
    first = a_task(call, board)
    second = first if to_itself else a_task(call, board)
    call("createTaskLink", first, second, PARENT)
    return first, second


@pytest.mark.parametrize("to_itself", [False, True])
@pytest.mark.parametrize("retyped", [False, True])
def test_a_side_of_a_link_stays_alone_where_the_type_of_the_other_one_was_removed(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch, to_itself: bool, retyped: bool
) -> None:
    nothing_is_too_young(monkeypatch)
    first, second = link(call, stores, to_itself=to_itself)
    call("removeLink", PARENT)
    Sweep(stores, repair=True, has_time=lambda: True).run()
    (child,) = call("getAllTaskLinks", second)
    if retyped:
        assert call("updateTaskLink", child["id"], second, first, FIXES) is True
    assert [row["label"] for row in call("getAllTaskLinks", second)] == ["fixes" if retyped else "is a child of"]
    invariants.check_settled(stores)


@pytest.mark.parametrize("removed_type", [0, FIXES])
def test_a_link_that_has_lost_a_side_is_broken(call: Client, stores: Stores, removed_type: int) -> None:
    first, second = link(call, stores, to_itself=False)
    if removed_type:
        call("removeLink", removed_type)
    assert broken(stores) == []
    stores.table.delete_all([keys.task_link(first, PARENT, second)])
    assert any("has no other side" in each for each in broken(stores))
