"""What a container remembers from call to call; forgetting it costs a round trip and nothing else."""

from __future__ import annotations

import msgspec

MANY = 10_000
"""Entries after which one of these begins anew."""


class Cache(msgspec.Struct):
    """What a container remembers.

    Attributes:
        project_of: task -> the project that it was in; a read there proves or disproves it.
        touched: project -> when its last change was renewed, in Unix seconds.
    """

    project_of: dict[int, int] = msgspec.field(default_factory=dict)
    touched: dict[int, int] = msgspec.field(default_factory=dict)

    @staticmethod
    def keep(cache: dict[int, int], key: int, value: int) -> None:
        """Remember an entry."""
        if len(cache) >= MANY:
            cache.clear()
        cache[key] = value
