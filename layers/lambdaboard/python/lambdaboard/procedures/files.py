"""Files of tasks."""

from __future__ import annotations

import base64
import re
from functools import partial

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import FileId, ProjectId, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows import FileRow, file_row, listed_file_row
from lambdaboard.domain.casefold import casefold
from lambdaboard.errors import InvalidParams, Reason, Rejected, ResultTooLarge
from lambdaboard.jsonrpc import Text
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.store.files import File, new_path, present
from lambdaboard.store.parallel import first_page, gather

MAX_SIZE = 4_400_000
"""Bytes of a file: as base64 it must fit the 6 MB that a Lambda function takes and gives."""

MAX_NAME = 255
"""Bytes of a file's name; a longer one is cut."""

IMAGES = (".png", ".jpg", ".jpeg", ".gif")

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


@procedure("createTaskFile", WORK)
def create_task_file(
    context: Context, project_id: ProjectId, task_id: TaskId, filename: Text | None, blob: str | None
) -> int:
    """Attach a file to a task.

    Args:
        project_id: the task's project.
        task_id: the task, open or closed.
        filename: any text; cut to 255 bytes. Whether it is an image is told from its ending alone.
        blob: the content in base64, at most 4,400,000 bytes; characters that are not base64 are skipped.

    Returns:
        The id of the file; false where there is no such task in the project, or no content. Source: API documents,
        createTaskFile; behaviour.md 5.1.
    """
    content = _decoded(blob or "")
    stores = context.stores
    loaded, file_id = gather(partial(stores.tasks.find_named_in, project_id, task_id), stores.files.next_id)
    name = filename or ""
    record = File(
        id=file_id,
        name=_cut(name),
        path=new_path(project_id, task_id),
        is_image=int(casefold(name).endswith(IMAGES)),
        task_id=task_id,
        date=context.now,
        user_id=context.caller.user_id,
        size=len(content),
        generation=loaded.counts.file_generation,
    )
    # The content first: a record must never point at missing content, and `sweep` removes content without a record.
    context.prepare_content(record.path, content)
    return context.commit(record.id, *stores.files.add_actions(loaded, record))


def _decoded(blob: str) -> bytes:
    """Decode base64 as leniently as the original: other characters are skipped, one left over is dropped."""
    characters = _NOT_BASE64.sub("", blob)
    characters = characters[:-1] if len(characters) % 4 == 1 else characters
    content = base64.b64decode(characters + "=" * (-len(characters) % 4))
    if not content:
        raise Rejected(Reason.INVALID_VALUE)
    if len(content) > MAX_SIZE:
        raise InvalidParams("blob", f"must be at most {MAX_SIZE:,} bytes, decoded")
    return content


def _cut(name: str) -> str:
    """Cut a name to 255 bytes, before the character that would be broken."""
    return name.encode()[:MAX_NAME].decode(errors="ignore")


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
def download_task_file(context: Context, file_id: FileId) -> str:
    """Get the content of a file.

    Args:
        file_id: the file.

    Returns:
        Base64 with padding, in one line; "" where there is no such file. Source: API documents, downloadTaskFile;
        behaviour.md 5.2.
    """
    record = context.stores.files.find(file_id).record
    if record.size * 4 // 3 > context.result_limit:
        raise ResultTooLarge
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
    return context.commit(True, *files.remove_actions(files.find(file_id)))


@procedure("removeAllTaskFiles", WORK)
def remove_all_task_files(context: Context, task_id: TaskId) -> bool:
    """Remove all files of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        True, also if there are none; false where there is no such task. Source: API documents, removeAllTaskFiles;
        behaviour.md 5.2.
    """
    loaded = context.stores.tasks.find(task_id)
    if not loaded.counts.nb_files:
        return context.commit(True)
    return context.commit(True, *context.stores.files.remove_all_actions(loaded))
