"""The procedures of a registry as an OpenRPC document, made from signatures and docstrings, so that they agree.

OpenRPC 1.3.2, with these properties of our own: `x-access` (who may call a procedure, explained in `x-access-levels`),
`x-failure` (the result of a rejected call), `x-looks-for` (what is asked for by a name: if there is none, the same
value is the answer), `x-by-name` (a parameter that cannot be given by position).
"""

import sys
from collections.abc import Iterable, Mapping

from lambdaboard.jsonrpc.binding import Parameter, result_type
from lambdaboard.jsonrpc.docstrings import Docstring
from lambdaboard.jsonrpc.envelope import Json
from lambdaboard.jsonrpc.registry import Procedure, Registry
from lambdaboard.jsonrpc.schemas import named_schemas, parameter_schema, result_schema

OPENRPC = "1.3.2"


def document(registry: Registry, info: Mapping[str, Json], levels: Mapping[str, str]) -> dict[str, Json]:
    """Describe all procedures, by area: the module in which they are defined.

    Args:
        registry: the procedures.
        info: title, version and other properties of the API.
        levels: for each access level, who may call its procedures.
    """
    procedures = sorted(registry, key=area)  # the import of a module may have imported another one first
    return {
        "openrpc": OPENRPC,
        "info": {**info},
        "methods": [_method(each) for each in procedures],
        "components": {
            "tags": {area(each): {"name": area(each), "description": _about(each)} for each in procedures},
            "schemas": named_schemas(result_type(each.function) for each in procedures),
        },
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
    return {
        "name": procedure.name,
        "tags": [{"name": area(procedure)}],
        "summary": docstring.summary,
        **_unless_empty("description", docstring.description),
        "paramStructure": _structure(parameters),
        "params": [_parameter(each, docstring.arguments.get(each.name, "")) for each in parameters],
        "result": {
            "name": "result",
            **_unless_empty("description", docstring.returns),
            "schema": result_schema(result_type(procedure.function)),
        },
        "x-access": procedure.access,
        "x-failure": procedure.failure,
        **_unless_empty("x-looks-for", procedure.looks_for or ""),
    }


def _structure(parameters: Iterable[Parameter]) -> str:
    is_by_name = any(each.is_required and not each.is_positional for each in parameters)
    return "by-name" if is_by_name else "either"


def _parameter(parameter: Parameter, description: str) -> dict[str, Json]:
    schema = parameter_schema(parameter.annotation)
    return {
        "name": parameter.name,
        **_unless_empty("description", description),
        "required": parameter.is_required,
        "schema": schema if parameter.is_required else schema | {"default": parameter.default},
        **({} if parameter.is_positional else {"x-by-name": True}),
    }


def _unless_empty(name: str, text: str) -> dict[str, str]:
    return {name: text} if text else {}
