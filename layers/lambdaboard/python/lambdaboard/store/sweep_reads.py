"""The reads of `sweep` for a page of items: parents, owners, and the tasks with their generations."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lambdaboard.domain import project
from lambdaboard.store import keys
from lambdaboard.store.keys.kind import ItemIds
from lambdaboard.store.table import key_of
from lambdaboard.store.tasks import StoredTask
from lambdaboard.store.users import StoredUser

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key
    from lambdaboard.store.keys.kind import AnyKind
    from lambdaboard.store.table import Table

OF_A_GENERATION = frozenset((keys.task_file, keys.project_file, keys.subtask))
"""The kinds of items that become out of date when the generation of their task or project grows."""


def read_beside(table: Table, items: list[Item]) -> dict[Key, Item]:
    """Return the items of a page and those that they name, by eventually consistent reads (2, half a unit per 4 KB).

    Items that seem to be missing are read again, consistently (1).
    """
    named = {*chain.from_iterable(map(parents_of, items)), *map(keys.user, filter(None, map(owner_of, items)))}
    named |= {*map(keys.group, chain.from_iterable(map(groups_of, items)))}
    there = {key_of(item): item for item in items}
    there |= table.get(named - there.keys(), is_consistent=False)
    there |= table.get(named - there.keys())
    return there | table.get({*with_generations(items, there)} - there.keys(), is_consistent=False)


def with_generations(items: Iterable[Item], there: Mapping[Key, Item]) -> Iterator[Key]:
    """Yield the keys of the projects and tasks of files and subtasks; of tasks whose lookup items were read."""
    for item in items:
        kind = kind_of(item)
        if kind is keys.project_file:
            yield from parents_of(item)
        elif kind in OF_A_GENERATION:
            task_id, _ = kind.parse(key_of(item))
            lookup = there.get(keys.task_lookup(task_id))
            if lookup:
                yield keys.task(int(lookup["project_id"]["N"]), task_id)


def owner_of(item: Item) -> int:
    """Return the owner of a task; 0 for none, and for other items."""
    return StoredTask.of(item).task.owner_id if kind_of(item) is keys.task else 0


def groups_of(item: Item) -> Collection[int]:
    """Return the groups of a user, or those that have a role in a project; none for other items."""
    kind = kind_of(item)
    if kind is keys.user:
        return StoredUser.of(item).user.groups
    return project.decode(item["doc"]["S"]).groups if kind is keys.project else ()


def kind_of(item: Item) -> AnyKind:
    """Return the kind of an item."""
    return keys.KINDS.kind_of(key_of(item))


def parents_of(item: Item) -> Iterable[Key]:
    """Return the keys of an item's parents; none if its kind has no parents."""
    kind = kind_of(item)
    return kind.parents(ItemIds(kind, key_of(item), item))
