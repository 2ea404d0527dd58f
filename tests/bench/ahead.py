"""The cost of getTask by the number of open tasks before the task in its lane, which are counted for its position.

Half of the ids are of tasks that were moved, whose keys are longer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.bench import report
from tests.bench.methods import act
from tests.bench.money import MILLION, PRICES
from tests.bench.workbench import Scales, dynamodb, write
from tests.boards import a_board
from tests.conftest import Client, a_service

from lambdaboard.domain.ordering import first_rank, rank_between
from lambdaboard.domain.task import Task

if TYPE_CHECKING:
    from lambdaboard.store.stores import Stores

AHEAD = (0, 100, 1_000, 10_000)
IDS_BEGIN_AT = 1_000_000
PARTITION = 3_000
"""The limit of read units a second of a project, which is one partition of DynamoDB."""
ELSEWHERE = 1
"""Read units of a call for items outside the project: the removed users."""


def fill(stores: Stores, ahead: int) -> int:
    """Make a project with this number of open tasks, every second one moved, and a last one; return its id."""
    project = a_board(stores)
    first = stores.tasks.next_id(ahead + IDS_BEGIN_AT) + IDS_BEGIN_AT
    tasks = [
        Task(
            id=first + number,
            title=f"Task {number}",
            date_creation=1,
            project_id=project.id,
            column_id=project.columns[0].id,
            swimlane_id=project.swimlanes[0].id,
            date_modification=1,
            date_moved=1,
        )
        for number in range(ahead + 1)
    ]
    moved = {each: first_rank(each - 1) for each in range(first + 1, first + ahead, 2)}
    write(stores, tasks, {each: rank_between(before, None, each) for each, before in moved.items()})
    return first + ahead


def tables() -> dict[str, str]:
    """Measure; return the table by its name in docs/scale.md."""
    head = ["Open tasks ahead", "Round trips", "Read units", "$ a million calls", "Calls a second in one project"]
    rows = [head]
    with dynamodb() as stores, pytest.MonkeyPatch.context() as monkeypatch:
        call, scales = Client(a_service(stores)), Scales(stores, monkeypatch)
        for ahead in AHEAD:
            cost = scales.weigh(partial(act, call, "getTask", partial(list, [fill(stores, ahead)])), runs=0)
            dollars = cost.read_units * MILLION * PRICES["read_units"]
            rows.append(
                [
                    f"{ahead:,}",
                    f"{cost.round_trips}",
                    f"{cost.read_units:g}",
                    f"{dollars:.2f}",
                    f"{PARTITION / (cost.read_units - ELSEWHERE):,.0f}",
                ]
            )
    return {"tasks ahead": report.markdown(rows)}
