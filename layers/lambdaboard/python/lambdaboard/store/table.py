"""The one table: how items are read and written, whatever they hold.

Every read is strongly consistent, but for the index over all projects. A method's cost is given in round trips.
"""

from __future__ import annotations

import secrets
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from lambdaboard.errors import Conflict
from lambdaboard.store.actions import number, put, replacement, replacement_request, string
from lambdaboard.store.keys import Key, counter
from lambdaboard.store.parallel import gather
from lambdaboard.store.retry import retry_attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from types_boto3_dynamodb import DynamoDBClient

    from lambdaboard.store.actions import Item, TransactItem, Version
    from lambdaboard.store.keys import Attribute, Entity
    from lambdaboard.store.repeats import Repeat

Index = Literal["by_status", "by_lane", "by_reference", "by_due"]

GET_LIMIT, BATCH_WRITE_LIMIT = 100, 25
"""Items of one BatchGetItem and of one BatchWriteItem."""

TRANSACT_LIMIT, TRANSACT_BYTES = 100, 4_000_000
"""Actions of one transaction, and their size together."""

CONTENDED = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons for which DynamoDB cancels a transaction that may succeed when it is sent again."""


def at_once() -> None:
    """Let a write wait for nothing."""


class Table:
    """The table, through one client of boto3.

    Args:
        client: the client of DynamoDB, also for what this class has no method for.
        name: the table's name.
        before_write: see `after`.
        repeat: see `after`.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        name: str,
        before_write: Callable[[], None] = at_once,
        repeat: Repeat | None = None,
    ) -> None:
        self.client = client
        self.name = name
        self._before_write = before_write
        self._repeat = repeat

    def after(self, before_write: Callable[[], None], repeat: Repeat | None = None) -> Table:
        """Return the same table for one call.

        Args:
            before_write: called before every write but that of a counter, which is not made if it raises.
            repeat: kept together with every write but those of `aside`.
        """
        return Table(self.client, self.name, before_write, repeat)

    @property
    def aside(self) -> Table:
        """The same table, for writes that do not decide what the call answers."""
        return Table(self.client, self.name, self._before_write)

    # --- reading ------------------------------------------------------------------------------------------------

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Read items by their keys; those that are not there are left out (1 round trip a 100 items or 16 MB)."""
        wanted: list[Any] = [key.attributes() for key in dict.fromkeys(keys)]
        found: dict[Key, Item] = {}
        while wanted:
            batch, wanted = wanted[:GET_LIMIT], wanted[GET_LIMIT:]
            answer: Any = self.client.batch_get_item(RequestItems={self.name: {"Keys": batch, "ConsistentRead": True}})
            found |= {key_of(item): item for item in answer["Responses"].get(self.name, [])}
            wanted += answer["UnprocessedKeys"].get(self.name, {"Keys": []})["Keys"]
        return found

    def get_one(self, key: Key) -> Mapping[str, Any] | None:
        """Read one item; None if it is not there (1 round trip)."""
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
    ) -> Iterator[Item]:
        """Yield the items of a partition in the order of the index (1 round trip a MB, as they are asked for).

        Args:
            pk: the partition.
            index: a local index, else the table itself.
            begins: only keys that begin so; `between`: only keys in this range, ends included.
            between: see `begins`.
            forward: ascending.
            after: start behind this key, as DynamoDB gave it.
            limit: no more items than this.
            attributes: a projection expression; all that the index has, if None.
        """
        request = self._request(pk, index, begins, between) | {"ScanIndexForward": forward}
        if attributes:
            request["ProjectionExpression"] = attributes
        if after:
            request["ExclusiveStartKey"] = after
        if limit:
            request["Limit"] = limit
        yielded = 0
        while True:
            answer: Any = self.client.query(**request)
            yield from answer["Items"]
            yielded += len(answer["Items"])
            if "LastEvaluatedKey" not in answer or (limit and yielded >= limit):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def count(self, pk: str, index: Index, between: tuple[str, str], limit: int | None = None) -> tuple[int, Item]:
        """Count the items in a range, up to a limit (12.7 read units per 1,000 keys of `by_lane`).

        Returns:
            the count, and the key of the last item counted; the key is empty where the range has no more items.
        """
        request = self._request(pk, index, "", between) | {"Select": "COUNT"}
        counted = 0
        while True:
            if limit:
                request["Limit"] = limit - counted
            answer: Any = self.client.query(**request)
            counted += answer["Count"]
            last = answer.get("LastEvaluatedKey", {})
            if not last or (limit and counted >= limit):
                return counted, last
            request["ExclusiveStartKey"] = last

    def query_due(self, shard: str, between: tuple[str, str]) -> Iterator[Key]:
        """Yield the keys of tasks due in a range, over all projects; the one read that may lag (1 round trip a MB)."""
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

    def scan(self, after: Item | None = None) -> Iterator[list[Item]]:
        """Yield all items from behind a key, page by page, not strongly consistent (1 round trip a MB)."""
        request: dict[str, Any] = {"TableName": self.name} | ({"ExclusiveStartKey": after} if after else {})
        while True:
            answer: Any = self.client.scan(**request)
            if answer["Items"]:
                yield answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _request(self, pk: str, index: Index | None, begins: str, between: tuple[str, str] | None) -> dict[str, Any]:
        sort = index or "sk"
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
        """Take ids of an entity and return the first (1 round trip). Ids grow and are never given again."""
        answer = self.client.update_item(
            TableName=self.name,
            Key=counter(entity).attributes(),
            UpdateExpression="ADD n :count",
            ExpressionAttributeValues={":count": number(count)},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["n"]["N"]) - count + 1

    def set(self, key: Key, item: Mapping[str, Attribute]) -> None:
        """Write an item whole, whether or not it is there (1 round trip)."""
        if self._repeat:
            self.transact([put(key, item)])
            return
        self._before_write()
        self.client.put_item(TableName=self.name, Item={**key.attributes(), **item})

    def replace(self, key: Key, read: Version, attributes: Mapping[str, Attribute | None]) -> None:
        """Change attributes of an item if it still has the version that was read; None removes one (1 round trip).

        Raises:
            Conflict: another write came first. Nothing was written: read and decide again.
        """
        if self._repeat:
            self.transact([replacement(key, read, attributes)])
            return
        self._before_write()
        mark = secrets.token_hex(4)
        request = replacement_request(key, read, attributes, mark)
        try:
            _unless_contended(
                lambda: self.client.update_item(
                    TableName=self.name, ReturnValuesOnConditionCheckFailure="ALL_OLD", **request
                )
            )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            # boto3 repeats a request whose answer was lost: then it is our own write that is in the way
            item: Any = error.response.get("Item", {})
            if mark not in item.get("w", string(""))["S"].split(" "):
                raise Conflict("another write came first") from error

    def update(self, action: TransactItem) -> None:
        """Do one action that may be repeated without harm (1 round trip); raises its `on_condition_failed`."""
        self._before_write()
        try:
            _unless_contended(lambda: self.client.update_item(TableName=self.name, **action.request["Update"]))
        except self.client.exceptions.ConditionalCheckFailedException:
            raise action.on_condition_failed from None

    def transact(self, actions: Iterable[TransactItem]) -> None:
        """Do up to 100 actions, all or none (1 round trip); raises the `on_condition_failed` of the first that fails.

        The token makes a repetition of an unanswered request harmless.
        """
        self._before_write()
        actions = [self._repeat.record(), *actions] if self._repeat else [*actions]
        items: list[Any] = [
            {kind: request | {"TableName": self.name} for kind, request in action.request.items()} for action in actions
        ]
        token = str(uuid.uuid4())
        try:
            _unless_contended(lambda: self.client.transact_write_items(TransactItems=items, ClientRequestToken=token))
        except self.client.exceptions.TransactionCanceledException as error:
            raise _failure(actions, error) from error
        if self._repeat:
            self._repeat.is_made = True

    def transact_each(self, groups: Iterable[list[TransactItem]]) -> None:
        """Do the actions of each group as a whole, in any order, many groups at a time (1 round trip a 1,000 actions).

        A group is up to 100 actions and 4 MB; nothing else may contend for their items.
        """
        gather([partial(self.aside.transact, batch) for batch in _packed(groups)])

    def delete_all(self, keys: Iterable[Key]) -> None:
        """Delete items, 25 a round trip, in no certain order and not as a whole; those not there are no fault."""
        self._before_write()
        wanted: list[Any] = [{"DeleteRequest": {"Key": key.attributes()}} for key in keys]
        while wanted:
            batch, wanted = wanted[:BATCH_WRITE_LIMIT], wanted[BATCH_WRITE_LIMIT:]
            answer = self.client.batch_write_item(RequestItems={self.name: batch})
            wanted += answer["UnprocessedItems"].get(self.name, [])


def _packed(groups: Iterable[list[TransactItem]]) -> Iterator[list[TransactItem]]:
    """Put groups together to transactions of up to 100 actions and 4 MB."""
    batch: list[TransactItem] = []
    size = 0
    for group in groups:
        added = sum(len(repr(action.request).encode()) for action in group)
        if batch and (len(batch) + len(group) > TRANSACT_LIMIT or size + added > TRANSACT_BYTES):
            yield batch
            batch, size = [], 0
        batch, size = batch + group, size + added
    if batch:
        yield batch


def key_of(item: Mapping[str, Any]) -> Key:
    """Return the key of an item that was read."""
    return Key(item["pk"]["S"], item["sk"]["S"])


def _unless_contended(write: Callable[[], object]) -> None:
    """Write, and again while other transactions are in the way; the last failure rises."""
    failure: ClientError | None = None
    for _ in retry_attempts():
        try:
            write()
        except ClientError as error:
            if not _is_contended(error):
                raise
            failure = error
        else:
            return
    raise failure or RuntimeError("no try was made")


def _is_contended(error: ClientError) -> bool:
    if error.response["Error"]["Code"] in {"TransactionConflictException", "TransactionInProgressException"}:
        return True
    reasons = {reason.get("Code") for reason in _reasons(error)}
    return bool(reasons & CONTENDED) and "ConditionalCheckFailed" not in reasons


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    response: Any = error.response
    return response.get("CancellationReasons") or []


def _failure(actions: list[TransactItem], error: ClientError) -> Exception:
    for action, reason in zip(actions, _reasons(error), strict=False):
        if reason.get("Code") == "ConditionalCheckFailed":
            return action.on_condition_failed
    return error
