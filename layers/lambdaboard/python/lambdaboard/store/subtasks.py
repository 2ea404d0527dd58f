"""Subtasks: each change of one is written together with its task, which keeps their number and the sums of their hours.

All of them are read after the task, and written on the condition that the task's version is the one that was read:
so the sums match the stored subtasks (decision 9).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.serialization import decoder, serialize
from lambdaboard.domain.subtask import Subtask, by_position, nb_completed, with_times_of
from lambdaboard.errors import NotFound, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import Version, delete, number, put, string, update_version
from lambdaboard.store.child_entities import ChildEntityStore, StoredChild
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.counts import Counts
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, TaskStore

KIND: keys.ChildKind = "subtask"


class Checklist(msgspec.Struct, frozen=True):
    """All subtasks of a task, with the changes by its generation.

    Attributes:
        loaded: the task, read before them.
        by_id: the subtasks.
    """

    loaded: LoadedTask
    by_id: dict[int, StoredChild[Subtask]]

    @property
    def subtasks(self) -> list[Subtask]:
        """The subtasks, by id."""
        return [stored.value for stored in self.by_id.values()]

    def get(self, subtask_id: int) -> StoredChild[Subtask]:
        """Return one of them; NotFound."""
        if subtask_id not in self.by_id:
            raise NotFound(Thing.SUBTASK)
        return self.by_id[subtask_id]

    def with_added(self, subtask: Subtask) -> list[Subtask]:
        """Return the subtasks with a new one."""
        return [*self.subtasks, subtask]

    def with_replaced(self, subtask: Subtask) -> list[Subtask]:
        """Return the subtasks with one changed."""
        return [subtask if each.id == subtask.id else each for each in self.subtasks]

    def without(self, subtask_id: int) -> list[Subtask]:
        """Return the subtasks without one."""
        return [each for each in self.subtasks if each.id != subtask_id]

    def task_with(self, there: Sequence[Subtask]) -> Task:
        """Return the task with the hours of its new subtasks; Rejected if they are too many."""
        return with_times_of(self.loaded.task, self.subtasks, there)


class SubtaskStore(ChildEntityStore[Subtask]):
    """Reads subtasks and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        super().__init__(table, tasks, KIND, Subtask)

    # --- reading ------------------------------------------------------------------------------------------------

    def stored(self, loaded: LoadedTask, item: Item) -> StoredChild[Subtask]:
        """Return a subtask, done if the generation of its task says so."""
        stored = super().stored(loaded, item)
        return StoredChild(loaded, _in_task(loaded, stored.value), stored.version)

    def listed(self, loaded: LoadedTask, subtasks: Iterable[Subtask]) -> list[Subtask]:
        """Return subtasks of a task, as `stored` does, by position."""
        return sorted((_in_task(loaded, each) for each in subtasks), key=by_position)

    def checklist(self, loaded: LoadedTask) -> Checklist:
        """Read all subtasks of a task that was read (1 per MB)."""
        items = self._table.query(keys.task_pk(loaded.task.id), begins=keys.subtask.sk_prefix)
        stored = (self.stored(loaded, item) for item in items)
        return Checklist(loaded, {each.value.id: each for each in stored})

    def assigned(self, user_id: int) -> Iterator[tuple[int, int]]:
        """Yield task and id of the subtasks of a user; they may be removed (1 per MB)."""
        for item in self._table.query(keys.user_pk(user_id), begins=keys.assigned_subtask.sk_prefix):
            _, subtask_id = keys.assigned_subtask.parse(key_of(item))
            yield int(item["task_id"]["N"]), subtask_id

    def of_user(self, user_id: int) -> dict[int, list[Subtask]]:
        """Read the subtasks of a user as they are stored, by task (1 per MB, and 1)."""
        wanted = [keys.child(KIND, task_id, subtask_id) for task_id, subtask_id in self.assigned(user_id)]
        subtasks: defaultdict[int, list[Subtask]] = defaultdict(list)
        for item in self._table.get(wanted).values():
            subtask = self.of_item(item)
            subtasks[subtask.task_id].append(subtask)
        return subtasks

    # --- writing ------------------------------------------------------------------------------------------------

    def put_actions(self, value: Subtask, project_id: int, largest_parameter: str) -> list[TransactItem]:
        """Return the actions that write a new subtask of a task in a project."""
        return [*super().put_actions(value, project_id, largest_parameter), *_assign(value)]

    def add_to(self, checklist: Checklist, subtask: Subtask) -> list[TransactItem]:
        """Return the actions that write a new subtask and its task; Rejected if the hours are too many."""
        actions = self.put_actions(subtask, checklist.loaded.project.id, "title")
        return [*self._task_actions(checklist, checklist.with_added(subtask)), *actions]

    def start_actions(self, stored: StoredChild[Subtask], started: Subtask) -> list[TransactItem]:
        """Return the actions that write a subtask with one more running timer, and count that on its task."""
        loaded = stored.loaded
        counts = loaded.counts._replace(nb_timers=loaded.counts.nb_timers + 1)
        task = self._tasks.replace_actions(loaded, loaded.task, counts=counts)
        return [*task, *self.replace_actions(stored, started, "subtask_id")]

    def replace_in(self, checklist: Checklist, subtask: Subtask) -> list[TransactItem]:
        """Return the actions that replace a subtask that was read, and its task; NotFound, and as `add_to`."""
        stored = checklist.get(subtask.id)
        subtask = subtask.changed(generation=checklist.loaded.counts.subtask_generation)
        same = stored.value.user_id == subtask.user_id
        assignment = [] if same else [*_unassign(stored.value), *_assign(subtask)]
        replacement = self.replace_actions(stored, subtask, "title")
        return [*self._task_actions(checklist, checklist.with_replaced(subtask)), *replacement, *assignment]

    def remove_from(self, checklist: Checklist, subtask_id: int) -> list[TransactItem]:
        """Return the actions that remove a subtask and write its task; NotFound, and as `add_to`."""
        subtask = checklist.get(subtask_id).value
        rest = self._task_actions(checklist, checklist.without(subtask_id))
        return [*rest, *self.delete_actions(subtask), *_unassign(subtask)]

    def _task_actions(self, checklist: Checklist, there: list[Subtask]) -> list[TransactItem]:
        loaded = checklist.loaded
        counts = loaded.counts._replace(
            nb_subtasks=len(there),
            nb_completed_subtasks=nb_completed(there),
            nb_timers=sum(len(each.timers) for each in there),
        )
        return self._tasks.replace_actions(loaded, checklist.task_with(there), counts=counts)


