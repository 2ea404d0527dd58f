"""The child entities of tasks, as a search asks for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.domain.search import ChildEntities
from lambdaboard.domain.search.conditions import Subtask
from lambdaboard.store.parallel import gather_map

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.search.conditions import Fact
    from lambdaboard.store.tasks import ListedTask


def child_entities_of(
    context: Context, listed: Sequence[ListedTask], asked: Collection[Fact], deleted_users: Collection[int]
) -> Mapping[int, ChildEntities]:
    """Read comments, subtasks and links of tasks (1 round trip each, 16 at a time; 3 more for links).

    Args:
        context: the call.
        listed: the tasks, at most `reader.AT_ONCE`; what their counters say that they have not is not asked for.
        asked: "comments", "subtasks" and "links", as far as they are asked for; the others are not read.
        deleted_users: their subtasks are nobody's.

    Returns:
        By task; one that has nothing of all that is left out. A person's comments are those that they may see.
    """
    reads = [
        partial(read, context, each, deleted_users)
        for each in listed
        for fact, has, read in (
            ("comments", each.counts.nb_comments, _comments),
            ("subtasks", each.counts.nb_subtasks, _subtasks),
        )
        if fact in asked and has
    ]
    found = {each.task.id: ChildEntities() for each in listed}
    for task_id, values in [*gather_map(_read, reads), *(_links(context, listed) if "links" in asked else ())]:
        found[task_id] = found[task_id]._replace(**values)
    return {task_id: each for task_id, each in found.items() if any(each)}


Found = tuple[int, dict[str, tuple[object, ...]]]
"""A task, and a property of its ChildEntities."""


def _read(read: Callable[[], Found]) -> Found:
    return read()


def _comments(context: Context, each: ListedTask, _deleted_users: Collection[int]) -> Found:
    comments = context.stores.comments.of(each.task.id)
    role = context.caller.role
    return each.task.id, {"comments": tuple(comment.comment for comment in comments if comment.is_visible_to(role))}


def _subtasks(context: Context, each: ListedTask, deleted_users: Collection[int]) -> Found:
    stored = context.stores.subtasks.of(each.task.id)
    subtasks = (subtask.in_generation(each.counts.subtask_generation, deleted_users) for subtask in stored)
    return each.task.id, {"subtasks": tuple(Subtask(subtask.user_id, subtask.status) for subtask in subtasks)}


def _links(context: Context, listed: Sequence[ListedTask]) -> Iterator[Found]:
    """Yield labels of links, as far as their other tasks are there."""
    stores = context.stores
    linked = [each.task.id for each in listed if each.counts.nb_links]
    links = gather_map(lambda task_id: [*stores.links.of(task_id)], linked)
    labels = {each.id: each.label for each in stores.link_types.get().types.types} if linked else {}
    there = stores.tasks.find_many({link.opposite_task_id for found in links for link in found})
    for task_id, found in zip(linked, links, strict=True):
        known = [link for link in found if link.opposite_task_id in there and link.link_id in labels]
        yield task_id, {"links": tuple(labels[link.link_id] for link in known)}
