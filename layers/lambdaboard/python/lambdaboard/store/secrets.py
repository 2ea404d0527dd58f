"""The API token in Secrets Manager, and for some minutes after a rotation the one before it."""

from __future__ import annotations

import hmac
import time
from typing import Any

import boto3
import msgspec
from botocore.config import Config

from lambdaboard.store.time_limit import limited

MAX_AGE = 300
"""Seconds for which a container keeps the token."""

MIN_AGE = 10
"""Seconds after which it is read again if a secret does not match: then a new token is accepted."""

GRACE = MAX_AGE + 60
"""Seconds after a rotation in which the old token is accepted, too: by then each container has the new one."""

REVOKES = "REVOKES_PREVIOUS"
"""A staging label of a token that replaces a leaked one; `make rotate REVOKE=1` sets it."""

SECRETS_MANAGER = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=1)


class _Version(msgspec.Struct, frozen=True):
    """The current token as it was read.

    Attributes:
        read_at: Unix seconds.
        previous_until: Unix seconds until which the previous token is accepted, too.
    """

    text: str
    read_at: float
    previous_until: float


class Token:
    """The application user's token.

    Args:
        secret_arn: of the secret.
        client: of Secrets Manager.
    """

    def __init__(self, secret_arn: str, client: Any) -> None:
        self._secret_arn = secret_arn
        self._client = client
        self._current = _Version("", 0, 0)
        self._previous: str | None = None

    @classmethod
    def connect(cls, secret_arn: str) -> Token:
        """Return the token of a secret; it is read when the first secret is compared."""
        # a client of the common session: a new session would read botocore's data again, at a cold start
        return cls(secret_arn, limited(boto3.client("secretsmanager", config=SECRETS_MANAGER)))

    def accepts(self, secret: bytes) -> bool:
        """Return whether a secret is the token, in constant time.

        1 round trip per five minutes and container; for a secret that is not the current token at most one per ten
        seconds, and one more in the minutes after a rotation.
        """
        if self._age() > MAX_AGE:
            self._read()
        if _equal(secret, self._current.text):
            return True
        if self._age() > MIN_AGE:
            self._read()
            if _equal(secret, self._current.text):
                return True
        return time.time() < self._current.previous_until and _equal(secret, self._previous_token())

    def _age(self) -> float:
        return time.time() - self._current.read_at

    def _read(self) -> None:
        found = self._client.get_secret_value(SecretId=self._secret_arn)
        is_revoking = REVOKES in found["VersionStages"]
        until = 0 if is_revoking else found["CreatedDate"].timestamp() + GRACE
        self._current = _Version(found["SecretString"], time.time(), until)
        self._previous = None

    def _previous_token(self) -> str:
        """Return the previous token; "" if there is none, which no secret equals."""
        if self._previous is None:
            try:
                asked: dict[str, Any] = {"SecretId": self._secret_arn, "VersionStage": "AWSPREVIOUS"}
                self._previous = self._client.get_secret_value(**asked)["SecretString"]
            except self._client.exceptions.ResourceNotFoundException:
                self._previous = ""
        return self._previous


def _equal(secret: bytes, token: str) -> bool:
    return bool(token) and hmac.compare_digest(secret, token.encode())
