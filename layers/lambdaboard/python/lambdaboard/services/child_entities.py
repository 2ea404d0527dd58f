"""The child entities of tasks, for a search."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from lambdaboard.domain.search import ChildEntities
from lambdaboard.domain.search.conditions import Subtask
from lambdaboard.store.parallel import gather_map, in_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from lambdaboard.services.search_request import SearchRequest
    from lambdaboard.store.tasks import ListedTask

LINK = 100
"""The characters counted for a link, about."""


def child_entities_of(
    search: SearchRequest, listed: Sequence[ListedTask], deleted_users: Collection[int]
) -> Mapping[int, ChildEntities]:
    """Read comments, subtasks and links of tasks (1 round trip each, 16 at a time; 3 more for links).

    Args:
        search: of "comments", "subtasks" and "links", only those that it needs are read.
        listed: the tasks, at most `project_search.BATCH`; kinds with a counter of 0 are not read.
        deleted_users: their subtasks are unassigned.

    Returns:
        By task; a task without any may be missing. Comments are those that the caller may see.

    Raises:
        ResultTooLarge: there are more than the limit of a search, or it takes too long.
    """
    asked = search.query.asks
    reads: list[Callable[[], Found]] = []
    if "comments" in asked:
        reads += [partial(_comments, search, each, deleted_users) for each in listed if each.counts.nb_comments]
    if "subtasks" in asked:
        reads += [partial(_subtasks, search, each, deleted_users) for each in listed if each.counts.nb_subtasks]
    links = _links(search, listed) if "links" in asked else ()
    found: defaultdict[int, ChildEntities] = defaultdict(ChildEntities)
    for task_id, values in (*gather_map(_read, reads), *links):
        found[task_id] = found[task_id]._replace(**values)
    return found


Found = tuple[int, dict[str, tuple[object, ...]]]
"""A task, and a property of its ChildEntities."""


def _read(read: Callable[[], Found]) -> Found:
    return read()


def _comments(search: SearchRequest, each: ListedTask, _deleted_users: Collection[int]) -> Found:
    role = search.context.caller.role
    comments = search.read(search.context.stores.comments.of(each.task.id), lambda comment: len(comment.comment))
    return each.task.id, {"comments": tuple(comment.comment for comment in comments if comment.is_visible_to(role))}


def _subtasks(search: SearchRequest, each: ListedTask, deleted_users: Collection[int]) -> Found:
    stored = search.read(search.context.stores.subtasks.of(each.task.id), lambda subtask: len(subtask.title))
    subtasks = (subtask.in_generation(each.counts.subtask_generation, deleted_users) for subtask in stored)
    return each.task.id, {"subtasks": tuple(Subtask(subtask.user_id, subtask.status) for subtask in subtasks)}


def _links(search: SearchRequest, listed: Sequence[ListedTask]) -> Iterator[Found]:
    """Yield labels of links whose other tasks exist."""
    stores = search.context.stores
    linked = [each.task.id for each in listed if each.counts.nb_links]
    if not linked:
        return
    links = [*chain(*gather_map(lambda task_id: [*search.read(stores.links.of(task_id), lambda _: LINK)], linked))]
    labels = stores.link_types.get().types.labels()
    existing = _existing(search, {link.opposite_task_id for link in links})
    known: defaultdict[int, list[str]] = defaultdict(list)
    for link in links:
        if link.opposite_task_id in existing and link.link_id in labels:
            known[link.task_id].append(labels[link.link_id])
    for task_id, found in known.items():
        yield task_id, {"links": tuple(found)}


def _existing(search: SearchRequest, task_ids: Iterable[int]) -> set[int]:
    """Return those of some tasks that exist (2 round trips for 500)."""
    existing: set[int] = set()
    for part in in_parts(task_ids):
        search.check_time()
        existing |= search.context.stores.tasks.find_many(part).keys()
    return existing
