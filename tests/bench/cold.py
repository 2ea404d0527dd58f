"""`make bench-cold`: the time from the start of a function to its first answer, in Lambda's own runtime.

Ours is compared with two smaller ones, in the same run and in turn: times differ from machine to machine, but not their
ratios. Neither of the two calls AWS; ours fetches its secret and, for getTask, reads the table.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import make_events
from tests.api_document_examples import examples
from tests.deployed.account import local_account
from tests.deployed.board import Board
from tests.deployed.emulator import LAYERS, RPC, Code, Emulator, Used, emulated
from tests.deployed.stack import BUILT, zipped
from tests.events import api_event
from tests.rpc_function import answer_to_event

STARTS = int(os.environ.get("STARTS") or 11)
CALLS = 500
"""Calls of a warm function; the first tenth is not counted."""

HERE = Path(__file__).parent / "functions"
TARGETS = {"plain": 1.5, "empty": 9.0}
"""The limit of ours, as a multiple of each."""


@dataclass
class Case:
    """A function, its call, and the measurements.

    Attributes:
        first: milliseconds from a first call to its answer, of each start.
        used: of its process up to then, of each start.
        warm: milliseconds of each later call.
    """

    name: str
    code: Code
    event: dict[str, Any]
    variables: dict[str, str] = field(default_factory=dict)
    first: list[float] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)

    def start(self, folder: Path) -> None:
        """Start it once and measure its first answer."""
        with emulated(self.code, self.variables, folder) as function:
            self.first.append(self._call(function))
            self.used.append(function.used())

    def keep_calling(self, folder: Path) -> None:
        """Measure its answers once it is warm."""
        with emulated(self.code, self.variables, folder) as function:
            self.warm = [self._call(function) for _ in range(CALLS)][CALLS // 10 :]

    def _call(self, function: Emulator) -> float:
        started = time.perf_counter()
        answer = function(self.event)
        took = (time.perf_counter() - started) * 1000
        if answer["statusCode"] != 200 or "error" in json.loads(answer["body"] or "{}"):
            raise RuntimeError(f"{self.name}: {answer}")
        return took


def cases(board: Board, folder: Path) -> list[Case]:
    """Return the functions to compare; the task that they read is added to the board."""
    (example,) = [each for each in examples() if each.procedure == "getTask"]
    with emulated(RPC, board.variables, folder) as rpc:
        answer_to_event(rpc, example)
    version = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "getVersion"}).encode()
    task = json.loads((make_events.FOLDER / "getTask.json").read_text())
    return [
        Case("empty", Code(HERE / "empty"), {}),
        Case("plain", Code(HERE / "plain", LAYERS), {}, board.variables),
        Case("getVersion", RPC, api_event(version, token=make_events.TOKEN), board.variables),
        Case("getTask", RPC, task, board.variables),
    ]


def print_table(measured: list[Case]) -> bool:
    """Print the measurements; return whether ours meets the targets."""
    median = {case.name: statistics.median(case.first) for case in measured}
    print("first answer of    median      min - max  x empty  x plain processor    cache")
    for case in measured:
        ratios = [median[case.name] / median[name] for name in ("empty", "plain")]
        span = f"{min(case.first):.0f} - {max(case.first):.0f}"
        times = "".join(f" {ratio:8.2f}" for ratio in ratios)
        cpu, cache = statistics.median(each.cpu for each in case.used), max(each.cache for each in case.used)
        print(f"{case.name:<16} {median[case.name]:5.0f} ms {span:>14}{times} {cpu:6.0f} ms {cache:6.0f} MB")
    missed = [
        f"{case.name} takes {median[case.name] / median[name]:.2f} x {name}, more than {most}"
        for case in measured
        if case.code is RPC
        for name, most in TARGETS.items()
        if median[case.name] > most * median[name]
    ]
    print(*missed or [f"targets met: at most {TARGETS['plain']} x plain and {TARGETS['empty']} x empty"], sep="\n")
    return not missed


def print_warm(measured: list[Case]) -> None:
    """Print the time of a warm function."""
    for case in measured:
        p50, p99 = statistics.median(case.warm), statistics.quantiles(case.warm, n=100)[98]
        print(f"warm {case.name:<11} {p50:5.1f} ms p50, {p99:.1f} ms p99 of {len(case.warm)} calls")


def print_sizes(folder: Path) -> None:
    """Print the zipped sizes of the upload."""
    sizes = {
        name: zipped(BUILT / name, folder / f"{name}.zip").stat().st_size / 1e6
        for name in ("RpcFunction", "LambdaboardLayer", "DependenciesLayer")
    }
    print("zipped " + ", ".join(f"{name} {size:.2f} MB" for name, size in sizes.items()), end="")
    print(f", together {sum(sizes.values()):.2f} MB")


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_account(folder) as account:
            measured = cases(Board.make(account), folder)
            for number in range(STARTS):
                print(f"\rstart {number + 1} of {STARTS} ...", end="", file=sys.stderr, flush=True)
                for case in measured:
                    case.start(folder)
            print("\r", end="", file=sys.stderr)
            for case in measured[2:]:
                case.keep_calling(folder)
        is_met = print_table(measured)
        print_warm(measured[2:])
        print_sizes(folder)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
