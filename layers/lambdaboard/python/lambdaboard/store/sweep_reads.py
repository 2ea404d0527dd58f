"""What `sweep` reads beside a page of items: their parents, their owners, and the tasks that hold their generations."""

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
"""The kinds of items that are out of date once their task or project has a later generation than they have."""


def read_beside(table: Table, items: list[Item]) -> dict[Key, Item]:
    """Return the items of a page and those that they name, as they were lately (2, half a unit each for 4 KB).

    What seems not to be there is read once more, consistently (1).
    """
    named = {*chain.from_iterable(map(parents_of, items)), *map(keys.user, filter(None, map(owner_of, items)))}
    named |= {*map(keys.group, chain.from_iterable(map(groups_of, items)))}
    there = {key_of(item): item for item in items}
    there |= table.get(named - there.keys(), is_consistent=False)
    there |= table.get(named - there.keys())
    return there | table.get({*with_generations(items, there)} - there.keys(), is_consistent=False)


def with_generations(items: Iterable[Item], there: Mapping[Key, Item]) -> Iterator[Key]:
    """Yield the keys of what files and subtasks belong to: projects, and tasks whose lookup items are there."""
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
    """Return whose task an item is; 0 for nobody's, and for what is no task."""
    return StoredTask.of(item).task.owner_id if kind_of(item) is keys.task else 0


def groups_of(item: Item) -> Collection[int]:
    """Return the groups that a user is in, or that have a role in a project; none for what is neither."""
    kind = kind_of(item)
    if kind is keys.user:
        return StoredUser.of(item).user.groups
    return project.decode(item["doc"]["S"]).groups if kind is keys.project else ()


def kind_of(item: Item) -> AnyKind:
    """Return the kind of an item."""
    return keys.KINDS.kind_of(key_of(item))


def parents_of(item: Item) -> Iterable[Key]:
    """Return the keys of the items without which an item has no meaning; none for what has no parent."""
    kind = kind_of(item)
    return kind.parents(ItemIds(kind, key_of(item), item))
