"""The columns of a board."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import MANAGEMENT, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ColumnId, InnerColumnId, ProjectId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.projects import ColumnRow, column_row
from lambdaboard.domain.project import Column, longest, moved_to, replaced, without
from lambdaboard.domain.project_rules import checked_integer, checked_position, checked_unique
from lambdaboard.domain.properties import checked_title
from lambdaboard.errors import Reason, Rejected, Thing
from lambdaboard.jsonrpc import Integer, IntegerOrBlank, Text
from lambdaboard.services.project_changes import commit_project
from lambdaboard.store.parallel import gather

if TYPE_CHECKING:
    from lambdaboard.store.projects import StoredProject


@procedure("getColumns", VIEW, failure=[])
def get_columns(context: Context, project_id: ProjectId) -> list[ColumnRow]:
    """Get the columns of a project, by position.

    Args:
        project_id: the project.

    Returns:
        The columns; an empty list if there is no such project. Source: context.md 4, like all of this module.
    """
    return [column_row(column) for column in context.stores.projects.get(project_id).project.columns_in_order()]


@procedure("getColumn", VIEW, failure=None)
def get_column(context: Context, column_id: ColumnId) -> ColumnRow:
    """Get a column by its id.

    Args:
        column_id: the column.

    Returns:
        The column; null if there is no such column.
    """
    return column_row(_find(context, column_id)[1])


@procedure("addColumn", MANAGEMENT)
def add_column(
    context: Context, project_id: ProjectId, title: Text, task_limit: IntegerOrBlank = 0, description: Text = ""
) -> int:
    """Add a column after the last one.

    Args:
        project_id: the project.
        title: a string that no other column of the project has, case-sensitive; not empty or only white space.
        task_limit: the number of tasks that it should have; it is not enforced. 0 for any number.
        description: Markdown.

    Returns:
        The id of the column; false if there is no such project or the title is refused.
    """
    projects = context.stores.projects
    stored, new_id = gather(partial(projects.get, project_id), partial(projects.next_id, "column"))
    columns = stored.project.columns
    column = Column(
        id=new_id,
        title=checked_unique((each.title for each in columns), checked_title(title), "title"),
        position=max((each.position for each in columns), default=0) + 1,
        project_id=project_id,
        task_limit=checked_integer(task_limit, "task_limit"),
        description=description,
    )
    largest = longest(title=title, description=description)
    return commit_project(context, stored, column.id, largest_parameter=largest, columns=(*columns, column))


@procedure("updateColumn", MANAGEMENT)
def update_column(
    context: Context,
    column_id: ColumnId,
    title: Text,
    task_limit: IntegerOrBlank | None = None,
    description: Text | None = None,
) -> bool:
    """Change a column; values that are not given do not change.

    Args:
        column_id: the column.
        title: see addColumn.
        task_limit: 0 for any number.
        description: Markdown.

    Returns:
        True; false if there is no such column or the title is refused.
    """
    stored, column = _find(context, column_id)
    others = without(stored.project.columns, column_id)
    changed = msgspec.structs.replace(
        column,
        title=checked_unique((each.title for each in others), checked_title(title), "title"),
        task_limit=column.task_limit if task_limit is None else checked_integer(task_limit, "task_limit"),
        description=column.description if description is None else description,
    )
    columns = replaced(stored.project.columns, changed)
    largest = longest(title=title, description=description)
    return commit_project(context, stored, True, largest_parameter=largest, columns=columns)


@procedure("changeColumnPosition", MANAGEMENT)
def change_column_position(
    context: Context, project_id: ProjectId, column_id: InnerColumnId, position: Integer
) -> bool:
    """Move a column to a position, from 1; the others are renumbered.

    Args:
        project_id: the project.
        column_id: a column of it.
        position: from 1 to the number of columns.

    Returns:
        True; false if the project has no such column, or no such position.
    """
    stored = context.stores.projects.get(project_id)
    columns = stored.project.columns_in_order()
    moved = moved_to(columns, column_id, checked_position(position, len(columns)), Thing.COLUMN)
    return commit_project(context, stored, True, columns=moved)


@procedure("removeColumn", MANAGEMENT)
def remove_column(context: Context, column_id: ColumnId) -> bool:
    """Remove a column without tasks; the positions of the others do not change.

    Args:
        column_id: the column.

    Returns:
        True; false if there is no such column, or while it holds a task, open or closed.
    """
    stored, _ = _find(context, column_id)
    if not context.stores.task_index.is_column_empty(stored.project, column_id):
        raise Rejected(Reason.NOT_EMPTY, "column_id")
    return commit_project(context, stored, True, columns=without(stored.project.columns, column_id))


def _find(context: Context, column_id: int) -> tuple[StoredProject, Column]:
    """Read a column and its project (2 round trips); NotFound."""
    stored = context.stores.projects.of_column(column_id)
    return stored, stored.project.column(column_id)
