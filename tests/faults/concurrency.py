"""Clients that write at the same time, to the same lane, project and task: threads of one process, then processes.

Only for an engine that loses no updates itself: DynamoDB Local. Afterwards no answered write is missing, no id was
used twice, no call has failed, and the invariants hold.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
import random
from collections import Counter
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.faults import invariants

from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 8
STEPS = 25


class Journal(Protocol):
    """Records the calls of a client and their answers."""

    def asked(self, method: str, params: list[Any]) -> None:
        """Note a call that is about to be made."""

    def answered(self, answer: dict[str, Any]) -> None:
        """Note the answer to it."""


@dataclass
class Written:
    """The answers to a client.

    Attributes:
        made: ids, by the procedure that made them.
        removed: ids of tasks.
        failures: calls without effect, with their answers.
        doubtful: calls that may have taken effect: with an error as the answer, or none.
        tags: names of the tags of tasks, and `metadata`: values.
        calls: their number.
    """

    made: dict[str, list[int]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    doubtful: list[tuple[str, list[Any]]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    metadata: dict[str, str] = field(default_factory=dict)
    calls: int = 0

    def asked(self, method: str, params: list[Any]) -> None:
        """Note a call: until it is answered, its result is unknown."""
        self.calls += 1
        self.doubtful.append((method, params))

    def answered(self, answer: dict[str, Any]) -> None:
        """Note the answer to the last call; an error leaves it in doubt."""
        if "error" in answer:
            return
        method, params = self.doubtful.pop()
        result = answer["result"]
        # a move to where the task is already is false: another client has moved it there
        if result is None or (result is False and method != "moveTaskPosition"):
            self.failures.append(f"{method} {params}: {answer}")
        elif method.startswith("create"):
            self.made.setdefault(method, []).append(result)
        elif method == "removeTask":
            self.removed.add(params[0])
        elif method == "setTaskTags":
            self.tags |= set(params[2])
        elif method == "saveTaskMetadata":
            self.metadata |= params[1]


@dataclass(frozen=True)
class Board:
    """The project and task that all clients write to."""

    project: int
    columns: tuple[int, ...]
    lane: int
    task: int


def a_board(call: Client) -> Board:
    """Make a project with one task."""
    project = call("createProject", "Crowded")
    columns = tuple(row["id"] for row in call("getColumns", project))
    lane = call("getAllSwimlanes", project)[0]["id"]
    return Board(project, columns, lane, call("createTask", "Crowded", project))


def act(board: Board, seed: int) -> Written:
    """Write like a client, in a container of its own."""
    written = Written()
    write(board, seed, STEPS, written)
    return written


def write(board: Board, seed: int, steps: int, journal: Journal) -> None:
    """Make this number of calls."""
    call = Client(a_service(Stores.connect(TABLE, BUCKET)))
    chance = random.Random(seed)
    own: list[int] = []
    for step in range(steps):
        calls = _calls(board, chance, own, f"{seed}-{step}", step)
        method, params = calls[step % len(calls)] if step < len(calls) else chance.choice(calls)
        journal.asked(method, params)
        if method == "removeTask":
            own.remove(params[0])  # after an error it would be unknown whether it exists
        answer = call.answer(method, *params)
        journal.answered(answer)
        if method == "createTask" and answer.get("result"):
            own.append(answer["result"])


def _calls(board: Board, chance: random.Random, own: list[int], name: str, step: int) -> list[tuple[str, list[Any]]]:
    """Return the possible next calls of a client; other clients do not know its own tasks."""
    task = chance.choice([board.task, board.task, *own])
    column = chance.choice(board.columns)
    return [
        ("createTask", [name, board.project]),
        ("createTaskFile", [board.project, board.task, name, "YQ=="]),
        ("createComment", [board.task, 0, name]),
        ("createSubtask", [board.task, name]),
        ("updateTask", [task, name]),
        ("moveTaskPosition", [board.project, task, column, 1 + step % 5, board.lane]),
        ("setTaskTags", [board.project, own[-1] if own else board.task, [name, "shared"]]),
        ("saveTaskMetadata", [board.task, {name: name}]),
        ("closeTask", [task]),
        ("openTask", [task]),
        *([("removeTask", [chance.choice(own)])] if len(own) > 1 else []),
    ]


def wrong(call: Client, board: Board, all_written: list[Written]) -> list[str]:
    """Return missing and surplus data by the answers; calls in doubt may have taken effect."""
    doubtful = [each for written in all_written for each in written.doubtful]
    removed = {"createTask": {task for written in all_written for task in written.removed}}
    doubted = {"createTask": {params[0] for method, params in doubtful if method == "removeTask"}}
    rows = [*call("getAllTasks", board.project, 1), *call("getAllTasks", board.project, 0)]
    there = {
        "createTask": [row["id"] for row in rows if row["id"] != board.task],
        "createTaskFile": [row["id"] for row in call("getAllTaskFiles", board.task)],
        "createComment": [row["id"] for row in call("getAllComments", board.task)],
        "createSubtask": [row["id"] for row in call("getAllSubtasks", board.task)],
    }
    problems = [failure for each in all_written for failure in each.failures]
    for method, ids in there.items():
        made = [number for each in all_written for number in each.made.get(method, [])]
        gone = removed.get(method, set())
        more = {*ids} - {*made}
        missing = {*made} - {*ids} - gone - doubted.get(method, set())
        problems += [f"{method} gave {number} twice" for number, times in Counter(made).items() if times > 1]
        problems += [f"{method}: {missing} are missing"] if missing else []
        problems += [f"{method}: {gone & {*ids}} were removed, and are there"] if gone & {*ids} else []
        if len(more) > sum(each == method for each, _ in doubtful):
            problems.append(f"{method}: {more} are there that nobody was answered")
    return [*problems, *_wrong_names(call, board, all_written)]


def _wrong_names(call: Client, board: Board, all_written: list[Written]) -> Iterator[str]:
    """Yield missing tags and metadata, and duplicate tags."""
    tags = Counter(row["name"] for row in call("getTagsByProject", board.project))
    named = {name for each in all_written for name in each.tags}
    yield from (f"tag {name} is there {tags[name]} times" for name in named | {*tags} if tags[name] != 1)
    metadata = call("getTaskMetadata", board.task)
    expected = dict(itertools.chain.from_iterable(each.metadata.items() for each in all_written))
    yield from (f"metadata {name} is missing" for name, value in expected.items() if metadata.get(name) != value)


def round_of(executor: Executor, name: str, first_seed: int) -> int:
    """Let all clients write at the same time; print the result and return how many problems there were."""
    stores = Stores.connect(TABLE, BUCKET)
    call = Client(a_service(stores))
    board = a_board(call)
    all_written = [*executor.map(act, [board] * CLIENTS, range(first_seed, first_seed + CLIENTS))]
    problems = wrong(call, board, all_written)
    problems += [f"{method} {params} failed" for each in all_written for method, params in each.doubtful]
    problems += [*invariants.broken(invariants.Snapshot.of(stores)), *invariants.misplaced(stores)]
    calls = sum(each.calls for each in all_written)
    print(f"{CLIENTS} {name}, {calls} calls on one project and task: {len(problems)} problems")
    print(*problems, sep="\n  ", flush=True)
    return len(problems)


def prepared(environment: dict[str, str]) -> None:
    """Let a new process find the local AWS: what it imports has forgotten every address, lest it be a real one."""
    os.environ.update(environment)
    logging.disable()


def run(rounds: int = 3) -> int:
    """Let threads and processes write; return how many problems there were."""
    problems = 0
    for seed in range(0, 100 * rounds, 100):
        with ThreadPoolExecutor(CLIENTS) as threads:
            problems += round_of(threads, "threads", seed)
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(CLIENTS, spawn, prepared, (dict(os.environ),)) as processes:
            problems += round_of(processes, "processes", seed + 50)
    return problems
