"""Files of projects (context.md 13); test_files.py and test_uploads.py try what they share with files of tasks."""

from __future__ import annotations

import base64
import re
import time
from hashlib import md5
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.boards import LONG_AGO, a_task, contents, everything
from tests.disturbances import before_commit
from tests.integration.test_files import BLOBS, NAMES, NO_BLOBS
from tests.integration.uploads import CONTENT, begun, confirmed, described, open_uploads, put
from tests.streams import loaded, settled

from lambdaboard.errors import Conflict
from lambdaboard.store import actions, keys
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.functions import Function
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN: list[Any] = [0, "0", -1, 999_999, 10**13]

ROW = ["id", "project_id", "name", "path", "is_image", "size", "user_id", "date", "etag"]
LISTED = ["id", "name", "path", "is_image", "project_id", "date", "user_id", "size", "username", "user_name", "etag"]


def upload(call: Client, project: Project, name: Any = "a.txt", blob: Any = "YQ==") -> Any:
    return call("createProjectFile", project.id, name, blob)


def names(call: Client, project: Project) -> list[str]:
    return [row["name"] for row in call("getAllProjectFiles", project.id)]


@pytest.fixture
def cascade(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    return loaded(monkeypatch, "CascadeFunction")


# --- rows and contents ----------------------------------------------------------------------------------------------


def test_contents_and_names_are_kept_as_those_of_task_files(call: Client, board: Project) -> None:
    for blob, content in BLOBS:
        file_id = upload(call, board, blob=blob)
        assert call("downloadProjectFile", board.id, file_id) == base64.b64encode(content).decode(), blob
        assert call("getProjectFile", board.id, file_id)["size"] == len(content)
    for name, stored in NAMES:
        assert call("getProjectFile", board.id, upload(call, board, name))["name"] == stored


def test_what_has_no_content_or_no_project_is_rejected(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores)
    for blob in ("", "\n", None):
        assert upload(call, board, blob=blob) is False
    for unknown in UNKNOWN:
        assert call("createProjectFile", unknown, "a", "YQ==") is False
    for blob in NO_BLOBS:
        error = call.error("createProjectFile", board.id, "a", blob)
        assert (error["code"], error["data"].startswith("blob:")) == (-32602, True)
    error = call.error("createProjectFile", "words", "a", "YQ==")
    assert (error["code"], error["data"]) == (-32602, "project_id: must be an integer")
    assert (everything(stores), contents(stores)) == (before, [])


def test_a_row_has_the_originals_properties_in_order_and_one_path_in_both_formats(call: Client, board: Project) -> None:
    begun_at = int(time.time())
    file_id = upload(call, board, "a.PNG")
    row, (listed,) = call("getProjectFile", board.id, file_id), call("getAllProjectFiles", board.id)
    assert ([*row], sorted(listed)) == (ROW, sorted(LISTED))
    assert listed == row | {"username": None, "user_name": None}
    assert begun_at <= row["date"] <= begun_at + 5
    wanted = {"id": file_id, "project_id": board.id, "user_id": 0, "size": 1, "is_image": 1}
    assert {name: row[name] for name in wanted} == wanted
    assert re.fullmatch(rf"projects/{board.id}/[0-9a-f]{{40}}", row["path"])
    assert row["etag"] == md5(row["path"].encode(), usedforsecurity=False).hexdigest()
    strings = {name: str(value) if isinstance(value, int) else value for name, value in row.items()}
    assert call.documented("getProjectFile", board.id, file_id) == strings


def test_files_are_listed_by_name_then_by_id_with_those_who_made_them(
    call: Client, person: MakePerson, board: Project
) -> None:
    ann = person("ann", board.id)
    for name in ("Z", "b", "a", "A"):
        upload(call.by("ann"), board, name)
    rows = call("getAllProjectFiles", board.id)
    assert [row["name"] for row in rows] == ["a", "A", "b", "Z"]
    assert {(row["user_id"], row["username"]) for row in rows} == {(ann, "ann")}


def test_ids_count_apart_from_those_of_task_files(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    ids = [call("createTaskFile", board.id, task_id, "of the task", "YQ=="), upload(call, board, "of the project")]
    assert ids == [1, 1]
    assert call("removeAllTaskFiles", task_id) is True
    assert names(call, board) == ["of the project"]


def test_a_file_is_found_in_its_own_project_alone(call: Client, board: Project, foreign: Project) -> None:
    file_id = upload(call, board)
    for project_id, number in ((foreign.id, file_id), (board.id, 99), (99, file_id), (board.id, 10**13)):
        assert call("getProjectFile", project_id, number) is False
        assert call("downloadProjectFile", project_id, number) == ""
        assert call("removeProjectFile", project_id, number) is False
    assert (names(call, foreign), names(call, board)) == ([], ["a.txt"])


def test_an_unknown_project_has_each_wires_answer(call: Client) -> None:
    for unknown in UNKNOWN:
        assert call("getAllProjectFiles", unknown) == []
        assert call.documented("getAllProjectFiles", unknown) is False
        assert call("removeAllProjectFiles", unknown) is True
        assert call.documented("removeAllProjectFiles", unknown) is False


def test_disabled_projects_take_files_and_the_last_change_stays(call: Client, stores: Stores, board: Project) -> None:
    call("disableProject", board.id)
    stores.table.write(actions.put(keys.last_change(board.id), {"n": actions.number(LONG_AGO)}))
    file_id = upload(call, board)
    assert call("removeProjectFile", str(board.id), str(file_id)) is True
    assert call("removeAllProjectFiles", board.id) is True
    assert call("getProjectById", board.id)["last_modified"] == LONG_AGO


# --- removing -------------------------------------------------------------------------------------------------------


def test_a_file_is_removed_once_and_takes_its_content_along(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    first, second = upload(call, board, "1"), upload(call, board, "2")
    settled(cascade, stores, lambda: call("removeProjectFile", board.id, first))
    assert call("removeProjectFile", board.id, first) is False
    assert call("downloadProjectFile", board.id, first) == ""
    assert contents(stores) == [call("getProjectFile", board.id, second)["path"]]


def test_all_files_go_at_once_and_new_ones_can_come(
    call: Client, stores: Stores, board: Project, foreign: Project, cascade: Function
) -> None:
    old, kept = [upload(call, board, name) for name in "123"], upload(call, foreign, "kept")
    task_file = call("createTaskFile", board.id, a_task(call, board), "of a task", "YQ==")

    def replaced() -> None:
        assert call("removeAllProjectFiles", board.id) is True
        assert names(call, board) == []
        for file_id in old:
            assert call("getProjectFile", board.id, file_id) is False
            assert call("removeProjectFile", board.id, file_id) is False
        upload(call, board, "new")

    settled(cascade, stores, replaced)
    assert (names(call, board), names(call, foreign)) == (["new"], ["kept"])
    assert (call("downloadProjectFile", foreign.id, kept), call("downloadTaskFile", task_file)) == ("YQ==", "YQ==")
    assert len(contents(stores)) == 3
    assert call("removeAllProjectFiles", board.id) is True
    assert names(call, board) == []


def test_a_change_of_the_project_leaves_the_generation_as_it_is(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    upload(call, board, "old")
    call("removeAllProjectFiles", board.id)
    upload(call, board, "new")
    settled(cascade, stores, lambda: call("updateProject", board.id, "New name"))
    assert names(call, board) == ["new"]


def test_of_two_that_remove_all_files_of_what_they_read_one_comes_first(stores: Stores, board: Project) -> None:
    read = stores.projects.get(board.id)
    stores.table.write(*stores.project_files.remove_all_actions(read))
    with pytest.raises(Conflict):
        stores.table.write(*stores.project_files.remove_all_actions(read))


def test_a_removed_project_takes_its_files_and_their_contents_along(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    before = everything(stores)
    project = call("createProject", "Project")
    file_id = call("createProjectFile", project, "a", "YQ==")
    call("saveProjectMetadata", project, {"name": "value"})
    settled(cascade, stores, lambda: call("removeProject", project))
    assert call("getProjectFile", project, file_id) is False
    assert [key for key in everything(stores).keys() - before.keys() if not key[0].startswith("#")] == []
    assert contents(stores) == []


def test_a_file_that_comes_as_all_are_removed_stays(
    call: Client, stores: Stores, board: Project, cascade: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(call, board, "old")
    before_commit(monkeypatch, lambda: call("removeAllProjectFiles", board.id))
    settled(cascade, stores, lambda: upload(call, board, "new"))
    assert names(call, board) == ["new"]
    old = call("getAllProjectFiles", board.id)[0]["id"]
    before_commit(monkeypatch, lambda: call("removeAllProjectFiles", board.id))
    assert call("removeProjectFile", board.id, old) is False


def test_a_project_that_is_removed_meanwhile_gets_no_file_and_sweep_removes_the_content(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_commit(monkeypatch, lambda: call("removeProject", board.id))
    assert upload(call, board) is False
    assert len(contents(stores)) == 1
    monkeypatch.setattr("lambdaboard.store.sweep.GRACE", -5)
    assert Sweep(stores, repair=True, has_time=lambda: True).run().found["content without a record"] == 1
    assert contents(stores) == []


def test_sweep_removes_files_of_older_generations_that_cascade_gave_up(
    call: Client, stores: Stores, board: Project
) -> None:
    for name in "12":
        upload(call, board, name)
    call("removeAllProjectFiles", board.id)
    new = upload(call, board, "new")
    for repair, left in ((False, 3), (True, 1)):
        found = Sweep(stores, repair=repair, has_time=lambda: True).run().found
        assert (found, len(contents(stores))) == ({"file of an older generation": 2}, left)
    assert call("downloadProjectFile", board.id, new) == "YQ=="
    assert Sweep(stores, repair=True, has_time=lambda: True).run().found == {}


def test_sweep_removes_contents_of_a_project_without_a_record_and_leaves_the_others(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_file = call("createTaskFile", board.id, a_task(call, board), "of a task", "YQ==")
    file_id = upload(call, board)
    for folder in (f"projects/{board.id}", "projects/99"):
        stores.blobs.put(f"{folder}/{'0' * 40}", b"left behind")
    assert Sweep(stores, repair=True, has_time=lambda: True).run().found == {}
    monkeypatch.setattr("lambdaboard.store.sweep.GRACE", -5)
    report = Sweep(stores, repair=True, has_time=lambda: True).run()
    assert report.found == {"content without a record": 2}
    assert (call("downloadProjectFile", board.id, file_id), call("downloadTaskFile", task_file)) == ("YQ==", "YQ==")


# --- transfers by clients -------------------------------------------------------------------------------------------


def test_an_upload_is_a_file_once_it_is_confirmed_and_comes_back_by_a_url(
    call: Client, stores: Stores, board: Project
) -> None:
    answer = call("createProjectFile", project_id=board.id, **described())
    file_id = answer["file_id"]
    assert call("getAllProjectFiles", board.id) == []
    error = call.error("createProjectFile", project_id=board.id, file_id=file_id, **described())
    assert "file_id: its content is not there yet" in error["data"]
    put(answer["upload"])
    for _ in range(2):
        assert call("createProjectFile", project_id=board.id, file_id=file_id, **described()) == file_id
    told = call("downloadProjectFile", project_id=board.id, file_id=file_id, url=True)
    assert ([*told], requests.get(told["url"]).content) == (["url", "expires", "size", "sha256"], CONTENT)
    assert (names(call, board), open_uploads(stores)) == (["a.txt"], [])


def test_an_upload_is_of_what_it_was_begun_for(call: Client, board: Project, foreign: Project) -> None:
    task_id = a_task(call, board)
    answer = call("createProjectFile", project_id=board.id, **described())
    of_task, other = begun(call, board.id, task_id)
    assert (answer["file_id"], of_task) == (1, 1)
    put(answer["upload"])
    put(other)
    assert call("createProjectFile", project_id=foreign.id, file_id=1, **described()) is False
    assert call("createProjectFile", project_id=board.id, file_id=1, **described(filename="b")) is False
    assert call("createProjectFile", project_id=board.id, file_id=1, **described()) == 1
    assert call("getAllTaskFiles", task_id) == []
    assert confirmed(call, board.id, task_id, 1) == 1
    paths = {call("getProjectFile", board.id, 1)["path"], call.documented("getTaskFile", 1)["path"]}
    assert paths == {*contents_of(answer), *contents_of({"upload": other})}


def contents_of(answer: Any) -> list[str]:
    return [re.sub(r"^https?://[^/]+/|\?.*$", "", answer["upload"]["url"])]


def test_a_removed_file_is_not_confirmed_again(call: Client, board: Project) -> None:
    removals: list[Callable[[int], Any]] = [
        lambda file_id: call("removeProjectFile", board.id, file_id),
        lambda _: call("removeAllProjectFiles", board.id),
    ]
    for remove in removals:
        answer = call("createProjectFile", project_id=board.id, **described())
        put(answer["upload"])
        params = {"project_id": board.id, "file_id": answer["file_id"], **described()}
        assert call("createProjectFile", **params) == answer["file_id"]
        assert remove(answer["file_id"]) is True
        assert call("createProjectFile", **params) is False


def test_uploads_of_tasks_and_projects_share_the_callers_slots(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for _ in range(10):
        begun(call, board.id, task_id)
        call("createProjectFile", project_id=board.id, **described())
    for error in (
        call.error("createProjectFile", project_id=board.id, **described()),
        call.error("createTaskFile", project_id=board.id, task_id=task_id, **described()),
    ):
        assert error["data"].startswith("size: 20 uploads are not confirmed yet")


def test_without_blob_and_description_the_call_has_too_few_arguments(call: Client, board: Project) -> None:
    assert call.error("createProjectFile", board.id, "a")["data"] == "Wrong number of arguments: blob is missing"
