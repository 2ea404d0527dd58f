"""Positions of many tasks, from their places, without a read for each."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cache, partial
from typing import TYPE_CHECKING

from lambdaboard.store.parallel import gather_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.project import Lane, Resolver
    from lambdaboard.store.keys.indexes import LaneKey
    from lambdaboard.store.tasks import ListedTask

Order = tuple[bool, str]
"""The order of tasks in a lane: orphaned tasks behind the others, then by `LaneKey.order`."""


class Positions:
    """The open tasks of a project, lane by lane."""

    def __init__(self, resolver: Resolver, open_tasks: Iterable[LaneKey]) -> None:
        self._lane_of = cache(resolver.lane_of)  # there are many tasks in few lanes
        self._lanes: defaultdict[Lane, list[Order]] = defaultdict(list)
        for place in open_tasks:
            if place.is_active:
                lane, order = self._order(place)
                self._lanes[lane].append(order)
        for orders in self._lanes.values():
            orders.sort()

    def of(self, place: LaneKey) -> int:
        """Return the position of a task, 1..n; of a closed one, as if it were open."""
        lane, order = self._order(place)
        return bisect_left(self._lanes[lane], order) + 1

    def _order(self, place: LaneKey) -> tuple[Lane, Order]:
        own = (place.swimlane_id, place.column_id)
        lane = self._lane_of(own)
        return lane, (lane != own, place.order)


MAX_COUNTED = 5
"""The positions of up to this many tasks are counted one by one, which reads less than the keys of their lanes."""


def positions(
    context: Context,
    project_id: int,
    resolver: Resolver,
    listed: Sequence[ListedTask],
    open_places: Iterable[LaneKey] | None = None,
) -> dict[int, int]:
    """Return the position of each task of a project, 1..n, by task (1 round trip per MB of keys; 0 if all are known).

    Args:
        context: the call.
        project_id: the project.
        resolver: of the project.
        listed: the tasks.
        open_places: the places of all open tasks of the project, if they are known.
    """
    where = [each.lane_key for each in listed]
    if open_places is None and len(where) <= MAX_COUNTED and not any(map(resolver.is_orphaned, where)):
        counts = gather_map(partial(context.stores.lanes.position, project_id), where)
        return {place.task_id: count for place, count in zip(where, counts, strict=True)}
    known = Positions(
        resolver, _open_places(context, project_id, resolver, where) if open_places is None else open_places
    )
    return {place.task_id: known.of(place) for place in where}


def _open_places(context: Context, project_id: int, resolver: Resolver, where: Sequence[LaneKey]) -> list[LaneKey]:
    """Read the keys of these lanes; of all lanes, if one of the tasks is orphaned."""
    if any(map(resolver.is_orphaned, where)):
        return [*context.stores.task_index.lane_keys(project_id)]
    lanes = {(place.swimlane_id, place.column_id) for place in where}
    return context.stores.task_index.open_places(project_id, sorted(lanes))
