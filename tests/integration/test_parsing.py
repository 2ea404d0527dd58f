"""Items come past botocore's parser as it would have handed them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.conftest import TABLE

from lambdaboard.store import keys
from lambdaboard.store.actions import number, put, string
from lambdaboard.store.fast_parser import with_fast_parser

if TYPE_CHECKING:
    from lambdaboard.store.stores import Stores

WANTED = [keys.task(7, task_id).attributes() for task_id in (1, 2, 9)]


def read(client: Any, table: str = TABLE) -> list[dict[str, Any]]:
    """Return what reads of many items answer, but for what is told of the response."""
    batch = client.batch_get_item(RequestItems={table: {"Keys": WANTED, "ConsistentRead": True}})
    page = client.query(
        TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": string("P#7")}, Limit=2
    )
    answers = batch, page, client.scan(TableName=table, Limit=2)
    return [{name: value for name, value in answer.items() if name != "ResponseMetadata"} for answer in answers]


def test_items_that_are_taken_past_the_parser_are_those_that_it_hands_out(stores: Stores) -> None:
    for task_id in range(1, 4):
        stores.table.write(put(keys.task(7, task_id), {"doc": string('é "\n\0 😀' * task_id), "n": number(-task_id)}))
    batch, page, scan = read(with_fast_parser(boto3.client("dynamodb")))
    assert [batch, page, scan] == read(boto3.client("dynamodb"))
    assert (len(batch["Responses"][TABLE]), len(page["Items"]), len(scan["Items"])) == (2, 2, 2)
    assert page["LastEvaluatedKey"] == keys.task(7, 2).attributes()


def test_an_error_is_raised_as_ever(stores: Stores) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        read(with_fast_parser(boto3.client("dynamodb")), "no-such-table")
