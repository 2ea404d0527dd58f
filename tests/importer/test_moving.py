"""A whole move, from a file of SQLite to a stack on moto."""

from __future__ import annotations

import gzip
import itertools
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import bcrypt
import pytest
from importer.errors import ImporterError
from importer.writer import DryWriter, TableWriter
from sqlalchemy import String, Text
from tests.bench.write_units import of_transaction
from tests.importer import original

from importer import models
from lambdaboard.store.imports import write_units
from lambdaboard.store.keys import counter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.conftest import Client
    from tests.importer.conftest import Kanboard

    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.stores import Stores

UNTOLD = {
    ("users", "is_ldap_user"),
    ("users", "twofactor_activated"),
    ("task_has_files", "path"),
    ("project_has_files", "path"),
    ("project_has_metadata", "changed_by"),
    ("project_has_metadata", "changed_on"),
    ("task_has_metadata", "changed_by"),
    ("task_has_metadata", "changed_on"),
    ("subtask_time_tracking", "start"),
    ("project_activities", "data"),  # the title of its task is
    ("action_has_params", "name"),  # one of another name is missing, and too much
    ("subtask_time_tracking", "end"),  # 0 alone is told: the timer runs
    ("tasks", "is_active"),  # a closed task is missing among the open ones
}
"""Columns that no procedure tells: what has no place here, what is stored and not told, what is told otherwise."""

THROTTLED: Any = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}

OWNERS = {"project_id", "action_id", "task_id", "subtask_id", "user_id", "id"}
"""Columns that say whose a row is: with another owner it is missing in one place, and too much in the other."""


def test_a_small_board_with_everything_in_it_comes_over_without_a_difference(kanboard: Kanboard) -> None:
    kanboard.move()
    assert kanboard.verify() == []
    carried = {model.table for model in models.CARRIED}
    assert carried == kanboard.report["counts"].keys(), "each table was compared"


def test_a_database_comes_over_as_kanboard_gives_it_to_download(kanboard: Kanboard) -> None:
    packed = kanboard.database.with_suffix(".sqlite.gz")
    packed.write_bytes(gzip.compress(kanboard.database.read_bytes()))
    kanboard.database = packed
    kanboard.move()
    assert kanboard.verify() == []


def test_every_row_is_carried_over_or_in_the_report(kanboard: Kanboard) -> None:
    report = kanboard.move()
    rows = {name: len(found) for name, found in original.everything().items()}
    alone = {name: number for name, number in rows.items() if name not in {model.table for model in models.CARRIED}}
    assert kanboard.told("left out") == [
        "project_activities. 90",
        "custom_filters. 1",
        "settings. api_token",
        "user_has_notifications. 1/1",
        "plugin_calendar. 1 rows",
        "sessions. 1 rows",
    ]
    assert len(kanboard.told("left out")) == len(alone) + 1, "and a row of activity that is too old"
    assert report["counts"] == {
        model.table: rows[model.table] for model in models.CARRIED if model.table != "task_has_tags"
    }
    assert "the-secret-of-a-session" not in kanboard.database.with_name("report.json").read_text()


def test_verify_finds_each_field_that_is_another_one(kanboard: Kanboard) -> None:
    kanboard.move()
    changed = set()
    for model in models.CARRIED:
        before = _row(kanboard.database, model.table)
        names = {name for name in model.model_fields if name in before} - OWNERS - {*model.key}
        names |= (
            {"user_id"} if model.table in {"comments", "subtasks", "task_has_files", "project_has_files"} else set()
        )
        names -= {name for table, name in UNTOLD if table == model.table}
        changed |= {f"{model.table}.{name}" for name in names}
        for name in names:
            _change(kanboard, model, f'UPDATE "{model.table}" SET "{name}" = ?', before, _another(model, name, before))
    assert changed <= {each.split()[0] for each in kanboard.verify()}
    kanboard.change("UPDATE tasks SET is_active = 1 - is_active WHERE id = 3")
    assert "tasks. 3" in kanboard.verify()


def test_verify_finds_each_row_that_is_there_alone(kanboard: Kanboard) -> None:
    kanboard.move()
    kanboard.change("UPDATE subtask_time_tracking SET end = 1 WHERE id = 3")
    tables = {model for model in models.CARRIED if model.table not in {"tasks", "projects", "subtask_time_tracking"}}
    for model in tables:
        _change(kanboard, model, f'DELETE FROM "{model.table}"', _row(kanboard.database, model.table))
    kanboard.change("DELETE FROM tasks WHERE id = 10")
    found = kanboard.verify()
    assert {model.table for model in tables} <= {each.split(".")[0] for each in found}
    assert {"subtask_time_tracking.is_running 7/1", "projects. 1"} <= {*found}
    kanboard.change("DELETE FROM projects WHERE id = 4")
    assert "projects. 4" in kanboard.verify()


def _change(kanboard: Kanboard, model: type[models.Row], change: str, row: dict[str, Any], *values: Any) -> None:
    """Change one row."""
    where = " AND ".join(f'"{part}" = ?' for part in model.key)
    kanboard.change(f"{change} WHERE {where}", *values, *(row[part] for part in model.key))


def _row(database: Path, table: str) -> dict[str, Any]:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute(f'SELECT * FROM "{table}" LIMIT 1').fetchone())


def _another(model: type[models.Row], name: str, row: dict[str, Any]) -> Any:
    """Return another value for a column of a row."""
    kind, value = original.METADATA.tables[model.table].c[name].type, row[name]
    if name == "role":
        return "project-viewer" if model is models.MemberRow else "app-user"
    if name == "password":
        return original.BCRYPT[:-1] + "x"
    if isinstance(kind, String | Text):
        return "another"
    return 1 - (value or 0) if kind is original.FLAG else 7 + (value or 0)


