"""Params that a procedure does not know: ignored, but told; refused where the client wants that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task
from tests.conftest import answer_in, result_in

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project

HEADER = "x-ignored-params"


def request(method: str, request_id: Any = 1, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params, "id": request_id}


def post(call: Client, document: Any, **headers: str) -> dict[str, Any]:
    return call.post(json.dumps(document).encode(), **headers)


def test_an_update_with_a_column_changes_the_rest_and_tells_that_the_column_was_ignored(
    call: Client, board: Project
) -> None:
    task_id, column_id = a_task(call, board), board.columns[1].id
    response = post(call, request("updateTask", id=task_id, title="New", column_id=column_id))
    assert (result_in(response), response["headers"][HEADER]) == (True, "column_id")
    task = call("getTask", task_id)
    assert (task["title"], task["column_id"]) == ("New", board.columns[0].id)


def test_a_call_that_knows_all_its_params_has_no_such_header(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    for document in (request("updateTask", id=task_id, title="New"), request("getVersion"), {}, "no request"):
        assert HEADER not in post(call, document)["headers"]
    assert HEADER not in call.post(b"{")["headers"]


def test_what_wire_formats_add_is_not_what_the_client_sent(call: Client, board: Project) -> None:
    task_id, column_id = a_task(call, board), board.columns[1].id
    move = request("moveTaskPosition", project_id=board.id, task_id=task_id, column_id=column_id, position=1)
    response = post(call.documented, move)
    assert (result_in(response), HEADER in response["headers"]) == (True, False)


def test_a_batch_tells_the_names_of_all_its_calls_notifications_too(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    batch = [
        request("updateTask", id=task_id, a=1, b=2),
        request("updateTask", None, id=task_id, b=1, c=2),
        request("getVersion"),
    ]
    assert post(call, batch)["headers"][HEADER] == "a, b, c"
    assert post(call, batch[1])["headers"][HEADER] == "b, c"


def test_no_name_can_forge_a_header(call: Client, board: Project) -> None:
    odd = {"a\r\nset-cookie: x=1": 1, "é": 1, "x" * 65: 1, "good": 1}
    response = post(call, request("updateTask", id=a_task(call, board), **odd))
    assert response["headers"][HEADER] == "?, ?, ?, good"
    assert set(response["headers"]) == {"content-type", "cache-control", "x-content-type-options", HEADER}


def test_many_long_names_are_cut_to_what_a_header_holds(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    batch = [request("updateTask", id=task_id, **{f"{place}_{n:060}": 1 for n in range(18)}) for place in range(20)]
    told = post(call, batch)["headers"][HEADER]
    assert len(told) <= 1_000
    assert told.endswith(f"+{360 - told.count(',')}")


def test_the_log_of_a_call_names_what_it_ignored(
    call: Client, board: Project, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = a_task(call, board)
    caplog.clear()
    post(call, [request("updateTask", id=task_id, column_id=1, **{"x\ny": 1}), request("getTask", task_id=task_id)])
    logged = [vars(record) for record in caplog.records if record.message == "call"]
    told = [(line["procedure"], line.get("ignored_params")) for line in logged]
    assert told == [("updateTask", "column_id, ?"), ("getTask", None)]


# --- Prefer: handling=strict ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prefer", ["handling=strict", 'respond-async, Handling = "STRICT"; x=1', "handling=strict, handling=lenient"]
)
def test_who_prefers_strict_handling_gets_an_error_and_nothing_is_changed(
    call: Client, board: Project, prefer: str
) -> None:
    task_id = a_task(call, board, title="Old")
    response = post(call, request("updateTask", id=task_id, title="New", column_id=1), prefer=prefer)
    error = {"code": -32602, "message": "Invalid params", "data": "Unknown argument: column_id"}
    assert answer_in(response) == {"error": error}
    assert HEADER not in response["headers"]
    assert call("getTask", task_id)["title"] == "Old"


@pytest.mark.parametrize("prefer", ["", "handling=lenient", "handling=lenient, handling=strict", "strict", "x=strict"])
def test_any_other_preference_changes_nothing(call: Client, board: Project, prefer: str) -> None:
    response = post(call, request("updateTask", id=a_task(call, board), column_id=1), prefer=prefer)
    assert result_in(response) is True
    assert response["headers"][HEADER] == "column_id"


def test_in_a_strict_batch_the_other_calls_are_made(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    batch = [request("updateTask", "bad", id=task_id, x=1), request("updateTask", "good", id=task_id, title="New")]
    bad, good = json.loads(post(call, batch, prefer="handling=strict")["body"])
    assert (bad["error"]["data"], good["result"]) == ("Unknown argument: x", True)
