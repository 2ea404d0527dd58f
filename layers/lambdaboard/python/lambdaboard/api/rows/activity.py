"""Rows of activity, which `services.activity` makes."""

from __future__ import annotations

from lambdaboard.api.rows import ABSENT, Row
from lambdaboard.api.rows.children import CommentRow, ListedSubtaskRow
from lambdaboard.api.rows.files import TaskFileRow
from lambdaboard.api.rows.links import TaskLinkRow
from lambdaboard.api.rows.tasks import TaskProperties


class ActivityTaskRow(TaskProperties):
    """A task as it was after an event.

    Strings are cut after 2,000 characters. `position` is set for moves; else it is 0.

    Attributes:
        external_provider: null, except for imported values.
        external_uri: null, except for imported values.
        category_name: of its category; null without one.
        swimlane_name: of its swimlane; null if that was removed meanwhile.
        project_name: of its project.
        column_title: of its column; null if that was removed meanwhile.
        assignee_username: of the user to whom it was assigned, the current one; null for nobody.
        assignee_name: their full name, the current one; null for nobody.
        creator_username: of the user who created it, the current one; null for the application.
        creator_name: their full name, the current one; null for the application.
        category_description: of its category; null for none.
        column_position: of its column, from 1; null as `column_title`.
    """

    external_provider: str | None
    external_uri: str | None
    category_name: str | None
    swimlane_name: str | None
    project_name: str
    column_title: str | None
    assignee_username: str | None
    assignee_name: str | None
    creator_username: str | None
    creator_name: str | None
    category_description: str | None
    column_position: int | None


class ActivityRow(Row):
    """A change to a task by a person. Some properties exist only for some events.

    Attributes:
        id: of the row: microseconds since 1970; the newest has the greatest.
        date_creation: of the event, Unix seconds.
        event_name: such as `task.update`.
        creator_id: the user who did it.
        project_id: the project that the task was in after the event.
        task_id: the task.
        author_username: of the user who did it, the current one.
        author_name: their full name; "" for none.
        email: their address; "" for none.
        avatar_path: null: there are no pictures.
        comment: the comment, of events of comments.
        subtask: the subtask, of events of subtasks; without timers.
        file: the file, of events of files.
        task_link: the link, of events of links.
        task: the task as it was after the event.
        changes: the new values by property, of an update; of a move the columns, and `position` and `date_moved` if the
            move changed them; an empty list for a task that was moved to another project, and for a subtask that was
            updated.
        position: of a move: the new position as the client sent it.
        column_id: of a move: the new column as the client sent it.
        swimlane_id: of a move: the new swimlane as the client sent it.
        src_column_id: of a move: the column before it.
        dst_column_id: of a move: the column after it.
        date_moved: of a move: the task's value before it, Unix seconds.
        recurrence_status: of a move: the task's value before it.
        recurrence_trigger: of a move: the task's value before it.
        author: the full name of the user who did it, or the username if there is none.
        event_title: a description in plain text, not escaped.
        event_content: a description in HTML.
    """

    id: int
    date_creation: int
    event_name: str
    creator_id: int
    project_id: int
    task_id: int
    author_username: str
    author_name: str
    email: str
    avatar_path: str | None
    comment: CommentRow = ABSENT
    subtask: ListedSubtaskRow = ABSENT
    file: TaskFileRow = ABSENT
    task_link: TaskLinkRow = ABSENT
    task: ActivityTaskRow
    changes: dict[str, float | str] | list[str] = ABSENT
    position: int = ABSENT
    column_id: int = ABSENT
    swimlane_id: int = ABSENT
    src_column_id: int = ABSENT
    dst_column_id: int = ABSENT
    date_moved: int = ABSENT
    recurrence_status: int = ABSENT
    recurrence_trigger: int = ABSENT
    author: str
    event_title: str
    event_content: str
