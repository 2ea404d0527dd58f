"""Timers on subtasks; every rule is from context.md 10 and 2.3."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything
from tests.integration.checklists import hours

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
    held = stores.subtasks.find(subtask_id)
    begun = int(time.time()) - seconds
    stores.table.write(
        *stores.subtasks.replace_actions(held, held.value.changed(timers=held.value.timers | {user_id: begun}), "title")
    )
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
    assert call("setSubtaskEndTime", subtask, ann) is True
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
    assert hours(call, task) == (0, 5.5)
    assert call("getSubtaskTimeSpent", subtask, ann) == 0


def test_each_user_has_one_and_it_is_told_to_them_alone(
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
        answers |= {"setSubtaskEndTime": True, "getSubtaskTimeSpent": 0}
        assert {method: call(method, *pair) for method in answers} == answers
    assert everything(stores) == before


def test_an_update_leaves_it_running_whatever_the_status(
    call: Client, stores: Stores, task: int, subtask: int, ann: int
) -> None:
    since(stores, subtask, ann, 3_600)
    assert call("updateSubtask", id=subtask, task_id=task, status=2, time_spent=10) is True
    call("closeTask", task)
    assert call("hasSubtaskTimer", subtask, ann) is True
    call("setSubtaskEndTime", subtask, ann)
    row = call("getSubtask", subtask)
    assert (row["time_spent"], row["status"]) == (11, 2)


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
