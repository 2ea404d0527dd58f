"""Files that clients upload themselves (decision 12): the two calls of createTaskFile, and what lies between them.

That the URL is good for nothing else is tried on a local AWS that checks signatures (test_local_transfers.py).
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task, everything
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.integration.uploads import CONTENT, begun, confirmed, described, open_uploads, put, uploaded

from lambdaboard.store.blobs import URL_LIFETIME, Blobs
from lambdaboard.store.stores import S3, Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakePerson

    from lambdaboard.domain.project import Project

SHA = described()["sha256"]


def nb_files(call: Client, board: Project) -> int:
    return int(call("searchTasks", board.id, "")[0]["nb_files"])


# --- what happens ---------------------------------------------------------------------------------------------------


def test_an_upload_is_a_file_once_it_is_confirmed_and_is_confirmed_again_and_again(
    call: Client, stores: Stores, board: Project, task: int
) -> None:
    file_id, upload = begun(call, board.id, task, filename="Plän.PNG")
    put(upload)
    assert (call("getAllTaskFiles", task), call("getTaskFile", file_id), nb_files(call, board)) == ([], None, 0)
    answers = [confirmed(call, board.id, task, file_id, filename="Plän.PNG") for _ in range(3)]
    assert answers == [file_id] * 3
    row = call("getTaskFile", file_id)
    wanted = {"id": file_id, "name": "Plän.PNG", "is_image": 1, "task_id": task, "user_id": 0, "size": len(CONTENT)}
    assert {name: row[name] for name in wanted} == wanted
    assert [file["id"] for file in call("getAllTaskFiles", task)] == [file_id]
    assert (nb_files(call, board), open_uploads(stores)) == (1, [])
    assert call.documented("getTaskFile", file_id)["path"] == urlsplit(upload["url"]).path.removeprefix("/")


def test_the_answer_says_what_to_send_and_until_when(call: Client, board: Project, task: int) -> None:
    begun_at = int(time.time())
    _, upload = begun(call, board.id, task)
    assert (upload["method"], [*upload["headers"]]) == ("PUT", ["x-amz-checksum-sha256"])
    assert begun_at <= upload["expires"] - URL_LIFETIME <= begun_at + 5
    signed = {name: values[0] for name, values in parse_qs(urlsplit(upload["url"]).query).items()}
    assert signed["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert signed["X-Amz-SignedHeaders"] == "content-length;host;x-amz-checksum-sha256"
    assert int(signed["X-Amz-Expires"]) == URL_LIFETIME <= 300


def test_in_the_documented_format_the_numbers_are_strings_that_the_second_call_takes(
    call: Client, board: Project, task: int
) -> None:
    params = {"project_id": board.id, "task_id": task, **described()}
    answer = call.documented("createTaskFile", **params)
    assert isinstance(answer["file_id"], str)
    assert isinstance(answer["upload"]["expires"], str)
    put(answer["upload"])
    result = call.documented("createTaskFile", **params, file_id=answer["file_id"])
    assert result == int(answer["file_id"])


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1"])
def test_urls_have_the_host_of_the_region_where_aws_has_others(region: str) -> None:
    client = boto3.client("s3", region_name=region, config=S3)
    url = Blobs(lambda _: client, "bucket").presign_download("1/2/3", "attachment")
    end = ".cn" if region.startswith("cn-") else ""
    hosts = {f"bucket.s3.{region}.amazonaws.com{end}"} | (
        {"bucket.s3.amazonaws.com"} if region == "us-east-1" else set()
    )
    assert urlsplit(url).netloc in hosts


def test_the_same_file_twice_is_two_files(call: Client, board: Project, task: int) -> None:
    ids = {uploaded(call, board.id, task) for _ in range(2)}
    assert len(ids) == 2
    assert len({call("getTaskFile", file_id)["path"] for file_id in ids}) == 2


def test_an_upload_is_copied_and_removed_like_any_file(call: Client, board: Project, task: int) -> None:
    file_id = uploaded(call, board.id, task)
    copy_id = call("duplicateTaskToProject", task, board.id)
    (copy,) = call("getAllTaskFiles", copy_id)
    assert call("removeTaskFile", file_id) is True
    assert call("downloadTaskFile", file_id=copy["id"], url=True)["sha256"] == SHA


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_confirmation_before_the_content_is_there_says_so_and_may_be_sent_again(
    call: Client, board: Project, task: int
) -> None:
    file_id, upload = begun(call, board.id, task)
    error = call.error("createTaskFile", project_id=board.id, task_id=task, file_id=file_id, **described())
    assert (error["code"], "file_id: its content is not there yet" in error["data"]) == (-32602, True)
    put(upload)
    assert confirmed(call, board.id, task, file_id) == file_id


OTHERS: list[dict[str, Any]] = [
    {"filename": "b.txt"},
    {"filename": None},
    {"size": len(CONTENT) + 1},
    {"sha256": "0" * 64},
]


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_whatever_does_not_match_confirms_to_false_and_changes_nothing(
    call: Client, stores: Stores, board: Project, foreign: Project, task: int, is_confirmed: bool
) -> None:
    file_id, upload = begun(call, board.id, task)
    put(upload)
    if is_confirmed:
        assert confirmed(call, board.id, task, file_id) == file_id
    other_task, foreign_task = a_task(call, board), a_task(call, foreign)
    before = everything(stores)
    for other in OTHERS:
        assert confirmed(call, board.id, task, file_id, **other) is False, other
    for other_id in (0, -1, file_id + 1, 10**13):
        assert confirmed(call, board.id, task, other_id) is False
    assert confirmed(call, board.id, other_task, file_id) is False
    assert confirmed(call, foreign.id, task, file_id) is False
    assert confirmed(call, foreign.id, foreign_task, file_id) is False
    assert everything(stores) == before
    assert confirmed(call, board.id, task, file_id, sha256=SHA.upper()) == file_id


def test_a_content_that_is_not_the_one_described_confirms_to_false(
    call: Client, stores: Stores, board: Project, task: int
) -> None:
    file_id, upload = begun(call, board.id, task)
    path = urlsplit(upload["url"]).path.removeprefix("/")
    for content in (CONTENT[::-1], CONTENT + b"!"):
        stores.blobs.put(path, content)
        assert confirmed(call, board.id, task, file_id) is False
    assert call("getAllTaskFiles", task) == []


def test_an_upload_is_its_callers_own(call: Client, person: MakePerson, board: Project, task: int) -> None:
    person("ann", board.id)
    person("bob", board.id)
    ann, bob = call.by("ann"), call.by("bob")
    file_id, upload = begun(ann, board.id, task)
    put(upload)
    for other in (bob, call):
        assert confirmed(other, board.id, task, file_id) is False
    assert confirmed(ann, board.id, task, file_id) == file_id
    for other in (bob, call):
        assert confirmed(other, board.id, task, file_id) is False
    assert call("getTaskFile", file_id)["user_id"] > 0


def test_rights_are_checked_at_both_calls(call: Client, person: MakePerson, board: Project, task: int) -> None:
    ann_id = person("ann", board.id)
    ann = call.by("ann")
    file_id, upload = begun(ann, board.id, task)
    put(upload)
    assert call("changeProjectUserRole", board.id, ann_id, "project-viewer")
    for params in (described(), described(file_id=file_id), described(size=0)):
        response = ann.response("createTaskFile", project_id=board.id, task_id=task, **params)
        assert response["statusCode"] == 403
    assert call("getAllTaskFiles", task) == []
    assert call("changeProjectUserRole", board.id, ann_id, "project-member")
    assert confirmed(ann, board.id, task, file_id) == file_id


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"size": 0}, "size: must be from 1 to 1,000,000,000 bytes"),
    ({"size": -1}, "size: must be from 1 to 1,000,000,000 bytes"),
    ({"size": 1_000_000_001}, "size: must be from 1 to 1,000,000,000 bytes"),
    ({"size": None}, "size: must be from 1 to 1,000,000,000 bytes"),
    ({"size": "1.5"}, "size: must be an integer"),
    ({"sha256": None}, "sha256: must be given with size"),
    ({"sha256": SHA[1:]}, "sha256: must be 64 hexadecimal digits"),
    ({"sha256": f"{SHA[1:]}g"}, "sha256: must be 64 hexadecimal digits"),
    ({"sha256": f"{SHA}\n"}, "sha256: must be 64 hexadecimal digits"),
    ({"file_id": "x"}, "file_id: must be an integer"),
    ({"blob": "YQ=="}, "blob: must not be given with size, sha256 or file_id"),
]


@pytest.mark.parametrize(("given", "problem"), WRONG)
def test_a_wrong_description_is_an_error_that_names_it(
    call: Client, stores: Stores, board: Project, task: int, given: dict[str, Any], problem: str
) -> None:
    before = everything(stores)
    params = described() | given
    error = call.error("createTaskFile", project_id=board.id, task_id=task, **params)
    assert (error["code"], error["data"]) == (-32602, problem)
    assert everything(stores) == before


def test_a_task_that_is_not_there_takes_no_upload(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    task = a_task(call, board)
    before = everything(stores)
    for project_id, task_id in ((board.id, 99), (foreign.id, task), (99, task), (0, 0)):
        assert call("createTaskFile", project_id=project_id, task_id=task_id, **described()) is False
    assert everything(stores) == before


BLOB_MISSING: list[tuple[Any, str]] = [
    ([1, 1, "a.txt"], "Wrong number of arguments: blob is missing"),
    ({"project_id": 1, "task_id": 1, "filename": "a.txt"}, "Wrong number of arguments: blob is missing"),
    ({"project_id": 1, "task_id": 1, "filename": "a.txt", "name": "b"}, "Missing argument: blob"),
    ({"project_id": 1, "task_id": 1, "size": 1, "sha256": SHA}, "Missing argument: filename"),
    ([1, 1, "a.txt", "YQ==", 1], "Too many arguments: at most 4"),
    ({"project_id": 1, "task_id": 1, "filename": "a", "blob": "YQ==", "name": "b"}, "Too many arguments: at most 4"),
]


@pytest.mark.parametrize(("params", "problem"), BLOB_MISSING)
def test_a_client_that_knows_no_uploads_is_told_what_it_was_told(call: Client, params: Any, problem: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "createTaskFile", "params": params}
    error = json.loads(call.post(json.dumps(body).encode())["body"])["error"]
    assert (error["code"], error["data"]) == (-32602, problem)


# --- logs -----------------------------------------------------------------------------------------------------------


def test_what_was_signed_is_logged_without_the_url_and_the_name(
    call: Client, board: Project, task: int, caplog: pytest.LogCaptureFixture
) -> None:
    file_id = uploaded(call, board.id, task, filename="zqx.txt")
    caplog.set_level(logging.DEBUG, "lambdaboard")
    caplog.clear()
    url = call("downloadTaskFile", file_id=file_id, url=True)["url"]
    begun(call, board.id, task, filename="zqx.txt")
    lines = [vars(record) for record in caplog.records if record.name.startswith("lambdaboard")]
    signed = [line for line in lines if line["msg"] == "presigned"]
    assert [line["method"] for line in signed] == ["GET", "PUT"]
    assert signed[0]["path"] == urlsplit(url).path.removeprefix("/")
    assert signed[0]["expires"] > time.time()
    for secret in ("http", "X-Amz", parse_qs(urlsplit(url).query)["X-Amz-Signature"][0], SHA, "zqx"):
        assert secret not in str(lines), secret


# --- costs ----------------------------------------------------------------------------------------------------------


def test_neither_call_costs_more_than_two_round_trips_of_dynamodb(
    call: Client, board: Project, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = Stores.connect(TABLE, BUCKET)
    client, answers, costs = Client(a_service(container)), list[Any](), list[tuple[int, ...]]()

    def cost(act: Callable[[], Any]) -> None:
        with monkeypatch.context() as undone:
            made = Tracker(undone, container).of(act)
            costs.append((made.depth, made.dynamodb, made.items, made.s3))

    cost(lambda: answers.extend(begun(client, board.id, task)))
    file_id, upload = answers
    put(upload)
    for _ in range(2):
        cost(lambda: confirmed(client, board.id, task, file_id))
    assert costs == [(2, 4, 1, 0), (2, 3, 4, 1), (2, 3, 0, 0)]
