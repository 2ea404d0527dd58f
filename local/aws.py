"""The local AWS: ministack for everything, or DynamoDB Local for the table and ministack for the rest."""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.process import Child, module
from local.settings import ROOT, Settings, SettingsError

SIMULATOR = "amplify-dynamodb-simulator@2.9.30"  # the npm package that carries AWS's own jar; not ours to redistribute
STOP_TIMEOUT = 30  # seconds to save everything


@contextlib.contextmanager
def local_aws(settings: Settings) -> Iterator[tuple[dict[str, str], list[Child]]]:
    """Start the local AWS and stop it at the end, saved.

    Yields:
        The environment in which boto3 finds it, and its processes.
    """
    with locked(settings.data), contextlib.ExitStack() as stack:
        started: list[Child] = []
        ports = {"AWS_ENDPOINT_URL": _start_ministack(settings, stack, started)}
        if settings.engine == "dynamodb-local":
            ports["AWS_ENDPOINT_URL_DYNAMODB"] = _start_dynamodb_local(settings, stack, started)
        ports.setdefault("AWS_ENDPOINT_URL_DYNAMODB", ports["AWS_ENDPOINT_URL"])
        ports["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = ports["AWS_ENDPOINT_URL_DYNAMODB"]
        for service in ("S3", "SECRETS_MANAGER"):
            ports[f"AWS_ENDPOINT_URL_{service}"] = ports["AWS_ENDPOINT_URL"]
        yield _client_environment({name: f"http://127.0.0.1:{port}" for name, port in ports.items()}), started


def _client_environment(endpoints: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which boto3 reaches these endpoints and, by no mistake, a real account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    loopback = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"]))
    return {
        **kept,
        **endpoints,
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
    """Hold the data folder: two servers on one would overwrite each other's data."""
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


def _start_ministack(settings: Settings, stack: contextlib.ExitStack, started: list[Child]) -> int:
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(settings.data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(settings.data / "s3"),
        "LOG_LEVEL": "WARNING",
    }
    child = Child.start("ministack", module("ministack"), environment, log=settings.data / "ministack.log")
    started.append(child)
    stack.callback(child.stop, STOP_TIMEOUT)
    return port


def _start_dynamodb_local(settings: Settings, stack: contextlib.ExitStack, started: list[Child]) -> int:
    port = free_port()
    child = dynamodb_local(settings, port)
    started.append(child)
    stack.callback(child.stop, STOP_TIMEOUT)
    return port


def dynamodb_local(settings: Settings, port: int) -> Child:
    """Start DynamoDB Local on the data folder; tables that are there already are served again."""
    emulator = _fetched_emulator(ROOT / ".cache" / "dynamodb-local")
    tables = settings.data / "dynamodb"
    tables.mkdir(exist_ok=True)
    command = [
        *("java", "-Xmx512m", f"-Djava.library.path={emulator / 'DynamoDBLocal_lib'}"),
        *("-cp", _class_path(emulator), "Loopback", "-dbPath", str(tables), "-sharedDb"),
        *("-port", str(port), "-disableTelemetry"),
    ]
    return Child.start("DynamoDB Local", command, os.environ, log=settings.data / "dynamodb-local.log")


def _class_path(emulator: Path) -> str:
    return os.pathsep.join(
        [str(emulator.parent.parent), str(emulator / "DynamoDBLocal.jar"), str(emulator / "DynamoDBLocal_lib" / "*")]
    )


def _fetched_emulator(cache: Path) -> Path:
    """Return the folder of DynamoDB Local, fetched (56 MB) and made to listen on 127.0.0.1 alone the first time."""
    for program, package in {"java": "a Java runtime", "javac": "a JDK, version 17 or newer", "npm": "npm"}.items():
        if shutil.which(program) is None:
            raise SettingsError(
                f"ENGINE=dynamodb-local needs {package}: there is no `{program}` here. ENGINE=ministack does without"
            )
    emulator = cache / "package" / "emulator"
    if (cache / "Loopback.class").exists():
        return emulator
    print("Fetching DynamoDB Local, once …", flush=True)
    cache.mkdir(parents=True, exist_ok=True)
    try:
        archive = _output("npm", "pack", "--silent", SIMULATOR, "--pack-destination", str(cache)).split()[-1]
        with tarfile.open(cache / archive) as packed:
            packed.extractall(cache, filter="data")
        (cache / archive).unlink()
        _output("javac", "-cp", _class_path(emulator), "-d", str(cache), str(ROOT / "local" / "Loopback.java"))
    except subprocess.CalledProcessError as error:
        raise SettingsError(f"DynamoDB Local could not be fetched: {error.stderr.strip()}") from error
    return emulator


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, seconds: float = 20) -> None:
    """Wait until something accepts connections at `url`.

    Raises:
        TimeoutError: nothing did.
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
