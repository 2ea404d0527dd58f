"""Files that clients transfer themselves, from and to the bucket, of tasks and projects (decision 12).

An upload takes two calls: `begin` returns a presigned URL, to which the client sends the content; `uploaded` checks
the content, and the procedure writes the record of the file.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from aws_lambda_powertools import Logger

from lambdaboard.api.rows.files import DownloadRow, UploadRow, UploadTargetRow
from lambdaboard.domain.file import content_disposition
from lambdaboard.errors import InvalidParams, NotFound, Reason, Rejected
from lambdaboard.store.blobs import URL_LIFETIME, ContentInfo
from lambdaboard.store.uploads import LIFETIME, SLOTS, Upload, free_slot

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambdaboard.api.context import Context

logger = Logger(child=True)

MEGABYTE = 1_000_000


class NewFile(msgspec.Struct, frozen=True):
    """A file that a client uploads, as both of its calls describe it.

    Attributes:
        parent: its task or project, such as `task 7`.
        name: as the client sent it.
    """

    parent: str
    name: str
    content: ContentInfo

    @classmethod
    def of(cls, context: Context, parent: str, name: str, size: int | None, checksum: str | None) -> NewFile:
        """Return the file that the parameters `size` and `sha256` describe; InvalidParams."""
        largest = context.settings.max_file_megabytes * MEGABYTE
        if size is None or not 0 < size <= largest:
            raise InvalidParams("size", f"must be from 1 to {largest:,} bytes")
        if checksum is None:
            raise InvalidParams("sha256", "must be given with size")
        return cls(parent, name, ContentInfo(size, checksum))

    @property
    def fingerprint(self) -> str:
        """A hash of all properties."""
        return sha256(msgspec.json.encode(self)).hexdigest()


def begin(context: Context, new: NewFile, file_id: int, path: str, uploads: Collection[Upload]) -> UploadRow:
    """End a call that begins an upload: store the upload, and return its URL (1 round trip).

    Args:
        context: the call; it may write in the task or project.
        new: the file.
        file_id: its future id.
        path: of its content.
        uploads: the caller's unconfirmed ones.

    Raises:
        InvalidParams: the caller has too many of them.
    """
    slot = free_slot(uploads)
    if slot is None:
        until = min(upload.expires for upload in uploads)
        raise InvalidParams("size", f"{SLOTS} uploads are not confirmed yet; the first one expires at {until}")
    upload = Upload(slot, file_id, path, new.fingerprint, context.now + LIFETIME)
    url, headers = context.stores.blobs.presign_upload(path, new.content)
    expires = _logged_expiry(context, "PUT", path)
    return context.commit(
        UploadRow(file_id=file_id, upload=UploadTargetRow(url=url, method="PUT", headers=headers, expires=expires)),
        *context.stores.uploads.put_actions(context.caller.user_id, upload, context.now),
    )


def uploaded(context: Context, new: NewFile, file_id: int, uploads: Collection[Upload]) -> Upload | None:
    """Return the upload of a file whose content is in the bucket (1 round trip to S3).

    None if the caller has no such upload: it has become a file already, or did not exist.

    Raises:
        InvalidParams: the content is not in the bucket yet.
    """
    known = (upload for upload in uploads if (upload.file_id, upload.fingerprint) == (file_id, new.fingerprint))
    upload = next(known, None)
    if upload is None:
        return None
    try:
        found = context.stores.blobs.info(upload.path)
    except NotFound:
        problem = "its content is not there yet: put it to the URL, or begin again without file_id if that has expired"
        raise InvalidParams("file_id", problem) from None
    if found != new.content:
        raise Rejected(Reason.INVALID_VALUE, "file_id")
    return upload


def download(context: Context, path: str, name: str, content: ContentInfo) -> DownloadRow:
    """Return a presigned URL of a content, with the name of its file."""
    url = context.stores.blobs.presign_download(path, content_disposition(name))
    expires = _logged_expiry(context, "GET", path)
    return DownloadRow(url=url, expires=expires, size=content.size, sha256=content.sha256 or None)


def _logged_expiry(context: Context, method: str, path: str) -> int:
    """Log that a URL was signed, without the URL, and return the end of its validity, in Unix seconds."""
    expires = context.now + URL_LIFETIME
    logger.info("presigned", method=method, path=path, expires=expires)
    return expires
