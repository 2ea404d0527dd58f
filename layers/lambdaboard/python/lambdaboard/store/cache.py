"""Data that a container keeps between calls; a lost or wrong entry only costs a round trip."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from lambdaboard.store.keys.indexes import LaneKey

T = TypeVar("T")

MAX_ENTRIES = 10_000
"""The number of entries at which a part of the cache is emptied."""


class Cache(msgspec.Struct):
    """The data that a container keeps.

    Attributes:
        project_of: task -> the project that it was in; each use is confirmed by the read of the task.
        place_of: task -> its place on its board; confirmed in the same way.
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
