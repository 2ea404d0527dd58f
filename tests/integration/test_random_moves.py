"""Random lives of a board, against lists that follow the documented rules (behaviour.md 3.5 and 3.8)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from tests.boards import a_task, move
from tests.faults import invariants

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

STEPS = 60

Lane = tuple[int, int]

LANES: list[Lane] = [(0, 0), (0, 1), (1, 0), (1, 1)]
"""Column and swimlane by their places on the board."""


class Model:
    """The lanes as lists of their open tasks in order. Where a closed task returns to is told by the application."""

    def __init__(self) -> None:
        self.lanes: dict[Lane, list[int]] = {where: [] for where in LANES}
        self.closed: dict[int, Lane] = {}

    def open_tasks(self) -> list[int]:
        return [task for tasks in self.lanes.values() for task in tasks]

    def lane_of(self, task: int) -> Lane:
        return self.closed.get(task) or next(where for where, tasks in self.lanes.items() if task in tasks)

    def leave(self, task: int) -> Lane:
        where = self.lane_of(task)
        if task not in self.closed:
            self.lanes[where].remove(task)
        self.closed.pop(task, None)
        return where

    def move_open(self, task: int, target: Lane, position: int) -> bool:
        """Move an open task; say what the documents have the call answer."""
        source = self.lane_of(task)
        if source == target and self.lanes[source].index(task) + 1 == position:
            return False
        self.leave(task)
        self.lanes[target].insert(position - 1, task)
        return True


class Player:
    """Does one random thing after the other, to the application and to the model, and compares them."""

    def __init__(self, call: Client, board: Project, seed: int) -> None:
        self.call, self.board, self.model = call, board, Model()
        self.random = random.Random(seed)

    def create(self) -> None:
        where = self.random.choice(LANES)
        place = {"column_id": self.board.columns[where[0]].id, "swimlane_id": self.board.swimlanes[where[1]].id}
        self.model.lanes[where].append(a_task(self.call, self.board, **place))

    def move(self) -> None:
        target = self.random.choice(LANES)
        position = self.random.randint(1, len(self.model.lanes[target]) + 3)
        if self.model.closed and self.random.random() < 0.2:
            self.move_closed(self.random.choice([*self.model.closed]), target, position)
        elif tasks := self.model.open_tasks():
            task = self.random.choice(tasks)
            answer = move(self.call, self.board, task, position, *target)
            assert answer is self.model.move_open(task, target, position), (task, target, position)

    def move_closed(self, task: int, target: Lane, position: int) -> None:
        is_home = self.model.closed[task] == target and self.position(task) == position
        assert move(self.call, self.board, task, position, *target) is not is_home
        self.model.closed[task] = target
        assert self.position(task) == min(position, len(self.model.lanes[target]) + 1)

    def close(self) -> None:
        if tasks := self.model.open_tasks():
            task = self.random.choice(tasks)
            before = self.position(task)
            assert self.call("closeTask", task) is True
            self.model.closed[task] = self.model.leave(task)
            assert self.position(task) == before

    def open(self) -> None:
        if self.model.closed:
            task = self.random.choice([*self.model.closed])
            before = self.position(task)
            assert self.call("openTask", task) is True
            self.model.lanes[self.model.leave(task)].insert(before - 1, task)

    def remove(self) -> None:
        if tasks := [*self.model.open_tasks(), *self.model.closed]:
            task = self.random.choice(tasks)
            assert self.call("removeTask", task) is True
            self.model.leave(task)

    def position(self, task: int) -> int:
        return int(self.call("getTask", task)["position"])

    def compare(self) -> None:
        rows = self.call("getAllTasks", self.board.id)
        for column, swimlane in LANES:
            own = self.board.columns[column].id, self.board.swimlanes[swimlane].id
            found = {row["position"]: row["id"] for row in rows if (row["column_id"], row["swimlane_id"]) == own}
            assert found == dict(enumerate(self.model.lanes[column, swimlane], start=1))


@pytest.mark.parametrize("seed", range(2))
def test_positions_and_answers_are_those_of_plain_lists(
    call: Client, stores: Stores, board: Project, seed: int
) -> None:
    player = Player(call, board, seed)
    for _ in range(6):
        player.create()
    steps = [player.create, *[player.move] * 6, player.close, player.open, player.remove]
    for _ in range(STEPS):
        player.random.choice(steps)()
        player.compare()
    invariants.check(stores)
