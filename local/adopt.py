"""`make adopt`: gives a table that was restored what a restore leaves out, so that a stack can take it for its own.

With BUCKET the bucket belongs to this table from then on: the sweep of a stack removes no contents of another table's.
Prints the command of the cut-over. Each step may be repeated. Runs in SAM's own environment.
"""

import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import template
from local.deploy import choose_region

PATIENCE = {"Delay": 5, "MaxAttempts": 720}
"""An hour: a large table takes its time to be restored."""

OWNER = "table"
"""Key of the object that names the table that a bucket belongs to, as `lambdaboard.store.blobs` reads it."""


class NotOurs(Exception):  # noqa: N818 - not an error of the program
    """The table is none that the stack could work on; the message is for the person at the terminal."""


def adopt(client: Any, name: str) -> str:
    """Put stream, expiry, recovery and protection on a table; return the ARN of its stream.

    Args:
        client: of DynamoDB.
        name: of the table. It may still be in the making.

    Raises:
        NotOurs: it does not exist, or its keys or indexes are not those of template.yaml. Nothing was changed.
    """
    declared = template.properties("Table")
    found = _active(client, name)
    if _schema(found) != _schema(declared):
        raise NotOurs(f"{name} has other keys or indexes than template.yaml: {_schema(found)}")
    if "StreamSpecification" not in found:
        stream = {"StreamEnabled": True, **declared["StreamSpecification"]}
        client.update_table(TableName=name, StreamSpecification=stream)
    stream_arn = str(_active(client, name)["LatestStreamArn"])
    lives = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if lives not in {"ENABLED", "ENABLING"}:
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=declared["TimeToLiveSpecification"])
    recovery = declared["PointInTimeRecoverySpecification"]
    client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    client.update_table(TableName=name, DeletionProtectionEnabled=True)
    return stream_arn


def give_bucket(client: Any, bucket: str, name: str) -> None:
    """Write into a bucket that it belongs to the table of this name, whosever it was; `client` is one of S3."""
    client.put_object(Bucket=bucket, Key=OWNER, Body=name.encode())


def _active(client: Any, name: str) -> dict[str, Any]:
    try:
        client.describe_table(TableName=name)  # the waiter would wait for one that does not exist
    except client.exceptions.ResourceNotFoundException:
        raise NotOurs(f"there is no table {name} in {client.meta.region_name}") from None
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=PATIENCE)
    return dict(client.describe_table(TableName=name)["Table"])


def _schema(table: dict[str, Any]) -> dict[str, Any]:
    """Return keys and indexes, as the template or DescribeTable has them."""
    indexes = [*table.get("LocalSecondaryIndexes", []), *table.get("GlobalSecondaryIndexes", [])]
    return {
        "table": _keys(table),
        **{each["IndexName"]: (_keys(each), each["Projection"]["ProjectionType"]) for each in indexes},
    }


def _keys(schema: dict[str, Any]) -> dict[str, str]:
    return {each["KeyType"]: each["AttributeName"] for each in schema["KeySchema"]}


def main(name: str, bucket: str = "") -> int:
    """Adopt a table, and give it the bucket if one is named; return the exit status."""
    choose_region()
    if not name:
        print("make adopt: TABLE must name the table", file=sys.stderr)
        return 2
    try:
        stream_arn = adopt(boto3.client("dynamodb"), name)
        if bucket:
            give_bucket(boto3.client("s3"), bucket, name)
    except (NotOurs, ClientError, BotoCoreError) as error:
        print(f"make adopt: {error}", file=sys.stderr)
        return 1
    print(f'make deploy STAGE=prod PARAMETERS="ExistingTable={name} ExistingTableStream={stream_arn}"')
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
