"""Serialization: each thing as one JSON string, within the size of an item, without loss of data (decision 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

from lambdaboard.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 350_000
"""Bytes of a doc: an item may have 400 KB."""

NEWER = "+"
"""The temporary name of `Doc.newer` in JSON, before its properties replace it; no property has this name."""


_MARK = f'"{NEWER}":'.encode()


class Doc(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A thing that is read, changed and written as a whole, or a part of one.

    Attributes:
        newer: properties of a newer release, as a JSON object in a string; "" for none. They are written unchanged.
    """

    newer: str = msgspec.field(default="", name=NEWER)


S = TypeVar("S")


def properties(struct: msgspec.Struct) -> dict[str, Any]:
    """Return the properties of a struct by name, in their order, without those of newer releases."""
    values = msgspec.structs.asdict(struct)
    values.pop("newer", None)
    return values


def decoder(struct: type[S]) -> Callable[[str | bytes], S]:
    """Return a function that reads the stored docs of a struct, also those of newer releases."""
    strict = msgspec.json.Decoder(struct).decode

    def decode(doc: str | bytes) -> S:
        try:
            return strict(doc)
        except msgspec.ValidationError:
            known = _known(msgspec.json.decode(doc), inspect.type_info(struct))
            return strict(msgspec.json.encode(known))

    return decode


def _known(value: Any, kind: inspect.Type) -> Any:
    """Return a value with unknown properties moved to `newer`."""
    if isinstance(kind, inspect.UnionType):
        structs = [each for each in kind.types if isinstance(each, inspect.StructType)]
        return _known(value, structs[0]) if structs and isinstance(value, dict) else value
    if isinstance(kind, inspect.VarTupleType):
        return [_known(each, kind.item_type) for each in value]
    if isinstance(kind, inspect.DictType):
        return {name: _known(each, kind.value_type) for name, each in value.items()}
    return _known_struct(value, kind) if isinstance(kind, inspect.StructType) else value


def _known_struct(value: dict[str, Any], kind: inspect.StructType) -> dict[str, Any]:
    types = {field.encode_name: field.type for field in kind.fields}
    newer = {name: each for name, each in value.items() if name not in types}
    known = {name: _known(each, types[name]) for name, each in value.items() if name in types}
    return known | {NEWER: msgspec.json.encode(newer).decode()} if newer and NEWER in types else known


def encode(struct: object) -> bytes:
    """Return a struct as its stored doc, with the properties of a newer release."""
    doc = msgspec.json.encode(struct)
    return msgspec.json.encode(_whole(msgspec.json.decode(doc))) if NEWER.encode() in doc else doc


def _whole(value: Any) -> Any:
    """Return a value with the properties in `newer` in their place."""
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if not isinstance(value, dict):
        return value
    newer = msgspec.json.decode(value.pop(NEWER)) if NEWER in value else {}
    return {name: _whole(each) for name, each in value.items()} | newer


def serialize(struct: object, largest_parameter: str | Callable[[], str], largest: int = LARGEST) -> str:
    """Return a struct as its stored doc.

    Args:
        struct: the struct.
        largest_parameter: the parameter that makes it large, or a function that returns it.
        largest: the limit of bytes of the doc.

    Raises:
        InvalidParams: it is larger; names the parameter (behaviour.md 7.2).
    """
    doc = encode(struct)
    if len(doc) > largest:
        parameter = largest_parameter if isinstance(largest_parameter, str) else largest_parameter()
        raise InvalidParams(parameter, f"the stored data would be larger than {largest:,} bytes")
    return doc.decode()
