"""Deletion of the items of removed projects, tasks, files, users and groups; completion of interrupted calls.

The child items of a removed thing are invisible at once (architecture.md, "What is removed"); here they are deleted,
as the table's stream reports removals. Every step may be repeated, interrupted, or run in any order: it depends on the
items in the table, not on earlier steps.
A deleted item is a record of the stream itself, so one step deletes one level. If the time of the function ends,
`OutOfTime` is raised: the same record is delivered again, and less is left to do.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from lambdaboard.domain import project as domain
from lambdaboard.errors import Conflict
from lambdaboard.store import files, groups, keys, subtasks, tasks, users
from lambdaboard.store.counts import Counts
from lambdaboard.store.links import link_of
from lambdaboard.store.maintenance import remove_lookup, remove_side, rewrite
from lambdaboard.store.parallel import gather_map
from lambdaboard.store.pending_activity import write_pending
from lambdaboard.store.stores import Stores
from lambdaboard.store.table import key_of
from lambdaboard.store.tokens import token_of
from lambdaboard.store.users import StoredUser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.blobs import Blobs
    from lambdaboard.store.keys import Key
    from lambdaboard.store.keys.kind import AnyKind, Kind
    from lambdaboard.store.table import Table

T = TypeVar("T")

DELETED_AT_ONCE = 100
"""Keys that are deleted at the same time: four requests, which take 600 units of a project with its tasks."""

UNITS_PER_SECOND = 900
"""Write units for deletions: one item collection, such as a project, has 1,000 for all writers together."""

FILES_OF: dict[AnyKind, Kind[int, int]] = {keys.task: keys.task_file, keys.project: keys.project_file}
"""The kinds with generations, and the kinds of their files."""

WRITTEN_AT_ONCE = 16
"""Items of a task or a user that are written at the same time."""


class OutOfTime(Exception):  # noqa: N818 - not an error: the rest is done when the record is delivered again
    """The function has no time left; finished steps need not be repeated."""


def _always() -> bool:
    return True


class Cascade:
    """Deletes what belonged to a removed thing.

    Args:
        table: the table.
        blobs: the bucket.
        has_time: called before each step; if it returns False, OutOfTime is raised.
    """

    def __init__(self, table: Table, blobs: Blobs, has_time: Callable[[], bool] = _always) -> None:
        self._table = table
        self._blobs = blobs
        self._has_time = has_time
        self._stores = stores = Stores(table, blobs)
        self._tasks, self._subtasks, self._links = stores.tasks, stores.subtasks, stores.links
        self._groups = stores.groups
        self._removals: dict[AnyKind, Callable[[Item], None]] = {
            keys.project: self._project_removed,
            keys.task: self._task_removed,
            keys.user: self._user_removed,
            keys.group: self._group_removed,
            keys.task_file: self._file_removed,
            keys.project_file: self._file_removed,
            keys.subtask: self._subtask_removed,
            keys.task_link: self._link_removed,
        }

    def removed(self, old: Item) -> None:
        """Delete what belonged to a deleted item; OutOfTime."""
        self._check_time()
        remove = self._removals.get(keys.KINDS.kind_of(key_of(old)))
        if remove:
            remove(old)

    def changed(self, old: Item, new: Item) -> None:
        """Complete a changed item: write its rows of activity, apply its new generations; OutOfTime."""
        self._check_time()
        write_pending(self._stores, old, new)
        kind = keys.KINDS.kind_of(key_of(new))
        if kind in FILES_OF:
            *_, parent_id = kind.parse(key_of(new))
            self._generation_changed(FILES_OF[kind], parent_id, Counts.of(old), Counts.of(new))

    def _generation_changed(self, files_of: Kind[int, int], parent_id: int, before: Counts, after: Counts) -> None:
        """Apply a new generation of a task or project: files are removed, subtasks are done."""
        if after.file_generation > before.file_generation:
            self._remove_files(files_of, parent_id, after.file_generation)
        if after.subtask_generation > before.subtask_generation:
            self._complete_subtasks(parent_id, after.subtask_generation)

    def _remove_files(self, kind: Kind[int, int], parent_id: int, generation: int) -> None:
        partition, _ = kind(parent_id, 0)
        records = self._table.query(partition, begins=kind.sk_prefix)
        self._delete(key_of(item) for item in records if files.record_of(item).generation < generation)

    def _complete_subtasks(self, task_id: int, generation: int) -> None:
        items = self._table.query(keys.task_pk(task_id), begins=keys.subtask.sk_prefix)
        actions = (subtasks.complete(item, generation) for item in items)
        self._for_each(self._write_first, filter(None, actions))

    def _write_first(self, action: TransactItem) -> None:
        with suppress(Conflict):  # a client wrote it meanwhile: in the new generation
            self._table.write(action)

    def _project_removed(self, old: Item) -> None:
        project = domain.decode(old["doc"]["S"])
        for kind, parts in (
            (keys.column, project.columns),
            (keys.swimlane, project.swimlanes),
            (keys.category, project.categories),
            (keys.action, project.automatic_actions),
        ):
            self._delete(kind(part.id) for part in parts)
        self._delete(keys.group_project(group_id, project.id) for group_id in project.groups)
        for pk in (keys.project_pk(project.id), keys.activity_pk(project.id)):
            self._delete(map(key_of, self._table.query(pk, attributes="pk, sk")))

    def _file_removed(self, old: Item) -> None:
        self._blobs.remove(files.record_of(old).path)

    def _subtask_removed(self, old: Item) -> None:
        subtask = self._subtasks.of_item(old)
        self._delete([keys.assigned_subtask(subtask.user_id, subtask.id)])

    def _link_removed(self, old: Item) -> None:
        """Remove the other side, if this one was deleted with its task; else the call has already removed it."""
        side = link_of(old)
        if not self._is_elsewhere(side.task_id):
            remove_side(self._table, self._links, side.other())
            remove_lookup(self._table, side)

    def _group_removed(self, old: Item) -> None:
        """Remove the group from its members and projects; reads ignore it already."""
        (group_id,) = keys.group.parse(key_of(old))
        for kind, forget in ((keys.group_member, self._leave_group), (keys.group_project, self._lose_group)):
            entries = self._table.query(keys.group.pk, between=keys.of_group(kind, group_id), attributes="pk, sk")
            self._for_each(forget, [*map(key_of, entries)])

    def _leave_group(self, listed: Key) -> None:
        group_id, user_id = keys.group_member.parse(listed)
        rewrite(self._table, keys.user(user_id), partial(users.without_group, group_id=group_id))
        self._table.delete_all([listed])

    def _lose_group(self, listed: Key) -> None:
        group_id, project_id = keys.group_project.parse(listed)
        rewrite(self._table, keys.project(project_id), partial(groups.without_role, group_id=group_id))
        self._table.delete_all([listed])

    def _user_removed(self, old: Item) -> None:
        """Remove the user's tokens, unassign their tasks and subtasks, then delete their memberships.

        Reads ignore all of these already. `sweep` unassigns tasks in projects of groups that the user had left.
        """
        user = StoredUser.of(old).user
        user_id = user.id
        tokens = [*self._table.query(keys.user_pk(user_id), begins=keys.owned_token.sk_prefix)]
        self._delete(keys.token(token_of(item).id) for item in tokens)
        self._delete(map(key_of, tokens))
        self._for_each(partial(self._unassign_subtask, user_id), [*self._subtasks.assigned(user_id)])
        self._leave_projects(user_id)
        for project_id in self._groups.roles(user.groups):
            self._unassign_tasks(user_id, project_id)
        self._delete(keys.group_member(group_id, user_id) for group_id in user.groups)

    def _leave_projects(self, user_id: int) -> None:
        """Unassign the user's tasks, project by project, and delete the membership in each."""
        begins = keys.membership.sk_prefix
        for membership in [*self._table.query(keys.user_pk(user_id), begins=begins, attributes="pk, sk")]:
            _, project_id = keys.membership.parse(key_of(membership))
            self._unassign_tasks(user_id, project_id)
            # the membership last: a run after an interruption finds the project by it
            for key in (keys.member(project_id, user_id), key_of(membership)):
                self._table.delete_all([key])

    def _unassign_subtask(self, user_id: int, assigned: tuple[int, int]) -> None:
        task_id, subtask_id = assigned
        rewrite(self._table, keys.subtask(task_id, subtask_id), partial(subtasks.unassign, user_id=user_id))
        self._table.delete_all([keys.assigned_subtask(user_id, subtask_id)])

    def _unassign_tasks(self, user_id: int, project_id: int) -> None:
        owned = (each.task.id for each in self._tasks.of_project(project_id) if each.task.owner_id == user_id)
        self._for_each(partial(self._unassign_task, user_id, project_id), owned)

    def _unassign_task(self, user_id: int, project_id: int, task_id: int) -> None:
        rewrite(self._table, keys.task(project_id, task_id), partial(tasks.unassign, user_id=user_id))

    def _task_removed(self, old: Item) -> None:
        """Remove what belonged to a task, unless the task was only moved to another project."""
        _, task_id = keys.task.parse(key_of(old))
        if self._is_elsewhere(task_id):
            return
        items = self._table.query(keys.task_pk(task_id), attributes="pk, sk")
        self._delete(map(key_of, items))

    def _is_elsewhere(self, task_id: int) -> bool:
        """Return whether a task is in the project that its lookup names, read again while it is being moved."""
        seen = -1
        while lookup := self._table.get_one(keys.task_lookup(task_id)):
            project_id = int(lookup["project_id"]["N"])
            if project_id == seen:
                return False
            if self._table.get_one(keys.task(project_id, task_id)):
                return True
            seen = project_id
        return False

    def _for_each(self, act: Callable[[T], None], values: Iterable[T]) -> None:
        """Do something for each value, for some at the same time."""
        rest = iter(values)
        while batch := [*islice(rest, WRITTEN_AT_ONCE)]:
            self._check_time()
            gather_map(act, batch)

    def _delete(self, wanted: Iterable[Key]) -> None:
        """Delete items of one item collection, and before them the items that are deleted with them, such as lookups.

        After an interruption, the item whose key leads to the other one still exists for the next run.
        """
        rest, began, units = iter(wanted), time.monotonic(), 0.0
        while batch := [*islice(rest, DELETED_AT_ONCE)]:
            self._check_time()
            time.sleep(max(0.0, units / UNITS_PER_SECOND - (time.monotonic() - began)))
            self._table.delete_all(filter(None, map(keys.KINDS.deleted_with, batch)))
            units += self._table.delete_all(batch)

    def _check_time(self) -> None:
        if not self._has_time():
            raise OutOfTime
