"""The activity of projects: a row for each event of a person's call, in a partition of its own for each project.

A row is part of the transaction of its call. For a call that writes one item alone, a transaction would cost twice as
much, so its rows are written after the item, which lists them: if they are missing, `cascade` writes them (decision
13). Rows expire.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambdaboard import error_report
from lambdaboard.domain.activity import Activity, Pending, decode, encode, encode_pending, recorded
from lambdaboard.errors import CollectionFull, Conflict
from lambdaboard.store import keys
from lambdaboard.store.actions import TransactItem, number, setting_too, string
from lambdaboard.store.parallel import AT_ONCE, gather_map
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdaboard.domain.event import Event
    from lambdaboard.store.table import Table

logger = Logger(child=True)

PENDING = "e"
"""The attribute of an item that lists the rows of its last write by a person."""

A_DAY = 86_400
"""Seconds."""


A_SECOND = 1_000_000
"""Microseconds."""


class Ids:
    """Returns growing ids without a read of a counter: microseconds since 1970.

    If the clock stops, or goes back a little, they follow the last ids of this container.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = Lock()

    def take(self, count: int) -> int:
        """Take ids that follow one another; return the first."""
        with self._lock:
            now = time.time_ns() // 1_000
            first = self._last + 1 if now <= self._last < now + A_SECOND else now
            self._last = first + count - 1
            return first


IDS = Ids()


class StoredActivity(NamedTuple):
    """A row of a project's activity."""

    id: int
    project_id: int
    value: Activity


class NewActivity(msgspec.Struct, frozen=True):
    """The rows of the events of a call.

    Attributes:
        first_id: of the first row; those of the others follow.
        creator_id: the person who calls.
        days: how long the rows are kept.
    """

    events: Sequence[Event]
    creator_id: int
    days: int
    first_id: int

    @classmethod
    def of(cls, events: Sequence[Event], creator_id: int, days: int) -> NewActivity:
        """Return the rows of a call at the present time."""
        return cls(events, creator_id, days, IDS.take(len(events)))

    def put_actions(self) -> list[TransactItem]:
        """Return the actions that write the rows; Conflict if an id is that of another row."""
        return [self.put_action(activity_id, event) for activity_id, event in self.with_ids()]

    def with_ids(self) -> list[tuple[int, Event]]:
        """Return the events, each with the id of its row."""
        return [*enumerate(self.events, start=self.first_id)]

    def announced_by(self, action: TransactItem) -> TransactItem:
        """Return an update that also lists the rows that follow it."""
        pending = Pending.of(self.first_id, self.creator_id, self.days, self.events)
        return setting_too(action, PENDING, string(encode_pending(pending)))

    def put_action(self, activity_id: int, event: Event) -> TransactItem:
        """Return the action that writes one row; Conflict if the id is that of another one."""
        row = recorded(event, self.creator_id, activity_id // A_SECOND)
        return put_row(StoredActivity(activity_id, event.project.id, row), self.days)


def put_row(row: StoredActivity, days: int) -> TransactItem:
    """Return the action that writes a row that is kept for some days; Conflict if the id is that of another one."""
    activity = row.value
    # the same for both writers of the row: the call itself and, if that is slow, `cascade`
    token = f"{activity.creator_id}.{activity.task.id}"
    item = {
        "doc": string(encode(activity)),
        "task_id": number(activity.task.id),
        "creator_id": number(activity.creator_id),
        "expires": number(activity.date_creation + days * A_DAY),
        "w": string(token),
    }
    request = {
        "Item": {**keys.activity(row.project_id, row.id).attributes(), **item},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    return TransactItem({"Put": request}, Conflict("the id of a row of activity"), token)


class ActivityStore:
    """Reads and writes the activity of projects. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, new: NewActivity) -> None:
        """Write rows whose events have happened (1).

        A failure is only logged: `cascade` writes them, too.
        """
        try:
            self.write(new)
        except (BotoCoreError, ClientError, CollectionFull) as error:
            logger.warning("activity not written", **error_report.describe(error))

    def write(self, new: NewActivity) -> None:
        """Write rows, each once, even if `cascade` writes them, too, or this is repeated (1)."""
        gather_map(lambda row: self._put_one(new, *row), new.with_ids())

    def _put_one(self, new: NewActivity, activity_id: int, event: Event) -> None:
        """Write a row under this id, or the next one that no other row has."""
        with suppress(Conflict):
            return self._table.write(new.put_action(activity_id, event))
        return self._put_one(new, activity_id + 1, event)

    def of_project(self, project_id: int, before_id: int, page: int) -> Iterator[StoredActivity]:
        """Yield the rows of a project, the newest first (1 per page, only as far as they are used).

        Args:
            project_id: the project.
            before_id: only rows with a lower id.
            page: how many rows are read first; then twice as many, and so on, since a caller that needs more of them
                may have skipped many rows.
        """
        query = partial(self._table.query, keys.activity_pk(project_id), forward=False)
        now = time.time()
        while True:
            between = keys.activity(project_id, 0).sk, keys.activity(project_id, before_id - 1).sk
            items = [*query(between=between, limit=page)]
            for item in items:
                _, before_id = keys.activity.parse(key_of(item))
                if int(item["expires"]["N"]) > now:  # the table's time to live may take days
                    yield StoredActivity(before_id, project_id, decode(item["doc"]["S"]))
            if len(items) < page:
                return
            page = min(2 * page, AT_ONCE)
