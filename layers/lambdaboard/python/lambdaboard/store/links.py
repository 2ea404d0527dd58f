"""Links between tasks: each is two items, one with either task, written together; and the types of links, one item.

One side is there if both tasks are and its type is. What is left of a side that is not, `cascade` removes (a task is
gone) or `sweep` (a type is gone).
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.domain import link as domain
from lambdaboard.domain.link import IS_MILESTONE, LinkTypes, TaskLink
from lambdaboard.errors import Conflict, NotFound, Rejected
from lambdaboard.store import keys
from lambdaboard.store.actions import (
    TransactItem,
    Version,
    delete,
    delete_unchanged,
    new_item,
    number,
    put,
    put_new,
    replacement,
    string,
)
from lambdaboard.store.counts import add_to_counters
from lambdaboard.store.parallel import start
from lambdaboard.store.retry import retry_attempts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, StoredTask, TaskStore


class StoredTypes(NamedTuple):
    """All types of links as they were read; `read` is None as long as nobody has changed those that are built in."""

    types: LinkTypes
    read: Version | None


class LinkTypeStore:
    """Reads and writes the types of links. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> StoredTypes:
        """Read all types (1)."""
        item = self._table.get_one(keys.link_types())
        if item is None:
            return StoredTypes(LinkTypes(), None)
        return StoredTypes(domain.decode(item["doc"]["S"]), Version.of(dict(item)))

    def replace(self, stored: StoredTypes, types: LinkTypes) -> None:
        """Write all types over those that were read (1); Conflict."""
        doc = {"doc": string(domain.encode(types))}
        key = keys.link_types()
        write = put_new(key, new_item(doc)) if stored.read is None else replacement(key, stored.read, doc)
        self._table.transact([write])


class FoundLink(msgspec.Struct, frozen=True):
    """One side of a link, with both tasks.

    Attributes:
        other: the other side; None where its type was removed.
    """

    found: LoadedTask
    opposite: LoadedTask
    link: TaskLink
    other: TaskLink | None

    def sides(self) -> list[TaskLink]:
        """Return the sides that are there."""
        return [self.link, self.other] if self.other else [self.link]


