"""The API token in Secrets Manager."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdaboard.store.time_limit import limited

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

MAX_AGE = 300
"""Seconds for which a container keeps the token: a new one counts after five minutes at most."""

SECRETS_MANAGER = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=1)


def token(secret_arn: str) -> str:
    """Return the secret's text (1 round trip every five minutes and container)."""
    return str(_provider().get(secret_arn, max_age=MAX_AGE))


@cache
def _provider() -> SecretsProvider:
    # imported on first use: a developer's machine has no Secrets Manager
    from aws_lambda_powertools.utilities.parameters import SecretsProvider  # noqa: PLC0415

    # a client of the session that all others are of: a new session reads botocore's data once more, at a cold start
    return SecretsProvider(boto3_client=limited(boto3.client("secretsmanager", config=SECRETS_MANAGER)))
