"""Tidying up behind a removed project, task, file or user, from the table's stream.

What belongs to a removed thing is invisible at once (architecture.md, "Liveness"); here it is deleted for good. Every
step may be repeated, cut off, or come in any order: it deletes what is there and looks at the table, not at what was
done before.
Deleting an item puts its own removal into the stream, so one step goes one level down.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from lambdaboard.domain import project as domain
from lambdaboard.errors import Conflict
from lambdaboard.store import child_entities, files, keys, subtasks, tasks
from lambdaboard.store.counts import Counts
from lambdaboard.store.links import is_side, link_of
from lambdaboard.store.maintenance import remove_lookup, remove_side, rewrite
from lambdaboard.store.parallel import gather_map
from lambdaboard.store.stores import Stores
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.domain.link import TaskLink
    from lambdaboard.store.actions import Item
    from lambdaboard.store.blobs import Blobs
    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table

DELETED_AT_ONCE = 500
"""Keys gathered before they are deleted: what is kept in cache of a project of any size."""

UNASSIGNED_AT_ONCE = 16
"""Tasks of a removed user that are written at the same time."""


class Cascade:
    """Removes what hung on a removed thing."""

    def __init__(self, table: Table, blobs: Blobs) -> None:
        self._table = table
        self._blobs = blobs
        stores = Stores(table, blobs)
        self._tasks, self._subtasks, self._links = stores.tasks, stores.subtasks, stores.links

    def removed(self, old: Item) -> None:
        """Tidy up behind an item that was deleted."""
        key = key_of(old)
        if key == keys.project(_number(key.pk)):
            self._project_removed(old)
        elif key.pk.startswith("P#") and key.sk.startswith("T#"):
            self._task_removed(_number(key.sk))
        elif key == keys.user(_number(key.pk)):
            self._user_removed(_number(key.pk))
        elif key.sk.startswith(files.PREFIX):
            self._blobs.remove(files.file_of(old).path)
        elif key.sk.startswith(keys.child_prefix("subtask")):
            subtask = self._subtasks.of_item(old)
            self._delete([keys.assigned_subtask(subtask.user_id, subtask.id)])
        elif is_side(old):
            self._link_removed(link_of(old))

    def changed(self, old: Item, new: Item) -> None:
        """Make real what a task of a new generation has said already: its files are gone, its subtasks are done."""
        before, after = Counts.of(old), Counts.of(new)
        if after.file_generation > before.file_generation:
            self._remove_files(_number(new["sk"]["S"]), after.file_generation)
        if after.subtask_generation > before.subtask_generation:
            self._complete_subtasks(_number(new["sk"]["S"]), after.subtask_generation)

    def _remove_files(self, task_id: int, generation: int) -> None:
        records = self._table.query(keys.task_pk(task_id), begins=files.PREFIX)
        self._delete(
            key
            for item in records
            if files.file_of(item).generation < generation
            for key in (keys.file(files.file_of(item).id), key_of(item))
        )

    def _complete_subtasks(self, task_id: int, generation: int) -> None:
        for item in self._table.query(keys.task_pk(task_id), begins=keys.child_prefix("subtask")):
            action = subtasks.complete(item, generation)
            if action:
                with suppress(Conflict):  # a client wrote it meanwhile: in the new generation
                    self._table.write(action)

    def _project_removed(self, old: Item) -> None:
        project = domain.decode(old["doc"]["S"])
        self._delete(keys.column(column.id) for column in project.columns)
        self._delete(keys.swimlane(lane.id) for lane in project.swimlanes)
        self._delete(keys.category(category.id) for category in project.categories)
        inside = self._table.query(keys.project_pk(project.id), attributes="pk, sk")
        self._delete(key for item in inside for key in _with_lookup(key_of(item)))

    def _link_removed(self, side: TaskLink) -> None:
        """Remove the other side too, if this one went with its task: else the call that removed it has done so."""
        if not self._is_elsewhere(side.task_id):
            remove_side(self._table, self._links, side.other())
            remove_lookup(self._table, side)

    def _user_removed(self, user_id: int) -> None:
        """Make the user's tasks and subtasks nobody's, as they read already, then let them have been in no project."""
        for task_id, subtask_id in [*self._subtasks.assigned(user_id)]:
            key = keys.child("subtask", task_id, subtask_id)
            rewrite(self._table, key, partial(subtasks.unassign, user_id=user_id))
            self._delete([keys.assigned_subtask(user_id, subtask_id)])
        for membership in [*self._table.query(keys.user_pk(user_id), begins="P#", attributes="pk, sk")]:
            project_id = _number(key_of(membership).sk)
            owned = (each.task.id for each in self._tasks.of_project(project_id) if each.task.owner_id == user_id)
            while batch := [*islice(owned, UNASSIGNED_AT_ONCE)]:
                gather_map(partial(self._unassign_task, user_id, project_id), batch)
            self._delete([keys.member(project_id, user_id), key_of(membership)])

    def _unassign_task(self, user_id: int, project_id: int, task_id: int) -> None:
        rewrite(self._table, keys.task(project_id, task_id), partial(tasks.unassign, user_id=user_id))

    def _task_removed(self, task_id: int) -> None:
        """Remove what belonged to a task, unless the task was only moved to another project."""
        if self._is_elsewhere(task_id):
            return
        items = self._table.query(keys.task_pk(task_id), attributes="pk, sk")
        self._delete(key for item in items for key in _with_lookup(key_of(item)))

    def _is_elsewhere(self, task_id: int) -> bool:
        """Say whether a task is in the project that its lookup names, read again while it is on the move."""
        seen = -1
        while lookup := self._table.get_one(keys.task_lookup(task_id)):
            project_id = int(lookup["project_id"]["N"])
            if project_id == seen:
                return False
            if self._table.get_one(keys.task(project_id, task_id)):
                return True
            seen = project_id
        return False

    def _delete(self, wanted: Iterable[Key]) -> None:
        rest = iter(wanted)
        while batch := [*islice(rest, DELETED_AT_ONCE)]:
            self._table.delete_all(dict.fromkeys(batch))


def _number(part: str) -> int:
    """Return the number in a part of a key, as in `T#12`; -1 where there is none."""
    digits = part.partition("#")[2]
    return int(digits) if digits.isdigit() else -1


def _with_lookup(key: Key) -> Iterator[Key]:
    """Yield a key, and before it the one under which the same thing is looked up by its id.

    Wherever this is cut off, the thing that leads to its lookup is still there for the next run.
    """
    # not a task's: one that is moved away meanwhile needs it, else it goes with the task's own removal
    if key.sk.startswith("G#"):
        yield keys.tag_lookup(_number(key.sk))
    elif key.sk.startswith("M#"):
        yield keys.membership(_number(key.sk), _number(key.pk))
    elif key.sk.startswith(files.PREFIX):
        yield keys.file(_number(key.sk))
    for kind in child_entities.LOOKED_UP:
        if key.sk.startswith(keys.child_prefix(kind)):
            yield keys.child_lookup(kind, _number(key.sk))
    yield key
