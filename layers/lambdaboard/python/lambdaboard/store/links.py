"""Links between tasks: each is two items, one with each task, written together.

One side exists if both tasks and its type do. The items of other sides are deleted by `cascade` (after the removal of
a task) or `sweep` (after the removal of a type).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.link import IS_MILESTONE, LinkTypes, TaskLink
from lambdaboard.domain.serialization import decoder, encode
from lambdaboard.errors import Forbidden, NotFound, Reason, Rejected, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import (
    TransactItem,
    delete,
    delete_unchanged,
    number,
    put,
    put_new,
    string,
)
from lambdaboard.store.counts import add_to_counters
from lambdaboard.store.link_types import types_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, StoredTask, TaskStore


class LoadedLink(msgspec.Struct, frozen=True):
    """One side of a link, with both tasks and all types.

    Attributes:
        other: the other side, if it is in the table; it does not exist if its type was removed.
        is_allowed: whether the caller may access the task, and the opposite one.
    """

    loaded: LoadedTask
    opposite: LoadedTask
    types: LinkTypes
    link: TaskLink
    other: TaskLink | None
    is_allowed: tuple[bool, bool]

    def check_task(self) -> None:
        """Allow a change of the task of this side; Forbidden if the caller may access only the other one."""
        if not self.is_allowed[0]:
            raise Forbidden

    def sides(self) -> list[TaskLink]:
        """Return the sides that are in the table."""
        return [self.link, self.other] if self.other else [self.link]

    def changed(self, link: TaskLink) -> list[TaskLink]:
        """Return the sides of the changed link: one if the type of the other one was removed."""
        has_other = self.other and not self.types.is_removed(self.other.link_id)
        return [link, link.other()] if has_other else [link]


class LinkStore:
    """Reads links between tasks and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        self._table = table
        self._tasks = tasks

    # --- reading ------------------------------------------------------------------------------------------------

    def of(self, task_id: int) -> Iterator[TaskLink]:
        """Yield the links of a task by type, those to removed tasks, too (1 per MB, only as far as they are used)."""
        return map(link_of, self._table.query(keys.task_pk(task_id), begins=keys.task_link.sk_prefix))

    def find(self, task_link_id: int, of_task: int | None = None) -> LoadedLink:
        """Read one side of a link by its id, with both tasks and all types (3).

        Args:
            task_link_id: the side.
            of_task: the task that it must belong to; any, if None.

        Raises:
            NotFound: it does not exist, its type was removed, or it belongs to another task.
            Forbidden: the caller may access neither task.
        """
        lookup = self._table.get_one(keys.task_link_lookup(task_link_id))
        if lookup is None:
            raise NotFound(Thing.TASK_LINK)
        task_id, link_id, opposite_id, other_link_id = (int(lookup[name]["N"]) for name in LOOKUP_ATTRIBUTES)
        if of_task not in {None, task_id}:
            raise NotFound(Thing.TASK_LINK)
        wanted = keys.task_link(task_id, link_id, opposite_id), keys.task_link(opposite_id, other_link_id, task_id)
        found = self._tasks.find_many([task_id, opposite_id], *wanted, keys.link_types())
        if not {task_id, opposite_id} <= found.keys():
            raise NotFound(Thing.TASK_LINK)
        loaded, opposite = found[task_id], found[opposite_id]
        is_allowed = self._tasks.is_allowed(loaded), self._tasks.is_allowed(opposite)
        if not any(is_allowed):
            raise Forbidden
        types = types_in(loaded.people.items)
        link, other = _sides(loaded.people.items, task_link_id, *wanted)
        if types.is_removed(link_id):
            raise NotFound(Thing.TASK_LINK)
        return LoadedLink(loaded, opposite, types, link, other, is_allowed)

    # --- writing ------------------------------------------------------------------------------------------------

    def next_ids(self) -> tuple[int, int]:
        """Take the ids of the two sides of a link (1)."""
        first = self._table.next_id("link", 2)
        return first, first + 1

    def add_actions(self, link: TaskLink, task: LoadedTask, opposite: LoadedTask) -> list[TransactItem]:
        """Return the actions that write both sides of a new link, and count them.

        The write raises Rejected if the same link exists, Conflict if a task was moved or removed meanwhile.
        """
        tasks = {link.task_id: task.stored, link.opposite_task_id: opposite.stored}
        projects = {task_id: each.task.project_id for task_id, each in tasks.items()}
        return [*put_both_sides(link, projects), *_count(tasks, [link, link.other()], [])]

    def add_to_new_actions(self, link: TaskLink, new: Task, opposite: LoadedTask) -> list[TransactItem]:
        """Return the actions that write a link of a new task, and count it on the other one; see `add_actions`."""
        projects = {new.id: new.project_id, link.opposite_task_id: opposite.project.id}
        return [*put_both_sides(link, projects), *_count({link.opposite_task_id: opposite.stored}, [link.other()], [])]

    def replace_actions(self, loaded: LoadedLink, link: TaskLink, opposite: LoadedTask) -> list[TransactItem]:
        """Return the actions that replace the sides that were read, and count them; see `add_actions`."""
        old, new = loaded.sides(), loaded.changed(link)
        tasks = {each.task.id: each for each in (loaded.opposite.stored, opposite.stored, loaded.loaded.stored)}
        lookups = [_put_lookup(side, tasks[side.task_id].task.project_id) for side in new]
        lookups += [delete(keys.task_link_lookup(side.id)) for side in old[len(new) :]]
        return [*_replace_sides(old, new), *lookups, *_count(tasks, new, old)]

    def remove_actions(self, loaded: LoadedLink) -> list[TransactItem]:
        """Return the actions that remove both sides; NotFound; Conflict if a task was moved meanwhile."""
        tasks = {each.task.id: each for each in (loaded.loaded.stored, loaded.opposite.stored)}
        sides = loaded.sides()
        return [*(action for side in sides for action in _delete(side)), *_count(tasks, [], sides)]

    def remove_side_actions(self, side: TaskLink) -> list[TransactItem]:
        """Return the actions that remove one side, and its count if its task exists (2); see `remove_actions`."""
        tasks = {task_id: loaded.stored for task_id, loaded in self._tasks.find_many([side.task_id]).items()}
        return [*_delete(side), *_count(tasks, [], [side])]


