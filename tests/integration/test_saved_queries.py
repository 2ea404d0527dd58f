"""The stack's saved queries find what docs/operations.md says, in lines that the functions and the gateway write."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from local import template
from local.settings import ROOT
from tests import insights, rpc_function
from tests.boards import a_task
from tests.conftest import TOKEN
from tests.events import api_event
from tests.log_lines import logged
from tests.streams import loaded, record

from lambdaboard.store.cascade import Cascade
from lambdaboard.store.item_collections import logger as collections_logger
from lambdaboard.store.sweep import Sweep
from lambdaboard.store.tasks import TaskStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.functions import Function
    from tests.conftest import Client
    from tests.insights import Line

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

MANUAL = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

SAVED: dict[str, dict[str, Any]] = {
    each["Properties"]["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}/"): each["Properties"]
    for each in template.template()["Resources"].values()
    if each["Type"] == "AWS::Logs::QueryDefinition"
}

OF_LAMBDA = [
    "[ERROR] ValueError: default_columns: must not name one twice\rTraceback (most recent call last):\r",
    "2026-11-30T12:00:29.003Z 79b4f56e-95b1-4643-9700-2807f4e68189 Task timed out after 29.00 seconds\n\n",
    "RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189 Error: Runtime exited with error: signal: killed\n",
]
"""What awslambdaric logs of an exception that leaves a function, and Lambda of a call that it ended, as text."""

REPORT = "REPORT RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189\tDuration: 16.08 ms\tBilled Duration: 17 ms\t\n"


def breaks(*_: object) -> None:
    raise LookupError


def rows(name: str, lines: list[Line]) -> list[Line]:
    """Return what a saved query finds in lines of the log, a millisecond apart."""
    timed = [{"@timestamp": number, "@message": json.dumps(line), **line} for number, line in enumerate(lines)]
    return insights.answer(SAVED[name]["QueryString"], timed)


def ask(rpc: Function, *calls: tuple[str, list[Any] | dict[str, Any]], token: str = TOKEN) -> None:
    entries = [{"jsonrpc": "2.0", "id": 1, "method": method, "params": params} for method, params in calls]
    rpc(api_event(json.dumps(entries).encode(), token=token))


@pytest.fixture
def rpc(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function behind the API."""
    return rpc_function.loaded(monkeypatch, TOKEN)


