"""Rows of results. `wire` writes a row by its class; the values are those of the native format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdaboard.domain.colors import css
from lambdaboard.domain.project import with_id
from lambdaboard.domain.serialization import properties
from lambdaboard.domain.subtask import STATUS_NAMES, plain

if TYPE_CHECKING:
    import msgspec

    from lambdaboard.api.context import Context
    from lambdaboard.domain.comment import Comment
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.domain.task import Task
    from lambdaboard.domain.user import User
    from lambdaboard.store.counts import Counts
    from lambdaboard.store.files import File, ProjectFile
    from lambdaboard.store.users import StoredUser


class Row(dict[str, Any]):
    """An object of a result, whose numbers the documented format writes as text."""


class TaskRow(Row):
    """A task as getTask answers it. `url` is what links begin with: each format has its own."""


class FoundRow(Row):
    """A task as searchTasks answers it."""


class BoardTaskRow(FoundRow):
    """A task as getBoard answers it: with rows of its `tags`."""


class Document(Row):
    """The OpenRPC document: its numbers stay numbers in every format; each has failure values of its own."""


class FileRow(Row):
    """A file of a task. `path` is `<project>/<task>/<40 hex digits>`; each format has its own."""


class ProjectFileRow(Row):
    """A file of a project; its `path` is the same in both formats."""


class MetadataRow(Row):
    """Names and values of metadata; the values are strings."""


def _properties(task: Task) -> dict[str, Any]:
    """Return what all rows of a task have, in getTask's order; tags have procedures of their own."""
    values = properties(task)
    del values["tags"]
    return values


def task_row(context: Context, task: Task) -> TaskRow:
    """Return a row of getTask with its 34 properties; the task has its position. Source: behaviour.md 2."""
    color = css(task.color_id, context.settings.default_color)
    return TaskRow(_properties(task), url=context.base_url, color=color)


def overdue_row(project: Project, task: Task, owner: User | None) -> Row:
    """Return a row of getOverdueTasks, nobody's where the owner was removed; source: behaviour.md 3.4."""
    return Row(
        id=task.id,
        title=task.title,
        date_due=task.date_due,
        project_id=task.project_id,
        creator_id=task.creator_id,
        owner_id=owner.id if owner else 0,
        project_name=project.name,
        assignee_username=owner.username if owner else None,
        assignee_name=owner.name if owner else None,
    )


NOT_SEARCHED = (
    "external_provider",
    "external_uri",
    "file_generation",
    "subtask_generation",
    "nb_milestones",
    "nb_timers",
)
"""Properties and counts that searchTasks does not show."""


def found_row(project: Project, task: Task, counts: Counts, owner: User | None = None) -> FoundRow:
    """Return a row of searchTasks with its 48 fields; the task has its position. Source: search.md 6."""
    row = FoundRow({**counts._asdict(), **_properties(task)}, is_milestone=1 if counts.nb_milestones else None)
    for name in NOT_SEARCHED:
        del row[name]
    row |= {f"assignee_{name}": getattr(owner, name, None) for name in ("username", "name", "email", "avatar_path")}
    category = with_id(project.categories, task.category_id)
    column, lane = with_id(project.columns, task.column_id), with_id(project.swimlanes, task.swimlane_id)
    row |= {f"category_{name}": getattr(category, name, None) for name in ("name", "description", "color_id")}
    row |= {
        "project_name": project.name,
        "column_name": getattr(column, "title", None),
        "column_position": getattr(column, "position", None),
        "swimlane_name": getattr(lane, "name", None),
    }
    return row


def file_row(record: File) -> FileRow:
    """Return a row of getTaskFile, in its order; source: behaviour.md 5.2."""
    return FileRow(
        id=record.id,
        name=record.name,
        path=record.path,
        is_image=record.is_image,
        task_id=record.task_id,
        date=record.date,
        user_id=record.user_id,
        size=record.size,
    )


def listed_file_row(record: File, user: User | None) -> FileRow:
    """Return a row of getAllTaskFiles, in its order; source: behaviour.md 5.2."""
    return FileRow(file_row(record), username=user.username if user else None, user_name=user.name if user else None)


def comment_row(comment: Comment, author: User | None) -> Row:
    """Return a comment as getComment answers it, nobody's where the author was removed; source: context.md 9."""
    row = Row(properties(comment))
    row["user_id"] = author.id if author else 0
    for name in ("username", "name", "email", "avatar_path"):
        row[name] = getattr(author, name, None)
    return row


SUBTASK_ROW = ("id", "title", "status", "time_estimated", "time_spent", "task_id", "user_id", "position")


def subtask_row(subtask: Subtask) -> Row:
    """Return a subtask as getSubtask answers it."""
    values = properties(subtask)
    values |= {name: plain(values[name]) for name in ("time_estimated", "time_spent")}
    return Row({name: values[name] for name in SUBTASK_ROW})


def listed_subtask_row(subtask: Subtask, user: User | None, caller_id: int) -> Row:
    """Return a subtask as getAllSubtasks answers it; `caller_id`: whose timer is shown, 0 for nobody's."""
    since = subtask.timers.get(caller_id, 0)
    return Row(
        subtask_row(subtask),
        username=user.username if user else None,
        name=user.name if user else None,
        timer_start_date=since,
        status_name=STATUS_NAMES.get(subtask.status),
        is_timer_started=bool(since),
    )


PROJECT_FILE_ROW = ("id", "project_id", "name", "path", "is_image", "size", "user_id", "date")
LISTED_PROJECT_FILE_ROW = ("id", "name", "path", "is_image", "project_id", "date", "user_id", "size")


def project_file_row(record: ProjectFile) -> ProjectFileRow:
    """Return a row of getProjectFile, in its order; source: context.md 13."""
    return ProjectFileRow({name: getattr(record, name) for name in PROJECT_FILE_ROW})


def listed_project_file_row(record: ProjectFile, user: User | None) -> ProjectFileRow:
    """Return a row of getAllProjectFiles, in its order; source: context.md 13."""
    row = ProjectFileRow({name: getattr(record, name) for name in LISTED_PROJECT_FILE_ROW})
    return ProjectFileRow(row, username=user.username if user else None, user_name=user.name if user else None)


# fmt: off
USER_ROW = (
    "id", "username", "is_admin", "is_ldap_user", "name", "email", "google_id", "github_id", "notifications_enabled",
    "timezone", "language", "disable_login_form", "twofactor_activated", "notifications_filter", "nb_failed_login",
    "lock_expiration_date", "is_project_admin", "gitlab_id", "role", "is_active", "avatar_path", "filter", "theme",
)
# fmt: on
"""The properties of a user, in their order; without those that are secret (context.md 6)."""

NEVER_SET: dict[str, Any] = {
    **dict.fromkeys(("is_admin", "is_ldap_user", "is_project_admin", "twofactor_activated"), 0),
    **dict.fromkeys(("google_id", "github_id", "gitlab_id")),
}
"""What Kanboard has and we do not."""


def user_row(read: StoredUser) -> Row:
    """Return a user as getUser answers them; no password, hash, secret or token ever; source: context.md 6."""
    values = NEVER_SET | properties(read.user)
    values |= {"nb_failed_login": read.nb_failed_login, "lock_expiration_date": read.lock_expiration_date}
    return Row({name: values[name] for name in USER_ROW})


def struct_row(struct: msgspec.Struct) -> Row:
    """Return a column, swimlane or category with its properties."""
    return Row(properties(struct))
