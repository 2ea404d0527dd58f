"""Uploads that clients have not confirmed yet (decision 12), for files of all kinds.

Each takes one of its caller's slots until it is confirmed or expires: so no caller has more, even if several are made
at the same time.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.errors import Conflict
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, delete_unchanged, number, string
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambdaboard.store.actions import Item
    from lambdaboard.store.table import Table

SLOTS = 20
"""The highest number of unconfirmed uploads of a caller."""

LIFETIME = 6 * 3_600
"""Seconds after which an unconfirmed upload expires.

Long before `sweep` removes its content (`sweep.GRACE`), so that no file is confirmed whose content is being removed.
"""


class Upload(msgspec.Struct, frozen=True):
    """An upload that is not confirmed.

    Attributes:
        slot: from 0, below `SLOTS`.
        file_id: the id of the file that it is to become.
        path: of the content that the client writes.
        fingerprint: a hash of the client's parameters.
        expires: in Unix seconds.
    """

    slot: int
    file_id: int
    path: str
    fingerprint: str
    expires: int

    @classmethod
    def of(cls, item: Item) -> Upload:
        """Read an item."""
        _, slot = keys.upload.parse(key_of(item))
        return cls(
            slot=slot,
            file_id=int(item["file_id"]["N"]),
            path=item["path"]["S"],
            fingerprint=item["fingerprint"]["S"],
            expires=int(item["expires"]["N"]),
        )


class UploadStore:
    """Reads unconfirmed uploads and builds their writes. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, user_id: int, now: int) -> list[Upload]:
        """Read the uploads of a caller that have not expired, 0 for the application (1)."""
        items = self._table.query(keys.user_pk(user_id), begins=keys.upload.sk_prefix)
        # the table's time to live may take days
        return [upload for upload in map(Upload.of, items) if upload.expires >= now]

    def put_actions(self, user_id: int, upload: Upload, now: int) -> list[TransactItem]:
        """Return the actions that write a new upload; Conflict if another one has taken its slot."""
        item = {
            "file_id": number(upload.file_id),
            "path": string(upload.path),
            "fingerprint": string(upload.fingerprint),
            "expires": number(upload.expires),
        }
        request = {
            "Item": {**keys.upload(user_id, upload.slot).attributes(), **item},
            "ConditionExpression": "attribute_not_exists(pk) OR expires < :now",
            "ExpressionAttributeValues": {":now": number(now)},
        }
        return [TransactItem({"Put": request}, Conflict("slot taken"))]

    def remove_actions(self, user_id: int, upload: Upload) -> list[TransactItem]:
        """Return the actions that remove an upload that becomes a file; Conflict if it was removed before."""
        file_id = {":file_id": number(upload.file_id)}
        return [delete_unchanged(keys.upload(user_id, upload.slot), "file_id = :file_id", file_id)]


def free_slot(uploads: Collection[Upload]) -> int | None:
    """Return a random free slot, so that calls at the same time take different ones; None if there is none."""
    free = [*{*range(SLOTS)} - {upload.slot for upload in uploads}]
    return secrets.choice(free) if free else None
