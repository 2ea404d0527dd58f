"""The sort keys of the indexes, in which only tasks are, and the partitions of the index of all due dates."""

from __future__ import annotations

from typing import NamedTuple

from lambdaboard.domain.casefold import casefold, uppercase_mask

DUE_SHARDS = 4
"""Partitions of the index of due dates over all projects: each takes 1,000 writes a second."""


def padded(number: int) -> str:
    """Write an id or a date so that strings sort as numbers."""
    return f"{number:012}"


def by_status(is_active: int, task_id: int) -> str:
    """Return the sort key of the index by status."""
    return f"{is_active}#{padded(task_id)}"


def lane(swimlane_id: int, column_id: int) -> str:
    """Return what the lane keys of a column and swimlane begin with."""
    return f"{swimlane_id}#{column_id}#"


def open_lane(swimlane_id: int, column_id: int) -> str:
    """Return what the lane keys of the open tasks of a column and swimlane begin with."""
    return f"{lane(swimlane_id, column_id)}1#"


def lanes_of(swimlane_id: int) -> str:
    """Return what the lane keys of a swimlane begin with, in whatever column."""
    return f"{swimlane_id}#"


def by_reference(reference: str, task_id: int) -> str:
    """Return the sort key of the index by reference: whatever the letter case, by id; the capitals come last.

    So a search that ignores letter case finds a reference by the beginning of its key, which is exact all the same.
    """
    return f"{casefold(reference)}\0{padded(task_id)}\0{uppercase_mask(reference)}"


def begins_reference(begins: str) -> str:
    """Return what the keys of all references begin with that begin so, in whatever letter case."""
    return casefold(begins)


def folded_reference(by_reference: str) -> str:
    """Return the reference of a sort key of the index by reference, in lower case."""
    return by_reference.rsplit("\0", 2)[0]


def of_reference(reference: str) -> str:
    """Return what the keys of a reference begin with, in whatever letter case."""
    return f"{casefold(reference)}\0"


def by_due(date_due: int, task_id: int) -> str:
    """Return the sort key of both indexes by due date."""
    return f"{padded(date_due)}#{padded(task_id)}"


def due_until(now: int, since: int = 1) -> tuple[str, str]:
    """Return the range of the due dates up to a time, from another one on, both seconds included."""
    return padded(since), f"{padded(now)}#~"


def due_shard(shard: int) -> str:
    """Return the partition of the index of due dates over all projects."""
    return f"DUE#{shard % DUE_SHARDS}"


class LaneKey(NamedTuple):
    """The sort key of the index by lane: `<swimlane>#<column>#<is_active>#<rank>#<id>`."""

    swimlane_id: int
    column_id: int
    is_active: int
    rank: str
    task_id: int

    @classmethod
    def parse(cls, text: str) -> LaneKey:
        """Read a lane key; a rank has no `#`."""
        swimlane_id, column_id, is_active, rank, task_id = text.split("#")
        return cls(int(swimlane_id), int(column_id), int(is_active), rank, int(task_id))

    def text(self) -> str:
        """Return the key as it is stored."""
        return f"{lane(self.swimlane_id, self.column_id)}{self.is_active}#{self.rank}#{padded(self.task_id)}"

    def open_range(self) -> tuple[str, str]:
        """Return the range of the open tasks of this lane that are before this place, or at it."""
        start = open_lane(self.swimlane_id, self.column_id)
        return start, f"{start}{self.rank}#{padded(self.task_id)}"
