"""Records of files in the table; their contents are in the bucket (`blobs`).

A record never points at missing content: the content is written before its record and removed after it. `sweep`
removes contents without a record.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from lambdaboard.errors import Conflict, NotFound, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, number, put_new, string, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.counts import Counts
    from lambdaboard.store.keys import Attribute, Entity, Key
    from lambdaboard.store.keys.kind import Kind
    from lambdaboard.store.people import ReadAlong
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import LoadedTask, TaskStore


class FileRecord(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The record of a file; it never changes.

    Attributes:
        path: the key of its content in the bucket: the folder of its task or project, and 40 hex digits.
        date: Unix seconds of the upload, or of the copy.
        sha256: of the content, in hex; "" in records of older releases.
        generation: the `file_generation` of its task or project at the upload; a file of a lower one is removed.
    """

    id: int
    name: str
    path: str
    is_image: int = 0
    date: int
    user_id: int = 0
    size: int
    sha256: str = ""
    generation: int = 0

    @property
    def parent_id(self) -> int:
        """The id of its task or project."""
        raise NotImplementedError


class File(FileRecord, frozen=True, omit_defaults=True, kw_only=True):
    """A file of a task; `path` begins with `<project>/<task>/`, as they were at the upload."""

    task_id: int

    @property
    def parent_id(self) -> int:
        """The id of its task."""
        return self.task_id

    @property
    def project_id(self) -> int:
        """The project that its task was in at the upload, which is tried first."""
        return int(self.path.split("/")[0])


class ProjectFile(FileRecord, frozen=True, omit_defaults=True, kw_only=True):
    """A file of a project; `path` begins with `projects/<project>/`."""

    project_id: int

    @property
    def parent_id(self) -> int:
        """The id of its project."""
        return self.project_id


class FileParent(Protocol):
    """A task or a project that was read, with the number and the generation of its files."""

    @property
    def key(self) -> Key:
        """The key of its item."""

    @property
    def counts(self) -> Counts:
        """The counts of its item."""

    @property
    def people(self) -> ReadAlong:
        """All items that were read in the same round trip."""


P = TypeVar("P", bound=FileParent)
F = TypeVar("F", bound=FileRecord)


class StoredFile(NamedTuple, Generic[P, F]):
    """The record of a file, and its task or project."""

    parent: P
    record: F


# --- contents -------------------------------------------------------------------------------------------------------

OF_PROJECTS = "projects"
"""The folder of contents that belong to projects; those of tasks are in folders of numbers."""


def task_folder(project_id: int, task_id: int) -> str:
    """Return the folder of a task's contents."""
    return f"{project_id}/{task_id}"


def project_folder(project_id: int) -> str:
    """Return the folder of a project's contents."""
    return f"{OF_PROJECTS}/{project_id}"


def new_path(folder: str) -> str:
    """Return a new path for a content: random, since two files may have the same content."""
    return f"{folder}/{secrets.token_hex(20)}"


def kind_in(folder: str) -> Kind[int, int]:
    """Return the kind of the records of the contents in a folder."""
    return keys.project_file if folder.partition("/")[0] == OF_PROJECTS else keys.task_file


def record_of(item: Item) -> FileRecord:
    """Read the common properties of both kinds of records from an item of either."""
    return msgspec.json.decode(item["doc"]["S"], type=FileRecord)


# --- stores ---------------------------------------------------------------------------------------------------------


