"""Repairs, once a day: items whose parent is gone, tasks in no column, contents of files without a record.

Each is what a crash, or a race that `cascade` came too early for, may leave; none of it is visible to a caller.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import suppress
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain import project as domain
from lambdaboard.domain.ordering import first_rank
from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store import files, keys, links, people, subtasks, tasks
from lambdaboard.store.actions import delete_unchanged, put, string
from lambdaboard.store.keys.kind import ItemIds
from lambdaboard.store.maintenance import remove_side, rewrite
from lambdaboard.store.table import key_of
from lambdaboard.store.tasks import StoredTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.domain.project import Project
    from lambdaboard.store.actions import Item
    from lambdaboard.store.files import Blob
    from lambdaboard.store.keys import Key
    from lambdaboard.store.keys.kind import AnyKind
    from lambdaboard.store.stores import Stores

GRACE = 86_400
"""Seconds that contents and records have before they count as left behind: a copy is written before its task."""

GONE_FOR = 3_600
"""Seconds that a removed user is remembered at least: no call that may write their id again takes so long."""

LEADS = frozenset(("project_id", "user_id", *links.LOOKUP_ATTRIBUTES))
"""What tells where a lookup leads."""

CURSOR = keys.sweep_cursor()

WRITTEN_BEFORE_TASK = frozenset((keys.task_file, *keys.CHILDREN.values()))
"""The kinds of items that a copy of a task writes before the task itself."""


class Report(msgspec.Struct):
    """What was found, by kind; repaired, unless it was a dry run. `is_complete`: the whole table was looked at."""

    found: Counter[str] = msgspec.field(default_factory=Counter)
    is_complete: bool = False


class Sweep:
    """Finds and repairs what was left behind.

    Args:
        stores: of the table and the bucket.
        repair: do so; else only tell.
        has_time: asked between pages; a run that it ends is continued by the next one.
    """

    def __init__(self, stores: Stores, *, repair: bool, has_time: Callable[[], bool]) -> None:
        self._table = stores.table
        self._blobs = stores.blobs
        self._tasks = stores.tasks
        self._links = stores.links
        self._link_types = stores.link_types
        self._repair = repair
        self._has_time = has_time
        self._report = Report()

    @cached_property
    def _types(self) -> LinkTypes:
        return self._link_types.get().types

    def run(self) -> Report:
        """Look at the bucket and the table, from where the last run ended."""
        cursor = self._table.get_one(CURSOR)
        place: dict[str, Any] = json.loads(cursor["doc"]["S"]) if cursor and self._repair else {}
        place.setdefault("gone", self._long_gone())
        for blobs in self._blobs.pages(after=place.get("blob", "")):
            self._look_at_blobs(blobs)
            place["blob"] = blobs[-1].path
            if not self._has_time():
                return self._interrupted(place)
        for items in self._table.scan(after=place.get("item")):
            self._look_at_items(items)
            place["item"] = key_of(items[-1]).attributes()
            if not self._has_time():
                return self._interrupted(place)
        return self._completed(place)

    def _interrupted(self, place: dict[str, Any]) -> Report:
        if self._repair:
            self._table.write(put(CURSOR, {"doc": string(json.dumps(place))}))
        return self._report

    def _completed(self, place: dict[str, Any]) -> Report:
        self._forget(place["gone"])
        if self._repair:
            self._table.delete_all([CURSOR])
        self._report.is_complete = True
        return self._report

    # --- contents without a record ------------------------------------------------------------------------------

    def _look_at_blobs(self, blobs: list[Blob]) -> None:
        for folder, group in groupby(blobs, key=lambda blob: blob.path.rpartition("/")[0]):
            old = [blob.path for blob in group if blob.written_at < time.time() - GRACE]
            task_id = folder.rpartition("/")[2]
            if old and task_id.isdigit():
                self._remove_unknown(int(task_id), old)

    def _remove_unknown(self, task_id: int, paths: list[str]) -> None:
        records = self._table.query(keys.task_pk(task_id), begins=keys.task_file.sk_prefix, attributes="doc")
        known = {files.file_of(item).path for item in records}
        for path in paths:
            if path not in known:
                self._report.found["content without a record"] += 1
                if self._repair:
                    self._blobs.remove(path)

    # --- items --------------------------------------------------------------------------------------------------

    def _look_at_items(self, items: list[Item]) -> None:
        parents = {key_of(item): [*parents_of(item)] for item in items}
        owners = {keys.user(owner_id) for owner_id in map(owner_of, items) if owner_id}
        there = self._table.get([*(parent for wanted in parents.values() for parent in wanted), *owners])
        for item in items:
            if all(parent in there for parent in parents[key_of(item)]):
                self._mend(item, there)
            elif not _is_fresh(item):
                self._report.found[f"{kind_of(item).name} without its parent"] += 1
                if self._repair:
                    self._remove(item)

    def _mend(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Look at what names others than its parents."""
        kind = kind_of(item)
        if kind is keys.task_link:
            self._unlink(item)
        elif kind is keys.task:
            self._place(item, there)
            self._unassign(item, there)

    def _remove(self, item: Item) -> None:
        kind = kind_of(item)
        if kind is keys.task_link:
            remove_side(self._table, self._links, links.link_of(item))
            return
        if kind is keys.assigned_subtask:
            # the user is gone, and `cascade` was there before the subtask was theirs
            user_id, subtask_id = keys.assigned_subtask.parse(key_of(item))
            subtask = keys.subtask(int(item["task_id"]["N"]), subtask_id)
            rewrite(self._table, subtask, partial(subtasks.unassign, user_id=user_id))
        self._delete_as_seen(item)

    def _delete_as_seen(self, item: Item) -> None:
        # A lookup may have been changed by a move since it was scanned, and a name may be another one's: only the one
        # that was seen goes.
        seen = {name: value for name, value in item.items() if name in LEADS}
        condition = " AND ".join(f"{name} = :{name}" for name in seen)
        values = {f":{name}": value for name, value in seen.items()}
        with suppress(Conflict):
            if seen:
                self._table.write(delete_unchanged(key_of(item), condition, values))
            else:
                self._table.delete_all([key_of(item)])

    def _unlink(self, item: Item) -> None:
        """Remove one side of a link whose type was removed."""
        side = links.link_of(item)
        if self._types.is_removed(side.link_id):
            self._report.found["link of a removed type"] += 1
            if self._repair:
                remove_side(self._table, self._links, side)

    def _place(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Put a task whose column is gone where it reads already: behind the tasks of the first column."""
        stored = StoredTask.of(item)
        project = _project(there, stored.task.project_id)
        places = project.resolver()
        if not places.is_orphaned(stored.task) or not project.columns:
            return
        self._report.found["task in no column"] += 1
        if self._repair:
            with suppress(NotFound, Conflict):  # gone or changed meanwhile
                found = self._tasks.find(stored.task.id)
                if found.project.resolver().is_orphaned(found.stored.task):
                    rank = first_rank(self._tasks.next_id())
                    self._table.write(*self._tasks.replace_actions(found, found.task, rank=rank))

    # --- removed users ------------------------------------------------------------------------------------------

    def _unassign(self, item: Item, there: Mapping[Key, Item]) -> None:
        """Make a task nobody's whose owner is gone: it was written when `cascade` had been there already."""
        owner_id = owner_of(item)
        if owner_id and keys.user(owner_id) not in there:
            self._report.found["task of a removed user"] += 1
            if self._repair:
                rewrite(self._table, key_of(item), partial(tasks.unassign, user_id=owner_id))

    def _long_gone(self) -> list[int]:
        """Read who was removed so long ago that a whole look at the table, begun now, finds the last of their tasks."""
        item = self._table.get_one(keys.user_tombstones())
        gone = people.deleted_users({keys.user_tombstones(): dict(item)}) if item else {}
        return [user_id for user_id, at in gone.items() if at < time.time() - GONE_FOR]

    def _forget(self, user_ids: list[int]) -> None:
        for first in range(0, len(user_ids), 100):
            if self._repair:
                self._table.update(people.delete_tombstones(user_ids[first : first + 100]))


def _project(there: Mapping[Key, Item], project_id: int) -> Project:
    return domain.decode(there[keys.project(project_id)]["doc"]["S"])


def _is_fresh(item: Item) -> bool:
    """Say whether an item is so young that the task it belongs to may still be on its way."""
    if kind_of(item) not in WRITTEN_BEFORE_TASK:
        return False
    doc = msgspec.json.decode(item["doc"]["S"])
    return int(doc.get("date", doc.get("date_creation", 0))) > time.time() - GRACE


def owner_of(item: Item) -> int:
    """Return whose task an item is; 0 for nobody's, and for what is no task."""
    return StoredTask.of(item).task.owner_id if kind_of(item) is keys.task else 0


def kind_of(item: Item) -> AnyKind:
    """Return the kind of an item."""
    return keys.KINDS.kind_of(key_of(item))


def parents_of(item: Item) -> Iterable[Key]:
    """Return the keys of the items without which an item has no meaning; none for what stands by itself."""
    kind = kind_of(item)
    return kind.parents(ItemIds(kind, key_of(item), item))
