"""Answers near and beyond what a Lambda function can return (docs/wire-formats.md; architecture.md, "Limits")."""

from __future__ import annotations

import base64
import gzip
import json
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task
from tests.conftest import Client

from lambdaboard.domain.comment import Comment
from lambdaboard.domain.external_link import ExternalLink
from lambdaboard.domain.subtask import Subtask
from lambdaboard.procedures.projects import PROJECT_CHARACTERS
from lambdaboard.procedures.users import USER_CHARACTERS
from lambdaboard.services.result_budget import ROW_CHARACTERS, TASK_CHARACTERS
from lambdaboard.store import keys
from lambdaboard.store.actions import put, string

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import MakePerson

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

LAMBDA_CARRIES = 6_291_556


def fill(call: Client, stores: Stores, board: Project, count: int, sign: str = "x") -> None:
    """Put tasks of 180,000 bytes on a board."""
    description = sign * (180_000 // len(sign.encode()))
    task = stores.tasks.find(a_task(call, board, description=description)).stored.task
    for task_id in range(task.id + 1, task.id + count):
        item = stores.tasks.put_actions(task.changed(id=task_id))[0].request["Put"]["Item"]
        stores.table.write(put(keys.task(board.id, task_id), item))


def batch(board: Project) -> bytes:
    methods: list[tuple[str, Any]] = [("getVersion", []), ("getAllTasks", [board.id, 1]), ("getVersion", [])]
    return json.dumps(
        [{"jsonrpc": "2.0", "method": name, "params": params, "id": name} for name, params in methods]
    ).encode()


@pytest.mark.parametrize("sign", ["x", "😀"])
def test_an_answer_over_6_mb_is_an_error_that_says_how_to_ask_for_less_unless_it_is_compressed(
    call: Client, stores: Stores, board: Project, sign: str
) -> None:
    fill(call, stores, board, 36, sign)
    response = call.post(batch(board))
    assert response["statusCode"] == 200
    assert len(json.dumps(response, ensure_ascii=False).encode()) < LAMBDA_CARRIES
    first, large, last = json.loads(response["body"])
    assert "result" in first
    assert "result" in last
    assert (large["id"], large["error"]["code"]) == ("getAllTasks", -32000)
    assert "limit" in large["error"]["message"]
    packed = call.post(batch(board), accept_encoding="gzip")
    answers = json.loads(gzip.decompress(base64.b64decode(packed["body"])))
    assert len(answers[1]["result"]) == 36
    pages = [call("getAllTasks", project_id=board.id, limit=20)]
    pages.append(call("getAllTasks", project_id=board.id, limit=20, after_id=pages[0][-1]["id"]))
    assert [len(page) for page in pages] == [20, 16]


def test_a_search_that_finds_more_than_6_mb_is_an_error_that_says_how_to_narrow_it(
    call: Client, stores: Stores, board: Project
) -> None:
    fill(call, stores, board, 36)
    error = call.error("searchTasks", board.id, "")
    assert (error["code"], "narrower" in error["message"], "limit" in error["message"]) == (-32000, True, True)
    assert len(call("searchTasks", project_id=board.id, query="", limit=20)) == 20


def test_a_large_answer_is_compressed_for_a_client_that_accepts_it_and_for_no_other(
    call: Client, stores: Stores, board: Project
) -> None:
    fill(call, stores, board, 6)
    plain = call.post(batch(board))
    assert "content-encoding" not in plain["headers"]
    packed = call.post(batch(board), accept_encoding="br, gzip")
    assert (packed["headers"]["content-encoding"], packed["isBase64Encoded"]) == ("gzip", True)
    assert gzip.decompress(base64.b64decode(packed["body"])).decode() == plain["body"]
    small = call.post(b"{}", accept_encoding="gzip")
    assert ("content-encoding" in small["headers"], small["isBase64Encoded"]) == (False, False)


# --- lists that no response carries -----------------------------------------------------------------------------------

LARGE = "x" * 300_000
MANY = 60
PAGE = "https://example.org/"


def a_child(task_id: int, kind: str, child_id: int) -> msgspec.Struct:
    """Return a child entity of 300,000 characters."""
    same: dict[str, Any] = {"id": child_id, "task_id": task_id, "date_creation": 1}
    if kind == "comment":
        return Comment(comment=LARGE, date_modification=1, **same)
    if kind == "subtask":
        return Subtask(title=LARGE, position=child_id, **same)
    return ExternalLink(url=PAGE, title=LARGE, link_type="weblink", dependency="related", date_modification=1, **same)


def put_children(stores: Stores, task_id: int, kind: Any) -> None:
    """Put 18 MB of child entities of a kind, or of metadata, into a task's partition."""
    for child_id in range(1, MANY + 1):
        if kind == "metadata":
            stores.table.write(put(keys.metadata(task_id, f"name {child_id}"), {"val": string(LARGE)}))
        else:
            doc = msgspec.json.encode(a_child(task_id, kind, child_id)).decode()
            stores.table.write(put(keys.child(kind, task_id, child_id), {"doc": string(doc)}))


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("getTaskMetadata", "metadata"),
        ("getAllComments", "comment"),
        ("getAllSubtasks", "subtask"),
        ("getAllExternalTaskLinks", "external_link"),
    ],
)
def test_a_list_that_cannot_fit_is_refused_after_the_page_that_shows_it(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str, kind: str
) -> None:
    task_id = a_task(call, board)
    put_children(stores, task_id, kind)
    tracker = Tracker(monkeypatch, stores)
    refused = tracker.of(lambda: check_is_refused(call, method, task_id))
    assert refused.of["Query"] <= 8
    whole = tracker.of(lambda: check_is_compressed(call, method, task_id, count=MANY))
    assert whole.of["Query"] >= 18


