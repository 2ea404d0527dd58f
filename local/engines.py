"""The engine for DynamoDB: AWS's DynamoDB Local if Java and npm are installed, else ministack, which is also the S3.

Both keep every answered write after any end. A data folder keeps its first engine.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from local.process import Child, module
from local.settings import ENGINES, ROOT, SettingsError

MINISTACK, DYNAMODB_LOCAL = ENGINES
INTEGRITY = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="  # its SHA-512
SIMULATOR = "amplify-dynamodb-simulator@2.9.30"  # the npm package with AWS's own jar, which we may not redistribute
CACHE = ROOT / ".cache" / "dynamodb-local"
EMULATOR = CACHE / "package" / "emulator"
PROGRAMS = {"java": "a Java runtime", "javac": "a JDK, version 17 or newer", "npm": "npm"}


def chosen(data: Path, wanted: str) -> str:
    """Return the engine of a data folder, and store the choice there.

    Args:
        data: the folder.
        wanted: one of `ENGINES`; "" for the best one that can run here.

    Raises:
        SettingsError: the folder has another one, or the wanted one cannot run here.
    """
    begun = of(data)
    if begun and wanted not in {"", begun}:
        copy = f"`make copy TO=<another folder> ENGINE={wanted}` copies it"
        raise SettingsError(f"the data in {data} uses ENGINE={begun}: {copy}")
    engine = begun or wanted or (DYNAMODB_LOCAL if not lacking() and _can_be_fetched() else MINISTACK)
    if engine == DYNAMODB_LOCAL:
        fetch()
    (data / "engine").write_text(engine)
    return engine


def of(data: Path) -> str:
    """Return the engine of a data folder; "" if it has none yet."""
    file = data / "engine"
    return file.read_text().strip() if file.exists() else ""


def usable() -> list[str]:
    """Return the engines that can run here."""
    return [MINISTACK] if lacking() else [MINISTACK, DYNAMODB_LOCAL]


def lacking() -> list[str]:
    """Return the programs that DynamoDB Local needs and that are missing."""
    return [package for program, package in PROGRAMS.items() if shutil.which(program) is None]


def _can_be_fetched() -> bool:
    try:
        fetch()
    except SettingsError as error:
        print(f"{error}; using ministack", flush=True)
        return False
    return True


def fetch() -> None:
    """Download DynamoDB Local (56 MB), the first time, and make it listen on 127.0.0.1 only; SettingsError."""
    if missing := lacking():
        raise SettingsError(f"ENGINE=dynamodb-local needs {' and '.join(missing)}. ENGINE=ministack does not need them")
    if (CACHE / "Loopback.class").exists():
        return
    print("downloading DynamoDB Local with npm, once (56 MB) …", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        archive = _output("npm", "pack", "--silent", SIMULATOR, "--pack-destination", str(CACHE)).split()[-1]
        if base64.b64encode(hashlib.sha512((CACHE / archive).read_bytes()).digest()).decode() != INTEGRITY:
            raise SettingsError(f"DynamoDB Local has changed: {archive} has another SHA-512")
        with tarfile.open(CACHE / archive) as packed:
            packed.extractall(CACHE, filter="data")
        (CACHE / archive).unlink()
        _output("javac", "-cp", _class_path(), "-d", str(CACHE), str(ROOT / "local" / "Loopback.java"))
    except subprocess.CalledProcessError as error:
        raise SettingsError(f"DynamoDB Local could not be fetched: {error.stderr.strip()[:300]}") from error


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _class_path() -> str:
    return os.pathsep.join([str(CACHE), str(EMULATOR / "DynamoDBLocal.jar"), str(EMULATOR / "DynamoDBLocal_lib" / "*")])


def dynamodb_local(data: Path, port: int) -> Child:
    """Start DynamoDB Local on a data folder, with its tables."""
    fetch()
    tables = data / "dynamodb"
    tables.mkdir(exist_ok=True)
    command = [
        *("java", "-Xmx512m", f"-Djava.library.path={EMULATOR / 'DynamoDBLocal_lib'}"),
        *("-cp", _class_path(), "Loopback", "-dbPath", str(tables), "-sharedDb"),
        *("-port", str(port), "-disableTelemetry"),
    ]
    return Child.start("DynamoDB Local", command, os.environ, log=data / "dynamodb-local.log")


def ministack(data: Path, port: int) -> Child:
    """Start ministack on a data folder."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "LOG_LEVEL": "WARNING",
    }
    return Child.start("ministack", module("local.ministack"), environment, log=data / "ministack.log")


def start(engine: str, data: Path, port: int) -> Child:
    """Start an engine."""
    return (dynamodb_local if engine == DYNAMODB_LOCAL else ministack)(data, port)
