"""Task files; every rule is from behaviour.md 5."""

from __future__ import annotations

import base64
import re
import time
from hashlib import md5
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_board, a_task, backdate, contents, everything

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

ROW = ["id", "name", "path", "is_image", "task_id", "date", "user_id", "size", "etag"]
LISTED = ["id", "name", "path", "is_image", "task_id", "date", "user_id", "size", "username", "user_name", "etag"]

UNKNOWN: list[Any] = [0, "0", -1, 999_999, 10**13]

BLOBS = [
    ("YQ==", b"a"),
    ("YQ", b"a"),
    ("MA==", b"0"),
    ("YW\nJ\tj\r\n", b"abc"),
    ("data:text/plain;base64,YWJj", b"abc"),
    ("AP/+gA==", b"\x00\xff\xfe\x80"),
    ("AP_-gA", b"\x00\xff\xfe\x80"),
]

NO_BLOBS: list[Any] = ["!!!!", "a", "====", "YWJjZ", "YW Jj", "YQ=", "YQ==YmM=", "data:YWJj", "Y$Q=", 5, ["YQ=="]]


def upload(call: Client, project: Project, task_id: int, name: Any = "a.txt", blob: Any = "YQ==") -> Any:
    return call("createTaskFile", project.id, task_id, name, blob)


