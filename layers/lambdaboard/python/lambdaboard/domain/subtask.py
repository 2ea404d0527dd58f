"""Subtasks: their stored form, and the sums of their hours on the task."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.properties import MAX_INTEGER
from lambdaboard.domain.serialization import Doc
from lambdaboard.errors import Reason, Rejected

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from lambdaboard.domain.task import Task

Hours = int | float

TODO, IN_PROGRESS, DONE = 0, 1, 2

STATUS_NAMES = {TODO: "Todo", IN_PROGRESS: "In progress", DONE: "Done"}

SECONDS_AN_HOUR = 3_600


class Subtask(Doc, frozen=True, kw_only=True):
    """A subtask as it is stored; a doc of an older release reads with these defaults, so they never change.

    Attributes:
        status: any integer; those of STATUS_NAMES have a name.
        time_estimated: hours, as is `time_spent`.
        user_id: the assignee; 0 for nobody.
        position: from 1; a removal leaves a gap, and two may have the same.
        date_creation: Unix seconds; only for `sweep`.
        generation: the task's `subtask_generation` when the subtask was written; below it, the subtask is done.
        timers: user -> start of their running timer, in Unix seconds.
        hours_by_user: user -> hours of their stopped timers.
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
    timers: dict[int, int] = msgspec.field(default_factory=dict)
    hours_by_user: dict[int, Hours] = msgspec.field(default_factory=dict)

    def changed(self, **changes: Any) -> Subtask:
        """Return the subtask with some properties changed."""
        return msgspec.structs.replace(self, **changes)

    def in_generation(self, generation: int, deleted_users: Iterable[int] = ()) -> Subtask:
        """Return the subtask, done if its task was closed since, and unassigned if the user was removed."""
        user_id = 0 if self.user_id in deleted_users else self.user_id
        if self.generation < generation:
            return self.changed(status=DONE, generation=generation, user_id=user_id)
        return self if user_id == self.user_id else self.changed(user_id=user_id)

    def started(self, user_id: int, now: int) -> Subtask:
        """Return the subtask with a user's timer running; Rejected if it runs already."""
        if user_id in self.timers:
            raise Rejected(Reason.TIMER_RUNS, "user_id")
        return self.changed(timers=self.timers | {user_id: now})

    def stopped(self, user_id: int, now: int) -> Subtask:
        """Return the subtask with the user's timer stopped and its hours added; Rejected if none runs."""
        if user_id not in self.timers:
            raise Rejected(Reason.NO_TIMER, "user_id")
        return self.changed(
            timers={each: since for each, since in self.timers.items() if each != user_id},
            time_spent=_sum([self.time_spent, self.running(user_id, now)]),
            hours_by_user=self.hours_by_user | {user_id: self.spent_by(user_id, now)},
        )

    def all_stopped(self, users: Container[int], now: int) -> Subtask:
        """Return the subtask with all timers stopped; only hours of these users are added: the others were removed."""
        subtask = self
        for user_id in self.timers:
            subtask = subtask.stopped(user_id, now) if user_id in users else subtask
        return subtask.changed(timers={})

    def spent_by(self, user_id: int, now: int) -> Hours:
        """Return the hours of a user's stopped and running timers."""
        return _sum([self.hours_by_user.get(user_id, 0), self.running(user_id, now)])

    def running(self, user_id: int, now: int) -> Hours:
        """Return the hours of a user's running timer, with two decimals; 0 if none runs."""
        return plain(round((now - self.timers.get(user_id, now)) / SECONDS_AN_HOUR, 2))

    def copied(self, new_id: int, task_id: int, at: int) -> Subtask:
        """Return a copy for another task: status "Todo", no time spent (behaviour.md 3.9, 3.10)."""
        fresh = {"status": TODO, "time_spent": 0, "generation": 0, "timers": {}, "hours_by_user": {}}
        return self.changed(id=new_id, task_id=task_id, date_creation=at, **fresh)


HOURS = ("time_estimated", "time_spent")


def with_times_of(task: Task, before: Sequence[Subtask], after: Sequence[Subtask]) -> Task:
    """Return a task with the hours of its subtasks (context.md 10).

    `time_estimated` and `time_spent` each become the sum over the subtasks, null without subtasks; if no subtask has or
    had such hours, those that were set on the task stay.

    Args:
        task: the task.
        before: its subtasks before the change.
        after: its subtasks after it.

    Raises:
        Rejected: a sum is too large.
    """
    counted = {name for name in HOURS if any(getattr(each, name) for each in (*before, *after))}
    return task.changed(**{name: _sum_of(name, after) for name in counted})


def by_position(subtask: Subtask) -> tuple[int, int]:
    """Return the sort key of subtasks in lists."""
    return subtask.position, subtask.id


def last_position(subtasks: Iterable[Subtask]) -> int:
    """Return the greatest position; 0 if there is no subtask."""
    return max((subtask.position for subtask in subtasks), default=0)


def nb_completed(subtasks: Iterable[Subtask]) -> int:
    """Return the number of done subtasks."""
    return sum(subtask.status == DONE for subtask in subtasks)


def _sum_of(name: str, subtasks: Sequence[Subtask]) -> Hours | None:
    return _sum((getattr(each, name) for each in subtasks), name) if subtasks else None


def _sum(hours: Iterable[Hours], parameter: str = "time_spent") -> Hours:
    """Add hours as decimals: 0.1 and 0.2 is 0.3, and 1.5 and 1.5 is 3."""
    total = float(sum(Decimal(repr(each)) for each in hours))
    if not math.isfinite(total):
        raise Rejected(Reason.OUT_OF_RANGE, parameter)
    return plain(total)


def plain(hours: Hours) -> Hours:
    """Return hours without a needless fraction: 3.0 is 3 (behaviour.md 2)."""
    return int(hours) if float(hours).is_integer() and abs(hours) < MAX_INTEGER else hours
