"""Batch requests that DynamoDB leaves unprocessed: how many are sent, and when they end (store/table.py)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambdaboard.store import keys
from lambdaboard.store.retry import MAX_DELAY, RETRY_TIMEOUT
from lambdaboard.store.table import BATCH_WRITE_LIMIT, GET_LIMIT, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_dynamodb import DynamoDBClient

SOON = 30
"""Seconds after which a test that waits permanently fails."""

MOST_REQUESTS = 10 * int(RETRY_TIMEOUT / MAX_DELAY)
"""Far more than the 70 that a batch takes on average until it is given up, and far fewer than without a pause."""


class FakeClient:
    """Answers batch requests and notes how many items each asked for.

    Attributes:
        sizes: of the requests, in the order in which they came.
        processed: how many of the items of a request are processed.
    """

    def __init__(self, processed: Callable[[int], int]) -> None:
        self.sizes: list[int] = []
        self.processed = processed

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        """Return items for the first keys, and the others as unprocessed."""
        ((table, request),) = RequestItems.items()
        done, left = self._split(request["Keys"])
        return {"Responses": {table: done}, "UnprocessedKeys": {table: {"Keys": left}} if left else {}}

    def batch_write_item(self, RequestItems: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        """Delete the first items, at a unit each, and return the others as unprocessed."""
        ((table, requests),) = RequestItems.items()
        done, left = self._split(requests)
        consumed = [{"TableName": table, "CapacityUnits": float(len(done))}]
        return {"UnprocessedItems": {table: left} if left else {}, "ConsumedCapacity": consumed}

    def _split(self, wanted: list[Any]) -> tuple[list[Any], list[Any]]:
        self.sizes.append(len(wanted))
        done = self.processed(len(wanted))
        return wanted[:done], wanted[done:]


class FakeTime:
    """Stands for the module `time` where retries wait: a pause takes no time, a request takes 20 ms."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Tell the time."""
        self.now += 0.020
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdaboard.store.retry.time", FakeTime())


def a_table(client: FakeClient) -> Table:
    return Table(cast("DynamoDBClient", client), "table")


def some_keys(count: int) -> list[keys.Key]:
    return [keys.task(1, number) for number in range(1, count + 1)]


def test_keys_that_are_never_processed_are_given_up_after_a_bounded_number_of_requests() -> None:
    client = FakeClient(lambda _: 0)
    with pytest.raises(TimeoutError):
        a_table(client).get(some_keys(1))
    assert 1 < len(client.sizes) < MOST_REQUESTS


def test_deletions_that_are_never_processed_are_given_up_after_a_bounded_number_of_requests() -> None:
    client = FakeClient(lambda _: 0)
    with pytest.raises(TimeoutError):
        a_table(client).delete_all(some_keys(1))
    assert 1 < len(client.sizes) < MOST_REQUESTS


def test_only_the_keys_that_were_left_are_asked_for_again() -> None:
    client = FakeClient(lambda size: min(size, 40))
    assert [*a_table(client).get(some_keys(100))] == some_keys(100)
    assert client.sizes == [100, 60, 20]


def test_only_the_deletions_that_were_left_are_sent_again() -> None:
    client = FakeClient(lambda size: min(size, 10))
    assert a_table(client).delete_all(some_keys(25)) == 25
    assert client.sizes == [25, 15, 5]


def test_more_keys_than_a_request_takes_are_read_by_full_requests_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=SOON)

    def processed(size: int) -> int:
        meeting.wait()
        return size

    client = FakeClient(processed)
    wanted = some_keys(2 * GET_LIMIT + 50)
    assert a_table(client).get([*wanted, *wanted]).keys() == {*wanted}
    assert sorted(client.sizes) == [50, GET_LIMIT, GET_LIMIT]


def test_ten_thousand_keys_take_a_hundred_requests() -> None:
    client = FakeClient(lambda size: size)
    assert len(a_table(client).get(some_keys(10_000))) == 10_000
    assert client.sizes == [GET_LIMIT] * 100


def test_more_deletions_than_a_request_takes_are_sent_by_full_requests_at_the_same_time() -> None:
    meeting = threading.Barrier(4, timeout=SOON)

    def processed(size: int) -> int:
        meeting.wait()
        return size

    client = FakeClient(processed)
    a_table(client).delete_all(some_keys(4 * BATCH_WRITE_LIMIT))
    assert client.sizes == [BATCH_WRITE_LIMIT] * 4
