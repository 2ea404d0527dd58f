"""The activity of a project: a row for each event by a person, as it was at the time (context.md 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from lambdaboard.domain.event import NO_DETAILS, Details, EventName
from lambdaboard.domain.project import with_id
from lambdaboard.domain.serialization import Doc, decoder
from lambdaboard.domain.task import Task  # noqa: TC001 - msgspec reads it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdaboard.domain.event import Event
    from lambdaboard.domain.project import Project

MAX_TEXT = 2_000
"""The limit of characters of a string in a row, such as the task's description; a cut string ends with an ellipsis."""

T = TypeVar("T", bound=msgspec.Struct)


class Names(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The names of the project and the parts that a task names, at the time of the event; None for a missing part."""

    project_name: str
    column_title: str | None = None
    column_position: int | None = None
    swimlane_name: str | None = None
    category_name: str | None = None
    category_description: str | None = None


class Activity(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A row as it is stored; a doc of an older release reads with these defaults, so they never change.

    It has only the ids of people: their names are read with the row.

    Attributes:
        creator_id: the person whose call it was.
        date_creation: Unix seconds.
        task: as it was after the event; its strings may be cut.
    """

    event_name: EventName
    creator_id: int
    date_creation: int
    task: Task
    names: Names
    details: Details = NO_DETAILS


class Pending(msgspec.Struct, frozen=True, array_like=True):
    """A list of the rows for an item that was written alone, by which `cascade` can write missing ones.

    Reads of lists of tasks read it, too, so it is short: the rest follows from the item before and after.

    Attributes:
        first_id: of the first row; those of the others follow.
        days: how long they are kept.
        position: of a moved task, after the move.
        asked_for: the position that the client sent.
    """

    first_id: int
    creator_id: int
    days: int
    names: tuple[EventName, ...]
    position: int = 0
    asked_for: int = 0

    @classmethod
    def of(cls, first_id: int, creator_id: int, days: int, events: Sequence[Event]) -> Self:
        """Return the list of the rows of events, at least one."""
        move = next((each.details.move for each in events if each.details.move), None)
        names = tuple(each.name for each in events)
        return cls(first_id, creator_id, days, names, events[0].task.position, move.position if move else 0)


def recorded(event: Event, creator_id: int, at: int) -> Activity:
    """Return the row of an event; its strings have at most MAX_TEXT characters, so that it is a small item."""
    return cut(
        Activity(
            event_name=event.name,
            creator_id=creator_id,
            date_creation=at,
            task=event.task,
            names=_names(event.project, event.task),
            details=event.details,
        )
    )


def cut(activity: Activity) -> Activity:
    """Return a row with strings of at most MAX_TEXT characters, so that it is a small item."""
    return msgspec.structs.replace(
        activity,
        task=_cut(activity.task.changed(tags=())),
        names=_cut(activity.names),
        details=_cut_details(activity.details),
    )


def _names(project: Project, task: Task) -> Names:
    column = with_id(project.columns, task.column_id)
    lane = with_id(project.swimlanes, task.swimlane_id)
    category = with_id(project.categories, task.category_id)
    return Names(
        project_name=project.name,
        column_title=getattr(column, "title", None),
        column_position=getattr(column, "position", None),
        swimlane_name=getattr(lane, "name", None),
        category_name=getattr(category, "name", None),
        category_description=getattr(category, "description", None),
    )


def _cut_details(details: Details) -> Details:
    """Return details whose structs have no long strings; the name of a file has its own limit."""
    told = {name: getattr(details, name) for name in ("comment", "subtask", "link")}
    return msgspec.structs.replace(details, **{name: _cut(each) for name, each in told.items() if each})


def _cut(struct: T) -> T:
    """Return a struct with strings of at most MAX_TEXT characters, without properties of newer releases."""
    values = ((name, getattr(struct, name)) for name in struct.__struct_fields__ if name != "newer")
    long = {name: value for name, value in values if isinstance(value, str) and len(value) > MAX_TEXT}
    cut = {name: value[: MAX_TEXT - 1] + "…" for name, value in long.items()}
    return msgspec.structs.replace(struct, **cut, **({"newer": ""} if isinstance(struct, Doc) else {}))


def encode(activity: Activity) -> str:
    """Return a row as its stored doc."""
    return msgspec.json.encode(activity).decode()


decode = decoder(Activity)
"""Read a stored doc."""


def encode_pending(pending: Pending) -> str:
    """Return a list of pending rows in its stored form."""
    return msgspec.json.encode(pending).decode()


decode_pending = msgspec.json.Decoder(Pending).decode
"""Read a list of pending rows."""
