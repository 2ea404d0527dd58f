"""`make copy TO=<folder> ENGINE=<engine>`: copy the data of `make run` into an empty folder, for another engine."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from local import resources
from local.aws import local_aws, wait_for
from local.functions import NAMES
from local.settings import ROOT, Settings, SettingsError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TABLE = NAMES["Table"]
BATCH = 25  # items of one request


@contextmanager
def table_of(settings: Settings) -> Iterator["DynamoDBClient"]:
    """Start the local AWS on a data folder; yield a client of its table, which is created if it is missing."""
    with local_aws(settings) as (environment, _):
        url = environment["AWS_ENDPOINT_URL_DYNAMODB"]
        wait_for(url)
        session = boto3.Session("test", "test", region_name="us-east-1")
        client = session.client("dynamodb", endpoint_url=url)
        resources.create_table(client, TABLE)
        yield client


def copy_items(source: "DynamoDBClient", target: "DynamoDBClient") -> int:
    """Copy all items of the table to an empty one; return their number."""
    copied = 0
    for page in source.get_paginator("scan").paginate(TableName=TABLE):
        puts: list[Any] = [{"PutRequest": {"Item": item}} for item in page["Items"]]
        for first in range(0, len(puts), BATCH):
            left: Any = {TABLE: puts[first : first + BATCH]}
            while left:
                left = target.batch_write_item(RequestItems=left).get("UnprocessedItems")
        copied += len(puts)
    return copied


def copy(settings: Settings, to: Path, engine: str) -> int:
    """Copy everything; return the number of items.

    Raises:
        SettingsError: the folder is not empty, or one of the two is in use.
    """
    if to.exists() and any(to.iterdir()):
        raise SettingsError(f"{to} is not empty")
    to.mkdir(parents=True, exist_ok=True)
    if (settings.data / "token").exists():
        shutil.copy2(settings.data / "token", to)
    if (settings.data / "s3").exists():
        shutil.copytree(settings.data / "s3", to / "s3")
    with (
        table_of(replace(settings, engine="")) as source,
        table_of(replace(settings, data=to, engine=engine)) as target,
    ):
        return copy_items(source, target)


def main() -> int:
    """Copy from DATA_DIR to TO, for ENGINE."""
    os.umask(0o077)
    to = os.environ.get("TO")
    if not to:
        print("make copy: TO=<folder> is missing", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment()
        print(f"{copy(settings, ROOT / to, settings.engine)} items copied to {to}")
    except SettingsError as error:
        print(f"make copy: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
