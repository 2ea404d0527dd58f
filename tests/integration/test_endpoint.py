"""The endpoint at the level of HTTP: credentials, wire formats, notifications, faults (behaviour.md 1.2 and 1.3)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_task, everything
from tests.conftest import SETTINGS, TOKEN, answer_in, result_in
from tests.events import api_event

from lambdaboard.app.service import TIME_FOR_A_CALL
from lambdaboard.procedures import registry
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project

NO_ID = b'{"jsonrpc":"2.0","method":"createProject","params":{"name":"By nobody"}}'
CREATE = b'{"jsonrpc":"2.0","method":"createProject","params":{"name":"By nobody"},"id":1}'


def basic(user: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"


def post(service: Service, body: bytes, path: str = "/jsonrpc.php", **headers: str) -> dict[str, Any]:
    return service.answer(api_event(body, path, TOKEN, **headers), "request-7")


def request(method: str, *params: Any, request_id: Any = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": [*params], "id": request_id}


# --- who calls --------------------------------------------------------------------------------------------------

NOBODY: list[dict[str, str]] = [
    {},
    {"authorization": basic("jsonrpc", "wrong")},
    {"authorization": basic("jsonrpc", "")},
    {"authorization": basic("JSONRPC", TOKEN)},
    {"authorization": basic("admin", TOKEN)},
    {"authorization": basic("ann", "password")},
    {"authorization": f"Bearer {TOKEN}"},
    {"authorization": basic("jsonrpc", TOKEN).replace("Basic", "Digest")},
    {"x_api_auth": "wrong"},
    {"x_api_auth": TOKEN},
    {"authorization": basic("jsonrpc", TOKEN).removeprefix("Basic ")},
]


@pytest.mark.parametrize("headers", NOBODY, ids=range(len(NOBODY)))
def test_a_caller_without_the_token_gets_401_and_nothing_is_done(
    service: Service, stores: Stores, board: Project, headers: dict[str, str]
) -> None:
    before = everything(stores)
    for body in (CREATE, NO_ID, b"[" + CREATE + b"]", b"", b"{", b"\xff", b"[]", b'{"jsonrpc":"2.0","method":"x"}'):
        response = service.answer(api_event(body, **headers), "request-7")
        assert response["statusCode"] == 401
        assert response["headers"]["www-authenticate"] == 'Basic realm="JsonRPC"'
        assert response["headers"]["content-type"] == "application/json"
        assert response["body"] == '{"jsonrpc":"2.0","error":{"code":401,"message":"Unauthorized"},"id":null}'
    assert everything(stores) == before


def test_the_token_is_accepted_in_either_header_whatever_its_letter_case(service: Service) -> None:
    event = api_event(json.dumps(request("getVersion")).encode(), "/native/jsonrpc.php")
    right = basic("jsonrpc", TOKEN)
    for name, value in {"Authorization": right, "AUTHORIZATION": right, "X-API-Auth": right[6:]}.items():
        response = service.answer(event | {"headers": event["headers"] | {name: value}}, "request-7")
        assert answer_in(response).keys() == {"result"}, name


def test_a_query_string_is_no_way_to_send_the_token(service: Service) -> None:
    event = api_event(CREATE) | {"rawQueryString": f"token={TOKEN}", "queryStringParameters": {"token": TOKEN}}
    assert service.answer(event, "request-7")["statusCode"] == 401


# --- bodies -----------------------------------------------------------------------------------------------------


def test_a_body_in_base64_is_the_same_request(call: Client, service: Service, board: Project) -> None:
    task_id = a_task(call, board, title="é日")
    body = json.dumps(request("getTask", task_id)).encode()
    event = api_event(body, "/native/jsonrpc.php", TOKEN, content_type="application/octet-stream")
    in_base64 = event | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    assert service.answer(in_base64, "request-7") == service.answer(event, "request-7")
    assert result_in(service.answer(in_base64, "request-7"))["title"] == "é日"


@pytest.mark.parametrize("body", [b"", b"{", b"\xef\xbb\xbf{}", b'{"a":NaN}', b"[" * 100_000])
def test_what_is_no_json_is_a_parse_error_with_http_200(service: Service, body: bytes) -> None:
    response = post(service, body)
    assert response["statusCode"] == 200
    error = {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None}
    assert json.loads(response["body"]) == error


def test_an_answer_carries_the_security_headers(service: Service) -> None:
    headers = post(service, b"{}")["headers"]
    assert headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def test_a_notification_acts_and_has_an_empty_body(call: Client, service: Service) -> None:
    before = len(call("getAllProjects"))
    for body in (NO_ID, NO_ID.replace(b"}}", b'},"id":null}'), b"[" + NO_ID + b"]"):
        response = post(service, body)
        assert (response["statusCode"], response["body"]) == (200, "")
        assert response["headers"]["content-type"] == "application/json"
    assert len(call("getAllProjects")) == before + 3


@pytest.mark.parametrize("method", ["none", "getTask", "removeTask"])
def test_a_notification_that_fails_has_an_empty_body_too(service: Service, method: str) -> None:
    response = post(service, json.dumps({"jsonrpc": "2.0", "method": method, "params": ["x"]}).encode())
    assert (response["statusCode"], response["body"]) == (200, "")


def test_entries_of_a_batch_run_in_order_and_see_the_earlier_ones(
    call: Client, service: Service, board: Project
) -> None:
    task_id = a_task(call, board)
    entries = [
        request("closeTask", task_id, request_id="a"),
        request("getAllTasks", board.id, 0, request_id="b"),
        request("openTask", task_id, request_id=None),
        request("none", request_id="c"),
        request("getAllTasks", board.id, 0, request_id="a"),
    ]
    answers = json.loads(post(service, json.dumps(entries).encode(), "/native/jsonrpc.php")["body"])
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "a"]
    assert [len(answers[place]["result"]) for place in (1, 3)] == [1, 0]
    assert answers[2]["error"]["code"] == -32601


def test_a_batch_beyond_the_limit_is_refused_as_a_whole(call: Client, service: Service) -> None:
    limited = msgspec.structs.replace(service, settings=msgspec.structs.replace(SETTINGS, batch_limit=2))
    before = len(call("getAllProjects"))
    error = json.loads(post(limited, b"[" + b",".join([CREATE] * 3) + b"]")["body"])
    assert (error["error"]["code"], error["id"]) == (-32600, None)
    assert "2" in error["error"]["data"]
    assert len(call("getAllProjects")) == before
    assert len(json.loads(post(limited, b"[" + b",".join([CREATE] * 2) + b"]")["body"])) == 2


# --- wire formats -----------------------------------------------------------------------------------------------

WIRES = [
    ("/jsonrpc.php", {}, "documented", "documented"),
    ("/jsonrpc.php", {}, "native", "native"),
    ("/jsonrpc", {}, "native", "native"),
    ("/jsonrpc.php", {"x_wire_format": "native"}, "documented", "native"),
    ("/jsonrpc.php", {"X_Wire_Format": "documented"}, "native", "documented"),
    ("/native/jsonrpc.php", {}, "documented", "native"),
    ("/documented/jsonrpc.php", {}, "native", "documented"),
    ("/native/jsonrpc.php", {"x_wire_format": "documented"}, "documented", "native"),
    ("/documented/jsonrpc.php", {"x_wire_format": "native"}, "native", "documented"),
    ("/jsonrpc.php", {"x_wire_format": "other"}, "native", "native"),
]


@pytest.mark.parametrize(("path", "headers", "setting", "wire"), WIRES)
def test_the_wire_format_is_chosen_by_path_then_header_then_setting(
    service: Service, board: Project, path: str, headers: dict[str, str], setting: str, wire: str
) -> None:
    chosen = msgspec.structs.replace(service, settings=msgspec.structs.replace(SETTINGS, wire_format=setting))
    response = post(chosen, json.dumps(request("getProjectById", board.id)).encode(), path, **headers)
    assert result_in(response)["id"] == {"documented": str(board.id), "native": board.id}[wire]


@pytest.mark.parametrize("wire", ["native", "documented"])
def test_a_path_that_a_domain_puts_before_the_route_does_not_hide_the_wire_format(
    service: Service, board: Project, wire: str
) -> None:
    event = api_event(json.dumps(request("getProjectById", board.id)).encode(), f"/{wire}/jsonrpc.php", TOKEN)
    response = service.answer(event | {"rawPath": f"/board/{wire}/jsonrpc.php"}, "request-7")
    assert result_in(response)["id"] == {"documented": str(board.id), "native": board.id}[wire]


@pytest.mark.parametrize(
    ("base_url", "base"), [("", "https://api.example.com"), ("https://board.example", "https://board.example")]
)
def test_links_begin_with_the_setting_or_the_address_of_the_request(
    call: Client, service: Service, board: Project, base_url: str, base: str
) -> None:
    task_id = a_task(call, board)
    chosen = msgspec.structs.replace(service, settings=msgspec.structs.replace(SETTINGS, base_url=base_url))
    response = post(chosen, json.dumps(request("getTask", task_id)).encode())
    assert result_in(response)["url"].startswith(f"{base}/?controller=")


# --- faults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["getTask", "removeTask", "downloadTaskFile", "getAllTaskFiles"])
def test_a_fault_inside_is_an_error_with_the_request_id_and_no_internals(
    service: Service, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    broken = msgspec.structs.replace(service, stores=Stores.connect("no-such-table", "no-such-bucket"))
    body = json.dumps([request(method, 1), request("getVersion", request_id=2)]).encode()
    response = post(broken, body)
    assert response["statusCode"] == 200
    failed, other = json.loads(response["body"])
    data = {"request_id": "request-7"}
    assert failed == {
        "jsonrpc": "2.0",
        "error": {"code": -32603, "message": "Internal error", "data": data},
        "id": 1,
    }
    assert "result" in other
    (logged,) = [vars(record) for record in caplog.records if record.levelname == "ERROR"]
    assert f"in {next(each for each in registry if each.name == method).function.__name__}" in logged["exception"]
    assert "ResourceNotFoundException" in logged["exception"]


def test_no_call_is_logged_with_what_it_says(call: Client, board: Project, caplog: pytest.LogCaptureFixture) -> None:
    a_task(call, board, title="Secret title", description="Secret text")
    call.post(b"Secret body")
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "createTask" in logged
    assert "Secret" not in logged
    assert TOKEN not in logged


def test_a_batch_that_runs_out_of_time_says_what_was_done_and_what_was_not(
    service: Service, call: Client, project: int
) -> None:
    batch = [
        {"jsonrpc": "2.0", "method": "createTask", "params": [title, project], "id": title} for title in ("a", "b", "c")
    ]
    batch.insert(2, {"jsonrpc": "2.0", "method": "createTask", "params": ["told nobody", project]})
    left = iter([29, TIME_FOR_A_CALL + 1, TIME_FOR_A_CALL - 1, TIME_FOR_A_CALL - 2])
    response = service.answer(
        api_event(json.dumps(batch).encode(), "/native/jsonrpc.php", TOKEN), "r", lambda: next(left)
    )
    first, second, third = json.loads(response["body"])
    assert (first["result"], second["result"]) == (1, 2)
    assert (third["error"]["code"], third["id"]) == (-32000, "c")
    assert [row["title"] for row in call("getAllTasks", project)] == ["a", "b"]


def test_a_single_call_is_made_however_little_time_is_left(service: Service, project: int) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": "createTask", "params": ["a", project], "id": 1}).encode()
    assert result_in(service.answer(api_event(body, "/native/jsonrpc.php", TOKEN), "r", lambda: 0.0)) == 1


def test_an_event_that_cannot_be_read_is_answered_like_any_other_fault(service: Service) -> None:
    response = service.answer({"headers": {}, "body": "A", "isBase64Encoded": True}, "request-7")
    assert response["statusCode"] == 200
    assert json.loads(response["body"])["error"]["data"] == {"request_id": "request-7"}
