"""What the clients in Python share: where to call and as whom, as `run` says, and comparing."""

from __future__ import annotations

import os
from typing import Any

URL, WIRE = os.environ["URL"], os.environ["WIRE"]
LOGIN, PASSWORD = os.environ["LOGIN"], os.environ["PASSWORD"]
IS_PERSON = LOGIN != "jsonrpc"


def number(value: int) -> int | str:
    """Return a number as it stands in an object of a result."""
    return str(value) if WIRE == "documented" else value


def same(found: Any, expected: Any) -> None:
    """Compare what was read back."""
    assert found == expected, f"expected {expected!r:.300}, found {found!r:.300}"


def on_board(board: list[dict[str, Any]]) -> dict[int, list[int]]:
    """Return the tasks in each column of a board that has one swimlane."""
    [lane] = board
    return {int(column["id"]): [int(task["id"]) for task in column["tasks"]] for column in lane["columns"]}