class LinkStore:
    """Reads and writes links between tasks. Costs are in round trips."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        self._table = table
        self._tasks = tasks

    def next_ids(self) -> tuple[int, int]:
        """Take the ids of the two sides of a link (1)."""
        first = self._table.next_id("link", 2)
        return first, first + 1

    def of(self, task_id: int) -> Iterator[TaskLink]:
        """Yield the links of a task by type, those to tasks that are gone, too (1 a MB)."""
        return map(link_of, self._table.query(keys.task_pk(task_id), begins=keys.task_link.sk_prefix))

    def find(self, task_link_id: int) -> FoundLink:
        """Read one side of a link by its id, and both tasks (3); NotFound."""
        lead = self._table.get_one(keys.task_link_lookup(task_link_id))
        if lead is None:
            raise NotFound("task link")
        task_id, link_id, opposite_id, other_link_id = (int(lead[name]["N"]) for name in LEADS)
        opposites = start(self._tasks.anywhere, [opposite_id])
        wanted = keys.task_link(task_id, link_id, opposite_id), keys.task_link(opposite_id, other_link_id, task_id)
        found = self._tasks.find(task_id, *wanted, probably_in=int(lead["project_id"]["N"]))
        link, other = (link_of(found.items[key]) if key in found.items else None for key in wanted)
        opposite = opposites.result().get(opposite_id)
        if link is None or link.id != task_link_id or opposite is None:
            raise NotFound("task link")
        return FoundLink(found, opposite, link, other if other and other.pair == link.pair else None)

    def add(self, link: TaskLink, task: StoredTask, opposite: StoredTask) -> None:
        """Write both sides of a new link, and count them (1).

        Raises:
            Rejected: there is one already that says the same.
            Conflict: a task was moved or removed meanwhile.
        """
        places = {link.task_id: task, link.opposite_task_id: opposite}
        projects = {task_id: each.task.project_id for task_id, each in places.items()}
        self._table.transact([*_birth(link, projects), *_counted(places, [link, link.other()], [])])

    def put_actions_of_new(self, link: TaskLink, new: Task, opposite: StoredTask) -> list[TransactItem]:
        """Return what writes a link of a new task, and counts it on the other one; see `add`."""
        projects = {new.id: new.project_id, link.opposite_task_id: opposite.task.project_id}
        return [*_birth(link, projects), *_counted({link.opposite_task_id: opposite}, [link.other()], [])]

    def replace(self, read: FoundLink, link: TaskLink, opposite: StoredTask) -> None:
        """Write both sides of a link over those that were read, and count them (1); raises as `add`."""
        old, new = read.sides(), [link, link.other()]
        places = {each.task.id: each for each in (read.opposite.stored, opposite, read.found.stored)}
        kept = {_key(side) for side in old}
        actions = [_gone(side) for side in old if _key(side) not in {_key(each) for each in new}]
        actions += [_over(side) if _key(side) in kept else _new(side) for side in new]
        actions += [_lead(side, places[side.task_id].task.project_id) for side in new]
        self._table.transact([*actions, *_counted(places, new, old)])

    def remove(self, read: FoundLink) -> None:
        """Remove both sides of a link (1); NotFound where it is gone, Conflict where a task was moved meanwhile."""
        places = {each.task.id: each for each in (read.found.stored, read.opposite.stored)}
        gone = [action for side in read.sides() for action in _death(side)]
        self._table.transact([*gone, *_counted(places, [], read.sides())])

    def drop(self, side: TaskLink) -> None:
        """Remove one side of a link, and count it no more if its task is still there (3, again while others write)."""
        for _ in retry_attempts():
            there = self._tasks.anywhere([side.task_id])
            places = {task_id: found.stored for task_id, found in there.items()}
            try:
                self._table.transact([*_death(side), *_counted(places, [], [side])])
            except NotFound:
                return
            except Conflict:
                continue  # the task is on the move
            return
        raise TimeoutError("gave up: other writers were always first")

    def forget(self, side: TaskLink) -> None:
        """Let the id of a side that is gone lead nowhere (1); it stays if it leads to another place meanwhile."""
        condition = " AND ".join(f"{name} = :{name}" for name in LEADS)
        values = {f":{name}": value for name, value in _leads(side).items()}
        with suppress(Conflict):
            self._table.transact([delete_unchanged(keys.task_link_lookup(side.id), condition, values)])


LEADS = ("task_id", "link_id", "opposite_task_id", "other_link_id")
"""The attributes of a lookup that tell where a side lies, and where the other one does."""


def link_of(item: Item) -> TaskLink:
    """Read one side of a link from its item."""
    return _decode(item["doc"]["S"])


_decode = msgspec.json.Decoder(TaskLink).decode


def _key(side: TaskLink) -> Key:
    return keys.task_link(side.task_id, side.link_id, side.opposite_task_id)


def _attributes(side: TaskLink) -> dict[str, keys.Attribute]:
    return {"doc": string(msgspec.json.encode(side).decode()), "pair": number(side.pair)}


def _new(side: TaskLink) -> TransactItem:
    return put_new(_key(side), _attributes(side), Rejected("same link"))


def _over(side: TaskLink) -> TransactItem:
    same = {"ConditionExpression": "pair = :pair", "ExpressionAttributeValues": {":pair": number(side.pair)}}
    request = put(_key(side), _attributes(side)).request["Put"]
    return TransactItem({"Put": request | same}, NotFound("task link"))


def _birth(link: TaskLink, projects: dict[int, int]) -> list[TransactItem]:
    """Return what writes both sides of a new link; `projects`: where each task is."""
    return [action for side in (link, link.other()) for action in (_new(side), _lead(side, projects[side.task_id]))]


def _lead(side: TaskLink, project_id: int) -> TransactItem:
    """Return what leads from the id of a side to where it lies."""
    return put(keys.task_link_lookup(side.id), {**_leads(side), "project_id": number(project_id)})


def _leads(side: TaskLink) -> dict[str, keys.Attribute]:
    return {name: number(getattr(side, name)) for name in LEADS}


def _gone(side: TaskLink) -> TransactItem:
    action = delete_unchanged(_key(side), "pair = :pair", {":pair": number(side.pair)})
    return TransactItem(action.request, NotFound("task link"))


def _death(side: TaskLink) -> list[TransactItem]:
    return [_gone(side), delete(keys.task_link_lookup(side.id))]


def _counted(places: dict[int, StoredTask], new: list[TaskLink], old: list[TaskLink]) -> list[TransactItem]:
    """Return what counts links on their tasks, which must still be where they were read, be their count the same."""
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
        for task_id, task in places.items()
    ]
