"""Copies of child entities, for a duplicate or a successor of their task (behaviour.md 3.9, 3.10).

They are written before their task, and are invisible until it exists: after an interrupted call there is no copy for
callers, and `sweep` deletes the items.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambdaboard.errors import InvalidParams
from lambdaboard.store.counts import Counts
from lambdaboard.store.files import new_path, present, task_folder
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.external_link import ExternalLink
    from lambdaboard.domain.subtask import Subtask
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.child_entities import ChildEntityStore
    from lambdaboard.store.files import File, TaskFileStore
    from lambdaboard.store.tasks import LoadedTask


MAX_COPIED = 2_000_000_000
"""The limit of bytes of files that are copied with a task; more might take longer than a call may."""


class Copyable(NamedTuple):
    """The child entities that are copied with a task; the files may be of older generations."""

    subtasks: Iterable[Subtask] = ()
    links: Iterable[ExternalLink] = ()
    files: Iterable[File] = ()


def copyable(context: Context, task_id: int) -> Copyable:
    """Read the child entities that a duplicate gets: the first page of each (1 round trip), the rest as far as used."""
    inherited, records = gather(partial(inheritable, context, task_id), first_page(context.stores.files.of(task_id)))
    return inherited._replace(files=records)


def inheritable(context: Context, task_id: int) -> Copyable:
    """Read the child entities that a successor gets, as `copyable`."""
    stores = context.stores
    return Copyable(*gather(first_page(stores.subtasks.of(task_id)), first_page(stores.external_links.of(task_id))))


class Copies(NamedTuple):
    """The copies: the number of each kind, and the files."""

    counts: Counts
    files: Sequence[File]


def copied(context: Context, read: Copyable, source: LoadedTask, copy: Task) -> Copies:
    """Write the copies for a task that does not exist yet, and return them (2 round trips, and 1 of S3 for files).

    Args:
        context: the call.
        read: the child entities of the source.
        source: the task that is copied, or succeeded.
        copy: the new task, which is not written yet.

    Raises:
        InvalidParams: the files are too large to be copied.
    """
    stores = context.stores
    subtasks, links, records = [*read.subtasks], [*read.links], present(source, read.files)
    if sum(record.size for record in records) > MAX_COPIED:
        raise InvalidParams("task_id", f"its files have more than {MAX_COPIED:,} bytes, which cannot be copied")
    subtask_id, link_id, file_id = gather(
        partial(_next_id, stores.subtasks, len(subtasks)),
        partial(_next_id, stores.external_links, len(links)),
        partial(_next_id, stores.files, len(records)),
    )
    new_files = _files(context, records, file_id, copy)
    groups = [
        *_subtasks(context, subtasks, subtask_id, copy),
        *_links(context, links, link_id, copy),
        *map(stores.files.put_actions, new_files),
    ]
    if groups:
        context.prepare(groups)
    counts = Counts(nb_subtasks=len(subtasks), nb_external_links=len(links), nb_files=len(new_files))
    return Copies(counts, new_files)


def _next_id(store: ChildEntityStore[Any] | TaskFileStore, count: int) -> int:
    return store.next_id(count) if count else 0


def _subtasks(context: Context, subtasks: Sequence[Subtask], first: int, copy: Task) -> Iterator[list[TransactItem]]:
    for new_id, subtask in enumerate(subtasks, first):
        fresh = subtask.copied(new_id, copy.id, context.now)
        yield context.stores.subtasks.put_actions(fresh, copy.project_id, "task_id")


def _links(context: Context, links: Sequence[ExternalLink], first: int, copy: Task) -> Iterator[list[TransactItem]]:
    for new_id, link in enumerate(links, first):
        fresh = link.changed(id=new_id, task_id=copy.id, date_creation=context.now, date_modification=context.now)
        yield context.stores.external_links.put_actions(fresh, copy.project_id, "task_id")


def _files(context: Context, records: Sequence[File], first: int, copy: Task) -> list[File]:
    """Copy contents (1 round trip of S3), and return their records."""
    fresh = {
        "task_id": copy.id,
        "date": context.now,
        "user_id": context.caller.user_id,
        "generation": 0,
    }
    new = [
        msgspec.structs.replace(record, id=new_id, path=new_path(task_folder(copy.project_id, copy.id)), **fresh)
        for new_id, record in enumerate(records, first)
    ]
    if records:
        context.prepare_copies((old.path, record.path, record.size) for old, record in zip(records, new, strict=True))
    return new
