"""The table and the bucket of template.yaml, created on moto, ministack or DynamoDB Local."""

import copy
import os
from typing import TYPE_CHECKING, Any

import boto3

from local import aws, template

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client

# Properties that CloudFormation sets by other calls than CreateTable, or that the local engines reject.
_NOT_OF_CREATE_TABLE = (
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "TimeToLiveSpecification",
)


def table_properties() -> dict[str, Any]:
    """Return the arguments of `create_table` except the name: keys, indexes, billing, stream."""
    properties = copy.deepcopy(template.properties("Table"))
    for name in _NOT_OF_CREATE_TABLE:
        properties.pop(name, None)
    properties["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return dict(properties)


def create_table(client: "DynamoDBClient", name: str) -> None:
    """Create the table, with its time to live; an existing one does not change."""
    try:
        client.create_table(TableName=name, **table_properties())
    except client.exceptions.ResourceInUseException:
        return
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    lifetime: Any = dict(template.properties("Table")["TimeToLiveSpecification"])
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=lifetime)


def create_bucket(client: "S3Client", name: str) -> None:
    """Create the bucket; an existing one does not change."""
    try:
        client.create_bucket(Bucket=name)
    except client.exceptions.BucketAlreadyOwnedByYou:
        return


def make_all() -> None:
    """Create missing ones on the local AWS of the environment, once it has started."""
    aws.wait_for(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    create_table(boto3.client("dynamodb"), os.environ["TABLE_NAME"])
    aws.wait_for(os.environ["AWS_ENDPOINT_URL_S3"])
    create_bucket(boto3.client("s3"), os.environ["BUCKET_NAME"])
