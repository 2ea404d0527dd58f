"""Timers on subtasks; every rule is from context.md 10 and 2.3."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything
from tests.disturbances import before_commit
from tests.faults import invariants
from tests.integration.checklists import hours

from lambdaboard.services.timers import STOPPED_AT_ONCE

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN = (0, -1, 999_999, 10**13)


@pytest.fixture
def ann(person: MakePerson, board: Project) -> int:
    """A member of the board."""
    return person("ann", board.id)


@pytest.fixture
def task(call: Client, board: Project) -> int:
    """A task."""
    return a_task(call, board)


@pytest.fixture
def subtask(call: Client, task: int) -> int:
    """A subtask of an hour and a half."""
    return int(call("createSubtask", task, "A", 0, 0, 1.5))


def since(stores: Stores, subtask_id: int, user_id: int, seconds: int) -> int:
    """Let a user's timer have run for some time; return when it began."""
    stored = stores.subtasks.find(subtask_id)
    begun = int(time.time()) - seconds
    stores.table.write(*stores.subtasks.start_actions(stored, stored.value.started(user_id, begun)))
    return begun


def test_a_timer_runs_from_its_start_to_its_end_and_the_status_stays(
    call: Client, task: int, subtask: int, ann: int
) -> None:
    assert call("hasSubtaskTimer", subtask, ann) is False
    assert call("setSubtaskStartTime", subtask, ann) is True
    assert call("hasSubtaskTimer", subtask, ann) is True
    assert call("setSubtaskStartTime", subtask, ann) is False
    assert call("getSubtask", subtask)["status"] == 0
    assert call("setSubtaskEndTime", subtask, ann) is True
    assert call("hasSubtaskTimer", subtask, ann) is False
    assert call("setSubtaskEndTime", subtask, ann) is False
    assert call("getSubtask", subtask)["time_spent"] == 1.5


def test_its_hours_go_to_the_subtask_and_to_the_sum_of_the_task(
    call: Client, stores: Stores, task: int, subtask: int, ann: int
) -> None:
    call("createSubtask", task, "B", 0, 0, 2)
    since(stores, subtask, ann, 2 * 3_600)
    assert '"result":2,' in call.response("getSubtaskTimeSpent", subtask, ann)["body"]
    assert call("getSubtask", subtask)["time_spent"] == 1.5
    assert call("setSubtaskEndTime", subtask, ann) is True
    assert call("getSubtask", subtask)["time_spent"] == 3.5
    assert hours(call, task) == (None, 5.5)


def test_the_time_that_a_user_has_spent_is_that_of_all_their_timers(
    call: Client, stores: Stores, board: Project, subtask: int, ann: int, person: MakePerson
) -> None:
    bob = person("bob", board.id)
    assert call("getSubtaskTimeSpent", subtask, ann) == 0
    for seconds, so_far in ((3_600, 1), (5_400, 2.5)):
        since(stores, subtask, ann, seconds)
        assert call("getSubtaskTimeSpent", subtask, ann) == so_far
        call("setSubtaskEndTime", subtask, ann)
        assert call("getSubtaskTimeSpent", subtask, ann) == so_far
    since(stores, subtask, bob, 360)
    assert [call("getSubtaskTimeSpent", subtask, each) for each in (ann, bob)] == [2.5, 0.1]
    assert call.documented("getSubtaskTimeSpent", subtask, ann) == 2.5
    assert call("getSubtask", subtask)["time_spent"] == 4


def test_each_user_has_one_and_only_they_see_it(
    call: Client, stores: Stores, board: Project, task: int, subtask: int, ann: int, person: MakePerson
) -> None:
    bob = person("bob", board.id, role="project-viewer")
    begun = since(stores, subtask, ann, 600)
    assert call("hasSubtaskTimer", subtask, bob) is False
    rows = [caller("getAllSubtasks", task)[0] for caller in (call.by("ann"), call.by("bob"), call)]
    told = [(row["timer_start_date"], row["is_timer_started"]) for row in rows]
    assert told == [(begun, True), (0, False), (0, False)]
    assert call.by("ann").documented("getAllSubtasks", task)[0]["timer_start_date"] == str(begun)
    assert call.by("bob")("hasSubtaskTimer", subtask, ann) is True
    assert call.by("bob")("getSubtaskTimeSpent", subtask, ann) == 0.17


def test_a_person_starts_and_stops_none_but_their_own(
    call: Client, stores: Stores, board: Project, subtask: int, ann: int, person: MakePerson
) -> None:
    bob = person("bob", board.id, role="project-manager")
    since(stores, subtask, ann, 600)
    before = everything(stores)
    for method in ("setSubtaskStartTime", "setSubtaskEndTime"):
        for another in (ann, *UNKNOWN):
            assert call.by("bob")(method, subtask, another) is False
    assert everything(stores) == before
    assert call.by("bob")("setSubtaskStartTime", subtask, bob) is True
    assert call.by("bob")("setSubtaskEndTime", subtask, bob) is True
    assert call("hasSubtaskTimer", subtask, ann) is True


