"""Uploads that are not confirmed yet (decision 12): what happens meanwhile, how many there are, what is left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
from tests.boards import contents, everything
from tests.conftest import SETTINGS, Client, a_service
from tests.disturbances import before_commit
from tests.integration.test_repeated_calls import keyed
from tests.integration.uploads import begun, confirmed, described, open_uploads, put, uploaded

from lambdaboard.store import sweep, uploads
from lambdaboard.store.blobs import URL_LIFETIME

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from tests.conftest import MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


def nb_files(call: Client, board: Project) -> int:
    return int(call("searchTasks", board.id, "")[0]["nb_files"])


# --- what happens between the calls ---------------------------------------------------------------------------------


def test_a_file_that_was_removed_is_not_confirmed_again(call: Client, board: Project, task: int) -> None:
    removals: list[Callable[[int], Any]] = [
        lambda file_id: call("removeTaskFile", file_id),
        lambda _: call("removeAllTaskFiles", task),
    ]
    for remove in removals:
        file_id = uploaded(call, board.id, task)
        assert remove(file_id) is True
        assert confirmed(call, board.id, task, file_id) is False
        assert call("getAllTaskFiles", task) == []


def test_files_that_are_removed_meanwhile_do_not_take_an_upload_along(call: Client, board: Project, task: int) -> None:
    uploaded(call, board.id, task, filename="old")
    file_id, upload = begun(call, board.id, task)
    assert call("removeAllTaskFiles", task) is True
    put(upload)
    assert confirmed(call, board.id, task, file_id) == file_id
    assert ([row["id"] for row in call("getAllTaskFiles", task)], nb_files(call, board)) == ([file_id], 1)


def test_files_that_are_removed_while_an_upload_is_confirmed_do_not_take_it_along(
    call: Client, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id, upload = begun(call, board.id, task)
    put(upload)
    before_commit(monkeypatch, lambda: call("removeAllTaskFiles", task))
    call("createTaskFile", board.id, task, "b.txt", "YQ==")
    before_commit(monkeypatch, lambda: call("removeAllTaskFiles", task))
    assert confirmed(call, board.id, task, file_id) == file_id
    assert ([row["id"] for row in call("getAllTaskFiles", task)], nb_files(call, board)) == ([file_id], 1)


def test_an_upload_follows_its_task_to_another_project(
    call: Client, board: Project, foreign: Project, task: int
) -> None:
    file_id, upload = begun(call, board.id, task)
    put(upload)
    assert call("moveTaskToProject", task, foreign.id) is True
    assert confirmed(call, board.id, task, file_id) is False
    assert confirmed(call, foreign.id, task, file_id) == file_id
    assert call("moveTaskToProject", task, board.id) is True
    assert confirmed(call, board.id, task, file_id) == file_id


def test_a_task_that_was_removed_meanwhile_gets_no_file(
    call: Client, stores: Stores, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, upload), (second, other) = (begun(call, board.id, task) for _ in range(2))
    put(upload)
    put(other)
    before_commit(monkeypatch, lambda: call("removeTask", task))
    assert confirmed(call, board.id, task, first) is False
    assert confirmed(call, board.id, task, second) is False
    assert not [key for key in everything(stores) if key[0].startswith(("F#", "T#"))]


def test_of_two_that_confirm_at_the_same_time_both_get_the_id_and_the_file_is_one(
    call: Client, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id, upload = begun(call, board.id, task)
    put(upload)
    others: list[Any] = []
    before_commit(monkeypatch, lambda: others.append(confirmed(call, board.id, task, file_id)))
    assert [confirmed(call, board.id, task, file_id), *others] == [file_id, file_id]
    assert nb_files(call, board) == 1


# --- how many -------------------------------------------------------------------------------------------------------


def test_a_caller_has_twenty_uploads_at_most_and_one_more_for_each_that_is_confirmed_or_given_up(
    call: Client, person: MakePerson, board: Project, task: int, time_machine: TimeMachineFixture
) -> None:
    person("ann", board.id)
    begun_at = time.time()
    first, upload = begun(call, board.id, task)
    for _ in range(19):
        begun(call, board.id, task)
    for _ in range(2):
        error = call.error("createTaskFile", project_id=board.id, task_id=task, **described())
        assert (error["code"], error["data"].startswith("size: 20 uploads are not confirmed yet")) == (-32602, True)
    begun(call.by("ann"), board.id, task)
    put(upload)
    assert confirmed(call, board.id, task, first) == first
    begun(call, board.id, task)
    assert call.error("createTaskFile", project_id=board.id, task_id=task, **described())["code"] == -32602
    time_machine.move_to(begun_at + uploads.LIFETIME + 5)
    for _ in range(20):
        begun(call, board.id, task)
    assert call.error("createTaskFile", project_id=board.id, task_id=task, **described())["code"] == -32602


def test_of_two_that_begin_the_twentieth_upload_at_the_same_time_one_is_refused(
    call: Client, stores: Stores, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(19):
        begun(call, board.id, task)
    before_commit(monkeypatch, lambda: begun(call, board.id, task))
    error = call.error("createTaskFile", project_id=board.id, task_id=task, **described())
    assert error["data"].startswith("size: 20 uploads are not confirmed yet")
    assert len(open_uploads(stores)) == 20


def test_the_largest_size_is_a_setting_and_is_told(stores: Stores, board: Project, task: int) -> None:
    settings = msgspec.structs.replace(SETTINGS, max_file_megabytes=5_000)
    call = Client(msgspec.structs.replace(a_service(stores), settings=settings))
    params = {"project_id": board.id, "task_id": task}
    assert call("createTaskFile", **params, **described(size=5_000_000_000))["file_id"]
    error = call.error("createTaskFile", **params, **described(size=5_000_000_001))
    assert error["data"] == "size: must be from 1 to 5,000,000,000 bytes"


# --- what is left behind --------------------------------------------------------------------------------------------


def test_an_upload_is_given_up_long_before_its_content_is_swept_away(
    call: Client, board: Project, task: int, time_machine: TimeMachineFixture
) -> None:
    assert uploads.LIFETIME + URL_LIFETIME < sweep.GRACE / 2
    begun_at = time.time()
    file_id, upload = begun(call, board.id, task)
    put(upload)
    time_machine.move_to(begun_at + uploads.LIFETIME - 5)
    assert confirmed(call, board.id, task, file_id, filename="other") is False
    time_machine.move_to(begun_at + uploads.LIFETIME + 5)
    assert confirmed(call, board.id, task, file_id) is False


def test_a_young_content_that_is_not_confirmed_is_left_and_an_old_one_swept_away(
    call: Client, stores: Stores, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file_id, upload), (_, other) = (begun(call, board.id, task) for _ in range(2))
    put(upload)
    put(other)
    sweep.Sweep(stores, repair=True, has_time=lambda: True).run()
    assert confirmed(call, board.id, task, file_id) == file_id
    assert len(contents(stores)) == 2
    monkeypatch.setattr("lambdaboard.store.sweep.GRACE", -5)
    report = sweep.Sweep(stores, repair=True, has_time=lambda: True).run()
    assert report.found == {"content without a record": 1}
    assert call("downloadTaskFile", file_id) != ""


def test_sweep_leaves_uploads_of_users_and_of_the_application_to_the_tables_time_to_live(
    call: Client, stores: Stores, person: MakePerson, board: Project, task: int
) -> None:
    ann = person("ann", board.id)
    begun(call, board.id, task)
    begun(call.by("ann"), board.id, task)
    call("removeUser", ann)
    sweep.Sweep(stores, repair=True, has_time=lambda: True).run()
    left = open_uploads(stores)
    assert len(left) == 2
    assert all(int(item["expires"]["N"]) > time.time() for item in left)


# --- Idempotency-Key ------------------------------------------------------------------------------------------------


def test_each_of_the_calls_happens_once_under_a_key_of_its_own(
    call: Client, stores: Stores, board: Project, task: int
) -> None:
    params: dict[str, Any] = {"project_id": board.id, "task_id": task, **described()}
    first, again = (keyed(call, "first", "createTaskFile", **params) for _ in range(2))
    assert first == again
    assert len(open_uploads(stores)) == 1
    put(first["upload"])
    file_id = first["file_id"]
    answers = [keyed(call, "second", "createTaskFile", **params, file_id=file_id) for _ in range(2)]
    assert answers == [file_id, file_id]
    assert call("removeTaskFile", file_id) is True
    assert keyed(call, "second", "createTaskFile", **params, file_id=file_id) == file_id
    assert keyed(call, "third", "createTaskFile", **params, file_id=file_id) is False
    error = keyed(call, "first", "createTaskFile", **params, file_id=file_id)
    assert error["data"] == "Idempotency-Key: was sent with another call before"
