"""The places of tasks in a column and swimlane, and ranks for new places; a lane is never read completely.

A place is a rank: a string between the ranks of its neighbours (decision 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.ordering import MAX_RANK, rank_between
from lambdaboard.errors import Reason, Rejected
from lambdaboard.store import keys
from lambdaboard.store.actions import Version, string, update_version
from lambdaboard.store.keys.indexes import LANE, LaneKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.table import Table

SPREAD_AT_ONCE = 25
"""The number of tasks of equal rank that one call moves apart."""

END = "~"
"""Sorts behind every rank."""


class Preceding(msgspec.Struct, frozen=True):
    """The open tasks in front of a position: how many, up to the number asked for, and the key of the last of them."""

    counted: int
    last: Item

    @property
    def key(self) -> LaneKey | None:
        """The place of the last one; None if DynamoDB returned none, since no other follows."""
        return LaneKey.of(self.last) if self.last else None

    def is_all(self, position: int) -> bool:
        """Return whether no open task is at the position or behind it."""
        return self.counted < position - 1 or (position > 1 and self.key is None)

    def reached(self, position: int, *, is_among: bool) -> int:
        """Return the position of a task after a move to a position; beyond the end it is the last one.

        Args:
            position: as the client sent it.
            is_among: the task is an open one of this lane already.
        """
        return min(position, self.counted + (0 if is_among else 1)) if self.is_all(position) else position


class NewRank(msgspec.Struct, frozen=True):
    """The rank that puts a task at a position.

    Attributes:
        actions: move other ranks apart; they are written before it, in this order, and each is harmless by itself.
    """

    rank: str
    actions: list[TransactItem] = msgspec.field(default_factory=list)


class Lanes:
    """Reads and finds places in the lanes of a project. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def position(self, project_id: int, place: LaneKey) -> int:
        """Return the position of a task among the open ones, 1..n; of a closed one, as if it were open (1)."""
        return sum(self.counts(project_id, place))

    def counts(self, project_id: int, place: LaneKey) -> Iterator[int]:
        """Yield numbers whose sum is the position of a task (1; then 1 per MB, only as far as they are used)."""
        yield from self._table.count_pages(keys.project_pk(project_id), "by_lane", place.open_range())
        yield 0 if place.is_active else 1

    def last_position(self, project_id: int, place: LaneKey) -> int:
        """Return the position behind all open tasks of a lane (1)."""
        behind = place._replace(rank=END, is_active=0)
        return self.position(project_id, behind)

    def number(self, project_id: int, place: LaneKey, stored: LaneKey | None) -> int:
        """Return the position that a task would have at a place among the open ones, itself not counted twice (1).

        Args:
            project_id: the project.
            place: the new place, open or closed.
            stored: the place in the table; None for a new task.
        """
        counted = self.position(project_id, place._replace(is_active=1))
        if stored and stored.is_active and stored[:2] == place[:2] and stored.order <= place.order:
            return counted
        return counted + 1

    def preceding(self, project_id: int, swimlane_id: int, column_id: int, position: int) -> Preceding:
        """Look for the task in front of a position (from 1) of a lane (1; none for position 1)."""
        if position == 1:
            return Preceding(0, {})
        limit = min(position - 1, 1_000_000)
        between = _end(swimlane_id, column_id).open_range()
        return Preceding(*self._table.count(keys.project_pk(project_id), "by_lane", between, limit))

    def rank_at(self, project_id: int, own: LaneKey, target: LaneKey, position: int, before: Preceding) -> NewRank:
        """Find the rank that puts a task at a position among the open tasks of a lane, itself not counted (1).

        Args:
            project_id: the project of both places.
            own: the place of the task.
            target: the lane, as any place in it.
            position: from 1; beyond the end means last.
            before: the result of `preceding` for that position.

        Returns:
            the task's own rank if it is last already and is moved beyond the end.

        Raises:
            Rejected: it has that position already (behaviour.md 3.8).
        """
        if before.is_all(position):
            return NewRank(self._rank_at_end(project_id, own, target, is_next=before.counted == position - 1))
        following = self._following(project_id, target, before)
        is_home = own[:2] == target[:2]
        if is_home and _is_between(before.key, own, following[0] if following else None):
            raise Rejected(Reason.ALREADY_THERE, "position")
        if not following and before.key and before.key.task_id == own.task_id:
            return NewRank(own.rank)
        lower, upper = _neighbours(own if is_home else None, before.key, following)
        return self._between(project_id, own, lower, upper)

    def _following(self, project_id: int, target: LaneKey, before: Preceding) -> list[LaneKey]:
        """Read the two open tasks behind a place (1)."""
        items = self._table.query(
            keys.project_pk(project_id),
            "by_lane",
            between=_end(target.swimlane_id, target.column_id).open_range(),
            after=before.last or None,
            limit=2,
        )
        return [LaneKey.of(item) for item in items]

    def _rank_at_end(self, project_id: int, own: LaneKey, target: LaneKey, *, is_next: bool) -> str:
        """Find the rank behind the last open task of a lane (1); `is_next`: the position is that of a new last one."""
        items = self._table.query(
            keys.project_pk(project_id),
            "by_lane",
            between=_end(target.swimlane_id, target.column_id).open_range(),
            forward=False,
            limit=1,
        )
        last = next((LaneKey.of(item) for item in items), None)
        if last and last.task_id == own.task_id:
            return own.rank
        if last and is_next and own[:2] == target[:2] and not own.is_active and last.order < own.order:
            raise Rejected(Reason.ALREADY_THERE, "position")
        return rank_between(last.rank if last else None, None, own.task_id)

    def _between(self, project_id: int, own: LaneKey, lower: LaneKey | None, upper: LaneKey | None) -> NewRank:
        """Return a rank between two neighbours; equal ones, and ranks that are too long, are moved apart."""
        if lower is None or upper is None:
            return NewRank(rank_between(lower.rank if lower else None, upper.rank if upper else None, own.task_id))
        if lower.rank < upper.rank:
            rank = rank_between(lower.rank, upper.rank, own.task_id)
            if len(rank) <= MAX_RANK:
                return NewRank(rank)
        ranks = self._moved_up(project_id, upper)
        rank = rank_between(lower.rank, ranks[upper], own.task_id)
        others = {place: new for place, new in ranks.items() if place.task_id != own.task_id}
        return NewRank(rank, self._rank_actions(project_id, others))

    def _moved_up(self, project_id: int, first: LaneKey) -> dict[LaneKey, str]:
        """Return new ranks for a task, and those of equal rank behind it, towards the next greater rank (1).

        From the last one back, so that the tasks keep their order after each write.
        """
        run, ceiling = self._run(project_id, first)
        ranks: dict[LaneKey, str] = {}
        for place in reversed(run or [first]):
            ceiling = ranks[place] = rank_between(place.rank, ceiling, place.task_id)
        return ranks

    def _run(self, project_id: int, first: LaneKey) -> tuple[list[LaneKey], str | None]:
        """Read the tasks of equal rank from one on, up to the number moved at once, and the next rank (1)."""
        pk, end = keys.project_pk(project_id), _end(first.swimlane_id, first.column_id)
        run: list[LaneKey] = []
        for item in self._table.query(pk, "by_lane", between=(first.text(), end.open_range()[1])):
            place = LaneKey.of(item)
            if place.rank != first.rank or len(run) > SPREAD_AT_ONCE:
                return run, place.rank
            run.append(place)
        return run, None

    def _rank_actions(self, project_id: int, ranks: dict[LaneKey, str]) -> list[TransactItem]:
        """Return the actions that give tasks these ranks, unless another client has changed them meanwhile (1)."""
        items = self._table.get(keys.task(project_id, place.task_id) for place in ranks)
        stored = {LaneKey.of(item): (key, item) for key, item in items.items()}
        return [
            update_version(
                stored[place][0], Version.of(stored[place][1]), {LANE: string(place._replace(rank=rank).text())}
            )
            for place, rank in ranks.items()
            if place in stored
        ]


def _end(swimlane_id: int, column_id: int) -> LaneKey:
    return LaneKey(swimlane_id, column_id, 1, END, keys.LAST_ID)


def _neighbours(
    own: LaneKey | None, before: LaneKey | None, following: list[LaneKey]
) -> tuple[LaneKey | None, LaneKey | None]:
    """Return the neighbours of a place; a task that moves from before it is not counted."""
    ahead: list[LaneKey | None] = [before, *following, None, None]
    place = 1 if following and _is_in_front(own, before) else 0
    return ahead[place], ahead[place + 1]


def _is_in_front(own: LaneKey | None, before: LaneKey | None) -> bool:
    return own is not None and before is not None and bool(own.is_active) and own.order <= before.order


def _is_between(lower: LaneKey | None, own: LaneKey, upper: LaneKey | None) -> bool:
    """Return whether a task is number p itself: behind number p-1, and number p is the task or is behind it."""
    is_behind = lower is None or lower.order < own.order
    return is_behind and (upper is None or own.order <= upper.order)
