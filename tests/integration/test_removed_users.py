"""Tasks of a removed user are nobody's: at once to readers, soon in the table (architecture.md, "What is removed")."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_task, everything
from tests.conftest import RpcError
from tests.disturbances import before_commit, before_first
from tests.streams import loaded, settled

from lambdaboard.store import keys, tombstones
from lambdaboard.store.actions import put
from lambdaboard.store.cascade import Cascade
from lambdaboard.store.maintenance import rewrite
from lambdaboard.store.sweep import Sweep
from lambdaboard.store.sweep_progress import GONE_FOR, Progress, end_round

if TYPE_CHECKING:
    from local.functions import Function
    from tests.conftest import Client, MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


@pytest.fixture
def cascade(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function."""
    return loaded(monkeypatch, "CascadeFunction")


def swept(stores: Stores, *, repair: bool = True) -> dict[str, int]:
    """Let sweep look at everything; return what it found."""
    return dict(Sweep(stores, repair=repair, has_time=lambda: True).run().found)


def remembered(stores: Stores) -> set[int]:
    """Return the removed users whom tasks may still name."""
    [gone] = {frozenset(tombstones.USERS.ids(stores.table.get([key]))) for key in tombstones.COPIES}
    return {*gone}


def an_hour_later(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(time.time() + GONE_FOR + 5)


def owners(call: Client, board: Project, *task_ids: int) -> dict[str, Any]:
    """Return whose tasks are, as every reader says."""
    listed = [row for status in (1, 0) for row in call("getAllTasks", board.id, status)]
    return {
        "getTask": [call("getTask", each)["owner_id"] for each in task_ids],
        "getTaskByReference": call("getTaskByReference", board.id, "R")["owner_id"],
        "getAllTasks": {row["id"]: row["owner_id"] for row in listed},
        "searchTasks": {row["id"]: row["owner_id"] for row in call("searchTasks", board.id, "")},
        "overdue": [row["owner_id"] for row in call("getOverdueTasksByProject", board.id)],
        "nobody": [row["id"] for row in call("searchTasks", board.id, "assignee:nobody")],
    }


def nobodys(task_ids: list[int]) -> dict[str, Any]:
    return {
        "getTask": [0, 0],
        "getTaskByReference": 0,
        "getAllTasks": dict.fromkeys(task_ids, 0),
        "searchTasks": dict.fromkeys(task_ids, 0),
        "overdue": [0],
        "nobody": task_ids,
    }


def stored_owners(stores: Stores, *task_ids: int) -> list[int]:
    return [stores.tasks.find(each).stored.task.owner_id for each in task_ids]


@pytest.fixture
def ann(person: MakePerson, board: Project) -> int:
    """A member of the board."""
    return person("ann", board.id)


@pytest.fixture
def tasks(call: Client, board: Project, ann: int) -> list[int]:
    """An open task of theirs and a closed one, created by them, too."""
    own = {"owner_id": ann, "creator_id": ann}
    task_ids = [a_task(call, board, **own, reference="R", date_due="2020-01-01"), a_task(call, board, **own)]
    call("closeTask", task_ids[1])
    return task_ids


def test_their_tasks_are_unassigned_at_once(
    call: Client, stores: Stores, board: Project, ann: int, tasks: list[int]
) -> None:
    assert owners(call, board, *tasks)["getTask"] == [ann, ann]
    call("removeUser", ann)
    assert stored_owners(stores, *tasks) == [ann, ann]
    assert owners(call, board, *tasks) == nobodys(tasks)
    row = call("searchTasks", board.id, "")[0]
    assert (row["assignee_username"], row["assignee_name"]) == (None, None)
    assert call("getTask", tasks[0])["creator_id"] == ann


def test_each_container_reads_one_of_eight_items_that_say_so(
    call: Client, stores: Stores, ann: int, tasks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    call("removeUser", ann)
    for own in tombstones.COPIES:
        monkeypatch.setattr(tombstones, "OWN", own)
        read = stores.tasks.find(tasks[0])
        assert [key for key in tombstones.COPIES if key in read.people.items] == [own]
        assert read.task.owner_id == 0
    partitions = {key.pk for key in tombstones.COPIES}
    assert len(partitions) == keys.TOMBSTONE_COPIES == 8


def test_the_next_round_removes_an_id_that_a_crash_left_in_some_of_the_items(
    call: Client, stores: Stores, ann: int, time_machine: TimeMachineFixture
) -> None:
    call("removeUser", ann)
    for key in tombstones.COPIES[:3]:
        rewrite(stores.table, key, partial(tombstones.without, names=tombstones.USERS.names([ann])))
    an_hour_later(time_machine)
    swept(stores)
    assert remembered(stores) == set()


def test_cascade_unassigns_them_in_the_table_and_removes_their_roles(
    call: Client, stores: Stores, board: Project, foreign: Project, ann: int, tasks: list[int], cascade: Function
) -> None:
    dates = [call("getTask", each)["date_modification"] for each in tasks]
    call("addProjectUser", foreign.id, ann, "project-manager")
    left = a_task(call, foreign, owner_id=ann)
    call("removeProjectUser", foreign.id, ann)
    settled(cascade, stores, lambda: call("removeUser", ann))
    assert stored_owners(stores, *tasks, left) == [0, 0, 0]
    assert owners(call, board, *tasks) == nobodys(tasks)
    assert [call("getTask", each)["date_modification"] for each in tasks] == dates
    assert [stores.tasks.find(each).stored.task.creator_id for each in tasks] == [ann, ann]
    assert not [key for key in everything(stores) if f"U#{ann}" == key[0] or key[1].startswith("M#")]


def test_nothing_but_the_memory_of_them_is_left_of_a_removed_user(
    call: Client, stores: Stores, board: Project, person: MakePerson, cascade: Function
) -> None:
    before = everything(stores)
    bob = person("bob", board.id)
    settled(cascade, stores, lambda: call("removeUser", bob))
    after = everything(stores)
    assert after.keys() - before.keys() == {*tombstones.COPIES}


def test_nothing_is_left_of_the_roles_in_a_removed_project(
    call: Client, stores: Stores, foreign: Project, ann: int, cascade: Function
) -> None:
    before = everything(stores, times_too=True)
    other = call("createProject", name="Other")
    call("addProjectUser", other, ann)
    settled(cascade, stores, lambda: call("removeProject", other))
    assert everything(stores, times_too=True) == before
    assert [*stores.users.memberships(ann)] != [foreign.id]


def test_a_task_that_is_changed_while_cascade_runs_is_unassigned_with_the_change(
    call: Client, stores: Stores, ann: int, tasks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = stores.table.get_one(keys.user(ann))
    assert old
    call("removeUser", ann)
    before_first(monkeypatch, stores.table, "write", lambda: call("updateTask", id=tasks[0], title="Renamed"))
    Cascade(stores.table, stores.blobs).removed(dict(old))
    task = stores.tasks.find(tasks[0]).stored.task
    assert (task.owner_id, task.title) == (0, "Renamed")


def test_a_task_that_is_written_after_cascade_is_unassigned_for_ever(
    call: Client,
    stores: Stores,
    board: Project,
    ann: int,
    cascade: Function,
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachineFixture,
) -> None:
    before_commit(monkeypatch, lambda: settled(cascade, stores, lambda: call("removeUser", ann)))
    late = a_task(call, board, owner_id=ann, reference="R", date_due="2020-01-01")
    assert stored_owners(stores, late) == [ann]
    assert owners(call, board, late, late) == nobodys([late])
    assert swept(stores, repair=False) == {"task of a removed user": 1}
    assert stored_owners(stores, late) == [ann]
    an_hour_later(time_machine)
    assert swept(stores) == {"task of a removed user": 1}
    assert stored_owners(stores, late) == [0]
    assert owners(call, board, late, late) == nobodys([late])


def test_a_tombstone_is_deleted_after_an_hour_and_a_whole_round_without_a_task_of_the_user(
    call: Client, stores: Stores, ann: int, tasks: list[int], time_machine: TimeMachineFixture
) -> None:
    call("removeUser", ann)
    swept(stores)
    assert stored_owners(stores, *tasks) == [0, 0]
    assert remembered(stores) == {ann}
    an_hour_later(time_machine)
    assert swept(stores, repair=False) == {}
    assert remembered(stores) == {ann}
    assert swept(stores) == {}
    assert remembered(stores) == set()


def test_the_tombstone_of_a_user_who_is_removed_during_a_round_is_kept_by_it(
    call: Client, stores: Stores, board: Project, ann: int, time_machine: TimeMachineFixture
) -> None:
    an_hour_later(time_machine)
    a_task(call, board, owner_id=ann)
    answers = iter([False])
    sweep = Sweep(stores, repair=True, has_time=lambda: next(answers, True))
    assert not sweep.run().is_complete
    call("removeUser", ann)
    swept(stores)
    assert remembered(stores) == {ann}


def test_a_tombstone_is_deleted_by_the_last_part_of_a_round_that_began_afterwards(
    call: Client, stores: Stores, ann: int, person: MakePerson, time_machine: TimeMachineFixture
) -> None:
    bob = person("bob")
    call("removeUser", ann)
    an_hour_later(time_machine)
    rounds: list[set[int]] = []
    for part in range(6):
        if part == 3:
            an_hour_later(time_machine)
        Sweep(stores, repair=True, has_time=lambda: True, parts=3).run()
        rounds.append(remembered(stores))
        if part == 0:
            call("removeUser", bob)
    assert rounds == [{ann}, {ann, bob}, {bob}, {bob}, {bob}, set()]


def test_sweep_finds_what_a_crash_left_of_removed_users(
    call: Client, stores: Stores, board: Project, ann: int, tasks: list[int], person: MakePerson
) -> None:
    stays = person("bob", board.id)
    call("removeUser", ann)
    for key in (keys.username("ghost"), keys.listed_user(900)):
        stores.table.write(put(key, {"user_id": {"N": "900"}} if key.sk == "@" else {}))
    assert swept(stores) == {
        "task of a removed user": 2,
        "member without its parent": 1,
        "membership without its parent": 1,
        "username without its parent": 1,
        "listed user without its parent": 1,
    }
    assert swept(stores) == {}
    assert call("getProjectUsers", board.id) == {str(stays): "bob"}
    assert stores.users.by_name("bob")


def test_a_name_that_was_taken_again_since_it_was_scanned_stays(
    stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.table.write(put(keys.username("ghost"), {"user_id": {"N": "900"}}))

    def taken_again() -> None:
        stores.table.delete_all([keys.username("ghost")])
        person("ghost")

    before_first(monkeypatch, stores.table, "get", taken_again)
    swept(stores)
    assert stores.users.by_name("ghost")


# --- subtasks ---------------------------------------------------------------------------------------------------


def stored_users(stores: Stores, *subtask_ids: int) -> list[int]:
    """Return whose subtasks are, as they lie in the table."""
    items = everything(stores)
    docs = {key: item["doc"]["S"] for key, item in items.items() if key[1].startswith("SUBTASK#")}
    subtasks = (msgspec.json.decode(doc) for doc in docs.values())
    return [each.get("user_id", 0) for each in subtasks if each["id"] in subtask_ids]


def leads(stores: Stores) -> list[tuple[str, str]]:
    """Return the keys that lead from users to their subtasks."""
    return [key for key in everything(stores) if key[1].startswith("ST#")]


def test_cascade_unassigns_their_subtasks_in_the_table_in_any_project(
    call: Client, stores: Stores, board: Project, foreign: Project, ann: int, person: MakePerson, cascade: Function
) -> None:
    bob = person("bob", board.id)
    call("addProjectUser", foreign.id, ann)
    elsewhere = call("createSubtask", a_task(call, foreign), "A", ann)
    call("removeProjectUser", foreign.id, ann)
    own, others = (call("createSubtask", a_task(call, board), "A", user) for user in (ann, bob))
    before = call("getTask", 1)
    settled(cascade, stores, lambda: call("removeUser", ann))
    assert stored_users(stores, elsewhere, own, others) == [0, 0, bob]
    assert leads(stores) == [(f"U#{bob}", f"ST#{others:012}")]
    assert call("getTask", 1) == before


def test_one_that_was_given_to_another_before_stays_theirs(
    call: Client, stores: Stores, board: Project, ann: int, person: MakePerson, cascade: Function
) -> None:
    bob, task_id = person("bob", board.id), a_task(call, board)
    given, shared = call("createSubtask", task_id, "A", ann), call("createSubtask", task_id, "B", ann)
    assert call("updateSubtask", id=given, task_id=task_id, user_id=bob) is True
    assert len(leads(stores)) == 2
    settled(cascade, stores, lambda: call("removeUser", ann))
    assert stored_users(stores, given, shared) == [bob, 0]
    assert leads(stores) == [(f"U#{bob}", f"ST#{given:012}")]
    assert call("updateSubtask", id=given, task_id=task_id, user_id=0) is True
    assert leads(stores) == []


def test_a_subtask_that_is_changed_while_cascade_runs_is_unassigned_with_the_change(
    call: Client, stores: Stores, board: Project, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    subtask_id = call("createSubtask", task_id, "A", ann)
    old = stores.table.get_one(keys.user(ann))
    assert old
    call("removeUser", ann)
    before_first(monkeypatch, stores.table, "write", lambda: call("updateSubtask", subtask_id, task_id, "Renamed"))
    Cascade(stores.table, stores.blobs).removed(dict(old))
    assert stored_users(stores, subtask_id) == [0]
    assert call("getSubtask", subtask_id)["title"] == "Renamed"


@pytest.mark.parametrize("method", ["createSubtask", "updateSubtask"])
def test_a_subtask_that_is_written_after_cascade_is_unassigned_for_ever(
    call: Client,
    stores: Stores,
    board: Project,
    ann: int,
    cascade: Function,
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachineFixture,
    method: str,
) -> None:
    task_id = a_task(call, board)
    call("createSubtask", task_id, "Old")
    before_commit(monkeypatch, lambda: settled(cascade, stores, lambda: call("removeUser", ann)))
    if method == "createSubtask":
        late = call("createSubtask", task_id, "Late", ann)
    else:
        late = call("getAllSubtasks", task_id)[0]["id"]
        assert call("updateSubtask", id=late, task_id=task_id, user_id=ann) is True
    assert stored_users(stores, late) == [ann]
    assert call("getSubtask", late)["user_id"] == 0
    an_hour_later(time_machine)
    assert swept(stores, repair=False) == {"assigned subtask without its parent": 1}
    assert stored_users(stores, late) == [ann]
    assert swept(stores) == {"assigned subtask without its parent": 1}
    assert (stored_users(stores, late), leads(stores), remembered(stores)) == ([0], [], set())
    assert call("getSubtask", late)["user_id"] == 0


@pytest.mark.parametrize("what", ["user", "group"])
def test_no_more_are_removed_than_the_tombstones_can_hold_until_sweep_has_deleted_some(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture, what: str
) -> None:
    monkeypatch.setattr(tombstones, "MAX_IDS", 2)
    make, remove = {
        "user": (lambda name: call("createUser", name, "password"), "removeUser"),
        "group": (lambda name: call("createGroup", name), "removeGroup"),
    }[what]
    first, second, third = map(make, ("ann", "bob", "eve"))
    assert call(remove, first)
    assert call(remove, second)
    with pytest.raises(RpcError, match=rf"{what}_id: .* are still remembered"):
        call(remove, third)
    assert call(f"get{what.title()}", third)
    an_hour_later(time_machine)
    swept(stores)
    swept(stores)
    assert not remembered(stores)
    assert call(remove, third)


def test_what_is_forgotten_again_after_an_interruption_is_counted_once(call: Client, stores: Stores) -> None:
    ann, bob = (call("createUser", name, "password") for name in ("ann", "bob"))
    crew = call("createGroup", "crew")
    assert call("removeUser", ann)
    assert call("removeUser", bob)
    assert call("removeGroup", crew)
    for _ in range(2):
        end_round(stores.table, stores.link_types, Progress(gone=[ann], groups=[crew]))
    left = [item.keys() - {"pk", "sk"} for item in stores.table.get(tombstones.COPIES).values()]
    assert left == [{"n", f"u{bob}"}] * len(tombstones.COPIES)
    assert {item["n"]["N"] for item in stores.table.get(tombstones.COPIES).values()} == {"1"}
