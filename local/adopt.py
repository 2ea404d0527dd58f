"""`make adopt`: sets what a restore does not restore on a table, so that a stack can use it as its own.

With BUCKET the bucket belongs to this table from then on: `sweep` removes no contents of another table's bucket.
Prints the parameters for the deployment of a stack that uses the table. Each step may be repeated. Runs in SAM's own
environment.
"""

import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import template
from local.deploy import choose_region

PATIENCE = {"Delay": 5, "MaxAttempts": 720}
"""An hour: the restore of a large table takes long."""

OWNER = "table"
"""Key of the object with the name of the bucket's table, as in `lambdaboard.store.blobs`."""


class NotOurs(Exception):  # noqa: N818 - not an error of the program
    """The stack cannot use the table; the message is for the person at the terminal."""


def adopt(client: Any, name: str) -> str:
    """Switch on stream, expiry, recovery and protection of a table; return the ARN of its stream.

    Args:
        client: of DynamoDB.
        name: of the table. Its restore may still run.

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
    """Assign a bucket to the table of this name, also if it belonged to another one; `client` is one of S3."""
    client.put_object(Bucket=bucket, Key=OWNER, Body=name.encode())


def _active(client: Any, name: str) -> dict[str, Any]:
    try:
        client.describe_table(TableName=name)  # the waiter would wait for one that does not exist
    except client.exceptions.ResourceNotFoundException:
        raise NotOurs(f"there is no table {name} in {client.meta.region_name}") from None
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=PATIENCE)
    return dict(client.describe_table(TableName=name)["Table"])


def _schema(table: dict[str, Any]) -> dict[str, Any]:
    """Return keys and indexes from the template or from DescribeTable."""
    indexes = [*table.get("LocalSecondaryIndexes", []), *table.get("GlobalSecondaryIndexes", [])]
    return {
        "table": _keys(table),
        **{each["IndexName"]: (_keys(each), each["Projection"]["ProjectionType"]) for each in indexes},
    }


def _keys(schema: dict[str, Any]) -> dict[str, str]:
    return {each["KeyType"]: each["AttributeName"] for each in schema["KeySchema"]}


def main(name: str, bucket: str = "") -> int:
    """Adopt a table, and assign the bucket to it if one is named; return the exit status."""
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
    print(f"ExistingTable={name} ExistingTableStream={stream_arn}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
