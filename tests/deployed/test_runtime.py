"""The function as built, in Lambda's own runtime: its answers, its log, and what happens at Lambda's limits."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from tests import make_events
from tests.api_document_examples import Example, examples
from tests.deployed.board import Board
from tests.deployed.emulator import RPC, RUNTIME, Code, Emulator, FunctionError, emulated
from tests.events import api_event
from tests.rpc_function import answer, answer_of, answer_to_event, result

from lambdaboard.app import http

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.deployed.account import Account

CARRIED = 6_291_556
"""The limit of bytes of a function's response."""

LARGEST_FILE = 4_400_000

SAY = """
import sys
def handler(event, context):
    return eval(event["what"], {"sys": sys})
"""


@pytest.fixture
def board(account: Account) -> Board:
    """An empty table and bucket."""
    return Board.make(account)


@pytest.fixture
def rpc(board: Board, tmp_path: Path) -> Iterator[Emulator]:
    """The function behind the API, over an empty table."""
    with emulated(RPC, board.variables, tmp_path) as function:
        yield function


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Emulator]:
    """A function that returns the value of an expression in its event, with our layers."""
    (tmp_path / "app.py").write_text(SAY)
    with emulated(Code(tmp_path, RPC.layers), {}, tmp_path) as function:
        yield function


def call(rpc: Emulator, method: str, **params: Any) -> Any:
    return result(rpc, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, make_events.TOKEN)


@contextlib.contextmanager
def silence() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.procedure)
def test_each_event_is_answered_as_expected_in_lambdas_runtime(rpc: Emulator, example: Example) -> None:
    assert answer_to_event(rpc, example)["result"] == example.response["result"]


def test_a_function_finds_what_was_built_and_nothing_of_our_environments(probe: Emulator, tmp_path: Path) -> None:
    found = probe({"what": "[path for path in sys.path if not path.startswith(sys.base_prefix)]"})
    assert list(dict.fromkeys(found)) == [str(folder) for folder in (tmp_path, *RPC.layers, RUNTIME)]


def test_every_line_of_our_log_is_json_and_tells_of_a_call_without_its_params(rpc: Emulator) -> None:
    call(rpc, "createProject", name="Garden of gnomes")
    lines = [json.loads(line) for line in rpc.lines()]
    (logged,) = [line for line in lines if line["message"] == "call"]
    assert (logged["procedure"], logged["outcome"], logged["level"]) == ("createProject", "ok", "INFO")
    assert not [line for line in lines if "_aws" in line]
    assert "gnomes" not in "".join(rpc.lines())


def test_a_setting_that_is_missing_fails_every_call_and_the_log_says_which(board: Board, tmp_path: Path) -> None:
    variables = {name: value for name, value in board.variables.items() if name != "TABLE_NAME"}
    with emulated(RPC, variables, tmp_path) as rpc:
        for _ in range(2):
            with pytest.raises(FunctionError):
                call(rpc, "getVersion")
        errors = [line for line in rpc.lines() if "[ERROR]" in line]
        assert errors, "what the saved query Faults looks for"
        assert all("table_name" in line for line in errors)


def test_the_largest_file_fits_and_of_two_in_a_batch_one_is_an_error_since_no_more_than_6_mb_fit(rpc: Emulator) -> None:
    project_id = call(rpc, "createProject", name="Garden")
    task_id = call(rpc, "createTask", project_id=project_id, title="Plant a tree")
    content = base64.b64encode(bytes(LARGEST_FILE)).decode()
    file_id = call(rpc, "createTaskFile", project_id=project_id, task_id=task_id, filename="a", blob=content)
    assert call(rpc, "downloadTaskFile", file_id=file_id) == content
    request = {"jsonrpc": "2.0", "id": 1, "method": "downloadTaskFile", "params": [file_id]}
    event = api_event(json.dumps([request, request]).encode(), token=make_events.TOKEN)
    first, second = sorted(answer_of(rpc(event)), key=lambda each: "error" in each)
    assert first["result"] == content
    assert second["error"]["code"] == -32000


def test_lambda_takes_a_response_up_to_the_limit_that_ours_keep_to_and_refuses_one_byte_more(probe: Emulator) -> None:
    quotes = 2
    assert len(probe({"what": f"'x' * {CARRIED - quotes}"})) == CARRIED - quotes
    with pytest.raises(FunctionError, match="ResponseSizeTooLarge"):
        probe({"what": f"'x' * {CARRIED - quotes + 1}"})
    assert CARRIED > http.CARRIED


def test_a_call_that_takes_too_long_is_ended_and_the_next_one_starts_a_new_process(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SAY)
    with emulated(Code(tmp_path), {}, tmp_path, seconds=1) as function:
        with pytest.raises(FunctionError, match="timed out"):
            function({"what": "__import__('time').sleep(60)"})
        assert function({"what": "1 + 1"}) == 2


def test_a_table_that_never_answers_is_an_internal_error_before_lambda_cuts_the_call_off(
    board: Board, tmp_path: Path
) -> None:
    with (
        silence() as url,
        emulated(RPC, board.variables | {"AWS_ENDPOINT_URL_DYNAMODB": url}, tmp_path) as rpc,
    ):
        request = {"jsonrpc": "2.0", "id": 1, "method": "getTask", "params": {"task_id": 1}}
        assert answer(rpc, request, make_events.TOKEN)["error"]["code"] == -32603
        (logged,) = [line for line in map(json.loads, rpc.lines()) if line.get("message") == "procedure failed"]
    assert (logged["procedure"], logged["exception_name"]) == ("getTask", "ReadTimeoutError")
