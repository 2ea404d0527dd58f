"""Rows of child entities of a task: comments and subtasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.api.rows import Row
from lambdaboard.domain.subtask import STATUS_NAMES, plain
from lambdaboard.domain.user import MISSING_USER

if TYPE_CHECKING:
    from lambdaboard.domain.comment import Comment
    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.domain.user import User


class ListedCommentRow(Row):
    """A comment in the list of getAllComments.

    Attributes:
        id: of the comment.
        task_id: its task.
        user_id: its author; 0 for the application, and for a user who was removed.
        date_creation: Unix seconds.
        date_modification: of the last change, Unix seconds.
        comment: Markdown.
        visibility: the lowest role in the application that may see it: `app-user`, `app-manager` or `app-admin`.
        username: of the author; null if there is none.
        name: the author's full name, "" if they have none; null if there is no author.
        email: the author's address, "" if they have none; null if there is no author.
        avatar_path: of the author's picture; null for none.
    """

    id: int
    task_id: int
    user_id: int
    date_creation: int
    date_modification: int
    comment: str
    visibility: str
    username: str | None
    name: str | None
    email: str | None
    avatar_path: str | None


class CommentRow(ListedCommentRow):
    """A comment.

    Attributes:
        reference: its name in another system; "" for none.
    """

    reference: str


def comment_row(comment: Comment, author: User | None) -> CommentRow:
    """Return a comment, without an author if they were removed; source: context.md 9."""
    shown = author or MISSING_USER
    return CommentRow(
        id=comment.id,
        task_id=comment.task_id,
        user_id=shown.id,
        date_creation=comment.date_creation,
        date_modification=comment.date_modification,
        comment=comment.comment,
        reference=comment.reference,
        visibility=comment.visibility,
        username=shown.username,
        name=shown.name,
        email=shown.email,
        avatar_path=shown.avatar_path,
    )


def listed_comment_row(comment: Comment, author: User | None) -> ListedCommentRow:
    """Return a comment of a list; see `comment_row`."""
    row = comment_row(comment, author)
    del row["reference"]
    return ListedCommentRow.of(row)


class SubtaskRow(Row):
    """A subtask.

    Attributes:
        id: of the subtask.
        title: of the subtask.
        status: 0 to do, 1 in progress, 2 done; another number that was given is kept.
        time_estimated: hours.
        time_spent: hours.
        task_id: its task.
        user_id: the assignee; 0 for nobody.
        position: from 1; there may be gaps.
    """

    id: int
    title: str
    status: int
    time_estimated: float
    time_spent: float
    task_id: int
    user_id: int
    position: int


class ListedSubtaskRow(SubtaskRow):
    """A subtask in the list of getAllSubtasks.

    Attributes:
        username: of the assignee; null for nobody.
        name: their full name, "" if they have none; null for nobody.
        timer_start_date: the start of the caller's running timer, in Unix seconds; 0 if none runs.
        status_name: `Todo`, `In progress` or `Done`; null for any other status.
        is_timer_started: whether the caller's timer runs.
    """

    username: str | None
    name: str | None
    timer_start_date: int
    status_name: str | None
    is_timer_started: bool


def subtask_row(subtask: Subtask) -> SubtaskRow:
    """Return a subtask."""
    return SubtaskRow(
        id=subtask.id,
        title=subtask.title,
        status=subtask.status,
        time_estimated=plain(subtask.time_estimated),
        time_spent=plain(subtask.time_spent),
        task_id=subtask.task_id,
        user_id=subtask.user_id,
        position=subtask.position,
    )


def listed_subtask_row(subtask: Subtask, user: User | None, caller_id: int) -> ListedSubtaskRow:
    """Return a subtask of a list; `caller_id`: the user whose timer is shown, 0 for none."""
    since, shown = subtask.timers.get(caller_id, 0), user or MISSING_USER
    return ListedSubtaskRow(
        **subtask_row(subtask),
        username=shown.username,
        name=shown.name,
        timer_start_date=since,
        status_name=STATUS_NAMES.get(subtask.status),
        is_timer_started=bool(since),
    )
