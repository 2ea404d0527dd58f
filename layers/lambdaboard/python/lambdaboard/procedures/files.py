"""Files of tasks."""

from __future__ import annotations

import base64
from functools import partial
from hashlib import sha256 as hashed
from itertools import islice
from typing import TYPE_CHECKING, Annotated

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import FileId, Id, ProjectId, Sha256, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows import FileRow, Row, file_row, listed_file_row
from lambdaboard.domain.blob import decode_blob
from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.event import EventName
from lambdaboard.domain.file import cut_name, is_image
from lambdaboard.errors import InvalidParams, NotFound, Reason, Rejected, ResultTooLarge
from lambdaboard.jsonrpc import Flag, Integer, RequiredUnless, Text
from lambdaboard.services import transfers
from lambdaboard.services.file_events import MAX_TOLD, of_files
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.services.transfers import NewFile
from lambdaboard.store.blobs import ContentInfo
from lambdaboard.store.files import File, new_path, present
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.tasks import LoadedTask

MAX_BLOB = 4_400_000
"""Bytes of a file in a request or an answer: as base64 it must fit the 6 MB that a Lambda function takes and gives."""

Blob = Annotated[str | None, RequiredUnless(frozenset(("size", "sha256", "file_id")))]


@procedure("createTaskFile", WORK)
def create_task_file(
    context: Context,
    project_id: ProjectId,
    task_id: Id,
    filename: Text | None,
    blob: Blob = None,
    *,
    size: Integer | None = None,
    sha256: Sha256 | None = None,
    file_id: Id | None = None,
) -> int | Row:
    """Attach a file to a task.

    A file of any size goes straight to S3, in three steps: this call with `size` and `sha256` and without `blob`, the
    upload by the answer, and this call once more with `file_id`, which may be repeated (extensions.md).

    Args:
        project_id: the task's project.
        task_id: the task, open or closed.
        filename: any text; cut to 255 bytes. An image is recognized by the extension alone.
        blob: the content in base64, at most 4,400,000 bytes. Line ends and tabs are skipped, padding may be missing,
            and `data:image/png;base64,` may precede it. Must be given unless `size` and `sha256` are.
        size: of a content that the client uploads itself, in bytes.
        sha256: its SHA-256 checksum, 64 hexadecimal digits.
        file_id: of the answer to the first call, once the content is uploaded.

    Returns:
        The id of the file; false where there is no such task in the project, or no content, or where `file_id` is not
        of such a call of the caller with the same task, filename, size and checksum, or is of a file that was removed.
        To the first call of an upload: `file_id`, and `upload` with `url`, `method`, the `headers` that must be sent,
        and when the URL `expires`, in Unix seconds. Source: API documents, createTaskFile; behaviour.md 5.1;
        decision 12.
    """
    name = filename or ""
    if size is None and sha256 is None and file_id is None:
        return _create(context, project_id, task_id, name, _content(blob or ""))
    if blob is not None:
        raise InvalidParams("blob", "must not be given with size, sha256 or file_id")
    new = NewFile.of(context, f"task {task_id}", name, size, sha256)
    if file_id is None:
        return _begin_upload(context, project_id, task_id, new)
    return _confirm_upload(context, project_id, task_id, new, file_id)


def _content(blob: str) -> bytes:
    content = decode_blob(blob)
    if not content:
        raise Rejected(Reason.INVALID_VALUE)
    if len(content) > MAX_BLOB:
        raise InvalidParams("blob", f"must be at most {MAX_BLOB:,} bytes, decoded; give size and sha256 to upload more")
    return content


def _create(context: Context, project_id: int, task_id: int, name: str, content: bytes) -> int:
    stores = context.stores
    loaded, file_id = gather(partial(stores.tasks.find_in, project_id, task_id), stores.files.next_id)
    new = NewFile(f"task {task_id}", name, ContentInfo(len(content), hashed(content).hexdigest()))
    record = _record(context, loaded, new, file_id, new_path(project_id, task_id))
    # The content first: a record must never point at missing content, and `sweep` removes content without a record.
    context.prepare_content(record.path, content)
    return _attached(context, loaded, record, [])


def _attached(context: Context, loaded: LoadedTask, record: File, actions: list[TransactItem]) -> int:
    """End a call that attaches a file, with other actions in front."""
    events = of_files(EventName.FILE_CREATE, loaded.project, loaded.task, [record])
    return context.commit(record.id, *actions, *context.stores.files.add_actions(loaded, record), events=events)


def _begin_upload(context: Context, project_id: int, task_id: int, new: NewFile) -> Row:
    stores = context.stores
    _, file_id, uploads = gather(
        partial(stores.tasks.find_in, project_id, task_id),
        stores.files.next_id,
        partial(stores.uploads.of, context.caller.user_id, context.now),
    )
    return transfers.begin(context, new, file_id, new_path(project_id, task_id), uploads)


