"""Links between tasks, and their types (context.md 11 and 2.3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdaboard.api.access import ADMINISTRATION, VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import Id, InnerTaskLinkId, LinkTypeId, OppositeTaskId, TaskId, TaskLinkId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.links import LinkTypeRow, ListedTaskLinkRow, TaskLinkRow, link_type_row
from lambdaboard.domain.event import Event, EventName, of_link
from lambdaboard.domain.link import Ends, linked
from lambdaboard.errors import NotFound, Thing
from lambdaboard.jsonrpc import Integer, Text
from lambdaboard.services.automatic_actions import changed_by_links
from lambdaboard.services.linked_tasks import LinkedTask
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.store.parallel import first_page, gather, in_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambdaboard.domain.link import LinkTypes, TaskLink
    from lambdaboard.store.tasks import LoadedTask


@procedure("getAllLinks", ADMINISTRATION)
def get_all_links(context: Context) -> list[LinkTypeRow]:
    """Get the types of links, by id.

    Returns:
        The types.
    """
    return [link_type_row(each) for each in context.stores.link_types.get().types.types]


@procedure("getLinkById", ADMINISTRATION, failure=None)
def get_link_by_id(context: Context, link_id: LinkTypeId) -> LinkTypeRow:
    """Get a type of links.

    Args:
        link_id: the type.

    Returns:
        The type; null if there is no such type.
    """
    return link_type_row(context.stores.link_types.get().types.get(link_id))


@procedure("getLinkByLabel", ADMINISTRATION, failure=None, looks_for=Thing.LINK)
def get_link_by_label(context: Context, label: Text) -> LinkTypeRow:
    """Get the type of links that has a label.

    Args:
        label: case-sensitive.

    Returns:
        The type; null if there is no such type.
    """
    return link_type_row(context.stores.link_types.get().types.labelled(label))


@procedure("getOppositeLinkId", ADMINISTRATION, failure=0)
def get_opposite_link_id(context: Context, link_id: Integer) -> int:
    """Get the type of a link as seen from the other task.

    Args:
        link_id: the type.

    Returns:
        Its opposite; the given id itself if it has none, or if there is no such type.
    """
    return context.stores.link_types.get().types.opposite_id(link_id)


@procedure("createLink", ADMINISTRATION)
def create_link(context: Context, label: Text, opposite_label: Text = "") -> int:
    """Create a type of links, and its opposite if that has another label.

    Args:
        label: the label of a link of this type, as seen from a task; not empty, unique, case-sensitive.
        opposite_label: the label as seen from the other task; "" for the same.

    Returns:
        The id of the type, not of its opposite; false if one of the labels is refused.
    """
    link_types = context.stores.link_types
    stored = link_types.get()
    types = stored.types.with_new(label, opposite_label)
    return context.commit(types.labelled(label).id, *link_types.replace_actions(stored, types))


@procedure("updateLink", ADMINISTRATION)
def update_link(context: Context, link_id: LinkTypeId, opposite_link_id: Id, label: Text) -> bool:
    """Change a type of links; existing links keep both of their types.

    Args:
        link_id: the type.
        opposite_link_id: another type, which does not change; 0 for none.
        label: see createLink.

    Returns:
        True; false if there is no such type or a value is refused.
    """
    link_types = context.stores.link_types
    stored = link_types.get()
    changed = stored.types.with_changed(link_id, opposite_link_id, label)
    return context.commit(True, *link_types.replace_actions(stored, changed))


@procedure("removeLink", ADMINISTRATION)
def remove_link(context: Context, link_id: LinkTypeId) -> bool:
    """Remove a type of links, and the sides of links with this type; sides with another type stay.

    Args:
        link_id: the type.

    Returns:
        True; false if there is no such type.
    """
    link_types = context.stores.link_types
    stored = link_types.get()
    return context.commit(True, *link_types.replace_actions(stored, stored.types.without(link_id, context.now)))


@procedure("createTaskLink", WORK)
def create_task_link(context: Context, task_id: TaskId, opposite_task_id: OppositeTaskId, link_id: LinkTypeId) -> int:
    """Link two tasks.

    Args:
        task_id: the task.
        opposite_task_id: the other task, of any project in which the caller may work; the task itself only with a type
            that has an opposite.
        link_id: the type.

    Returns:
        The id of the link as seen from the first task; the other task's is the next one. False if there is no such
        task or type, or the same link exists, from either side.
    """
    stores = context.stores
    loaded, opposites, link_types, ids = gather(
        partial(stores.tasks.find, task_id),
        partial(stores.tasks.find_many, [opposite_task_id]),
        stores.link_types.get,
        stores.links.next_ids,
    )
    opposite = _workable(context, opposites.get(opposite_task_id))
    link = linked(Ends(task_id, opposite_task_id, link_id), link_types.types, ids)
    tasks = {task_id: loaded, opposite_task_id: opposite}
    decided = changed_by_links(context, tasks, _set_events(link_types.types, tasks, [link, link.other()]))
    return decided.committed(context, link.id, *stores.links.add_actions(link, loaded, opposite))


def _set_events(types: LinkTypes, tasks: Mapping[int, LoadedTask], sides: Iterable[TaskLink]) -> list[Event]:
    """Return an event for each side of a link that is new, or changed."""
    told = ((tasks[side.task_id], side) for side in sides)
    return [of_link(EventName.LINK_SET, each.project, each.task, side, types) for each, side in told]


@procedure("updateTaskLink", WORK)
def update_task_link(
    context: Context,
    task_link_id: InnerTaskLinkId,
    task_id: TaskId,
    opposite_task_id: OppositeTaskId,
    link_id: LinkTypeId,
) -> bool:
    """Change both sides of a link; only the given one if the type of the other side was removed.

    A person must be allowed to work on its tasks, before and after.

    Args:
        task_link_id: the link as seen from one task.
        task_id: that task.
        opposite_task_id: see createTaskLink.
        link_id: the type, as seen from that task.

    Returns:
        True; false if the task has no such link, there is no such task or type, or the same link exists.
    """
    stores = context.stores
    loaded, opposites = gather(
        partial(stores.links.find, task_link_id, of_task=task_id),
        partial(stores.tasks.find_many, [opposite_task_id]),
    )
    loaded.check_task()
    _workable(context, loaded.opposite, Thing.TASK_LINK)
    opposite = _workable(context, opposites.get(opposite_task_id))
    ids = loaded.link.id, loaded.link.other_id
    link = linked(Ends(task_id, opposite_task_id, link_id), loaded.types, ids)
    tasks = {task_id: loaded.loaded, opposite_task_id: opposite}
    decided = changed_by_links(context, tasks, _set_events(loaded.types, tasks, loaded.changed(link)))
    actions = [] if link == loaded.link else stores.links.replace_actions(loaded, link, opposite)
    return decided.committed(context, True, *actions)


@procedure("removeTaskLink", WORK)
def remove_task_link(context: Context, task_link_id: TaskLinkId) -> bool:
    """Remove a link from both tasks. A person must be allowed to work on one of them.

    Args:
        task_link_id: the link as seen from one of the tasks.

    Returns:
        True; false if there is no such link.
    """
    links = context.stores.links
    stored = links.find(task_link_id)
    loaded = stored.loaded
    event = of_link(EventName.LINK_DELETE, loaded.project, loaded.task, stored.link, stored.types)
    return context.commit(True, *links.remove_actions(stored), events=[event])


@procedure("getTaskLinkById", VIEW, failure=None)
def get_task_link_by_id(context: Context, task_link_id: TaskLinkId) -> TaskLinkRow:
    """Get a link as seen from one of its tasks.

    Args:
        task_link_id: the link as seen from this task.

    Returns:
        The link; null if there is no such link.
    """
    loaded = context.stores.links.find(task_link_id)
    loaded.check_task()
    link, link_type = loaded.link, loaded.types.get(loaded.link.link_id)
    _, shows_opposite = loaded.is_allowed
    return TaskLinkRow(
        id=link.id,
        opposite_task_id=link.opposite_task_id if shows_opposite else 0,
        task_id=link.task_id,
        link_id=link.link_id,
        label=link_type.label,
        opposite_link_id=link_type.opposite_id if shows_opposite else 0,
    )


@procedure("getAllTaskLinks", VIEW, failure=[])
def get_all_task_links(context: Context, task_id: TaskId) -> list[ListedTaskLinkRow]:
    """Get the links of a task, by type, then by the other task's place: the last column first, open tasks first.

    Args:
        task_id: the task, open or closed.

    Returns:
        The links; an empty list if there is no such task. Tasks that the caller may not see are the last of their
        type, by id.
    """
    stores = context.stores
    _, link_types, links = gather(
        partial(stores.tasks.find, task_id), stores.link_types.get, first_page(stores.links.of(task_id))
    )
    budget = ResultBudget(context.result_limit)
    labels = link_types.types.labels()
    known = [link for link in budget.each(links, lambda _: ROW_CHARACTERS) if link.link_id in labels]
    there = _linked_tasks(context, budget, known)
    users = stores.users.named(each.owner_id for each in there)
    return [each.row(labels[each.link.link_id], users) for each in sorted(there, key=LinkedTask.order)]


def _linked_tasks(context: Context, budget: ResultBudget, links: Sequence[TaskLink]) -> list[LinkedTask]:
    """Read the other tasks of links; a link to a removed task is left out."""
    opposites = _opposites(context, budget, {link.opposite_task_id for link in links})
    there = (link for link in links if link.opposite_task_id in opposites)
    return [LinkedTask.of(context, link, opposites[link.opposite_task_id]) for link in there]


def _opposites(context: Context, budget: ResultBudget, task_ids: Iterable[int]) -> dict[int, LoadedTask]:
    """Read tasks, without a check of rights (2 round trips for each 500)."""
    opposites: dict[int, LoadedTask] = {}
    for part in in_parts(task_ids):
        found = context.stores.tasks.find_many(part)
        budget.take(sum(len(each.task.title) for each in found.values()))
        opposites |= found
    return opposites


def _workable(context: Context, opposite: LoadedTask | None, named: Thing = Thing.OPPOSITE_TASK) -> LoadedTask:
    """Return the other task of a link, if the caller may work on it; else NotFound with the thing that names it."""
    if opposite is None or not context.stores.tasks.is_allowed(opposite):
        raise NotFound(named)
    return opposite
