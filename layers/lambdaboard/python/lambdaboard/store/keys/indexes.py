"""The sort keys of the indexes, in which only tasks are, and the partitions of the index of all due dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from lambdaboard.domain import sortable
from lambdaboard.domain.casefold import casefold, uppercase_mask

if TYPE_CHECKING:
    from collections.abc import Mapping

DUE_SHARDS = 4
"""Partitions of the index of due dates over all projects: each takes 1,000 writes a second."""

LANE = "l"
"""The sort key of the index by lane; a short name, since it is read with each of thousands of keys."""


def padded(number: int) -> str:
    """Write an id or a date so that strings sort as numbers."""
    return f"{number:012}"


def by_status(is_active: int, task_id: int) -> str:
    """Return the sort key of the index by status."""
    return f"{is_active}#{padded(task_id)}"


def lane(swimlane_id: int, column_id: int) -> str:
    """Return the common beginning of the lane keys of a column and swimlane."""
    return lanes_of(swimlane_id) + sortable.encode(column_id)


def open_lane(swimlane_id: int, column_id: int) -> str:
    """Return the common beginning of the lane keys of the open tasks of a column and swimlane."""
    return f"{lane(swimlane_id, column_id)}1"


def lanes_of(swimlane_id: int) -> str:
    """Return the common beginning of the lane keys of a swimlane, in all columns."""
    return sortable.encode(swimlane_id)


def by_reference(reference: str, task_id: int) -> str:
    """Return the sort key of the index by reference: in lower case, the id, then which letters are capitals.

    So a case-insensitive search finds a reference by the beginning of its key, and the key still has the exact one.
    """
    return f"{casefold(reference)}\0{padded(task_id)}\0{uppercase_mask(reference)}"


def begins_reference(begins: str) -> str:
    """Return the beginning of the keys of all references with a beginning, in any letter case."""
    return casefold(begins)


def folded_reference(by_reference: str) -> str:
    """Return the reference of a sort key of the index by reference, in lower case."""
    return by_reference.rsplit("\0", 2)[0]


def of_reference(reference: str) -> str:
    """Return the common beginning of the keys of a reference, in any letter case."""
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
    """The sort key of the index by lane: `<swimlane><column><is_active><rank>`, the numbers as in `domain.sortable`.

    `#<id>` follows, unless the rank begins with the task's own id, as for a task that was not moved.
    """

    swimlane_id: int
    column_id: int
    is_active: int
    rank: str
    task_id: int

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """Return the place of a task from its item, or from an entry of an index that has the lane key."""
        return cls.parse(item[LANE]["S"])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a lane key; a rank has no `#`."""
        swimlane, rest = sortable.split(text)
        column, rest = sortable.split(rest)
        rank, _, task = rest[1:].partition("#")
        task_id = sortable.decode(task or sortable.split(rank)[0])
        return cls(sortable.decode(swimlane), sortable.decode(column), int(rest[0]), rank, task_id)

    def text(self) -> str:
        """Return the key as it is stored."""
        return f"{lane(self.swimlane_id, self.column_id)}{self.is_active}{self.order}"

    @property
    def order(self) -> str:
        """The sort order of tasks in a lane: by rank; if equal, one that begins with its own id first; then by id."""
        own = sortable.encode(self.task_id)
        return self.rank if self.rank.startswith(own) else f"{self.rank}#{own}"

    def open_range(self) -> tuple[str, str]:
        """Return the range of the open tasks of this lane up to this place, included."""
        start = open_lane(self.swimlane_id, self.column_id)
        return start, start + self.order
