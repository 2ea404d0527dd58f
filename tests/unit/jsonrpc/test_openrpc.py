"""A registry described as an OpenRPC document."""

from __future__ import annotations

from types import NoneType
from typing import Any

import openrpc
import pytest
from pydantic import PydanticInvalidForJsonSchema

from lambdaboard.jsonrpc import Flag, Integer, IntegerOrBlank, Json, Number, Registry, Text, Texts, Values
from lambdaboard.jsonrpc.openrpc import document, json_schema

INFO = {"title": "Notes", "version": "1.2.3"}


class Row(dict[str, Any]):
    """An object of a result."""


@pytest.fixture
def registry() -> Registry:
    return Registry({"open", "closed"})


def described(registry: Registry) -> list[dict[str, Any]]:
    """Return the methods of a document that the specification's model accepts."""
    made = document(registry, INFO, "rpc", {"open": "everybody"})
    openrpc.OpenRPC.model_validate(made)
    return list(made["methods"])


def test_a_procedure_is_described_by_its_signature_and_its_docstring(registry: Registry) -> None:
    @registry.procedure("notes.add", "closed", failure=None)
    def add(
        _context: object, title: Text, owner_id: Integer = 7, due: Text | None = None, *, pinned: Flag = False
    ) -> list[Row]:
        """Add a note.

        At the end.

        Args:
            title: of the note.
            owner_id: a person.
            due: a date.
            pinned: an extension.

        Returns:
            All notes.
        """
        raise NotImplementedError

    assert described(registry) == [
        {
            "name": "notes.add",
            "tags": [{"name": "test-openrpc"}],
            "summary": "Add a note.",
            "description": "At the end.",
            "paramStructure": "either",
            "params": [
                {"name": "title", "description": "of the note.", "required": True, "schema": {"type": "string"}},
                {
                    "name": "owner_id",
                    "description": "a person.",
                    "required": False,
                    "schema": {"type": "integer", "default": 7},
                },
                {
                    "name": "due",
                    "description": "a date.",
                    "required": False,
                    "schema": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                },
                {
                    "name": "pinned",
                    "description": "an extension.",
                    "required": False,
                    "schema": {"type": "boolean", "default": False},
                    "x-by-name": True,
                },
            ],
            "result": {
                "name": "result",
                "description": "All notes.",
                "schema": {"type": "array", "items": {"type": "object"}},
            },
            "x-access": "closed",
            "x-failure": None,
        }
    ]


def test_a_procedure_without_a_docstring_or_types_of_its_result_is_described_all_the_same(registry: Registry) -> None:
    @registry.procedure("bare", "open")
    def bare(_context, *, note_id: Integer):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    (method,) = described(registry)
    assert (method["summary"], method["paramStructure"]) == ("", "by-name")
    assert method["params"] == [{"name": "note_id", "required": True, "schema": {"type": "integer"}, "x-by-name": True}]
    assert method["result"] == {"name": "result", "schema": {}}


def test_the_document_says_what_the_api_is_and_who_may_call(registry: Registry) -> None:
    made = document(registry, INFO, "rpc", {"open": "everybody"})
    assert (made["info"], made["servers"][0]["url"]) == (INFO, "rpc")
    assert made["x-access-levels"] == {"open": "everybody"}
    assert made["methods"] == []


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (Integer, {"type": "integer"}),
        (IntegerOrBlank, {"type": "integer"}),
        (IntegerOrBlank | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        (Number, {"type": "number"}),
        (Text, {"type": "string"}),
        (Texts, {"type": "array", "items": {"type": "string"}}),
        (Texts | None, {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]}),
        (Flag, {"type": "boolean"}),
        (Values, {"anyOf": [{"type": "object", "additionalProperties": True}, {"type": "array", "items": {}}]}),
        (bool, {"type": "boolean"}),
        (NoneType, {"type": "null"}),
        (Row, {"type": "object"}),
        (list[Row], {"type": "array", "items": {"type": "object"}}),
        (dict[str, Any], {"type": "object", "additionalProperties": True}),
        (
            dict[str, dict[str, int]],
            {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}}},
        ),
        (Any, {}),
        (Row | None, {"anyOf": [{"type": "object"}, {"type": "null"}]}),
    ],
    ids=range(17),
)
def test_each_type_has_its_json_schema(annotation: Any, schema: Json) -> None:
    assert json_schema(annotation) == schema


@pytest.mark.parametrize("annotation", [Registry, list[Registry], Registry | None], ids=str)
def test_a_class_that_json_does_not_have_has_none(annotation: Any) -> None:
    with pytest.raises(PydanticInvalidForJsonSchema):
        json_schema(annotation)
