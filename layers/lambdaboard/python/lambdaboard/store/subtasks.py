"""Subtasks: each change of one is written together with its task, which keeps their number and the sums of their hours.

All of them are read after the task, and written on the condition that its version is still the one that was read: so
the sums are those of the subtasks that are there.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.serialization import serialize
from lambdaboard.domain.subtask import Subtask, by_position, nb_completed, with_times_of
from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store import keys, people
from lambdaboard.store.actions import TransactItem, Version, delete, number, put, replacement, string
from lambdaboard.store.child_entities import Belongings, StoredChild
from lambdaboard.store.retry import retry_attempts
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.store.actions import Item
    from lambdaboard.store.counts import Counts
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, TaskStore

KIND: keys.ChildKind = "subtask"


class Checklist(msgspec.Struct, frozen=True):
    """All subtasks of a task, as they read in it.

    Attributes:
        found: the task, read before them.
        by_id: the subtasks.
    """

    found: LoadedTask
    by_id: dict[int, StoredChild[Subtask]]

    @property
    def subtasks(self) -> list[Subtask]:
        """The subtasks, by id."""
        return [held.value for held in self.by_id.values()]

    def held(self, subtask_id: int) -> StoredChild[Subtask]:
        """Return one of them; NotFound."""
        if subtask_id not in self.by_id:
            raise NotFound(KIND)
        return self.by_id[subtask_id]


class SubtaskStore(Belongings[Subtask]):
    """Reads and writes subtasks. Costs are in round trips."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        super().__init__(table, tasks, KIND, Subtask)

    def held(self, found: LoadedTask, item: Item | None) -> StoredChild[Subtask]:
        """Return a subtask as it reads in its task; NotFound where there is none."""
        held = super().held(found, item)
        return StoredChild(found, _in_task(found, held.value), held.read)

    def listed(self, found: LoadedTask, subtasks: Iterable[Subtask]) -> list[Subtask]:
        """Return subtasks of a task as they read in it, by position."""
        return sorted((_in_task(found, each) for each in subtasks), key=by_position)

    def checklist(self, found: LoadedTask) -> Checklist:
        """Read all subtasks of a task that was read (1 a MB)."""
        items = self._table.query(keys.task_pk(found.task.id), begins=keys.subtask.sk_prefix)
        held = (self.held(found, item) for item in items)
        return Checklist(found, {each.value.id: each for each in held})

    def add_to(self, checklist: Checklist, subtask: Subtask) -> None:
        """Write a new subtask and its task (1); Conflict, Rejected where the hours are too many."""
        born = self.birth(subtask, checklist.found.project.id, "title")
        self._write(checklist, [*checklist.subtasks, subtask], born)

    def birth(self, value: Subtask, project_id: int, largest_parameter: str) -> list[TransactItem]:
        """Return what writes a new subtask of a task in a project."""
        return [*super().birth(value, project_id, largest_parameter), *_assignment(value)]

    def replace_in(self, checklist: Checklist, subtask: Subtask) -> None:
        """Write a subtask over the one that was read, and its task (1); as `add_to`."""
        held = checklist.held(subtask.id)
        subtask = subtask.changed(generation=checklist.found.stored.counts.subtask_generation)
        over = replacement(
            keys.child(KIND, subtask.task_id, subtask.id), held.read, {"doc": string(serialize(subtask, "title"))}
        )
        moved = [] if held.value.user_id == subtask.user_id else [*_dismissal(held.value), *_assignment(subtask)]
        there = [subtask if each.id == subtask.id else each for each in checklist.subtasks]
        self._write(checklist, there, [over, *moved])

    def remove_from(self, checklist: Checklist, subtask_id: int) -> None:
        """Remove a subtask and write its task (1); NotFound, and as `add_to`."""
        subtask = checklist.held(subtask_id).value
        rest = [each for each in checklist.subtasks if each.id != subtask_id]
        self._write(checklist, rest, [*self.death(subtask), *_dismissal(subtask)])

    def _write(self, checklist: Checklist, there: list[Subtask], actions: list[TransactItem]) -> None:
        stored = checklist.found.stored
        counts = stored.counts._replace(nb_subtasks=len(there), nb_completed_subtasks=nb_completed(there))
        self._tasks.replace(stored, with_times_of(stored.task, there), *actions, counts=counts)

    # --- people -------------------------------------------------------------------------------------------------

    def assigned(self, user_id: int) -> Iterator[tuple[int, int]]:
        """Yield task and id of the subtasks of a user, whether or not they are still there (1 a MB)."""
        for item in self._table.query(keys.user_pk(user_id), begins=keys.assigned_subtask.sk_prefix):
            _, subtask_id = keys.assigned_subtask.parse(key_of(item))
            yield int(item["task_id"]["N"]), subtask_id

    def of_user(self, user_id: int) -> dict[int, list[Subtask]]:
        """Read the subtasks of a user as they are stored, by task (1 a MB, and 1 a 100)."""
        wanted = [keys.child(KIND, task_id, subtask_id) for task_id, subtask_id in self.assigned(user_id)]
        subtasks: defaultdict[int, list[Subtask]] = defaultdict(list)
        for item in self._table.get(wanted).values():
            subtask = self.of_item(item)
            subtasks[subtask.task_id].append(subtask)
        return subtasks

    def unassign(self, user_id: int, task_id: int, subtask_id: int) -> None:
        """Let a subtask be nobody's if it is a removed user's (2, again while others write)."""
        key = keys.child(KIND, task_id, subtask_id)
        for _ in retry_attempts():
            item = self._table.get_one(key)
            subtask = self.of_item(item) if item else None
            if item is None or subtask is None or subtask.user_id != user_id:
                return
            with suppress(Conflict):
                doc = string(serialize(subtask.changed(user_id=0), "title"))
                self._table.replace(key, Version.of(dict(item)), {"doc": doc})
                return
        raise TimeoutError("gave up: other writers were always first")

    # --- closing ------------------------------------------------------------------------------------------------

    def complete(self, task_id: int, generation: int) -> None:
        """Let the subtasks of older generations of a task be done, as they read already (1 a MB, and 1 each)."""
        for item in self._table.query(keys.task_pk(task_id), begins=keys.subtask.sk_prefix):
            subtask = self.of_item(item)
            if subtask.generation < generation:
                doc = string(serialize(subtask.in_generation(generation), "title"))
                with suppress(Conflict):  # written by a client meanwhile: in the new generation
                    self._table.replace(keys.child(KIND, task_id, subtask.id), Version.of(item), {"doc": doc})


def all_done(counts: Counts) -> Counts:
    """Return the counts of a task whose subtasks are all done now, whatever their number."""
    if counts.nb_completed_subtasks == counts.nb_subtasks:
        return counts
    return counts._replace(nb_completed_subtasks=counts.nb_subtasks, subtask_generation=counts.subtask_generation + 1)


def _in_task(found: LoadedTask, subtask: Subtask) -> Subtask:
    return subtask.in_generation(found.stored.counts.subtask_generation, people.deleted_users(found.items))


def _assignment(subtask: Subtask) -> list[TransactItem]:
    """Return what leads from its user to a subtask."""
    if not subtask.user_id:
        return []
    return [put(keys.assigned_subtask(subtask.user_id, subtask.id), {"task_id": number(subtask.task_id)})]


def _dismissal(subtask: Subtask) -> list[TransactItem]:
    return [delete(keys.assigned_subtask(subtask.user_id, subtask.id))] if subtask.user_id else []
