"""How far `sweep` has come: a run looks at one part of the table and of the bucket, a round at all parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.store import keys
from lambdaboard.store.actions import put, string

if TYPE_CHECKING:
    from lambdaboard.store.table import Table

CURSOR = keys.sweep_cursor()


class Progress(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Where a run is, or where the next one goes on.

    Attributes:
        parts: of a round.
        part: what the run looks at, from 0.
        gone: users whose ids are forgotten at the end of the round, since they were removed long before it began.
        types: of links, which were removed long before the round began and are forgotten at its end, too.
        blob: path of the last content that was looked at.
        item: key of the last item, as DynamoDB takes it; None at the beginning of a part.
    """

    parts: int = 0
    part: int = 0
    gone: list[int] = []
    types: list[int] = []
    blob: str = ""
    item: dict[str, Any] | None = None

    @property
    def is_last_part(self) -> bool:
        """Whether the round ends with this part."""
        return self.part + 1 == self.parts

    def next_part(self) -> Progress:
        """Return the beginning of the next part."""
        return Progress(parts=self.parts, part=self.part + 1, gone=self.gone, types=self.types)


def load(table: Table) -> Progress:
    """Read where the next run goes on (1); without parts where a round is to begin."""
    cursor = table.get_one(CURSOR)
    return msgspec.json.decode(cursor["doc"]["S"], type=Progress) if cursor else Progress()


def save(table: Table, progress: Progress) -> None:
    """Write where the next run goes on (1)."""
    table.write(put(CURSOR, {"doc": string(msgspec.json.encode(progress).decode())}))


def clear(table: Table) -> None:
    """Let the next run begin a round (1)."""
    table.delete_all([CURSOR])
