"""The API token, from Secrets Manager: how long it is kept, and how one follows the other (docs/operations.md)."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from local import rotate
from moto import mock_aws
from tests.clock import Clock

from lambdaboard.store import secrets
from lambdaboard.store.secrets import GRACE, MAX_AGE, MIN_AGE, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from time_machine import TimeMachineFixture

DAY = 86_400


class Secret:
    """A secret in Secrets Manager.

    Attributes:
        arn: of it.
        asked: the stages that containers asked for.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self.arn = manager.create_secret(Name=uuid.uuid4().hex, SecretString="old")["ARN"]
        self.asked: list[str] = []

    def rotate(self, token: str, *, revoke: bool = False) -> None:
        """Put a new token into it."""
        stages = ["AWSCURRENT", *([secrets.REVOKES] if revoke else [])]
        self._manager.put_secret_value(SecretId=self.arn, SecretString=token, VersionStages=stages)

    def container(self) -> Token:
        """Return the token as a container that was started now keeps it."""
        client = boto3.Session().client("secretsmanager")
        client.meta.events.register("before-parameter-build.secretsmanager.GetSecretValue", self._heard)
        return Token(self.arn, client)

    def _heard(self, params: dict[str, Any], **_: Any) -> None:
        self.asked.append(params.get("VersionStage", "AWSCURRENT"))


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> Clock:
    return Clock(time_machine, time.time())


@pytest.fixture
def secret(clock: Clock) -> Iterator[Secret]:
    """A secret that was made a day ago."""
    with mock_aws():
        secret = Secret(boto3.Session().client("secretsmanager"))
        clock.now += DAY
        yield secret


def test_the_token_is_read_once_in_five_minutes(secret: Secret, clock: Clock) -> None:
    container = secret.container()
    for _ in range(3):
        assert container.accepts(b"old")
        clock.now += MAX_AGE // 3
    assert secret.asked == ["AWSCURRENT"]
    clock.now += 1
    assert container.accepts(b"old")
    assert secret.asked == ["AWSCURRENT"] * 2


def test_wrong_secrets_do_not_make_it_read_more_than_once_in_ten_seconds(secret: Secret, clock: Clock) -> None:
    container = secret.container()
    assert container.accepts(b"old")
    for _ in range(100):
        assert not container.accepts(b"wrong")
    assert not container.accepts(b"")
    assert secret.asked == ["AWSCURRENT"]
    clock.now += MIN_AGE + 1
    for _ in range(100):
        assert not container.accepts(b"wrong")
    assert secret.asked == ["AWSCURRENT"] * 2


def test_at_a_rotation_no_container_refuses_the_old_token_for_six_minutes_nor_the_new_one_after_ten_seconds(
    secret: Secret, clock: Clock
) -> None:
    containers = [secret.container()]
    assert containers[0].accepts(b"old")
    clock.now += 10
    secret.rotate("new")
    rotated_at = clock.now
    while clock.now < rotated_at + GRACE - 1:
        containers = [containers[0], *containers[-20:], secret.container()]
        for each in containers:
            assert each.accepts(b"old")
            assert each.accepts(b"new") or clock.now < rotated_at + MIN_AGE
        clock.now += 7
    clock.now = rotated_at + GRACE + 1
    for each in containers:
        assert not each.accepts(b"old")
        assert each.accepts(b"new")


def test_the_token_before_is_not_asked_for_when_its_time_is_over_nor_for_a_caller_who_has_the_new_one(
    secret: Secret, clock: Clock
) -> None:
    secret.rotate("new")
    container = secret.container()
    assert container.accepts(b"new")
    clock.now += GRACE + 1
    assert not container.accepts(b"old")
    assert not secret.container().accepts(b"old")
    assert set(secret.asked) == {"AWSCURRENT"}


def test_a_token_that_has_leaked_is_refused_by_all_that_have_read_the_new_one_and_is_never_asked_for(
    secret: Secret, clock: Clock
) -> None:
    kept = secret.container()
    assert kept.accepts(b"old")
    secret.rotate("new", revoke=True)
    assert not secret.container().accepts(b"old")
    clock.now += MAX_AGE + 1
    assert not kept.accepts(b"old")
    assert kept.accepts(b"new")
    assert set(secret.asked) == {"AWSCURRENT"}


def test_an_ordinary_rotation_after_one_that_revoked_lets_its_own_predecessor_count(
    secret: Secret, clock: Clock
) -> None:
    secret.rotate("second", revoke=True)
    clock.now += DAY
    secret.rotate("third")
    container = secret.container()
    assert container.accepts(b"second")
    assert not container.accepts(b"old")


def test_a_new_secret_has_no_token_before(clock: Clock) -> None:
    with mock_aws():
        container = Secret(boto3.Session().client("secretsmanager")).container()
        assert container.accepts(b"old")
        assert not container.accepts(b"other")
        assert not container.accepts(b"")


@pytest.mark.parametrize("revoke", [False, True])
def test_make_rotate_makes_a_token_of_forty_letters_and_digits_and_tells_the_functions_of_a_leak(
    clock: Clock, *, revoke: bool
) -> None:
    with mock_aws():
        manager: Any = boto3.Session().client("secretsmanager")
        secret = Secret(manager)
        rotate.rotate(manager, secret.arn, revoke=revoke)
        made = manager.get_secret_value(SecretId=secret.arn)["SecretString"]
        assert len(made) == 40
        assert made.isalnum()
        container = secret.container()
        assert container.accepts(made.encode())
        assert container.accepts(b"old") is not revoke


def test_the_label_of_make_rotate_is_the_one_that_the_functions_look_for() -> None:
    assert rotate.REVOKES == secrets.REVOKES
