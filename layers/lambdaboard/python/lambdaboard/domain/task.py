"""A task: its properties, their changes, and its stored form."""

from __future__ import annotations

from typing import Any

import msgspec

from lambdaboard.domain.serialization import Doc, decoder, serialize

MAX_DOC = 190_000
"""Bytes of an encoded task: its item and the copy in one index share 400 KB (architecture.md, "Size")."""

WILL_RECUR, HAS_RECURRED = 1, 2
"""Values of `recurrence_status`; 0 is none."""

LEAVING_FIRST_COLUMN, REACHING_LAST_COLUMN, CLOSING = 0, 1, 2
"""Values of `recurrence_trigger`."""


class Task(Doc, frozen=True, kw_only=True):
    """A task as it is stored; a doc written by an older release reads with these defaults, so they never change.

    Dates are Unix seconds, hours may be fractional. The order is that of getTask (behaviour.md 2).

    Attributes:
        position: 1.. among the open tasks of its column and swimlane; computed at each read and never stored.
        tags: ids of tags, in the order of assignment; not in the result of getTask.
    """

    id: int
    title: str
    description: str = ""
    date_creation: int
    color_id: str = "yellow"
    project_id: int
    column_id: int
    owner_id: int = 0
    position: int = 0
    is_active: int = 1
    date_completed: int | None = None
    score: int = 0
    date_due: int = 0
    category_id: int = 0
    creator_id: int = 0
    date_modification: int
    reference: str = ""
    date_started: int | None = 0
    time_spent: int | float | None = None
    time_estimated: int | float | None = None
    swimlane_id: int
    date_moved: int
    recurrence_status: int = 0
    recurrence_trigger: int = 0
    recurrence_factor: int = 0
    recurrence_timeframe: int = 0
    recurrence_basedate: int = 0
    recurrence_parent: int | None = None
    recurrence_child: int | None = None
    priority: int = 0
    external_provider: str | None = None
    external_uri: str | None = None
    tags: tuple[int, ...] = ()

    def changed(self, **changes: Any) -> Task:
        """Return the task with some properties changed."""
        return msgspec.structs.replace(self, **changes)

    def closed(self, at: int) -> Task:
        """Return the task closed at a time; closing again renews the dates (behaviour.md 3.5)."""
        return self.changed(is_active=0, date_completed=at, date_modification=at)

    def opened(self, at: int) -> Task:
        """Return the task open; `date_completed` becomes 0, also if it was never closed (behaviour.md 3.5)."""
        return self.changed(is_active=1, date_completed=0, date_modification=at)

    def placed(self, column_id: int, swimlane_id: int, at: int) -> Task:
        """Return the task in a lane; its dates change only with the column or the swimlane (behaviour.md 3.2)."""
        if (column_id, swimlane_id) == (self.column_id, self.swimlane_id):
            return self
        return self.changed(column_id=column_id, swimlane_id=swimlane_id, date_moved=at, date_modification=at)

    def recurs_on_closing(self) -> bool:
        """Return whether closing the task makes its successor."""
        return self.recurrence_status == WILL_RECUR and self.recurrence_trigger == CLOSING

    def recurred(self) -> Task:
        """Return the task after its successor is made: it does not recur again."""
        return self.changed(recurrence_status=HAS_RECURRED)

    def copied(self, new_id: int, creator_id: int, at: int, **changes: Any) -> Task:
        """Return a copy for duplicateTaskToProject and recurrence: open, with dates of its own.

        Title, description, colour, owner, score, reference, estimate, tags and the recurrence settings are kept
        (behaviour.md 3.9, 3.10).
        """
        fresh = {
            "id": new_id,
            "creator_id": creator_id,
            "date_creation": at,
            "date_modification": at,
            "date_moved": at,
            "date_started": None,
            "date_completed": None,
            "is_active": 1,
            "time_spent": 0,
            "recurrence_parent": None,
            "recurrence_child": None,
        }
        return self.changed(**fresh | changes)


def encode(task: Task) -> str:
    """Return the task as its stored doc, without the computed position; see `serialization.serialize`."""
    return serialize(task.changed(position=0), lambda: _longest(task), MAX_DOC)


def _longest(task: Task) -> str:
    return max(("title", "description", "reference", "color_id"), key=lambda name: len(getattr(task, name)))


decode = decoder(Task)
"""Read a stored doc."""