def _confirm_upload(context: Context, project_id: int, task_id: int, new: NewFile, file_id: int) -> int:
    stores, user_id = context.stores, context.caller.user_id
    loaded, uploads = gather(
        partial(stores.tasks.find_in, project_id, task_id),
        partial(stores.uploads.of, user_id, context.now),
    )
    upload = transfers.uploaded(context, new, file_id, uploads)
    if upload is None:
        return context.commit(_confirmed(context, task_id, new, file_id).id)
    record = _record(context, loaded, new, file_id, upload.path)
    return _attached(context, loaded, record, stores.uploads.remove_actions(user_id, upload))


def _confirmed(context: Context, task_id: int, new: NewFile, file_id: int) -> File:
    """Return the file that an upload has become; NotFound where it is none of these, or of somebody else."""
    record = context.stores.files.find_of(task_id, file_id)
    wanted = (context.caller.user_id, cut_name(new.name), *new.content)
    if (record.user_id, record.name, record.size, record.sha256) != wanted:
        raise NotFound(Reason.FILE)
    return record


def _record(context: Context, loaded: LoadedTask, new: NewFile, file_id: int, path: str) -> File:
    return File(
        id=file_id,
        name=cut_name(new.name),
        path=path,
        is_image=is_image(new.name),
        task_id=loaded.task.id,
        date=context.now,
        user_id=context.caller.user_id,
        size=new.content.size,
        sha256=new.content.sha256,
        generation=loaded.counts.file_generation,
    )


@procedure("getAllTaskFiles", VIEW)
def get_all_task_files(context: Context, task_id: TaskId) -> list[FileRow]:
    """Get all files of a task, by name without regard to ASCII case, then by id.

    Args:
        task_id: the task, open or closed.

    Returns:
        Files as getTaskFile answers them, and with `username` and `user_name`; false where there is no such task.
        Source: API documents, getAllTaskFiles; behaviour.md 5.2.
    """
    stores = context.stores
    loaded, records = gather(partial(stores.tasks.find, task_id), first_page(stores.files.of(task_id)))
    fitting = ResultBudget(context.result_limit).each(records, lambda record: ROW_CHARACTERS + len(record.name))
    files = sorted(present(loaded, fitting), key=lambda record: (casefold(record.name), record.id))
    users = stores.users.named(record.user_id for record in files)
    return [listed_file_row(record, users.get(record.user_id)) for record in files]


@procedure("getTaskFile", VIEW)
def get_task_file(context: Context, file_id: FileId) -> FileRow:
    """Get the properties of a file.

    Args:
        file_id: the file.

    Returns:
        `id`, `name`, `path`, `is_image`, `task_id`, `date`, `user_id`, `size` in bytes and `etag`; false where there is
        no such file. Source: API documents, getTaskFile; behaviour.md 5.2.
    """
    return file_row(context.stores.files.find(file_id).record)


@procedure("downloadTaskFile", VIEW, failure="")
def download_task_file(context: Context, file_id: FileId, *, url: Flag = False) -> str | Row:
    """Get the content of a file, or a URL to get it from.

    Args:
        file_id: the file.
        url: answer a URL; needed for a file of more than 4,400,000 bytes.

    Returns:
        Base64 with padding, in one line; "" where there is no such file. With `url`: the `url`, when it `expires`, in
        Unix seconds, the file's `size` in bytes and its `sha256` in hexadecimal digits, null for one that was uploaded
        before there were checksums. Source: API documents, downloadTaskFile; behaviour.md 5.2; decision 12.
    """
    record = context.stores.files.find(file_id).record
    if url:
        return transfers.download(context, record.path, record.name, ContentInfo(record.size, record.sha256))
    if record.size > MAX_BLOB or record.size * 4 // 3 > context.result_limit:
        raise ResultTooLarge("The file is too large for an answer: with url=true the answer is a URL to get it from")
    return base64.b64encode(context.stores.blobs.get(record.path)).decode()


@procedure("removeTaskFile", WORK)
def remove_task_file(context: Context, file_id: FileId) -> bool:
    """Remove a file.

    Args:
        file_id: the file.

    Returns:
        True; false where there is no such file. Source: API documents, removeTaskFile; behaviour.md 5.2.
    """
    files = context.stores.files
    stored = files.find(file_id)
    loaded = stored.loaded
    events = of_files(EventName.FILE_DESTROY, loaded.project, loaded.task, [stored.record])
    return context.commit(True, *files.remove_actions(stored), events=events)


@procedure("removeAllTaskFiles", WORK)
def remove_all_task_files(context: Context, task_id: TaskId) -> bool:
    """Remove all files of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        True, also if there are none; false where there is no such task. Source: API documents, removeAllTaskFiles;
        behaviour.md 5.2.
    """
    stores = context.stores
    # only the activity, which tells of persons, has to know what they are
    records = stores.files.of(task_id) if context.caller.user else iter(())
    loaded, read = gather(partial(stores.tasks.find, task_id), first_page(records))
    if not loaded.counts.nb_files:
        return context.commit(True)
    events = of_files(EventName.FILE_DESTROY, loaded.project, loaded.task, present(loaded, islice(read, MAX_TOLD)))
    return context.commit(True, *stores.files.remove_all_actions(loaded), events=events)
