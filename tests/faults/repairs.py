"""Cascade and sweep with a fault at each of their own calls of AWS, over the world of the harness.

After an interruption they are started again, as by their event source and schedule. Then the result is the same as
without a fault: everything that should be deleted is deleted, and nothing else. Cascade leaves nothing to sweep.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from local import stream
from tests.faults import invariants
from tests.faults.faults import KINDS, Faults, unprocessed
from tests.faults.harness import SWEEPS, Harness, Line
from tests.integration.orphans import LOST, evict, orphans
from tests.streams import records

from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.functions import Function
    from tests.faults.engine import Engine
    from tests.faults.invariants import Snapshot

    from lambdaboard.store.stores import Stores

REMOVALS = [
    *("removeTask", "removeProject", "removeTaskFile", "removeAllTaskFiles", "removeProjectFile"),
    *("removeAllProjectFiles", "removeSubtask", "removeUser", "removeTaskLink", "closeTask", "moveTaskToProject"),
    "removeGroup",
]
"""Procedures that cause each kind of record that cascade handles."""

OWN_KINDS = {**KINDS, "unprocessed": unprocessed}


class Repairs(Harness):
    """Runs cascade and sweep with faults; see `Harness`."""

    def __init__(self, stores: Stores, cascade: Function, engine: Engine) -> None:
        super().__init__(stores, cascade, engine)
        self._own: Stores = sys.modules[cascade.name].stores
        self._faults = Faults(self._own, engine.is_moto)

    def cascade(self, method: str, kinds: Iterable[str] = OWN_KINDS, *, step: int = 1) -> Line:
        """Inject faults into the run of cascade after a procedure, or into each `step`-th of its calls of AWS."""
        self._lay()
        assert self._call(method, "")["result"] is True, method
        return self._disturbed(Line(f"cascade of {method}"), self._cascaded, kinds, step)

    def sweep(self, kinds: Iterable[str] = OWN_KINDS, *, step: int = 1) -> Line:
        """Inject faults into a sweep that finds orphans of every kind, page by page; `step`: see `cascade`."""
        self._lay()
        self._leave_behind()
        return self._disturbed(Line("sweep"), self._swept, kinds, step)

    def _disturbed(self, line: Line, act: Callable[[], None], kinds: Iterable[str], step: int) -> Line:
        lay = self._engine.kept()
        act()
        wanted, left = self._found()
        line.problems += [f"without a fault: {each}" for each in left]
        for number, kind in enumerate(kinds):
            place = (number + len(line.method)) % step
            while self._is_hit(lay, act, kind, place):
                line.injected[kind] += 1
                found, left = self._found()
                left += difference(wanted, found)
                line.outcomes["wrong" if left else "right"] += 1
                line.problems += [f"{kind} at {place} {self._faults.hit}: {each}" for each in left]
                place += step
            line.places = max(line.places, self._faults.calls)
        return line

    def _is_hit(self, lay: Callable[[], None], act: Callable[[], None], kind: str, place: int) -> bool:
        """Run with a fault, and again after an interruption; return whether there was a call to disturb."""
        lay()
        is_through = False
        with self._faults.at(place, OWN_KINDS[kind]), suppress(Exception):
            act()
            is_through = True
        if not is_through:
            act()
        return bool(self._faults.hit)

    def _found(self) -> tuple[Snapshot, list[str]]:
        found = self._read()
        return found, [*invariants.broken(found), *invariants.dangling(found)]

    # --- disturbed runs -----------------------------------------------------------------------------------------

    def _cascaded(self) -> None:
        """Deliver the changes since the world was made; failed records are delivered again, as in the answers."""
        before = self._before
        while delivered := records(before, after := self._engine.items()):
            before = after
            assert stream.deliver(self._cascade, delivered, wait=lambda _: None)

    def _swept(self) -> None:
        """Sweep day after day, as long as anything is found, with little time: each run ends after its first page."""
        for _ in range(SWEEPS - 1):
            while not Sweep(self._own, repair=True, has_time=lambda: False).run().is_complete:
                pass
            if not [*invariants.dangling(self._read())]:
                break

    def _leave_behind(self) -> None:
        """Create orphans of every kind, contents without a record, and references to removed things."""
        world, call = self._world, self._call
        for method in ("removeUser", "removeLink", "removeGroup"):
            assert call(method, "")["result"] is True, method
        evict(self._stores, world.project, world.column)
        orphans(self._stores, world.project)
        for path in (f"{world.project}/{LOST}/a", f"{world.project}/{world.task}/a"):
            self._stores.blobs.put(path, b"lost")


def difference(wanted: Snapshot, found: Snapshot) -> list[str]:
    """Return the surplus and the missing items and contents."""
    left = [f"{key} is left" for key in found.items.keys() - wanted.items.keys()]
    gone = [f"{key} is gone" for key in wanted.items.keys() - found.items.keys()]
    paths = [f"content {path} is left or gone" for path in found.paths ^ wanted.paths]
    return [*left, *gone, *paths]
