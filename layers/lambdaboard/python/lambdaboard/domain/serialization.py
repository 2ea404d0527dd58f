"""How things are stored: each as one JSON text, within the size of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 350_000
"""Bytes of a doc: an item may have 400 KB."""


def serialize(struct: object, largest_parameter: str | Callable[[], str], largest: int = LARGEST) -> str:
    """Return a struct as its stored doc.

    Args:
        struct: what is stored.
        largest_parameter: the parameter that makes it large, or a function that returns it.
        largest: bytes that the doc may have.

    Raises:
        InvalidParams: it would have more; names the parameter (behaviour.md 7.2).
    """
    doc = msgspec.json.encode(struct)
    if len(doc) > largest:
        parameter = largest_parameter if isinstance(largest_parameter, str) else largest_parameter()
        raise InvalidParams(parameter, f"all that is stored with it would be larger than {largest:,} bytes")
    return doc.decode()
