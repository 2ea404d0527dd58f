"""Calls are atomic, even if interrupted (architecture.md, "Promises").

Here each procedure that works on tasks meets a few faults at some of its calls of AWS; `make soak` injects all of them
into all procedures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import Client, a_service
from tests.faults.faults import Faults, unreachable, without_pauses
from tests.faults.world import METHODS
from tests.integration.roles import LEVEL_OF

if TYPE_CHECKING:
    from tests.conftest import MakePerson
    from tests.faults.harness import Harness
    from tests.faults.repairs import Repairs

    from lambdaboard.store.stores import Stores

pytestmark = pytest.mark.timeout(600)  # thousands of calls; on two free cores six seconds

GROUPS, STEP = 2, 23
"""Tests that share the work, each with one world; a kind of fault disturbs each 23rd call of AWS."""

SHOWN = 10
"""Problems that a failure shows."""

OF_TASKS = [method for method in METHODS if LEVEL_OF[method.partition(",")[0]] == "work"]


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_call_is_atomic_at_any_fault(harness: Harness, group: int) -> None:
    lines = [
        harness.run(method, is_keyed=(place // GROUPS) % 2 == 0, step=STEP)
        for place, method in enumerate(OF_TASKS)
        if place % GROUPS == group
    ]
    assert sum(line.injected.total() for line in lines) > len(lines), "\n".join(map(str, lines))
    problems = [problem for line in lines for problem in line.problems]
    assert not problems, "\n".join(problems[:SHOWN])


def test_cascade_and_sweep_end_their_work_whatever_fails_in_it(repairs: Repairs) -> None:
    lines = [
        repairs.cascade("removeTask", ["killed_after", "unprocessed"], step=10),
        repairs.sweep(["failing"], step=100),
    ]
    assert all(line.injected.total() for line in lines), "\n".join(map(str, lines))
    problems = [problem for line in lines for problem in line.problems]
    assert not problems, "\n".join(problems[:SHOWN])


def test_a_person_is_answered_though_the_table_does_not_say_who_they_are(
    stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("ann")
    without_pauses(monkeypatch)
    with Faults(stores).at(0, unreachable):
        answer = Client(a_service(stores)).by("ann").answer("getMe")
    assert answer["error"] == {"code": -32603, "message": "Internal error", "data": {"request_id": "request-1"}}
