"""`make clients`: real clients, as their users run them, against the local server in both wire formats.

Each runs as the application and as a person who may make projects; what logs in only when challenged, as a person. What
is slow to start takes turns: as the application in one format, as a person in the other.

Each client lives in an environment of its own under .cache/clients, made the first time: `kanboard`, `kanboard-sdk`
and `kanboard-cli` install the same module name. A client is a script beside this file that fails when it reads back
something else than it wrote.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.run import TOKEN, server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = ROOT / ".cache" / "clients"
WIRES = ("documented", "native")
APPLICATION, PERSON = "application", "person"
PATIENCE = 120  # seconds for one client


@dataclass(frozen=True)
class Client:
    """A package that people use, and the script that uses it.

    Attributes:
        script: what uses it. Its packages are in requirements/, in a list of its name, each with its hash; without one
            it needs our own Python alone.
        needs: programs without which it is skipped.
        callers: as whom it runs.
        sparing: it is slow: one caller a wire format, not all callers in each.
    """

    script: str
    needs: tuple[str, ...] = ()
    callers: tuple[str, ...] = (APPLICATION, PERSON)
    sparing: bool = False

    @property
    def name(self) -> str:
        """The script's name."""
        return Path(self.script).stem

    @property
    def packages(self) -> Path | None:
        """The list of its packages, if it has one."""
        kept = HERE / "requirements" / (f"{self.name}.txt" if not self.needs else "npm/package-lock.json")
        return kept if kept.exists() else None

    @property
    def folder(self) -> Path:
        """Where its environment is; another list of packages has another one."""
        content = self.packages.read_bytes() if self.packages else b""
        return CACHE / f"{self.name}-{hashlib.sha256(content).hexdigest()[:8]}"

    @property
    def missing(self) -> list[str]:
        """The programs that it needs and this machine lacks."""
        return [program for program in self.needs if shutil.which(program) is None]

    @property
    def runs(self) -> list[tuple[str, str]]:
        """The wire formats and callers with which it runs."""
        return list(zip(WIRES, self.callers, strict=True) if self.sparing else itertools.product(WIRES, self.callers))

    def install(self) -> list[str]:
        """Make its environment, if it is not there yet; return the command that runs its script."""
        if not self.packages:
            return self._module(sys.executable)
        complete = self.folder / "complete"
        if not complete.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            for command in self._installing():
                subprocess.run(command, check=True)
            complete.touch()
        if not self.needs:
            return self._module(str(self.folder / "bin" / "python"))
        # node looks for packages beside the script
        return ["node", str(shutil.copy(HERE / self.script, self.folder))]

    def _module(self, python: str) -> list[str]:
        return [python, "-m", f"tests.clients.{Path(self.script).stem}"]

    def _installing(self) -> list[list[str]]:
        if self.needs:
            shutil.copytree(HERE / "requirements" / "npm", self.folder)
            return [["npm", "ci", "--silent", "--no-audit", "--prefix", str(self.folder)]]
        pip = [str(self.folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        locked = ["--require-hashes", "--requirement", str(self.packages)]
        return [[sys.executable, "-m", "venv", str(self.folder)], [*pip, *locked]]


CLIENTS = (
    Client("with_kanboard.py"),
    Client("with_kanboard_sdk.py"),
    Client("with_kanboard_cli.py", sparing=True),  # half a second of processor time a command, of which it is thirty
    Client("with_trello2kanboard.py"),
    Client("with_json_rpc.mjs", needs=("node", "npm")),
    Client("with_a_challenge.py", callers=(PERSON,)),
    Client("with_the_tutorial.py", callers=(APPLICATION,)),
)


def environment(**added: str) -> dict[str, str]:
    """Return an environment for a client, without what this shell has set for other programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return kept | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"} | added


def credentials(url: str, caller: str, username: str) -> dict[str, str]:
    """Return with what a client logs in: the application's token, or the password of a person who is made for it."""
    if caller == APPLICATION:
        return {"LOGIN": "jsonrpc", "PASSWORD": TOKEN}
    person = {"username": username, "password": "pass:wörd"}
    content = {"jsonrpc": "2.0", "id": 1, "method": "createUser", "params": person | {"role": "app-manager"}}
    encoded = base64.b64encode(f"jsonrpc:{TOKEN}".encode()).decode()
    request = urllib.request.Request(
        f"{url}/jsonrpc.php", json.dumps(content).encode(), {"Authorization": f"Basic {encoded}"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as response:
        answer = json.load(response)
    if not answer.get("result"):
        raise RuntimeError(f"createUser answers {answer}")
    return {"LOGIN": username, "PASSWORD": person["password"]}


def passes(command: list[str], url: str, wire: str, login: dict[str, str]) -> tuple[bool, str]:
    """Run a client's script; return whether it found all as it should be, and what it printed."""
    added = environment(URL=f"{url}/{wire}/jsonrpc.php", WIRE=wire, **login)
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=added, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return False, f"no end after {PATIENCE} seconds"
    return done.returncode == 0, done.stdout + done.stderr


def run(client: Client, url: str) -> Counter[str]:
    """Run a client in all formats, as all its callers; return how many passed, failed and were skipped."""
    if client.missing:
        print(f"{client.name}: skipped, there is no {' and no '.join(client.missing)} here", flush=True)
        return Counter(skipped=len(client.runs))
    try:
        command = client.install()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{client.name}: FAILED, it cannot be installed: {error}", flush=True)
        return Counter(failed=len(client.runs))
    counts: Counter[str] = Counter()
    for wire, caller in client.runs:
        started = time.monotonic()
        login = credentials(url, caller, f"Jörg, {client.name}, {wire}")
        good, printed = passes(command, url, wire, login)
        counts["passed" if good else "failed"] += 1
        print(f"{client.name}, {wire}, {caller}: {'passed' if good else 'FAILED'}, {time.monotonic() - started:.1f} s")
        print(printed, end="", flush=True)
    return counts


def main() -> int:
    """Run the server and the clients; return the exit status."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url:
        counts = sum((run(client, url) for client in CLIENTS), Counter[str]())
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
