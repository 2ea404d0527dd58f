"""The drill of docs/operations.md: lost data is restored to a new table and bucket, and the stack changes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from local import adopt, resources
from tests.deployed.stack import Stack
from tests.deployed.test_lifecycle import Written
from tests.deployed.test_repairs import soon

from lambdaboard.store.blobs import OWNER

if TYPE_CHECKING:
    from tests.deployed.account import Account
    from tests.deployed.stack import Package


def restored_table(account: Account, source: str, target: str) -> None:
    """Make a table as RestoreTableToPointInTime does: items, keys, indexes; no stream, expiry or protection."""
    client = account.client("dynamodb")
    properties = resources.table_properties()
    del properties["StreamSpecification"]
    client.create_table(TableName=target, **properties)
    for page in client.get_paginator("scan").paginate(TableName=source):
        for item in page["Items"]:
            client.put_item(TableName=target, Item=item)


def copied_bucket(account: Account, source: str, target: str) -> None:
    client = account.client("s3")
    client.create_bucket(Bucket=target)
    for each in client.list_objects_v2(Bucket=source).get("Contents", []):
        client.copy_object(Bucket=target, Key=each["Key"], CopySource={"Bucket": source, "Key": each["Key"]})


def lose_everything(account: Account, table: str) -> None:
    client = account.client("dynamodb")
    for item in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


@pytest.fixture(scope="module")
def drilled(account: Account, package: Package) -> tuple[Stack, Written, dict[str, str]]:
    """A stack that lost its table and changed to a restored one and to a copy of its bucket; and its state before."""
    stack = Stack.create(account, "drill", package)
    written = Written.on(stack)
    before = {**stack.outputs, "token": stack.token}
    assert stack.invoke("SweepFunction", {"repair": True})["complete"]
    restored_table(account, before["Table"], "restored")
    copied_bucket(account, before["Bucket"], "copy-of-the-bucket")
    lose_everything(account, before["Table"])
    stream = adopt.adopt(account.client("dynamodb"), "restored")
    adopt.give_bucket(account.client("s3"), "copy-of-the-bucket", "restored")
    others = {"ExistingTable": "restored", "ExistingTableStream": stream, "ExistingBucket": "copy-of-the-bucket"}
    stack.update(package, **others)
    return Stack(account, stack.name), written, before


def test_everything_reads_as_before_at_the_same_address_with_the_same_token(
    drilled: tuple[Stack, Written, dict[str, str]],
) -> None:
    stack, written, before = drilled
    assert written.is_there(stack)
    assert {name: value for name, value in before.items() if stack.outputs.get(name) != value} == {
        "Table": before["Table"],
        "Bucket": before["Bucket"],
        "token": stack.token,
    }
    assert before["token"] == stack.token


def test_the_daily_repair_takes_the_bucket_for_its_own(drilled: tuple[Stack, Written, dict[str, str]]) -> None:
    stack, _, _ = drilled
    assert "bucket of another table" not in stack.invoke("SweepFunction", {"repair": True})["found"]


def test_what_is_written_and_removed_then_goes_to_the_new_places_and_cascade_hears_of_it(
    drilled: tuple[Stack, Written, dict[str, str]],
) -> None:
    stack, _, _ = drilled
    written = Written.on(stack)
    assert written.is_there(stack)
    assert stack.call("removeTask", written.task["id"]) is True
    soon(stack, written.task, set())


def test_the_table_and_the_bucket_of_before_are_kept(
    account: Account, drilled: tuple[Stack, Written, dict[str, str]]
) -> None:
    _, _, before = drilled
    assert account.client("dynamodb").describe_table(TableName=before["Table"])
    assert account.client("s3").list_objects_v2(Bucket=before["Bucket"])["KeyCount"] == 2
    assert (
        account.client("s3").get_object(Bucket=before["Bucket"], Key=OWNER)["Body"].read().decode() == before["Table"]
    )


def test_a_restored_table_has_stream_expiry_recovery_and_protection_again_and_adopting_may_be_repeated(
    account: Account, drilled: tuple[Stack, Written, dict[str, str]]
) -> None:
    stack, _, _ = drilled
    client: Any = account.client("dynamodb")
    stream = adopt.adopt(client, "restored")
    assert stream == stack.parameters()["ExistingTableStream"]
    table = client.describe_table(TableName="restored")["Table"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["DeletionProtectionEnabled"] is True
    lives = client.describe_time_to_live(TableName="restored")["TimeToLiveDescription"]
    assert lives == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    backups = client.describe_continuous_backups(TableName="restored")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_table_of_another_schema_is_not_adopted(account: Account) -> None:
    client: Any = account.client("dynamodb")
    client.create_table(
        TableName="foreign",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    with pytest.raises(adopt.NotOurs, match="other keys or indexes"):
        adopt.adopt(client, "foreign")
    assert "StreamSpecification" not in client.describe_table(TableName="foreign")["Table"]
