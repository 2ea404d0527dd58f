"""`make clients`: real clients, as their users run them, against the local server in both wire formats.

Each runs as the application and as a person who may create projects; one that logs in only after a challenge, as a
person. Slow ones take turns: as the application in one format, as a person in the other.

A client is a script in this folder that fails if it reads back other values than it wrote. A function that works in
only one format must fail in the other as its script says: docs/wire-formats.md has these differences. With arguments,
only clients run whose names contain one of them.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from tests.clients.client import APPLICATION, APT, PERSON, ROOT, Client
from tests.conformance.run import TOKEN, server

PATIENCE = 120  # seconds for one client


CLIENTS = (
    Client("with_kanboard.py"),
    Client("with_kanboard_sdk.py"),
    Client("with_kanboard_cli.py", sparing=True),  # half a second of processor time a command, of which it is thirty
    Client("with_trello2kanboard.py"),
    Client("with_json_rpc.mjs", needs=("node", "npm")),
    Client("with_php.php", needs=("php", *APT), debian=("kanboard",), release="sid"),
    Client("with_debians_kanboard_cli.py", needs=("/usr/bin/python3", *APT), debian=("kanboard-cli",)),
    Client("with_bugwarrior.py", needs=APT, debian=("taskwarrior",), callers=(PERSON,)),
    Client("with_a_challenge.py", callers=(PERSON,)),
    Client("with_a_generated_client.py", sparing=True),
    Client("with_the_tutorial.py", callers=(APPLICATION,)),
    Client("with_the_documents.py", needs=("curl", "jq"), callers=(APPLICATION,), wires=("documented",)),
)


def environment(**added: str) -> dict[str, str]:
    """Return an environment for a client, without what this shell has set for other programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return kept | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"} | added


def credentials(url: str, caller: str, username: str) -> dict[str, str]:
    """Return the credentials of a client: the application's token, or the password of a new person."""
    if caller == APPLICATION:
        return {"LOGIN": "jsonrpc", "PASSWORD": TOKEN}
    person = {"username": username, "password": "pass:wörd", "name": "Jörg Änn"}
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


def passes(client: Client, command: list[str], url: str, wire: str, login: dict[str, str]) -> tuple[bool, str]:
    """Run a client's script; return whether it succeeded, and its output."""
    added = environment(URL=f"{url}/{wire}/jsonrpc.php", WIRE=wire, UNPACKED=str(client.unpacked), **login)
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
        good, printed = passes(client, command, url, wire, login)
        counts["passed" if good else "failed"] += 1
        print(f"{client.name}, {wire}, {caller}: {'passed' if good else 'FAILED'}, {time.monotonic() - started:.1f} s")
        print(printed, end="", flush=True)
    return counts


def main() -> int:
    """Run the server and the clients; return the exit status."""
    words = sys.argv[1:] or [""]
    wanted = [client for client in CLIENTS if any(word in client.name for word in words)]
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as url:
        counts = sum((run(client, url) for client in wanted), Counter[str]())
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
