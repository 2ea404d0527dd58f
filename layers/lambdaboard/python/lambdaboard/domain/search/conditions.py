"""Filters: conditions on a task, and limits by which fewer tasks need to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from lambdaboard.domain.dates import DateFormat
    from lambdaboard.domain.task import Task

Fact = Literal["tags", "assignees", "creators", "comments", "subtasks", "performers", "links"]
"""Facts that a condition needs, other than the task and its project: names of tags and people, child entities."""


class Clock(NamedTuple):
    """The time of a query.

    Attributes:
        now: with the application's time zone, in which days begin.
        date_format: the application's, in which ranges are written.
    """

    now: datetime
    date_format: DateFormat = "m/d/Y"


class Subtask(NamedTuple):
    """A subtask: its assignee (0 for nobody), and its status: 0 to do, 1 in progress, 2 done."""

    user_id: int
    status: int


class ChildEntities(NamedTuple):
    """The child entities of a task; only the kinds that a query needs must be given.

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
    """The caller, and names that the tasks themselves do not have.

    Attributes:
        user_id: of `me`; 0 for the application, whose `me` finds unassigned tasks.
        project: the name of the project that is searched.
        people: user id -> username, full name; the reader of tasks adds the people that they name.
        columns: id -> title; the others: id -> name. Missing ids were removed.
        tags: needed only for a query that asks for `tags`.
        check_time: returns True; raises if matching takes too long. Called before each string that may be long.
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
    """A reference in a query.

    Attributes:
        begins: its beginning, in any letter case.
        is_whole: it is not longer than that.
        fits: returns whether a reference matches.
    """

    begins: str
    is_whole: bool
    fits: Callable[[str], bool]


class Span(NamedTuple):
    """A span of time, from the first to the last second; empty if the last one is before the first."""

    first: int
    last: int


class Condition(msgspec.Struct, frozen=True):
    """The condition of one attribute with one value.

    Attributes:
        holds: the test of a task alone; it includes the limits below.
        by: the test of its child entities, if `holds` is False; more child entities never make it False.
        asks: the facts that it needs.
        statuses: only tasks with one of these `is_active` can fit; None for no limit.
        ids: only these tasks can fit; None for no limit.
        reference: only tasks with such a reference can fit; None for no limit.
        due: only tasks that are due in this span can fit; None for no limit.
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
    """Return the number in a value of digits, None for any other value; `NO_NUMBER` if it is too large for an id."""
    if not (value.isascii() and value.isdigit()):
        return None
    # int() raises ValueError for more than 4,300 digits
    return int(value) if len(value) <= 20 else NO_NUMBER
