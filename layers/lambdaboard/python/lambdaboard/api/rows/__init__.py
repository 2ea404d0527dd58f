"""Rows: the objects of results, with a class for each kind.

A row is a dict. Its class decides how a wire format writes it, mypy checks its properties if they are given by name,
and the API document describes it (`jsonrpc/schemas.py`). The annotations are its properties, in the native format; an
optional one is ABSENT in the class. The docstring describes them, below `Attributes`. The functions that make rows of a
class are next to it, unless they need a service. tests/integration/test_results.py compares answers with the classes,
so it fails for a new property that one of the two does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Mapping

ABSENT: Any = None
"""In the class of a row: the property is optional."""


@dataclass_transform(kw_only_default=True)
class Row(dict[str, Any]):
    """An object of a result, whose numbers the documented format writes as strings."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return a row of properties whose names come from another place, such as a struct, unchecked by mypy."""
        return cls(values)


class DocumentRow(Row):
    """An OpenRPC document; each wire format has failure values and schemas of its own."""

    __extra_items__: ClassVar[Any]


class MetadataRow(Row):
    """Metadata: values by name. The documented format has it in a list, which is empty if there are none."""

    __extra_items__: ClassVar[str | None]
