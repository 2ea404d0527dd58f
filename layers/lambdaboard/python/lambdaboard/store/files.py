"""Task files: the record in the table, twice, and the content in the bucket.

A record never points at missing content: the content is written before its record and removed after it. Content
without a record is what `sweep` removes.
"""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, delete, number, put_new, string, update
from lambdaboard.store.table import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from types_boto3_s3 import S3Client

    from lambdaboard.store.actions import Item
    from lambdaboard.store.table import Table
    from lambdaboard.store.tasks import StoredTask

PREFIX = "FILE#"


class File(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The record of a file; it never changes.

    Attributes:
        path: `<project>/<task>/<40 hex digits>`, of the upload; also the key of its content in the bucket.
        date: Unix seconds of the upload, or of the copy.
        generation: the task's `file_generation` at the upload; a file of a lower one is gone.
    """

    id: int
    name: str
    path: str
    is_image: int = 0
    task_id: int
    date: int
    user_id: int = 0
    size: int
    generation: int = 0

    @property
    def project_id(self) -> int:
        """The project that its task was in at the upload: where to look for the task first."""
        return int(self.path.split("/")[0])


_decode = msgspec.json.Decoder(File).decode


def new_path(project_id: int, task_id: int) -> str:
    """Return a path of its own for a file: random, since two files may have the same content."""
    return f"{project_id}/{task_id}/{secrets.token_hex(20)}"


def file_of(item: Item) -> File:
    """Read a record from its item."""
    return _decode(item["doc"]["S"])


class Blob(NamedTuple):
    """A content in the bucket; `written_at`: Unix seconds."""

    path: str
    written_at: float


class Blobs:
    """The contents of files in the bucket.

    Args:
        before_write: see `after`.
    """

    def __init__(
        self, connect: Callable[[], S3Client], bucket: str, before_write: Callable[[], None] = at_once
    ) -> None:
        self._connect = connect
        self._bucket = bucket
        self._before_write = before_write

    def after(self, before_write: Callable[[], None]) -> Blobs:
        """Return the same bucket, whose every new content calls this first, and is not written if it raises."""
        return Blobs(lambda: self.client, self._bucket, before_write)

    @cached_property
    def client(self) -> S3Client:
        """The client of S3, made on first use."""
        return self._connect()

    def put(self, path: str, content: bytes) -> None:
        """Write a content (1 round trip to S3)."""
        self._before_write()
        self.client.put_object(Bucket=self._bucket, Key=path, Body=content)

    def get(self, path: str) -> bytes:
        """Read a content (1 round trip to S3); NotFound."""
        try:
            return self.client.get_object(Bucket=self._bucket, Key=path)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            raise NotFound("content") from None

    def copy(self, path: str, new: str) -> None:
        """Copy a content within S3 (1 round trip)."""
        self._before_write()
        self.client.copy_object(Bucket=self._bucket, Key=new, CopySource={"Bucket": self._bucket, "Key": path})

    def remove(self, path: str) -> None:
        """Remove a content, or do nothing where it is gone (1 round trip)."""
        self.client.delete_object(Bucket=self._bucket, Key=path)

    def pages(self, after: str = "") -> Iterator[list[Blob]]:
        """Yield all contents by path, from behind one, a thousand at a time (1 round trip to S3 each)."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, StartAfter=after)
        for page in pages:
            if "Contents" in page:
                yield [Blob(found["Key"], found["LastModified"].timestamp()) for found in page["Contents"]]


class FileStore:
    """Reads and writes the records of files. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def next_id(self, count: int = 1) -> int:
        """Take ids of files; return the first (1)."""
        return self._table.next_id("file", count)

    def get(self, file_id: int) -> File:
        """Read a record, whether or not its task is still there (1); NotFound."""
        item = self._table.get_one(keys.file(file_id))
        if item is None:
            raise NotFound("file")
        return file_of(dict(item))

    def of(self, task_id: int) -> list[File]:
        """Read the records of a task by id, those of older generations too (1 a MB)."""
        items = self._table.query(keys.task_pk(task_id), begins=PREFIX, attributes="doc")
        return [file_of(item) for item in items]

    def add(self, task: StoredTask, record: File) -> None:
        """Write a record and count it on its task, all or nothing (1).

        Raises:
            Conflict: all files were removed meanwhile, or the task.
        """
        self._table.transact([*birth(record), _counted(task, "ADD nb_files :by", 1, Conflict("files removed"))])

    def remove(self, task: StoredTask, record: File) -> None:
        """Remove a record; `cascade` removes its content (1); NotFound if it is gone."""
        self._table.transact(
            [
                delete(keys.task_file(record.task_id, record.id), NotFound("file")),
                delete(keys.file(record.id)),
                _counted(task, "ADD nb_files :by", -1, Conflict("files removed")),
            ]
        )

    def remove_all(self, task: StoredTask) -> None:
        """Remove all files of a task by beginning a new generation; `cascade` removes records and contents (1).

        Raises:
            Conflict: another call did so meanwhile.
        """
        expression = "SET file_generation = :next, nb_files = :by"
        action = _counted(task, expression, 0, Conflict("files removed"))
        action.request["Update"]["ExpressionAttributeValues"][":next"] = number(task.counts.file_generation + 1)
        self._table.transact([action])


def birth(record: File) -> list[TransactItem]:
    """Return what writes a new record."""
    item = {"doc": string(msgspec.json.encode(record).decode())}
    return [put_new(keys.task_file(record.task_id, record.id), item), put_new(keys.file(record.id), item)]


def _counted(task: StoredTask, expression: str, by: int, on_condition_failed: Exception) -> TransactItem:
    """Return the update of a task's counter, as long as it has the generation that was read."""
    values: dict[str, keys.Attribute] = {":by": number(by)}
    condition = "attribute_exists(pk) AND attribute_not_exists(file_generation)"
    if task.counts.file_generation:
        values[":generation"] = number(task.counts.file_generation)
        condition = "file_generation = :generation"
    return update(task.key, expression, dict(values), condition, on_condition_failed)


def present(task: StoredTask, records: Iterable[File]) -> list[File]:
    """Return the records of the task's own generation."""
    return [record for record in records if record.generation == task.counts.file_generation]
