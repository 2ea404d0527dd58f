"""Events of tasks, with the names of the original (context.md 12).

A procedure passes its events to `Context.commit`; those of a person's call become rows of activity.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.comment import Comment  # noqa: TC001 - msgspec reads it
from lambdaboard.domain.subtask import Subtask  # noqa: TC001 - msgspec reads it

if TYPE_CHECKING:
    from lambdaboard.domain.link import LinkTypes, TaskLink
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task


class EventName(StrEnum):
    """The events in the activity."""

    TASK_CREATE = "task.create"
    TASK_UPDATE = "task.update"
    TASK_ASSIGNEE_CHANGE = "task.assignee_change"
    TASK_CLOSE = "task.close"
    TASK_OPEN = "task.open"
    TASK_MOVE_COLUMN = "task.move.column"
    TASK_MOVE_POSITION = "task.move.position"
    TASK_MOVE_SWIMLANE = "task.move.swimlane"
    TASK_MOVE_PROJECT = "task.move.project"
    COMMENT_CREATE = "comment.create"
    COMMENT_UPDATE = "comment.update"
    COMMENT_DELETE = "comment.delete"
    SUBTASK_CREATE = "subtask.create"
    SUBTASK_UPDATE = "subtask.update"
    SUBTASK_DELETE = "subtask.delete"
    FILE_CREATE = "task.file.create"
    FILE_DESTROY = "task.file.destroy"
    LINK_SET = "task_internal_link.create_update"
    LINK_DELETE = "task_internal_link.delete"


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A move on the board: the new place as the client sent it, and the task's values before.

    Attributes:
        position: as the client sent it; the task has its real position.
    """

    position: int
    column_id: int
    swimlane_id: int
    src_column_id: int
    dst_column_id: int
    date_moved: int
    recurrence_status: int
    recurrence_trigger: int


class LinkSide(msgspec.Struct, frozen=True, kw_only=True):
    """A link as seen from one of its tasks, with its type.

    Attributes:
        opposite_link_id: the opposite of the type; 0 if it is its own.
    """

    id: int
    task_id: int
    opposite_task_id: int
    link_id: int
    label: str
    opposite_link_id: int


class Details(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The data of an event other than the task.

    Attributes:
        changes: the properties of the task that an update changed, in the original's order.
        subtask: after the event; before it, if it was removed; the same for `comment`, `file` and `link`.
        file: a row of getTaskFile.
    """

    changes: tuple[str, ...] | None = None
    move: Move | None = None
    comment: Comment | None = None
    subtask: Subtask | None = None
    file: dict[str, Any] | None = None
    link: LinkSide | None = None


NO_DETAILS = Details()


class Event(msgspec.Struct, frozen=True):
    """A change to a task by a call.

    Attributes:
        project: of the task, after the event.
        task: after the event; with its position only if the event is a move.
    """

    name: EventName
    project: Project
    task: Task
    details: Details = NO_DETAILS


UPDATED = (
    "title",
    "color_id",
    "owner_id",
    "date_due",
    "description",
    "category_id",
    "score",
    "recurrence_status",
    "recurrence_trigger",
    "recurrence_factor",
    "recurrence_timeframe",
    "recurrence_basedate",
    "reference",
    "priority",
    "date_started",
    "time_spent",
    "time_estimated",
)
"""The properties whose change is an event; tags are not."""


def updated(project: Project, before: Task, after: Task) -> list[Event]:
    """Return the event of an update, another one if only the assignee changed; none if nothing has changed."""
    changes = _changes(before, after)
    if not changes:
        return []
    name = EventName.TASK_ASSIGNEE_CHANGE if changes == ("owner_id",) else EventName.TASK_UPDATE
    return [Event(name, project, after, Details(changes=changes))]


def moved(project: Project, before: Task, after: Task, asked_for: int) -> list[Event]:
    """Return the events of a move on the board: of the swimlane, of the column, or of the position alone.

    Args:
        project: the project.
        before: the task as it was.
        after: the task as it is, with its position.
        asked_for: the position that the client sent.
    """
    names = []
    if before.swimlane_id != after.swimlane_id:
        names.append(EventName.TASK_MOVE_SWIMLANE)
    if before.column_id != after.column_id:
        names.append(EventName.TASK_MOVE_COLUMN)
    details = Details(move=_move(before, after, asked_for))
    return [Event(name, project, after, details) for name in names or [EventName.TASK_MOVE_POSITION]]


def event_between(name: EventName, project: Project, before: Task, after: Task, asked_for: int) -> Event:
    """Return an event from only the task before and after it; see `moved`."""
    if name in {EventName.TASK_UPDATE, EventName.TASK_ASSIGNEE_CHANGE}:
        return Event(name, project, after, Details(changes=_changes(before, after)))
    if name in {EventName.TASK_MOVE_COLUMN, EventName.TASK_MOVE_POSITION, EventName.TASK_MOVE_SWIMLANE}:
        return Event(name, project, after, Details(move=_move(before, after, asked_for)))
    return Event(name, project, after)


def _changes(before: Task, after: Task) -> tuple[str, ...]:
    return tuple(name for name in UPDATED if getattr(before, name) != getattr(after, name))


def _move(before: Task, after: Task, asked_for: int) -> Move:
    return Move(
        position=asked_for,
        column_id=after.column_id,
        swimlane_id=after.swimlane_id,
        src_column_id=before.column_id,
        dst_column_id=after.column_id,
        date_moved=before.date_moved,
        recurrence_status=before.recurrence_status,
        recurrence_trigger=before.recurrence_trigger,
    )


def of_link(name: EventName, project: Project, task: Task, side: TaskLink, types: LinkTypes) -> Event:
    """Return an event of one side of a link, for the task of that side."""
    link_type = next((each for each in types.types if each.id == side.link_id), None)
    link = LinkSide(
        id=side.id,
        task_id=side.task_id,
        opposite_task_id=side.opposite_task_id,
        link_id=side.link_id,
        label=link_type.label if link_type else "",
        opposite_link_id=link_type.opposite_id if link_type else 0,
    )
    return Event(name, project, task, Details(link=link))