class FileStore(Generic[P, F]):
    """Reads the records of files of tasks, or of projects, and builds their writes. Costs are in round trips.

    Args:
        table: the table.
        kind: of the items.
        entity: of the ids.
        record: the type of the records.
        find_parent: reads the task or project with other items; NotFound, Forbidden.
    """

    def __init__(
        self, table: Table, kind: Kind[int, int], entity: Entity, record: type[F], find_parent: Callable[..., P]
    ) -> None:
        self._table = table
        self._kind = kind
        self._entity = entity
        self._decode = msgspec.json.Decoder(record).decode
        self.find_parent = find_parent

    def next_id(self, count: int = 1) -> int:
        """Take ids of files; return the first (1)."""
        return self._table.next_id(self._entity, count)

    def of(self, parent_id: int) -> Iterator[F]:
        """Yield the records by id, those of older generations too (1 per MB, only as far as they are used)."""
        partition, _ = self._kind(parent_id, 0)
        items = self._table.query(partition, begins=self._kind.sk_prefix, attributes="doc")
        return (self._decode(item["doc"]["S"]) for item in items)

    def find_of(self, parent_id: int, file_id: int) -> StoredFile[P, F]:
        """Read a file of a given task or project (as `find_parent`); NotFound, Forbidden."""
        key = self._kind(parent_id, file_id)
        parent = self.find_parent(parent_id, key)
        return self._stored(parent, parent.people.items.get(key))

    def _stored(self, parent: P, item: Mapping[str, Any] | None) -> StoredFile[P, F]:
        """Return a file that was read; NotFound if it did not exist, or was removed with all others."""
        # `cascade` may not have deleted the record yet
        found = present(parent, [self._decode(item["doc"]["S"])]) if item else []
        if not found:
            raise NotFound(Thing.FILE)
        return StoredFile(parent, found[0])

    def add_actions(self, parent: P, record: F) -> list[TransactItem]:
        """Return the actions that write and count a record; Conflict if its task, project or all files were removed."""
        return [*self.put_actions(record), _update_parent(parent, "ADD nb_files :by", {":by": number(1)})]

    def put_actions(self, record: F) -> list[TransactItem]:
        """Return the actions that write a new record under each of its keys."""
        item = {"doc": string(msgspec.json.encode(record).decode())}
        return [put_new(key, item) for key in self._keys(record)]

    def remove_actions(self, stored: StoredFile[P, F]) -> list[TransactItem]:
        """Return the actions that remove a record; `cascade` removes its content; NotFound if it does not exist."""
        key, *others = self._keys(stored.record)
        return [
            delete(key, NotFound(Thing.FILE)),
            *map(delete, others),
            _update_parent(stored.parent, "ADD nb_files :by", {":by": number(-1)}),
        ]

    def remove_all_actions(self, parent: P) -> list[TransactItem]:
        """Return the actions that remove all files by beginning a new generation (decision 5); `cascade` does the rest.

        The write raises Conflict if another call did so meanwhile.
        """
        values = {":next": number(parent.counts.file_generation + 1), ":none": number(0)}
        return [_update_parent(parent, "SET file_generation = :next, nb_files = :none", values)]

    def _keys(self, record: F) -> list[Key]:
        """Return the keys of a record: with its task or project, and for some kinds also by its own id."""
        ids = record.parent_id, record.id
        return [self._kind(*ids), *([self._kind.deleted_with(*ids)] if self._kind.deleted_with else [])]


class TaskFileStore(FileStore["LoadedTask", File]):
    """Files of tasks, which clients name without their task."""

    def __init__(self, table: Table, tasks: TaskStore) -> None:
        super().__init__(table, keys.task_file, "file", File, tasks.find)
        self._tasks = tasks

    def find(self, file_id: int) -> StoredFile[LoadedTask, File]:
        """Read a file and its task (2; 3 if the task was moved since the upload); NotFound, Forbidden."""
        item = self._table.get_one(keys.file(file_id))
        if item is None:
            raise NotFound(Thing.FILE)
        record = self._decode(item["doc"]["S"])
        return self._stored(self._tasks.find(record.task_id, probably_in=record.project_id), item)


def _update_parent(parent: FileParent, expression: str, values: dict[str, Attribute]) -> TransactItem:
    """Return the update of a task or project, on the condition that it has the generation that was read."""
    condition = "attribute_exists(pk) AND attribute_not_exists(file_generation)"
    if parent.counts.file_generation:
        values = {**values, ":generation": number(parent.counts.file_generation)}
        condition = "file_generation = :generation"
    return update(parent.key, expression, values, condition, Conflict("files removed"))


def present(parent: FileParent, records: Iterable[F]) -> list[F]:
    """Return the records of the current generation of their task or project."""
    return [record for record in records if record.generation == parent.counts.file_generation]
