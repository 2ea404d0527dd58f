"""The API token, from Secrets Manager."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import base
from moto import mock_aws

from lambdaboard.store import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock(dt.datetime):
    """The clock of Powertools' cache, which a test moves on."""

    later = 0

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Clock:
        """Return the time that a test has made of it."""
        return super().now(tz) + dt.timedelta(seconds=cls.later)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clock]]:
    """The clock, and no provider that an earlier call has made."""
    monkeypatch.setattr(base, "datetime", Clock)
    monkeypatch.setattr(Clock, "later", 0)
    secrets._provider.cache_clear()
    yield Clock
    secrets._provider.cache_clear()


def test_a_token_is_read_once_and_a_new_one_counts_after_five_minutes(clock: type[Clock]) -> None:
    with mock_aws():
        manager = boto3.Session().client("secretsmanager")
        arn = manager.create_secret(Name="token", SecretString="old")["ARN"]
        assert secrets.token(arn) == "old"
        manager.put_secret_value(SecretId=arn, SecretString="new")
        clock.later = secrets.MAX_AGE - 5
        assert secrets.token(arn) == "old"
        clock.later = secrets.MAX_AGE + 5
        assert secrets.token(arn) == "new"
