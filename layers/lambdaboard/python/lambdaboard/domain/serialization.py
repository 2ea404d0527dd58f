"""How things are stored: each as one JSON text, within the size of an item, and nothing of it is lost (decision 14)."""

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
"""The name of `Doc.newer` in JSON until its properties are put in its place: no property is called that."""


_MARK = f'"{NEWER}":'.encode()


class Doc(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is read, changed and written as a whole, or a part of that.

    Attributes:
        newer: the properties that only a newer release knows, as the JSON text of an object; "" for none. They are
            written as they were read.
    """

    newer: str = msgspec.field(default="", name=NEWER)


S = TypeVar("S")


def properties(struct: msgspec.Struct) -> dict[str, Any]:
    """Return the properties of a struct by name, in their order: those that this release knows."""
    values = msgspec.structs.asdict(struct)
    values.pop("newer", None)
    return values


def decoder(struct: type[S]) -> Callable[[str | bytes], S]:
    """Return what reads the stored docs of a struct, those that a newer release wrote too."""
    strict = msgspec.json.Decoder(struct).decode

    def decode(doc: str | bytes) -> S:
        try:
            return strict(doc)
        except msgspec.ValidationError:
            known = _known(msgspec.json.decode(doc), inspect.type_info(struct))
            return strict(msgspec.json.encode(known))

    return decode


def _known(value: Any, kind: inspect.Type) -> Any:
    """Return a value with what no struct of its type knows moved to `newer`."""
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
    """Return a struct as its stored doc, with what a newer release wrote."""
    doc = msgspec.json.encode(struct)
    return msgspec.json.encode(_whole(msgspec.json.decode(doc))) if NEWER.encode() in doc else doc


def _whole(value: Any) -> Any:
    """Return a value with what `newer` holds put in its place."""
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if not isinstance(value, dict):
        return value
    newer = msgspec.json.decode(value.pop(NEWER)) if NEWER in value else {}
    return {name: _whole(each) for name, each in value.items()} | newer


def serialize(struct: object, largest_parameter: str | Callable[[], str], largest: int = LARGEST) -> str:
    """Return a struct as its stored doc.

    Args:
        struct: what is stored.
        largest_parameter: the parameter that makes it large, or what tells it.
        largest: bytes that the doc may have.

    Raises:
        InvalidParams: it would have more; names the parameter (behaviour.md 7.2).
    """
    doc = encode(struct)
    if len(doc) > largest:
        parameter = largest_parameter if isinstance(largest_parameter, str) else largest_parameter()
        raise InvalidParams(parameter, f"the stored data would be larger than {largest:,} bytes")
    return doc.decode()
