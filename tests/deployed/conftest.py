"""The account and the stack that these tests share."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conformance import run
from tests.deployed.account import local_account
from tests.deployed.mess import exercise
from tests.deployed.stack import Package, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deployed.account import Account


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test ten minutes: the first one waits for the stack, and others for its update."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An AWS account where roles are enforced."""
    with local_account(tmp_path_factory.mktemp("account")) as running:
        yield running


@pytest.fixture(scope="session")
def package(account: Account) -> Package:
    """The build, uploaded."""
    return Package.upload(account)


@pytest.fixture(scope="session")
def stack(account: Account, package: Package) -> Stack:
    """A stack with the default parameters."""
    return Stack.create(account, "lambdaboard-dev", package)


@pytest.fixture(scope="session")
def replays(stack: Stack) -> Iterator[dict[str, Future[tuple[int, int]]]]:
    """How many scenarios passed and failed, by wire format: both at once, on one table."""
    scenarios, _ = run.ready_and_waiting()
    pool = ThreadPoolExecutor()
    yield {wire: pool.submit(run.replay, stack.url, wire, scenarios, ["--quiet"], stack.token) for wire in run.WIRES}
    pool.shutdown(wait=False)  # what is interrupted ends with the account


@pytest.fixture(scope="session")
def exercised(stack: Stack, replays: dict[str, Future[tuple[int, int]]]) -> None:
    """Run every function completely."""
    for each in replays.values():
        each.result()
    exercise(stack)
