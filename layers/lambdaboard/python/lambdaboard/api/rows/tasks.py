"""Rows of tasks, except those of a board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from lambdaboard.api.rows import ABSENT, Row
from lambdaboard.domain.colors import css
from lambdaboard.domain.project import with_id
from lambdaboard.domain.serialization import properties
from lambdaboard.domain.user import MISSING_USER

if TYPE_CHECKING:
    from lambdaboard.api.context import Context
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.domain.user import User
    from lambdaboard.store.counts import Counts


class ColorRow(Row):
    """A colour that a task can have.

    Attributes:
        name: such as `Deep Orange`.
        background: in CSS.
        border: in CSS.
    """

    name: str
    background: str
    border: str


def color_row(color_id: str, default: str) -> ColorRow:
    """Return a colour; see `css`."""
    return ColorRow.of(css(color_id, default))


class TaskProperties(Row):
    """The common properties of all rows of complete tasks.

    Attributes:
        id: of the task, over all projects; it is never used again.
        title: 1 to 65,535 characters.
        description: Markdown; "" for none.
        date_creation: Unix seconds.
        color_id: one of getColorList; any other string is shown as the default colour.
        project_id: its project.
        column_id: its column.
        owner_id: the user to whom it is assigned; 0 for nobody.
        position: from 1, among the open tasks of its column and swimlane.
        is_active: 1 for an open task, 0 for a closed one.
        date_completed: when it was closed, in Unix seconds; null if it never was, 0 or null if it was opened again.
        score: its complexity.
        date_due: Unix seconds; 0 for none.
        category_id: its category; 0 for none.
        creator_id: the user who created it; 0 for the application.
        date_modification: of the last change, Unix seconds.
        reference: its name in another system; "" for none.
        date_started: Unix seconds; 0 or null for none.
        time_spent: hours; 0 or null for none.
        time_estimated: hours; 0 or null for none.
        swimlane_id: its swimlane.
        date_moved: of the last move to another column or swimlane, else of its creation, Unix seconds.
        recurrence_status: 0 for none, 1 if it will recur, 2 if it has a successor.
        recurrence_trigger: 0 leaving the first column, 1 reaching the last column, 2 closing.
        recurrence_factor: the number of units from the base to the successor's due date; negative means earlier.
        recurrence_timeframe: the unit: 0 days, 1 months, 2 years.
        recurrence_basedate: the base: 0 the due date, 1 the time of the trigger.
        recurrence_parent: the task whose successor it is; null for none.
        recurrence_child: its successor, a task; null for none.
        priority: a number; the project has the offered range.
    """

    id: int
    title: str
    description: str
    date_creation: int
    color_id: str
    project_id: int
    column_id: int
    owner_id: int
    position: int
    is_active: int
    date_completed: int | None
    score: int
    date_due: int
    category_id: int
    creator_id: int
    date_modification: int
    reference: str
    date_started: int | None
    time_spent: float | None
    time_estimated: float | None
    swimlane_id: int
    date_moved: int
    recurrence_status: int
    recurrence_trigger: int
    recurrence_factor: int
    recurrence_timeframe: int
    recurrence_basedate: int
    recurrence_parent: int | None
    recurrence_child: int | None
    priority: int


class TaskRow(TaskProperties):
    """A task.

    Attributes:
        external_provider: null, except for imported values.
        external_uri: null, except for imported values.
        url: a link to the task's web page in Kanboard; the path differs by format.
        color: the colour of `color_id`.
        version: grows with each change of the task, for `if_version`; only with `with_version`.
    """

    external_provider: str | None
    external_uri: str | None
    url: str
    color: ColorRow
    version: int = ABSENT


def task_properties(task: Task) -> dict[str, Any]:
    """Return the properties of a task's row, in getTask's order; tags have procedures of their own."""
    values = properties(task)
    del values["tags"]
    return values


def task_row(context: Context, task: Task) -> TaskRow:
    """Return a task, which has its position; `url` is the beginning of links. Source: behaviour.md 2."""
    values = task_properties(task)
    values["url"] = context.base_url
    values["color"] = color_row(task.color_id, context.settings.default_color)
    return TaskRow.of(values)


class OverdueTaskRow(Row):
    """An overdue task.

    Attributes:
        id: of the task.
        title: of the task.
        date_due: Unix seconds.
        project_id: its project.
        creator_id: the user who created it; 0 for the application.
        owner_id: the user to whom it is assigned; 0 for nobody.
        project_name: of its project.
        assignee_username: of the user to whom it is assigned; null for nobody.
        assignee_name: their full name, "" if they have none; null for nobody.
    """

    id: int
    title: str
    date_due: int
    project_id: int
    creator_id: int
    owner_id: int
    project_name: str
    assignee_username: str | None
    assignee_name: str | None


def overdue_row(project: Project, task: Task, owner: User | None) -> OverdueTaskRow:
    """Return an overdue task, unassigned if the owner was removed; source: behaviour.md 3.4."""
    shown = owner or MISSING_USER
    return OverdueTaskRow(
        id=task.id,
        title=task.title,
        date_due=task.date_due,
        project_id=task.project_id,
        creator_id=task.creator_id,
        owner_id=shown.id,
        project_name=project.name,
        assignee_username=shown.username,
        assignee_name=shown.name,
    )


class FoundTaskRow(TaskProperties):
    """A task in the result of a search, with counts of its child entities and names of related things.

    Attributes:
        nb_files: of the task.
        nb_comments: of all visibilities.
        nb_links: links to other tasks, as seen from this one.
        nb_external_links: external links.
        nb_subtasks: all of them.
        nb_completed_subtasks: those that are done.
        is_milestone: 1 if it has a link `is a milestone of`, else null.
        assignee_username: of the user to whom it is assigned; null for nobody.
        assignee_name: their full name, "" if they have none; null for nobody.
        assignee_email: their address, "" if they have none; null for nobody.
        assignee_avatar_path: of their picture; null for none.
        category_name: of its category; null without one.
        category_description: of its category; null for none.
        category_color_id: of its category; null for none.
        project_name: of its project.
        column_name: the title of its column; null in a project without columns.
        column_position: of its column, from 1; null in a project without columns.
        swimlane_name: of its swimlane; null in a project without swimlanes.
    """

    nb_files: int
    nb_comments: int
    nb_links: int
    nb_external_links: int
    nb_subtasks: int
    nb_completed_subtasks: int
    is_milestone: int | None
    assignee_username: str | None
    assignee_name: str | None
    assignee_email: str | None
    assignee_avatar_path: str | None
    category_name: str | None
    category_description: str | None
    category_color_id: str | None
    project_name: str
    column_name: str | None
    column_position: int | None
    swimlane_name: str | None


NOT_SEARCHED = (
    "external_provider",
    "external_uri",
    "file_generation",
    "subtask_generation",
    "nb_milestones",
    "nb_timers",
)
"""Properties and counts that are not in searchTasks."""

OF_ASSIGNEE, OF_CATEGORY = ("username", "name", "email", "avatar_path"), ("name", "description", "color_id")
"""Names of related things that are in searchTasks."""


Found = TypeVar("Found", bound=FoundTaskRow)


def found_row(kind: type[Found], project: Project, task: Task, counts: Counts, owner: User | None = None) -> Found:
    """Return a task as a row of a search, of a given class; the task has its position. Source: search.md 6."""
    row = kind.of({**counts._asdict(), **task_properties(task), "is_milestone": 1 if counts.nb_milestones else None})
    for name in NOT_SEARCHED:
        del row[name]
    row.update({f"assignee_{name}": getattr(owner, name, None) for name in OF_ASSIGNEE})
    category = with_id(project.categories, task.category_id)
    column, lane = with_id(project.columns, task.column_id), with_id(project.swimlanes, task.swimlane_id)
    row.update({f"category_{name}": getattr(category, name, None) for name in OF_CATEGORY})
    row["project_name"] = project.name
    row["column_name"] = getattr(column, "title", None)
    row["column_position"] = getattr(column, "position", None)
    row["swimlane_name"] = getattr(lane, "name", None)
    return row