def test_base64_of_any_encoder_is_read_and_given_back_in_one_form(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for blob, content in BLOBS:
        file_id = upload(call, board, task_id, blob=blob)
        assert call("downloadTaskFile", file_id) == base64.b64encode(content).decode(), blob
        assert call("getTaskFile", file_id)["size"] == len(content)


def test_a_file_of_two_million_bytes_comes_back_in_one_line(call: Client, board: Project) -> None:
    blob = base64.b64encode(bytes(range(250)) * 8_000).decode()
    file_id = upload(call, board, a_task(call, board), blob=blob)
    assert call("downloadTaskFile", file_id) == blob
    assert call.documented("getTaskFile", file_id)["size"] == "2000000"


def test_what_has_no_content_or_no_task_is_refused(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    for blob in ("", "\n", "data:;base64,", None):
        assert upload(call, board, task_id, blob=blob) is False
    for unknown in UNKNOWN:
        assert upload(call, board, unknown) is False
        assert call("createTaskFile", unknown, task_id, "a", "YQ==") is False
    assert upload(call, foreign, task_id) is False
    for name, value in (("filename", []), ("task_id", 7.5), ("project_id", "x")):
        given = {"project_id": board.id, "task_id": task_id, "filename": "a", "blob": "YQ=="}
        error = call.error("createTaskFile", **given | {name: value})
        assert (error["code"], name in error["data"]) == (-32602, True)
    assert everything(stores) == before


@pytest.mark.parametrize("blob", NO_BLOBS, ids=str)
def test_what_is_no_base64_is_an_error_and_nothing_is_stored(
    call: Client, stores: Stores, board: Project, blob: Any
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    error = call.error("createTaskFile", board.id, task_id, "a", blob)
    assert (error["code"], error["data"].startswith("blob:")) == (-32602, True)
    assert everything(stores) == before
    assert contents(stores) == []


def test_a_file_too_large_to_give_back_is_an_error(call: Client, board: Project) -> None:
    error = call.error("createTaskFile", board.id, a_task(call, board), "a", "A" * 5_866_672)
    assert (error["code"], "blob" in error["data"]) == (-32602, True)


NAMES: list[tuple[Any, str]] = [
    *((name, name) for name in ("", " ", r"a/b\c", "../../x", "a\0b", "<b>&amp;</b>", "日本.txt", "é" * 127)),
    (5, "5"),
    (None, ""),
    ("n" * 300, "n" * 255),
    ("é" * 200, "é" * 127),
    ("x" + "日" * 100, "x" + "日" * 84),
    ("x" * 252 + "😀", "x" * 252),
]


def test_a_name_is_kept_as_it_is_up_to_255_bytes(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for name, stored in NAMES:
        assert call("getTaskFile", upload(call, board, task_id, name))["name"] == stored
    listed = [row["name"] for row in call("getAllTaskFiles", task_id)]
    assert sorted(listed) == sorted(stored for _, stored in NAMES)


def test_an_image_is_recognized_by_the_extension_of_the_whole_name(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for name in ("a.png", "A.JPG", "a.Jpeg", "a.gif", ".png", "n" * 300 + ".png"):
        assert call("getTaskFile", upload(call, board, task_id, name))["is_image"] == 1, name
    for name in ("a.webp", "a.svg", "a.png ", "png", "a.png.txt", "a.PNĞ"):
        assert call("getTaskFile", upload(call, board, task_id, name))["is_image"] == 0, name


def test_a_row_has_the_documented_properties_in_order(call: Client, board: Project) -> None:
    task_id, begun = a_task(call, board), int(time.time())
    file_id = upload(call, board, task_id, "a.png")
    row, (listed,) = call("getTaskFile", file_id), call("getAllTaskFiles", task_id)
    assert [*row] == ROW
    assert sorted(listed) == sorted(LISTED)
    assert listed == row | {"username": None, "user_name": None}
    assert begun <= row["date"] <= begun + 5
    wanted = {"id": file_id, "task_id": task_id, "user_id": 0, "size": 1, "is_image": 1}
    assert {name: row[name] for name in wanted} == wanted
    documented = call.documented("getTaskFile", file_id)
    assert {name: documented[name] for name in wanted} == {name: str(value) for name, value in wanted.items()}


def test_the_path_has_each_wires_form_and_the_etag_is_its_digest(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    file_id = upload(call, board, task_id)
    for client, folder in ((call, "tasks"), (call.documented, str(board.id))):
        for row in (client("getTaskFile", file_id), client("getAllTaskFiles", task_id)[0]):
            assert re.fullmatch(rf"{folder}/{task_id}/[0-9a-f]{{40}}", row["path"])
            assert row["etag"] == md5(row["path"].encode(), usedforsecurity=False).hexdigest()


def test_files_are_listed_by_name_with_ascii_letters_as_lower_case_then_by_id(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    ids = {
        upload(call, board, task_id, name): name for name in ["Z", "b", "é", "A", "_", "a", "9", "a", "10", "z", "B"]
    }
    rows = call("getAllTaskFiles", task_id)
    assert [row["name"] for row in rows] == ["10", "9", "_", "A", "a", "a", "b", "B", "Z", "z", "é"]
    assert sorted(ids) == sorted(row["id"] for row in rows)
    same = [row["id"] for row in rows if row["name"] == "a"]
    assert same == sorted(same)


def test_files_of_the_same_name_are_two_with_contents_of_their_own(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    ids = [upload(call, board, task_id, "a.txt", blob) for blob in ("YQ==", "Yg==")]
    assert [call("downloadTaskFile", file_id) for file_id in ids] == ["YQ==", "Yg=="]
    assert len({call("getTaskFile", file_id)["path"] for file_id in ids}) == 2


def test_closed_tasks_and_disabled_projects_take_files_and_no_date_changes(call: Client, stores: Stores) -> None:
    disabled = a_board(stores, is_active=0)
    task_id = a_task(call, disabled)
    call("closeTask", task_id)
    backdate(stores, task_id)
    file_id = upload(call, disabled, task_id)
    assert call("getTaskFile", str(file_id))["id"] == file_id
    assert call("removeTaskFile", str(file_id)) is True
    assert call("getTask", task_id)["date_modification"] == LONG_AGO


def test_an_unknown_file_has_each_wires_answer(call: Client) -> None:
    for file_id in UNKNOWN:
        assert call("getTaskFile", file_id) is None
        assert call.documented("getTaskFile", file_id) is False
        for client in (call, call.documented):
            assert client("downloadTaskFile", file_id) == ""
            assert client("removeTaskFile", file_id) is False


def test_an_unknown_task_has_each_wires_answer(call: Client) -> None:
    for task_id in UNKNOWN:
        assert call("getAllTaskFiles", task_id) == []
        assert call.documented("getAllTaskFiles", task_id) is False
        assert call("removeAllTaskFiles", task_id) is True
        assert call.documented("removeAllTaskFiles", task_id) is False
