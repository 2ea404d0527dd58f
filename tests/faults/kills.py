"""Processes that are killed while they write, as in a power cut: containers, then the database itself.

Processes that are not killed record the answers to clients. Afterwards, once cascade and sweep have run, all answered
writes are there, no id was used twice, and the invariants hold.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from local import aws, engines
from local.stream import Feeder
from tests.bench.workbench import engine
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.faults import invariants
from tests.faults.concurrency import CLIENTS, Board, Written, a_board, prepared, write, wrong

from lambdaboard.store.stores import Stores
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from local.functions import Function
    from local.process import Child
    from local.settings import Settings

CONTAINERS, LIVES = 4, 8
"""Processes at the same time, and how often each is started again after it was killed."""

MOST_ANSWERS = 40
"""The limit of answers of a process before it is killed."""

PATIENCE = 30


@dataclass
class Wire:
    """The journal of a process that will be killed; another process at the other end keeps it."""

    end: Connection

    def asked(self, method: str, params: list[Any]) -> None:
        """Report a call before it is made."""
        self.end.send(("asked", (method, params)))

    def answered(self, answer: dict[str, Any]) -> None:
        """Report the answer."""
        self.end.send(("answered", (answer,)))


def _live(environment: dict[str, str], end: Connection, board: Board, seed: int) -> None:
    prepared(environment)
    write(board, seed, 10 * MOST_ANSWERS, Wire(end))


def life(context: Any, board: Board, seed: int) -> Written:
    """Let a process write, kill it at a random moment, and return what it was answered until then."""
    chance, written = random.Random(seed), Written()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_live, args=(dict(os.environ), theirs, board, seed), daemon=True)
    process.start()
    theirs.close()
    last = chance.randint(1, MOST_ANSWERS)
    with suppress(EOFError):
        while written.calls < last:
            _take_down(written, ours)
        process.join(chance.uniform(0, 0.05))  # in the middle of a call
        process.kill()
        while True:
            _take_down(written, ours)
    process.join()
    assert process.exitcode == -signal.SIGKILL, process.exitcode
    return written


def _take_down(written: Written, end: Connection) -> None:
    event, arguments = end.recv()
    getattr(written, event)(*arguments)


def kill_containers(board: Board) -> list[Written]:
    """Kill processes that work on one project, again and again."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ThreadPoolExecutor(CONTAINERS) as threads:
        return [*threads.map(partial(life, context, board), range(CONTAINERS * LIVES))]


@dataclass
class Witness(Written):
    """Takes down, and calls for what shall happen once so many answers are there, of all witnesses together."""

    countdown: list[int] = field(default_factory=list)
    is_time: threading.Event = field(default_factory=threading.Event)

    def answered(self, answer: dict[str, Any]) -> None:
        """Note the answer."""
        super().answered(answer)
        if self.countdown:
            self.countdown.pop()
        else:
            self.is_time.set()


def kill_database(board: Board, settings: Settings, database: Child) -> tuple[list[Written], Child]:
    """Kill the engine while clients write, start it again on its folder, and let them continue."""
    is_time, countdown = threading.Event(), [1] * (CLIENTS * MOST_ANSWERS // 3)
    witnesses = [Witness(countdown=countdown, is_time=is_time) for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as threads:
        writing = [threads.submit(write, board, seed, MOST_ANSWERS, each) for seed, each in enumerate(witnesses, 900)]
        is_time.wait()
        os.kill(database.pid, signal.SIGKILL)
        database.stop(PATIENCE)
        url = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
        restarted = engines.start(settings.engine, settings.data, int(url.rpartition(":")[2]))
        aws.wait_for(url)
        for each in writing:
            each.result()
    return [*witnesses], restarted


def run_repairs(cascade: Function, stores: Stores, folder: Path) -> None:
    """Run cascade on the rest of the stream, and sweep as often as in some days."""
    feeder = Feeder(boto3.client("dynamodb"), boto3.client("dynamodbstreams"), TABLE, cascade, folder / "stream")
    while feeder.round():
        pass
    for _ in range(3):
        Sweep(stores, repair=True, has_time=lambda: True).run()


def judge(name: str, cascade: Function, settings: Settings, board: Board, all_written: list[Written]) -> int:
    """Print the result; return how many problems there were."""
    stores = Stores.connect(TABLE, BUCKET)
    run_repairs(cascade, stores, settings.data)
    found = invariants.Snapshot.of(stores)
    problems = [*wrong(Client(a_service(stores)), board, all_written), *invariants.misplaced(stores)]
    problems += [*invariants.broken(found), *invariants.dangling(found)]
    calls, doubtful = (sum(counts) for counts in zip(*((w.calls, len(w.doubtful)) for w in all_written), strict=True))
    print(f"{name}: {calls} calls, {doubtful} of them in doubt: {len(problems)} problems")
    print(*problems, sep="\n  ", flush=True)
    return len(problems)


def run(load: Callable[[], Function], engine_name: str) -> int:
    """Kill containers, then the database; `load`: imports cascade. Return how many problems there were."""
    with engine(engine_name) as (settings, database):
        board = a_board(Client(a_service(Stores.connect(TABLE, BUCKET))))
        name = f"{CONTAINERS} processes on {database.name} killed {LIVES} times each"
        problems = judge(name, load(), settings, board, kill_containers(board))
        board = a_board(Client(a_service(Stores.connect(TABLE, BUCKET))))
        written, restarted = kill_database(board, settings, database)
        try:
            name = f"{database.name} killed under {CLIENTS} clients"
            return problems + judge(name, load(), settings, board, written)
        finally:
            restarted.stop(PATIENCE)
