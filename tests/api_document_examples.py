"""The examples of Kanboard's API documents, a request and its response for each procedure.

integration/api_document_examples.json holds, by procedure:

given      calls that create the data of the example, in an empty table, in order: [procedure, params]
request    as in the API documents
response   as in the API documents
differs    intended differences: a place in the two above, the value there, and why
more       properties that every object of the result has as well, with their values (behaviour.md 6)
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "integration" / "api_document_examples.json"

ADDRESS = {"host": "127.0.0.1:8000", "x_forwarded_proto": "http"}
"""Headers by which the links in results are those of the API documents."""


@dataclass(frozen=True)
class Like:
    """Equal to every string of one form."""

    form: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch(self.form, other) is not None

    def __hash__(self) -> int:
        return hash(self.form)


SECONDS, ID = Like(r"1[0-9]{9}"), Like(r"[1-9][0-9]*")

CHANGING = {
    "date": SECONDS,
    "date_creation": SECONDS,
    "date_modification": SECONDS,
    "date_moved": SECONDS,
    "path": Like(r"1/1/[0-9a-f]{40}"),
    "etag": Like(r"[0-9a-f]{32}"),
    "swimlane_id": ID,  # the API documents have 0, which no swimlane has
}
"""Properties whose values are compared by form; of all others, literally."""


@dataclass(frozen=True)
class Example:
    """An example, with its intended differences.

    Attributes:
        given: requests that come before it.
        response: what an answer must be equal to; some values are `Like`.
    """

    procedure: str
    given: list[dict[str, Any]]
    request: dict[str, Any]
    response: dict[str, Any]

    @classmethod
    def of(cls, procedure: str, data: dict[str, Any]) -> Example:
        """Make an example of its data in the file."""
        printed = {"request": copy.deepcopy(data["request"]), "response": copy.deepcopy(data["response"])}
        result = printed["response"]["result"]
        for row in result if isinstance(result, list) else [result]:
            if isinstance(row, dict):
                row.update(data.get("more", {}))
        for difference in data.get("differs", []):
            _put(printed, difference["at"].split("."), difference["is"])
        given = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, params) in enumerate(data["given"], 1)
        ]
        return cls(procedure, given, printed["request"], _by_form(printed["response"]))


def _put(data: Any, place: list[str], value: Any) -> None:
    *way, last = place
    for step in way:
        data = data[int(step)] if isinstance(data, list) else data[step]
    data[last] = value


def _by_form(value: Any) -> Any:
    if isinstance(value, list):
        return [_by_form(each) for each in value]
    if isinstance(value, dict):
        return {name: CHANGING[name] if name in CHANGING else _by_form(each) for name, each in value.items()}
    return value


def raw() -> dict[str, dict[str, Any]]:
    """Return the content of the file."""
    content: dict[str, dict[str, Any]] = json.loads(FILE.read_text())
    return content


def examples() -> list[Example]:
    """Return all examples."""
    return [Example.of(procedure, data) for procedure, data in raw().items()]
