"""Checks that answers fit the document of the API, in every wire format."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from lambdaboard.procedures.discovery import described
from lambdaboard.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.errors import Rejected
    from lambdaboard.jsonrpc import Json, Procedure

Schema = dict[str, Any]

LONGEST = 200
"""The limit of characters of a reported problem."""

Answer = tuple["Procedure | str", Any]
"""A procedure by name and what it returned, or the procedure itself and why it rejected a call."""


@contextmanager
def recorded() -> Iterator[list[Answer]]:
    """Record what procedures return and why they reject calls, before a wire format writes it."""
    answers: list[Answer] = []
    result, failure = Wire.result, Wire.failure

    def recording_result(wire: Wire, procedure: str, value: Any) -> Json:
        answers.append((procedure, value))
        return result(wire, procedure, value)

    def recording_failure(wire: Wire, procedure: Procedure, rejected: Rejected) -> Json:
        answers.append((procedure, rejected))
        return failure(wire, procedure, rejected)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wire, "result", recording_result)
        patch.setattr(Wire, "failure", recording_failure)
        yield answers


class Description:
    """What a wire format says of results.

    Attributes:
        seen: the places of schemas that answers have reached (`places`).
        wrong: what is wrong with answers.
    """

    def __init__(self, wire: Wire) -> None:
        document: Any = wire.sent(described())
        self._wire = wire
        self._named: dict[str, Schema] = document["components"]["schemas"]
        self._results: dict[str, Schema] = {each["name"]: each["result"]["schema"] for each in document["methods"]}
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def check(self, answers: Iterable[Answer]) -> None:
        """Compare answers with the schemas."""
        for procedure, value in answers:
            name, written = self._written(procedure, value)
            sent = json.loads(json.dumps(written))
            error = best_match(self._validator(self._results[name]).iter_errors(sent))
            self.wrong += [f"{name}: {error.json_path} {error.message[-LONGEST:]}"] if error else []
            self._see(name, self._results[name], sent)

    def _written(self, procedure: Procedure | str, value: Any) -> tuple[str, Json]:
        if isinstance(procedure, str):
            return procedure, self._wire.result(procedure, value)
        return procedure.name, self._wire.failure(procedure, value)

    def _validator(self, schema: Schema) -> Draft7Validator:
        return Draft7Validator({**schema, "components": {"schemas": self._named}})

    @property
    def places(self) -> set[str]:
        """All places: properties by schema, as `Task.color`, and each of several types, as `Task.date_due: null`."""
        named = (each for name, schema in self._named.items() for each in _places(name, schema))
        return {*named, *(each for name, schema in self._results.items() for each in _places(name, schema))}

    def _see(self, place: str, schema: Schema, value: Any) -> None:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            self._see(name, self._named[name], value)
        for each in schema.get("anyOf", ()):
            if self._validator(each).is_valid(value):
                self.seen.add(_alternative(place, each))
                self._see(place, each, value)
        if isinstance(value, dict):
            self._see_object(place, schema, value)
        if isinstance(value, list) and "items" in schema:
            for each in value:
                self._see(place, schema["items"], each)

    def _see_object(self, place: str, schema: Schema, value: dict[str, Any]) -> None:
        for name, each in value.items():
            if name in schema.get("properties", ()):
                self.seen |= {f"{place}.{name}"} if each is not None else set()
                self._see(f"{place}.{name}", schema["properties"][name], each)
            elif schema.get("additionalProperties"):
                self._see(place, schema["additionalProperties"], each)


def _places(place: str, schema: Schema) -> Iterator[str]:
    for each in schema.get("anyOf", ()):
        yield _alternative(place, each)
        yield from _places(place, each)
    for name, each in schema.get("properties", {}).items():
        yield f"{place}.{name}"
        yield from _places(f"{place}.{name}", each)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            yield from _places(place, schema[inner])


def _alternative(place: str, schema: Schema) -> str:
    kind = "pattern" if "pattern" in schema else schema.get("const", schema.get("type", schema.get("$ref", "any")))
    return f"{place}: {str(kind).rpartition('/')[2].lower()}"
