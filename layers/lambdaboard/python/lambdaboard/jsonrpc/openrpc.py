"""The procedures of a registry as an OpenRPC document: made of signatures and docstrings, so that it cannot be wrong.

OpenRPC 1.3.2, with these properties of our own: `x-access` (who may call a procedure, explained in `x-access-levels`),
`x-failure` (the result of a rejected call), `x-looks-for` (what is asked for by a name: where there is none, the same
value is the answer), `x-by-name` (a parameter that cannot be given by position).
"""

import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import IsInstanceSchema

from lambdaboard.jsonrpc.binding import Parameter, result_type
from lambdaboard.jsonrpc.docstrings import Docstring
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.registry import Procedure, Registry

OPENRPC = "1.3.2"


class Schemas(GenerateJsonSchema):
    """pydantic's JSON schemas, and one for the rows of results, whose classes it does not know."""

    def is_instance_schema(self, schema: IsInstanceSchema) -> JsonSchemaValue:
        """Describe a class derived from dict as an object; pydantic refuses any other class."""
        return {"type": "object"} if issubclass(schema["cls"], dict) else super().is_instance_schema(schema)


@cache
def json_schema(annotation: Any) -> JsonSchemaValue:
    """Return the JSON schema of a parameter or a result: of what a client had best send, not of all that is accepted.

    Raises:
        PydanticInvalidForJsonSchema: JSON has no such type.
    """
    adapter = TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
    return adapter.json_schema(schema_generator=Schemas)


def document(registry: Registry, info: Mapping[str, Json], url: str, levels: Mapping[str, str]) -> dict[str, Json]:
    """Describe all procedures, by area: the module in which they are defined.

    Args:
        registry: the procedures.
        info: title, version and what else is to be said of the API.
        url: its address, absolute or as seen from where the document comes from.
        levels: who may call what is open to each level of access.
    """
    procedures = sorted(registry, key=area)  # importing one module may have imported another one first
    return {
        "openrpc": OPENRPC,
        "info": {**info},
        "servers": [{"name": "default", "url": url}],
        "methods": [_method(each) for each in procedures],
        "components": {"tags": {area(each): {"name": area(each), "description": _about(each)} for each in procedures}},
        "x-access-levels": {**levels},
    }


def area(procedure: Procedure) -> str:
    """Return the last part of the name of the module that defines a procedure, as in `external-links`."""
    return procedure.function.__module__.rpartition(".")[2].replace("_", "-")


def _about(procedure: Procedure) -> str:
    return sys.modules[procedure.function.__module__].__doc__ or ""


def _method(procedure: Procedure) -> dict[str, Json]:
    docstring = Docstring.of(procedure.function)
    parameters = procedure.signature.parameters
    is_by_name = any(each.is_required and not each.is_positional for each in parameters)
    return {
        "name": procedure.name,
        "tags": [{"name": area(procedure)}],
        "summary": docstring.summary,
        **_unless_empty("description", docstring.description),
        "paramStructure": "by-name" if is_by_name else "either",
        "params": [_parameter(each, docstring.arguments.get(each.name, "")) for each in parameters],
        "result": {
            "name": "result",
            **_unless_empty("description", docstring.returns),
            "schema": json_schema(result_type(procedure.function)),
        },
        "x-access": procedure.access,
        "x-failure": procedure.failure,
        **_unless_empty("x-looks-for", procedure.looks_for or ""),
    }


def _parameter(parameter: Parameter, description: str) -> dict[str, Json]:
    schema = json_schema(parameter.annotation)
    return {
        "name": parameter.name,
        **_unless_empty("description", description),
        "required": parameter.is_required,
        "schema": schema if parameter.is_required else schema | {"default": parameter.default},
        **({} if parameter.is_positional else {"x-by-name": True}),
    }


def _unless_empty(name: str, text: str) -> dict[str, str]:
    return {name: text} if text else {}
