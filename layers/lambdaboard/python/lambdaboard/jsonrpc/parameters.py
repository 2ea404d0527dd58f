"""Types for the signatures of procedures: the values that clients may send, and the arguments of the function.

For mypy each is a standard type (`Integer` is an int). For pydantic it is that type, strict, after a validator with the
conversions of behaviour.md 1.4. The message of an error follows the name of the parameter and never contains the value.
"""

import re
import string
import sys
from contextlib import suppress
from typing import Annotated, Any, TypeGuard

import msgspec
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lambdaboard.jsonrpc.envelope import Json

INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# int() raises ValueError beyond 4,300 digits; no meaningful number has as many.
LONGEST_NUMBER = 400


class RequiredUnless(msgspec.Struct, frozen=True):
    """The rule that a parameter is required, unless the call has one of others by name.

    The function then gets its default. If the call has none of them, the error says that this one is missing.
    """

    names: frozenset[str]


def _integer(value: Json) -> int:
    if type(value) is int:  # not a boolean
        return value
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER and INTEGER.fullmatch(value):
        return int(value)
    raise PydanticCustomError("integer", "must be an integer")


def _number(value: Json) -> int | float:
    number = _number_in(value) if isinstance(value, str) else value
    # The bounds exclude infinity and integers that are too large for a float, so arithmetic cannot overflow.
    if _is_number(number) and -sys.float_info.max <= number <= sys.float_info.max:
        return number
    raise PydanticCustomError("number", "must be a number")


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
    raise PydanticCustomError("string", "must be a string")


def _is_text(value: Json) -> bool:
    return isinstance(value, str) or _is_number(value)


def _texts(value: Json) -> list[str]:
    # all elements here, not each by a validator, so that there is only one error
    if isinstance(value, list) and all(map(_is_text, value)):
        return [str(element) for element in value]
    raise PydanticCustomError("strings", "must be a list of strings")


def _integers(value: Json) -> list[int]:
    if isinstance(value, list):
        with suppress(PydanticCustomError):
            return [_integer(element) for element in value]
    raise PydanticCustomError("integers", "must be a list of integers")


def _flag(value: Json) -> bool:
    # 1.0 == 1, but a fraction is not a flag
    if isinstance(value, float) or value not in (True, False, "1", "0"):
        raise PydanticCustomError("flag", "must be true or false")
    return bool(int(value))


def _values(value: Json) -> dict[str, Json] | list[Json]:
    if isinstance(value, dict | list):
        return value
    raise PydanticCustomError("object", "must be an object")


def _is_number(value: Json) -> TypeGuard[int | float]:
    # for isinstance a bool is an int, for a client it is not
    return type(value) in {int, float}


def _zero_for_blank(value: Json) -> Json:
    return 0 if value == "" else value


Integer = Annotated[int, BeforeValidator(_integer)]
"""A JSON integer of any size, or a string `-?[0-9]+`; not a boolean or 5.0."""

Number = Annotated[int | float, BeforeValidator(_number, json_schema_input_type=float)]
"""A finite JSON number, or one in a string (`1.5`, `1e3`, with spaces around it); int if it is written as one."""

IntegerOrBlank = Annotated[Integer, BeforeValidator(_zero_for_blank)]
"""An Integer, or `""` for 0: clients send the content of an empty field."""

NumberOrBlank = Annotated[Number, BeforeValidator(_zero_for_blank)]
"""A Number, or `""` for 0."""

Text = Annotated[str, BeforeValidator(_text)]
"""A string, or a number, which becomes its string: 5 is "5"."""

Texts = Annotated[list[str], BeforeValidator(_texts)]
"""A list of strings and numbers; the numbers become their strings."""

Integers = Annotated[list[int], BeforeValidator(_integers)]
"""A list of integers, each as for Integer."""

Flag = Annotated[bool, BeforeValidator(_flag)]
"""true and false, or as PHP clients send them: 1, 0, "1", "0"."""

Values = Annotated[dict[str, Any] | list[Any], BeforeValidator(_values)]
"""An object or a list, unchanged: PHP writes an empty object as []."""
