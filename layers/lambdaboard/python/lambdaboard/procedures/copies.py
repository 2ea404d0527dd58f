"""Copies of what belongs to a task, for its duplicate or its successor (behaviour.md 3.9, 3.10).

They are written before the task they belong to, and there is no such task until then: a call that is cut off has copied
nothing, and `sweep` removes what it left.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambdaboard.store import files
from lambdaboard.store.counts import Counts
from lambdaboard.store.files import new_path, present
from lambdaboard.store.parallel import gather, start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdaboard.domain.external_link import ExternalLink
    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.domain.task import Task
    from lambdaboard.procedures.context import Context
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.child_entities import Belongings
    from lambdaboard.store.files import File, FileStore
    from lambdaboard.store.tasks import StoredTask


class Copyable(NamedTuple):
    """What of a task is copied with it; the files may be of older generations."""

    subtasks: Sequence[Subtask] = ()
    links: Sequence[ExternalLink] = ()
    files: Sequence[File] = ()


def copyable(context: Context, task_id: int) -> Copyable:
    """Read what is copied with a duplicate (1 round trip a MB)."""
    stores = context.stores
    files = start(lambda: [*stores.files.of(task_id)])
    return inheritable(context, task_id)._replace(files=files.result())


def inheritable(context: Context, task_id: int) -> Copyable:
    """Read what is copied with a successor (1 round trip a MB)."""
    stores = context.stores
    links = start(lambda: [*stores.external_links.of(task_id)])
    return Copyable([*stores.subtasks.of(task_id)], links.result())


def copied(context: Context, read: Copyable, source: StoredTask, copy: Task) -> Counts:
    """Write the copies for a task that nobody sees yet, and return how many (2 round trips, and 1 of S3 for files).

    Args:
        context: the call.
        read: what belongs to the source.
        source: the task that is copied, or succeeded.
        copy: the new task, which is not written yet.
    """
    stores = context.stores
    read = read._replace(files=present(source, read.files))
    firsts = gather(
        [
            partial(_ids, stores.subtasks, len(read.subtasks)),
            partial(_ids, stores.external_links, len(read.links)),
            partial(_ids, stores.files, len(read.files)),
        ]
    )
    births = [
        *_subtasks(context, read.subtasks, firsts[0], copy),
        *_links(context, read.links, firsts[1], copy),
        *_files(context, read.files, firsts[2], copy),
    ]
    stores.table.transact_each(births)
    return Counts(nb_subtasks=len(read.subtasks), nb_external_links=len(read.links), nb_files=len(read.files))


def _ids(store: Belongings[Any] | FileStore, count: int) -> int:
    return store.next_id(count) if count else 0


def _subtasks(context: Context, subtasks: Sequence[Subtask], first: int, copy: Task) -> Iterator[list[TransactItem]]:
    for new_id, subtask in enumerate(subtasks, first):
        fresh = subtask.copied(new_id, copy.id, context.now)
        yield context.stores.subtasks.birth(fresh, copy.project_id, "task_id")


def _links(context: Context, links: Sequence[ExternalLink], first: int, copy: Task) -> Iterator[list[TransactItem]]:
    for new_id, link in enumerate(links, first):
        fresh = link.changed(id=new_id, task_id=copy.id, date_creation=context.now, date_modification=context.now)
        yield context.stores.external_links.birth(fresh, copy.project_id, "task_id")


def _files(context: Context, records: Sequence[File], first: int, copy: Task) -> list[list[TransactItem]]:
    """Copy contents (1 round trip of S3), and return what writes the records."""
    fresh = {
        "task_id": copy.id,
        "date": context.now,
        "user_id": context.caller.user_id,
        "generation": 0,
    }
    new = [
        msgspec.structs.replace(record, id=new_id, path=new_path(copy.project_id, copy.id), **fresh)
        for new_id, record in enumerate(records, first)
    ]
    blobs = context.stores.blobs
    gather([partial(blobs.copy, old.path, record.path) for old, record in zip(records, new, strict=True)])
    return [files.birth(record) for record in new]