def delete_lookup(side: TaskLink) -> TransactItem:
    """Return the action that deletes the lookup item of a removed side; Conflict if it was changed meanwhile."""
    condition = " AND ".join(f"{name} = :{name}" for name in LOOKUP_ATTRIBUTES)
    values = {f":{name}": value for name, value in _lookup(side).items()}
    return delete_unchanged(keys.task_link_lookup(side.id), condition, values)


LOOKUP_ATTRIBUTES = ("task_id", "link_id", "opposite_task_id", "other_link_id")
"""The attributes of a lookup with the places of a side and of the other one."""


def _sides(items: Mapping[Key, Item], task_link_id: int, own: Key, opposite: Key) -> tuple[TaskLink, TaskLink | None]:
    """Return the side of a link with an id, and the opposite one if it is of the same link; NotFound."""
    sides = {key: link_of(items[key]) for key in (own, opposite) if key in items}
    if own not in sides or sides[own].id != task_link_id:
        raise NotFound(Thing.TASK_LINK)
    link, other = sides[own], sides.get(opposite)
    return link, other if other and other.pair == link.pair else None


def link_of(item: Item) -> TaskLink:
    """Read one side of a link from its item."""
    return _decode(item["doc"]["S"])


_decode = decoder(TaskLink)


def _key(side: TaskLink) -> Key:
    return keys.task_link(side.task_id, side.link_id, side.opposite_task_id)


def _attributes(side: TaskLink) -> dict[str, keys.Attribute]:
    return {"doc": string(encode(side).decode()), "pair": number(side.pair)}


def _put_side(side: TaskLink) -> TransactItem:
    return put_new(_key(side), _attributes(side), Rejected(Reason.ALREADY_LINKED, "opposite_task_id"))


def _replace_side(side: TaskLink) -> TransactItem:
    same = {"ConditionExpression": "pair = :pair", "ExpressionAttributeValues": {":pair": number(side.pair)}}
    request = put(_key(side), _attributes(side)).request["Put"]
    return TransactItem({"Put": request | same}, NotFound(Thing.TASK_LINK))


def put_both_sides(link: TaskLink, projects: dict[int, int]) -> list[TransactItem]:
    """Return the actions that write both sides of a new link; `projects`: where each task is."""
    return [action for side in (link, link.other()) for action in put_side(side, projects[side.task_id])]


def put_side(side: TaskLink, project_id: int) -> list[TransactItem]:
    """Return the actions that write one side of a new link, of a task in a project."""
    return [_put_side(side), _put_lookup(side, project_id)]


def _put_lookup(side: TaskLink, project_id: int) -> TransactItem:
    """Return the action that writes the lookup item of a side."""
    return put(keys.task_link_lookup(side.id), {**_lookup(side), "project_id": number(project_id)})


def _lookup(side: TaskLink) -> dict[str, keys.Attribute]:
    return {name: number(getattr(side, name)) for name in LOOKUP_ATTRIBUTES}


def _replace_sides(old: Sequence[TaskLink], new: Sequence[TaskLink]) -> list[TransactItem]:
    old_keys, new_keys = set(map(_key, old)), set(map(_key, new))
    deleted = [_delete_side(side) for side in old if _key(side) not in new_keys]
    return deleted + [_replace_side(side) if _key(side) in old_keys else _put_side(side) for side in new]


def _delete_side(side: TaskLink) -> TransactItem:
    return delete_unchanged(_key(side), "pair = :pair", {":pair": number(side.pair)}, NotFound(Thing.TASK_LINK))


def _delete(side: TaskLink) -> list[TransactItem]:
    return [_delete_side(side), delete(keys.task_link_lookup(side.id))]


def _count(tasks: dict[int, StoredTask], new: list[TaskLink], old: list[TaskLink]) -> list[TransactItem]:
    """Return the actions that count links on their tasks, which must not have moved, even if their count stays."""
    links: Counter[int] = Counter()
    milestones: Counter[int] = Counter()
    for by, sides in ((1, new), (-1, old)):
        for side in sides:
            links[side.task_id] += by
            milestones[side.task_id] += by * (side.link_id == IS_MILESTONE)
    return [
        add_to_counters(
            task.key, nb_links=links[task_id], **({"nb_milestones": milestones[task_id]} if milestones[task_id] else {})
        )
        for task_id, task in tasks.items()
    ]
