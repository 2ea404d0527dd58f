"""Things with many children go at once, and permanently (issue 8, "Removing"); `make soak` gives them 10,000."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from tests.faults.engine import Moto
from tests.faults.removal import Delivery, Removals
from tests.streams import loaded

if TYPE_CHECKING:
    from lambdaboard.store.stores import Stores


SHOWN = 10
"""Problems that a failure shows."""


def in_small_pages(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages and batches small, so that dozens of children fill many."""
    monkeypatch.setattr("lambdaboard.store.table.BATCH_WRITE_LIMIT", 3)
    monkeypatch.setattr("lambdaboard.store.table.GET_LIMIT", 9)
    monkeypatch.setattr("lambdaboard.store.cascade.DELETED_AT_ONCE", 7)

    def limit(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "Query":
            params.setdefault("Limit", 5)

    stores.table.client.meta.events.register("before-parameter-build.dynamodb", limit)


@pytest.mark.usefixtures("_disturbed")
def test_things_with_many_children_are_gone_at_once_and_then_for_good(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = Delivery(loaded(monkeypatch, "CascadeFunction"), Moto(), random.Random(1), size=10)
    in_small_pages(delivery.stores, monkeypatch)
    removals = Removals(stores, Moto(), delivery)
    lines = [removals.run(method, 18) for method in ("removeProject", "moveTaskToProject")]
    problems = [problem for line in lines for problem in line.problems]
    assert not problems, "\n".join(problems[:SHOWN])
