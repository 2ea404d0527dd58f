"""Files of tasks."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from lambdaboard.domain.casefold import casefold
from lambdaboard.errors import InvalidParams, NotFound, Rejected
from lambdaboard.jsonrpc import Text
from lambdaboard.procedures.access import VIEW, WORK
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import FileRow, file_row, listed_file_row
from lambdaboard.store.files import File, new_path, present
from lambdaboard.store.parallel import start

if TYPE_CHECKING:
    from lambdaboard.store.tasks import LoadedTask

MAX_SIZE = 4_400_000
"""Bytes of a file: as base64 it must fit the 6 MB that a Lambda function takes and gives."""

MAX_NAME = 255
"""Bytes of a file's name; a longer one is cut."""

IMAGES = (".png", ".jpg", ".jpeg", ".gif")

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


@procedure("createTaskFile", WORK)
def create_task_file(context: Context, project_id: Id, task_id: Id, filename: Text | None, blob: str | None) -> int:
    """Attach a file to a task.

    Args:
        project_id: the task's project.
        task_id: the task, open or closed.
        filename: any text; cut to 255 bytes. Whether it is an image is told from its ending alone.
        blob: the content in base64, at most 4,400,000 bytes; signs that are not base64 are skipped.

    Returns:
        The id of the file; false where there is no such task in the project, or no content. Source: seeds,
        createTaskFile; behaviour.md 5.1.
    """
    content = _decoded(blob or "")
    stores = context.stores
    file_id = start(stores.files.next_id)
    found = stores.tasks.find_named_in(project_id, task_id)
    name = filename or ""
    record = File(
        id=file_id.result(),
        name=_cut(name),
        path=new_path(project_id, task_id),
        is_image=int(casefold(name).endswith(IMAGES)),
        task_id=task_id,
        date=context.now,
        user_id=context.caller.user_id,
        size=len(content),
        generation=found.stored.counts.file_generation,
    )
    # The content first: a record must never point at missing content, and `sweep` removes content without a record.
    stores.blobs.put(record.path, content)
    context.answers(record.id)
    stores.files.add(found.stored, record)
    return record.id


def _decoded(blob: str) -> bytes:
    """Decode base64 as leniently as the original: other signs are skipped, a sign left over is dropped."""
    signs = _NOT_BASE64.sub("", blob)
    signs = signs[:-1] if len(signs) % 4 == 1 else signs
    content = base64.b64decode(signs + "=" * (-len(signs) % 4))
    if not content:
        raise Rejected("blob")
    if len(content) > MAX_SIZE:
        raise InvalidParams("blob", f"must be at most {MAX_SIZE:,} bytes, decoded")
    return content


def _cut(name: str) -> str:
    """Cut a name to 255 bytes, before the character that would be broken."""
    return name.encode()[:MAX_NAME].decode(errors="ignore")


@procedure("getAllTaskFiles", VIEW)
def get_all_task_files(context: Context, task_id: Id) -> list[FileRow]:
    """Get all files of a task, by name without regard to ASCII case, then by id.

    Args:
        task_id: the task, open or closed.

    Returns:
        Files as getTaskFile answers them, and with `username` and `user_name`; false where there is no such task.
        Source: seeds, getAllTaskFiles; behaviour.md 5.2.
    """
    records = start(context.stores.files.of, task_id)
    found = context.stores.tasks.find(task_id)
    files = sorted(present(found.stored, records.result()), key=lambda record: (casefold(record.name), record.id))
    users = context.stores.users.named(record.user_id for record in files)
    return [listed_file_row(record, users.get(record.user_id)) for record in files]


@procedure("getTaskFile", VIEW)
def get_task_file(context: Context, file_id: Id) -> FileRow:
    """Get the properties of a file.

    Args:
        file_id: the file.

    Returns:
        `id`, `name`, `path`, `is_image`, `task_id`, `date`, `user_id`, `size` in bytes and `etag`; false where there is
        no such file. Source: seeds, getTaskFile; behaviour.md 5.2.
    """
    _, record = _find(context, file_id)
    return file_row(record)


@procedure("downloadTaskFile", VIEW, failure="")
def download_task_file(context: Context, file_id: Id) -> str:
    """Get the content of a file.

    Args:
        file_id: the file.

    Returns:
        Base64 with padding, in one line; "" where there is no such file. Source: seeds, downloadTaskFile;
        behaviour.md 5.2.
    """
    _, record = _find(context, file_id)
    return base64.b64encode(context.stores.blobs.get(record.path)).decode()


@procedure("removeTaskFile", WORK)
def remove_task_file(context: Context, file_id: Id) -> bool:
    """Remove a file.

    Args:
        file_id: the file.

    Returns:
        True; false where there is no such file. Source: seeds, removeTaskFile; behaviour.md 5.2.
    """
    found, record = _find(context, file_id)
    context.stores.files.remove(found.stored, record)
    return True


@procedure("removeAllTaskFiles", WORK)
def remove_all_task_files(context: Context, task_id: Id) -> bool:
    """Remove all files of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        True, also if there are none; false where there is no such task. Source: seeds, removeAllTaskFiles;
        behaviour.md 5.2.
    """
    found = context.stores.tasks.find(task_id)
    if found.stored.counts.nb_files:
        context.stores.files.remove_all(found.stored)
    return True


def _find(context: Context, file_id: int) -> tuple[LoadedTask, File]:
    """Read a file and its task (2 round trips; 3 if the task was moved since the upload); NotFound."""
    stores = context.stores
    record = stores.files.get(file_id)
    found = stores.tasks.find(record.task_id, probably_in=record.project_id)
    if not present(found.stored, [record]):
        stores.gate.leave()  # `cascade` has yet to remove the record
        raise NotFound("file")
    return found, record
