"""Which rows of activity calls leave: written with what they tell or right behind it, and in any case by cascade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from botocore.exceptions import ConnectionClosedError
from tests.boards import a_board, a_task
from tests.disturbances import before_first
from tests.streams import Stream, loaded

from lambdaboard.store import keys
from lambdaboard.store.activity import IDS, ActivityStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client, MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.activity import Activity
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


def told(stores: Stores, project_id: int) -> list[Activity]:
    """Return the rows of a project, the oldest first."""
    rows = [*stores.activity.of_project(project_id, keys.LAST_ACTIVITY_ID, 50)]
    assert [each.id for each in rows] == sorted({each.id for each in rows}, reverse=True)
    return [each.value for each in reversed(rows)]


def names(rows: list[Activity]) -> list[str]:
    """Return the names of the events of rows."""
    return [each.event_name.value for each in rows]


@pytest.fixture
def ann(call: Client, board: Project, person: MakePerson) -> Client:
    """A member of the project."""
    person("ann", board.id)
    return call.by("ann")


LONE: list[Callable[[Client, int, Project], Any]] = [
    lambda ann, task, _: ann("updateTask", id=task, title="New", score=3),
    lambda ann, task, _: ann("updateTask", id=task, owner_id=1),
    lambda ann, task, _: ann("closeTask", task),
    lambda ann, task, _: ann("openTask", task),
    lambda ann, task, at: ann("moveTaskPosition", at.id, task, at.columns[1].id, 1, at.swimlanes[1].id),
    lambda ann, task, at: ann("moveTaskPosition", at.id, task, at.columns[0].id, 2, at.swimlanes[0].id),
    lambda ann, task, _: ann("updateComment", ann("createComment", task, 1, "a"), "b"),
]
"""Calls that write one item alone; the person is user 1."""


@pytest.mark.parametrize("act", LONE)
def test_rows_that_a_call_could_not_write_are_written_by_cascade_as_the_call_would_have(
    call: Client,
    stores: Stores,
    board: Project,
    ann: Client,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Client, int, Project], Any],
) -> None:
    (task, other), _ = [a_task(call, board) for _ in range(2)], a_task(call, board, column_id=board.columns[1].id)
    assert act(ann, task, board)
    by_the_call = told(stores, board.id)
    stores.table.delete_all(keys.activity(board.id, each.id) for each in rows_of(stores, board))
    cascade, stream = loaded(monkeypatch, "CascadeFunction"), Stream()
    with monkeypatch.context() as cut_off:
        cut_off.setattr(ActivityStore, "put", lambda *_: None)
        assert act(ann, other, board)
    assert len(told(stores, board.id)) < len(by_the_call)
    records = stream.new()
    for _ in range(2):  # the stream delivers once at least
        assert cascade({"Records": records}) == {"batchItemFailures": []}
    assert [*map(shape, told(stores, board.id))] == [*map(shape, by_the_call)]


def shape(row: Activity) -> object:
    """Return what two calls of one kind tell alike: all but ids and times."""
    undone = dict.fromkeys(("id", "date_creation", "date_modification", "date_moved", "date_completed"), 0)
    move = row.details.move and msgspec.structs.replace(row.details.move, date_moved=0)
    comment = row.details.comment and row.details.comment.comment
    return (
        *(row.event_name, row.creator_id, row.names, row.task.changed(**undone)),
        *(row.details.changes, move, comment),
    )


def test_a_row_that_cascade_has_written_first_is_not_written_again_by_the_call(
    call: Client, stores: Stores, board: Project, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = a_task(call, board)
    cascade, stream = loaded(monkeypatch, "CascadeFunction"), Stream()
    before_first(monkeypatch, stores.activity, "put", lambda: cascade({"Records": stream.new()}))
    assert ann("closeTask", task)
    assert names(told(stores, board.id)) == ["task.close"]


def rows_of(stores: Stores, board: Project) -> list[Any]:
    return [*stores.activity.of_project(board.id, keys.LAST_ACTIVITY_ID, 50)]


def test_cascade_writes_no_row_a_second_time(
    call: Client, stores: Stores, board: Project, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = a_task(call, board)
    cascade, stream = loaded(monkeypatch, "CascadeFunction"), Stream()
    for act in LONE:
        assert act(ann, task, board)
    rows = told(stores, board.id)
    assert cascade({"Records": stream.new()}) == {"batchItemFailures": []}
    assert told(stores, board.id) == rows


def test_a_call_is_not_failed_by_a_row_that_cannot_be_written(
    call: Client, stores: Stores, board: Project, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = a_task(call, board)

    def fail(*_: object) -> None:
        raise ConnectionClosedError(endpoint_url="")

    monkeypatch.setattr(ActivityStore, "write", fail)
    assert ann("closeTask", task)
    assert told(stores, board.id) == []
    assert call("getTask", task)["is_active"] == 0


def test_a_row_whose_id_is_taken_by_another_person_in_the_same_microsecond_gets_the_next_one(
    call: Client, stores: Stores, board: Project, ann: Client, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("bob", board.id)
    task, other = a_task(call, board), a_task(call, board)
    monkeypatch.setattr(IDS, "take", lambda _: 1_796_051_435_123_456)  # as in two containers
    assert ann("closeTask", task)
    assert call.by("bob")("closeTask", other)
    rows = rows_of(stores, board)
    assert [(each.id, each.value.task.id) for each in rows] == [
        (1_796_051_435_123_457, other),
        (1_796_051_435_123_456, task),
    ]


def test_ids_grow_even_if_the_clock_stops_or_is_set(
    stores: Stores, board: Project, ann: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(1_900_000_000, tick=False)
    for _ in range(3):
        assert ann("createTask", "a", board.id)
    assert [row.id for row in rows_of(stores, board)] == [1_900_000_000_000_000 + place for place in (2, 1, 0)]
    time_machine.move_to(1_800_000_000, tick=False)
    assert ann("createTask", "a", board.id)
    assert rows_of(stores, board)[-1].id == 1_800_000_000_000_000


def test_the_application_leaves_no_rows(call: Client, stores: Stores, board: Project) -> None:
    task = a_task(call, board)
    call("updateTask", id=task, title="New")
    call("createComment", task, 0, "Text")
    assert told(stores, board.id) == []
    assert "e" not in (stores.table.get_one(keys.task(board.id, task)) or {})


def test_a_call_that_is_rejected_or_changes_nothing_leaves_no_row(
    call: Client, stores: Stores, board: Project, ann: Client
) -> None:
    task = a_task(call, board, title="Same")
    assert ann("updateTask", id=task, title="Same", tags=["a"])
    assert ann("setTaskTags", board.id, task, ["b"])
    assert ann.rejection("createComment", task, 1, "") is False
    assert told(stores, board.id) == []


def test_a_call_with_an_idempotency_key_leaves_its_row_once(
    call: Client, stores: Stores, board: Project, ann: Client
) -> None:
    task = a_task(call, board)
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "closeTask", "params": [%d]}' % task
    for _ in range(3):
        assert '"result":true' in ann.post(body, **{"idempotency-key": "once"})["body"]
    assert names(told(stores, board.id)) == ["task.close"]


def test_a_copy_and_a_move_to_another_project_have_rows_in_the_target(
    call: Client, stores: Stores, board: Project, person: MakePerson
) -> None:
    other = a_board(stores)
    person("ann", board.id, other.id)
    ann, task = call.by("ann"), a_task(call, board)
    call("createTaskFile", board.id, task, "a.txt", "YQ==")
    assert ann("duplicateTaskToProject", task, other.id)
    assert ann("moveTaskToProject", task, other.id)
    assert names(told(stores, board.id)) == ["task_internal_link.create_update"]
    created = ["task.create", "task_internal_link.create_update", "task.file.create"]
    assert names(told(stores, other.id)) == [*created, "task.move.project"]