@pytest.mark.parametrize("method", ["getAllTasks", "getBoard", "searchTasks"])
def test_tasks_that_cannot_fit_are_refused_after_the_page_that_shows_it(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    fill(call, stores, board, 100)
    params = [board.id, ""] if method == "searchTasks" else [board.id]
    tracker = Tracker(monkeypatch, stores)
    # the tags of the board are two queries more; a search filters 5 MB at a time
    assert tracker.of(lambda: check_is_refused(call, method, *params)).of["Query"] <= 12
    count = 2 if method == "getBoard" else 100
    assert tracker.of(lambda: check_is_compressed(call, method, *params, count=count)).of["Query"] >= 18


def test_a_dashboard_that_cannot_fit_is_refused_and_tasks_of_others_count_for_nothing(
    call: Client, stores: Stores, board: Project, person: MakePerson
) -> None:
    ann = person("ann", board.id)
    fill(call, stores, board, 40)
    mine = a_task(call, board, owner_id=ann)
    assert [(row["id"], row["position"]) for row in call.by("ann")("getMyDashboard")] == [(mine, 41)]
    task = stores.tasks.find(mine).stored.task.changed(description="x" * 180_000)
    for task_id in range(task.id + 1, task.id + 40):
        item = stores.tasks.put_actions(task.changed(id=task_id))[0].request["Put"]["Item"]
        stores.table.write(put(keys.task(board.id, task_id), item))
    check_is_refused(call.by("ann"), "getMyDashboard")


def test_overdue_tasks_are_read_500_at_a_time_and_no_further_than_a_response_carries(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = stores.tasks.find(a_task(call, board, title="x" * 60_000, date_due="2020-01-01")).stored.task
    for task_id in range(task.id + 1, task.id + 1_000):
        item = stores.tasks.put_actions(task.changed(id=task_id))[0].request["Put"]["Item"]
        stores.table.write(put(keys.task(board.id, task_id), item))
    tracker = Tracker(monkeypatch, stores)
    for method, params in (("getOverdueTasksByProject", [board.id]), ("getOverdueTasks", [])):
        calls = tracker.of(partial(check_is_refused, call, method, *params))
        assert calls.of["BatchGetItem"] <= 6 + 1, method


def test_all_tags_projects_and_users_that_cannot_fit_are_refused(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch, person: MakePerson
) -> None:
    for number in range(10):
        assert call("createTag", board.id, f"{number}" * 191)
        assert call("createProject", name="P", description="x" * 500)
        person(f"user{number}")
    lists = ("getAllTags", "getAllProjects", "getAllUsers")
    assert [len(call(method)) >= 10 for method in lists] == [True] * 3
    monkeypatch.setattr("lambdaboard.app.service.answer_limit", lambda **_: 2_000)
    for method in lists:
        check_is_refused(call, method)


ROWS: dict[str, tuple[int, Callable[[Client, int, int], Any]]] = {
    "getAllTasks": (TASK_CHARACTERS, lambda call, project, _: call("getAllTasks", project)),
    "searchTasks": (TASK_CHARACTERS, lambda call, project, _: call("searchTasks", project, "")),
    "getOverdueTasks": (ROW_CHARACTERS, lambda call, project, _: call("getOverdueTasks")),
    "getAllComments": (ROW_CHARACTERS, lambda call, _, task: call("getAllComments", task)),
    "getAllSubtasks": (ROW_CHARACTERS, lambda call, _, task: call("getAllSubtasks", task)),
    "getAllTaskLinks": (ROW_CHARACTERS, lambda call, _, task: call("getAllTaskLinks", task)),
    "getAllExternalTaskLinks": (ROW_CHARACTERS, lambda call, _, task: call("getAllExternalTaskLinks", task)),
    "getAllTaskFiles": (ROW_CHARACTERS, lambda call, _, task: call("getAllTaskFiles", task)),
    "getTagsByProject": (ROW_CHARACTERS, lambda call, project, _: call("getTagsByProject", project)),
    "getAllProjects": (PROJECT_CHARACTERS, lambda call, *_: call("getAllProjects")),
    "getAllUsers": (USER_CHARACTERS, lambda call, *_: call("getAllUsers")),
}
"""List -> what a row counts for beside its texts, and a call that answers one row or two."""


def test_no_row_counts_for_more_than_it_takes(call: Client, person: MakePerson) -> None:
    project = call("createProject", name="P")
    task = call("createTask", title="T", project_id=project, tags=["t"], date_due="2020-01-01")
    call("createComment", task, person("u"), "C")
    call("createSubtask", task, "S")
    call("createTaskLink", task, task, 2)
    call("createExternalTaskLink", task, "http://a/b", "related", "weblink", "E")
    call("createTaskFile", project, task, "f", "YQ==")
    for name, (characters, read) in ROWS.items():
        for client in (call, call.documented):
            for row in read(client, project, task):
                sent = msgspec.json.encode(row)
                assert len(sent) + sent.count(b'"') >= characters, name


def check_is_refused(call: Client, method: str, *params: Any) -> None:
    error = call.error(method, *params)
    assert (error["code"], "Answer too large" in error["message"]) == (-32000, True)


def check_is_compressed(call: Client, method: str, *params: Any, count: int) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1}).encode()
    response = call.post(body, accept_encoding="gzip")
    assert len(json.loads(gzip.decompress(base64.b64decode(response["body"])))["result"]) == count


