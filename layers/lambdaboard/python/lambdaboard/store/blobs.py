"""The contents of files in the bucket; clients transfer large ones themselves, with presigned URLs (decision 12)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from boto3.s3.transfer import TransferConfig

from lambdaboard.errors import NotFound, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from types_boto3_s3 import S3Client

URL_LIFETIME = 300
"""Seconds for which a presigned URL is valid: a transfer must begin within them."""

READ_TIMEOUT = 2.5
"""Seconds in which S3 answers a request of at most 4.5 MB after its last byte: one, and one for 3 MB."""

COPY_TIMEOUT = 8.0
"""Seconds in which S3 copies a part."""

COPY_PART = 64 * 1024 * 1024
"""Contents of more bytes are copied in parts of this size, in parallel: one request would take too long."""

CHUNK = 1024 * 1024
"""Bytes in memory at a time of a content that is read piece by piece."""

NOT_FOUND, NOT_AS_EXPECTED = 404, 412

OWNER = "table"
"""Path of the one object that is not a content: it has the name of the table that the bucket belongs to."""


class Blob(NamedTuple):
    """A content in the bucket; `written_at`: Unix seconds."""

    path: str
    written_at: float


class ContentInfo(NamedTuple):
    """What identifies a content: `size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


class PresignedUpload(NamedTuple):
    """A URL for the PUT of one content, and the headers that the client must send with it."""

    url: str
    headers: dict[str, str]


class Blobs:
    """The contents of files in the bucket.

    Args:
        connect: returns a client of S3 that waits this number of seconds for an answer; used at the first need.
        bucket: its name.
    """

    def __init__(self, connect: Callable[[float], S3Client], bucket: str) -> None:
        self._connect = connect
        self._bucket = bucket

    @cached_property
    def client(self) -> S3Client:
        """The client of S3 for contents in calls."""
        return self._connect(READ_TIMEOUT)

    @cached_property
    def copying(self) -> S3Client:
        """The client of S3 for copies, which may be large."""
        return self._connect(COPY_TIMEOUT)

    def put(self, path: str, content: bytes) -> None:
        """Write a content with its checksum, which S3 checks and keeps (1 round trip to S3)."""
        self.client.put_object(Bucket=self._bucket, Key=path, Body=content, ChecksumAlgorithm="SHA256")

    def upload(self, path: str, file: Path) -> None:
        """Write a content from a file of any size, in parts from `COPY_PART` on (1 round trip to S3, or 2 and more)."""
        parts = TransferConfig(multipart_threshold=COPY_PART, multipart_chunksize=COPY_PART)
        checked = {"ChecksumAlgorithm": "SHA256"}
        self.client.upload_file(str(file), self._bucket, path, ExtraArgs=checked, Config=parts)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a content piece by piece (1 round trip to S3); NotFound."""
        try:
            yield from self.client.get_object(Bucket=self._bucket, Key=path)["Body"].iter_chunks(CHUNK)
        except self.client.exceptions.NoSuchKey:
            raise NotFound(Thing.FILE) from None

    def get(self, path: str) -> bytes:
        """Read a content (1 round trip to S3); NotFound."""
        try:
            return self.client.get_object(Bucket=self._bucket, Key=path)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            raise NotFound(Thing.FILE) from None

    def info(self, path: str) -> ContentInfo:
        """Return size and checksum of a content (1 round trip to S3); NotFound."""
        try:
            head = self.client.head_object(Bucket=self._bucket, Key=path, ChecksumMode="ENABLED")
        except self.client.exceptions.ClientError as error:
            # the answer to a HEAD has no body, so it has no error code
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != NOT_FOUND:
                raise
            raise NotFound(Thing.FILE) from None
        return ContentInfo(head["ContentLength"], b64decode(head.get("ChecksumSHA256", "")).hex())

    def presign_upload(self, path: str, content: ContentInfo) -> PresignedUpload:
        """Sign the upload of one content, by its size and checksum: S3 rejects any other (no round trip)."""
        checksum = b64encode(bytes.fromhex(content.sha256)).decode()
        url = self.client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": path,
                "ContentLength": content.size,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=URL_LIFETIME,
        )
        return PresignedUpload(url, {"x-amz-checksum-sha256": checksum})

    def presign_download(self, path: str, disposition: str) -> str:
        """Return a URL to GET a content from, with this Content-Disposition (no round trip).

        The type is always one that no browser executes.
        """
        return self.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": path,
                "ResponseContentDisposition": disposition,
                "ResponseContentType": "application/octet-stream",
            },
            ExpiresIn=URL_LIFETIME,
        )

    def copy(self, path: str, new: str, size: int) -> None:
        """Copy a content of a size within S3 (1 round trip; 4 and the parts in parallel above `COPY_PART`)."""
        if size <= COPY_PART:
            self.copying.copy_object(Bucket=self._bucket, Key=new, CopySource={"Bucket": self._bucket, "Key": path})
            return
        parts = TransferConfig(multipart_threshold=COPY_PART, multipart_chunksize=COPY_PART)
        self.copying.copy({"Bucket": self._bucket, "Key": path}, self._bucket, new, Config=parts)

    def remove(self, path: str) -> None:
        """Remove a content, or do nothing if it does not exist (1 round trip)."""
        self.client.delete_object(Bucket=self._bucket, Key=path)

    def pages(self, after: str = "") -> Iterator[list[Blob]]:
        """Yield all contents after a path, in its order, up to a thousand at a time (1 round trip to S3 each)."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, StartAfter=after)
        for page in pages:
            found = [each for each in page.get("Contents", []) if each["Key"] != OWNER]
            if found:
                yield [Blob(each["Key"], each["LastModified"].timestamp()) for each in found]

    def owner(self) -> str | None:
        """Return the name of the table that the bucket belongs to; None if it belongs to none (1 round trip)."""
        try:
            return self.get(OWNER).decode(errors="replace")
        except NotFound:
            return None

    def claim(self, table: str) -> str | None:
        """Assign the bucket to a table if it belongs to none; return its table (1 round trip; 3 if it is assigned)."""
        owner = self.owner()
        if owner is not None:
            return owner
        try:
            self.client.put_object(Bucket=self._bucket, Key=OWNER, Body=table.encode(), IfNoneMatch="*")
        except self.client.exceptions.ClientError as error:
            # another table came first, or our own request whose answer was lost
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != NOT_AS_EXPECTED:
                raise
        return self.owner()
