"""Conditions and effects of automatic actions: two columns of the table in `automatic_actions`.

Conditions and effects get the task as it was when the event happened. Parameters are unchecked strings: an id of a
thing that is not in the project has no effect (context.md 14).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdaboard.domain.properties import MAX_INTEGER
from lambdaboard.domain.recurrence import days_later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

    from lambdaboard.domain.project import Column, Project, Swimlane
    from lambdaboard.domain.task import Task

INTEGER = re.compile(r"-?[0-9]{1,10}")


class Call(NamedTuple):
    """The common data of the actions of one call.

    Attributes:
        caller_id: the person who calls; 0 for the application.
        now: Unix seconds.
        zone: the application's, in which days are counted.
        refused: users who may not own tasks of the project.
    """

    project: Project
    caller_id: int
    now: int
    zone: tzinfo
    refused: frozenset[int] = frozenset()


class Given(NamedTuple):
    """The input of an action.

    Attributes:
        task: as it was when the event happened.
        left_column: the column that the task has left; 0 if the event is not a move.
        link_id: the type of the link in the event; 0 for none.
    """

    call: Call
    params: Mapping[str, str]
    task: Task
    left_column: int = 0
    link_id: int = 0


class Place(NamedTuple):
    """The place to which an action moves a task.

    Attributes:
        is_first: at the front; else it keeps the number of its position.
        moves_closed: whether closed tasks move, too.
    """

    column_id: int
    swimlane_id: int
    is_first: bool = False
    moves_closed: bool = False


class Effect(NamedTuple):
    """The effect of an action.

    Attributes:
        fields: properties of the task.
        place: its new place; None if it is not moved.
        closes: close the task, and complete its subtasks.
        completes_subtasks: complete them and stop their timers.
        comment: of the caller, to be added; "" for none.
        subtask: its title; in progress, with the timer of the task's creator; "" for none.
    """

    fields: Mapping[str, Any] = {}
    place: Place | None = None
    closes: bool = False
    completes_subtasks: bool = False
    comment: str = ""
    subtask: str = ""


NOTHING = Effect()

# --- conditions -----------------------------------------------------------------------------------------------------


def always(_given: Given) -> bool:
    """Every task."""
    return True


def same(parameter: str, attribute: str = "") -> Callable[[Given], bool]:
    """Tasks with a property equal to the parameter; the property has the same name if no other is given."""
    return lambda given: given.params[parameter] == str(getattr(given.task, attribute or parameter))


def other(parameter: str, attribute: str) -> Callable[[Given], bool]:
    """Tasks with a property that differs from the parameter."""
    return lambda given: given.params[parameter] != str(getattr(given.task, attribute))


def both(*conditions: Callable[[Given], bool]) -> Callable[[Given], bool]:
    """Tasks that fit all conditions."""
    return lambda given: all(fits(given) for fits in conditions)


def assigned(given: Given) -> bool:
    """Tasks with an assignee."""
    return given.task.owner_id > 0


def unassigned(given: Given) -> bool:
    """Tasks without an assignee."""
    return not assigned(given)


def without_category(given: Given) -> bool:
    """Tasks without a category."""
    return not given.task.category_id


def not_started(given: Given) -> bool:
    """Tasks without a start date."""
    return not given.task.date_started


def closed(given: Given) -> bool:
    """Closed tasks."""
    return not given.task.is_active


def left(given: Given) -> bool:
    """Tasks that have left the column."""
    return given.params["column_id"] == str(given.left_column)


def linked(given: Given) -> bool:
    """Tasks whose side of the link is of the type."""
    return given.params["link_id"] == str(given.link_id)


# --- effects --------------------------------------------------------------------------------------------------------


def set_color(given: Given) -> Effect:
    """Set the colour; one that is unknown is stored, as updateTask does."""
    return _fields(color_id=given.params["color_id"])


def set_category(given: Given) -> Effect:
    """Set the category, one of the project."""
    return _fields(category_id=_id_of(given.call.project.categories, given.params["category_id"]))


def set_priority(given: Given) -> Effect:
    """Set the priority."""
    number = _integer(given.params["priority"])
    return NOTHING if number is None or abs(number) > MAX_INTEGER else Effect({"priority": number})


def assign(given: Given) -> Effect:
    """Assign the task to the user of the parameter."""
    return _owner(given, _integer(given.params["user_id"]) or 0)


def assign_creator(given: Given) -> Effect:
    """Assign the task to its creator."""
    return _owner(given, given.task.creator_id)


def assign_caller(given: Given) -> Effect:
    """Assign the task to the person who calls."""
    return _owner(given, given.call.caller_id)


def set_due_date(given: Given) -> Effect:
    """Set the due date to a number of days from now; a value that is not a number clears it."""
    days = _integer(given.params["duration"])
    return Effect({"date_due": 0 if days is None else days_later(given.call.now, days, given.call.zone)})


def start(given: Given) -> Effect:
    """Set the start date to now."""
    return Effect({"date_started": given.call.now})


def close(_given: Given) -> Effect:
    """Close the task."""
    return Effect(closes=True)


def move_to_column(given: Given) -> Effect:
    """Move the task to a column, at the same position."""
    column_id = _id_of(given.call.project.columns, given.params["dest_column_id"])
    return Effect(place=Place(column_id, given.task.swimlane_id)) if column_id else NOTHING


def move_closed_to_column(given: Given) -> Effect:
    """Move the task to the front of a column, though it is closed."""
    place = move_to_column(given).place
    return Effect(place=place._replace(is_first=True, moves_closed=True)) if place else NOTHING


def move_to_swimlane(given: Given) -> Effect:
    """Move the task to a swimlane, at the same position."""
    swimlane_id = _id_of(given.call.project.swimlanes, given.params["dest_swimlane_id"])
    return Effect(place=Place(given.task.column_id, swimlane_id)) if swimlane_id else NOTHING


def comment_move(given: Given) -> Effect:
    """Add a comment on the move by the person who calls."""
    column = given.call.project.column(given.task.column_id)
    return Effect(comment=f"Moved to column {column.title}") if given.call.caller_id else NOTHING


def add_subtask(given: Given) -> Effect:
    """Add a subtask in progress."""
    return Effect(subtask=given.params["subtask"]) if given.params["subtask"].strip() else NOTHING


def complete_subtasks(_given: Given) -> Effect:
    """Complete the subtasks and stop their timers."""
    return Effect(completes_subtasks=True)


def _fields(**values: int | str) -> Effect:
    """Return the effect that sets properties to these values, without empty ones."""
    return Effect({name: value for name, value in values.items() if value})


def _owner(given: Given, user_id: int) -> Effect:
    return _fields(owner_id=user_id) if user_id > 0 and user_id not in given.call.refused else NOTHING


def _id_of(parts: Iterable[Column | Swimlane | Any], text: str) -> int:
    """Return the id of the part that a parameter names; 0 if it names none."""
    return next((part.id for part in parts if str(part.id) == text), 0)


def _integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None
