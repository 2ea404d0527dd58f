"""What a filter is: a condition on a task, and what it lets the reader of tasks leave unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from lambdaboard.domain.dates import DateFormat
    from lambdaboard.domain.task import Task

Fact = Literal["tags", "assignees", "creators", "comments", "subtasks", "performers", "links"]
"""What a condition asks for, beside the task and its project: names of tags, of people, and what belongs to tasks."""


class Clock(NamedTuple):
    """When a query is asked.

    Attributes:
        now: with the application's time zone, in which days begin.
        date_format: the application's, in which ranges are written.
    """

    now: datetime
    date_format: DateFormat = "m/d/Y"


class Subtask(NamedTuple):
    """A subtask: whose it is (0 for nobody's), and its status: 0 to do, 1 in progress, 2 done."""

    user_id: int
    status: int


class ChildEntities(NamedTuple):
    """What belongs to a task; only what a query asks for need be there.

    Attributes:
        comments: the text of each, of every visibility.
        subtasks: in any order.
        links: labels as stored, in English, each as seen from this task.
    """

    comments: tuple[str, ...] = ()
    subtasks: tuple[Subtask, ...] = ()
    links: tuple[str, ...] = ()


NOTHING = ChildEntities()


class Asker(msgspec.Struct, frozen=True):
    """Who asks, and what the tasks themselves do not say.

    Attributes:
        user_id: who `me` is; 0 for the application, whose `me` are the tasks of nobody.
        project: the name of the project that is searched.
        people: user id -> username, full name; whoever reads tasks adds the people they name.
        columns: id -> title; the others: id -> name. What is not in them was removed.
        tags: needed only for a query that asks for `tags`.
        check_time: returns True; raises where matching takes too long. Asked before each text that may be a long one.
    """

    user_id: int
    project: str = ""
    people: Mapping[int, tuple[str, str]] = {}
    columns: Mapping[int, str] = {}
    swimlanes: Mapping[int, str] = {}
    categories: Mapping[int, str] = {}
    tags: Mapping[int, str] = {}
    check_time: Callable[[], bool] = lambda: True


class Reference(NamedTuple):
    """A reference that is looked for.

    Attributes:
        begins: what it begins with, in any letter case.
        is_whole: it is no longer than that.
        fits: returns whether a reference is meant.
    """

    begins: str
    is_whole: bool
    fits: Callable[[str], bool]


class Span(NamedTuple):
    """A span of time, from the first to the last second; empty where the last one comes first."""

    first: int
    last: int


class Condition(msgspec.Struct, frozen=True):
    """What one attribute with one value asks.

    Attributes:
        holds: for a task alone; the limits below are part of it.
        by: holds, though `holds` does not, by what belongs to the task; what is added to that never takes from it.
        asks: what must be known.
        statuses: only tasks with one of these `is_active` can fit; None if it does not matter.
        ids: only these tasks can fit; None if it does not matter.
        reference: only tasks with such a reference can fit; None if it does not matter.
        due: only tasks that are due then can fit; None if it does not matter.
    """

    holds: Callable[[Task, Asker], bool]
    by: Callable[[ChildEntities, Asker], bool] | None = None
    asks: frozenset[Fact] = frozenset()
    statuses: frozenset[int] | None = None
    ids: frozenset[int] | None = None
    reference: Reference | None = None
    due: Span | None = None


def never(_task: Task, _asker: Asker) -> bool:
    """Hold for no task."""
    return False


NEVER = Condition(never, ids=frozenset())

NO_NUMBER = -1
"""A number that no id has."""


def digits(value: str) -> int | None:
    """Return the number that a value of digits is, None for any other; `NO_NUMBER` for one that no id can be."""
    if not (value.isascii() and value.isdigit()):
        return None
    # int() refuses numbers of more than 4,300 digits
    return int(value) if len(value) <= 20 else NO_NUMBER
