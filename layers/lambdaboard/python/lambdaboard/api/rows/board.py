"""Rows of a board: swimlanes with their columns, these with their tasks; and of the tasks of a dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.api.rows import Row
from lambdaboard.api.rows.children import ListedSubtaskRow
from lambdaboard.api.rows.projects import ColumnRow, SwimlaneRow
from lambdaboard.api.rows.tasks import FoundTaskRow

if TYPE_CHECKING:
    from lambdaboard.domain.task import Task
    from lambdaboard.store.tags import Tag


class TaskTagRow(Row):
    """A tag of a task.

    Attributes:
        id: of the tag.
        name: of the tag.
        color_id: one of getColorList, or another string that was given; null for none.
        task_id: the task.
    """

    id: int
    name: str
    color_id: str | None
    task_id: int


def task_tag_row(tag: Tag, task: Task) -> TaskTagRow:
    """Return a tag of a task."""
    return TaskTagRow(id=tag.id, name=tag.name, color_id=tag.color_id, task_id=task.id)


class BoardTaskRow(FoundTaskRow):
    """A task on a board.

    Attributes:
        column_name: the title of its column.
        column_position: of its column, from 1.
        swimlane_name: of its swimlane.
        tags: those of the task, by name.
        is_draggable: whether the caller may move it; false for the application.
    """

    column_name: str
    column_position: int
    swimlane_name: str
    tags: list[TaskTagRow]
    is_draggable: bool


class DashboardTaskRow(FoundTaskRow):
    """A task on the caller's dashboard.

    Attributes:
        tags: those of the task, by name.
        subtasks: those of the caller, by position.
    """

    tags: list[TaskTagRow]
    subtasks: list[ListedSubtaskRow]


class BoardColumnRow(ColumnRow):
    """A column on a board, in one swimlane.

    Attributes:
        nb_open_tasks: open tasks of the column in all swimlanes, inactive ones, too.
        column_nb_open_tasks: as `nb_open_tasks`; if the project has `per_swimlane_task_limits`, only in this swimlane.
        nb_visible_tasks_across_swimlane: tasks of the column in all active swimlanes.
        nb_unfiltered_tasks_across_swimlane: as `nb_open_tasks`.
        cumulative_score_across_swimlane: the sum of their scores in all active swimlanes.
        tasks: those in this swimlane, by position.
        nb_tasks: the number of these.
        score: the sum of their scores.
    """

    nb_open_tasks: int
    column_nb_open_tasks: int
    nb_visible_tasks_across_swimlane: int
    nb_unfiltered_tasks_across_swimlane: int
    cumulative_score_across_swimlane: int
    tasks: list[BoardTaskRow]
    nb_tasks: int
    score: int


class BoardSwimlaneRow(SwimlaneRow):
    """A swimlane on a board.

    Attributes:
        columns: all columns of the project, by position.
        nb_swimlanes: the number of active swimlanes.
        nb_columns: the number of columns.
        nb_tasks: open tasks in the swimlane.
        score: the sum of their scores.
    """

    columns: list[BoardColumnRow]
    nb_swimlanes: int
    nb_columns: int
    nb_tasks: int
    score: int
