"""Removals and moves of tasks, projects and files with thousands of children.

The call costs the same for any number, the API shows none of them right afterwards, and cascade deletes them all, even
if records of the stream come twice and in any order, and the function is interrupted again and again.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Calls, Tracker
from tests.children import KINDS, LINK_TYPES, Parent, a_parent, reads_of, shown
from tests.conftest import Client, a_service
from tests.faults import invariants
from tests.faults.faults import Faults, killed_after, killed_before
from tests.streams import records

from lambdaboard.store import keys
from lambdaboard.store.cache import Cache
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.functions import Function
    from tests.faults.engine import Engine
    from tests.streams import Items, Record

    from lambdaboard.store.stores import Stores

Names = set[tuple[str, str]]

FEW = len(KINDS)
"""Children of a small task for comparison: one of each kind."""


class Delivery:
    """Feeds cascade like an event source in the worst case: in any order, some twice, interrupted within a batch.

    A function without time left is interrupted like one that is killed.

    Args:
        cascade: the function.
        engine: the local AWS.
        size: records of a batch.

    Attributes:
        stores: cascade's own.
        calls: of AWS that it made.
    """

    def __init__(self, cascade: Function, engine: Engine, chance: random.Random, size: int = 100) -> None:
        self.stores: Stores = sys.modules[cascade.name].stores
        self.calls = 0
        self._cascade, self._engine, self._chance, self._size = cascade, engine, chance, size
        self._faults = Faults(self.stores, engine.is_moto)
        for client in (self.stores.table.client, self.stores.blobs.client, self.stores.blobs.copying):
            client.meta.events.register("before-parameter-build", self._count)

    def settle(self, before: Items) -> None:
        """Deliver the changes since the last time, and the changes by them, until there are none."""
        while delivered := records(before, after := self._engine.items()):
            before = after
            delivered += self._chance.sample(delivered, len(delivered) // 8)
            self._chance.shuffle(delivered)
            for first in range(0, len(delivered), self._size):
                self._deliver(delivered[first : first + self._size])

    def _deliver(self, batch: list[Record]) -> None:
        is_small = len(batch) < self._size  # only the first one: its consequences take hundreds of calls
        for _ in range(3 if is_small else self._chance.choice((0, 0, 1))):
            place = int(10 ** self._chance.uniform(0, 2.5 if is_small else 1))
            with self._faults.at(place, self._chance.choice((killed_before, killed_after))):
                self._cascade({"Records": batch})
        assert self._cascade({"Records": batch}) == {"batchItemFailures": []}

    def _count(self, **_: Any) -> None:
        self.calls += 1


@dataclass
class Line:
    """The result of a removal; the report's line."""

    method: str
    children: int
    cost: Calls
    calls: int = 0
    seconds: float = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        call = f"{self.cost.depth} round trips, {self.cost.dynamodb} calls"
        verdict = f"{len(self.problems)} PROBLEMS" if self.problems else "ok"
        left = f"then {self.calls} calls of AWS in {self.seconds:.0f} s until nothing was left"
        return f"{self.method:20} {self.children:6} children: {call}; {left}: {verdict}"


@dataclass(frozen=True)
class Place:
    """The place of a task with children: another project, and the table before it, and before its project."""

    home: int
    there: int
    before: Names
    before_home: Names


@dataclass(frozen=True)
class Case:
    """A call that removes or moves a parent.

    Attributes:
        params: of the call.
        kinds: of the children.
        left: returns the keys that remain in the table; gets those that were there with the parent.
        shows: the calls of `reads_of` that still show something right afterwards; None for all of them.
    """

    params: Callable[[Parent, Place], list[int]]
    left: Callable[[Parent, Place, Names], Names]
    kinds: tuple[str, ...] = KINDS
    shows: frozenset[str] | None = frozenset()


def _itself(project: int, parent: Parent) -> Names:
    return {keys.task(project, parent.task), keys.task_lookup(parent.task)}


CASES = {
    "removeTask": Case(lambda of, at: [of.task], lambda of, at, laid: at.before),
    "removeProject": Case(lambda of, at: [of.project], lambda of, at, laid: at.before_home),
    "removeAllTaskFiles": Case(
        lambda of, at: [of.task],
        lambda of, at, laid: at.before | _itself(at.home, of),
        ("file",),
        frozenset({"getTask"}),
    ),
    "moveTaskToProject": Case(
        lambda of, at: [of.task, at.there],
        lambda of, at, laid: (laid - _itself(at.home, of)) | _itself(at.there, of),
        shows=None,
    ),
}


