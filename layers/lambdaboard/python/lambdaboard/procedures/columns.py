"""The columns of a board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.project import Column, longest, moved_to, replaced, without
from lambdaboard.domain.project_rules import integer, place, unique
from lambdaboard.errors import Rejected
from lambdaboard.jsonrpc import Integer, IntegerOrBlank, Text
from lambdaboard.procedures.access import MANAGEMENT, VIEW
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import Row, struct_row
from lambdaboard.store import keys
from lambdaboard.store.parallel import start

if TYPE_CHECKING:
    from lambdaboard.store.projects import StoredProject


@procedure("getColumns", VIEW, failure=[])
def get_columns(context: Context, project_id: Id) -> list[Row]:
    """Get the columns of a project, by position.

    Args:
        project_id: the project.

    Returns:
        `id`, `title`, `position`, `project_id`, `task_limit`, `description` and `hide_in_dashboard` of each; an empty
        list where there is no such project. Source: context-api.md 4, like all of this module.
    """
    return [struct_row(column) for column in context.stores.projects.get(project_id).project.columns_in_order()]


@procedure("getColumn", VIEW, failure=None)
def get_column(context: Context, column_id: Id) -> Row:
    """Get a column by its id.

    Args:
        column_id: the column.

    Returns:
        As in getColumns; null where there is no such column.
    """
    return struct_row(_find(context, column_id)[1])


@procedure("addColumn", MANAGEMENT)
def add_column(
    context: Context, project_id: Id, title: Text, task_limit: IntegerOrBlank = 0, description: Text = ""
) -> int:
    """Add a column behind the last one.

    Args:
        project_id: the project.
        title: any text that no other column of the project has, letter case counts.
        task_limit: how many tasks it should have; nothing enforces it. 0 for any number.
        description: Markdown.

    Returns:
        The id of the column; false where there is no such project or the title is taken.
    """
    projects = context.stores.projects
    new_id = start(projects.next_id, "column")
    read = projects.get(project_id)
    columns = read.project.columns
    column = Column(
        id=new_id.result(),
        title=unique((each.title for each in columns), title),
        position=max((each.position for each in columns), default=0) + 1,
        project_id=project_id,
        task_limit=integer("task_limit", task_limit),
        description=description,
    )
    largest_parameter = longest(title=title, description=description)
    context.answers(column.id)
    projects.replace(read, read.project.changed(columns=(*columns, column)), largest_parameter)
    return column.id


@procedure("updateColumn", MANAGEMENT, unknown=True)
def update_column(
    context: Context, column_id: Id, title: Text, task_limit: IntegerOrBlank = 0, description: Text = ""
) -> bool:
    """Change a column; what is not given is reset.

    Args:
        column_id: the column.
        title: see addColumn, for this and the following ones.
        task_limit: 0 if it is not given.
        description: "" if it is not given.

    Returns:
        True, also where there is no such column; false where the title is taken.
    """
    read, column = _find(context, column_id)
    others = without(read.project.columns, column_id)
    changed = msgspec.structs.replace(
        column,
        title=unique((each.title for each in others), title),
        task_limit=integer("task_limit", task_limit),
        description=description,
        hide_in_dashboard=0,
    )
    columns = replaced(read.project.columns, changed)
    largest_parameter = longest(title=title, description=description)
    context.stores.projects.replace(read, read.project.changed(columns=columns), largest_parameter)
    return True


@procedure("changeColumnPosition", MANAGEMENT)
def change_column_position(context: Context, project_id: Id, column_id: Id, position: Integer) -> bool:
    """Move a column to a position, from 1; the others close up.

    Args:
        project_id: the project.
        column_id: a column of it.
        position: from 1 to the number of columns.

    Returns:
        True; false where the project has no such column, or no such position.
    """
    read = context.stores.projects.get(project_id)
    columns = read.project.columns_in_order()
    moved = moved_to(columns, column_id, place(position, len(columns)))
    context.stores.projects.replace(read, read.project.changed(columns=moved))
    return True


@procedure("removeColumn", MANAGEMENT)
def remove_column(context: Context, column_id: Id) -> bool:
    """Remove a column without tasks; the positions of the others keep its gap.

    Args:
        column_id: the column.

    Returns:
        True; false where there is no such column, or while it holds a task, open or closed.
    """
    stores = context.stores
    read, _ = _find(context, column_id)
    lanes = [keys.lane(lane.id, column_id) for lane in read.project.swimlanes]
    if not stores.task_index.is_lane_empty(read.project.id, lanes):
        raise Rejected("not empty")
    stores.projects.replace(read, read.project.changed(columns=without(read.project.columns, column_id)))
    return True


def _find(context: Context, column_id: int) -> tuple[StoredProject, Column]:
    """Read a column and its project (2 round trips); NotFound."""
    read = context.stores.projects.of(keys.column(column_id))
    return read, read.project.column(column_id)