def test_positions_are_those_of_the_board_and_a_new_task_is_last(kanboard: Kanboard, call: Client) -> None:
    kanboard.move()
    new = call("createTask", project_id=1, title="New", column_id=1)
    rows = call("getAllTasks", project_id=1, status_id=1)
    lane = sorted((row["position"], row["id"]) for row in rows if (row["column_id"], row["swimlane_id"]) == (1, 1))
    assert lane == [(1, 6), (2, 3), (3, 5), (4, 2), (5, new)]
    other = call("createTask", project_id=4, title="New", column_id=9)
    assert call("getTask", other)["position"] == 2, "behind the one whose position is greater than the ids"


def test_ids_that_were_given_once_are_not_given_again(kanboard: Kanboard, stores: Stores, call: Client) -> None:
    kanboard.move()
    last = {name: int(stores.table.get([counter(name)])[counter(name)]["n"]["N"]) for name in ("task", "user", "tag")}
    assert last == {"task": 40, "user": 88, "tag": 6}, "of tasks the greatest position, of users one who is gone"
    assert call("createUser", username="new", password="secret") == 89
    assert call("createComment", task_id=2, user_id=1, content="New") == 10
    assert call("createLink", label="new") == 15


def test_a_run_that_is_cut_off_anywhere_is_resumed_without_a_difference(kanboard: Kanboard) -> None:
    writes = 0

    class Killed(Exception):  # noqa: N818
        pass

    class Mortal(TableWriter):
        def put(self, actions: Iterable[TransactItem]) -> None:
            nonlocal writes
            writes += 1
            if writes in deaths:
                super().put([*actions][:3])
                raise Killed
            super().put(actions)

    deaths = {1, 3, 6, 10, 12, 16, 18}
    for number in range(len(deaths)):
        with pytest.raises(Killed):
            kanboard.move(Mortal(kanboard.stores), resume=number > 0)
    with pytest.raises(ImporterError, match="--resume"):
        kanboard.move()
    kanboard.move(Mortal(kanboard.stores), resume=True)
    assert kanboard.verify() == []
    with pytest.raises(ImporterError, match="an import here already"):
        kanboard.move(resume=True)


def test_another_state_of_the_database_is_not_resumed(kanboard: Kanboard) -> None:
    class Broken(TableWriter):
        def put(self, actions: Iterable[TransactItem]) -> None:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        kanboard.move(Broken(kanboard.stores))
    kanboard.change("DELETE FROM comments WHERE id = 4")
    with pytest.raises(ImporterError, match="another state"):
        kanboard.move(resume=True)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("createProject", {"name": "There"}),
        ("createUser", {"username": "there", "password": "secret"}),
        ("createLink", {"label": "there"}),
    ],
)
def test_a_stack_that_has_something_in_it_is_refused(
    kanboard: Kanboard, call: Client, method: str, params: Any
) -> None:
    call(method, **params)
    with pytest.raises(ImporterError, match="empty"):
        kanboard.move()


def test_a_dry_run_tells_the_same_and_writes_nothing(kanboard: Kanboard, stores: Stores) -> None:
    writer = DryWriter()
    kanboard.move(writer)
    would = [*kanboard.report["notes"]]
    assert [*stores.table.scan()] == []
    assert (writer.units > 100, writer.uploads) == (True, 3)
    moved = kanboard.move()
    assert moved["notes"] == would


def test_the_units_of_a_dry_run_are_those_that_aws_counts(kanboard: Kanboard, stores: Stores) -> None:
    kanboard.move()
    items = [item for page in stores.table.scan() for item in page]
    assert [write_units(item) for item in items] == [of_transaction([None], [item]) // 2 for item in items]


def test_a_schema_that_is_older_or_newer_is_refused_by_its_number(kanboard: Kanboard) -> None:
    for version, word in ((126, "older"), (129, "newer")):
        with closing(sqlite3.connect(kanboard.database)) as connection, connection:
            connection.execute(f"PRAGMA user_version = {version}")
        with pytest.raises(ImporterError, match=f"{version}, which is {word}"):
            kanboard.move()
    with closing(sqlite3.connect(kanboard.database)) as connection, connection:
        connection.execute("PRAGMA user_version = 127")
        connection.execute("ALTER TABLE comments DROP COLUMN visibility")
    kanboard.move()
    assert kanboard.verify() == []


def test_people_log_in_with_the_passwords_that_they_had(kanboard: Kanboard, call: Client) -> None:
    hashed = bcrypt.hashpw(b"secret of ann", bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")
    kanboard.change("UPDATE users SET password = ?, nb_failed_login = 0 WHERE username = 'ann'", hashed)
    kanboard.move()
    assert kanboard.verify() == []
    assert call.by("ann")("getMe")["id"] == 3


def test_throttling_slows_a_move_and_does_not_break_it(kanboard: Kanboard, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = kanboard.stores.table.client
    write, requests = client.batch_write_item, itertools.count()

    def throttled(**request: Any) -> Any:
        number = next(requests)
        if number % 3 == 0:
            raise client.exceptions.ProvisionedThroughputExceededException(THROTTLED, "BatchWriteItem")
        ((table, items),) = request["RequestItems"].items()
        if number % 3 == 1 and len(items) > 1:
            write(RequestItems={table: items[:1]})
            return {"UnprocessedItems": {table: items[1:]}}
        return write(**request)

    monkeypatch.setattr(client, "batch_write_item", throttled)
    kanboard.move()
    monkeypatch.undo()
    assert kanboard.verify() == []
