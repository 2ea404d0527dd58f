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
from lambdaboard.store import files, keys, subtasks, tasks
from lambdaboard.store.counts import Counts
from lambdaboard.store.links import link_of
from lambdaboard.store.maintenance import remove_lookup, remove_side, rewrite
from lambdaboard.store.parallel import gather_map
from lambdaboard.store.stores import Stores
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.store.actions import Item
    from lambdaboard.store.files import Blobs
    from lambdaboard.store.keys import Key
    from lambdaboard.store.keys.kind import AnyKind
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
        self._removals: dict[AnyKind, Callable[[Item], None]] = {
            keys.project: self._project_removed,
            keys.task: self._task_removed,
            keys.user: self._user_removed,
            keys.task_file: self._file_removed,
            keys.subtask: self._subtask_removed,
            keys.task_link: self._link_removed,
        }

    def removed(self, old: Item) -> None:
        """Tidy up behind an item that was deleted."""
        tidy_up = self._removals.get(keys.KINDS.kind_of(key_of(old)))
        if tidy_up:
            tidy_up(old)

    def changed(self, old: Item, new: Item) -> None:
        """Make real what a task of a new generation has said already: its files are gone, its subtasks are done."""
        before, after = Counts.of(old), Counts.of(new)
        _, task_id = keys.task.parse(key_of(new))
        if after.file_generation > before.file_generation:
            self._remove_files(task_id, after.file_generation)
        if after.subtask_generation > before.subtask_generation:
            self._complete_subtasks(task_id, after.subtask_generation)

    def _remove_files(self, task_id: int, generation: int) -> None:
        records = self._table.query(keys.task_pk(task_id), begins=keys.task_file.sk_prefix)
        self._delete(
            key
            for item in records
            if files.file_of(item).generation < generation
            for key in (keys.file(files.file_of(item).id), key_of(item))
        )

    def _complete_subtasks(self, task_id: int, generation: int) -> None:
        for item in self._table.query(keys.task_pk(task_id), begins=keys.subtask.sk_prefix):
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

    def _file_removed(self, old: Item) -> None:
        self._blobs.remove(files.file_of(old).path)

    def _subtask_removed(self, old: Item) -> None:
        subtask = self._subtasks.of_item(old)
        self._delete([keys.assigned_subtask(subtask.user_id, subtask.id)])

    def _link_removed(self, old: Item) -> None:
        """Remove the other side too, if this one went with its task: else the call that removed it has done so."""
        side = link_of(old)
        if not self._is_elsewhere(side.task_id):
            remove_side(self._table, self._links, side.other())
            remove_lookup(self._table, side)

    def _user_removed(self, old: Item) -> None:
        """Make the user's tasks and subtasks nobody's, as they read already, then let them have been in no project."""
        (user_id,) = keys.user.parse(key_of(old))
        for task_id, subtask_id in [*self._subtasks.assigned(user_id)]:
            key = keys.subtask(task_id, subtask_id)
            rewrite(self._table, key, partial(subtasks.unassign, user_id=user_id))
            self._delete([keys.assigned_subtask(user_id, subtask_id)])
        begins = keys.membership.sk_prefix
        for membership in [*self._table.query(keys.user_pk(user_id), begins=begins, attributes="pk, sk")]:
            _, project_id = keys.membership.parse(key_of(membership))
            owned = (each.task.id for each in self._tasks.of_project(project_id) if each.task.owner_id == user_id)
            while batch := [*islice(owned, UNASSIGNED_AT_ONCE)]:
                gather_map(partial(self._unassign_task, user_id, project_id), batch)
            self._delete([keys.member(project_id, user_id), key_of(membership)])

    def _unassign_task(self, user_id: int, project_id: int, task_id: int) -> None:
        rewrite(self._table, keys.task(project_id, task_id), partial(tasks.unassign, user_id=user_id))

    def _task_removed(self, old: Item) -> None:
        """Remove what belonged to a task, unless the task was only moved to another project."""
        _, task_id = keys.task.parse(key_of(old))
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


def _with_lookup(key: Key) -> Iterator[Key]:
    """Yield a key, and before it that of the item which is deleted with it, such as its lookup item.

    Wherever this is cut off, the item whose key leads to the other one is still there for the next run.
    """
    kind = keys.KINDS.kind_of(key)
    if kind.deleted_with:
        yield kind.deleted_with(*kind.parse(key))
    yield key
