"""The local AWS: an engine for DynamoDB (`local.engines`), and ministack for the rest."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from local import engines
from local.process import Child
from local.settings import Settings, SettingsError

STOP_TIMEOUT = 30  # seconds to save everything

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
"""The variables that functions get from our environment, which may have secrets of other programs."""


@contextlib.contextmanager
def local_aws(settings: Settings) -> Iterator[tuple[dict[str, str], list[Child]]]:
    """Start the local AWS; at the end, save its data and stop it.

    Yields:
        The environment in which boto3 finds it, and its processes; the last one is DynamoDB.
    """
    with locked(settings.data), noted(settings.data), contextlib.ExitStack() as stack:
        chosen = engines.chosen(settings.data, settings.engine)
        needed = dict.fromkeys([engines.MINISTACK, chosen])
        ports = {engine: free_port() for engine in needed}
        children = [engines.start(engine, settings.data, port) for engine, port in ports.items()]
        for child in children:
            stack.callback(child.stop, STOP_TIMEOUT)
        urls = {engine: f"http://127.0.0.1:{port}" for engine, port in ports.items()}
        yield _client_environment(urls[engines.MINISTACK], urls[chosen]), children


def _client_environment(url: str, dynamodb_url: str) -> dict[str, str]:
    """Return an environment in which boto3 reaches these endpoints, and never a real account."""
    loopback = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"]))
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "AWS_ENDPOINT_URL": url,
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": url,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": dynamodb_url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": loopback,
        "no_proxy": loopback,
    }


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    """Lock the data folder: two servers would overwrite each other's data."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataInUseError(
                f"{data} is in use by another `make run`; stop that one, or give this one a DATA_DIR"
            ) from error
        yield


class DataInUseError(SettingsError):
    """Another process runs on the same data folder."""


@contextlib.contextmanager
def noted(data: Path) -> Iterator[None]:
    """Print a message if the last run on the data was interrupted: a file exists during each run."""
    note = data / "running"
    if note.exists():
        print(
            "The last run was interrupted. Answered calls are kept; `make sweep` finds leftovers of others.", flush=True
        )
    note.touch()
    yield
    note.unlink()


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, seconds: float = 20) -> None:
    """Wait until a server accepts connections at `url`.

    Raises:
        TimeoutError: none did.
    """
    host, _, port = url.removeprefix("http://").partition(":")
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing answers at {url}") from None
            time.sleep(0.02)
        else:
            return
