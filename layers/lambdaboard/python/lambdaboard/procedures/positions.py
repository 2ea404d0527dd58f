"""Positions of many tasks, from where they stand, without a read for each."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.domain.project import Places
    from lambdaboard.store.keys import LaneKey

Order = tuple[bool, str, int]
"""How tasks stand in a lane: those whose own column is gone behind the others, then by rank, then by id."""


class Positions:
    """The open tasks of a project, lane by lane."""

    def __init__(self, places: Places, open_tasks: Iterable[LaneKey]) -> None:
        self._places = places
        self._lanes: defaultdict[tuple[int, int], list[Order]] = defaultdict(list)
        for place in open_tasks:
            if place.is_active:
                insort(self._lanes[self._home(place)], self._order(place))

    def of(self, place: LaneKey) -> int:
        """Return the position of a task, 1..n; of a closed one, as if it were open."""
        return bisect_left(self._lanes[self._home(place)], self._order(place)) + 1

    def _home(self, place: LaneKey) -> tuple[int, int]:
        swimlane_id, column_id = place.swimlane_id, place.column_id
        return (
            swimlane_id if swimlane_id in self._places.swimlanes else self._places.first_swimlane,
            column_id if column_id in self._places.columns else self._places.first_column,
        )

    def _order(self, place: LaneKey) -> Order:
        return self._places.is_homeless(place), place.rank, place.task_id
