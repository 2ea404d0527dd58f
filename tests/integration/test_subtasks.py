"""Subtasks and what their task has of them; every rule is from context.md 10. Timers: test_subtask_timers.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task, backdate, everything
from tests.integration.checklists import a_long_list, counts, hours

from lambdaboard.store import keys

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

ROW = ["id", "title", "status", "time_estimated", "time_spent", "task_id", "user_id", "position"]
LISTED = [*ROW, "username", "name", "timer_start_date", "status_name", "is_timer_started"]

UNKNOWN: list[Any] = [0, -1, 999_999, 10**13, "999999"]
LARGEST = 1.7976931348623157e308


@pytest.fixture
def task(call: Client, board: Project) -> int:
    """A task with hours of its own."""
    return a_task(call, board, time_spent=7, time_estimated=8)


def positions(call: Client, task_id: int) -> list[tuple[str, int]]:
    return [(row["title"], row["position"]) for row in call("getAllSubtasks", task_id)]


def statuses(call: Client, task_id: int) -> list[int]:
    return [row["status"] for row in call("getAllSubtasks", task_id)]


def test_a_row_has_the_documented_properties_and_those_of_its_user(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann = person("ann", board.id, name="Ann Lee")
    subtask_id = call("createSubtask", task, "A", ann, 1.5, "2", 1)
    wanted = {"id": subtask_id, "title": "A", "status": 1, "time_estimated": 1.5, "time_spent": 2}
    wanted |= {"task_id": task, "user_id": ann, "position": 1}
    assert call("getSubtask", subtask_id) == wanted
    names: dict[str, Any] = {"username": "ann", "name": "Ann Lee", "status_name": "In progress"}
    timer = {"timer_start_date": 0, "is_timer_started": False}
    assert call("getAllSubtasks", task) == [wanted | names | timer]
    assert call.documented("getSubtask", subtask_id) == wanted | {
        name: str(value) for name, value in wanted.items() if name != "title"
    }
    assert type(call.documented("createSubtask", task, "B")) is int


def test_defaults_and_odd_values_are_stored_as_they_are(call: Client, task: int, person: MakePerson) -> None:
    plain = call("getSubtask", call("createSubtask", task, "0"))
    assert plain | {"id": 0, "position": 0} == {
        **dict.fromkeys(("id", "status", "time_estimated", "time_spent", "user_id", "position"), 0),
        "title": "0",
        "task_id": task,
    }
    odd = call("createSubtask", task_id=task, title=" <b>\n", status=7, time_estimated=-1.5, user_id=0)
    row = call("getAllSubtasks", task)[1]
    assert (row["title"], row["status"], row["status_name"], row["time_estimated"]) == (" <b>\n", 7, None, -1.5)
    assert (row["user_id"], row["username"], row["name"]) == (0, None, None)
    blank = call("createSubtask", task, "B", "0", "", "", "")
    assert call("getSubtask", blank)["status"] == 0
    assert odd < blank
    large = call("createSubtask", task, "Large", 0, 1e300, 0, 10**30)
    assert (call("getSubtask", large)["time_estimated"], call("getSubtask", large)["status"]) == (1e300, 10**30)
    assert call("getTask", task)["time_estimated"] == 1e300


BLANK = ["", " ", "\t\r\n", "\u00a0\u2003\u3000"]
REFUSED: list[dict[str, Any]] = [
    *({"title": each} for each in BLANK),
    *({"task_id": each} for each in UNKNOWN),
    *({"user_id": each} for each in UNKNOWN if each),
]
MISTAKEN: list[dict[str, Any]] = [
    *({name: "x"} for name in ("task_id", "user_id", "time_estimated", "time_spent", "status")),
    *({name: True} for name in ("task_id", "title", "time_spent", "status")),
    {"status": 1.5},
    {"title": None},
]


@pytest.mark.parametrize("given", REFUSED)
def test_what_is_refused_changes_nothing(call: Client, stores: Stores, task: int, given: dict[str, Any]) -> None:
    before = everything(stores)
    assert call("createSubtask", **{"task_id": task, "title": "A", **given}) is False
    assert everything(stores) == before


def test_another_type_is_an_error_that_names_the_parameter(call: Client, stores: Stores, task: int) -> None:
    before = everything(stores)
    for given in MISTAKEN:
        error = call.error("createSubtask", **{"task_id": task, "title": "A", **given})
        assert error["code"] == -32602
        assert error["data"].partition(":")[0] in given
    assert everything(stores) == before


def test_a_title_too_long_to_store_is_an_error_that_names_it(call: Client, stores: Stores, task: int) -> None:
    subtask_id = call("createSubtask", task, "A")
    before = everything(stores)
    for method, params in (("createSubtask", (task,)), ("updateSubtask", (subtask_id, task))):
        error = call.error(method, *params, "é" * 180_000)
        assert (error["code"], "title" in error["data"]) == (-32602, True)
    assert everything(stores) == before


# --- positions --------------------------------------------------------------------------------------------------


def test_a_new_one_is_last_and_a_removed_one_leaves_a_gap(call: Client, task: int) -> None:
    a, b, c = (call("createSubtask", task, title) for title in "abc")
    assert positions(call, task) == [("a", 1), ("b", 2), ("c", 3)]
    assert call("removeSubtask", b) is True
    assert positions(call, task) == [("a", 1), ("c", 3)]
    call("createSubtask", task, "d")
    assert positions(call, task) == [("a", 1), ("c", 3), ("d", 4)]
    for removed in (a, c):
        call("removeSubtask", removed)
    assert positions(call, task) == [("d", 4)]


def test_a_position_is_stored_as_it_is_given_and_the_others_keep_theirs(call: Client, task: int) -> None:
    ids = [call("createSubtask", task, title) for title in "abc"]
    assert call("updateSubtask", id=ids[2], task_id=task, position=1) is True
    assert positions(call, task) == [("a", 1), ("c", 1), ("b", 2)]
    assert call("updateSubtask", id=ids[0], task_id=task, position=-5) is True
    assert positions(call, task) == [("a", -5), ("c", 1), ("b", 2)]
    assert call("updateSubtask", id=ids[0], task_id=task, position=9) is True
    call("createSubtask", task, "d")
    assert positions(call, task) == [("c", 1), ("b", 2), ("a", 9), ("d", 10)]


# --- the task's hours -------------------------------------------------------------------------------------------


def test_hours_that_were_entered_on_a_task_stay_where_no_subtask_has_any(call: Client, task: int) -> None:
    first, second = (call("createSubtask", task, title) for title in "AB")
    assert hours(call, task) == (8, 7)
    assert call("updateSubtask", id=first, task_id=task, status=1) is True
    assert call("removeSubtask", second) is True
    assert hours(call, task) == (8, 7)
    assert call("updateSubtask", id=first, task_id=task, time_estimated=2) is True
    assert hours(call, task) == (2, 7)
    assert call("updateSubtask", id=first, task_id=task, time_estimated=0) is True
    assert hours(call, task) == (0, 7)
    assert call("removeSubtask", first) is True
    assert hours(call, task) == (0, 7)


def test_a_tasks_hours_are_the_sums_over_its_subtasks_and_none_without_any(call: Client, task: int) -> None:
    assert hours(call, task) == (8, 7)
    first = call("createSubtask", task, "A", 0, 0.1, 1.5)
    assert hours(call, task) == (0.1, 1.5)
    second = call("createSubtask", task, "B", 0, 0.2, 1.5)
    assert hours(call, task) == (0.3, 3)
    assert call("updateSubtask", id=first, task_id=task, time_spent=-2) is True
    assert hours(call, task) == (0.3, -0.5)
    assert call("removeSubtask", second) is True
    assert hours(call, task) == (0.1, -2)
    assert call("removeSubtask", first) is True
    assert hours(call, task) == (None, None)
    documented = call.documented("getTask", task)
    assert (documented["time_estimated"], documented["time_spent"]) == ("0", "0")


def test_whole_hours_are_written_without_a_fraction(call: Client, task: int) -> None:
    subtask_id = call("createSubtask", task, "A", 0, 2.0, "3.0")
    body = call.response("getSubtask", subtask_id)["body"] + call.response("getTask", task)["body"]
    assert body.count('"time_estimated":2,') == body.count('"time_spent":3,') == 2


@pytest.mark.parametrize("change", ["create", "update", "remove"])
def test_hours_given_to_the_task_itself_are_lost_with_the_next_change(call: Client, task: int, change: str) -> None:
    first, second = (call("createSubtask", task, title, 0, 1, 2) for title in "AB")
    assert call("updateTask", id=task, time_estimated=50, time_spent=60) is True
    assert hours(call, task) == (50, 60)
    if change == "create":
        call("createSubtask", task, "C")
    elif change == "update":
        call("updateSubtask", first, task, "New")
    else:
        call("removeSubtask", second)
    assert hours(call, task) == ((1, 2) if change == "remove" else (2, 4))


def test_hours_beyond_any_number_are_refused_and_nothing_changes(call: Client, stores: Stores, task: int) -> None:
    call("createSubtask", task, "A", 0, LARGEST)
    second = call("createSubtask", task, "B")
    before = everything(stores)
    assert call("createSubtask", task, "C", 0, LARGEST) is False
    assert call("updateSubtask", id=second, task_id=task, time_estimated=LARGEST) is False
    assert everything(stores) == before


def test_the_dates_of_the_task_stay(call: Client, stores: Stores, task: int) -> None:
    backdate(stores, task)
    before = call("getTask", task)
    subtask_id = call("createSubtask", task, "A", 0, 1, 2)
    call("updateSubtask", subtask_id, task, "B")
    assert call("getTask", task) == before | {"time_estimated": 1, "time_spent": 2}


def test_they_are_counted_on_their_task_and_so_are_those_that_are_done(call: Client, board: Project, task: int) -> None:
    first, second = (call("createSubtask", task, "A", 0, 0, 0, status) for status in (1, 2))
    assert counts(call, board, task) == (2, 1)
    call("updateSubtask", id=first, task_id=task, status=2)
    assert counts(call, board, task) == (2, 2)
    call("updateSubtask", id=second, task_id=task, status=0)
    call("removeSubtask", first)
    assert counts(call, board, task) == (1, 0)
    call("removeSubtask", second)
    assert counts(call, board, task) == (0, 0)


# --- changing and removing --------------------------------------------------------------------------------------


def test_an_update_changes_what_is_given_and_nothing_else(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann = person("ann", board.id)
    subtask_id = call("createSubtask", task, "A", ann, 1, 2, 1)
    before = call("getSubtask", subtask_id)
    assert call("updateSubtask", subtask_id, task) is True
    assert call("getSubtask", subtask_id) == before
    changes = {"title": " B ", "user_id": 0, "time_estimated": 0, "time_spent": 0, "status": 0, "position": 0}
    for name, value in changes.items():
        assert call("updateSubtask", **{"id": subtask_id, "task_id": task, name: value}) is True
        before |= {name: value}
        assert call("getSubtask", subtask_id) == before
    assert call("updateSubtask", id=str(subtask_id), task_id=str(task), user_id=str(ann), time_spent="") is True
    assert call("getSubtask", subtask_id) == before | {"user_id": ann}
    assert call("updateSubtask", id=subtask_id, task_id=task, title="New", user_id=999_999) is False
    assert call("getSubtask", subtask_id) == before | {"user_id": ann}


@pytest.mark.parametrize("title", BLANK)
def test_an_update_leaves_no_title_empty(call: Client, stores: Stores, task: int, title: str) -> None:
    subtask_id = call("createSubtask", task, "A")
    before = everything(stores)
    assert call("updateSubtask", id=subtask_id, task_id=task, title=title, time_spent=3) is False
    assert everything(stores) == before


def test_a_subtask_is_changed_with_its_own_task_only(call: Client, stores: Stores, board: Project, task: int) -> None:
    other = a_task(call, board)
    subtask_id = call("createSubtask", task, "A")
    before = everything(stores)
    for wrong in (other, *UNKNOWN):
        assert call("updateSubtask", subtask_id, wrong, "New") is False
    for unknown in UNKNOWN:
        assert call("updateSubtask", unknown, task, "New") is False
        assert call("removeSubtask", unknown) is False
    assert everything(stores) == before


def test_an_unknown_one_has_its_failure_value(call: Client) -> None:
    for client in (call, call.documented):
        for unknown in UNKNOWN:
            assert client("getSubtask", unknown) is None
            assert client("getAllSubtasks", unknown) == []
            assert client("removeSubtask", unknown) is False
            assert client("updateSubtask", unknown, unknown) is False


def test_those_of_a_removed_task_are_gone_at_once(call: Client, task: int) -> None:
    subtask_id = call("createSubtask", task, "A")
    call("removeTask", task)
    assert call("getSubtask", subtask_id) is None
    assert call("getAllSubtasks", task) == []
    assert call("updateSubtask", subtask_id, task, "B") is False
    assert call("removeSubtask", subtask_id) is False
    assert call("createSubtask", task, "B") is False


def test_a_removed_one_is_gone_once(call: Client, task: int) -> None:
    subtask_id = call("createSubtask", task, "A")
    assert call("removeSubtask", subtask_id) is True
    assert call("removeSubtask", subtask_id) is False
    assert call("getSubtask", subtask_id) is None
    assert call("createSubtask", task, "B") > subtask_id


# --- closing ----------------------------------------------------------------------------------------------------


def test_closing_completes_them_and_opening_leaves_them_done(call: Client, board: Project, task: int) -> None:
    ids = [call("createSubtask", task, "A", 0, 1, 2, status) for status in (0, 1, 2, 7)]
    assert call("closeTask", task) is True
    assert statuses(call, task) == [2] * 4
    assert [call("getSubtask", each)["status"] for each in ids] == [2] * 4
    assert counts(call, board, task) == (4, 4)
    assert hours(call, task) == (4, 8)
    assert call("openTask", task) is True
    assert statuses(call, task) == [2] * 4


def test_one_that_is_set_back_after_closing_stays_so_until_the_next_closing(
    call: Client, board: Project, task: int
) -> None:
    first, second = (call("createSubtask", task, title) for title in "ab")
    call("closeTask", task)
    assert call("updateSubtask", id=second, task_id=task, status=1) is True
    third = call("createSubtask", task, "c")
    assert statuses(call, task) == [2, 1, 0]
    assert counts(call, board, task) == (3, 1)
    assert call("updateSubtask", first, task, "Renamed") is True
    assert (call("getSubtask", first)["status"], counts(call, board, task)) == (2, (3, 1))
    call("openTask", task)
    assert statuses(call, task) == [2, 1, 0]
    call("closeTask", task)
    assert (call("getSubtask", third)["status"], statuses(call, task)) == (2, [2, 2, 2])
    assert counts(call, board, task) == (3, 3)


def test_five_hundred_are_completed_by_one_write(
    call: Client, stores: Stores, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_long_list(stores, task, 500)
    before = everything(stores)
    calls = Tracker(monkeypatch, stores).of(lambda: call("closeTask", task))
    after = everything(stores)
    assert [key for key, item in after.items() if item != before[key]] == [keys.task(board.id, task)]
    assert (calls.items, calls.of["Query"]) == (1, 0)
    assert statuses(call, task) == [2] * 500
    assert counts(call, board, task) == (500, 500)


# --- removed users ----------------------------------------------------------------------------------------------


def test_those_of_a_removed_user_are_unassigned_at_once(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann, bob = person("ann", board.id), person("bob", board.id)
    first, second = (call("createSubtask", task, "A", user) for user in (ann, bob))
    call("removeUser", ann)
    assert call("getSubtask", first)["user_id"] == 0
    rows = [(row["user_id"], row["username"], row["name"]) for row in call("getAllSubtasks", task)]
    assert rows == [(0, None, None), (bob, "bob", "")]
    assert call("updateSubtask", first, task, "New") is True
    assert call("getSubtask", second)["user_id"] == bob
    assert call("createSubtask", task, "B", ann) is False
    assert [row["user_id"] for row in call("getAllSubtasks", task)] == [0, bob]


@pytest.mark.parametrize("caller", ["jsonrpc", "bob"])
def test_only_users_who_may_own_tasks_of_the_project_can_be_assigned_to_a_subtask(
    call: Client, stores: Stores, board: Project, foreign: Project, task: int, person: MakePerson, caller: str
) -> None:
    member, disabled = (person(name, board.id) for name in ("member", "disabled"))
    call("disableUser", disabled)
    manager = person("manager", board.id, role="project-manager")
    others = [disabled, person("viewer", board.id, role="project-viewer"), person("there", foreign.id), 999_999]
    bob = person("bob", board.id)
    client = call.by("bob") if caller == "bob" else call
    subtask_id = client("createSubtask", task, "A", bob)
    before = everything(stores)
    for other in others:
        assert client("createSubtask", task, "B", other) is False
        assert client("updateSubtask", id=subtask_id, task_id=task, user_id=other) is False
        assert client.documented("createSubtask", task, "B", other) is False
    assert everything(stores) == before
    for user_id in (member, manager, 0):
        assert client("updateSubtask", id=subtask_id, task_id=task, user_id=user_id) is True
        assert client("getSubtask", client("createSubtask", task, "B", user_id))["user_id"] == user_id


def test_a_subtask_of_a_former_member_can_be_changed_if_the_call_does_not_name_its_user(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann = person("ann", board.id)
    subtask_id = call("createSubtask", task, "A", ann)
    call("removeProjectUser", board.id, ann)
    assert call("updateSubtask", subtask_id, task, "New") is True
    assert call("getSubtask", subtask_id)["user_id"] == ann
