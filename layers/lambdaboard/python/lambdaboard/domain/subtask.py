"""Subtasks: what is stored of them, and what their task keeps of them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.properties import MAX_INTEGER
from lambdaboard.errors import Reason, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambdaboard.domain.task import Task

Hours = int | float

TODO, IN_PROGRESS, DONE = 0, 1, 2

STATUS_NAMES = {TODO: "Todo", IN_PROGRESS: "In progress", DONE: "Done"}

SECONDS_AN_HOUR = 3_600


class Subtask(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A subtask as it is stored; a doc of an older release reads with these defaults, so they never change.

    Attributes:
        status: any integer; those of STATUS_NAMES have a name.
        time_estimated: hours, as `time_spent`.
        user_id: who shall do it; 0 for nobody.
        position: from 1; removing one leaves a gap, and two may have the same.
        date_creation: Unix seconds; shown nowhere, for `sweep`.
        generation: the task's `subtask_generation` when the subtask was written; below it, the subtask is done.
        timers: user -> Unix seconds since when their timer runs.
    """

    id: int
    title: str
    status: int = TODO
    time_estimated: Hours = 0
    time_spent: Hours = 0
    task_id: int
    user_id: int = 0
    position: int
    date_creation: int
    generation: int = 0
    timers: dict[int, int] = {}

    def changed(self, **changes: Any) -> Subtask:
        """Return the subtask with some properties changed."""
        return msgspec.structs.replace(self, **changes)

    def in_generation(self, generation: int, gone: Iterable[int] = ()) -> Subtask:
        """Return the subtask as it reads in its task: done, if that was closed since; nobody's, if the user is gone."""
        user_id = 0 if self.user_id in gone else self.user_id
        if self.generation < generation:
            return self.changed(status=DONE, generation=generation, user_id=user_id)
        return self if user_id == self.user_id else self.changed(user_id=user_id)

    def started(self, user_id: int, now: int) -> Subtask:
        """Return the subtask with a user's timer running; Rejected if it runs already."""
        if user_id in self.timers:
            raise Rejected(Reason.TIMER_RUNS)
        return self.changed(timers=self.timers | {user_id: now})

    def stopped(self, user_id: int, now: int) -> Subtask:
        """Return the subtask without the user's timer, its hours added; unchanged where none runs."""
        others = {each: since for each, since in self.timers.items() if each != user_id}
        return self.changed(timers=others, time_spent=_sum([self.time_spent, self.running(user_id, now)]))

    def running(self, user_id: int, now: int) -> Hours:
        """Return the hours that a user's timer has run, with two decimals; 0 where none runs."""
        return plain(round((now - self.timers.get(user_id, now)) / SECONDS_AN_HOUR, 2))

    def copied(self, new_id: int, task_id: int, at: int) -> Subtask:
        """Return a copy for another task: to do, with no time spent (behaviour.md 3.9, 3.10)."""
        fresh = {"status": TODO, "time_spent": 0, "generation": 0, "timers": {}}
        return self.changed(id=new_id, task_id=task_id, date_creation=at, **fresh)


def with_times_of(task: Task, subtasks: Sequence[Subtask]) -> Task:
    """Return a task whose hours are the sums over its subtasks, null without any (context.md 10).

    Raises:
        Rejected: a sum is greater than any number.
    """
    if not subtasks:
        return task.changed(time_estimated=None, time_spent=None)
    return task.changed(
        time_estimated=_sum(subtask.time_estimated for subtask in subtasks),
        time_spent=_sum(subtask.time_spent for subtask in subtasks),
    )


def by_position(subtask: Subtask) -> tuple[int, int]:
    """Return what subtasks are listed by."""
    return subtask.position, subtask.id


def last_position(subtasks: Iterable[Subtask]) -> int:
    """Return the greatest position; 0 where there is no subtask."""
    return max((subtask.position for subtask in subtasks), default=0)


def nb_completed(subtasks: Iterable[Subtask]) -> int:
    """Return how many are done."""
    return sum(subtask.status == DONE for subtask in subtasks)


def _sum(hours: Iterable[Hours]) -> Hours:
    """Add hours as a person does: 0.1 and 0.2 is 0.3, and 1.5 and 1.5 is 3."""
    total = float(sum(Decimal(repr(each)) for each in hours))
    if not math.isfinite(total):
        raise Rejected(Reason.INVALID_VALUE)
    return plain(total)


def plain(hours: Hours) -> Hours:
    """Return hours as they are written: 3.0 is 3 (behaviour.md 2)."""
    return int(hours) if float(hours).is_integer() and abs(hours) < MAX_INTEGER else hours
