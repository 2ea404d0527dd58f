"""What the development server and the tests take from template.yaml."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from local import resources, template
from local.settings import Settings, SettingsError
from moto import mock_aws


@pytest.fixture
def table() -> Any:
    """The table as DynamoDB describes it, made twice."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        resources.create_table(client, "t")
        resources.create_table(client, "t")
        yield {
            **client.describe_table(TableName="t")["Table"],
            "ttl": client.describe_time_to_live(TableName="t")["TimeToLiveDescription"],
        }


def sort_key(index: Any) -> str:
    return str(next(key["AttributeName"] for key in index["KeySchema"] if key["KeyType"] == "RANGE"))


def test_the_table_has_the_indexes_of_the_design(table: Any) -> None:
    assert {
        i["IndexName"]: (sort_key(i), i["Projection"]["ProjectionType"]) for i in table["LocalSecondaryIndexes"]
    } == {
        "by_status": ("by_status", "ALL"),
        "by_lane": ("l", "KEYS_ONLY"),
        "by_reference": ("by_reference", "INCLUDE"),
        "by_due": ("by_due", "INCLUDE"),
    }
    (shard,) = table["GlobalSecondaryIndexes"]
    assert (shard["IndexName"], shard["KeySchema"][0]["AttributeName"]) == ("by_due_shard", "due_shard")


def test_the_table_has_stream_billing_and_time_to_live(table: Any) -> None:
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ttl"] == {"AttributeName": "expires", "TimeToLiveStatus": "ENABLED"}


def test_making_the_bucket_twice_keeps_what_is_in_it() -> None:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        resources.create_bucket(client, "files")
        client.put_object(Bucket="files", Key="k", Body=b"x")
        resources.create_bucket(client, "files")
        assert client.list_objects_v2(Bucket="files")["KeyCount"] == 1


NAMES = {"Table": "t", "Bucket": "b"}


def test_functions_get_the_defaults_of_the_template() -> None:
    environment = template.environment({}, NAMES)
    assert environment["TABLE_NAME"] == "t"
    assert environment["DEFAULT_COLUMNS"] == "Backlog, Ready, Work in progress, Done"
    assert environment["WIRE_FORMAT"] == "documented"
    assert environment["BATCH_LIMIT"] == "200"


def test_settings_of_the_caller_go_before_the_defaults() -> None:
    given = {"WIRE_FORMAT": "native", "BASE_URL": "https://board.example", "BATCH_LIMIT": "10", "TABLE_NAME": "other"}
    assert given.items() - {("TABLE_NAME", "other")} <= template.environment(given, NAMES).items()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WIRE_FORMAT", "xml"),
        ("DATE_FORMAT", "m-d-Y"),
        ("DEFAULT_COLOR", "beige"),
        ("DEFAULT_COLUMNS", ""),
        ("DEFAULT_COLUMNS", "a,,b"),
        ("DEFAULT_SWIMLANE", " "),
        ("BASE_URL", "board.example"),
        ("BASE_URL", "https://board.example/"),
        ("BATCH_LIMIT", "0"),
        ("BATCH_LIMIT", "many"),
        ("TIMEZONE", "Europe/Ber lin"),
    ],
)
def test_a_setting_that_the_template_would_refuse_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        template.environment({name: value}, NAMES)


def test_every_default_is_one_that_the_template_accepts() -> None:
    for name, parameter in template.template()["Parameters"].items():
        assert template.fault(parameter, str(parameter["Default"])) == "", name
        assert parameter["Description"], name


def test_the_token_is_made_once_and_kept_from_others(tmp_path: Any) -> None:
    first = Settings.from_environment({"DATA_DIR": str(tmp_path / "data")})
    again = Settings.from_environment({"DATA_DIR": str(tmp_path / "data")})
    assert first.token == again.token
    assert (len(first.token), first.token.isalnum()) == (40, True)
    assert (tmp_path / "data" / "token").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("PORT", "70000"), ("ENGINE", "sqlite"), ("WORKERS", "0")]
)
def test_a_setting_of_the_server_that_makes_no_sense_is_named(name: str, value: str, tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value, "DATA_DIR": str(tmp_path)})
