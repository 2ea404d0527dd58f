"""The progress of `sweep`: a run reads one part of the table and of the bucket, a round all parts."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.errors import Conflict
from lambdaboard.store import keys, tombstones
from lambdaboard.store.actions import put, string
from lambdaboard.store.maintenance import rewrite
from lambdaboard.store.tombstones import GROUPS, USERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.link_types import LinkTypeStore
    from lambdaboard.store.table import Table

GONE_FOR = 3_600
"""Tombstones are kept for at least these seconds: no call that may write the id takes as long."""

CURSOR = keys.sweep_cursor()


class Progress(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The place where a run is, or where the next one continues.

    Attributes:
        parts: of a round.
        part: that the run reads, from 0.
        gone: users who were removed long before the round began; their tombstones are deleted at its end.
        groups: the same for groups.
        types: the same for types of links.
        blob: path of the last content that was read.
        item: key of the last item, in DynamoDB's form; None at the beginning of a part.
    """

    parts: int = 0
    part: int = 0
    gone: list[int] = []
    groups: list[int] = []
    types: list[int] = []
    blob: str = ""
    item: dict[str, Any] | None = None

    @property
    def is_last_part(self) -> bool:
        """Whether the round ends with this part."""
        return self.part + 1 == self.parts

    def next_part(self) -> Progress:
        """Return the beginning of the next part."""
        return Progress(parts=self.parts, part=self.part + 1, gone=self.gone, groups=self.groups, types=self.types)


def begin_round(table: Table, link_types: LinkTypeStore, parts: int) -> Progress:
    """Begin a round: note the ids that were removed so long ago that the round finds all references to them (2)."""
    long_ago = time.time() - GONE_FOR
    copies = table.get(tombstones.COPIES, is_consistent=False)
    return Progress(
        parts=parts,
        gone=_removed_before(long_ago, USERS.ids(copies)),
        groups=_removed_before(long_ago, GROUPS.ids(copies)),
        types=_removed_before(long_ago, link_types.get().types.removed),
    )


def _removed_before(moment: float, removed: Mapping[int, int]) -> list[int]:
    return [each for each, at in removed.items() if at < moment]


def end_round(table: Table, link_types: LinkTypeStore, progress: Progress) -> None:
    """End a round: delete the tombstones of the ids that it has noted, which no item names any more."""
    names = USERS.names(progress.gone) | GROUPS.names(progress.groups)
    for key in tombstones.COPIES if names else ():
        rewrite(table, key, partial(tombstones.without, names=names))
    if progress.types:
        stored = link_types.get()
        with suppress(Conflict):  # changed meanwhile: the next round does it
            table.write(*link_types.replace_actions(stored, stored.types.forgetting(progress.types)))


def load(table: Table) -> Progress:
    """Read where the next run continues (1); without parts if a round is to begin."""
    cursor = table.get_one(CURSOR)
    return msgspec.json.decode(cursor["doc"]["S"], type=Progress) if cursor else Progress()


def save(table: Table, progress: Progress) -> None:
    """Write where the next run continues (1)."""
    table.write(put(CURSOR, {"doc": string(msgspec.json.encode(progress).decode())}))


def clear(table: Table) -> None:
    """Let the next run begin a round (1)."""
    table.delete_all([CURSOR])