def test_an_unknown_subtask_or_user_has_its_failure_value(call: Client, stores: Stores, subtask: int, ann: int) -> None:
    before = everything(stores)
    pairs = [*((subtask, each) for each in UNKNOWN), *((each, ann) for each in UNKNOWN)]
    for pair in pairs:
        answers: dict[str, Any] = {"hasSubtaskTimer": False, "setSubtaskStartTime": False}
        answers |= {"setSubtaskEndTime": False, "getSubtaskTimeSpent": 0}
        assert {method: call(method, *pair) for method in answers} == answers
    assert everything(stores) == before


def test_an_update_leaves_it_running_unless_the_subtask_is_done(
    call: Client, stores: Stores, task: int, subtask: int, ann: int
) -> None:
    since(stores, subtask, ann, 3_600)
    for change in ({"status": 1}, {"title": "B"}, {"time_spent": 10}, {"status": 0}):
        assert call("updateSubtask", id=subtask, task_id=task, **change) is True
        assert call("hasSubtaskTimer", subtask, ann) is True
    assert (call("getSubtask", subtask)["time_spent"], hours(call, task)) == (10, (None, 10))


@pytest.mark.parametrize("change", ["update", "close"])
def test_all_stop_with_their_hours_when_the_subtask_is_done(
    call: Client, stores: Stores, board: Project, task: int, subtask: int, ann: int, person: MakePerson, change: str
) -> None:
    bob, gone = person("bob", board.id), person("gone", board.id)
    other = call("createSubtask", task, "B", 0, 0, 4)
    for user_id, seconds in ((ann, 3_600), (bob, 7_200), (gone, 36_000)):
        since(stores, subtask, user_id, seconds)
    call("removeUser", gone)
    if change == "update":
        assert call("updateSubtask", id=subtask, task_id=task, status=2) is True
    else:
        assert call("closeTask", task) is True
    row = call("getSubtask", subtask)
    assert (row["time_spent"], row["status"], hours(call, task)) == (4.5, 2, (None, 8.5))
    assert [call("hasSubtaskTimer", subtask, each) for each in (ann, bob)] == [False, False]
    assert [call("getSubtaskTimeSpent", subtask, each) for each in (ann, bob, gone)] == [1, 2, 0]
    assert [call(method, subtask, ann) for method in ("setSubtaskEndTime", "setSubtaskStartTime")] == [False, True]
    assert call("getSubtask", other)["time_spent"] == 4


def test_closing_a_task_stops_more_timers_than_one_transaction_takes(
    call: Client, stores: Stores, task: int, ann: int
) -> None:
    ids = [call("createSubtask", task, str(place)) for place in range(STOPPED_AT_ONCE + 3)]
    for subtask_id in ids:
        since(stores, subtask_id, ann, 1_800)
    assert call("closeTask", task) is True
    rows = call("getAllSubtasks", task)
    assert {(row["status"], row["time_spent"]) for row in rows} == {(2, 0.5)}
    assert hours(call, task) == (None, 0.5 * len(ids))
    assert not any(call("hasSubtaskTimer", subtask_id, ann) for subtask_id in ids)
    invariants.check(stores)


def test_closing_a_task_that_finds_no_place_for_its_successor_stops_none(
    call: Client, stores: Stores, board: Project, ann: int
) -> None:
    task_id = a_task(call, board, recurrence_status=1, recurrence_trigger=2)
    for place in range(STOPPED_AT_ONCE + 1):
        since(stores, call("createSubtask", task_id, str(place)), ann, 1_800)
    for lane in board.swimlanes[:2]:
        call("disableSwimlane", board.id, lane.id)
    before = everything(stores)
    assert call("closeTask", task_id) is False
    assert everything(stores) == before


def test_it_goes_with_its_subtask(call: Client, stores: Stores, task: int, subtask: int, ann: int) -> None:
    since(stores, subtask, ann, 3_600)
    assert call("removeSubtask", subtask) is True
    assert call("hasSubtaskTimer", subtask, ann) is False
    assert (call("setSubtaskEndTime", subtask, ann), call("getSubtaskTimeSpent", subtask, ann)) == (False, 0)
    assert hours(call, task) == (None, None)
    invariants.check(stores)


def test_one_that_starts_while_the_task_is_closed_stops_or_runs_on_and_is_never_lost(
    call: Client, stores: Stores, board: Project, task: int, subtask: int, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        before_commit(once, lambda: call("setSubtaskStartTime", subtask, ann))
        assert call("closeTask", task) is True
    assert call("hasSubtaskTimer", subtask, ann) is False
    invariants.check(stores)


def test_one_that_is_started_on_a_completed_subtask_leaves_it_done(
    call: Client, task: int, subtask: int, ann: int
) -> None:
    call("closeTask", task)
    assert call("setSubtaskStartTime", subtask, ann) is True
    assert call("getSubtask", subtask)["status"] == 2


def test_those_of_a_removed_user_are_gone(call: Client, stores: Stores, task: int, subtask: int, ann: int) -> None:
    since(stores, subtask, ann, 3_600)
    call("removeUser", ann)
    assert call("hasSubtaskTimer", subtask, ann) is False
    assert call("getSubtaskTimeSpent", subtask, ann) == 0
    assert call("setSubtaskStartTime", subtask, ann) is False
    assert call("getSubtask", subtask)["time_spent"] == 1.5
