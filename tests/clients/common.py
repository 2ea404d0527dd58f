"""Shared code of the clients in Python: the address and caller from `run`, direct calls of the API, comparisons."""

from __future__ import annotations

import base64
import json
import os
import urllib.request
from typing import Any

URL, WIRE = os.environ["URL"], os.environ["WIRE"]
LOGIN, PASSWORD = os.environ["LOGIN"], os.environ["PASSWORD"]
IS_PERSON = LOGIN != "jsonrpc"


def number(value: int) -> int | str:
    """Return a number in the form of the wire format, as in an object of a result."""
    return str(value) if WIRE == "documented" else value


def same(found: Any, expected: Any) -> None:
    """Compare a value that was read back."""
    assert found == expected, f"expected {expected!r:.300}, found {found!r:.300}"


def on_board(board: list[dict[str, Any]]) -> dict[int, list[int]]:
    """Return the tasks in each column of a board that has one swimlane."""
    [lane] = board
    return {int(column["id"]): [int(task["id"]) for task in column["tasks"]] for column in lane["columns"]}


def call(method: str, **params: Any) -> Any:
    """Return a procedure's result by a direct call, without the tested client."""
    content = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    credentials = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(URL, json.dumps(content).encode(), {"Authorization": f"Basic {credentials}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as response:
        answer = json.load(response)
    assert "result" in answer, f"{method} answers {answer!r:.300}"
    return answer["result"]


def somebody(client: str) -> tuple[int, str]:
    """Return id and username of the person who calls; if the caller is the application, of a new person."""
    if IS_PERSON:
        return int(call("getMe")["id"]), LOGIN
    username = f"Änne, {client}, {WIRE}"
    return call("createUser", username=username, password="geheim"), username
