"""`make run`: the local AWS and the task API on it, until Ctrl-C, SIGTERM or the end of the terminal."""

import base64
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import watchfiles

from local import console, engines
from local.aws import local_aws
from local.functions import environment_of_functions, settings_of_functions
from local.process import Child, hangup, module, terminals
from local.settings import ROOT, Settings, SettingsError, write_private

WATCHED = ("functions", "layers/lambdaboard", "local", "template.yaml")
TERMINALS = terminals()
STOP_TIMEOUT = 25  # seconds for requests under way and the stream


def listen(port: int) -> socket.socket:
    """Return a listening socket; it stays open while the server restarts, so that callers wait instead of failing."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise SettingsError(
            f"port {port} cannot be used: {error.strerror}. `make run PORT=8001` takes another"
        ) from error
    listener.listen(256)
    return listener


class Server:
    """The processes that answer requests, replaced when code changes; the first also feeds the stream to cascade."""

    def __init__(self, listener: socket.socket, environment: Mapping[str, str], workers: int) -> None:
        self._listener = listener
        self._environments = [
            {**environment, "SOCKET": str(listener.fileno()), "FEEDS_STREAM": "" if number else "yes"}
            for number in range(workers)
        ]
        self.children = self._started()

    def _started(self) -> list[Child]:
        command, inherited = module("local.server"), [self._listener.fileno()]
        return [Child.start("the server", command, each, inherited=inherited) for each in self._environments]

    def restart(self) -> None:
        """Replace them by processes with the current code."""
        self.stop()
        self.children = self._started()

    def stop(self) -> None:
        """End them."""
        for child in self.children:
            child.stop(STOP_TIMEOUT)


def changes(stopping: threading.Event) -> Iterator[set[str]]:
    """Yield the changed files until `stopping` is set; an empty set twice a second."""
    paths = [ROOT / name for name in WATCHED if (ROOT / name).exists()]
    for found in watchfiles.watch(
        *paths,
        watch_filter=lambda _, path: Path(path).suffix in {".py", ".yaml"},
        stop_event=stopping,
        rust_timeout=500,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        yield {os.path.relpath(path, ROOT) for _, path in found}


def answer(settings: Settings) -> str | None:
    """Call getVersion; return None if nothing answers, "" for the right answer, else the problem."""
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "getVersion"}).encode()
    secret = base64.b64encode(f"jsonrpc:{settings.token}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {secret}"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(settings.url, call, headers), timeout=20) as response:  # noqa: S310 - ours
            text: str = response.read().decode()
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code} {error.read().decode(errors='replace')[:300]}"
    except OSError:
        return None
    return "" if '"result"' in text else text[:300]


def introduce(settings: Settings, stopping: threading.Event) -> None:
    """Wait for the first answer, then print how to call the API."""
    started = time.monotonic()
    fault = answer(settings)
    while fault is None and time.monotonic() - started < 30 and not stopping.wait(0.05):
        fault = answer(settings)
    if stopping.is_set():
        return
    if fault != "":
        why = "see the messages above"
        print(f"\ngetVersion does not work yet: {fault or 'no answer'}; {why}\n", file=sys.stderr, flush=True)
    print(banner(settings), flush=True)
    if sys.stdin.isatty():
        for _ in sys.stdin:
            print(banner(settings), flush=True)


def banner(settings: Settings) -> str:
    """Return the text with everything that is needed for a call."""
    call = '{"jsonrpc": "2.0", "id": 1, "method": "getVersion"}'
    return (
        f"\nLambdaboard   {settings.url}\n"
        f"user, token   jsonrpc  {settings.token}\n"
        f"data          {os.path.relpath(settings.data)} (by {engines.of(settings.data)})\n"
        f"log           {os.path.relpath(settings.data / console.FILE)} (JSON, as on AWS)\n\n"
        f"curl -u jsonrpc:{settings.token} -H 'Content-Type: application/json' -d '{call}' {settings.url}\n\n"
        "Enter shows this again, Ctrl-C stops.\n"
    )


def terminal_is_gone() -> bool:
    """Return whether the terminal is closed: if `make` leads its session, only `make` gets SIGHUP, and waits for us."""
    return bool(hangup(TERMINALS).poll(0))


def serve(server: Server, children: list[Child], stopping: threading.Event) -> int:
    """Restart the server on changes, until `stopping` is set or a process fails; return the exit status."""
    for files in changes(stopping):
        if stopping.is_set() or terminal_is_gone():
            break
        if files:
            print(f"changed: {', '.join(sorted(files)[:5])}; restarting", flush=True)
            server.restart()
        for child in (*server.children, *children):
            if child.exit_code is not None:
                print(f"{child.name} has ended with status {child.exit_code}", file=sys.stderr, flush=True)
                return 1
    return 0


def run(stopping: threading.Event) -> int:
    """Run everything; return the exit status."""
    os.umask(0o077)  # only its owner can read the data
    settings = Settings.from_environment()
    settings_of_functions()  # wrong ones are rejected before anything runs
    with listen(settings.port) as listener, local_aws(settings) as (aws, children):
        environment = environment_of_functions(settings, aws)
        (settings.data / console.FILE).unlink(missing_ok=True)
        write_private(settings.data / "environment.json", json.dumps(environment))  # for `make sweep`
        server = Server(listener, environment, settings.workers)
        try:
            threading.Thread(target=introduce, args=(settings, stopping), daemon=True).start()
            return serve(server, children, stopping)
        finally:
            with contextlib.suppress(OSError):  # the terminal may be closed
                print("\nsaving and stopping …", flush=True)
            server.stop()


def main() -> int:
    """Run until a signal comes; further ones are ignored, so that everything is saved."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        return run(stopping)
    except SettingsError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
