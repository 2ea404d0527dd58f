"""The API token, from Secrets Manager."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import boto3
from moto import mock_aws

from lambdaboard.store import secrets

if TYPE_CHECKING:
    from time_machine import TimeMachineFixture


def test_a_token_is_read_once_and_a_new_one_counts_after_five_minutes(time_machine: TimeMachineFixture) -> None:
    with mock_aws():
        manager = boto3.Session().client("secretsmanager")
        arn = manager.create_secret(Name="token", SecretString="old")["ARN"]
        assert secrets.token(arn) == "old"
        manager.put_secret_value(SecretId=arn, SecretString="new")
        read_at = time.time()
        time_machine.move_to(read_at + secrets.MAX_AGE - 5)
        assert secrets.token(arn) == "old"
        time_machine.move_to(read_at + secrets.MAX_AGE + 5)
        assert secrets.token(arn) == "new"
