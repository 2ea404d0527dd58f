"""`make sam-local`: `sam local invoke` for real, with events of events/ against a local AWS; compares the answers.

It uses Docker if that runs, else podman if that is installed and we are root; without either it prints a message and
succeeds. EVENTS="getTask createTask" are others than the three of .ci/run.
"""

from __future__ import annotations

import copy
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import make_events
from tests.api_document_examples import Example, examples
from tests.deployed import podman
from tests.deployed.account import local_account
from tests.deployed.board import Board
from tests.deployed.emulator import ARCHITECTURES, RPC, SAM, emulated
from tests.deployed.stack import BUILT, built_template
from tests.rpc_function import answer_of, prepare

if TYPE_CHECKING:
    from tests.deployed.account import Account

EVENTS = os.environ.get("EVENTS") or "getVersion createTask getTask"
IN_OWN_NETWORK = "--in-own-network"

VERSION = Example(
    "getVersion",
    [],
    {"jsonrpc": "2.0", "id": 1, "method": "getVersion"},
    {"jsonrpc": "2.0", "id": 1, "result": "1.2.53"},
)
"""The smallest call; it is in no document."""


def event_of(example: Example) -> dict[str, Any]:
    """Return the event that events/ has for an example."""
    event: dict[str, Any] = json.loads((make_events.FOLDER / f"{example.procedure}.json").read_text())
    return event


def invoked(board: Board, event: dict[str, Any], folder: Path, host: str) -> Any:
    """Return the answer of the function in a container.

    Args:
        board: the table and the bucket.
        event: for the function.
        folder: for files.
        host: by which the container reaches the local AWS.
    """
    variables = board.variables | {"AWS_ENDPOINT_URL": board.account.url.replace("0.0.0.0", host)}
    (folder / "event.json").write_text(json.dumps(event))
    template = folder / "template.json"
    template.write_text(json.dumps(for_a_container(variables)))
    command = [
        *(str(SAM / "bin" / "sam"), "local", "invoke", "RpcFunction"),
        *("--event", str(folder / "event.json"), "--template", str(template)),
        *("--layer-cache-basedir", str(folder / "layers"), "--region", variables["AWS_DEFAULT_REGION"]),
        *([] if host != podman.GATEWAY else ["--skip-pull-image"]),
    ]
    environment = os.environ | board.account.environment() | {"SAM_CLI_TELEMETRY": "0"}
    del environment["AWS_ENDPOINT_URL"]  # SAM would prefer it to the template's
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if '"statusCode"' not in done.stdout:
        raise RuntimeError(f"no answer of the function: {done.stdout}\n{done.stderr}")
    return json.loads(done.stdout)


def for_a_container(variables: dict[str, str]) -> dict[str, Any]:
    """Return the built template with these variables, which SAM takes from nowhere else, for this processor."""
    template = copy.deepcopy(built_template())
    template["Globals"]["Function"]["Architectures"] = [ARCHITECTURES[platform.machine()]]
    # region and credentials are SAM's own
    given = {name: value for name, value in variables.items() if not name.startswith("AWS_") or "ENDPOINT" in name}
    template["Resources"]["RpcFunction"]["Properties"]["Environment"] = {"Variables": given}
    for each in template["Resources"].values():
        for name in {"CodeUri", "ContentUri"} & each.get("Properties", {}).keys():
            each["Properties"][name] = str(BUILT / each["Properties"][name])
    return template


def run(account: Account, folder: Path, host: str) -> int:
    """Invoke each event over an empty table of its own; return how many answers were wrong."""
    known = {each.procedure: each for each in (VERSION, *examples())}
    wrong = 0
    for name in EVENTS.split():
        example, board = known[name], Board.make(account)
        with emulated(RPC, board.variables, folder) as rpc:
            prepare(rpc, example)
        answer = answer_of(invoked(board, event_of(example), folder, host))
        is_right = answer == example.response
        wrong += not is_right
        print(f"sam local invoke -e {name}: {'as expected' if is_right else f'WRONG: {answer}'}", flush=True)
    return wrong


def with_docker(folder: Path) -> int:
    """Run with the installed engine; its containers reach us by the address of their bridge."""
    ask = ("docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")
    host = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()
    with local_account(folder, host=host) as account:
        return run(account, folder, host)


def with_podman(folder: Path) -> int:
    """Run in a network of our own, where anything may listen."""
    with podman.engine(folder) as address, local_account(folder, host="0.0.0.0") as account:
        os.environ["DOCKER_HOST"] = address
        return run(account, folder, podman.GATEWAY)


def has_docker() -> bool:
    """Return whether a Docker engine answers."""
    try:
        return subprocess.run(["docker", "info"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def main() -> int:
    """Choose an engine and run; 1 if an answer is wrong."""
    if sys.argv[1:2] == [IN_OWN_NETWORK]:
        return min(with_podman(Path(sys.argv[2])), 1)
    with tempfile.TemporaryDirectory(prefix="sam-local-") as folder:
        if has_docker():
            return min(with_docker(Path(folder)), 1)
        lacking = podman.missing()
        if not lacking:
            command = [sys.executable, "-m", "tests.deployed.sam_local", IN_OWN_NETWORK, folder]
            return podman.in_own_network(command)
    print(f"sam local: skipped. No Docker engine runs here, and for podman this is missing: {', '.join(lacking)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
