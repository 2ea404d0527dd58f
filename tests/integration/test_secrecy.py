"""What nobody may learn: from a log, from headers, from an error, from a URL (docs/security.md)."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests import rpc_function
from tests.boards import a_task
from tests.conftest import TOKEN, Client, answer_in, result_in
from tests.events import api_event
from tests.log_lines import logged
from tests.streams import loaded, record

from lambdaboard.app.http import HEADERS
from lambdaboard.procedures import registry
from lambdaboard.store.cascade import Cascade
from lambdaboard.store.sweep import Sweep
from lambdaboard.store.table import Table
from lambdaboard.store.tasks import TaskStore
from lambdaboard.store.tokens import TokenStore

if TYPE_CHECKING:
    from local.functions import Function
    from tests.conftest import MakePerson

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.stores import Stores

CONTENT = "zqx, and nobody else's business"

REQUEST = {"jsonrpc": "2.0", "method": "getTask", "params": [1], "id": CONTENT}


def breaks(*_: object) -> None:
    """Fail as code does that puts a value into the text of an exception, or fails while handling such a one."""
    try:
        int(CONTENT)
    except ValueError as error:
        raise LookupError(f"no such value: {CONTENT}") from error


@pytest.fixture
def rpc(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function, with all that Powertools can be told to log by the environment."""
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    return rpc_function.loaded(monkeypatch, TOKEN)


# --- logs -----------------------------------------------------------------------------------------------------------


def test_neither_credentials_nor_content_reach_the_log_when_all_is_well_nor_when_a_fault_repeats_a_value(
    rpc: Function, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rpc(api_event(json.dumps(REQUEST).encode(), token=TOKEN))
    monkeypatch.setattr(TaskStore, "find", breaks)
    rpc(api_event(json.dumps(REQUEST).encode(), token=TOKEN))
    monkeypatch.setattr("lambdaboard.app.service.HttpRequest.of", breaks)
    rpc(api_event(json.dumps(REQUEST).encode(), token=TOKEN))
    lines = logged(rpc, caplog)
    faults = [line for line in lines if line.get("level") == "ERROR"]
    assert [(fault["message"], fault["exception_name"]) for fault in faults] == [
        ("procedure failed", "LookupError"),
        ("request failed", "LookupError"),
    ]
    assert all("in breaks\n" in fault["exception"] for fault in faults)
    for secret in (CONTENT, CONTENT[:3] + ",", TOKEN, base64.b64encode(f"jsonrpc:{TOKEN}".encode()).decode()):
        assert secret not in json.dumps(lines), secret


@pytest.mark.parametrize("password", [["zqx"], {"zqx": "zqx"}, [{"zqx": ["zqx"]}]], ids=str)
def test_a_password_of_the_wrong_type_is_neither_in_the_answer_nor_in_any_line(
    rpc: Function, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], password: object
) -> None:
    caplog.set_level(logging.DEBUG)
    params = {"username": "ann", "password": password}
    for given in (params, params | {"username": password}, [*params.values()]):
        request = {"jsonrpc": "2.0", "method": "createUser", "id": 1, "params": given}
        response = rpc(api_event(json.dumps(request).encode(), token=TOKEN))
        assert json.loads(response["body"])["error"]["data"].endswith(": must be a string")
        for told in (str(response), str([vars(line) for line in caplog.records]), *capfd.readouterr()):
            assert "zqx" not in told
    assert [vars(line)["outcome"] for line in caplog.records if line.message == "call"] == ["invalid"] * 3


