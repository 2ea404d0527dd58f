"""Rows of results. Their classes tell `wire` what a row is; the values are those of the native format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain.colors import css

if TYPE_CHECKING:
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.procedures.context import Context
    from lambdaboard.store.files import File


class Row(dict[str, Any]):
    """An object of a result, whose numbers the documented format writes as text."""


class TaskRow(Row):
    """A task as getTask answers it. `url` is what links begin with: each format has its own."""


class FoundRow(Row):
    """A task as searchTasks answers it."""


class FileRow(Row):
    """A file. `path` is `<project>/<task>/<40 hex digits>`; each format has its own."""


class MetadataRow(Row):
    """Names and values of a task's metadata; the values are texts."""


def task_row(context: Context, task: Task) -> TaskRow:
    """Return a task's 36 properties; source: behaviour.md 2."""
    row = TaskRow(msgspec.structs.asdict(task))
    del row["tags"]
    row["url"] = context.base_url
    row["color"] = css(task.color_id, context.settings.default_color)
    return row


def overdue_row(project: Project, task: Task) -> Row:
    """Return a row of getOverdueTasks; source: behaviour.md 3.4."""
    return Row(
        id=task.id,
        title=task.title,
        date_due=task.date_due,
        project_id=task.project_id,
        creator_id=task.creator_id,
        owner_id=task.owner_id,
        project_name=project.name,
        assignee_username=None,
        assignee_name=None,
    )


NOT_SEARCHED = ("tags", "external_provider", "external_uri")


def found_row(project: Project, task: Task, nb_files: int) -> FoundRow:
    """Return a row of searchTasks with its 48 fields; source: search-language.md 6."""
    counts = dict.fromkeys(("nb_comments", "nb_subtasks", "nb_completed_subtasks", "nb_links", "nb_external_links"), 0)
    row = FoundRow({**counts, "nb_files": nb_files, "is_milestone": None, **msgspec.structs.asdict(task)})
    for name in NOT_SEARCHED:
        del row[name]
    row |= dict.fromkeys(("assignee_username", "assignee_name", "assignee_email", "assignee_avatar_path"))
    category = next((each for each in project.categories if each.id == task.category_id), None)
    row |= {
        "category_name": category.name if category else None,
        "category_description": category.description if category else None,
        "category_color_id": category.color_id if category else None,
        "project_name": project.name,
    }
    row |= _lane_names(project, task)
    return row


def _lane_names(project: Project, task: Task) -> dict[str, Any]:
    column = next((each for each in project.columns if each.id == task.column_id), None)
    lane = next((each for each in project.swimlanes if each.id == task.swimlane_id), None)
    return {
        "column_name": column.title if column else None,
        "column_position": column.position if column else None,
        "swimlane_name": lane.name if lane else None,
    }


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


def listed_file_row(record: File) -> FileRow:
    """Return a row of getAllTaskFiles, in its order; source: behaviour.md 5.2."""
    return FileRow(file_row(record), username=None, user_name=None)


def struct_row(struct: msgspec.Struct) -> Row:
    """Return a column, swimlane or category with its properties."""
    return Row(msgspec.structs.asdict(struct))
