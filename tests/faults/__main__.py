"""`make soak`: every fault at every call of AWS of every procedure that writes; then large removals, crowds, and kills.

On AWS's own DynamoDB where Java is, else on moto, the procedures alone. Prints one line each; exit status 1: a promise
was broken. Names of procedures and sections as arguments limit it to those.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import boto3
import pytest
import tests.environment  # noqa: F401 - before the application is imported
from local import engines, resources
from local.settings import ENGINES
from moto import mock_aws
from tests.bench.workbench import dynamodb
from tests.conftest import BUCKET, TABLE
from tests.disturbances import nothing_is_too_young
from tests.faults import concurrency, kills, removal
from tests.faults.engine import Engine, Moto, Remote
from tests.faults.faults import without_pauses
from tests.faults.harness import Harness
from tests.faults.repairs import REMOVALS, Repairs
from tests.faults.world import METHODS
from tests.streams import loaded

from lambdaboard.domain import passwords
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def moto() -> Iterator[None]:
    """Let moto answer in this process."""
    with mock_aws():
        resources.create_table(boto3.client("dynamodb"), TABLE)
        resources.create_bucket(boto3.client("s3"), BUCKET)
        yield


@contextlib.contextmanager
def undisturbed() -> Iterator[pytest.MonkeyPatch]:
    """Remove the pauses before retries; see `aged`."""
    with aged() as monkeypatch:
        without_pauses(monkeypatch)
        yield monkeypatch


@contextlib.contextmanager
def aged() -> Iterator[pytest.MonkeyPatch]:
    """Let sweep repair leftovers of any age."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        nothing_is_too_young(monkeypatch)
        yield monkeypatch


def inject(engine: Engine, stores: Stores, methods: list[str]) -> int:
    """Run the harness and print its lines; return how many problems there were."""
    problems = faults = 0
    with undisturbed() as monkeypatch:
        harness = Harness(stores, loaded(monkeypatch, "CascadeFunction"), engine)
        for method in methods:
            for is_keyed in (False, True):
                line = harness.run(method, is_keyed=is_keyed)
                print(line, *line.problems, sep="\n  ", flush=True)
                problems += len(line.problems)
                faults += line.injected.total()
        harness.end()
    print(f"{faults} faults, {problems} problems", flush=True)
    return problems


def repair(engine: Engine, stores: Stores) -> int:
    """Inject faults into cascade and sweep; return how many problems there were."""
    problems = 0
    with undisturbed() as monkeypatch:
        repairs = Repairs(stores, loaded(monkeypatch, "CascadeFunction"), engine)
        for line in (*(repairs.cascade(method) for method in REMOVALS), repairs.sweep()):
            print(line, *line.problems, sep="\n  ", flush=True)
            problems += len(line.problems)
        repairs.end()
    return problems


def remove(engine: Engine, stores: Stores) -> int:
    """Remove things with 10,000 children; return the number of problems."""
    with undisturbed() as monkeypatch:
        return removal.run(stores, loaded(monkeypatch, "CascadeFunction"), engine)


def kill_on_each_engine() -> int:
    """Do so in a process for each engine that can run here, since a server of forks keeps the first one's."""
    command = [sys.executable, "-m", "tests.faults", "kills"]
    return sum(subprocess.call(command, env=os.environ | {"ENGINE": engine}) for engine in engines.usable())


def kill(engine: str) -> int:
    """Kill processes while they write, on a local AWS of their own; return how many problems there were."""
    with aged() as monkeypatch:
        return kills.run(lambda: loaded(monkeypatch, "CascadeFunction"), engine)


def crowd(_engine: Engine, _stores: Stores) -> int:
    """Let many clients write at once; return how many problems there were."""
    return concurrency.run()


SECTIONS = {"repairs": repair, "removal": remove, "concurrency": crowd}
"""Sections that need DynamoDB Local, besides the procedures: moto is slow with much data, and loses updates."""


def main() -> int:
    """Run all sections, or those in the arguments."""
    logging.disable()
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    passwords.COST = 2**4
    wanted = sys.argv[1:] or [*METHODS, *SECTIONS, "kills"]
    methods = [method for method in METHODS if method in wanted]
    is_local = shutil.which("java") is not None and os.environ.get("ENGINE") != "moto"
    problems = 0
    with contextlib.nullcontext() if wanted == ["kills"] else dynamodb() if is_local else moto():
        stores = Stores.connect(TABLE, BUCKET)
        engine = Remote(stores) if is_local else Moto()
        problems += inject(engine, stores, methods) if methods else 0
        for name, section in SECTIONS.items():
            problems += section(engine, stores) if is_local and name in wanted else 0
    if "kills" in wanted:
        engine_name = os.environ.get("ENGINE", "")
        problems += kill(engine_name) if engine_name in ENGINES else kill_on_each_engine()
    return int(problems > 0)


if __name__ == "__main__":
    sys.exit(main())
