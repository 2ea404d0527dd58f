"""Dates given to createTask and updateTask (behaviour.md 3.3); more of their forms: tests/unit/domain/test_dates.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.boards import a_task, backdate, everything
from tests.conftest import SETTINGS, Client

if TYPE_CHECKING:
    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

MIDNIGHT = 1_894_665_600  # 2030-01-15
HALF_PAST_TEN = MIDNIGHT + 37_800

READ = [
    ("2030-01-15 10:30", HALF_PAST_TEN),
    ("2030_01_15 10:30", HALF_PAST_TEN),
    ("01/15/2030 10:30", HALF_PAST_TEN),
    ("2030-01-15", MIDNIGHT),
    ("2030-01-15T10:30:15+02:00", HALF_PAST_TEN + 15 - 7200),
    ("1970-01-01 00:01", 60),
    ("", 0),
]

REFUSED = ["15.01.2030", "2030/01/15", "1894703400", 0, 5, 1.5, "0", " 2030-01-15", "24:00", "1970-01-01 00:00"]


@pytest.mark.parametrize("name", ["date_due", "date_started"])
def test_a_date_is_read_alike_by_create_and_update(call: Client, board: Project, name: str) -> None:
    for text, seconds in READ:
        task_id = a_task(call, board, **{name: text})
        assert call("getTask", task_id)[name] == seconds, text
        other = a_task(call, board, **{name: "2031-01-01"})
        assert call("updateTask", id=other, **{name: text}) is True
        assert call("getTask", other)[name] == seconds, text


@pytest.mark.parametrize("name", ["date_due", "date_started"])
def test_what_is_no_date_is_refused_and_changes_nothing(
    call: Client, stores: Stores, board: Project, name: str
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    for text in [*REFUSED, "15/01/2030"]:
        assert call("createTask", **{"title": "Task", "project_id": board.id, name: text}) is False, text
        assert call("updateTask", **{"id": task_id, "title": "New", name: text}) is False, text
    values: list[Any] = [[], {}, True]
    for value in values:
        assert name in call.error("createTask", **{"title": "Task", "project_id": board.id, name: value})["data"]
        assert name in call.error("updateTask", **{"id": task_id, name: value})["data"]
    assert everything(stores) == before


def test_null_is_no_date_for_create_and_keeps_it_for_update(call: Client, board: Project) -> None:
    task_id = a_task(call, board, date_due=None, date_started=None)
    assert [call("getTask", task_id)[name] for name in ("date_due", "date_started")] == [0, 0]
    task_id = a_task(call, board, date_due="2030-01-15")
    assert call("updateTask", id=task_id, date_due=None) is True
    assert call("getTask", task_id)["date_due"] == MIDNIGHT


def test_a_start_later_than_the_due_date_is_refused_be_that_given_or_stored(
    call: Client, stores: Stores, board: Project
) -> None:
    late = {"date_due": "2030-01-15", "date_started": "2030-01-16"}
    assert call("createTask", title="Task", project_id=board.id, **late) is False
    task_id = a_task(call, board, date_due="2030-01-15", date_started="2030-01-15")
    before = everything(stores)
    assert call("updateTask", id=task_id, **late) is False
    assert call("updateTask", id=task_id, date_started="2030-01-16") is False
    assert call("updateTask", id=task_id, date_due="2030-01-14", title="New") is False
    assert everything(stores) == before
    assert call("updateTask", id=task_id, date_due="", date_started="2030-01-17") is True
    assert call("updateTask", id=task_id, date_due="2030-01-16") is False
    assert call("updateTask", id=task_id, date_due="2030-01-18") is True
    assert call("updateTask", id=task_id, date_started="") is True
    assert call("updateTask", id=task_id, date_due="2030-01-01") is True


def test_a_task_that_is_due_on_a_day_may_start_at_any_time_of_it(call: Client, board: Project) -> None:
    task_id = a_task(call, board, date_due="2030-01-15", date_started="2030-01-15 10:30")
    assert call("updateTask", id=task_id, date_started="2030-01-15 23:59") is True
    assert call("updateTask", id=task_id, date_due="2030-01-15 10:30") is False
    assert call("updateTask", id=task_id, date_due="2030-01-15") is True


def test_what_was_stored_with_a_late_start_can_still_be_changed(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    backdate(stores, task_id, date_due=MIDNIGHT, date_started=MIDNIGHT + 90_000)
    assert call("updateTask", id=task_id, title="New") is True
    assert call("updateTask", id=task_id, date_due="2030-01-15") is False
    assert call("updateTask", id=task_id, date_due="2030-01-17") is True


STARTS = [
    ("05/01/2030 10:30", "2030-01-05 10:30", "2030-05-01 10:30"),
    ("25/12/2030 08:15", "2030-12-25 08:15", None),
    ("5/1/2030", "2030-01-05", "2030-05-01"),
    ("01/15/2030", "2030-01-15", "2030-01-15"),
    ("2030-01-15", "2030-01-15", "2030-01-15"),
    ("31/04/2030", None, None),
]


@pytest.mark.parametrize(("text", "documented", "native"), STARTS)
def test_create_task_reads_its_start_day_first_on_the_documented_wire(
    call: Client, board: Project, text: str, documented: str | None, native: str | None
) -> None:
    for client, meant in ((call.documented, documented), (call, native)):
        for task_id in (
            client("createTask", title="Task", project_id=board.id, date_started=text),
            client("createTask", "Task", board.id, *[None] * 15, "", [], text),
            client("createTask", "Task", board.id, *[None] * 15, [], text),
        ):
            if meant is None:
                assert task_id is False
            else:
                same = a_task(call, board, date_started=meant)
                assert call("getTask", task_id)["date_started"] == call("getTask", same)["date_started"]


def test_update_task_and_due_dates_read_month_first_on_both_wires(call: Client, board: Project) -> None:
    for client in (call, call.documented):
        task_id = client("createTask", title="Task", project_id=board.id, date_due="02/01/2030")
        assert call("getTask", task_id)["date_due"] == MIDNIGHT + 17 * 86_400
        assert client("updateTask", id=task_id, date_started="02/01/2030") is True
        assert call("getTask", task_id)["date_started"] == MIDNIGHT + 17 * 86_400
        assert client("updateTask", id=task_id, date_started="25/12/2030") is False


@pytest.mark.parametrize(
    ("settings", "text", "seconds"),
    [
        ({"timezone": ZoneInfo("Europe/Berlin")}, "2030-01-15 10:30", HALF_PAST_TEN - 3600),
        ({"timezone": ZoneInfo("Europe/Berlin")}, "2030-01-15T10:30Z", HALF_PAST_TEN),
        ({"date_format": "d/m/Y"}, "15/01/2030", MIDNIGHT),
        ({"date_format": "d.m.Y"}, "15.01.2030 10:30", HALF_PAST_TEN),
    ],
)
def test_the_settings_choose_zone_and_format(
    service: Service, board: Project, settings: dict[str, Any], text: str, seconds: int
) -> None:
    call = Client(msgspec.structs.replace(service, settings=msgspec.structs.replace(SETTINGS, **settings)))
    assert call("getTask", a_task(call, board, date_due=text))["date_due"] == seconds
