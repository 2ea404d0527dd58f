"""Repairs, each day in one part of all data.

Items without a parent or of an older generation, tasks in no column, contents without a record: a crash may leave them,
or a call that writes after `cascade` has run; none of them is visible to a caller.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain import project as domain
from lambdaboard.domain.ordering import first_rank
from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store import files, groups, keys, links, subtasks, sweep_progress, tasks, users
from lambdaboard.store.actions import delete_unchanged
from lambdaboard.store.counts import Counts
from lambdaboard.store.maintenance import remove_side, rewrite
from lambdaboard.store.sweep_progress import Progress
from lambdaboard.store.sweep_reads import (
    OF_A_GENERATION,
    groups_of,
    kind_of,
    owner_of,
    parents_of,
    read_beside,
    with_generations,
)
from lambdaboard.store.table import key_of
from lambdaboard.store.tasks import StoredTask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.domain.project import Project
    from lambdaboard.store.actions import Item
    from lambdaboard.store.blobs import Blob
    from lambdaboard.store.keys import Key
    from lambdaboard.store.keys.kind import Kind
    from lambdaboard.store.stores import Stores

GRACE = 86_400
"""Contents and records of less than this age, in seconds, are kept: a copy is written before its task."""

LEADS = frozenset(("project_id", "user_id", "group_id", "token_id", *links.LOOKUP_ATTRIBUTES))
"""The attributes with the target of a lookup and the owner of a slot."""

WRITTEN_BEFORE_TASK = frozenset((keys.task_file, *keys.CHILDREN.values()))
"""The kinds of items that a copy of a task writes before the task itself."""


class Report(msgspec.Struct):
    """The findings of a run, by kind; repaired, unless it was a dry run.

    Attributes:
        found: the number of each kind.
        is_complete: the whole part was read.
        owner: the table that the bucket belongs to, if it is another one: then its contents were not changed.
    """

    found: Counter[str] = msgspec.field(default_factory=Counter)
    is_complete: bool = False
    owner: str | None = None


class Sweep:
    """Finds and repairs what interrupted calls have left.

    Args:
        stores: of the table and the bucket.
        repair: repair; else only count.
        has_time: called between pages; the next run continues one that it ends.
        parts: of a round; a run reads the next one, and a dry run the first. 1: each run reads everything.
    """

    def __init__(self, stores: Stores, *, repair: bool, has_time: Callable[[], bool], parts: int = 1) -> None:
        self._table = stores.table
        self._blobs = stores.blobs
        self._tasks = stores.tasks
        self._links = stores.links
        self._link_types = stores.link_types
        self._repair = repair
        self._has_time = has_time
        self._parts = parts
        self._report = Report()

    @cached_property
    def _types(self) -> LinkTypes:
        return self._link_types.get().types

    def run(self) -> Report:
        """Read the next part of the bucket and of the table, or the rest of an unfinished one."""
        progress = self._begin()
        self._look_whose_bucket()
        self._report.is_complete = self._look_at_bucket(progress) and self._look_at_table(progress)
        if self._repair:
            self._end(progress)
        return self._report

    def _begin(self) -> Progress:
        stored = sweep_progress.load(self._table) if self._repair else Progress()
        if stored.parts == self._parts:
            return stored
        return sweep_progress.begin_round(self._table, self._link_types, self._parts)

    def _end(self, progress: Progress) -> None:
        if not self._report.is_complete:
            sweep_progress.save(self._table, progress)
        elif not progress.is_last_part:
            sweep_progress.save(self._table, progress.next_part())
        else:
            sweep_progress.end_round(self._table, self._link_types, progress)
            sweep_progress.clear(self._table)

    def _look_whose_bucket(self) -> None:
        owner = self._blobs.claim(self._table.name) if self._repair else self._blobs.owner()
        if owner not in {None, self._table.name}:
            self._report.owner = owner
            self._report.found["bucket of another table"] += 1

    def _look_at_bucket(self, progress: Progress) -> bool:
        """Read contents until the part is complete or no time is left; return whether it is complete."""
        if self._report.owner is not None:
            return True  # contents that this table does not name may belong to the other one
        for blobs in self._blobs.pages(after=progress.blob):
            self._look_at_blobs(blobs, progress.part)
            progress.blob = blobs[-1].path
            if not self._has_time():
                return False
        return True

    def _look_at_table(self, progress: Progress) -> bool:
        for items in self._table.scan(progress.item, segment=(progress.part, progress.parts)):
            self._look_at_items(items)
            progress.item = key_of(items[-1]).attributes()
            if not self._has_time():
                return False
        return True

    # --- contents without a record ------------------------------------------------------------------------------

    def _look_at_blobs(self, blobs: list[Blob], part: int) -> None:
        for folder, group in groupby(blobs, key=lambda blob: blob.path.rpartition("/")[0]):
            old = [blob.path for blob in group if blob.written_at < time.time() - GRACE]
            parent_id = folder.rpartition("/")[2]
            if old and parent_id.isdigit() and int(parent_id) % self._parts == part:
                self._remove_unknown(partial(self._unknown, files.kind_in(folder), int(parent_id)), old)

    def _remove_unknown(self, unknown: Callable[..., list[str]], paths: list[str]) -> None:
        suspects = unknown(paths, is_consistent=False)
        for path in unknown(suspects, is_consistent=True) if suspects else []:
            self._report.found["content without a record"] += 1
            if self._repair:
                self._blobs.remove(path)

    def _unknown(self, kind: Kind[int, int], parent_id: int, paths: list[str], *, is_consistent: bool) -> list[str]:
        """Return which contents of a task or project have no record."""
        partition, _ = kind(parent_id, 0)
        records = self._table.query(partition, begins=kind.sk_prefix, attributes="doc", is_consistent=is_consistent)
        known = {files.record_of(item).path for item in records}
        return [path for path in paths if path not in known]

    # --- items --------------------------------------------------------------------------------------------------

    def _look_at_items(self, items: list[Item]) -> None:
        there = read_beside(self._table, items)
        for item in items:
            if all(parent in there for parent in parents_of(item)):
                self._mend(item, there)
            elif not _is_fresh(item):
                self._remove_orphan(item)

    def _remove_orphan(self, item: Item) -> None:
        self._report.found[f"{kind_of(item).name} without its parent"] += 1
        if self._repair:
            self._remove(item)

    def _mend(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Repair references to things other than parents."""
        kind = kind_of(item)
        if kind is keys.task_link:
            self._unlink(item)
        elif kind is keys.task:
            self._place(item, there)
            self._unassign(item, there)
        elif kind in OF_A_GENERATION:
            self._renew(item, there)
        elif kind in {keys.user, keys.project}:
            self._forget_groups(item, there)

    def _remove(self, item: Item) -> None:
        kind = kind_of(item)
        if kind is keys.task_link:
            remove_side(self._table, self._links, links.link_of(item))
            return
        if kind is keys.assigned_subtask:
            # the user was removed, and `cascade` had run before the subtask was assigned
            user_id, subtask_id = keys.assigned_subtask.parse(key_of(item))
            subtask = keys.subtask(int(item["task_id"]["N"]), subtask_id)
            rewrite(self._table, subtask, partial(subtasks.unassign, user_id=user_id))
        self._delete_as_seen(item)

    def _delete_as_seen(self, item: Item) -> None:
        # A move may have changed a lookup since it was scanned, and a name may have a new owner: only an unchanged item
        # is deleted.
        seen = {f":{name}": item[name] for name in LEADS & item.keys()}
        if not seen:
            self._table.delete_all([key_of(item)])
            return
        condition = " AND ".join(f"{value[1:]} = {value}" for value in sorted(seen))
        with suppress(Conflict):
            self._table.write(delete_unchanged(key_of(item), condition, seen))

    def _unlink(self, item: Item) -> None:
        """Remove one side of a link whose type was removed."""
        side = links.link_of(item)
        if self._types.is_removed(side.link_id):
            self._report.found["link of a removed type"] += 1
            if self._repair:
                remove_side(self._table, self._links, side)

    def _place(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Move a task whose column was removed to the place that reads show: behind the tasks of the first column."""
        stored = StoredTask.of(item)
        project = _project(there, stored.task.project_id)
        places = project.resolver()
        if not places.is_orphaned(stored.task) or not project.columns:
            return
        with suppress(NotFound, Conflict):  # removed or changed meanwhile
            found = self._tasks.find(stored.task.id)
            if not found.project.resolver().is_orphaned(found.stored.task):
                return
            self._report.found["task in no column"] += 1
            if self._repair:
                rank = first_rank(self._tasks.next_id())
                self._table.write(*self._tasks.replace_actions(found, found.task, rank=rank))

    # --- generations --------------------------------------------------------------------------------------------

    def _renew(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Apply a new generation of a task or project: its files are removed, its subtasks are done.

        A generation only grows, so an item that is older than the one that was read is also older than the current one.
        """
        for key in with_generations([item], there):
            counts = Counts.of(there.get(key, {}))
            if kind_of(item) is keys.subtask:
                self._complete(item, counts.subtask_generation)
            else:
                self._remove_file(item, counts.file_generation)

    def _remove_file(self, item: Item, generation: int) -> None:
        record, key = files.record_of(item), key_of(item)
        if record.generation < generation:
            self._report.found["file of an older generation"] += 1
            if self._repair:
                self._table.delete_all(filter(None, [keys.KINDS.deleted_with(key), key]))
                if self._report.owner is None:
                    self._blobs.remove(record.path)

    def _complete(self, item: Item, generation: int) -> None:
        if subtasks.decode(item["doc"]["S"]).generation < generation:
            self._report.found["subtask of an older generation"] += 1
            if self._repair:
                rewrite(self._table, key_of(item), partial(subtasks.complete, generation=generation))

    # --- removed users and groups -------------------------------------------------------------------------------

    def _unassign(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Unassign a task whose owner was removed: it was written after `cascade` had run."""
        owner_id = owner_of(item)
        if owner_id and keys.user(owner_id) not in there:
            self._report.found["task of a removed user"] += 1
            if self._repair:
                rewrite(self._table, key_of(item), partial(tasks.unassign, user_id=owner_id))

    def _forget_groups(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Take removed groups from a user or a project that was written after `cascade` had run."""
        for group_id in groups_of(item):
            if keys.group(group_id) not in there:
                self._report.found[f"{kind_of(item).name} of a removed group"] += 1
                if self._repair:
                    without = users.without_group if kind_of(item) is keys.user else groups.without_role
                    rewrite(self._table, key_of(item), partial(without, group_id=group_id))


def _project(there: Mapping[Key, Item], project_id: int) -> Project:
    return domain.decode(there[keys.project(project_id)]["doc"]["S"])


def _is_fresh(item: Item) -> bool:
    """Return whether an item is so new that its task may not be written yet."""
    if kind_of(item) not in WRITTEN_BEFORE_TASK:
        return False
    doc = msgspec.json.decode(item["doc"]["S"])
    return int(doc.get("date", doc.get("date_creation", 0))) > time.time() - GRACE
