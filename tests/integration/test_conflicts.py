"""Several writers at once: none loses what another wrote (architecture.md, "Writing")."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything, lane, move
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.disturbances import Clock, before_first
from tests.faults.faults import Faults, conflicting

from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store import retry
from lambdaboard.store.stores import Stores
from lambdaboard.store.tags import Tag
from lambdaboard.store.tasks import TaskStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.domain.project import Project
    from lambdaboard.store.actions import TransactItem

T0 = 1_780_000_000


@pytest.fixture
def bob(stores: Stores) -> Client:
    """A client of another container."""
    return Client(a_service(Stores.connect(TABLE, BUCKET)))


# --- the store --------------------------------------------------------------------------------------------------


def test_of_two_writers_of_one_version_the_second_is_refused_and_changes_nothing(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board)
    by_ann, by_bob = stores.tasks.find(task_id), stores.tasks.find(task_id)
    stores.table.write(*stores.tasks.replace_actions(by_ann, by_ann.task.closed(at=T0)))
    before = everything(stores)
    with pytest.raises(Conflict):
        stores.table.write(*stores.tasks.replace_actions(by_bob, by_bob.task.closed(at=T0 + 99)))
    tag = Tag(id=99, name="new", project_id=board.id)
    with pytest.raises(Conflict):
        stores.table.write(*stores.tasks.replace_actions(by_bob, by_bob.task), *stores.tags.put_actions(tag))
    assert everything(stores) == before


def test_a_writer_of_a_version_that_is_gone_is_refused_and_brings_nothing_back(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    read = stores.tasks.find(a_task(call, board))
    stores.table.write(*stores.tasks.delete_actions(read))
    before = everything(stores)
    with pytest.raises(Conflict):
        stores.table.write(*stores.tasks.replace_actions(read, read.task.closed(at=T0)))
    with pytest.raises(NotFound):
        stores.table.write(*stores.tasks.delete_actions(read))
    with pytest.raises((Conflict, NotFound)):
        stores.table.write(*stores.tasks.move_actions(read, read.task.changed(project_id=foreign.id), read.stored.rank))
    assert everything(stores) == before


def test_a_task_is_not_carried_away_with_counters_that_have_changed(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    task_id = a_task(call, board)
    for method, params in (
        ("createTaskFile", (board.id, task_id, "a", "YQ==")),
        ("removeAllTaskFiles", (task_id,)),
        ("createTaskFile", (board.id, task_id, "b", "YQ==")),
        ("removeAllTaskFiles", (task_id,)),
    ):
        read = stores.tasks.find(task_id)
        call(method, *params)
        before = everything(stores)
        with pytest.raises(Conflict):
            stores.table.write(
                *stores.tasks.move_actions(read, read.task.changed(project_id=foreign.id), read.stored.rank)
            )
        assert everything(stores) == before


# --- the service ------------------------------------------------------------------------------------------------

RACES: dict[str, tuple[Callable[[Client, Project, int], Any], str]] = {
    "updateTask": (lambda call, board, task_id: call("updateTask", id=task_id, title="Mine"), "replace_actions"),
    "closeTask": (lambda call, board, task_id: call("closeTask", task_id), "replace_actions"),
    "moveTaskPosition": (lambda call, board, task_id: move(call, board, task_id, 1, 1), "replace_actions"),
    "moveTaskToProject": (lambda call, board, task_id: call("moveTaskToProject", task_id, 2), "move_actions"),
}


@pytest.mark.parametrize("method", RACES)
def test_a_call_that_meets_another_write_is_made_again_and_both_count(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    task_id = a_task(call, board)
    act, write = RACES[method]
    before_first(monkeypatch, stores.tasks, write, lambda: bob("updateTask", id=task_id, score=7, tags=["bob's"]))
    assert act(call, board, task_id) is True
    task = call("getTask", task_id)
    assert task["score"] == 7
    mine = (task["title"], task["is_active"], task["column_id"], task["project_id"])
    assert mine != ("Task", 1, board.columns[0].id, board.id)
    assert len(stores.tasks.find(task_id).stored.task.tags) == 1


@pytest.mark.parametrize("method", RACES)
def test_a_call_that_meets_a_removal_has_its_failure_value(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    task_id = a_task(call, board)
    act, write = RACES[method]
    before_first(monkeypatch, stores.tasks, write, lambda: bob("removeTask", task_id))
    assert act(call, board, task_id) is False
    assert call("getTask", task_id) is None
    assert call("getAllTasks", board.id) == []


def test_a_task_that_another_container_moved_is_still_found(
    call: Client, bob: Client, board: Project, foreign: Project
) -> None:
    task_id = a_task(call, board)
    file_id = call("createTaskFile", board.id, task_id, "a", "YQ==")
    for target in (foreign, board, foreign):
        assert bob("moveTaskToProject", task_id, target.id) is True
        assert call("getTask", task_id)["project_id"] == target.id
        assert call("getTaskFile", file_id)["task_id"] == task_id
        assert call("getTaskMetadata", task_id) == {}


def test_an_upload_that_meets_the_removal_of_all_files_is_made_again(
    call: Client, bob: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    bob("createTaskFile", board.id, task_id, "old", "YQ==")
    before_first(monkeypatch, stores.files, "add_actions", lambda: bob("removeAllTaskFiles", task_id))
    file_id = call("createTaskFile", board.id, task_id, "new", "Yg==")
    assert [row["id"] for row in bob("getAllTaskFiles", task_id)] == [file_id]
    assert bob("searchTasks", board.id, "")[0]["nb_files"] == 1
    assert bob("downloadTaskFile", file_id) == "Yg=="


@pytest.mark.parametrize("theirs", ["Same", "SAME"])
def test_two_callers_that_make_one_tag_while_tagging_make_it_once(
    call: Client, bob: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    first = a_task(call, board)
    other: list[int] = []
    before_first(monkeypatch, stores.tasks, "put_actions", lambda: other.append(a_task(bob, board, tags=[theirs])))
    before_first(monkeypatch, stores.tasks, "replace_actions", lambda: other.append(a_task(bob, board, tags=["Later"])))
    created = a_task(call, board, tags=["Same", "own"])
    assert call("updateTask", id=first, tags=["later"]) is True
    names = sorted(tag.name.lower() for tag in stores.tags.of(board.id))
    assert names == ["later", "own", "same"]
    tags = [stores.tasks.find(task_id).stored.task.tags for task_id in (created, other[0], first, other[1])]
    assert tags[0][0] == tags[1][0]
    assert tags[2] == tags[3]


def test_writers_who_are_always_second_get_an_error_when_retries_end_and_have_written_nothing(
    call: Client, bob: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    clock = Clock(monkeypatch)
    replace_actions, by_bob = TaskStore.replace_actions, [everything(stores)]

    def always_late(store: TaskStore, *arguments: Any, **named: Any) -> list[TransactItem]:
        with monkeypatch.context() as quickly:
            quickly.setattr(TaskStore, "replace_actions", replace_actions)
            assert bob("openTask", task_id) is True
        by_bob.append(everything(stores))
        return replace_actions(store, *arguments, **named)

    monkeypatch.setattr(TaskStore, "replace_actions", always_late)
    error = call.error("closeTask", task_id)
    assert error == {"code": -32603, "message": "Internal error", "data": {"request_id": "request-1"}}
    assert retry.RETRY_TIMEOUT <= clock.slept < retry.RETRY_TIMEOUT + retry.MAX_DELAY
    assert len(by_bob) > retry.RETRY_TIMEOUT / retry.MAX_DELAY
    assert everything(stores) == by_bob[-1]


@pytest.mark.parametrize("method", ["closeTask", "removeTask"])
def test_a_write_that_transactions_are_in_the_way_of_for_ever_is_given_up_and_nothing_is_written(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    task_id = a_task(call, board)
    before, clock = everything(stores), Clock(monkeypatch)
    with Faults(stores).at(0, conflicting, lasts=True):
        error = call.error(method, task_id)
    assert error["code"] == -32603
    assert retry.RETRY_TIMEOUT <= clock.slept < retry.RETRY_TIMEOUT + retry.MAX_DELAY
    assert everything(stores) == before
    assert call(method, task_id) is True


# --- many at once -----------------------------------------------------------------------------------------------


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(4) as clients:
        return [future.result() for future in [clients.submit(call) for call in calls]]


def test_parallel_calls_all_take_effect(call: Client, bob: Client, board: Project) -> None:
    task_id = a_task(call, board)
    uploads = [lambda: call("createTaskFile", board.id, task_id, "a", "YQ=="), lambda: bob("openTask", task_id)] * 3
    creations = [lambda: call("createTask", "A", board.id), lambda: bob("createTask", "B", board.id)] * 3
    answers = at_once([*uploads, *creations])
    assert False not in answers
    created = sorted(answers[6:])
    assert len(set(created)) == 6
    assert lane(call, board) == [task_id, *created]
    assert len(call("getAllTaskFiles", task_id)) == call("searchTasks", board.id, "")[0]["nb_files"] == 3


def test_of_parallel_removals_one_is_true(call: Client, bob: Client, board: Project) -> None:
    task_id = a_task(call, board)
    answers = at_once([lambda: call("removeTask", task_id), lambda: bob("removeTask", task_id)] * 2)
    assert sorted(answers) == [False, False, False, True]
