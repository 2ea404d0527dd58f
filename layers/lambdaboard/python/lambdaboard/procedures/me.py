"""Calls of a person about themselves (context.md 6); for the application they are 403."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from lambdaboard.api.access import SELF
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import Secret
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.board import DashboardTaskRow
from lambdaboard.api.rows.children import listed_subtask_row
from lambdaboard.api.rows.people import MeRow, me_row
from lambdaboard.api.rows.projects import ProjectRow, project_row
from lambdaboard.api.rows.tasks import OverdueTaskRow
from lambdaboard.domain import passwords
from lambdaboard.domain.project import longest
from lambdaboard.domain.project_rules import checked_project
from lambdaboard.domain.subtask import by_position
from lambdaboard.domain.user import PROJECT_MANAGER, checked_password
from lambdaboard.errors import Reason, Rejected
from lambdaboard.jsonrpc import Text
from lambdaboard.procedures.board import Board, Card
from lambdaboard.procedures.lists import OPEN, overdue_rows
from lambdaboard.procedures.projects import new_project
from lambdaboard.services.link_counts import with_link_counts
from lambdaboard.services.result_budget import ResultBudget, task_characters
from lambdaboard.store.parallel import gather, gather_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.store.keys.indexes import LaneKey
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.tasks import ListedTask


@procedure("getMe", SELF)
def get_me(context: Context) -> MeRow:
    """Get the person who calls.

    Returns:
        The user who calls. Source: context.md 6, like all of this module.
    """
    return me_row(context.stores.users.get(context.caller.user_id))


@procedure("changeMyPassword", SELF)
def change_my_password(context: Context, old_password: Secret, new_password: Secret) -> bool:
    """Change the password of the person who calls; the old one is invalid at once. An extension.

    Args:
        old_password: the present one.
        new_password: 6 to 255 characters, no NUL.

    Returns:
        True; false if the old password is wrong or the new one is refused.
    """
    text, users = checked_password(new_password, "new_password"), context.stores.users
    stored = users.get(context.caller.user_id)
    if not passwords.fits(old_password, stored.user.password):
        raise Rejected(Reason.WRONG_PASSWORD, "old_password")
    changed = stored.user.changed(password=passwords.hashed(text))
    return context.commit(True, *users.replace_actions(stored, changed))


@procedure("getMyProjects", SELF)
def get_my_projects(context: Context) -> list[ProjectRow]:
    """Get the active projects in which the caller has a role, by name.

    Returns:
        The projects.
    """
    return [project_row(stored, context.base_url) for stored in _mine(context) if stored.project.is_active]


@procedure("getMyProjectsList", SELF)
def get_my_projects_list(context: Context) -> dict[str, str]:
    """Get the names of the projects in which the caller has a role, active or not, by name.

    Returns:
        Names by id.
    """
    return {str(stored.project.id): stored.project.name for stored in _mine(context)}


@procedure("getMyOverdueTasks", SELF)
def get_my_overdue_tasks(context: Context) -> list[OverdueTaskRow]:
    """Get the caller's open tasks in active projects that are overdue, by id.

    Returns:
        The tasks.
    """
    tasks, index, caller_id = context.stores.tasks, context.stores.task_index, context.caller.user_id
    projects = {stored.project.id: stored.project for stored in _mine(context) if stored.project.is_active}
    due = chain.from_iterable(gather_map(lambda each: [*index.overdue(each, context.now)], projects))
    return overdue_rows(context, projects, (each for each in tasks.get_many(due) if each.task.owner_id == caller_id))


@procedure("getMyDashboard", SELF)
def get_my_dashboard(context: Context) -> list[DashboardTaskRow]:
    """Get the open tasks in active projects that are assigned to the caller or have a subtask of theirs, by id.

    Tasks in columns that are hidden from the dashboard are left out.

    Returns:
        The tasks, with the caller's subtasks.
    """
    subtasks, mine = gather(
        partial(context.stores.subtasks.of_user, context.caller.user_id), partial(_mine, context, with_link_types=True)
    )
    active = [stored for stored in mine if stored.project.is_active]
    budget = ResultBudget(context.result_limit)
    rows = chain.from_iterable(gather_map(partial(_dashboard_rows, context, budget, subtasks), active))
    return sorted(rows, key=lambda row: int(row["id"]))


def _dashboard_rows(
    context: Context, budget: ResultBudget, subtasks: Mapping[int, list[Subtask]], stored: StoredProject
) -> list[DashboardTaskRow]:
    """Return the tasks of a project that are on the caller's dashboard (2 round trips).

    Args:
        context: the call.
        budget: of the dashboard.
        subtasks: those of the caller, by task.
        stored: the project, read with the types of links.
    """
    stores, caller_id, project = context.stores, context.caller.user_id, stored.project
    places: list[LaneKey] = []

    def mine() -> Iterator[ListedTask]:
        for each in stores.tasks.of_project(project.id, OPEN):
            places.append(each.lane_key)
            if each.task.owner_id == caller_id or each.task.id in subtasks:
                yield each

    listed, tags = gather(lambda: [*budget.each(mine(), task_characters)], partial(stores.tags.usable, project.id))
    hidden = {column.id for column in project.columns if column.hide_in_dashboard}
    owners, counted = gather(
        lambda: stores.users.named(each.task.owner_id for each in listed),
        partial(with_link_counts, context, stored.link_types, listed),
    )
    board = Board.of(project, counted, owners, tags, places=places, may_drag=False)
    cards = [card for cell in board.cells.values() for card in cell]
    return [
        _dashboard_row(context, board, card, subtasks.get(card.task.id, []))
        for card in cards
        if card.task.column_id not in hidden
    ]


def _dashboard_row(context: Context, board: Board, card: Card, subtasks: Iterable[Subtask]) -> DashboardTaskRow:
    row, user = board.task_row(DashboardTaskRow, card), context.caller.user
    there = sorted((each.in_generation(card.counts.subtask_generation) for each in subtasks), key=by_position)
    row["subtasks"] = [listed_subtask_row(each, user, context.caller.user_id) for each in there]
    return row


@procedure("createMyPrivateProject", SELF)
def create_my_private_project(context: Context, name: Text, description: Text | None = None) -> int:
    """Create a project of the caller's own, with themselves as its manager and the configured board.

    Args:
        name: not empty or only white space; need not be unique.
        description: Markdown.

    Returns:
        The id of the project; false if the name is empty.
    """
    user_id = context.caller.user_id
    values = checked_project({"name": name, "description": description})
    project = new_project(context, values | {"is_private": 1, "owner_id": user_id})
    actions = context.stores.projects.put_actions(project, longest(description=description, name=name))
    manager = context.stores.users.add_member_actions(project.id, user_id, PROJECT_MANAGER)
    return context.commit(project.id, *actions, *manager)


def active_projects(context: Context) -> list[int]:
    """Return the ids of the active projects in which the caller has a role (2 round trips)."""
    return [stored.project.id for stored in _mine(context) if stored.project.is_active]


def _mine(context: Context, *, with_link_types: bool = False) -> list[StoredProject]:
    """Read the projects in which the caller has a role, of their own or by a group, by name (2 round trips)."""
    stores = context.stores
    project_ids = stores.users.roles(context.caller.user) if context.caller.user else ()
    found = stores.projects.get_many(project_ids, with_link_types=with_link_types)
    return sorted(found.values(), key=lambda stored: (stored.project.name, stored.project.id))
