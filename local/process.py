"""Child processes that always end with their parent.

A child has a session of its own, so that only the parent gets Ctrl-C and SIGHUP, and stops its children in order. Its
standard input is a pipe of the parent: when the parent is killed, the pipe closes, and the child ends itself as after
SIGTERM (`python -m local.process MODULE` runs a module in this way).
"""

import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from local.settings import ROOT


class Child:
    """A running child process."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        self.name = name
        self._process = process

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        log: Path | None = None,
        inherited: Sequence[int] = (),
    ) -> "Child":
        """Start a command in the project's folder.

        Args:
            name: for messages.
            command: program and arguments.
            environment: all of it.
            log: file for its output, instead of the terminal; overwritten.
            inherited: file descriptors that it gets.
        """
        output: IO[bytes] | None = log.open("wb") if log else None
        try:
            return cls(
                name,
                subprocess.Popen(
                    command,
                    env=environment,
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT if output else None,
                    start_new_session=True,
                    pass_fds=inherited,
                ),
            )
        finally:
            if output:
                output.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.poll()

    def stop(self, timeout: float) -> None:
        """Send SIGTERM and wait; kill it after `timeout` seconds."""
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def module(name: str) -> list[str]:
    """Return the command that runs a Python module as a child of ours."""
    return [sys.executable, "-m", "local.process", name]


def terminals() -> list[int]:
    """List those of our standard streams that are a terminal."""
    return [stream for stream in (0, 1, 2) if os.isatty(stream)]


def hangup(streams: Sequence[int]) -> "select.poll":
    """Return a poll object that reports when one of these terminals is closed."""
    poll = select.poll()
    for stream in streams:
        poll.register(stream, 0)  # POLLHUP is reported without being asked for
    return poll


def _outlive_terminal(streams: Sequence[int]) -> None:
    """Discard output after the terminal is closed, so that no print fails."""
    hangup(streams).poll()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in streams:
        os.dup2(nowhere, stream)


def _end_with_parent() -> None:
    while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run the module named on the command line until it or our parent ends."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if terminals():
        threading.Thread(target=_outlive_terminal, args=(terminals(),), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
