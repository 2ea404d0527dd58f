"""`make soak`: every fault at every call of AWS of every procedure that writes, then many clients at once.

On AWS's own DynamoDB where Java is, else on moto, without the clients. Prints one line a procedure; exit status 1: a
promise was broken. Names of procedures as arguments limit it to those.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from typing import TYPE_CHECKING

import boto3
import pytest
import tests.environment  # noqa: F401 - before the application is imported
from local import resources
from moto import mock_aws
from tests.bench.workbench import dynamodb
from tests.conftest import BUCKET, TABLE
from tests.faults import concurrency
from tests.faults.engine import Engine, Moto, Remote
from tests.faults.faults import without_pauses
from tests.faults.harness import Harness
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


def inject(engine: Engine, stores: Stores, methods: list[str]) -> int:
    """Run the harness and print its lines; return how many problems there were."""
    problems = faults = 0
    with pytest.MonkeyPatch.context() as monkeypatch:
        without_pauses(monkeypatch)
        monkeypatch.setattr("lambdaboard.store.sweep.GRACE", -5)
        monkeypatch.setattr("lambdaboard.store.sweep.GONE_FOR", -5)
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


def main() -> int:
    """Run all."""
    logging.disable()
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    passwords.COST = 2**4
    methods = [method for method in METHODS if method in sys.argv[1:] or not sys.argv[1:]]
    is_local = shutil.which("java") is not None and os.environ.get("ENGINE") != "moto"
    with dynamodb() if is_local else moto():
        stores = Stores.connect(TABLE, BUCKET)
        problems = inject(Remote(stores) if is_local else Moto(), stores, methods) if methods else 0
        if (is_local and not sys.argv[1:]) or "concurrency" in sys.argv:
            problems += concurrency.run()
    return int(problems > 0)


if __name__ == "__main__":
    sys.exit(main())
