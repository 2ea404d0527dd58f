"""Tidying up behind a removed project, task or file, from the table's stream.

What hangs on a removed thing is invisible at once (design.md, "Liveness"); here it goes for good. Every step may be
repeated, cut off, or come in any order: it deletes what is there and looks at the table, not at what was done before.
Deleting an item puts its own removal into the stream, so one step goes one level down.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from lambdaboard.domain import project as domain
from lambdaboard.store import files, keys
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.store.actions import Item
    from lambdaboard.store.files import Blobs
    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table

DELETED_AT_ONCE = 500
"""Keys gathered before they are deleted: what is kept in memory of a project of any size."""


class Cascade:
    """Removes what hung on a removed thing."""

    def __init__(self, table: Table, blobs: Blobs) -> None:
        self._table = table
        self._blobs = blobs

    def removed(self, old: Item) -> None:
        """Tidy up behind an item that was deleted."""
        key = key_of(old)
        if key == keys.project(_number(key.pk)):
            self._project_removed(old)
        elif key.pk.startswith("P#") and key.sk.startswith("T#"):
            self._task_removed(_number(key.sk))
        elif key.sk.startswith(files.PREFIX):
            self._blobs.remove(files.file_of(old).path)

    def changed(self, new: Item) -> None:
        """Remove the files of older generations of a task."""
        task_id, generation = _number(new["sk"]["S"]), int(new["file_generation"]["N"])
        records = self._table.query(keys.task_pk(task_id), begins=files.PREFIX)
        self._delete(
            key
            for item in records
            if files.file_of(item).generation < generation
            for key in (key_of(item), keys.file(files.file_of(item).id))
        )

    def _project_removed(self, old: Item) -> None:
        project = domain.decode(old["doc"]["S"])
        self._delete(keys.column(column.id) for column in project.columns)
        self._delete(keys.swimlane(lane.id) for lane in project.swimlanes)
        self._delete(keys.category(category.id) for category in project.categories)
        inside = self._table.query(keys.project_pk(project.id), attributes="pk, sk")
        self._delete(key for item in inside for key in _with_lookup(key_of(item)))

    def _task_removed(self, task_id: int) -> None:
        """Remove what belonged to a task, unless the task was only moved to another project."""
        lookup = self._table.get_one(keys.task_lookup(task_id))
        if lookup and self._table.get_one(keys.task(int(lookup["project_id"]["N"]), task_id)):
            return
        belongings = self._table.query(keys.task_pk(task_id), attributes="pk, sk")
        self._delete(key for item in belongings for key in _with_lookup(key_of(item)))

    def _delete(self, wanted: Iterable[Key]) -> None:
        rest = iter(wanted)
        while batch := [*islice(rest, DELETED_AT_ONCE)]:
            self._table.delete_all(dict.fromkeys(batch))


def _number(part: str) -> int:
    """Return the number in a part of a key, as in `T#12`; -1 where there is none."""
    digits = part.partition("#")[2]
    return int(digits) if digits.isdigit() else -1


def _with_lookup(key: Key) -> Iterator[Key]:
    """Yield a key, and the one under which the same thing is looked up by its id."""
    yield key
    if key.sk.startswith("T#"):
        yield keys.task_lookup(_number(key.sk))
    elif key.sk.startswith("G#"):
        yield keys.tag_lookup(_number(key.sk))
    elif key.sk.startswith(files.PREFIX):
        yield keys.file(_number(key.sk))
