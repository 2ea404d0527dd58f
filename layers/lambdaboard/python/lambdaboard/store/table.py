"""The one table: reads and writes of items of all kinds.

Every read is strongly consistent, except for the index over all projects and some reads of `sweep`. The cost of a
method is given in round trips.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from lambdaboard.errors import Conflict
from lambdaboard.store.actions import number, string, update
from lambdaboard.store.keys import Key, counter, indexes
from lambdaboard.store.parallel import gather_map
from lambdaboard.store.retry import RETRY_TIMEOUT, retry_attempts
from lambdaboard.store.transactions import failure_of, packed, unless_contended

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from types_boto3_dynamodb import DynamoDBClient

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.keys import Entity

Index = Literal["by_status", "by_lane", "by_reference", "by_due"]

SORT_KEYS: dict[str | None, str] = {None: "sk", "by_lane": indexes.LANE}
"""The sort key of the table, and of the index whose sort key does not have its name."""

THROTTLED = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})
"""DynamoDB's error codes for requests beyond the present throughput of the table."""

GET_LIMIT, BATCH_WRITE_LIMIT = 100, 25
"""The highest numbers of items in a BatchGetItem and a BatchWriteItem."""


class Table:
    """The table, through one client of boto3."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self.client = client
        self.name = name

    # --- reading ------------------------------------------------------------------------------------------------

    def get(self, keys: Iterable[Key], *, is_consistent: bool = True) -> dict[Key, Item]:
        """Read items by their keys; missing ones are skipped (1; 100 keys per request, in parallel).

        Args:
            keys: of the items; one that is named twice is read once.
            is_consistent: if False, an item may be a second old, for half of the read units.

        Raises:
            TimeoutError: DynamoDB left keys unprocessed until the retries ended.
        """
        wanted = [key.attributes() for key in dict.fromkeys(keys)]
        items = gather_map(partial(self._get_batch, is_consistent=is_consistent), _batches(wanted, GET_LIMIT))
        return {key_of(item): item for each in items for item in each}

    def _get_batch(self, wanted: list[Any], *, is_consistent: bool) -> list[Item]:
        items: list[Item] = []
        for _ in retry_attempts():
            request: Any = {self.name: {"Keys": wanted, "ConsistentRead": is_consistent}}
            answer: Any = self.client.batch_get_item(RequestItems=request)
            items += answer["Responses"].get(self.name, [])
            wanted = answer["UnprocessedKeys"].get(self.name, {"Keys": []})["Keys"]
            if not wanted:
                return items
        raise TimeoutError("DynamoDB left keys unprocessed until the time limit")

    def get_one(self, key: Key) -> Mapping[str, Any] | None:
        """Read one item; None if it does not exist (1 round trip)."""
        answer = self.client.get_item(TableName=self.name, Key=key.attributes(), ConsistentRead=True)
        return answer.get("Item")

    def query(
        self,
        pk: str,
        index: Index | None = None,
        *,
        begins: str = "",
        between: tuple[str, str] | None = None,
        forward: bool = True,
        after: Item | None = None,
        limit: int | None = None,
        attributes: str | None = None,
        is_consistent: bool = True,
    ) -> Iterator[Item]:
        """Yield the items of a partition in the order of the index (1 round trip per MB, only as far as they are used).

        Args:
            pk: the partition.
            index: a local index, else the table itself.
            begins: only keys with this beginning; `between`: only keys in this range, ends included.
            between: see `begins`.
            forward: ascending.
            after: start behind this key, in DynamoDB's form.
            limit: no more items than this.
            attributes: a projection expression; None for all of the index.
            is_consistent: see `get`.
        """
        request = self._request(pk, index, begins, between)
        request |= {"ScanIndexForward": forward, "ConsistentRead": is_consistent}
        if attributes:
            request["ProjectionExpression"] = attributes
        if after:
            request["ExclusiveStartKey"] = after
        for answer in self._pages(request, limit):
            yield from answer["Items"]

    def _pages(self, request: dict[str, Any], limit: int | None) -> Iterator[Any]:
        """Yield the answers to a query until it ends or the limit of items is reached."""
        while True:
            if limit:
                request["Limit"] = limit
            answer: Any = self.client.query(**request)
            yield answer
            limit = limit - answer["Count"] if limit else None
            if "LastEvaluatedKey" not in answer or limit == 0:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def count(self, pk: str, index: Index, between: tuple[str, str], limit: int | None = None) -> tuple[int, Item]:
        """Count the items in a range, up to a limit (8 read units for 1,000 keys of `by_lane`).

        Returns:
            the count, and the key of the last item counted; the key is empty if the range has no more items.
        """
        pages = [*self._pages(self._request(pk, index, "", between) | {"Select": "COUNT"}, limit)]
        return sum(page["Count"] for page in pages), pages[-1].get("LastEvaluatedKey", {})

    def count_pages(self, pk: str, index: Index, between: tuple[str, str]) -> Iterator[int]:
        """Yield the number of items of a range on each page (1 round trip per MB of keys, as far as they are used)."""
        pages = self._pages(self._request(pk, index, "", between) | {"Select": "COUNT"}, None)
        return (int(page["Count"]) for page in pages)

    def query_due(self, shard: str, between: tuple[str, str]) -> Iterator[Key]:
        """Yield the keys of tasks due in a range, over all projects; this read may lag (1 round trip per MB)."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "IndexName": "by_due_shard",
            "KeyConditionExpression": "due_shard = :shard AND by_due BETWEEN :low AND :high",
            "ExpressionAttributeValues": {
                ":shard": string(shard),
                ":low": string(between[0]),
                ":high": string(between[1]),
            },
        }
        for page in self.client.get_paginator("query").paginate(**request):
            yield from map(key_of, page["Items"])

    def scan(self, after: Item | None = None, segment: tuple[int, int] = (0, 1)) -> Iterator[list[Item]]:
        """Yield all items of a segment from behind a key, page by page, not strongly consistent (1 round trip per MB).

        Args:
            after: start behind this key.
            segment: which one, from 0, and how many the table is divided into.
        """
        request: dict[str, Any] = {"TableName": self.name, "Segment": segment[0], "TotalSegments": segment[1]}
        if after:
            request["ExclusiveStartKey"] = after
        while True:
            answer: Any = self.client.scan(**request)
            if answer["Items"]:
                yield answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _request(self, pk: str, index: Index | None, begins: str, between: tuple[str, str] | None) -> dict[str, Any]:
        sort = SORT_KEYS.get(index, index)
        values = {":pk": string(pk)}
        condition = "pk = :pk"
        if begins:
            condition += f" AND begins_with({sort}, :begins)"
            values[":begins"] = string(begins)
        if between:
            condition += f" AND {sort} BETWEEN :low AND :high"
            values |= {":low": string(between[0]), ":high": string(between[1])}
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
        }
        return request | ({"IndexName": index} if index else {})

    # --- writing ------------------------------------------------------------------------------------------------

    def next_id(self, entity: Entity, count: int = 1) -> int:
        """Take ids of an entity and return the first (1 round trip). Ids grow and are never used again."""
        answer = self.client.update_item(
            TableName=self.name,
            Key=counter(entity).attributes(),
            UpdateExpression="ADD n :count",
            ExpressionAttributeValues={":count": number(count)},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["n"]["N"]) - count + 1

    def write(self, *actions: TransactItem) -> None:
        """Write up to 100 actions, atomically (1 round trip; none without actions).

        A lone action that is repeatable is one request at half the price of a transaction.

        Raises:
            Exception: the `on_condition_failed` of the first action whose condition failed; nothing was written.
        """
        if len(actions) == 1 and actions[0].is_repeatable:
            self._write_one(actions[0])
        elif actions:
            self._transact(actions)

    def write_each(self, groups: Iterable[list[TransactItem]]) -> None:
        """Write each group atomically, in any order, many groups at a time (1 round trip per 1,000 actions).

        A group is up to 100 actions and 4 MB; no other writer may contend for their items.
        """
        gather_map(self._transact, packed(groups))

    def update(self, action: TransactItem) -> None:
        """Write one update that may happen twice without harm (1 round trip); raises its `on_condition_failed`."""
        request = action.request["Update"]
        try:
            unless_contended(partial(self.client.update_item, TableName=self.name, **request))
        except self.client.exceptions.ConditionalCheckFailedException:
            raise action.on_condition_failed from None

    def delete_all(self, keys: Iterable[Key]) -> float:
        """Delete items, in any order and not atomically; missing ones are skipped (1; 25 per request).

        Returns:
            the consumed write units.

        Raises:
            TimeoutError: DynamoDB left items unprocessed until the retries ended.
        """
        wanted: list[Any] = [{"DeleteRequest": {"Key": key.attributes()}} for key in dict.fromkeys(keys)]
        return self._write_batches(wanted, RETRY_TIMEOUT)

    def put_all(self, actions: Iterable[TransactItem], timeout: float) -> float:
        """Write the items of put actions, whether or not they exist, in any order (1; 25 per request).

        Conditions are ignored, so that an import can be repeated; of two items with one key the last is written.

        Args:
            actions: from stores, for new items.
            timeout: seconds for which a throttled request is repeated.

        Returns:
            the consumed write units.

        Raises:
            TimeoutError: DynamoDB left items unprocessed until the retries ended.
        """
        items = {key_of(item): item for item in (action.request["Put"]["Item"] for action in actions)}
        return self._write_batches([{"PutRequest": {"Item": item}} for item in items.values()], timeout)

    def _write_batches(self, wanted: list[Any], timeout: float) -> float:
        return sum(gather_map(partial(self._write_batch, timeout), _batches(wanted, BATCH_WRITE_LIMIT)))

    def _write_batch(self, timeout: float, wanted: list[Any]) -> float:
        units: float = 0
        for _ in retry_attempts(timeout):
            answer = self._unless_throttled(wanted)
            units += sum(each["CapacityUnits"] for each in answer.get("ConsumedCapacity", []))
            wanted = answer["UnprocessedItems"].get(self.name, [])
            if not wanted:
                return units
        raise TimeoutError("DynamoDB left items unprocessed until the time limit")

    def _unless_throttled(self, wanted: list[Any]) -> Any:
        """Send a BatchWriteItem; if it is throttled even after boto3's retries, all of it is unprocessed."""
        try:
            return self.client.batch_write_item(RequestItems={self.name: wanted}, ReturnConsumedCapacity="TOTAL")
        except ClientError as error:
            if error.response["Error"]["Code"] not in THROTTLED:
                raise
            return {"UnprocessedItems": {self.name: wanted}}

    def raise_counter(self, entity: Entity, last_id: int) -> None:
        """Make new ids greater than this one (1)."""
        with suppress(Conflict):
            self.update(
                update(
                    counter(entity),
                    "SET n = :last",
                    {":last": number(last_id)},
                    "attribute_not_exists(n) OR n < :last",
                    Conflict("greater ids were given"),
                )
            )

    def _write_one(self, action: TransactItem) -> None:
        ((kind, request),) = action.request.items()
        client: Any = self.client
        send = {"Put": client.put_item, "Update": client.update_item, "Delete": client.delete_item}[kind]
        known = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if action.token else {}
        try:
            unless_contended(partial(send, TableName=self.name, **request, **known))
        except self.client.exceptions.ConditionalCheckFailedException as error:
            # boto3 repeats a request whose answer was lost: then the condition fails because of our own write
            item: Any = error.response.get("Item", {})
            if action.token not in item.get("w", string(""))["S"].split(" "):
                raise action.on_condition_failed from error

    def _transact(self, actions: Iterable[TransactItem]) -> None:
        actions = [*actions]
        items: list[Any] = [
            {kind: request | {"TableName": self.name} for kind, request in action.request.items()} for action in actions
        ]
        token = str(uuid.uuid4())  # makes a repetition of a request whose answer was lost harmless
        try:
            unless_contended(partial(self.client.transact_write_items, TransactItems=items, ClientRequestToken=token))
        except self.client.exceptions.TransactionCanceledException as error:
            raise failure_of(actions, error) from error


def _batches(wanted: list[Any], size: int) -> list[list[Any]]:
    return [wanted[first : first + size] for first in range(0, len(wanted), size)]


def key_of(item: Mapping[str, Any]) -> Key:
    """Return the key of an item that was read."""
    return Key(item["pk"]["S"], item["sk"]["S"])
