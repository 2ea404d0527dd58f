"""How far `sweep` has come: a run looks at one part of the table and of the bucket, a round at all parts."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.errors import Conflict
from lambdaboard.store import keys, tombstones
from lambdaboard.store.actions import put, string
from lambdaboard.store.parallel import in_parts
from lambdaboard.store.tombstones import GROUPS, USERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.link_types import LinkTypeStore
    from lambdaboard.store.table import Table

GONE_FOR = 3_600
"""Seconds that what was removed is remembered at least: no call that may write its id takes so long."""

CURSOR = keys.sweep_cursor()


class Progress(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Where a run is, or where the next one goes on.

    Attributes:
        parts: of a round.
        part: what the run looks at, from 0.
        gone: users whose ids are forgotten at the end of the round, since they were removed long before it began.
        groups: removed ones, likewise.
        types: of links, which were removed long before the round began and are forgotten at its end, too.
        blob: path of the last content that was looked at.
        item: key of the last item, as DynamoDB takes it; None at the beginning of a part.
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


def begun(table: Table, link_types: LinkTypeStore, parts: int) -> Progress:
    """Begin a round: note what was removed so long ago that the round finds the last that names it (2)."""
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


def forget(table: Table, link_types: LinkTypeStore, progress: Progress) -> None:
    """End a round: forget what it has noted, since nothing names that any more."""
    for kind, ids in ((USERS, progress.gone), (GROUPS, progress.groups)):
        for action in chain.from_iterable(map(kind.delete_actions, in_parts(ids, 100))):
            table.update(action)
    if progress.types:
        stored = link_types.get()
        with suppress(Conflict):  # changed meanwhile: the next round does it
            table.write(*link_types.replace_actions(stored, stored.types.forgetting(progress.types)))


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
