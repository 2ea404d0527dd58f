"""Writes of `cascade` and `sweep`, which complete those of calls; each may be repeated or interrupted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store.links import delete_lookup
from lambdaboard.store.retry import retry_attempts

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.domain.link import TaskLink
    from lambdaboard.store.actions import Item, TransactItem
    from lambdaboard.store.keys import Key
    from lambdaboard.store.links import LinkStore
    from lambdaboard.store.table import Table


def rewrite(table: Table, key: Key, change: Callable[[Item], TransactItem | None]) -> None:
    """Read an item and write the result of `change`, again as long as other writers come first (2 round trips).

    Args:
        table: the table.
        key: of the item; nothing happens if it does not exist.
        change: returns the action to write, None for nothing.

    Raises:
        TimeoutError: other writers came first until the retries ended.
    """
    for _ in retry_attempts():
        item = table.get_one(key)
        action = change(dict(item)) if item else None
        if action is None:
            return
        with suppress(Conflict):
            table.write(action)
            return
    raise TimeoutError("other writers came first until the time limit")


def remove_side(table: Table, links: LinkStore, side: TaskLink) -> None:
    """Remove one side of a link, and its count if its task exists (3); TimeoutError as `rewrite`."""
    for _ in retry_attempts():
        try:
            table.write(*links.remove_side_actions(side))
        except NotFound:
            return
        except Conflict:
            continue  # the task is being moved
        return
    raise TimeoutError("other writers came first until the time limit")


def remove_lookup(table: Table, side: TaskLink) -> None:
    """Delete the lookup item of a removed side (1); it stays if it leads to another place meanwhile."""
    with suppress(Conflict):
        table.write(delete_lookup(side))
