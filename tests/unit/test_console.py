"""What `make run` shows of a call, and what it keeps of it."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools import Logger
from local import console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def terminal() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / console.FILE


@pytest.fixture
def logger(terminal: io.StringIO, file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logger]:
    monkeypatch.setattr(console, "SERVICE", str(file))  # Powertools makes one logger a name
    logger = Logger(service=console.SERVICE, stream=terminal, timestamp=None)
    console.shorten(file)
    yield logger
    for handler in logging.getLogger(console.SERVICE).handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.stream.close()


def words(terminal: io.StringIO) -> list[str]:
    """Return the parts of the line behind its time."""
    return terminal.getvalue().rstrip("\n").split("  ")[1:]


CALL: dict[str, Any] = {
    "procedure": "createTask",
    "outcome": "ok",
    "duration_ms": 17.8,
    "aws_calls": 4,
    "read_units": 0,
}


def test_a_call_is_one_short_line(logger: Logger, terminal: io.StringIO) -> None:
    logger.info("call", **CALL, write_units=10.0)
    assert words(terminal) == ["createTask", "ok", "18 ms", "4 calls", "10 wu"]


def test_ignored_params_are_named(logger: Logger, terminal: io.StringIO) -> None:
    logger.info("call", **CALL, ignored_params="colour")
    assert words(terminal)[-1] == "ignored: colour"


def test_a_refused_call_says_why_and_an_unknown_one_which(logger: Logger, terminal: io.StringIO) -> None:
    logger.info("call", **CALL | {"outcome": "refused"}, refusal="title: empty")
    assert words(terminal) == ["createTask", "refused: title: empty", "18 ms", "4 calls"]
    terminal.truncate(0)
    logger.info("call", **CALL | {"procedure": "unknown", "outcome": "not_found"}, unknown_procedure="createTasks")
    assert words(terminal)[:2] == ["createTasks", "not_found"]


def test_a_request_that_was_rejected_shows_its_status(logger: Logger, terminal: io.StringIO) -> None:
    logger.info("rejected", status=401, why="no credentials")
    assert words(terminal) == ["info", "rejected", "status 401", "why no credentials"]


def test_a_fault_is_shown_with_its_stack(logger: Logger, terminal: io.StringIO) -> None:
    logger.error("fault", exception="Traceback: line 7")
    assert terminal.getvalue().endswith("error  fault\nTraceback: line 7\n")


def test_the_file_has_each_line_as_lambda_writes_it_and_its_time(logger: Logger, file: Path) -> None:
    logger.info("call", **CALL)
    (line,) = file.read_text().splitlines()
    written = json.loads(line)
    assert written.items() >= {**CALL, "level": "INFO", "message": "call"}.items()
    assert re.match(time.strftime("%Y-%m-%d "), written["time"])
