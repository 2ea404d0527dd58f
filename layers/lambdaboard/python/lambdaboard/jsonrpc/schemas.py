"""JSON schemas of parameters and results: those of objects have names, by which others refer to them.

The annotations of a class derived from dict are the properties of an object; one with a value in the class is optional.
Its docstring describes them, below `Attributes`. `__extra_items__`, as in PEP 728, is the type of all other properties;
without it there are none.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeGuard, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter

from lambdaboard.jsonrpc.docstrings import Docstring
from lambdaboard.jsonrpc.envelope import Json

Schema = dict[str, Any]

PLAIN: Mapping[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    NoneType: {"type": "null"},
    Any: {},
}

EXTRA = "__extra_items__"


@cache
def parameter_schema(annotation: Any) -> Schema:
    """Return the schema of a parameter: of the recommended values, not of all accepted ones.

    Raises:
        PydanticInvalidForJsonSchema: JSON has no such type.
    """
    return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True)).json_schema()


def result_schema(annotation: Any) -> Schema:
    """Return the schema of a result, or of a property of an object in one.

    Raises:
        TypeError: no result can be of this type.
    """
    if annotation in PLAIN:
        return PLAIN[annotation]
    if _is_object(annotation):
        return {"$ref": f"#/components/schemas/{name_of(annotation)}"}
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return {"anyOf": [result_schema(each) for each in inner]}
    if origin is list:
        return {"type": "array", "items": result_schema(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": result_schema(inner[1])}
    raise TypeError(f"no result can be of the type {annotation!r}")


def name_of(cls: type) -> str:
    """Return the name of a class's schema: `Task` of TaskRow."""
    return cls.__name__.removesuffix("Row")


def named_schemas(annotations: Iterable[Any]) -> dict[str, Schema]:
    """Return the named schemas to which those of these types refer, directly or through others."""
    found: dict[str, Schema] = {}
    waiting = [*annotations]
    for annotation in waiting:  # which grows
        waiting += get_args(annotation)
        if _is_object(annotation) and name_of(annotation) not in found:
            types = get_type_hints(annotation)
            found[name_of(annotation)] = _object_schema(annotation, types)
            waiting += types.values()
    return found


def _is_object(annotation: Any) -> TypeGuard[type]:
    return isinstance(annotation, type) and issubclass(annotation, dict)


def _object_schema(cls: type, types: Mapping[str, Any]) -> Schema:
    meanings = _meanings(cls)
    names = [name for name in types if name != EXTRA]
    properties = {name: result_schema(types[name]) | {"description": meanings.get(name, "")} for name in names}
    return {
        "title": name_of(cls),
        "description": Docstring.of(cls).text,
        "type": "object",
        **({"properties": properties} if properties else {}),
        "required": [name for name in names if not hasattr(cls, name)],
        "additionalProperties": result_schema(*get_args(types[EXTRA])) if EXTRA in types else False,
    }


def _meanings(cls: type) -> dict[str, str]:
    """Return the descriptions of properties from the docstrings of a class and its base classes."""
    classes = [each for each in reversed(cls.__mro__) if each not in dict.__mro__]
    return {name: text for each in classes for name, text in Docstring.of(each).attributes.items()}


def or_values(schema: Schema, values: Iterable[Json], named: Mapping[str, Schema]) -> Schema:
    """Return a schema that also allows some values.

    Args:
        schema: of the other values.
        values: null, a boolean, or an empty value; those that the schema allows are skipped.
        named: the schemas to which it refers.
    """
    admitted: list[Schema] = [*schema.get("anyOf", [schema])]
    for value in values:
        if _exactly(value) not in admitted and not any(_admits(each, value, named) for each in admitted):
            admitted.append(_exactly(value))
    return admitted[0] if len(admitted) == 1 else {"anyOf": admitted}


def _admits(schema: Schema, value: Json, named: Mapping[str, Schema]) -> bool:
    """Return whether a schema allows a value; an object only if it may be empty."""
    schema = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    kind = "integer" if schema["type"] == "number" else schema["type"]
    return _exactly(value)["type"] == kind and "const" not in schema and not schema.get("required")


TYPES = {NoneType: "null", bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}


def _exactly(value: Json) -> Schema:
    return {"type": TYPES[type(value)]} | ({} if value is None else {"const": value})
