"""Files that clients get from the bucket themselves: downloadTaskFile with `url` (decision 12)."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
import requests
from tests.aws_calls import Tracker
from tests.boards import contents
from tests.integration.uploads import CONTENT, uploaded

from lambdaboard.store.blobs import COPY_PART, URL_LIFETIME

if TYPE_CHECKING:
    import pytest
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


def url_of(call: Client, file_id: int) -> Any:
    return call("downloadTaskFile", file_id=file_id, url=True)


def with_record(stores: Stores, file_id: int, **changes: Any) -> None:
    """Write other properties into the record of a file."""
    record = msgspec.structs.replace(stores.files.find(file_id).record, **changes)
    for action in stores.files.put_actions(record):
        item = action.request["Put"]["Item"]
        stores.table.client.put_item(TableName=stores.table.name, Item=item)


def test_a_url_gives_the_content_as_a_file_of_its_name(call: Client, board: Project, task: int) -> None:
    begun = int(time.time())
    file_id = uploaded(call, board.id, task, filename="Plan für „Größe“ 100%.html")
    told = url_of(call, file_id)
    assert [*told] == ["url", "expires", "size", "sha256"]
    assert (told["size"], told["sha256"]) == (len(CONTENT), sha256(CONTENT).hexdigest())
    assert begun <= told["expires"] - URL_LIFETIME <= begun + 5
    answer = requests.get(told["url"])
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Plan f_r _Gr__e_ 100_.html"; '
        "filename*=UTF-8''Plan%20f%C3%BCr%20%E2%80%9EGr%C3%B6%C3%9Fe%E2%80%9C%20100%25.html"
    )


def test_a_file_that_came_in_a_request_has_a_url_and_a_checksum_too(call: Client, board: Project, task: int) -> None:
    file_id = call("createTaskFile", board.id, task, "a.txt", "YQ==")
    told = url_of(call, file_id)
    assert (told["size"], told["sha256"]) == (1, sha256(b"a").hexdigest())
    assert requests.get(told["url"]).content == b"a"


def test_a_file_of_an_older_release_has_no_checksum(call: Client, stores: Stores, board: Project, task: int) -> None:
    file_id = call("createTaskFile", board.id, task, "a.txt", "YQ==")
    with_record(stores, file_id, sha256="")
    for client in (call, call.documented):
        assert url_of(client, file_id)["sha256"] is None


def test_in_the_documented_format_the_numbers_are_strings(call: Client, board: Project, task: int) -> None:
    told = url_of(call.documented, uploaded(call, board.id, task))
    assert (told["size"], told["expires"].isdigit()) == (str(len(CONTENT)), True)


def test_without_url_a_file_that_was_uploaded_comes_in_the_answer(call: Client, board: Project, task: int) -> None:
    file_id = uploaded(call, board.id, task, b"a")
    assert call("downloadTaskFile", file_id) == "YQ=="
    assert call("downloadTaskFile", file_id=file_id, url=False) == "YQ=="


def test_a_file_too_large_for_an_answer_is_not_read_and_the_error_names_the_way(
    call: Client, stores: Stores, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = uploaded(call, board.id, task)
    with_record(stores, file_id, size=4_400_001)
    answers: list[Any] = []
    made = Tracker(monkeypatch, stores).of(lambda: answers.append(call.answer("downloadTaskFile", file_id)))
    assert made.s3 == 0
    error = answers[0]["error"]
    assert (error["code"], "url=true" in error["message"]) == (-32000, True)
    assert url_of(call, file_id)["size"] == 4_400_001


def test_who_may_not_see_a_file_gets_no_url(call: Client, person: MakePerson, board: Project, task: int) -> None:
    person("ann", board.id, role="project-viewer")
    person("bob")
    file_id = uploaded(call, board.id, task)
    assert url_of(call.by("ann"), file_id)["url"]
    assert call.by("bob").response("downloadTaskFile", file_id=file_id, url=True)["statusCode"] == 403
    call("removeTaskFile", file_id)
    assert url_of(call, file_id) == ""
    assert call.by("ann").response("downloadTaskFile", file_id=file_id, url=True)["statusCode"] == 403


def test_a_url_costs_no_call_of_s3(call: Client, stores: Stores, board: Project, task: int, monkeypatch: Any) -> None:
    file_id = uploaded(call, board.id, task)
    made = Tracker(monkeypatch, stores).of(lambda: url_of(call, file_id))
    assert (made.depth, made.dynamodb, made.s3) == (2, 2, 0)


# --- copies ---------------------------------------------------------------------------------------------------------


def test_a_large_file_is_copied_in_parts(
    call: Client, stores: Stores, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.store.blobs.COPY_PART", 5 * 1024 * 1024)
    content = bytes(12 * 1024 * 1024)
    uploaded(call, board.id, task, content)
    made = Tracker(monkeypatch, stores).of(lambda: call("duplicateTaskToProject", task, board.id))
    copy_id = max(row["id"] for row in call("getAllTasks", board.id))
    assert (made.of["UploadPartCopy"], made.of["CopyObject"]) == (3, 0)
    (copy,) = call("getAllTaskFiles", copy_id)
    assert requests.get(url_of(call, copy["id"])["url"]).content == content
    assert COPY_PART == 64 * 1024 * 1024


def test_more_than_can_be_copied_within_a_call_is_an_error_and_changes_nothing(
    call: Client, stores: Stores, board: Project, task: int
) -> None:
    for _ in range(2):
        with_record(stores, uploaded(call, board.id, task), size=1_000_000_001)
    there = contents(stores)
    error = call.error("duplicateTaskToProject", task, board.id)
    assert (error["code"], "task_id: its files have more than 2,000,000,000 bytes" in error["data"]) == (-32602, True)
    assert contents(stores) == there
    assert len(call("getAllTasks", board.id)) == 1