class Removals:
    """Removes tasks with many children.

    Args:
        stores: of a table and a bucket without needed data.
        cascade: see `Delivery`.
        engine: see `Delivery`.
    """

    def __init__(self, stores: Stores, engine: Engine, delivery: Delivery) -> None:
        self._stores, self._engine, self._delivery = stores, engine, delivery
        self._call = Client(a_service(stores))
        self._user = int(self._call("createUser", "whose subtasks they are", "password"))
        self._there = int(self._call("createProject", "There"))
        self._others: list[int] = []

    def run(self, method: str, count: int) -> Line:
        """Remove a parent with this number of children, after one with few, to compare the costs of the calls."""
        case, few = CASES[method], self._few(method)
        place, parent = self._made(case, count)
        laid, before = self._names(), self._engine.items()
        wanted = frozenset(reads_of(parent)) if case.shows is None else case.shows
        line = Line(method, count, self._weighed(method, case.params(parent, place)))
        if (few.of, few.depth) != (line.cost.of, line.cost.depth):
            line.problems.append(f"the call costs {line.cost}, with few children {few}")
        if (found := shown(self._call, parent)) != wanted:
            line.problems.append(f"shown right afterwards are {sorted(found)}, not {sorted(wanted)}")
        self._tidied(line, before)
        line.problems += self._wrong(case.left(parent, place, laid))
        return line

    def _few(self, method: str) -> Calls:
        place, parent = self._made(CASES[method], FEW)
        before = self._engine.items()
        cost = self._weighed(method, CASES[method].params(parent, place))
        self._delivery.settle(before)
        return cost

    def _tidied(self, line: Line, before: Items) -> None:
        began, calls = time.monotonic(), self._delivery.calls
        self._delivery.settle(before)
        line.calls, line.seconds = self._delivery.calls - calls, time.monotonic() - began

    def _made(self, case: Case, count: int) -> tuple[Place, Parent]:
        share, call = count // len(case.kinds), self._call
        while len(self._others) * len(LINK_TYPES) < share:
            self._others.append(call("createTask", "Other", self._there))
        before_home = self._names()
        home = call("createProject", "Home")
        place = Place(home, self._there, self._names(), before_home)
        return place, a_parent(call, self._stores, home, self._user, self._others, share, case.kinds)

    def _names(self) -> Names:
        return {name for name in self._engine.items() if not name[0].startswith("#")}

    def _weighed(self, method: str, params: list[int]) -> Calls:
        """Make the call in a container that has just started, and return its cost."""
        with pytest.MonkeyPatch.context() as undone:
            tracker = Tracker(undone, self._stores)
            answers: list[Any] = []
            cost = tracker.of(lambda: answers.append(Client(a_service(self._stores, Cache()))(method, *params)))
            assert answers == [True], answers
            return Calls(cost.depth, cost.of.copy(), cost.items)

    def _wrong(self, wanted: Names) -> Iterator[str]:
        """Yield problems after cascade has run; then sweep must have nothing to do."""
        found = self._names()
        paths = len(self._engine.paths())
        files = len([name for name in wanted if name[1].startswith("FILE#")])
        if found != wanted or paths != files:
            yield f"too much {sorted(found - wanted)[:9]}, missing {sorted(wanted - found)[:9]}; {paths} contents"
        report = Sweep(self._stores, repair=True, has_time=lambda: True).run()
        if report.found:
            yield f"left to sweep: {dict(report.found)}"
        snapshot = invariants.Snapshot.made(self._engine.items(), self._engine.paths())
        yield from (*invariants.broken(snapshot), *invariants.dangling(snapshot))


def run(stores: Stores, cascade: Function, engine: Engine, count: int = 10_000) -> int:
    """Remove parents of many children; print each result and return the number of problems."""
    removals = Removals(stores, engine, Delivery(cascade, engine, random.Random(1)))
    problems = 0
    for method in CASES:
        line = removals.run(method, count)
        print(line, *line.problems, sep="\n  ", flush=True)
        problems += len(line.problems)
    return problems
