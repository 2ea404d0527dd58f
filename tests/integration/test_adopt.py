"""`make adopt`: a restored table gets what a restore leaves out, and a bucket where it takes over permanently."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from local import adopt, resources
from tests.conftest import BUCKET, TABLE
from tests.disturbances import nothing_is_too_young

from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdaboard.store.stores import Stores

RESTORED = "restored"


@pytest.fixture
def _restored(stores: Stores) -> Iterator[None]:
    """A table as RestoreTableToPointInTime makes it."""
    client: Any = boto3.client("dynamodb")
    properties = resources.table_properties()
    del properties["StreamSpecification"]
    client.create_table(TableName=RESTORED, **properties)
    yield
    client.update_table(TableName=RESTORED, DeletionProtectionEnabled=False)
    client.delete_table(TableName=RESTORED)


@pytest.fixture
def _usual_region(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """The region is that of the tests."""
    monkeypatch.delenv("AWS_REGION", raising=False)


def repaired(stores: Stores) -> dict[str, int]:
    return dict(Sweep(stores, repair=True, has_time=lambda: True).run().found)


pytestmark = pytest.mark.usefixtures("_usual_region")


@pytest.mark.usefixtures("_restored")
def test_a_table_that_is_adopted_alone_leaves_the_bucket_whose_it_is(
    stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    stores.blobs.claim(TABLE)
    assert adopt.main(RESTORED) == 0
    assert capsys.readouterr().out.startswith(f"ExistingTable={RESTORED} ExistingTableStream=arn:")
    assert stores.blobs.owner() == TABLE


@pytest.mark.usefixtures("_restored")
def test_a_table_that_takes_over_for_good_gets_the_bucket_and_its_sweep_removes_contents_again(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_is_too_young(monkeypatch)
    stores.blobs.put("1/2/abc", b"lost")
    assert adopt.main(RESTORED, BUCKET) == 0
    assert stores.blobs.owner() == RESTORED
    assert repaired(stores) == {"bucket of another table": 1}
    for _ in range(2):  # it may be repeated
        assert adopt.main(TABLE, BUCKET) == 0
    assert repaired(stores) == {"content without a record": 1}
    boto3.client("dynamodb").update_table(TableName=TABLE, DeletionProtectionEnabled=False)


@pytest.mark.usefixtures("_restored")
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["typo"], "there is no table typo in us-east-1"),
        (["typo", BUCKET], "there is no table typo in us-east-1"),
        ([RESTORED, "no-such-bucket"], "NoSuchBucket"),
    ],
)
def test_what_is_not_there_is_told_at_once_in_one_line(
    stores: Stores, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    begun = time.monotonic()
    assert adopt.main(*arguments) == 1
    assert time.monotonic() - begun < 4, "it waited"
    told = capsys.readouterr()
    assert told.out == ""
    assert problem in told.err
    assert len(told.err.splitlines()) == 1
    assert stores.blobs.owner() is None


def test_a_table_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert adopt.main("") == 2
    assert "TABLE must name the table" in capsys.readouterr().err