def unassign(item: Item, user_id: int) -> TransactItem | None:
    """Return the action that takes a subtask away from a user; None if it is not theirs."""
    subtask = decode(item["doc"]["S"])
    return _rewrite(item, subtask.changed(user_id=0)) if subtask.user_id == user_id else None


def complete(item: Item, generation: int) -> TransactItem | None:
    """Return the action that completes a subtask of an older generation; None if it is of this one."""
    subtask = decode(item["doc"]["S"])
    return _rewrite(item, subtask.in_generation(generation)) if subtask.generation < generation else None


decode = decoder(Subtask)
"""Read a stored doc."""


def all_done(counts: Counts) -> Counts:
    """Return the counts of a task whose subtasks are all done, without a running timer."""
    counts = counts._replace(nb_timers=0)
    if counts.nb_completed_subtasks == counts.nb_subtasks:
        return counts
    return counts._replace(nb_completed_subtasks=counts.nb_subtasks, subtask_generation=counts.subtask_generation + 1)


def _rewrite(item: Item, subtask: Subtask) -> TransactItem:
    key = keys.child(KIND, subtask.task_id, subtask.id)
    return update_version(key, Version.of(item), {"doc": string(serialize(subtask, "title"))})


def _in_task(loaded: LoadedTask, subtask: Subtask) -> Subtask:
    return subtask.in_generation(loaded.counts.subtask_generation, loaded.people.deleted_users)


def _assign(subtask: Subtask) -> list[TransactItem]:
    """Return the action that writes the item of a subtask in its user's partition."""
    if not subtask.user_id:
        return []
    return [put(keys.assigned_subtask(subtask.user_id, subtask.id), {"task_id": number(subtask.task_id)})]


def _unassign(subtask: Subtask) -> list[TransactItem]:
    return [delete(keys.assigned_subtask(subtask.user_id, subtask.id))] if subtask.user_id else []
