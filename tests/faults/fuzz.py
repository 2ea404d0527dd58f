"""`make soak`: a million malformed or hostile requests, in blocks that each begin with the same world.

Prints their cost; exit status 1: an answer was invalid, or an internal error. CASES, SEED: their number and choice; a
printed problem names its block, which BLOCK=... repeats alone.
"""

from __future__ import annotations

import copy
import logging
import os
import random
import sys
import time
import tracemalloc
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import tests.environment  # noqa: F401 - before the application is imported
from local import resources
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from tests.boards import contents
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.faults.answers import checked
from tests.faults.hostile import Hostile
from tests.integration.access_world import World, a_world
from tests.quick_moto import quick_moto

from lambdaboard.app.service import metrics
from lambdaboard.domain import passwords
from lambdaboard.store import usage
from lambdaboard.store.cache import Cache
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdaboard.app.service import Service

A_BLOCK = 500
"""Requests of a block: the data that they write makes later ones slower."""

TRACED = {"large", "bulky"}
"""Kinds of requests whose memory is measured, by a repetition."""


class Most(NamedTuple):
    """The greatest value of some kind, and the request that had it."""

    value: float = 0
    where: str = ""


NOTHING = Most()


@dataclass
class Report:
    """The result of a block, or of many.

    Attributes:
        slowest: processor seconds that one request took.
        greedy: the peak of cache, as a multiple of the body's size.
        peak: the same in bytes.
        calls: of AWS, by one request of a single call.
        problems: one text each.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    slowest: Most = NOTHING
    greedy: Most = NOTHING
    peak: Most = NOTHING
    calls: Most = NOTHING
    problems: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        """Add what came of another block."""
        self.kinds += other.kinds
        self.problems += other.problems
        for name in ("slowest", "greedy", "peak", "calls"):
            setattr(self, name, max(getattr(self, name), getattr(other, name)))

    def __str__(self) -> str:
        return "\n".join(
            [
                *self.problems,
                f"{self.kinds.total()} requests {dict(self.kinds)}, {len(self.problems)} problems",
                f"slowest: {self.slowest.value:.2f} s of processor time, {self.slowest.where}",
                f"most cache: {self.peak.value / 1e6:.0f} MB, {self.peak.where}",
                f"most cache for its size: {self.greedy.value:.1f} times the body, {self.greedy.where}",
                f"most calls of AWS: {self.calls.value:.0f}, {self.calls.where}",
            ]
        )


@dataclass
class Block:
    """A sender of the requests of a block.

    Attributes:
        service: answers them.
        world: what is there.
        name: what they are drawn by.
    """

    service: Service
    world: World
    name: str
    report: Report = field(default_factory=Report)

    def run(self, count: int) -> Report:
        """Send as many requests; return what came of them."""
        hostile = Hostile(random.Random(self.name), self.world)
        for place in range(count):
            kind, event = hostile.event()
            self._send(f"{kind} BLOCK={self.name} place {place}", event)
            if kind in TRACED:
                self._trace(f"{kind} BLOCK={self.name} place {place}", event)
            self.report.kinds[kind] += 1
            metrics.clear_metrics()  # else they are printed, a hundred at a time
        return self.report

    def _send(self, where: str, event: dict[str, Any]) -> None:
        began = time.process_time()
        self._check(where, event)
        took = Most(time.process_time() - began, where)
        used = usage.current.get()
        self.report.slowest = max(self.report.slowest, took)
        self.report.calls = max(self.report.calls, Most(used.aws_calls if used else 0, where))

    def _check(self, where: str, event: dict[str, Any]) -> None:
        try:
            checked(self.service.answer(event, "request-1"))
        except Exception as error:  # noqa: BLE001 - any exception is a finding
            self.report.problems.append(f"{where}: {error!r} {str(event)[:2_000]}")

    def _trace(self, where: str, event: dict[str, Any]) -> None:
        tracemalloc.start()
        self._check(where, event)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.report.peak = max(self.report.peak, Most(peak, where))
        self.report.greedy = max(self.report.greedy, Most(peak / len(event["body"]), where))


@dataclass
class Ground:
    """The world at the begin of each block, on moto.

    Attributes:
        reset: lays it anew.
    """

    stores: Stores
    world: World
    reset: Callable[[], None]

    @classmethod
    def made(cls) -> Ground:
        """Make it in this process, once."""
        quick_moto()
        mock_aws().start()
        resources.create_table(boto3.client("dynamodb"), TABLE)
        resources.create_bucket(boto3.client("s3"), BUCKET)
        stores = Stores.connect(TABLE, BUCKET)
        world = a_world(Client(a_service(stores)), "own")
        tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
        table, kept = copy.deepcopy(tables[TABLE]), contents(stores)

        def reset() -> None:
            tables[TABLE] = copy.deepcopy(table)
            for path in {*contents(stores)}.difference(kept):
                stores.blobs.remove(path)

        return cls(stores, world, reset)

    def block(self, name: str) -> Report:
        """Send the requests of a block."""
        self.reset()
        return Block(a_service(self.stores, Cache()), self.world, name).run(A_BLOCK)


_ground: list[Ground] = []


def begin() -> None:
    """Prepare a process."""
    logging.disable()
    passwords.COST = 2**4
    _ground.append(Ground.made())


def run(name: str) -> Report:
    """Send the requests of a block, in a process that is prepared."""
    return _ground[0].block(name)


def blocks() -> Iterator[str]:
    """Return the names of the blocks that are asked for."""
    if "BLOCK" in os.environ:
        yield os.environ["BLOCK"]
        return
    seed = os.environ.get("SEED") or str(random.randrange(10**6))
    for number in range(int(os.environ.get("CASES", "1000000")) // A_BLOCK):
        yield f"{seed}-{number}"


def main() -> int:
    """Send all."""
    report, began = Report(), time.monotonic()
    with ProcessPoolExecutor(initializer=begin) as pool:
        for each in pool.map(run, blocks()):
            report.add(each)
    print(report, f"{time.monotonic() - began:.0f} s", sep="\n")
    return int(bool(report.problems))


if __name__ == "__main__":
    sys.exit(main())
