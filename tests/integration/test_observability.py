"""What a call leaves in the log and in the metrics (docs/operations.md)."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests import rpc_function
from tests.aws_calls import Tracker
from tests.boards import a_task
from tests.conftest import TOKEN
from tests.events import api_event

from lambdaboard.app.service import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.functions import Function
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

Lines = list[dict[str, Any]]


def lines(caplog: pytest.LogCaptureFixture, message: str) -> Lines:
    return [vars(record) for record in caplog.records if record.getMessage() == message]


def body(*calls: tuple[str, list[Any]]) -> bytes:
    entries = [{"jsonrpc": "2.0", "id": 1, "method": method, "params": params} for method, params in calls]
    return json.dumps(entries).encode()


CALLS: list[Callable[[Project, int], tuple[str, list[Any]]]] = [
    lambda _board, task_id: ("getTask", [task_id]),
    lambda board, _task_id: ("createTask", ["Secret plans", board.id]),
    lambda board, task_id: ("createTaskFile", [board.id, task_id, "secret.txt", "YQ=="]),
    lambda _board, _task_id: ("getVersion", []),
]


@pytest.mark.parametrize("act", CALLS)
def test_the_line_of_a_call_counts_the_calls_of_aws_that_it_made_in_whatever_thread(
    call: Client,
    stores: Stores,
    board: Project,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Project, int], tuple[str, list[Any]]],
) -> None:
    method, params = act(board, a_task(call, board))
    tracker = Tracker(monkeypatch, stores)
    caplog.clear()
    made = tracker.of(lambda: call(method, *params))
    (line,) = lines(caplog, "call")
    assert (line["procedure"], line["outcome"]) == (method, "ok")
    assert line["aws_calls"] == made.dynamodb + made.s3
    assert (line["read_units"] > 0, line["write_units"] > 0) == {
        "getTask": (True, False),
        "getVersion": (False, False),
    }.get(method, (True, True))
    assert line["duration_ms"] > 0
    assert "Secret" not in str(line)


def test_each_call_of_a_batch_has_a_line_with_what_it_used_alone(
    call: Client, board: Project, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = a_task(call, board)
    caplog.clear()
    call.post(body(("getVersion", []), ("getTask", [task_id]), ("noSuch", []), ("getTask", []), ("getVersion", [])))
    told = lines(caplog, "call")
    assert [(line["procedure"], line["outcome"], bool(line["aws_calls"])) for line in told] == [
        ("getVersion", "ok", False),
        ("getTask", "ok", True),
        ("unknown", "not_found", False),
        ("getTask", "invalid", False),
        ("getVersion", "ok", False),
    ]


def test_logging_in_counts_to_the_first_call(
    call: Client, person: MakePerson, caplog: pytest.LogCaptureFixture
) -> None:
    person("ann")
    caplog.clear()
    call.by("ann")("getVersion")
    (line,) = lines(caplog, "call")
    assert line["aws_calls"] == 3


@pytest.mark.parametrize(("name", "status"), [("nobody", 401), ("ann", 403)])
def test_a_request_that_is_rejected_has_a_line_with_its_status(
    call: Client, person: MakePerson, caplog: pytest.LogCaptureFixture, name: str, status: int
) -> None:
    person("ann")
    caplog.clear()
    assert call.by(name).response("getAllUsers")["statusCode"] == status
    (line,) = lines(caplog, "rejected")
    assert line["status"] == status
    assert not lines(caplog, "call")
    assert name not in str(line["msg"])


# --- the function -----------------------------------------------------------------------------------------------


@pytest.fixture
def rpc(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function, with its log on the standard output of now, and no metrics of calls without it."""
    metrics.clear_metrics()
    return rpc_function.loaded(monkeypatch, TOKEN)


def emitted(capsys: pytest.CaptureFixture[str]) -> dict[str, list[list[str]]]:
    """Return the metrics that were printed, by name: the dimensions of each time with their values."""
    found: dict[str, list[list[str]]] = {}
    for emf in [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]:
        (declared,) = emf["_aws"]["CloudWatchMetrics"]
        ((dimension,),) = declared["Dimensions"]
        for metric in declared["Metrics"]:
            found.setdefault(metric["Name"], []).append([dimension, emf[dimension]])
    return found


def test_metrics_have_the_stage_as_their_only_dimension_since_each_costs_money(
    capsys: pytest.CaptureFixture[str], rpc: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.app.service.HttpRequest.of", breaks)
    rpc(api_event(body(("getVersion", [])), token=TOKEN))
    assert emitted(capsys)["InternalErrors"][-1] == ["stage", "dev"]


def test_a_request_that_is_answered_emits_no_metric_since_lambda_counts_it(
    capsys: pytest.CaptureFixture[str], rpc: Function
) -> None:
    rpc(api_event(body(("getVersion", [])), token=TOKEN))
    rpc(api_event(body(("getVersion", []))))
    assert emitted(capsys) == {}


def test_a_line_of_a_call_holds_nothing_that_is_the_same_in_all_lines_of_its_log_group(
    rpc: Function, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
    rpc(api_event(body(("getVersion", [])), token=TOKEN))
    (record,) = (each for each in caplog.records if each.levelname == "INFO")
    written = json.loads(vars(sys.modules[rpc.name])["logger"].registered_formatter.format(record))
    assert written.keys() == {
        "level", "message", "correlation_id", "procedure", "outcome", "duration_ms", "aws_calls", "read_units",
        "write_units",
    }  # fmt: skip


def breaks(*_: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("broken", ["lambdaboard.store.tasks.TaskStore.find", "lambdaboard.app.service.HttpRequest.of"])
def test_a_fault_counts_for_the_version_too_so_that_it_stops_the_deployment_of_that_one_alone(
    capsys: pytest.CaptureFixture[str], rpc: Function, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    monkeypatch.setattr(broken, breaks)
    rpc(api_event(body(("getTask", [1])), token=TOKEN))
    assert emitted(capsys)["InternalErrors"] == [["version", "7"], ["stage", "dev"]]


def test_a_request_has_one_id_in_the_access_log_in_our_lines_and_in_the_answer_to_its_caller(
    rpc: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.store.tasks.TaskStore.find", breaks)
    event = api_event(body(("getTask", [1])), token=TOKEN)
    (answer,) = json.loads(rpc(event)["body"])
    logger: Any = vars(sys.modules[rpc.name])["logger"]
    request_id = event["requestContext"]["requestId"]
    assert answer["error"]["data"] == {"request_id": request_id}
    assert logger.get_current_keys()["correlation_id"] == request_id


def test_a_call_that_had_to_start_a_container_says_so(rpc: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    logger: Any = vars(sys.modules[rpc.name])["logger"]
    for is_cold in (True, False):
        monkeypatch.setattr("aws_lambda_powertools.logging.logger.is_cold_start", is_cold)
        rpc(api_event(body(("getVersion", [])), token=TOKEN))
        assert logger.get_current_keys().get("cold_start", False) is is_cold
