"""The document of the API in a wire format: its failure values, and the schemas of its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdaboard.jsonrpc.schemas import name_of, or_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.errors import Thing
    from lambdaboard.jsonrpc import Json
    from lambdaboard.wire import Schema, Wire


def described(document: Mapping[str, Any], wire: Wire) -> Json:
    """Return the document for clients of a format.

    A method has its failure value in `x-failure`, others by the kind of the missing thing in `x-failures`, and all of
    them in the schema of its result, unless it has no parameters: then it cannot be rejected.

    Args:
        document: with the native schemas, without failures.
        wire: the format.
    """
    named = _named(document["components"]["schemas"], wire)
    failures: dict[str, dict[Thing | None, Json]] = {}
    for (procedure, thing), value in wire.failures.items():
        failures.setdefault(procedure, {})[thing] = value
    methods = [_method(each, failures.get(each["name"], {}), named) for each in document["methods"]]
    return {**document, "methods": methods, "components": document["components"] | {"schemas": named}}


def _method(method: Mapping[str, Any], by_thing: dict[Thing | None, Json], named: Mapping[str, Schema]) -> Json:
    default = by_thing.get(None, method["x-failure"])
    things = {thing.value: value for thing, value in by_thing.items() if thing}
    result = method["result"]
    if method["params"]:
        result = result | {"schema": or_values(result["schema"], [default, *things.values()], named)}
    return {**method, "result": result, "x-failure": default, **({"x-failures": things} if things else {})}


def _named(native: Mapping[str, Schema], wire: Wire) -> dict[str, Schema]:
    changes = {name_of(row): written.schema for row, written in wire.rows.items()}
    return {name: changes.get(name, dict)(_plain(schema, wire)) for name, schema in native.items()}


def _plain(schema: Schema, wire: Wire) -> Schema:
    """Convert the schema of an object as `Wire.plain` converts objects: its numbers, but not those in lists."""
    changed = dict(schema)
    if "properties" in schema:
        changed["properties"] = {name: _value(each, wire) for name, each in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        changed["additionalProperties"] = _value(schema["additionalProperties"], wire)
    return changed


def _value(schema: Schema, wire: Wire) -> Schema:
    if "anyOf" in schema:
        return schema | {"anyOf": [_value(each, wire) for each in schema["anyOf"]]}
    if schema.get("type") == "object":
        return _plain(schema, wire)
    return schema | wire.numbers.get(schema.get("type", ""), {})
