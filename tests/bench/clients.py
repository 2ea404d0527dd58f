"""The time of a call for a client in lanes of 10 to 10,000 tasks, and the number of answered calls of eight clients.

Compared with Kanboard, in the same run, if it is installed (tests/bench/kanboard).
"""

from __future__ import annotations

import itertools
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench import report
from tests.bench.endpoint import FailedError
from tests.bench.sides import full_lane, sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.sides import Lane, Side

SIZES = (10, 1_000, 10_000)
RUNS = {"getAllTasks": 7}
MANY_RUNS = 41
CLIENTS = 8
SECONDS = 10.0
LANE = 96
"""Tasks of the lane of the eight clients, each with twelve of its own."""


def acts(side: Side, lane: Lane) -> dict[str, Callable[[], Any]]:
    """Return the calls that one client makes."""
    call, middle, last = side.call, lane.tasks[len(lane.tasks) // 2], lane.tasks[-1]
    ends = itertools.cycle([1, len(lane.tasks)])
    place = (lane.project, last, lane.column)
    return {
        "getTask": lambda: call("getTask", middle),
        "createTask": lambda: call("createTask", "New", lane.project),
        "moveTaskPosition, to the top and back": lambda: call("moveTaskPosition", *place, next(ends), lane.swimlane),
        "getAllTasks": lambda: call("getAllTasks", lane.project),
    }


def median(name: str, act: Callable[[], Any]) -> float:
    """Return the median time of a call, in milliseconds."""
    times = []
    for _ in range(RUNS.get(name, MANY_RUNS)):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1_000)
    return statistics.median(times)


def alone(compared: list[Side]) -> str:
    """Return the times of one client's calls, as a table of Markdown."""
    found: dict[tuple[str, str, int], float] = {}
    for size, side in itertools.product(SIZES, compared):
        for name, act in acts(side, full_lane(side, size)).items():
            found[name, side.name, size] = median(name, act)
    names = dict.fromkeys(name for name, _, _ in found)
    heads = [f"{side.name}, {size:,}" for side in compared for size in SIZES]
    rows = [[name, *(f"{found[name, side.name, size]:.1f}" for side in compared for size in SIZES)] for name in names]
    return report.markdown([["Milliseconds, in a lane of", *heads], *rows])


class Crowd(NamedTuple):
    """The results of eight clients."""

    answered: int
    failed: int
    times: list[float]

    def cells(self) -> list[str]:
        """Return it as cells of a table: successes a second, failures, p50 and p99 of all."""
        tried = self.answered + self.failed
        p50, p99 = (statistics.quantiles(self.times, n=100)[place] for place in (49, 98))
        return [
            f"{self.answered / SECONDS:,.0f}",
            f"{self.failed / tried:.0%} ({self.failed:,} of {tried:,})",
            f"{p50:.0f}",
            f"{p99:.0f}",
        ]


def crowds(compared: list[Side]) -> str:
    """Return the results of eight clients, as a table of Markdown."""
    head = ["8 clients at once", "", "successes a second", "failed", "p50, ms", "p99, ms"]
    work = {"getTask": reads, "createTask": creates, "moveTaskPosition, in one lane": moves}
    rows = [[name, side.name, *crowd(side, works).cells()] for name, works in work.items() for side in compared]
    return report.markdown([head, *rows])


Work = tuple[Any, ...]
"""A call: the method and its params."""


def reads(_: Lane, own: list[int]) -> Iterator[Work]:
    """Read tasks."""
    for task in itertools.cycle(own):
        yield "getTask", task


def creates(lane: Lane, _: list[int]) -> Iterator[Work]:
    """Create tasks in one project."""
    return itertools.repeat(("createTask", "New", lane.project))


def moves(lane: Lane, own: list[int]) -> Iterator[Work]:
    """Move tasks to the front of their lane, first the one that is the furthest from it."""
    for task in itertools.cycle(reversed(own)):
        yield "moveTaskPosition", lane.project, task, lane.column, 1, lane.swimlane


def crowd(side: Side, works: Callable[[Lane, list[int]], Iterator[Work]]) -> Crowd:
    """Let eight clients work on one lane for some seconds."""
    lane = full_lane(side, LANE)
    ends = time.monotonic() + SECONDS

    def one(number: int) -> Crowd:
        call, failed, times = side.call.another(), 0, []
        for work in works(lane, lane.tasks[number::CLIENTS]):
            started = time.monotonic()
            if started > ends:
                break
            try:
                failed += not call(*work)  # Kanboard answers false if SQLite was busy for too long
            except FailedError:
                failed += 1
            times.append((time.monotonic() - started) * 1_000)
        return Crowd(len(times) - failed, failed, times)

    with ThreadPoolExecutor(CLIENTS) as clients:
        each = list(clients.map(one, range(CLIENTS)))
    return Crowd(sum(c.answered for c in each), sum(c.failed for c in each), [t for c in each for t in c.times])


def tables() -> dict[str, str]:
    """Measure; return the tables by their names in docs/costs.md."""
    with sides() as compared:
        return {"one client": alone(compared), "eight clients": crowds(compared)}
