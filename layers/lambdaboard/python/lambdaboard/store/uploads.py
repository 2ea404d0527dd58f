"""Uploads that clients make themselves and have not confirmed yet (decision 12); of whatever the files belong to.

Each takes one of its caller's slots until it is confirmed or given up: so nobody has more of them, however many calls
are made at the same time.
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
"""Uploads that one caller may have unconfirmed."""

LIFETIME = 6 * 3_600
"""Seconds after which an upload that is not confirmed is given up.

Long before `sweep` removes its content (`sweep.GRACE`), so that no file is confirmed whose content is being removed.
"""


class Upload(msgspec.Struct, frozen=True):
    """An upload that is not confirmed.

    Attributes:
        slot: from 0, below `SLOTS`.
        file_id: the id of the file that it is to become.
        path: where the client puts its content.
        fingerprint: a hash of all that the client said of it.
        expires: when it is given up, in Unix seconds.
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
        """Read the uploads of a caller that are not given up, 0 for the application (1)."""
        items = self._table.query(keys.user_pk(user_id), begins=keys.upload.sk_prefix)
        # the table's time to live may take days
        return [upload for upload in map(Upload.of, items) if upload.expires >= now]

    def put_actions(self, user_id: int, upload: Upload, now: int) -> list[TransactItem]:
        """Return what writes a new upload; Conflict where another one has taken its slot."""
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
        """Return what removes an upload that becomes a file; Conflict where that has happened."""
        file_id = {":file_id": number(upload.file_id)}
        return [delete_unchanged(keys.upload(user_id, upload.slot), "file_id = :file_id", file_id)]


def free_slot(uploads: Collection[Upload]) -> int | None:
    """Return a slot that no upload has, by chance so that calls at the same time take different ones; None if full."""
    free = [*{*range(SLOTS)} - {upload.slot for upload in uploads}]
    return secrets.choice(free) if free else None
