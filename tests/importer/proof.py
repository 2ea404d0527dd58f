"""`make moving`: the proof with real servers: an original that is filled by its own API, and three databases.

It starts Kanboard, PostgreSQL and MariaDB from Debian's packages, so it needs root; each moves into data of its own and
is compared. If one of them cannot be installed, the proof fails: nothing is skipped.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy
from local.aws import free_port
from local.settings import ROOT
from tests.importer import filling, original

if TYPE_CHECKING:
    from collections.abc import Iterator

KANBOARD = ["sh", str(ROOT / "tests" / "bench" / "kanboard")]
COMMAND = [sys.executable, "-m", "importer"]


def main() -> int:
    """Move and compare all of them, or the named ones; return the number of failures."""
    failed = []
    sources = {"Kanboard": kanboard, "PostgreSQL": postgresql, "MariaDB": mariadb}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in sys.argv[1:] or sources:
            source = sources[name]
            place = Path(folder) / name
            place.mkdir()
            place.chmod(0o755)
            started = time.monotonic()
            with source(place) as (address, files):
                is_right = moves(address, files, place / "data")
            print(
                f"{name}: {'0 differences' if is_right else 'FAILED'}, {time.monotonic() - started:.0f} s", flush=True
            )
            failed += [] if is_right else [name]
    return len(failed)


def moves(address: str, files: Path, data: Path) -> bool:
    """Return whether a database moves without a difference, by the command itself."""
    environment = os.environ | {"DATA_DIR": str(data)}
    to = ["--from", address, "--files", str(files), "--to", "local"]
    runs = [
        subprocess.run([*COMMAND, *to, *last], env=environment, cwd=ROOT, check=False) for last in ([], ["--verify"])
    ]
    return all(run.returncode == 0 for run in runs)


@contextlib.contextmanager
def kanboard(_place: Path) -> Iterator[tuple[str, Path]]:
    """Start the original, fill it through its own API, and yield its database and its files."""
    with tempfile.TemporaryFile("w+") as told:  # a pipe would be held open by its servers
        subprocess.run(KANBOARD, check=True, stdout=told)
        told.seek(0)
        for setting in told.read().split()[1:]:  # export NAME=value …
            name, _, value = setting.partition("=")
            os.environ[name] = value
    try:
        board = filling.Original()
        filling.fill(board)
        yield board.database, Path(board.database).parent.parent / "files"
    finally:
        subprocess.run([*KANBOARD, "stop"], check=False)


@contextlib.contextmanager
def postgresql(place: Path) -> Iterator[tuple[str, Path]]:
    """Start a server of PostgreSQL and yield a database with the small board."""
    install("postgresql", "/usr/lib/postgresql/*/bin/postgres")
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    port, data = free_port(), place / "server"
    data.mkdir()
    shutil.chown(data, "postgres")
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    run([*as_postgres, str(binaries / "initdb"), "-D", str(data), "--auth=trust", "--encoding=UTF8"])
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data)]
    with server([*as_postgres, *command, "-c", "listen_addresses=127.0.0.1"]):
        yield filled(f"postgresql://postgres@127.0.0.1:{port}/postgres", "postgresql+psycopg", place)


@contextlib.contextmanager
def mariadb(place: Path) -> Iterator[tuple[str, Path]]:
    """Start a server of MariaDB and yield a database with the small board."""
    install("mariadb-server", "/usr/sbin/mariadbd")
    port, data = free_port(), place / "server"
    run(["mariadb-install-db", f"--datadir={data}", "--auth-root-authentication-method=normal", "--user=root"])
    options = [
        f"--datadir={data}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={data}/socket",
        "--user=root",
    ]
    with server(["mariadbd", "--no-defaults", *options]):
        yield filled(f"mysql://root@127.0.0.1:{port}/test", "mysql+pymysql", place)


def install(package: str, program: str) -> None:
    """Install a package of Debian, unless its program is there; its own server is not started."""
    if not any(Path("/").glob(program.lstrip("/"))):
        options = ["--yes", "-qq", "--no-install-recommends"]
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        run(["apt-get", "update", "-qq"])
        subprocess.run(["apt-get", "install", *options, package], env=quiet, check=True, stdout=subprocess.DEVNULL)


def run(command: list[str]) -> None:
    """Run a command, without its output."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def server(command: list[str]) -> Iterator[None]:
    """Run a server while the block does."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def filled(address: str, driver: str, place: Path) -> tuple[str, Path]:
    """Fill a database with the small board as soon as its server answers; return its address and its files."""
    engine = sqlalchemy.create_engine(f"{driver}://{address.partition('://')[2]}")
    deadline = time.monotonic() + 30
    while True:
        try:
            engine.connect().close()
            break
        except sqlalchemy.exc.DBAPIError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    if engine.dialect.name in {"mysql", "mariadb"}:
        with engine.begin() as connection:  # as the original makes its tables
            connection.execute(sqlalchemy.text("ALTER DATABASE CHARACTER SET utf8mb4"))
    original.create(engine, original.everything())
    engine.dispose()
    return address, original.folder(place / "files")


if __name__ == "__main__":
    sys.exit(main())
