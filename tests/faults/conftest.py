"""The harness on moto, without pauses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from tests.disturbances import nothing_is_too_young
from tests.faults.engine import Moto
from tests.faults.faults import without_pauses
from tests.faults.harness import Harness
from tests.faults.repairs import Repairs
from tests.streams import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdaboard.store.stores import Stores


@pytest.fixture
def _disturbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without pauses, with leftovers of any age, and without logs."""
    without_pauses(monkeypatch)
    nothing_is_too_young(monkeypatch)
    logging.disable()  # the stacks of all faults would take half the time
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def harness(stores: Stores, monkeypatch: pytest.MonkeyPatch, _disturbed: None) -> Harness:
    """The harness, with a world of its own."""
    return Harness(stores, loaded(monkeypatch, "CascadeFunction"), Moto())


@pytest.fixture
def repairs(stores: Stores, monkeypatch: pytest.MonkeyPatch, _disturbed: None) -> Repairs:
    """The same, for cascade and sweep."""
    return Repairs(stores, loaded(monkeypatch, "CascadeFunction"), Moto())
