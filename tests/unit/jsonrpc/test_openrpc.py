"""A registry described as an OpenRPC document."""

from __future__ import annotations

from types import NoneType
from typing import Any, ClassVar

import openrpc
import pytest
from pydantic import PydanticInvalidForJsonSchema

from lambdaboard.jsonrpc import Flag, Integer, IntegerOrBlank, Json, Number, Registry, Text, Texts, Values
from lambdaboard.jsonrpc.openrpc import document
from lambdaboard.jsonrpc.schemas import or_values, parameter_schema, result_schema

INFO = {"title": "Notes", "version": "1.2.3"}

ABSENT: Any = None


class NoteProperties(dict[str, Any]):
    """What all notes have.

    Attributes:
        id: of the note.
        title: to be told otherwise.
    """

    id: int
    title: str | None


class NoteRow(NoteProperties):
    """A note.

    On paper.

    Attributes:
        title: of the note; null for none.
        pages: of the note; only where it
            has some.
    """

    title: str | None
    pages: list[PageRow] = ABSENT


class PageRow(dict[str, Any]):
    """A page."""

    __extra_items__: ClassVar[float]


NOTE, PAGE = {"$ref": "#/components/schemas/Note"}, {"$ref": "#/components/schemas/Page"}


@pytest.fixture
def registry() -> Registry:
    return Registry({"open", "closed"})


def described(registry: Registry) -> list[dict[str, Any]]:
    """Return the methods of a document that the specification's model accepts."""
    made = document(registry, INFO, {"open": "everybody"})
    openrpc.OpenRPC.model_validate(made)
    return list(made["methods"])


def test_a_procedure_is_described_by_its_signature_and_its_docstring(registry: Registry) -> None:
    @registry.procedure("notes.add", "closed", failure=None)
    def add(
        _context: object, title: Text, owner_id: Integer = 7, due: Text | None = None, *, pinned: Flag = False
    ) -> list[NoteRow]:
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
                "schema": {"type": "array", "items": NOTE},
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
    made = document(registry, INFO, {"open": "everybody"})
    assert made["info"] == INFO
    assert made["x-access-levels"] == {"open": "everybody"}
    assert made["methods"] == []


def test_the_objects_of_results_have_named_schemas_with_all_properties_and_their_meaning(registry: Registry) -> None:
    @registry.procedure("notes.all", "open")
    def get_all(_context: object) -> dict[str, list[NoteRow]]:
        raise NotImplementedError

    (method,) = described(registry)
    assert method["result"]["schema"]["additionalProperties"] == {"type": "array", "items": NOTE}
    assert document(registry, INFO, {})["components"]["schemas"] == {
        "Note": {
            "title": "Note",
            "description": "A note.\n\nOn paper.",
            "type": "object",
            "properties": {
                "id": {"type": "integer", "description": "of the note."},
                "title": {
                    "anyOf": [{"type": "string"}, {"type": "null"}],
                    "description": "of the note; null for none.",
                },
                "pages": {
                    "type": "array",
                    "items": PAGE,
                    "description": "of the note; only where it has some.",
                },
            },
            "required": ["id", "title"],
            "additionalProperties": False,
        },
        "Page": {
            "title": "Page",
            "description": "A page.",
            "type": "object",
            "required": [],
            "additionalProperties": {"type": "number"},
        },
    }


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
    ],
    ids=range(9),
)
def test_each_type_of_a_parameter_has_its_json_schema(annotation: Any, schema: Json) -> None:
    assert parameter_schema(annotation) == schema


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (bool, {"type": "boolean"}),
        (NoneType, {"type": "null"}),
        (Any, {}),
        (NoteRow, NOTE),
        (list[NoteRow], {"type": "array", "items": NOTE}),
        (NoteRow | None, {"anyOf": [NOTE, {"type": "null"}]}),
        (dict[str, Any], {"type": "object", "additionalProperties": {}}),
        (
            dict[str, dict[str, int]],
            {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}}},
        ),
    ],
    ids=range(8),
)
def test_each_type_of_a_result_has_its_json_schema(annotation: Any, schema: Json) -> None:
    assert result_schema(annotation) == schema


@pytest.mark.parametrize("annotation", [Registry, list[Registry], Registry | None], ids=str)
def test_a_class_that_json_does_not_have_has_none(annotation: Any) -> None:
    with pytest.raises(PydanticInvalidForJsonSchema):
        parameter_schema(annotation)
    with pytest.raises(TypeError):
        result_schema(annotation)


FALSE, NULL = {"type": "boolean", "const": False}, {"type": "null"}
EMPTY_LIST = {"type": "array", "const": []}


@pytest.mark.parametrize(
    ("schema", "values", "wanted"),
    [
        ({"type": "boolean"}, [False, True], {"type": "boolean"}),
        ({"type": "integer"}, [0], {"type": "integer"}),
        ({"type": "integer"}, [False, 0, False], {"anyOf": [{"type": "integer"}, FALSE]}),
        ({"type": "string"}, [""], {"type": "string"}),
        ({"type": "array", "items": NOTE}, [[]], {"type": "array", "items": NOTE}),
        ({"type": "object", "additionalProperties": NOTE}, [{}], {"type": "object", "additionalProperties": NOTE}),
        (NOTE, [None], {"anyOf": [NOTE, NULL]}),
        (NOTE, [[]], {"anyOf": [NOTE, EMPTY_LIST]}),
        (PAGE, [{}], PAGE),
        ({"anyOf": [{"type": "integer"}, NOTE]}, [False], {"anyOf": [{"type": "integer"}, NOTE, FALSE]}),
    ],
    ids=range(10),
)
def test_a_result_may_also_be_a_value_that_it_does_not_admit_by_itself(
    schema: Any, values: list[Json], wanted: Any
) -> None:
    named = {"Note": {"type": "object", "required": ["id"]}, "Page": {"type": "object", "required": []}}
    assert or_values(schema, values, named) == wanted