def test_what_cascade_and_sweep_log_of_a_fault_repeats_no_value(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cascade, sweep = (loaded(monkeypatch, name) for name in ("CascadeFunction", "SweepFunction"))
    monkeypatch.setattr(Cascade, "removed", breaks)
    answer = cascade({"Records": [record("REMOVE", 1, {"pk": {"S": "T#1"}, "sk": {"S": "@"}}, None)]})
    assert len(answer["batchItemFailures"]) == 1
    monkeypatch.setattr(Sweep, "run", breaks)
    with pytest.raises(RuntimeError) as raised, pytest.warns(UserWarning, match="No application metrics"):
        sweep({"repair": True})
    # Lambda logs an exception that leaves the function, with those that led to it
    assert "zqx" not in "".join(traceback.format_exception(raised.value))
    lines = logged(cascade, caplog)
    faults = [line for line in lines if line.get("message") in {"record failed", "sweep failed"}]
    assert [(fault["message"], fault["exception_name"]) for fault in faults] == [
        ("record failed", "LookupError"),
        ("sweep failed", "LookupError"),
    ]
    assert all("in breaks\n" in fault["exception"] for fault in faults)
    assert "zqx" not in json.dumps(lines)


def test_a_last_change_that_cannot_be_renewed_is_logged_without_the_text_of_the_exception(
    call: Client, rpc: Function, board: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(self: Table, *actions: TransactItem) -> None:
        if "LM" in str(actions[0].request):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": CONTENT}}, "PutItem")
        write(self, *actions)

    write = Table.write
    monkeypatch.setattr(Table, "write", fails)
    assert a_task(call, board)
    (line,) = (line for line in logged(rpc, caplog) if line["level"] == "WARNING")
    assert line["message"] == "last_modified not renewed"
    assert "ClientError ThrottlingException" in line["exception"]
    assert "zqx" not in json.dumps(logged(rpc, caplog))


METRIC = json.dumps(
    {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Namespace": "zqx", "Metrics": [{"Name": "x"}]}]}, "x": 9}
)


@pytest.mark.parametrize("metric", [METRIC, f"\n{METRIC}\n", f'"}}\r\n{METRIC}'])
def test_no_text_of_a_clients_makes_a_line_that_cloudwatch_reads_as_a_metric(
    rpc: Function, capsys: pytest.CaptureFixture[str], board: Project, metric: str
) -> None:
    headers = dict.fromkeys(("user_agent", "x_wire_format", "prefer", "idempotency_key", "host", metric), metric)
    bodies: list[Any] = [
        metric,
        REQUEST | {"id": metric},
        REQUEST | {"method": metric},
        REQUEST | {"params": {metric: metric, "task_id": metric}},
        REQUEST | {"method": "createTask", "params": {"title": metric, "project_id": board.id, metric: 1}},
        REQUEST | {"method": "searchTasks", "params": [board.id, metric]},
    ]
    for body in bodies:
        for token in (TOKEN, metric):
            event = api_event(json.dumps(body).encode(), f"/{metric}", token=token, **headers)
            rpc(event | {"rawQueryString": metric, "routeKey": metric})
    rpc(api_event(metric.encode(), token=TOKEN))
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in map(json.loads, lines) if "_aws" in line]


def test_at_no_level_do_our_own_lines_hold_what_was_sent(
    call: Client, person: MakePerson, board: Project, caplog: pytest.LogCaptureFixture
) -> None:
    person("ann", board.id)
    caplog.set_level(logging.DEBUG)
    for client in (call, call.by("ann"), call.by("ann", "wrong zqx")):
        task_id = client.answer("createTask", CONTENT, board.id).get("result", 1)
        client.answer("saveTaskMetadata", task_id, {CONTENT: CONTENT})
        client.answer("searchTasks", board.id, CONTENT)
        client.answer("updateTask", id=task_id, **{CONTENT: CONTENT})
    ours = [str(vars(record)) for record in caplog.records if record.name.startswith("lambdaboard")]
    assert any("createTask" in line for line in ours)
    for secret in ("zqx", "secret of ann", TOKEN):
        assert not [line for line in ours if secret in line], secret


def test_no_token_and_no_hash_of_one_is_in_a_line_a_result_but_the_first_or_an_error(
    call: Client,
    rpc: Function,
    stores: Stores,
    person: MakePerson,
    board: Project,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person("ann", board.id)
    caplog.set_level(logging.DEBUG, logger="lambdaboard")
    token = call.by("ann")("createToken", "program")["token"]
    secret, hashed = token.split("_", 2)[2], stores.tokens.of(1)[0].hash
    said = []
    for credentials in (token, f"{token}x", token[:-1]):
        authorization = f"Bearer {credentials}"
        for method, params in (("getTokens", []), ("getMe", []), ("removeToken", [credentials]), ("getTask", [token])):
            body = json.dumps({"jsonrpc": "2.0", "method": method, "id": 1, "params": params}).encode()
            said.append(str(rpc(api_event(body, authorization=authorization))))
            said.append(str(call.post(body)))
    monkeypatch.setattr(TokenStore, "of", breaks)
    said.append(
        str(rpc(api_event(json.dumps(REQUEST | {"method": "getTokens"}).encode(), authorization=f"Bearer {token}")))
    )
    said += [str(vars(record)) for record in caplog.records if record.name.startswith("lambdaboard")]
    said += [json.dumps(logged(rpc, caplog)), *capfd.readouterr(), repr(stores.tokens.find(1))]
    assert len(said) > 25
    for what in (secret, secret[:-1], hashed):
        assert not [each for each in said if what in each], what


@pytest.mark.parametrize("where", ["rawPath", "rawQueryString"])
def test_a_token_in_the_url_is_not_accepted_and_not_logged(
    service: Service, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    caplog.set_level(logging.DEBUG)
    encoded = base64.b64encode(f"jsonrpc:{TOKEN}".encode()).decode()
    for told in (f"/jsonrpc:{TOKEN}@/jsonrpc.php", f"token={TOKEN}", f"authorization=Basic {encoded}", encoded):
        event = api_event(json.dumps(REQUEST).encode()) | {where: told}
        assert service.answer(event, "request-7")["statusCode"] == 401
    lines = [str(vars(record)) for record in caplog.records]
    assert len([line for line in lines if "'rejected'" in line]) == 4
    assert not [line for line in lines if TOKEN in line or encoded in line]


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", "x", TOKEN[:-1], TOKEN, TOKEN + "x", "x" * 1_500, "é"])
def test_every_secret_of_the_application_is_compared_in_constant_time_whatever_its_length(
    service: Service, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def spied(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", spied)
    encoded = base64.b64encode(f"jsonrpc:{secret}".encode()).decode()
    event = api_event(json.dumps(REQUEST | {"method": "getVersion"}).encode(), authorization=f"Basic {encoded}")
    assert service.answer(event, "request-7")["statusCode"] == (200 if secret == TOKEN else 401)
    assert compared == [(secret.encode(), TOKEN.encode())]


# --- what a browser makes of it -------------------------------------------------------------------------------------


def test_every_kind_of_answer_is_json_that_is_neither_sniffed_nor_cached(
    call: Client, service: Service, person: MakePerson, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("ann")
    kinds: dict[str, dict[str, Any]] = {
        "result": call.response("getVersion"),
        "error": call.response("noSuchProcedure"),
        "parse error": call.post(b"{"),
        "batch": call.post(b"[1, 2]"),
        "notification": call.post(b'{"jsonrpc":"2.0","method":"getVersion"}'),
        "401": Client(service, credentials=("jsonrpc", "wrong")).response("getVersion"),
        "403": call.by("ann").response("getTask", 1),
        "too large": call.post(b'{"jsonrpc":"2.0","method":"getVersion","id":"%s"}' % (b"x" * 6_291_000)),
        "compressed": call.post(b'{"jsonrpc":"2.0","method":"x","id":"%s"}' % (b"x" * 10**6), accept_encoding="gzip"),
        "ignored params": call.post(b'{"jsonrpc":"2.0","method":"getTask","id":1,"params":{"task_id":1,"x":1}}'),
    }
    monkeypatch.setattr(TaskStore, "find", breaks)
    kinds["fault"] = call.response("getTask", a_task(call, board))
    monkeypatch.setattr("lambdaboard.app.service.HttpRequest.of", breaks)
    kinds["failure"] = call.response("getVersion")
    for kind, response in kinds.items():
        assert response["headers"].items() >= HEADERS.items(), kind
        assert "set-cookie" not in response["headers"], kind
        assert not [name for name in response["headers"] if name.startswith("access-control-")], kind
    assert HEADERS == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def test_stored_html_comes_back_as_it_was_sent_and_as_json(call: Client, board: Project) -> None:
    html = "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;"
    task_id = a_task(call, board, title=html, description=html, tags=[html])
    call("createComment", task_id, 0, html)
    file_id = call("createTaskFile", board.id, task_id, f"{html}.html", base64.b64encode(html.encode()).decode())
    for method, params in {
        "getTask": [task_id],
        "getTaskTags": [task_id],
        "getAllComments": [task_id],
        "getTaskFile": [file_id],
        "downloadTaskFile": [file_id],
    }.items():
        response = call.response(method, *params)
        assert response["headers"]["content-type"] == "application/json"
        assert result_in(response), method
    assert call("getTask", task_id)["title"] == html


# --- errors ---------------------------------------------------------------------------------------------------------


def test_no_error_repeats_what_was_sent(call: Client) -> None:
    errors: list[str] = []
    for procedure in registry:
        names = [each.name for each in procedure.signature.parameters]
        wrong: list[Any] = [dict.fromkeys(names, CONTENT), {name: {CONTENT: CONTENT} for name in names}]
        for params in (*wrong, {CONTENT: 1}, [CONTENT] * 40):
            body = json.dumps(REQUEST | {"id": 1, "method": procedure.name, "params": params}).encode()
            error = answer_in(call.post(body, prefer="handling=strict")).get("error")
            errors += [str(error)] if error else []
    assert len(errors) > 3 * len([*registry])
    assert not [error for error in errors if "zqx" in error]
