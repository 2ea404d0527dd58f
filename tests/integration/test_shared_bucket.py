"""A bucket belongs to one table: the sweep of another one leaves its contents alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, contents, everything
from tests.conftest import BUCKET, TABLE
from tests.disturbances import nothing_is_too_young
from tests.integration.orphans import LOST
from tests.streams import loaded

from lambdaboard.store.blobs import OWNER
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from local.functions import Function
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

FOREIGN = {"bucket of another table": 1}
"""What a sweep finds of a bucket that is another table's, and nothing of what is in it."""


@pytest.fixture
def sweep(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function, to which everything is old enough to be left behind."""
    nothing_is_too_young(monkeypatch)
    return loaded(monkeypatch, "SweepFunction")


@pytest.fixture
def lost(stores: Stores, board: Project) -> str:
    """The path of a content without a record, as of a file that came after the table was restored."""
    path = f"{board.id}/{LOST}/abc"
    stores.blobs.put(path, b"of somebody")
    return path


def test_the_first_repair_writes_whose_the_bucket_is_and_a_dry_run_writes_nothing(
    stores: Stores, sweep: Function
) -> None:
    sweep({})
    assert stores.blobs.owner() is None
    assert sweep({"repair": True})["found"] == {}
    assert stores.blobs.owner() == TABLE


@pytest.mark.parametrize("repair", [False, True])
def test_contents_of_a_bucket_of_another_table_are_neither_counted_nor_removed(
    stores: Stores, sweep: Function, lost: str, *, repair: bool
) -> None:
    stores.blobs.put(OWNER, b"production")
    assert sweep({"repair": repair}) == {"found": FOREIGN, "repaired": repair, "complete": True}
    assert stores.blobs.get(lost) == b"of somebody"
    assert stores.blobs.owner() == "production"


def test_the_table_is_mended_though_the_bucket_is_of_another(
    call: Client, stores: Stores, board: Project, sweep: Function
) -> None:
    before = everything(stores)
    task_id = a_task(call, board)
    call("saveTaskMetadata", task_id, {"name": "value"})
    call("removeTask", task_id)
    assert everything(stores) != before
    stores.blobs.put(OWNER, b"production")
    assert sweep({"repair": True})["found"].keys() > FOREIGN.keys()
    assert everything(stores) == before


def test_files_of_an_older_generation_lose_their_records_and_keep_the_contents_of_another_tables_bucket(
    call: Client, stores: Stores, board: Project, sweep: Function
) -> None:
    task_id = a_task(call, board)
    call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    call("removeAllTaskFiles", task_id)
    there = contents(stores)
    stores.blobs.put(OWNER, b"production")
    assert sweep({"repair": True})["found"] == FOREIGN | {"file of an older generation": 1}
    assert sweep({"repair": True})["found"] == FOREIGN
    assert contents(stores) == there != []


def test_the_log_says_whose_the_bucket_is_and_what_to_do(
    stores: Stores, sweep: Function, caplog: pytest.LogCaptureFixture
) -> None:
    sweep({"repair": True})
    assert not [record for record in caplog.records if record.levelname == "WARNING"]
    stores.blobs.put(OWNER, b"production")
    sweep({"repair": True})
    (warning,) = (record for record in caplog.records if record.levelname == "WARNING")
    told = vars(warning)
    assert (warning.getMessage(), told["bucket"], told["owner"]) == ("bucket of another table", BUCKET, "production")
    assert f"make adopt TABLE={TABLE} BUCKET={BUCKET}" in told["remedy"]


def test_what_says_whose_the_bucket_is_is_no_content_and_is_read_once_a_run(stores: Stores, sweep: Function) -> None:
    assert sweep({"repair": True})["found"] == {}
    operations: list[str] = []
    client = vars(sys.modules[sweep.name])["stores"].blobs.client
    client.meta.events.register("before-parameter-build.s3", lambda model, **_: operations.append(model.name))
    for _ in range(2):
        assert sweep({"repair": True})["found"] == {}
    assert operations == ["GetObject", "ListObjectsV2"] * 2
    assert contents(stores) == []
    assert stores.blobs.owner() == TABLE


def test_of_two_tables_that_ask_at_once_for_a_new_bucket_one_gets_it(
    stores: Stores, sweep: Function, lost: str
) -> None:
    client = stores.blobs.client

    def quicker(**_: Any) -> None:
        client.meta.events.unregister("before-parameter-build.s3.PutObject", quicker)
        stores.blobs.put(OWNER, b"the quicker one")

    client.meta.events.register("before-parameter-build.s3.PutObject", quicker)
    report = Sweep(stores, repair=True, has_time=lambda: True).run()
    assert (report.owner, report.found) == ("the quicker one", FOREIGN)
    assert stores.blobs.get(lost)


def test_a_bucket_that_says_nothing_of_a_table_is_no_ones_to_sweep(stores: Stores, sweep: Function, lost: str) -> None:
    stores.blobs.put(OWNER, b"")
    assert sweep({"repair": True})["found"] == FOREIGN
    assert stores.blobs.get(lost)
