"""The attributes of the query language (search-language.md 4): what a value asks of a task.

A new attribute is a function from its value to a Condition and a row in FILTERS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.folding import fold
from lambdaboard.domain.search.text import contains, equals


class SearchedTask(Protocol):
    """What a query looks at."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def is_active(self) -> int: ...  # noqa: D102
    @property
    def owner_id(self) -> int: ...  # noqa: D102
    @property
    def color_id(self) -> str: ...  # noqa: D102
    @property
    def column_id(self) -> int: ...  # noqa: D102
    @property
    def swimlane_id(self) -> int: ...  # noqa: D102
    @property
    def category_id(self) -> int: ...  # noqa: D102
    @property
    def tags(self) -> tuple[int, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what the tasks themselves do not say.

    Attributes:
        user_id: who `me` is; 0 for the application, whose `me` are the tasks of nobody.
        people: user id -> username, full name.
        columns: id -> title; the other ones likewise id -> name. What is not in them is gone.
        tags: needed only for a query that `asks_tags`.
    """

    user_id: int
    people: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    columns: Mapping[int, str] = field(default_factory=dict)
    swimlanes: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """What one attribute with one value asks.

    Attributes:
        holds: for a task; the limits below are part of it.
        statuses: only tasks with one of these `is_active` can fit; None where it does not matter.
        ids: only these tasks can fit; None where it does not matter.
        asks_tags: looks at the names of tags.
    """

    holds: Callable[[SearchedTask, Asker], bool]
    statuses: frozenset[int] | None = None
    ids: frozenset[int] | None = None
    asks_tags: bool = False


_NEVER = Condition(lambda _task, _asker: False, ids=frozenset())
_STATUSES = {"open": 1, "closed": 0}
_NO_NUMBER = -1
"""Stands for a number that no id has."""


def _title(value: str) -> Condition:
    fits, number = contains(value), _number(value.removeprefix("#"))
    return Condition(lambda task, _: task.id == number or fits(task.title))


def _status(value: str) -> Condition | None:
    status = _STATUSES.get(value, _number(value))
    if status is None:
        return None
    return Condition(lambda task, _: task.is_active == status, statuses=frozenset({status}))


def _id(value: str) -> Condition:
    number = _number(value)
    if number is None:
        return _NEVER
    return Condition(lambda task, _: task.id == number, ids=frozenset({number}))


def _assignee(value: str) -> Condition:
    if value in _PEOPLE:
        return Condition(_PEOPLE[value])
    number = _number(value)
    if number is not None:
        return Condition(lambda task, _: task.owner_id == number)
    fits = contains(value)
    return Condition(lambda task, asker: any(map(fits, asker.people.get(task.owner_id, ()))))


_PEOPLE: Mapping[str, Callable[[SearchedTask, Asker], bool]] = {
    "me": lambda task, asker: task.owner_id == asker.user_id,
    "nobody": lambda task, _: task.owner_id == 0,
    "anybody": lambda task, _: task.owner_id != 0,
    "": lambda task, _: task.owner_id != 0,
}


def _color(value: str) -> Condition:
    color_id = _COLOR_IDS.get(fold(value))
    return _NEVER if color_id is None else Condition(lambda task, _: task.color_id == color_id)


# An id and its name differ in more than letter case only where there are two words: dark_grey, Dark Grey
_COLOR_IDS = {fold(word): color_id for color_id, color in COLORS.items() for word in (color_id, color["name"])}


def _column(value: str) -> Condition:
    number = _number(value)
    if number is not None:
        return Condition(lambda task, _: task.column_id == number)
    return Condition(lambda task, asker: asker.columns.get(task.column_id) == value)


def _swimlane(value: str) -> Condition:
    fits = equals(value)
    return Condition(lambda task, asker: fits(asker.swimlanes.get(task.swimlane_id, "")))


def _category(value: str) -> Condition:
    if value == "none":
        return Condition(lambda task, asker: task.category_id not in asker.categories)
    number, name = _number(value), fold(value)
    return Condition(
        lambda task, asker: (
            task.category_id in asker.categories
            and (task.category_id == number or fold(asker.categories[task.category_id]) == name)
        )
    )


def _tag(value: str) -> Condition:
    if value == "none":
        return Condition(lambda task, asker: not any(tag in asker.tags for tag in task.tags), asks_tags=True)
    fits = contains(value)
    return Condition(
        lambda task, asker: any(fits(asker.tags[tag]) for tag in task.tags if tag in asker.tags), asks_tags=True
    )


def _number(value: str) -> int | None:
    if not (value.isascii() and value.isdigit()):
        return None
    # int() refuses numbers of more than 4,300 digits
    return int(value) if len(value) <= 20 else _NO_NUMBER


FILTERS: Mapping[str, Callable[[str], Condition | None]] = {
    "title": _title,
    "status": _status,
    "id": _id,
    "assignee": _assignee,
    "color": _color,
    "colour": _color,
    "column": _column,
    "swimlane": _swimlane,
    "category": _category,
    "tag": _tag,
}
"""Attribute -> condition of a value, None where it sets no filter. Aliases are attributes of their own (section 3)."""
