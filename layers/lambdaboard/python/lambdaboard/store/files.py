"""Records of task files in the table, each twice; their contents are in the bucket (`blobs`).

A record never points at missing content: the content is written before its record and removed after it. Content
without a record is what `sweep` removes.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.errors import Conflict, NotFound, Reason
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, number, put_new, string, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, TaskStore


class File(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The record of a file; it never changes.

    Attributes:
        path: `<project>/<task>/<40 hex digits>`, of the upload; also the key of its content in the bucket.
        date: Unix seconds of the upload, or of the copy.
        sha256: of the content, in hex; "" for one that was uploaded before it was kept.
        generation: the task's `file_generation` at the upload; a file of a lower one is removed.
    """

    id: int
    name: str
    path: str
    is_image: int = 0
    task_id: int
    date: int
    user_id: int = 0
    size: int
    sha256: str = ""
    generation: int = 0

    @property
    def project_id(self) -> int:
        """The project that its task was in at the upload: where to look for the task first."""
        return int(self.path.split("/")[0])


class StoredFile(NamedTuple):
    """The record of a file, and its task."""

    loaded: LoadedTask
    record: File


_decode = msgspec.json.Decoder(File).decode


def new_path(project_id: int, task_id: int) -> str:
    """Return a path of its own for a file: random, since two files may have the same content."""
    return f"{project_id}/{task_id}/{secrets.token_hex(20)}"


def file_of(item: Item) -> File:
    """Read a record from its item."""
    return _decode(item["doc"]["S"])


class FileStore:
    """Reads the records of files and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        self._table = table
        self._tasks = tasks

    def next_id(self, count: int = 1) -> int:
        """Take ids of files; return the first (1)."""
        return self._table.next_id("file", count)

    def find(self, file_id: int) -> StoredFile:
        """Read a file and its task (2; 3 if the task was moved since the upload); NotFound, Forbidden."""
        item = self._table.get_one(keys.file(file_id))
        if item is None:
            raise NotFound(Reason.FILE)
        record = file_of(dict(item))
        loaded = self._tasks.find(record.task_id, probably_in=record.project_id)
        if not present(loaded, [record]):  # `cascade` has yet to remove the record
            raise NotFound(Reason.FILE)
        return StoredFile(loaded, record)

    def find_of(self, task_id: int, file_id: int) -> File:
        """Read a file of a given task (as `TaskStore.find`); NotFound, Forbidden."""
        key = keys.task_file(task_id, file_id)
        loaded = self._tasks.find(task_id, key)
        items = loaded.people.items
        found = present(loaded, [file_of(items[key])]) if key in items else []
        if not found:
            raise NotFound(Reason.FILE)
        return found[0]

    def of(self, task_id: int) -> Iterator[File]:
        """Yield the records of a task by id, those of older generations too (1 a MB, as they are asked for)."""
        items = self._table.query(keys.task_pk(task_id), begins=keys.task_file.sk_prefix, attributes="doc")
        return map(file_of, items)

    def add_actions(self, loaded: LoadedTask, record: File) -> list[TransactItem]:
        """Return what writes a record and counts it on its task; Conflict if all files, or the task, were removed."""
        return [*put_actions(record), _update_counts(loaded, "ADD nb_files :by", {":by": number(1)})]

    def remove_actions(self, stored: StoredFile) -> list[TransactItem]:
        """Return what removes a record; `cascade` removes its content; NotFound if it does not exist."""
        record = stored.record
        return [
            delete(keys.task_file(record.task_id, record.id), NotFound(Reason.FILE)),
            delete(keys.file(record.id)),
            _update_counts(stored.loaded, "ADD nb_files :by", {":by": number(-1)}),
        ]

    def remove_all_actions(self, loaded: LoadedTask) -> list[TransactItem]:
        """Return what removes all files of a task by beginning a new generation (decision 5); `cascade` does the rest.

        The write raises Conflict if another call did so meanwhile.
        """
        values = {":next": number(loaded.counts.file_generation + 1), ":none": number(0)}
        return [_update_counts(loaded, "SET file_generation = :next, nb_files = :none", values)]


def put_actions(record: File) -> list[TransactItem]:
    """Return what writes a new record."""
    item = {"doc": string(msgspec.json.encode(record).decode())}
    return [put_new(keys.task_file(record.task_id, record.id), item), put_new(keys.file(record.id), item)]


def _update_counts(loaded: LoadedTask, expression: str, values: dict[str, keys.Attribute]) -> TransactItem:
    """Return the update of a task's counter, as long as it has the generation that was read."""
    condition = "attribute_exists(pk) AND attribute_not_exists(file_generation)"
    if loaded.counts.file_generation:
        values[":generation"] = number(loaded.counts.file_generation)
        condition = "file_generation = :generation"
    return update(loaded.stored.key, expression, dict(values), condition, Conflict("files removed"))


def present(loaded: LoadedTask, records: Iterable[File]) -> list[File]:
    """Return the records of the task's own generation."""
    return [record for record in records if record.generation == loaded.counts.file_generation]
