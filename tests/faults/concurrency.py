"""Clients that write at the same time, to the same lane, project and task: threads of one process, then processes.

Only for an engine that loses no updates itself: DynamoDB Local. Afterwards no answered write is missing, no id was
given twice, no call has failed, and the invariants hold.
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
from typing import Any

from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.faults import invariants

from lambdaboard.store.stores import Stores

CLIENTS = 8
STEPS = 25


@dataclass
class Written:
    """What a client was answered.

    Attributes:
        made: ids, by the procedure that made them.
        failures: calls that were not made, with their answers.
        names: the title or tag that was written last, by what is this client's alone.
        calls: how many there were.
    """

    made: dict[str, list[int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    metadata: dict[str, str] = field(default_factory=dict)
    calls: int = 0


@dataclass(frozen=True)
class Board:
    """What all of them write to."""

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
    """Write as one client does, in a container of its own."""
    call = Client(a_service(Stores.connect(TABLE, BUCKET)))
    chance, written = random.Random(seed), Written()
    for step in range(STEPS):
        own = written.made.get("createTask", [])
        task = chance.choice([board.task, board.task, *own])
        name = f"{seed}-{step}"
        column = chance.choice(board.columns)
        calls: list[tuple[str, list[Any]]] = [
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
        ]
        method, params = calls[step % len(calls)] if step < len(calls) else chance.choice(calls)
        answer = call.answer(method, *params)
        note(written, method, params, answer)
    return written


def note(written: Written, method: str, params: list[Any], answer: dict[str, Any]) -> None:
    """Note what a call was answered."""
    written.calls += 1
    result = answer.get("result")
    # a move to where the task is already is false: another client has moved it there
    if result is None or (result is False and method != "moveTaskPosition"):
        written.failures.append(f"{method} {params}: {answer}")
    elif method.startswith("create"):
        written.made.setdefault(method, []).append(result)
    elif method == "setTaskTags":
        written.tags |= set(params[2])
    elif method == "saveTaskMetadata":
        written.metadata |= params[1]


def wrong(call: Client, board: Board, all_written: list[Written]) -> list[str]:
    """Return what is missing of what was answered, and what was given twice."""
    made = {
        method: [number for each in all_written for number in each.made.get(method, [])]
        for method in ("createTask", "createTaskFile", "createComment", "createSubtask")
    }
    rows = [*call("getAllTasks", board.project, 1), *call("getAllTasks", board.project, 0)]
    there = {
        "createTask": [row["id"] for row in rows if row["id"] != board.task],
        "createTaskFile": [row["id"] for row in call("getAllTaskFiles", board.task)],
        "createComment": [row["id"] for row in call("getAllComments", board.task)],
        "createSubtask": [row["id"] for row in call("getAllSubtasks", board.task)],
    }
    problems = [failure for each in all_written for failure in each.failures]
    problems += [
        f"{method} gave {n} twice" for method, ids in made.items() for n, times in Counter(ids).items() if times > 1
    ]
    problems += [
        f"{method}: answered {made[method]}, there {there[method]}"
        for method in made
        if sorted(made[method]) != sorted(there[method])
    ]
    tags = Counter(row["name"] for row in call("getTagsByProject", board.project))
    problems += [
        f"tag {name} is there {tags[name]} times" for each in all_written for name in each.tags if tags[name] != 1
    ]
    metadata = call("getTaskMetadata", board.task)
    expected = dict(itertools.chain.from_iterable(each.metadata.items() for each in all_written))
    return [*problems, *([] if metadata == expected else [f"metadata is {metadata}, not {expected}"])]


def round_of(executor: Executor, name: str, first_seed: int) -> int:
    """Let all clients write at the same time; print what came of it and return how many problems there were."""
    stores = Stores.connect(TABLE, BUCKET)
    call = Client(a_service(stores))
    board = a_board(call)
    all_written = [*executor.map(act, [board] * CLIENTS, range(first_seed, first_seed + CLIENTS))]
    problems = wrong(call, board, all_written)
    problems += [*invariants.broken(invariants.Snapshot.of(stores)), *invariants.misplaced(stores)]
    calls = sum(each.calls for each in all_written)
    print(f"{CLIENTS} {name}, {calls} calls on one project and task: {len(problems)} problems")
    print(*problems, sep="\n  ", flush=True)
    return len(problems)


def _prepared(environment: dict[str, str]) -> None:
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
        with ProcessPoolExecutor(CLIENTS, spawn, _prepared, (dict(os.environ),)) as processes:
            problems += round_of(processes, "processes", seed + 50)
    return problems
