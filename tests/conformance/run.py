"""`make conformance`: replay the scenarios over HTTP against a server of our own, in both wire formats.

Scenarios that call procedures which the server does not have yet are listed as waiting. Exit status 1: some failed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "lambdaboard" / "python")]

from local import template  # noqa: E402 - the path comes first
from local.aws import free_port  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CASES = ROOT / "tests" / "conformance" / "cases"
TOPICS = sorted(folder.name for folder in CASES.iterdir())
WIRES = {"documented": "/jsonrpc.php", "native": "/native/jsonrpc.php"}
UNKNOWN_ON_PURPOSE = {"noSuchProcedure"}
NO_SUCH_METHOD = -32601
TOKEN = "token-of-the-conformance-run"
PATIENCE = 60  # seconds for the server to start or to stop


@dataclass(frozen=True)
class Scenario:
    """A scenario file, and the procedures without which it cannot run."""

    file: Path
    needs: frozenset[str]

    @classmethod
    def load(cls, file: Path) -> Scenario:
        """Read what it calls; a call that expects "no such method" needs none."""
        steps: list[dict[str, Any]] = json.loads(file.read_text())["steps"]
        entries = [entry for step in steps for entry in step.get("batch", [step])]
        needs = {entry.get("call") or entry.get("notify") for entry in entries if not _expects_unknown(entry)}
        return cls(file, frozenset(needs - UNKNOWN_ON_PURPOSE - {None}))

    @property
    def name(self) -> str:
        """Topic and name, e.g. `tasks/close-and-open`."""
        return f"{self.file.parent.name}/{self.file.stem}"


def _expects_unknown(entry: dict[str, Any]) -> bool:
    """Return whether a call wants to hear that there is no such procedure."""
    error = entry.get("expect_error")
    return NO_SUCH_METHOD in (error if isinstance(error, list) else [error])


def procedures() -> set[str]:
    """Name the procedures that the server has."""
    import lambdaboard.procedures  # noqa: F401, PLC0415 - registers them
    from lambdaboard.api.registry import registry  # noqa: PLC0415

    return {procedure.name for procedure in registry}


@contextlib.contextmanager
def server(folder: Path, engine: str = "ministack") -> Iterator[str]:
    """Run the local server on an empty data folder and with the default settings; yield its address."""
    port, log = free_port(), folder / "server.log"
    ours = {"ENGINE": engine, "PORT": str(port), "DATA_DIR": str(folder / "data"), "API_TOKEN": TOKEN}
    settings = template.template()["Globals"]["Function"]["Environment"]["Variables"]
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    # local.process ends the server when we die and close its standard input
    command = [sys.executable, "-m", "local.process", "local"]
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, cwd=ROOT, env=kept | ours, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        )
    with child:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(child, url, log)
            yield url
        finally:
            child.terminate()
            child.wait(PATIENCE)


def wait_until_ready(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until the server answers, if only by refusing us.

    Raises:
        TimeoutError: it does not, or has ended; the message holds its output.
    """
    deadline = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and child.poll() is None:
        try:
            opener.open(f"{url}/jsonrpc.php", b"{}", timeout=PATIENCE).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"the local server does not answer:\n{log.read_text()}")


def ready_and_waiting(topics: Iterable[str] = TOPICS) -> tuple[list[Scenario], list[Scenario]]:
    """Return the scenarios of these topics that can run, and those that wait for a procedure."""
    known = procedures()
    found = [Scenario.load(file) for topic in topics for file in sorted((CASES / topic).glob("*.json"))]
    return [each for each in found if each.needs <= known], [each for each in found if not each.needs <= known]


def replay(url: str, wire: str, scenarios: list[Scenario], arguments: list[str], token: str = TOKEN) -> tuple[int, int]:
    """Replay in one wire format, showing what fails; return how many passed and failed."""
    command = [sys.executable, str(CASES.parent / "replay.py"), "--url", url + WIRES[wire], "--wire", wire]
    command += ["--token", token, *arguments, *(str(scenario.file) for scenario in scenarios)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    *lines, last = done.stdout.splitlines() or [""]
    totals = re.fullmatch(r"(\d+) passed, (\d+) failed", last)
    print("\n".join(lines if totals else [*lines, last]))
    if totals is None:
        raise RuntimeError(f"replay.py ended with status {done.returncode}")
    return int(totals[1]), int(totals[2])


def show_waiting(waiting: list[Scenario]) -> None:
    """List the scenarios that wait, with what for."""
    known = procedures()
    for scenario in waiting:
        print(f"wait  {scenario.name:50} needs {', '.join(sorted(scenario.needs - known))}")


def main() -> int:
    """Replay every scenario that can be, in both wire formats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wire", action="append", choices=WIRES, help="only this wire format")
    parser.add_argument("--topic", action="append", choices=TOPICS, help="only this topic; may be repeated")
    options, arguments = parser.parse_known_args()
    ready, waiting = ready_and_waiting(options.topic or TOPICS)
    show_waiting(waiting)
    results: dict[str, tuple[int, int]] = {}
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url:
        for wire in options.wire or WIRES:
            print(f"\n{wire}")
            results[wire] = replay(url, wire, ready, arguments)
    for wire, (passed, failed) in results.items():
        print(f"{wire + ':':12} {passed} passed, {failed} failed, {len(waiting)} waiting")
    return 1 if any(failed for _, failed in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
