"""What a container keeps from call to call; an entry that is lost, or wrong, costs a round trip and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from lambdaboard.store.keys.indexes import LaneKey

T = TypeVar("T")

MAX_ENTRIES = 10_000
"""Entries after which a part of the cache is emptied."""


class Cache(msgspec.Struct):
    """What a container keeps.

    Attributes:
        project_of: task -> the project that it was in; the read of the task there confirms it or not.
        place_of: task -> where it stood on its board; the read of the task confirms it or not, too.
        last_change_renewed: project -> when its last change was renewed, in Unix seconds.
    """

    project_of: dict[int, int] = msgspec.field(default_factory=dict)
    place_of: dict[int, LaneKey] = msgspec.field(default_factory=dict)
    last_change_renewed: dict[int, int] = msgspec.field(default_factory=dict)

    @staticmethod
    def put(part: dict[int, T], key: int, value: T) -> None:
        """Keep an entry in one of the parts."""
        if len(part) >= MAX_ENTRIES:
            part.clear()
        part[key] = value
