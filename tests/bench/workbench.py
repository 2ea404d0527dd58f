"""Shared code of the benchmarks: AWS's DynamoDB Local behind the application in this process, large projects, costs.

The application runs here, so that its processor time is separate from the emulator's. Round trips are those that follow
one another, by the clock of tests/aws_calls.py.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import boto3
import tests.environment  # noqa: F401 - before the application is imported
from local import aws, engines, resources
from local.functions import wait_longer
from local.settings import Settings
from tests.aws_calls import Tracker
from tests.bench.write_units import of_transaction
from tests.conftest import BUCKET, TABLE

from lambdaboard.store import keys
from lambdaboard.store.actions import string
from lambdaboard.store.keys.indexes import LANE, LaneKey
from lambdaboard.store.parallel import gather_map
from lambdaboard.store.stores import Stores
from lambdaboard.store.tombstones import USERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pytest
    from local.process import Child

    from lambdaboard.domain.task import Task

RUNS = 9


@contextmanager
def dynamodb() -> Iterator[Stores]:
    """Start the local AWS with AWS's own DynamoDB (Java and npm are needed) and yield the stores of an empty table."""
    with engine():
        stores = Stores.connect(TABLE, BUCKET)
        # DynamoDB Local counts nothing for a missing item, AWS a unit
        stores.table.write(*USERS.put_actions(keys.LAST_ID, int(time.time())))
        yield stores


@contextmanager
def engine(name: str = engines.DYNAMODB_LOCAL) -> Iterator[tuple[Settings, Child]]:
    """Do the same with any engine, and yield the place of the data, and the process of the engine."""
    cache = Path("/dev/shm")  # if there is one: a disk takes ten times as long for each write
    with tempfile.TemporaryDirectory(dir=cache if cache.is_dir() else None) as folder:
        settings = Settings(port=8000, data=Path(folder), engine=name, token="")
        wait_longer()
        with aws.local_aws(settings) as (environment, started):
            os.environ.update(environment)
            os.environ.update(TABLE_NAME=TABLE, BUCKET_NAME=BUCKET)
            resources.make_all()
            yield settings, started[-1]


def write(stores: Stores, tasks: Iterable[Task], ranks: Mapping[int, str] = MappingProxyType({})) -> None:
    """Write many new tasks and their lookups; nothing reads them yet, so no transactions are needed.

    Args:
        stores: where to.
        tasks: their order is that of their ids.
        ranks: of those that were moved, by their ids.
    """
    client: Any = stores.table.client
    puts = [action.request["Put"]["Item"] for task in tasks for action in stores.tasks.put_actions(task)]
    for item in (each for each in puts if LANE in each):
        place = LaneKey.of(item)
        item[LANE] = string(place._replace(rank=ranks.get(place.task_id, place.rank)).text())
    batches = [[{"PutRequest": {"Item": item}} for item in puts[n : n + 25]] for n in range(0, len(puts), 25)]
    gather_map(lambda batch: client.batch_write_item(RequestItems={stores.table.name: batch}), batches)


@dataclass(frozen=True)
class Cost:
    """The cost of an act; times in milliseconds, NaN if not measured.

    Of processor times it is the least, as in timeit: what other processes add is not ours. Of wall times the median.

    Attributes:
        beside: processor time of the act that was measured in turn with it.
    """

    round_trips: int
    calls: int
    s3: int
    read_units: float
    write_units: float
    cpu: float = math.nan
    wall: float = math.nan
    beside: float = math.nan


class Scales:
    """Measures acts of a warm container.

    Args:
        stores: whose calls of DynamoDB are counted.
        monkeypatch: see `Tracker`, whose changes it undoes after each act.
    """

    def __init__(self, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
        self._stores = stores
        self._monkeypatch = monkeypatch
        self._reads = self._writes = 0.0
        self._lock = Lock()
        self._counts = False
        events = stores.table.client.meta.events
        events.register("before-parameter-build.dynamodb.TransactWriteItems", self._look)
        events.register("after-call.dynamodb", self._count)
        self._reader: Any = boto3.client("dynamodb")

    def _look(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Read what a transaction writes: AWS's units of it are those of its items before and after."""
        if not self._counts:
            return
        writes = [next(iter(each.values())) for each in params["TransactItems"]]
        keys = [each.get("Key") or {name: each["Item"][name] for name in ("pk", "sk")} for each in writes]
        context["written"] = keys, self._read(keys)

    def _read(self, keys: list[Any]) -> list[Any]:
        return [self._reader.get_item(TableName=TABLE, Key=key, ConsistentRead=True).get("Item") for key in keys]

    def _count(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity") or []
        units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
        if "written" in context:
            keys, before = context["written"]
            units = of_transaction(before, self._read(keys))
        with self._lock:  # calls of AWS are made in threads
            if model.name in {"Query", "GetItem", "BatchGetItem"}:
                self._reads += units
            else:
                self._writes += units

    def weigh(
        self, prepare: Callable[[], Callable[[], Any]], runs: int = RUNS, beside: Callable[[], Any] | None = None
    ) -> Cost:
        """Do an act once for the counts, having done it once before, then several times for the times.

        Args:
            prepare: makes the act ready, each time; that is not weighed.
            runs: how often it is timed.
            beside: an act that is measured in turn with it, since the speed of a machine changes.
        """
        prepare()()
        act = prepare()
        # else the time would decide whether the last change is renewed
        self._stores.cache.last_change_renewed.clear()
        with self._monkeypatch.context() as undone:
            tracker = Tracker(undone, self._stores)
            self._reads = self._writes = 0
            self._counts = True
            counted = tracker.of(act)
            self._counts = False
            counts = counted.depth, counted.dynamodb, counted.s3  # as they are now: it goes on counting
            units = self._reads, self._writes
        times = [(*timed(prepare()), timed(beside)[0] if beside else math.nan) for _ in range(runs)]
        if not runs:
            return Cost(*counts, *units)
        cpu, wall, alongside = zip(*times, strict=True)
        return Cost(*counts, *units, min(cpu), statistics.median(wall), min(alongside))


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Return the processor time of this process and the wall time of an act, in milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
