"""Boards that most of these tests use."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from tests import disturbances
from tests.boards import a_board, a_task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

gc.set_threshold(200_000, 50, 100)  # each test leaves clients: garbage collection took a tenth of the time


@pytest.fixture(autouse=True)
def _all_disturbances_came() -> Iterator[None]:
    yield
    disturbances.check_all_came()


@pytest.fixture
def board(stores: Stores) -> Project:
    """A project with three columns, two swimlanes, an inactive one and two categories."""
    return a_board(stores)


@pytest.fixture
def task(call: Client, board: Project) -> int:
    """A task of the board."""
    return a_task(call, board)


@pytest.fixture
def foreign(stores: Stores) -> Project:
    """Another project, with names of its own."""
    return a_board(stores, name="Foreign", columns=("Inbox",), swimlanes=("Only",), inactive=(), categories=("Other",))
