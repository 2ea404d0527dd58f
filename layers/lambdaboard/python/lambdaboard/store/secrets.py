"""The API token in Secrets Manager."""

from __future__ import annotations

MAX_AGE = 300
"""Seconds for which a container keeps the token: a new one counts after five minutes at most."""


def token(secret_arn: str) -> str:
    """Return the secret's text (1 round trip every five minutes and container)."""
    # imported on first use: a developer's machine has no Secrets Manager, and tests need none
    from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415

    return str(parameters.get_secret(secret_arn, max_age=MAX_AGE))
