"""Random lives of the whole application, call by call against a plain model that follows the documents.

`make soak` has the long ones; a failure there is shrunk, and may be repeated with `--hypothesis-seed`.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.clock import Clock
from tests.conftest import BUCKET, TABLE
from tests.disturbances import nothing_is_too_young
from tests.model.lists import Lists
from tests.model.machine import METHODS, MOVES, NAMES, NOT_HERE, Ground, Machine
from tests.streams import loaded

from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

SOAK = bool(os.environ.get("SOAK"))

pytestmark = pytest.mark.timeout(7_200 if SOAK else 600)  # hundreds of calls, or thousands

LIVES, EXAMPLES, STEPS = (4, 10, 100) if SOAK else (1, 4, 40)


@pytest.mark.parametrize("methods", [METHODS, MOVES], ids=["all", "moves"])
@pytest.mark.parametrize("life", range(LIVES))
def test_every_answer_is_that_of_a_plain_model(
    stores: Stores,
    emptied: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachineFixture,
    life: int,
    methods: list[str],
) -> None:
    nothing_is_too_young(monkeypatch)
    monkeypatch.setattr(logging.getLogger("lambdaboard"), "disabled", True)
    clock = Clock(time_machine, time.time())

    def laid() -> Stores:
        emptied()
        return Stores.connect(TABLE, BUCKET)

    ground = Ground(laid, loaded(monkeypatch, "CascadeFunction"), clock)
    run_state_machine_as_test(
        type("GroundedMachine", (Machine,), {"ground": ground, "methods": methods}),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],  # the application runs while its calls are drawn
            verbosity=Verbosity.quiet,  # the machine says itself what it called, without all that was drawn
            phases=[Phase.generate, Phase.shrink] if SOAK else [Phase.generate],  # shrinking takes minutes
        ),
    )


def test_every_procedure_is_in_the_model_or_has_a_reason_not_to_be() -> None:
    modelled = {name for name in NAMES if hasattr(Lists, name)}
    assert modelled | {*NOT_HERE} == {*NAMES}
    assert not modelled & {*NOT_HERE}
