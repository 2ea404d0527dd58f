"""Rows of activity that an interrupted call did not write: written from the table's stream, under the same ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.domain import project as project_domain
from lambdaboard.domain import task as task_domain
from lambdaboard.domain.activity import decode_pending
from lambdaboard.domain.event import Details, Event, event_between
from lambdaboard.errors import NotFound
from lambdaboard.store import keys
from lambdaboard.store.activity import PENDING, NewActivity
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambdaboard.domain.activity import Pending
    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key
    from lambdaboard.store.stores import Stores


def write_pending(stores: Stores, old: Item, new: Item) -> None:
    """Write the rows that a changed item lists, unless they exist (1 round trip, else more).

    If the task or its project was removed, they are not written: reads would skip them.

    Args:
        stores: of the table.
        old: the item before the change.
        new: the item after it.
    """
    if PENDING not in new or new[PENDING] == old.get(PENDING):
        return
    pending, is_comment = decode_pending(new[PENDING]["S"]), keys.comment.matches(key_of(new))
    events = _of_comment(stores, pending, new) if is_comment else _of_task(stores, pending, old, new)
    if events:
        stores.activity.write(NewActivity(events, pending.creator_id, pending.days, pending.first_id))


def _of_task(stores: Stores, pending: Pending, old: Item, new: Item) -> Sequence[Event]:
    """Return the events of a task whose rows are missing."""
    project_id, _ = keys.task.parse(key_of(new))
    rows = _row_keys(pending, project_id)
    # each row is written once, even if this read is late
    items = stores.table.get([keys.project(project_id), *rows], is_consistent=False)
    if keys.project(project_id) not in items or _are_there(rows, items):
        return []
    project = project_domain.decode(items[keys.project(project_id)]["doc"]["S"])
    before, after = (task_domain.decode(item["doc"]["S"]) for item in (old, new))
    after = after.changed(position=pending.position)
    return [event_between(name, project, before, after, pending.asked_for) for name in pending.names]


def _of_comment(stores: Stores, pending: Pending, new: Item) -> Sequence[Event]:
    """Return the events of a comment whose rows are missing."""
    comment = stores.comments.of_item(new)
    try:
        loaded = stores.tasks.find(comment.task_id)
    except NotFound:
        return []
    rows = _row_keys(pending, loaded.project.id)
    if _are_there(rows, stores.table.get(rows, is_consistent=False)):
        return []
    return [Event(name, loaded.project, loaded.task, Details(comment=comment)) for name in pending.names]


def _row_keys(pending: Pending, project_id: int) -> list[Key]:
    return [keys.activity(project_id, pending.first_id + place) for place in range(len(pending.names))]


def _are_there(rows: Sequence[Key], items: Mapping[Key, Item]) -> bool:
    return items.keys() >= set(rows)
