"""getOverdueTasks and getOverdueTasksByProject (behaviour.md 3.4)."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.boards import a_board, a_task, backdate
from tests.conftest import SETTINGS, Client

from lambdaboard.store import keys
from lambdaboard.store.actions import put

if TYPE_CHECKING:
    from tests.conftest import MakePerson

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

NAMES = [
    "id",
    "title",
    "date_due",
    "project_id",
    "creator_id",
    "owner_id",
    "project_name",
    "assignee_username",
    "assignee_name",
]


def ids(rows: list[dict[str, int]]) -> list[int]:
    return [row["id"] for row in rows]


def test_a_row_has_the_documented_properties(call: Client, board: Project) -> None:
    task_id = a_task(call, board, title="Late", date_due="2020-01-01")
    row = dict(zip(NAMES, (task_id, "Late", 1_577_836_800, board.id, 0, 0, "Board", None, None), strict=True))
    assert call("getOverdueTasksByProject", board.id) == call("getOverdueTasks") == [row]
    assert [*call("getOverdueTasks")[0]] == NAMES
    as_text = {name: str(value) if isinstance(value, int) else value for name, value in row.items()}
    assert call.documented("getOverdueTasks") == call.documented("getOverdueTasksByProject", board.id) == [as_text]


def test_open_tasks_whose_due_date_has_come_are_listed_by_id(call: Client, stores: Stores, board: Project) -> None:
    later = a_task(call, board, date_due="2021-01-01")
    earlier = a_task(call, board, date_due="2020-01-01")
    a_task(call, board)
    a_task(call, board, date_due="2190-01-01")
    closed = a_task(call, board, date_due="2020-01-01")
    call("closeTask", closed)
    this_second = a_task(call, board)
    backdate(stores, this_second, date_due=int(time.time()))
    assert ids(call("getOverdueTasksByProject", board.id)) == [later, earlier, this_second]
    assert ids(call("getOverdueTasks")) == [later, earlier, this_second]
    call("openTask", closed)
    call("updateTask", id=later, date_due="")
    assert ids(call("getOverdueTasks")) == [earlier, closed, this_second]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_what_is_due_on_a_day_is_overdue_everywhere_when_that_is_over(
    service: Service, person: MakePerson, board: Project, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    settings = msgspec.structs.replace(SETTINGS, timezone=ZoneInfo(zone))
    call = Client(msgspec.structs.replace(service, settings=settings))
    ann = person("ann", board.id)
    day, timed = (a_task(call, board, owner_id=ann, date_due=f"2020-01-15{time}") for time in ("", " 10:30"))
    for moment, overdue, before_today in (
        ("2020-01-14T23:59:59", [], []),
        ("2020-01-15T00:00:00", [], []),
        ("2020-01-15T10:29:59", [], []),
        ("2020-01-15T10:30:00", [timed], []),
        ("2020-01-15T23:59:59", [timed], []),
        ("2020-01-16T00:00:00", [day, timed], [day, timed]),
    ):
        now = int(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).timestamp())
        monkeypatch.setattr("lambdaboard.api.context.time.time", lambda now=now: now)
        mine = call.by("ann")("getMyOverdueTasks")
        listed = [mine, call("getOverdueTasks"), call("getOverdueTasksByProject", board.id)]
        found = [call("searchTasks", board.id, query) for query in ("due:<today", "due:<today status:open")]
        monkeypatch.undo()
        assert [ids(rows) for rows in listed] == [overdue] * 3, moment
        assert [ids(rows) for rows in found] == [before_today] * 2, moment


def test_over_all_projects_the_disabled_ones_are_left_out(call: Client, stores: Stores, board: Project) -> None:
    disabled = a_board(stores, is_active=0)
    gone = a_board(stores)
    second = a_board(stores)
    late = [a_task(call, each, date_due="2020-01-01") for each in (second, board, disabled, gone)]
    stores.table.write(*stores.projects.delete_actions(stores.projects.get(gone.id)))
    assert ids(call("getOverdueTasks")) == late[:2]
    assert call("getOverdueTasksByProject", disabled.id) == []
    assert call.documented("getOverdueTasksByProject", disabled.id) == []


@pytest.mark.parametrize("project_id", [0, -1, 999_999])
def test_an_unknown_project_is_false_as_documented_and_empty_as_kanboard_says(call: Client, project_id: int) -> None:
    assert call.documented("getOverdueTasksByProject", project_id) is False
    assert call("getOverdueTasksByProject", project_id) == []


def test_more_tasks_than_one_read_takes_are_all_listed(call: Client, board: Project, stores: Stores) -> None:
    task = stores.tasks.find(a_task(call, board, date_due="2020-01-01")).stored.task
    wanted = [*range(task.id, task.id + 105)]
    for task_id in wanted:
        item = stores.tasks.put_actions(task.changed(id=task_id))[0].request["Put"]["Item"]
        stores.table.write(put(keys.task(board.id, task_id), item))
    assert ids(call("getOverdueTasksByProject", board.id)) == ids(call("getOverdueTasks")) == wanted
