"""The tasks that a search reads: as few as the query allows."""

from __future__ import annotations

from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.store.keys import LAST_ID
from lambdaboard.store.parallel import first_page
from lambdaboard.store.tasks import TaskPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.domain.search import Reference
    from lambdaboard.services.search_request import SearchRequest
    from lambdaboard.store.tasks import ListedTask

OPEN, CLOSED = 1, 0

BY_KEY = 100
"""Tasks that are read one by one: one round trip returns as many. More are read faster page by page."""


class Candidates(NamedTuple):
    """Tasks that a query may match.

    Attributes:
        listed: by id; the first page is read, the others are read only as far as they are used.
        are_all_open: every open task of the project is among them.
    """

    listed: Iterable[ListedTask]
    are_all_open: bool


def candidates(search: SearchRequest, project_id: int) -> Callable[[], Candidates]:
    """Find the tasks of a project that a query may match, after the previous page.

    By their ids, by their references, open ones by their due dates; else all of one status, or all.

    Returns:
        A function that reads the first page, or up to a hundred tasks by their ids. The rest is read only after the
        check of the caller's right.
    """
    ids = search.query.ids()
    if ids is not None and len(ids) <= BY_KEY:
        by_id = _by_key(search, project_id, ids)
        return lambda: by_id
    found = _indexes(search, project_id)
    first = next(found, None)
    if first is None:
        whole = _whole(search, project_id)
        return lambda: whole
    return partial(_by_index, search, project_id, chain([first], found))


def _indexes(search: SearchRequest, project_id: int) -> Iterator[Iterator[int]]:
    """Yield the ids of each index that the query can use; an index is read only when its ids are used."""
    for way in (_by_reference, _by_due):
        found = way(search, project_id)
        if found is not None:
            yield found


def _by_index(search: SearchRequest, project_id: int, indexes: Iterable[Iterator[int]]) -> Candidates:
    """Read the tasks from the first index that finds only few, or all tasks."""
    for found in indexes:
        wanted = {*islice(found, BY_KEY + 1)}
        if len(wanted) <= BY_KEY:
            return _by_key(search, project_id, wanted)
    return _whole(search, project_id)


def _by_key(search: SearchRequest, project_id: int, task_ids: Iterable[int]) -> Candidates:
    behind = sorted(task_id for task_id in {*task_ids} if search.page.after_id < task_id <= LAST_ID)
    places = (TaskPlace(project_id, task_id) for task_id in behind)
    return Candidates(first_page(search.context.stores.tasks.get_many(places))(), are_all_open=False)


def _whole(search: SearchRequest, project_id: int) -> Candidates:
    status, after_id = search.query.status(), search.page.after_id
    listed = first_page(search.context.stores.tasks.of_project(project_id, status, after_id))()
    return Candidates(listed, status != CLOSED and not after_id)


def _by_reference(search: SearchRequest, project_id: int) -> Iterator[int] | None:
    """Find tasks by the first of some references; the others are read only as far as they are used."""
    references = search.query.references()
    if not references:
        return None
    first, *others = references
    read = partial(_referenced, search, project_id)
    return chain(read(first), chain.from_iterable(map(read, others)))


def _referenced(search: SearchRequest, project_id: int, reference: Reference) -> Iterator[int]:
    fits, index = partial(_fits_in_time, search, reference), search.context.stores.task_index
    return index.referenced(project_id, reference.begins, fits, is_whole=reference.is_whole)


def _fits_in_time(search: SearchRequest, reference: Reference, text: str) -> bool:
    return search.check_time() and reference.fits(text)


def _by_due(search: SearchRequest, project_id: int) -> Iterator[int] | None:
    """Find open tasks; closed ones are not in the index, and a parallel read would miss those that close meanwhile."""
    due = search.query.due()
    if due is None or search.query.status() != OPEN:
        return None
    return search.context.stores.task_index.due(project_id, *due)
