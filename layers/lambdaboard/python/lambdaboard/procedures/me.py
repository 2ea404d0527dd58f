"""What a person asks of themselves (context-api.md 6); the application is nobody, so it is refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.domain.project import longest
from lambdaboard.domain.project_rules import checked
from lambdaboard.domain.subtask import by_position
from lambdaboard.domain.user import PROJECT_MANAGER
from lambdaboard.jsonrpc import Text
from lambdaboard.procedures.access import SELF
from lambdaboard.procedures.board import Board, Card
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.lists import OPEN, overdue_rows
from lambdaboard.procedures.projects import new_project, project_row
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import BoardTaskRow, Row, user_row
from lambdaboard.procedures.subtasks import listed_subtask_row
from lambdaboard.store.parallel import gather, start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.store.projects import StoredProject


@procedure("getMe", SELF)
def get_me(context: Context) -> Row:
    """Get the person who calls.

    Returns:
        As getUser, without `is_admin` and `is_project_admin`; `is_ldap_user` and `twofactor_activated` are true or
        false. Source: context-api.md 6, like all of this module.
    """
    row = user_row(context.stores.users.get(context.caller.user_id))
    flags = {name: bool(row[name]) for name in ("is_ldap_user", "twofactor_activated")}
    return Row({name: value for name, value in (row | flags).items() if name not in {"is_admin", "is_project_admin"}})


@procedure("getMyProjects", SELF)
def get_my_projects(context: Context) -> list[Row]:
    """Get the active projects in which the caller has a role, by name.

    Returns:
        Projects as getProjectById answers them.
    """
    return [project_row(context, read) for read in _mine(context) if read.project.is_active]


@procedure("getMyProjectsList", SELF)
def get_my_projects_list(context: Context) -> Row:
    """Get the names of the projects in which the caller has a role, active or not, by name.

    Returns:
        Names by id.
    """
    return Row({str(read.project.id): read.project.name for read in _mine(context)})


@procedure("getMyOverdueTasks", SELF)
def get_my_overdue_tasks(context: Context) -> list[Row]:
    """Get the caller's open tasks in active projects whose due date has come, by id.

    Returns:
        Tasks as getOverdueTasksByProject answers them.
    """
    tasks, index = context.stores.tasks, context.stores.task_index
    projects = {read.project.id: read.project for read in _mine(context) if read.project.is_active}
    due = [key for keys in gather([partial(index.overdue, each, context.now) for each in projects]) for key in keys]
    rows = overdue_rows(context, projects, due, tasks.get_many(due))
    return [row for row in rows if row["owner_id"] == context.caller.user_id]


@procedure("getMyDashboard", SELF)
def get_my_dashboard(context: Context) -> list[BoardTaskRow]:
    """Get the open tasks in active projects that are the caller's or have a subtask of theirs, by id.

    Tasks in columns that are hidden from the dashboard are left out.

    Returns:
        Tasks as getBoard answers them, with their `tags` and the caller's `subtasks` as getAllSubtasks answers them.
    """
    mine = start(context.stores.subtasks.of_user, context.caller.user_id)
    active = [read for read in _mine(context) if read.project.is_active]
    subtasks = mine.result()
    found = [row for rows in gather([partial(_cards, context, read, subtasks) for read in active]) for row in rows]
    return sorted(found, key=lambda row: int(row["id"]))


def _cards(context: Context, read: StoredProject, subtasks: Mapping[int, list[Subtask]]) -> list[BoardTaskRow]:
    """Return the tasks of a project that are on the caller's dashboard (2 round trips).

    Args:
        context: the call.
        read: the project.
        subtasks: those of the caller, by task.
    """
    project, caller_id = read.project, context.caller.user_id
    tags = start(context.stores.tags.usable, project.id)
    hidden = {column.id for column in project.columns if column.hide_in_dashboard}
    listed = [*context.stores.tasks.of_project(project.id, OPEN)]
    mine = {each.task.id for each in listed if each.task.owner_id == caller_id or each.task.id in subtasks}
    owners = context.stores.users.named(each.task.owner_id for each in listed if each.task.id in mine)
    board = Board.of(project, listed, owners, tags.result(), may_drag=False)
    cards = [card for cell in board.cells.values() for card in cell if card.task.id in mine]
    return [
        _dashboard_row(context, board, card, subtasks.get(card.task.id, []))
        for card in cards
        if card.task.column_id not in hidden
    ]


def _dashboard_row(context: Context, board: Board, card: Card, subtasks: Iterable[Subtask]) -> BoardTaskRow:
    row, user = board.task_row(card), context.caller.user
    del row["is_draggable"]
    there = sorted((each.in_generation(card.counts.subtask_generation) for each in subtasks), key=by_position)
    row["subtasks"] = [listed_subtask_row(each, user, context.caller.user_id) for each in there]
    return row


@procedure("createMyPrivateProject", SELF)
def create_my_private_project(context: Context, name: Text, description: Text | None = None) -> int:
    """Create a project of the caller's own, with themselves as its manager and the configured board.

    Args:
        name: not empty; need not be unique.
        description: Markdown.

    Returns:
        The id of the project; false where the name is empty.
    """
    user_id = context.caller.user_id
    values = checked({"name": name, "description": description})
    project = new_project(context, values | {"is_private": 1, "owner_id": user_id})
    manager = context.stores.users.join(project.id, user_id, PROJECT_MANAGER)
    context.answers(project.id)
    context.stores.projects.add(project, *manager, largest_parameter=longest(description=description, name=name))
    return project.id


def active_projects(context: Context) -> list[int]:
    """Return the ids of the active projects in which the caller has a role (2 round trips)."""
    return [read.project.id for read in _mine(context) if read.project.is_active]


def _mine(context: Context) -> list[StoredProject]:
    """Read the projects in which the caller has a role, by name (2 round trips)."""
    stores = context.stores
    found = stores.projects.get_many(stores.users.roles(context.caller.user_id))
    return sorted(found.values(), key=lambda read: (read.project.name, read.project.id))
