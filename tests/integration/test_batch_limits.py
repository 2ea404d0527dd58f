"""What one call of DynamoDB takes: AWS refuses more, which moto and the local engines do not all do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import everything

from lambdaboard.store import keys, table, transactions
from lambdaboard.store.actions import put, string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdaboard.store.keys import Key
    from lambdaboard.store.stores import Stores

TRANSACTION_BYTES = 4_000_000
"""Of the items of one transaction together."""

AWS_LIMITS = {"BatchGetItem": 100, "BatchWriteItem": 25, "TransactWriteItems": 100}
"""Keys, requests or actions of one call (AWS's "Quotas in Amazon DynamoDB")."""


def size_of(operation: str, params: dict[str, Any]) -> int:
    """Return how many keys, requests or actions a call has."""
    if operation == "TransactWriteItems":
        return len(params["TransactItems"])
    of_tables = params["RequestItems"].values()
    return sum(len(each["Keys"]) if operation == "BatchGetItem" else len(each) for each in of_tables)


def bytes_of(params: dict[str, Any]) -> int:
    """Return how many bytes the values have that a transaction puts."""
    puts = [action["Put"]["Item"] for action in params["TransactItems"] if "Put" in action]
    return sum(len(text.encode()) for item in puts for value in item.values() for text in value.values())


@pytest.fixture
def sizes(stores: Stores) -> Iterator[dict[str, list[int]]]:
    """The sizes of the calls that are made; one over AWS's limit fails as it does there."""
    made: dict[str, list[int]] = {name: [] for name in AWS_LIMITS}

    def check(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in made:
            size = size_of(model.name, params)
            assert size <= AWS_LIMITS[model.name], f"ValidationException: {size} in one {model.name}"
            assert model.name != "TransactWriteItems" or bytes_of(params) <= TRANSACTION_BYTES
            made[model.name].append(size)

    stores.table.client.meta.events.register("before-parameter-build.dynamodb", check)
    yield made
    stores.table.client.meta.events.unregister("before-parameter-build.dynamodb", check)


def some_keys(count: int) -> list[Key]:
    return [keys.metadata(1, f"name {number}") for number in range(count)]


def laid(stores: Stores, count: int) -> list[Key]:
    """Write so many items and return their keys."""
    some = some_keys(count)
    stores.table.write_each([put(key, {"val": string("value")})] for key in some)
    return some


def test_as_many_are_asked_for_at_once_as_aws_takes_and_no_more() -> None:
    limits = table.GET_LIMIT, table.BATCH_WRITE_LIMIT, transactions.TRANSACT_LIMIT
    assert limits == tuple(AWS_LIMITS.values())


@pytest.mark.parametrize(("count", "parts"), [(1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50]), (0, [])])
def test_items_are_read_a_hundred_at_a_time(
    stores: Stores, sizes: dict[str, list[int]], count: int, parts: list[int]
) -> None:
    there = laid(stores, count)
    assert stores.table.get(there).keys() == set(there)
    assert sorted(sizes["BatchGetItem"], reverse=True) == parts


def test_a_key_that_is_named_twice_is_read_once(stores: Stores, sizes: dict[str, list[int]]) -> None:
    there = laid(stores, 60)
    assert stores.table.get([*there, *there]).keys() == set(there)
    assert sizes["BatchGetItem"] == [60]


def test_items_of_many_bytes_are_written_four_megabytes_at_a_time(stores: Stores, sizes: dict[str, list[int]]) -> None:
    groups = [[put(key, {"val": string("x" * 390_000)})] for key in some_keys(21)]
    stores.table.write_each(groups)
    assert sorted(sizes["TransactWriteItems"]) == [1, 10, 10]


def test_items_are_written_a_hundred_in_a_transaction_and_deleted_25_at_a_time(
    stores: Stores, sizes: dict[str, list[int]]
) -> None:
    there = laid(stores, 130)
    stores.table.delete_all(there)
    assert sorted(sizes["TransactWriteItems"]) == [30, 100]
    assert sorted(sizes["BatchWriteItem"]) == [5, *[25] * 5]
    assert everything(stores) == {}
