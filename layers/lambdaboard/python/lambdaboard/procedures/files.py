"""Files of tasks."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import FileId, InnerFileId, InnerTaskId, ProjectId, Sha256, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.files import (
    DownloadRow,
    ListedTaskFileRow,
    TaskFileRow,
    UploadRow,
    listed_task_file_row,
    task_file_row,
)
from lambdaboard.domain.event import EventName
from lambdaboard.jsonrpc import Flag, Integer, Text
from lambdaboard.services import files
from lambdaboard.services.file_events import MAX_TOLD, of_files
from lambdaboard.services.files import Blob, Given, Target
from lambdaboard.store.files import File, present, task_folder
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from lambdaboard.domain.event import Event
    from lambdaboard.store.tasks import LoadedTask


@procedure("createTaskFile", WORK)
def create_task_file(
    context: Context,
    project_id: ProjectId,
    task_id: InnerTaskId,
    filename: Text | None,
    blob: Blob = None,
    *,
    size: Integer | None = None,
    sha256: Sha256 | None = None,
    file_id: InnerFileId | None = None,
) -> int | UploadRow:
    """Attach a file to a task.

    A file of any size is sent directly to S3, in three steps: this call with `size` and `sha256` and without `blob`,
    the upload as in the answer, and this call again with `file_id`, which may be repeated (extensions.md).

    Args:
        project_id: the task's project.
        task_id: the task, open or closed.
        filename: any string; cut to 255 bytes. An image is recognized by the extension alone.
        blob: the content in base64, at most 4,400,000 bytes. Line breaks and tabs are skipped, padding may be missing,
            and `data:image/png;base64,` may precede it. Required unless `size` and `sha256` are given.
        size: of a content that the client uploads itself, in bytes.
        sha256: its SHA-256 checksum, 64 hexadecimal digits.
        file_id: from the answer to the first call, once the content is uploaded.

    Returns:
        The id of the file; false if there is no such task in the project, or no content, or if `file_id` is not
        from such a call of the caller with the same task, filename, size and checksum, or is of a removed file. For the
        first call of an upload: the URL for the content. Source: API documents, createTaskFile;
        behaviour.md 5.1; decision 12.
    """
    stores = context.stores
    target = Target(
        name=f"task {task_id}",
        parent_id=task_id,
        folder=task_folder(project_id, task_id),
        files=stores.files,
        find=partial(stores.tasks.find_in, project_id, task_id),
        record=partial(File, task_id=task_id),
        events=_created,
    )
    return files.create(context, target, Given(filename, blob, size, sha256, file_id))


def _created(loaded: LoadedTask, record: File) -> list[Event]:
    return of_files(EventName.FILE_CREATE, loaded.project, loaded.task, [record])


@procedure("getAllTaskFiles", VIEW)
def get_all_task_files(context: Context, task_id: TaskId) -> list[ListedTaskFileRow]:
    """Get all files of a task, by name ASCII case ignored, then by id.

    Args:
        task_id: the task, open or closed.

    Returns:
        The files; false if there is no such task. Source: API documents, getAllTaskFiles; behaviour.md 5.2.
    """
    return [listed_task_file_row(*each) for each in files.listed(context, context.stores.files, task_id)]


@procedure("getTaskFile", VIEW)
def get_task_file(context: Context, file_id: FileId) -> TaskFileRow:
    """Get the properties of a file.

    Args:
        file_id: the file.

    Returns:
        The file; false if there is no such file. Source: API documents, getTaskFile; behaviour.md 5.2.
    """
    return task_file_row(context.stores.files.find(file_id).record)


@procedure("downloadTaskFile", VIEW, failure="")
def download_task_file(context: Context, file_id: FileId, *, url: Flag = False) -> str | DownloadRow:
    """Get the content of a file, or a URL of it.

    Args:
        file_id: the file.
        url: return a URL; needed for a file of more than 4,400,000 bytes.

    Returns:
        Base64 with padding, in one line; "" if there is no such file. With `url`: the URL of the content. Source: API
        documents, downloadTaskFile; behaviour.md 5.2; decision 12.
    """
    return files.download(context, context.stores.files.find(file_id).record, url=url)


@procedure("removeTaskFile", WORK)
def remove_task_file(context: Context, file_id: FileId) -> bool:
    """Remove a file.

    Args:
        file_id: the file.

    Returns:
        True; false if there is no such file. Source: API documents, removeTaskFile; behaviour.md 5.2.
    """
    store = context.stores.files
    stored = store.find(file_id)
    events = of_files(EventName.FILE_DESTROY, stored.parent.project, stored.parent.task, [stored.record])
    return context.commit(True, *store.remove_actions(stored), events=events)


@procedure("removeAllTaskFiles", WORK)
def remove_all_task_files(context: Context, task_id: TaskId) -> bool:
    """Remove all files of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        True, also if there are none; false if there is no such task. Source: API documents, removeAllTaskFiles;
        behaviour.md 5.2.
    """
    stores = context.stores
    # only the activity, which persons' calls write, needs the files
    records = stores.files.of(task_id) if context.caller.user else iter(())
    loaded, read = gather(partial(stores.tasks.find, task_id), first_page(records))
    if not loaded.counts.nb_files:
        return context.commit(True)
    events = of_files(EventName.FILE_DESTROY, loaded.project, loaded.task, present(loaded, islice(read, MAX_TOLD)))
    return context.commit(True, *stores.files.remove_all_actions(loaded), events=events)
