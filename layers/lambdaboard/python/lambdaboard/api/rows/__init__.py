"""Rows: the objects of results, each kind of them a class that says what it holds.

A row is a dict. By its class a wire format writes it, mypy checks its properties where they are given by name, and the
document of the API describes it (`jsonrpc/schemas.py`). The annotations are its properties, in the native format; one
that may be left out is ABSENT in the class. What they mean stands in the docstring, below `Attributes`. What makes the
rows of a class stands beside it, unless that takes a service. tests/integration/test_results.py proves that the answers
are what the classes say, so it fails for a new property that one of the two lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Mapping

ABSENT: Any = None
"""In the class of a row: the property may be left out."""


@dataclass_transform(kw_only_default=True)
class Row(dict[str, Any]):
    """An object of a result, whose numbers the documented format writes as text."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return a row of properties whose names come from elsewhere, such as those of a struct: mypy sees none."""
        return cls(values)


class DocumentRow(Row):
    """An OpenRPC document; each wire format has failure values and schemas of its own."""

    __extra_items__: ClassVar[Any]


class MetadataRow(Row):
    """Metadata: values by name. The documented format has it in a list, which is empty where there are none."""

    __extra_items__: ClassVar[str | None]
