"""ministack as `make run` starts it: what it has answered is there after any end, and reads stay quick."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from local import aws, resources
from local.process import Child, module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from types_boto3_dynamodb import DynamoDBClient

KEY = {"pk": {"S": "P#1"}, "sk": {"S": "@"}}


@contextmanager
def running(folder: Path) -> Iterator[tuple[Child, DynamoDBClient]]:
    """Run it on a folder until the end of the block."""
    port = aws.free_port()
    environment = os.environ | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }
    child = Child.start("ministack", module("local.ministack"), environment, log=folder / "log")
    try:
        url = f"http://127.0.0.1:{port}"
        aws.wait_for(url)
        yield child, boto3.client("dynamodb", endpoint_url=url)
    finally:
        child.stop(30)


def kill(child: Child) -> None:
    os.kill(child.pid, signal.SIGKILL)


def stop(child: Child) -> None:
    child.stop(30)


def add(client: DynamoDBClient) -> int:
    """Count up in one item; return the new number."""
    request: Any = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    return int(
        client.update_item(TableName="board", Key=KEY, ReturnValues="ALL_NEW", **request)["Attributes"]["n"]["N"]
    )


@pytest.mark.parametrize("ends", [(kill, kill, stop, kill), (stop, kill, kill, stop)])
def test_each_answered_write_is_there_once_after_any_ends(tmp_path: Path, ends: tuple[Callable[[Child], None]]) -> None:
    written = 0
    for end in ends:
        with running(tmp_path) as (child, client):
            resources.create_table(client, "board")
            for _ in range(3):
                written += 1
                assert add(client) == written
            end(child)
    with running(tmp_path) as (_, client):
        assert client.get_item(TableName="board", Key=KEY)["Item"]["n"]["N"] == str(written)
        assert client.describe_time_to_live(TableName="board")["TimeToLiveDescription"]["AttributeName"] == "expires"


def test_a_refused_write_leaves_nothing_in_the_journal(tmp_path: Path) -> None:
    with running(tmp_path) as (child, client):
        resources.create_table(client, "board")
        size = sum(file.stat().st_size for file in tmp_path.glob("journal.*"))
        with pytest.raises(client.exceptions.ConditionalCheckFailedException):
            client.put_item(TableName="board", Item=KEY, ConditionExpression="attribute_exists(pk)")
        assert sum(file.stat().st_size for file in tmp_path.glob("journal.*")) == size
        kill(child)


def test_a_line_that_was_cut_off_is_no_write(tmp_path: Path) -> None:
    with running(tmp_path) as (child, client):
        resources.create_table(client, "board")
        add(client)
        kill(child)
    (journal,) = tmp_path.glob("journal.*")
    journal.write_bytes(journal.read_bytes()[:-1])
    with running(tmp_path) as (_, client):
        assert "Item" not in client.get_item(TableName="board", Key=KEY)