@pytest.fixture
def lines(
    rpc: Function,
    call: Client,
    board: Project,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> list[Line]:
    """What the function logs of calls that go well, are refused or invalid, and of callers whom it does not know."""
    task_id = a_task(call, board)
    caplog.clear()
    monkeypatch.setattr("aws_lambda_powertools.logging.logger.is_cold_start", True)
    ask(rpc, ("getVersion", []))
    cold = logged(rpc, caplog)
    caplog.clear()
    ask(rpc, ("getTask", [task_id]), ("getTask", {"task_id": task_id, "colour": 1}), ("getTask", []))
    ask(rpc, ("createTask", {"title": "", "project_id": board.id}), ("getVersion", []), ("noSuchProcedure", []))
    ask(rpc, ("createTaskFile", {**about(board, task_id), "size": 1, "sha256": "0" * 64}))
    ask(rpc, ("getVersion", []), token="wrong")
    return [*cold, *logged(rpc, caplog)]


def about(board: Project, task_id: int) -> dict[str, Any]:
    return {"project_id": board.id, "task_id": task_id, "filename": "a.bin"}


def test_the_manual_lists_the_saved_queries_and_no_others() -> None:
    (table,) = re.findall(r"\| Saved query \|.*?\n\n", MANUAL, re.DOTALL)
    assert re.findall(r"^\| ([A-Z][a-z].*?) \|", table, re.MULTILINE)[1:] == [*SAVED]


def test_faults_are_ours_of_whatever_function_those_that_left_it_and_calls_that_lambda_ended(
    rpc: Function, lines: list[Line], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    monkeypatch.setattr(TaskStore, "find", breaks)
    ask(rpc, ("getTask", [1]))
    monkeypatch.setattr("lambdaboard.app.service.HttpRequest.of", breaks)
    ask(rpc, ("getTask", [1]))
    ours = [*lines, *logged(rpc, caplog), *of_cascade_and_sweep(monkeypatch, caplog)]
    found = rows("Faults", [*ours, *({"@message": text} for text in [REPORT, *OF_LAMBDA, REPORT])])
    assert [(row["fault"], row["procedure"]) for row in reversed(found)] == [
        ("procedure failed", "getTask"),
        ("request failed", None),
        ("record failed", None),
        ("sweep failed", None),
        ("Caught exception in event_parser", None),  # Powertools, of the exception that the function raises then
        *((text, None) for text in OF_LAMBDA),
    ]
    assert [bool(row["exception"]) for row in reversed(found)] == [True] * 5 + [False] * len(OF_LAMBDA)
    assert "in breaks\n" in found[-1]["exception"]
    assert found[-1]["correlation_id"] == "request-1"


def of_cascade_and_sweep(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Line]:
    """Yield what the other functions log when they fail."""
    cascade, sweep = (loaded(monkeypatch, name) for name in ("CascadeFunction", "SweepFunction"))
    monkeypatch.setattr(Cascade, "removed", breaks)
    monkeypatch.setattr(Sweep, "run", breaks)
    caplog.clear()
    cascade({"Records": [record("REMOVE", 1, {"pk": {"S": "T#1"}, "sk": {"S": "@"}}, None)]})
    yield from logged(cascade, caplog)
    caplog.clear()
    with pytest.raises(RuntimeError), pytest.warns(UserWarning, match="No application metrics"):
        sweep({"repair": True})
    yield from logged(sweep, caplog)


def test_procedures_are_counted_with_their_times_and_units(lines: list[Line]) -> None:
    found = rows("Procedures by time and cost", lines)
    assert (found[0]["procedure"], found[0]["calls"]) == ("getTask", 3)
    assert sum(row["calls"] for row in found) == 8
    assert all(row["p50"] <= row["p99"] for row in found)
    (get_task,) = (row for row in found if row["procedure"] == "getTask")
    calls = [line for line in lines if line["message"] == "call" and line["procedure"] == "getTask"]
    assert get_task["p99"] == max(line["duration_ms"] for line in calls) > 0
    assert get_task["reads"] == sum(line["read_units"] for line in calls) > 0
    assert get_task["aws"] == sum(line["aws_calls"] for line in calls) / 3
    (create_task_file,) = (row for row in found if row["procedure"] == "createTaskFile")
    assert create_task_file["writes"] > 0


def test_the_slowest_calls_come_first_and_each_says_whether_the_function_was_cold(lines: list[Line]) -> None:
    found = rows("Slowest calls", lines)
    times = [row["duration_ms"] for row in found]
    assert times == sorted(times, reverse=True)
    assert len(times) == 8
    assert [row["procedure"] for row in found if row["cold_start"]] == ["getVersion"]
    assert {row["correlation_id"] for row in found} == {"request-1"}


def test_ignored_params_are_counted_by_procedure(lines: list[Line]) -> None:
    assert rows("Ignored params", lines) == [{"procedure": "getTask", "ignored_params": "colour", "calls": 1}]


def test_refusals_are_counted_by_procedure_and_reason(lines: list[Line]) -> None:
    assert rows("Refusals", lines) == [{"procedure": "createTask", "refusal": "title: empty", "calls": 1}]


def line_of_the_gateway(ip: str, status: str) -> Line:
    """Return a line of the access log: the template's format with the values of a request."""
    values = {"identity.sourceIp": ip, "status": status}
    form: str = template.properties("ApiStage")["AccessLogSettings"]["Format"]
    line: Line = json.loads(re.sub(r"\$context\.([A-Za-z.]+)", lambda found: values.get(found[1], "-"), form))
    return line


def test_refused_callers_are_counted_by_address_and_status_as_the_gateway_writes_them() -> None:
    requests = [("192.0.2.1", "200"), ("192.0.2.1", "401"), ("192.0.2.1", "401"), ("192.0.2.2", "403"), ("", "429")]
    lines = [line_of_the_gateway(ip, status) for ip, status in requests]
    assert rows("Refused callers", lines) == [
        {"ip": "192.0.2.1", "status": "401", "requests": 2},
        {"ip": "", "status": "429", "requests": 1},
        {"ip": "192.0.2.2", "status": "403", "requests": 1},
    ]


def test_a_query_looks_at_the_logs_of_those_who_write_its_lines() -> None:
    groups = {name: [each["Ref"] for each in query["LogGroupNames"]] for name, query in SAVED.items()}
    assert groups.pop("Faults") == ["RpcLogs", "CascadeLogs", "SweepLogs"]
    assert groups.pop("Refused callers") == ["AccessLogs"]
    assert {*map(tuple, groups.values())} == {("RpcLogs",)}


def test_the_query_for_large_item_collections_finds_them_alone(
    rpc: Function, lines: list[Line], caplog: pytest.LogCaptureFixture
) -> None:
    (query,) = re.findall(r"`(filter message = \"[^`]*)`", MANUAL)
    caplog.clear()
    collections_logger.warning("large item collection", partition="P#7", gigabytes=8.1)
    found = insights.answer(f"fields message, partition | {query}", [*lines, *logged(rpc, caplog)])
    assert found == [{"message": "large item collection", "partition": "P#7"}]


# --- what the manual says of lines and metrics ------------------------------------------------------------------


def test_the_line_of_a_call_in_the_manual_has_the_properties_of_a_real_one_and_the_table_explains_others(
    lines: list[Line],
) -> None:
    (shown,) = re.findall(r'^    (\{"level": "INFO", "message": "call".*?\})\n\n', MANUAL, re.DOTALL | re.MULTILINE)
    line = next(line for line in lines if line.get("ignored_params"))
    assert {*re.findall(r'"(\w+)":', shown)} <= line.keys()
    (table,) = re.findall(r"\| Property \|.*?\n\n", MANUAL, re.DOTALL)
    names = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    of_others = {"exception", "exception_name", "automatic_actions", "cold_start", "refusal", "unknown_procedure"}
    assert names - of_others <= line.keys()


def test_the_metrics_in_the_manual_are_those_that_the_functions_emit_and_alarms_watch_no_others() -> None:
    code = "".join(
        path.read_text() for folder in ("layers/lambdaboard", "functions") for path in (ROOT / folder).rglob("*.py")
    )
    emitted = {*re.findall(r'metric\("(\w+)"', code)}
    (table,) = re.findall(r"^\| Metric \|.*?\n\n", MANUAL, re.DOTALL | re.MULTILINE)
    assert emitted == {*re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)}
    alarms = (each["Properties"] for each in template.template()["Resources"].values() if "Alarm" in each["Type"])
    ours = {each["MetricName"] for each in alarms if each["Namespace"] == {"Ref": "AWS::StackName"}}
    assert ours
    assert ours <= emitted
