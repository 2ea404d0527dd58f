"""ministack with a journal: every answered write to the table survives `kill -9` and a power cut.

By itself, ministack saves its tables only when it stops. Here each write is also appended to a file before it is
answered; unsaved writes are repeated at the next start. The saved state names the journal that follows it, so no write
is done twice. ministack parses a condition for each item that it compares: here only once, by a cache.
"""

import json
import os
import runpy
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ministack.core.persistence import STATE_DIR, load_state, save_state
from ministack.services import dynamodb as service

Request = dict[str, Any]
Response = tuple[int, dict[str, str], str]
Handler = Callable[[Request], Response]

WRITES = (
    *("_create_table", "_delete_table", "_update_table", "_update_ttl"),
    *("_put_item", "_update_item", "_delete_item", "_batch_write_item", "_transact_write_items"),
)
PARSERS = ("_tokenize", "_condition_syntax_error")
OK = 200


class Journal:
    """The writes that the saved state does not have yet, one per line."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self._file = folder / f"journal.{number}"
        self._lock = threading.Lock()

    def replay(self, handlers: Mapping[str, Handler]) -> int:
        """Repeat its writes; return their number. A last line without its end was never answered."""
        lines = self._file.read_bytes().split(b"\n")[:-1] if self._file.exists() else []
        for line in lines:
            name, request = json.loads(line)
            handlers[name](request)
        return len(lines)

    def open(self) -> None:
        """Begin an empty journal, and remove the older ones, whose writes are saved."""
        os.sync()
        for file in self._file.parent.glob("journal.*"):
            file.unlink()
        self._descriptor = os.open(self._file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def write(self, name: str, handler: Handler, request: Request) -> Response:
        """Do a write and, if it succeeds, append it before it is answered."""
        line = json.dumps([name, request]).encode() + b"\n"  # before the handler, which may change the request
        with self._lock:
            response = handler(request)
            if response[0] == OK:
                os.write(self._descriptor, line)
                os.fdatasync(self._descriptor)
        return response


def prepare(dynamodb: Any, folder: Path) -> int:
    """Load the tables as they were at the end, or interruption, of the last run; keep every write from now on.

    Args:
        dynamodb: ministack's service.
        folder: of the saved state and the journal.

    Returns:
        The writes that the last run had not saved.
    """
    for name in PARSERS:
        setattr(dynamodb, name, lru_cache(1000)(getattr(dynamodb, name)))
    handlers: dict[str, Handler] = {name: getattr(dynamodb, name) for name in WRITES}
    saved = load_state("dynamodb") or {}
    dynamodb.load_persisted_state(saved)
    last = Journal(folder, saved.get("journal", 0))
    repeated = last.replay(handlers)
    journal = Journal(folder, last.number + 1)
    get_state = dynamodb.get_state
    save_state("dynamodb", {**get_state(), "journal": journal.number})
    journal.open()
    for name, handler in handlers.items():
        setattr(dynamodb, name, partial(journal.write, name, handler))
    dynamodb.load_persisted_state = lambda _: None  # done above
    dynamodb.get_state = lambda: {**get_state(), "journal": journal.number + 1}
    return repeated


def main() -> None:
    """Run ministack."""
    folder = Path(STATE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    prepare(service, folder)
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
