"""The recorded dialogues with the original, through API Gateway, Lambda, table and bucket, with roles enforced."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.conformance import run

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tests.deployed.stack import Stack


@pytest.mark.parametrize("wire", run.WIRES)
def test_every_scenario_passes_on_the_deployed_stack(replays: dict[str, Future[tuple[int, int]]], wire: str) -> None:
    scenarios, _ = run.ready_and_waiting()
    assert replays[wire].result() == (len(scenarios), 0)


def test_the_scenarios_leave_nothing_to_repair(replays: dict[str, Future[tuple[int, int]]], stack: Stack) -> None:
    for each in replays.values():
        each.result()
    deadline = time.monotonic() + 60
    while (found := left_behind(stack)) and time.monotonic() < deadline:
        time.sleep(1)  # cascade may still run
    assert not found


def left_behind(stack: Stack) -> dict[str, int]:
    """Return what sweep finds, but for rows of activity of a removed task or author: those are sweep's to remove."""
    report = stack.invoke("SweepFunction", {})
    assert (report["repaired"], report["complete"]) == (False, True)
    return {what: count for what, count in report["found"].items() if what != "row of activity without its parent"}
