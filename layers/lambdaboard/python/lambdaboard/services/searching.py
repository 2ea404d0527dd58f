"""Searches one project or all that the caller may read, and makes rows of the results."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from lambdaboard.api.rows.tasks import FoundTaskRow, found_row
from lambdaboard.errors import Forbidden, NotFound
from lambdaboard.services.link_counts import with_link_counts
from lambdaboard.services.positions import positions
from lambdaboard.services.project_search import search_project
from lambdaboard.services.result_budget import ResultBudget
from lambdaboard.store.parallel import gather, gather_map

if TYPE_CHECKING:
    from lambdaboard.services.search_request import SearchRequest

MAX_HELD = 40_000_000
"""The limit of characters of the results from all projects together."""


def found_rows(search: SearchRequest, project_id: int) -> list[FoundTaskRow]:
    """Search a project; return rows by id; raises as `search_project`."""
    context, found = search.context, search_project(search, project_id)
    at, owners, listed = gather(
        partial(positions, context, project_id, found.resolver, found.listed, found.open_places),
        lambda: context.stores.users.named({each.task.owner_id for each in found.listed}),
        partial(with_link_counts, context, found.link_types, found.listed),
    )
    missing = {each.task.owner_id for each in found.listed} - {0, *owners}
    resolver = found.resolver._replace(deleted_users={*found.resolver.deleted_users, *missing})
    tasks = (resolver.resolve(each.task).changed(position=at[each.task.id]) for each in listed)
    return [
        found_row(FoundTaskRow, found.project, task, each.counts, owners.get(task.owner_id))
        for task, each in zip(tasks, listed, strict=True)
    ]


def found_rows_everywhere(search: SearchRequest) -> list[FoundTaskRow]:
    """Search all projects that the caller may read; return rows by id."""
    stores, caller = search.context.stores, search.context.caller
    stores.authorization.check_all()
    if search.page.limit:  # each project may have results for the whole page: more is found than is returned
        search.budget = ResultBudget(MAX_HELD)
    project_ids = [*stores.users.roles(caller.user)] if caller.user else stores.projects.ids()
    rows = chain.from_iterable(gather_map(partial(_rows_if_readable, search), project_ids))
    return sorted(rows, key=lambda row: int(row["id"]))[: search.page.limit]


def _rows_if_readable(search: SearchRequest, project_id: int) -> list[FoundTaskRow]:
    with suppress(NotFound, Forbidden):  # it was removed, or the caller lost the role, since it was listed
        return found_rows(search, project_id)
    return []
