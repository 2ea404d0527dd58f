"""The validator of a call's arguments: pydantic's core, with a schema from the types of the parameters.

pydantic's TypeAdapter would make the same schema, as the tests check, but its import takes a tenth of a cold
start. So only `openrpc` imports it, for JSON schemas (docs/decisions/0004-msgspec.md).
"""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import CoreSchema, SchemaValidator
from pydantic_core import core_schema as core

# An error never contains the value that was sent: it may be a password.
CONFIG = core.CoreConfig(title="params", strict=True, hide_input_in_errors=True)

STRICT: Mapping[Any, CoreSchema] = {
    int: core.int_schema(),
    int | float: core.union_schema([core.int_schema(), core.float_schema()]),
    str: core.str_schema(),
    list[str]: core.list_schema(core.str_schema()),
    list[int]: core.list_schema(core.int_schema()),
    bool: core.bool_schema(),
    dict[str, Any] | list[Any]: core.union_schema([core.dict_schema(core.str_schema()), core.list_schema()]),
}
"""The standard types of parameters; CONFIG makes them strict."""

WRAPPERS: Mapping[type, Any] = {
    BeforeValidator: core.no_info_before_validator_function,
    AfterValidator: core.no_info_after_validator_function,
}


def validator(annotations: Mapping[str, Any]) -> SchemaValidator:
    """Return the validator of a dict of arguments, each of which may be missing.

    Args:
        annotations: the types by name: each one of STRICT, with or without validators, or such a type or None.

    Raises:
        TypeError: another type.
    """
    fields = {name: core.typed_dict_field(schema(each), required=False) for name, each in annotations.items()}
    return SchemaValidator(core.typed_dict_schema(fields), CONFIG)


def schema(annotation: Any) -> CoreSchema:
    """Return the schema of one type; see `validator`."""
    if annotation in STRICT:
        return STRICT[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType} and inner[1:] == (NoneType,):
        return core.nullable_schema(schema(inner[0]))
    if origin is not Annotated:
        raise TypeError(f"no parameter can be of the type {annotation!r}")
    wrapped = schema(inner[0])
    for rule in inner[1:]:
        # anything else is not for validation; pydantic ignores it, too
        if type(rule) in WRAPPERS:
            wrapped = WRAPPERS[type(rule)](rule.func, wrapped)
    return wrapped
