"""A short line on the terminal for each call; the log in Lambda's form goes to a file."""

import json
import logging
import time
from pathlib import Path
from typing import Any

SERVICE = "lambdaboard"
"""The logger of the functions (POWERTOOLS_SERVICE_NAME in template.yaml)."""

FILE = "log.jsonl"
"""In the data folder; each run overwrites it."""

Entry = dict[str, Any]


class Line(logging.Formatter):
    """The formatter of log lines for the terminal.

    Args:
        json_formatter: the formatter for Lambda.
    """

    def __init__(self, json_formatter: logging.Formatter) -> None:
        super().__init__()
        self._json = json_formatter

    def format(self, record: logging.LogRecord) -> str:
        """Return `12:30:01  createTask  ok  18 ms  4 calls  10 wu`, or another log entry; an error with its stack."""
        entry: Entry = json.loads(self._json.format(record))
        words = _call(entry) if "procedure" in entry and "outcome" in entry else _other(entry)
        stack = f"\n{entry['exception']}" if "exception" in entry else ""
        return "  ".join([time.strftime("%H:%M:%S"), *words]) + stack


def _call(entry: Entry) -> list[str]:
    used = (("aws_calls", "calls"), ("read_units", "ru"), ("write_units", "wu"))
    cost = [f"{entry[name]:g} {unit}" for name, unit in used if entry.get(name)]
    outcome = f"refused: {entry['refusal']}" if "refusal" in entry else entry["outcome"]
    name = entry.get("unknown_procedure") or entry["procedure"]
    return [name, outcome, f"{entry['duration_ms']:.0f} ms", *cost, *_ignored(entry)]


def _ignored(entry: Entry) -> list[str]:
    return [f"ignored: {entry['ignored_params']}"] if "ignored_params" in entry else []


def _other(entry: Entry) -> list[str]:
    more = {name: entry[name] for name in ("status", "why", "procedure", "method", "path") if name in entry}
    return [entry["level"].lower(), str(entry["message"]), *(f"{name} {value}" for name, value in more.items())]


def _timed(record: logging.LogRecord) -> bool:
    """Add the time to a line of the file, `2026-11-30 12:30:01`; on AWS, CloudWatch adds it."""
    record.time = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
    return True


def shorten(file: Path) -> None:
    """Make the functions' log short on the terminal, and complete in a file; they are loaded already."""
    logger = logging.getLogger(SERVICE)
    for whole in [*logger.handlers]:  # Powertools' own, which only writes to another place
        if isinstance(whole, logging.StreamHandler) and whole.formatter:
            short = logging.StreamHandler(whole.setStream(file.open("a")))
            short.setFormatter(Line(whole.formatter))
            whole.addFilter(_timed)
            logger.addHandler(short)
