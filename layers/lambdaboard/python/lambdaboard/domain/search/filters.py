"""The attributes of the query language (search.md 4), with the conditions of their values.

A new attribute is a function from its value to a Condition and a row in FILTERS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.properties import MAX_REFERENCE
from lambdaboard.domain.search.child_entities import CHILD_ENTITY_FILTERS
from lambdaboard.domain.search.comparisons import COMPARISONS
from lambdaboard.domain.search.conditions import NEVER, Asker, Condition, Reference, digits
from lambdaboard.domain.search.normalization import composed, normalized
from lambdaboard.domain.search.text import contains, equals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.domain.search.conditions import Clock, Fact
    from lambdaboard.domain.task import Task

_STATUSES = {"open": 1, "closed": 0}


def free_text(value: str) -> Condition:
    """Read the free text: `#12` is the task 12, anything else is searched as by `title:`."""
    return _id(value[1:]) if value.startswith("#") and digits(value[1:]) is not None else _title(value)


def _title(value: str) -> Condition:
    fits, number = contains(value), digits(value.removeprefix("#"))
    return Condition(lambda task, _: task.id == number or fits(task.title))


def _status(value: str) -> Condition | None:
    status = _STATUSES.get(value, digits(value))
    if status is None:
        return None
    return Condition(lambda task, _: task.is_active == status, statuses=frozenset({status}))


def _id(value: str) -> Condition:
    number = digits(value)
    if number is None:
        return NEVER
    return Condition(lambda task, _: task.id == number, ids=frozenset({number}))


def _description(value: str) -> Condition:
    fits = contains(value)
    return Condition(lambda task, _: fits(task.description))


def _person(of: Callable[[Task], int], fact: Fact) -> Callable[[str], Condition]:
    """Return a function that reads the values of an attribute that names a person: the assignee or the creator."""

    def read(value: str) -> Condition:
        if value in _PEOPLE:
            is_meant = _PEOPLE[value]
            return Condition(lambda task, asker: is_meant(of(task), asker))
        number = digits(value)
        if number is not None:
            return Condition(lambda task, _: of(task) == number)
        fits = contains(value)
        return Condition(lambda task, asker: any(map(fits, asker.people.get(of(task), ()))), asks=frozenset({fact}))

    return read


_PEOPLE: Mapping[str, Callable[[int, Asker], bool]] = {
    "me": lambda user_id, asker: user_id == asker.user_id,
    "nobody": lambda user_id, _: user_id == 0,
    "anybody": lambda user_id, _: user_id != 0,
    "": lambda user_id, _: user_id != 0,
}


def _color(value: str) -> Condition:
    color_id = _COLOR_IDS.get(casefold(value))
    return NEVER if color_id is None else Condition(lambda task, _: task.color_id == color_id)


# An id and its name differ in more than letter case only if there are two words: dark_grey, Dark Grey
_COLOR_IDS = {casefold(word): color_id for color_id, color in COLORS.items() for word in (color_id, color["name"])}


def _column(value: str) -> Condition:
    number = digits(value)
    if number is not None:
        return Condition(lambda task, _: task.column_id == number)
    is_meant = _named(value)
    return Condition(lambda task, asker: task.column_id in asker.columns and is_meant(asker.columns[task.column_id]))


def _swimlane(value: str) -> Condition:
    fits = equals(value)
    return Condition(lambda task, asker: fits(asker.swimlanes.get(task.swimlane_id, "")))


def _category(value: str) -> Condition:
    if value == "none":
        return Condition(lambda task, asker: task.category_id not in asker.categories)
    number, is_meant = digits(value), _named(value)
    return Condition(
        lambda task, asker: (
            task.category_id in asker.categories
            and (task.category_id == number or is_meant(asker.categories[task.category_id]))
        )
    )


def _named(value: str) -> Callable[[str], bool]:
    """Return a test for equal names, without wildcards; quotation marks are ignored, as in all values."""
    wanted = normalized(value)
    return lambda name: normalized(name.replace('"', "")) == wanted


def _project(value: str) -> Condition:
    number, fits = digits(value), equals(value)
    if number is not None:
        return Condition(lambda task, _: task.project_id == number)
    return Condition(lambda _task, asker: fits(asker.project))


def _reference(value: str) -> Condition:
    if value in {"", "none"}:
        return Condition(lambda task, _: not task.reference)
    value = composed(value)
    fits, begins = equals(value.replace("*", "%")), _NO_ASCII.split(value, maxsplit=1)[0]
    if len(begins) > MAX_REFERENCE:  # no task has it, and it may be too long for a key
        return NEVER
    folded = casefold(begins)

    def is_meant(reference: str) -> bool:
        # the index folds only ASCII letters, so a reference with another letter in its beginning is not read
        return reference != "" and casefold(reference).startswith(folded) and fits(reference)

    wanted = Reference(begins, is_whole=begins == value, fits=is_meant)
    return Condition(lambda task, _: is_meant(task.reference), reference=wanted)


_NO_ASCII = re.compile(r"[%_*]|[^\x00-\x7f]")
"""The end of the part of a reference that is looked up in the index: a wildcard or a non-ASCII letter."""


def _tag(value: str) -> Condition:
    asks: frozenset[Fact] = frozenset({"tags"})
    if value == "none":
        return Condition(lambda task, asker: not any(tag in asker.tags for tag in task.tags), asks=asks)
    fits = contains(value)
    return Condition(
        lambda task, asker: any(fits(asker.tags[tag]) for tag in task.tags if tag in asker.tags), asks=asks
    )


_PLAIN: Mapping[str, Callable[[str], Condition | None]] = {
    "title": _title,
    **dict.fromkeys(("description", "desc"), _description),
    "status": _status,
    "id": _id,
    "assignee": _person(lambda task: task.owner_id, "assignees"),
    "creator": _person(lambda task: task.creator_id, "creators"),
    **dict.fromkeys(("color", "colour"), _color),
    "column": _column,
    "swimlane": _swimlane,
    "category": _category,
    "project": _project,
    **dict.fromkeys(("reference", "ref"), _reference),
    "tag": _tag,
    **CHILD_ENTITY_FILTERS,
}

FILTERS = frozenset({*_PLAIN, *COMPARISONS})
"""The attributes, in lower case. Aliases are attributes of their own (search.md 3)."""


def read(attribute: str, value: str, clock: Clock) -> Condition | None:
    """Return the condition that one of FILTERS with a value sets; None if it sets none."""
    return _PLAIN[attribute](value) if attribute in _PLAIN else COMPARISONS[attribute](value, clock)
