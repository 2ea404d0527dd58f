"""Files of tasks and projects (behaviour.md 5, context.md 13)."""

from __future__ import annotations

import base64
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

import msgspec

from lambdaboard.domain.blob import decode_blob
from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.file import cut_name, is_image
from lambdaboard.errors import InvalidParams, NotFound, Reason, Rejected, ResultTooLarge, Thing
from lambdaboard.jsonrpc import RequiredUnless
from lambdaboard.services import transfers
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.services.transfers import NewFile
from lambdaboard.store.blobs import ContentInfo
from lambdaboard.store.files import FileParent, FileRecord, FileStore, new_path, present
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.api.rows.files import DownloadRow, UploadRow
    from lambdaboard.domain.event import Event
    from lambdaboard.domain.user import User
    from lambdaboard.store.actions import TransactItem

MAX_BLOB = 4_400_000
"""The limit of bytes of a file in a request or an answer: in base64 it must fit into the 6 MB of a Lambda payload."""

Blob = Annotated[str | None, RequiredUnless(frozenset(("size", "sha256", "file_id")))]
"""The content of a new file; a client that uploads it itself does not send it."""

P = TypeVar("P", bound=FileParent)
F = TypeVar("F", bound=FileRecord)


class Target(msgspec.Struct, Generic[P, F], frozen=True):
    """The task or project of a new file.

    Attributes:
        name: `task 7`: the two calls of an upload must have the same one.
        parent_id: its id.
        folder: of its contents.
        files: the store of its files.
        find: reads it, if the caller may write there; NotFound, Forbidden.
        record: makes a record of a file there from the common properties of records.
        events: returns its events.
    """

    name: str
    parent_id: int
    folder: str
    files: FileStore[P, F]
    find: Callable[[], P]
    record: Callable[..., F]
    events: Callable[[P, F], Sequence[Event]] = lambda _parent, _record: ()


class Given(msgspec.Struct, frozen=True):
    """The client's parameters of a new file: `blob`, or the other three if it uploads the content itself."""

    name: str | None
    blob: str | None = None
    size: int | None = None
    sha256: str | None = None
    file_id: int | None = None

    @property
    def is_upload(self) -> bool:
        """Whether the client uploads the content itself."""
        return (self.size, self.sha256, self.file_id) != (None, None, None)


def create(context: Context, target: Target[P, F], given: Given) -> int | UploadRow:
    """End a call that creates a file, or one of the two that upload it (decision 12).

    Returns:
        The id of the file; for the call that begins an upload, the result of `transfers.begin`.

    Raises:
        Rejected: there is no content, or no such upload of the caller.
        InvalidParams: the parameters are wrong.
        NotFound: there is no such task or project, or the file was removed.
    """
    name = given.name or ""
    if not given.is_upload:
        return _create(context, target, name, _content(given.blob or ""))
    if given.blob is not None:
        raise InvalidParams("blob", "must not be given with size, sha256 or file_id")
    new = NewFile.of(context, target.name, name, given.size, given.sha256)
    if given.file_id is None:
        return _begin_upload(context, target, new)
    return _confirm_upload(context, target, new, given.file_id)


def _content(blob: str) -> bytes:
    content = decode_blob(blob)
    if not content:
        raise Rejected(Reason.EMPTY, "blob")
    if len(content) > MAX_BLOB:
        raise InvalidParams("blob", f"must be at most {MAX_BLOB:,} bytes, decoded; give size and sha256 to upload more")
    return content


def _create(context: Context, target: Target[P, F], name: str, content: bytes) -> int:
    parent, file_id = gather(target.find, target.files.next_id)
    new = NewFile(target.name, name, ContentInfo(len(content), sha256(content).hexdigest()))
    record = _record(context, target, parent, new, file_id, new_path(target.folder))
    # The content first: a record must never point at missing content, and `sweep` removes content without a record.
    context.prepare_content(record.path, content)
    return _commit(context, target, parent, record)


def _begin_upload(context: Context, target: Target[P, F], new: NewFile) -> UploadRow:
    of_caller = partial(context.stores.uploads.of, context.caller.user_id, context.now)
    _, file_id, uploads = gather(target.find, target.files.next_id, of_caller)
    return transfers.begin(context, new, file_id, new_path(target.folder), uploads)


def _confirm_upload(context: Context, target: Target[P, F], new: NewFile, file_id: int) -> int:
    stores, user_id = context.stores, context.caller.user_id
    parent, uploads = gather(target.find, partial(stores.uploads.of, user_id, context.now))
    upload = transfers.uploaded(context, new, file_id, uploads)
    if upload is None:
        return context.commit(_confirmed(context, target, new, file_id).id)
    record = _record(context, target, parent, new, file_id, upload.path)
    return _commit(context, target, parent, record, stores.uploads.remove_actions(user_id, upload))


def _commit(context: Context, target: Target[P, F], parent: P, record: F, actions: Iterable[TransactItem] = ()) -> int:
    """End a call that creates a file, with other actions before."""
    added = target.files.add_actions(parent, record)
    return context.commit(record.id, *actions, *added, events=target.events(parent, record))


def _confirmed(context: Context, target: Target[P, F], new: NewFile, file_id: int) -> F:
    """Return the file from a confirmed upload; NotFound if it is not one of this task or project, or of this caller."""
    record = target.files.find_of(target.parent_id, file_id).record
    wanted = (context.caller.user_id, cut_name(new.name), *new.content)
    if (record.user_id, record.name, record.size, record.sha256) != wanted:
        raise NotFound(Thing.FILE)
    return record


def _record(context: Context, target: Target[P, F], parent: P, new: NewFile, file_id: int, path: str) -> F:
    return target.record(
        id=file_id,
        name=cut_name(new.name),
        path=path,
        is_image=is_image(new.name),
        date=context.now,
        user_id=context.caller.user_id,
        size=new.content.size,
        sha256=new.content.sha256,
        generation=parent.counts.file_generation,
    )


def listed(context: Context, files: FileStore[P, F], parent_id: int) -> list[tuple[F, User | None]]:
    """Return the files of a task or project by name, then by id, with their authors; NotFound, ResultTooLarge."""
    parent, records = gather(partial(files.find_parent, parent_id), first_page(files.of(parent_id)))
    fitting = ResultBudget(context.result_limit).each(records, lambda record: ROW_CHARACTERS + len(record.name))
    found = sorted(present(parent, fitting), key=lambda record: (casefold(record.name), record.id))
    users = context.stores.users.named(record.user_id for record in found)
    return [(record, users.get(record.user_id)) for record in found]


def download(context: Context, record: FileRecord, *, url: bool) -> str | DownloadRow:
    """Return the content of a file in base64, or a URL of it; NotFound, ResultTooLarge."""
    if url:
        return transfers.download(context, record.path, record.name, ContentInfo(record.size, record.sha256))
    if record.size > MAX_BLOB or record.size * 4 // 3 > context.result_limit:
        raise ResultTooLarge("The file is too large for an answer: use url=true to get a URL for it")
    return base64.b64encode(context.stores.blobs.get(record.path)).decode()
