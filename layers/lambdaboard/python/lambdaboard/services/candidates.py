"""Which tasks a search reads: as few as the query allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.store.keys import LAST_ID
from lambdaboard.store.parallel import first_page
from lambdaboard.store.tasks import TaskPlace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.api.context import Context
    from lambdaboard.domain.search import Query
    from lambdaboard.store.tasks import ListedTask

OPEN, CLOSED = 1, 0

BY_KEY = 100
"""Tasks that are read one by one: as many as one round trip brings. More come sooner page by page."""


class Candidates(NamedTuple):
    """Tasks that a query may mean.

    Attributes:
        listed: by id; the first page is read, the others are read as they are asked for.
        are_all_open: every open task of the project is among them.
    """

    listed: Iterable[ListedTask]
    are_all_open: bool


def candidates(context: Context, project_id: int, query: Query, after_id: int) -> Candidates:
    """Find the tasks of a project that a query may mean, with an id greater than a given one; the first page is read.

    By their ids, by their references, open ones by their due dates; else all of one status, or all.
    """
    tasks = context.stores.tasks
    for way in (_by_id, _by_reference, _by_due):
        found = way(context, project_id, query)
        if found is not None:
            wanted = sorted(task_id for task_id in {*found} if task_id > after_id)
            places = (TaskPlace(project_id, task_id) for task_id in wanted)
            return Candidates(tasks.get_many(places), are_all_open=False)
    status = query.status()
    listed = first_page(tasks.of_project(project_id, status, after_id))()
    return Candidates(listed, status != CLOSED and not after_id)


def _by_id(_context: Context, _project_id: int, query: Query) -> list[int] | None:
    ids = query.ids()
    if ids is None or len(ids) > BY_KEY:
        return None
    return [task_id for task_id in ids if task_id <= LAST_ID]


def _by_reference(context: Context, project_id: int, query: Query) -> list[int] | None:
    references = query.references()
    found: list[int] = []
    for begins, is_whole, fits in references:
        limit = BY_KEY + 1 - len(found)
        found += context.stores.task_index.referenced(project_id, begins, fits, is_whole=is_whole, limit=limit)
        if len(found) > BY_KEY:
            return None
    return found if references else None


def _by_due(context: Context, project_id: int, query: Query) -> list[int] | None:
    """Find open tasks; closed ones are not in the index, and reading them beside it would miss those that close."""
    due = query.due()
    if due is None or query.status() != OPEN:
        return None
    found = context.stores.task_index.due(project_id, *due, limit=BY_KEY + 1)
    return found if len(found) <= BY_KEY else None
