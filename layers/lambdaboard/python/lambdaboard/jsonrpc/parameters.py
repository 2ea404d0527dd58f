"""Types for the signatures of procedures: what a client may send, and what the function gets of it.

Each is an ordinary type to mypy (`Integer` is an int), annotated with rules that `reader` puts together; they are those
of behaviour.md 1.4. A problem is told in a few words that follow the parameter's name, and never repeats the value.
"""

import re
import string
import sys
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

import msgspec

from lambdaboard.jsonrpc.envelope import Json

INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# int() gives up at 4,300 digits with a ValueError of its own; a number that means something ends long before.
LONGEST_NUMBER = 400


Read = Callable[[Json], Any]
"""Turns a JSON value into an argument, or raises Mismatch."""


class Mismatch(ValueError):  # noqa: N818 - says what is wrong with a value, to follow the parameter's name
    """A value is none of the type."""


class Reader(msgspec.Struct, frozen=True):
    """A rule that reads the values of a type."""

    read: Read


class Before(msgspec.Struct, frozen=True):
    """A rule that changes a value before it is read."""

    prepare: Callable[[Json], Json]


class After(msgspec.Struct, frozen=True):
    """A rule that changes an argument that was read."""

    finish: Callable[[Any], Any]


class RequiredUnless(msgspec.Struct, frozen=True):
    """A rule of a parameter that must be given, but for a call that gives one of others, which go by name only.

    Its default is what the function gets then. A client of the API that knows no such others is told what is missing.
    """

    names: frozenset[str]


# Cached: createTask has 22 parameters of 6 types, and a cold start waits for them.
@cache
def reader(annotation: Any) -> Read:
    """Return what reads a parameter of a type: one of those below, a text, or either of them or null.

    Raises:
        TypeError: there is no rule for that type.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _ruled(inner[0], inner[1:])
    if origin in {Union, UnionType} and NoneType in inner:
        (other,) = (each for each in inner if each is not NoneType)
        read = reader(other)
        return lambda value: None if value is None else read(value)
    if annotation is str:
        return _only_text
    raise TypeError(f"no rule for parameters of the type {annotation!r}")


def _ruled(kind: Any, rules: tuple[Any, ...]) -> Read:
    first = rules[0]
    read = first.read if isinstance(first, Reader) else reader(kind)
    for rule in rules:
        if isinstance(rule, Before | After):
            read = _with(read, rule)
    return read


def _with(read: Read, rule: Before | After) -> Read:
    if isinstance(rule, Before):
        return lambda value: read(rule.prepare(value))
    return lambda value: rule.finish(read(value))


def _integer(value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER and INTEGER.fullmatch(value):
        return int(value)
    raise Mismatch("must be an integer")


def _number(value: Json) -> int | float:
    number = _number_in(value) if isinstance(value, str) else value
    # The bounds keep out infinity and integers that no float can hold: arithmetic with the result cannot overflow.
    if _is_number(number) and -sys.float_info.max <= number <= sys.float_info.max:
        return number
    raise Mismatch("must be a number")


def _number_in(text: str) -> int | float | None:
    digits = text.strip(string.whitespace)
    if len(text) > LONGEST_NUMBER or not DECIMAL.fullmatch(digits):
        return None
    return int(digits) if INTEGER.fullmatch(digits) else float(digits)


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if _is_number(value):
        return str(value)
    raise Mismatch("must be a text")


def _only_text(value: Json) -> str:
    if isinstance(value, str):
        return value
    raise Mismatch("must be a text")


def _texts(value: Json) -> list[str]:
    if not isinstance(value, list):
        raise Mismatch("must be a list of texts")
    try:
        return [_text(element) for element in value]
    except Mismatch:
        raise Mismatch("must be a list of texts") from None


def _flag(value: Json) -> bool:
    # 1.0 == 1, but a fraction is no flag
    if isinstance(value, float) or value not in (True, False, "1", "0"):
        raise Mismatch("must be true or false")
    return bool(int(value))


def _values(value: Json) -> dict[str, Json] | list[Json]:
    if isinstance(value, dict | list):
        return value
    raise Mismatch("must be an object")


def _is_number(value: Json) -> TypeGuard[int | float]:
    # a bool is an int to isinstance, and none to a client
    return type(value) in {int, float}


def _zero_for_blank(value: Json) -> Json:
    return 0 if value == "" else value


Integer = Annotated[int, Reader(_integer)]
"""A JSON integer of any size, or a text `-?[0-9]+`; no boolean, no 5.0."""

Id = Integer
"""The number of a task, project, file …; by the rules of Integer."""

Number = Annotated[int | float, Reader(_number)]
"""A finite JSON number, or one in a text (`1.5`, `1e3`, blanks around it); int where it is written as an integer."""

Blank = Before(_zero_for_blank)
"""Makes `""` a 0: clients send the content of an empty field."""

IntegerOrBlank = Annotated[Integer, Blank]
NumberOrBlank = Annotated[Number, Blank]

Text = Annotated[str, Reader(_text)]
"""A text, or a number, which becomes its text: 5 is "5"."""

Texts = Annotated[list[str], Reader(_texts)]
"""A list of Text."""

Flag = Annotated[bool, Reader(_flag)]
"""true and false, and what PHP clients send for them: 1, 0, "1", "0"."""

Values = Annotated[dict[str, Any] | list[Any], Reader(_values)]
"""An object or a list, as it is: PHP writes an empty object as []."""

# --- the same in the words of JSON schema -----------------------------------------------------------------------

JSON_TYPES = {
    bool: "boolean",  # before int, whose subclass it is
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    NoneType: "null",
}
"""What each ordinary type is in JSON. Every type above is Annotated over one of these, or over a union of them."""


def json_schema(annotation: Any) -> dict[str, Json]:
    """Return the JSON schema of a parameter or a result: of what a client had best send, not of all that is accepted.

    Raises:
        TypeError: nothing of JSON is of that type.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is Any:
        return {}
    if origin is Annotated:
        return json_schema(inner[0])
    if origin in {Union, UnionType}:
        return _either([json_schema(each) for each in inner])
    schema: dict[str, Json] = {"type": _json_type(origin or annotation)}
    if inner and inner[-1] is not Any:
        schema["items" if schema["type"] == "array" else "additionalProperties"] = json_schema(inner[-1])
    return schema


def _json_type(kind: Any) -> str:
    for base, name in JSON_TYPES.items():
        if isinstance(kind, type) and issubclass(kind, base):
            return name
    raise TypeError(f"no type of JSON: {kind!r}")


def _either(schemas: list[dict[str, Json]]) -> dict[str, Json]:
    """Join schemas of different types, whose other keywords say nothing of each other's values."""
    if not all(schemas):
        return {}
    types = [schema["type"] for schema in schemas]
    flat = [name for each in types for name in (each if isinstance(each, list) else [each])]
    kept = [name for name in dict.fromkeys(flat) if not (name == "integer" and "number" in flat)]
    joined = {keyword: value for schema in schemas for keyword, value in schema.items()}
    return joined | {"type": kept if len(kept) > 1 else kept[0]}
