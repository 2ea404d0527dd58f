"""Writers of the rows: into the table and the bucket, or nowhere, for a dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambdaboard.store.imports import ImportProgress, write_units

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.keys import Entity
    from lambdaboard.store.stores import Stores

PATIENCE = 900.0
"""Seconds for which a throttled request is repeated: a new table begins with 4,000 write units a second."""

DOLLARS_A_UNIT, DOLLARS_AN_UPLOAD = 0.625 / 1_000_000, 0.005 / 1_000
"""In us-east-1, in 2026; as in docs/costs.md."""


class Writer(Protocol):
    """A writer of a move.

    Attributes:
        units: write units that were used, or would be.
        uploads: contents that were written, or would be.
    """

    units: float
    uploads: int

    def put(self, actions: Iterable[TransactItem]) -> None:
        """Write items, whether or not they exist."""

    def upload(self, path: str, file: Path) -> None:
        """Write a content."""

    def raise_counter(self, entity: Entity, last_id: int) -> None:
        """Make new ids greater than this one."""

    def keep(self, progress: ImportProgress) -> None:
        """Store the progress of the move."""


class TableWriter:
    """Writes into the table and the bucket."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.units = 0.0
        self.uploads = 0

    def put(self, actions: Iterable[TransactItem]) -> None:
        """Write items, whether or not they exist."""
        self.units += self._stores.table.put_all(actions, PATIENCE)

    def upload(self, path: str, file: Path) -> None:
        """Write a content."""
        self.uploads += 1
        self._stores.blobs.upload(path, file)

    def raise_counter(self, entity: Entity, last_id: int) -> None:
        """Make new ids greater than this one."""
        self._stores.table.raise_counter(entity, last_id)

    def keep(self, progress: ImportProgress) -> None:
        """Store the progress of the move."""
        self._stores.imports.put(progress)


class DryWriter:
    """Writes nothing and counts the cost."""

    def __init__(self) -> None:
        self.units = 0.0
        self.uploads = 0

    def put(self, actions: Iterable[TransactItem]) -> None:
        """Count the units of items."""
        self.units += sum(write_units(action.request["Put"]["Item"]) for action in actions)

    def upload(self, path: str, file: Path) -> None:  # noqa: ARG002 - as the other one
        """Count a content."""
        self.uploads += 1

    def raise_counter(self, entity: Entity, last_id: int) -> None:  # noqa: ARG002
        """Count the unit."""
        self.units += 1

    def keep(self, progress: ImportProgress) -> None:  # noqa: ARG002
        """Count the unit."""
        self.units += 1


def dollars(writer: Writer) -> float:
    """Return the cost of the writes on demand, once; docs/costs.md has the cost of storage."""
    return writer.units * DOLLARS_A_UNIT + writer.uploads * DOLLARS_AN_UPLOAD