# --- batches of large results -----------------------------------------------------------------------------------------


def a_file(call: Client, board: Project, size: int) -> int:
    """Attach a file of random bytes and return its id."""
    content = base64.b64encode(Random(size).randbytes(size)).decode()
    return int(call("createTaskFile", board.id, a_task(call, board), "a", content))


def results(call: Client, *calls: tuple[str, list[Any]], **headers: str) -> Iterator[Any]:
    """Yield the result of each call of a batch, None for an error."""
    entries = [{"jsonrpc": "2.0", "method": method, "params": params, "id": 1} for method, params in calls]
    response = call.post(json.dumps(entries).encode(), **headers)
    assert len(json.dumps(response, ensure_ascii=False).encode()) < LAMBDA_CARRIES
    body = response["body"]
    text = gzip.decompress(base64.b64decode(body)).decode() if response["isBase64Encoded"] else body
    return (each.get("result") for each in json.loads(text))


@pytest.mark.parametrize(("headers", "downloaded"), [({}, 6), ({"accept_encoding": "gzip"}, 42)])
def test_a_file_is_not_downloaded_where_the_answer_has_no_room_for_it_and_small_results_arrive(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, headers: Any, downloaded: int
) -> None:
    file_id = a_file(call, board, 700_000)
    batch: list[tuple[str, list[Any]]] = [("downloadTaskFile", [file_id]), ("createTask", ["Small", board.id])]
    answers: list[Any] = []
    tracker = Tracker(monkeypatch, stores)
    calls = tracker.of(lambda: answers.extend(results(call, *batch * 50, **headers)))
    assert calls.of["GetObject"] == downloaded
    assert [bool(each) for each in answers[0::2]] == [True] * 6 + [False] * 44
    assert all(answers[1::2])
    assert len(call("getAllTasks", board.id)) == 51


def test_behind_a_full_answer_a_list_is_read_no_further_than_its_first_page(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(call, stores, board, 30)
    tracker = Tracker(monkeypatch, stores)
    once, more = ("getAllTasks", [board.id, 1]), 10
    alone = tracker.of(lambda: [*results(call, once)]).of["Query"]
    batch = tracker.of(lambda: [*results(call, *[once] * (1 + more))]).of["Query"]
    assert alone >= 6
    assert batch <= alone + 2 * more


# --- what a batch writes ----------------------------------------------------------------------------------------------


def writing_at_most(writes: int, service: Service) -> Service:
    """Return the service with another limit of writes of a batch."""
    settings = msgspec.structs.replace(service.settings, batch_write_limit=writes)
    return msgspec.structs.replace(service, settings=settings)


def test_a_batch_that_has_written_enough_begins_no_further_call_and_says_so(
    call: Client, stores: Stores, board: Project, service: Service
) -> None:
    limited = writing_at_most(20, service)
    create: tuple[str, list[Any]] = ("createTask", ["Task", board.id])
    entries = [{"jsonrpc": "2.0", "method": create[0], "params": create[1], "id": place} for place in range(10)]
    response = Client(limited).post(json.dumps(entries).encode())
    answers = json.loads(response["body"])
    made = [each["result"] for each in answers if "result" in each]
    assert 3 <= len(made) <= 8
    assert [row["id"] for row in call("getAllTasks", board.id)] == made
    for place, each in enumerate(answers[len(made) :], len(made)):
        assert (each["id"], each["error"]["code"]) == (place, -32000)
        assert "written too much" in each["error"]["message"]


@pytest.mark.parametrize("act", ["large", "files"])
def test_large_items_and_copies_of_files_count_as_many_writes(
    call: Client, board: Project, service: Service, act: str
) -> None:
    task_id = a_task(call, board, description="x" * 50_000 if act == "large" else "")
    for _ in range(20 if act == "files" else 0):
        call("createTaskFile", board.id, task_id, "a", "YQ==")
    limited = writing_at_most(50, service)
    entry = {"jsonrpc": "2.0", "method": "duplicateTaskToProject", "params": [task_id, board.id], "id": 1}
    answers = json.loads(Client(limited).post(json.dumps([entry] * 5).encode())["body"])
    assert ["result" in each for each in answers] == [True, False, False, False, False]
