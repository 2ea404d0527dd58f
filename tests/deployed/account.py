"""A local AWS account for the tests: ministack on a free port of this machine, with enforced roles."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from local.aws import free_port
from local.process import Child, module

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION, NUMBER = "us-east-1", "000000000000"
RUNTIME = (3, 13)
PATIENCE = 30  # seconds to start or to end
USED_ACTIONS = "used-actions.txt"

Credentials = dict[str, str]

ROOT_USER = {"aws_access_key_id": "root", "aws_secret_access_key": "secret-of-root"}
SESSION = boto3.Session()  # knows the services once it has made a client of each, which takes 100 ms
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Account:
    """A running local AWS.

    Attributes:
        url: where it listens.
        folder: for its files, and ours.
    """

    url: str
    folder: Path

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        """Return a boto3 client, the root user's unless `credentials` are given."""
        # one attempt, so that a refusal is visible at once
        config = Config(
            retries={"total_max_attempts": 1}, read_timeout=120, proxies={}, s3={"addressing_style": "path"}
        )
        given: Any = {"endpoint_url": self.url, "config": config, "region_name": REGION}
        return SESSION.client(service, **given, **(credentials or ROOT_USER))  # type: ignore[call-overload]

    def credentials_of(self, role: str) -> Credentials:
        """Return the credentials of a function with this role."""
        arn = f"arn:aws:iam::{NUMBER}:role/{role}"
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def environment(self) -> dict[str, str]:
        """Return an environment in which other programs find this account and no real one."""
        ours = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ROOT_USER["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": ROOT_USER["aws_secret_access_key"],
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return _without_aws() | ours


def _without_aws() -> dict[str, str]:
    """Return our environment without variables for an AWS account, or for a proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    loopback = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"]))
    return kept | {"NO_PROXY": loopback, "no_proxy": loopback}


@contextlib.contextmanager
def local_account(folder: Path, *, host: str = "127.0.0.1") -> Iterator[Account]:
    """Start a local AWS that keeps everything in cache and in `folder`; stop it at the end.

    Args:
        folder: for its files, and ours.
        host: the address that it listens on.

    Raises:
        RuntimeError: it cannot run functions, or does not start.
    """
    if sys.version_info[:2] != RUNTIME:
        raise RuntimeError(
            "The local AWS runs functions with its own Python, and the layers are built for 3.13, but .venv has "
            f"{sys.version_info[0]}.{sys.version_info[1]}. `make clean test-deployed PYTHON=python3.13` makes it anew."
        )
    port, temporary = free_port(), folder / "tmp"
    temporary.mkdir()
    environment = {
        **_without_aws(),
        **{name.upper(): value for name, value in ROOT_USER.items()},
        "AUTH": "true",
        "BIND_HOST": host,
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "PYTHONDONTWRITEBYTECODE": "1",  # as on Lambda's read-only file system
        "TMPDIR": str(temporary),
        "USED_ACTIONS": str(folder / USED_ACTIONS),
    }
    log = folder / "ministack.log"
    child = Child.start("ministack", module("tests.deployed.ministack_without_waits"), environment, log=log)
    try:
        account = Account(f"http://{host}:{port}", folder)
        _wait_for(account, child, log)
        yield account
    finally:
        child.stop(PATIENCE)


def _wait_for(account: Account, child: Child, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while child.exit_code is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), DIRECT.open(f"{account.url}/_ministack/health") as answer:
            if json.load(answer):
                return
        time.sleep(0.02)
    raise RuntimeError(f"ministack does not start:\n{log.read_text()}")
