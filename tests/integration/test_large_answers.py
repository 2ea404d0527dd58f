"""Answers near and beyond what a Lambda function can return (docs/wire-formats.md; architecture.md, "Limits")."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task

from lambdaboard.store import keys
from lambdaboard.store.actions import put

if TYPE_CHECKING:
    from tests.conftest import Client

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
