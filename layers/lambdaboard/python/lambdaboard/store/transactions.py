"""Transactions: groups of actions that fit into one, retries, and the reason of a cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdaboard.errors import CollectionFull
from lambdaboard.store.retry import retry_attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lambdaboard.store.actions import TransactItem

TRANSACT_LIMIT, TRANSACT_BYTES = 100, 4_000_000
"""The limits of a transaction: actions, and bytes of all of them together."""

CONTENDED = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons of a cancelled transaction that may succeed when it is sent again."""


def packed(groups: Iterable[list[TransactItem]]) -> Iterator[list[TransactItem]]:
    """Join groups into transactions of up to 100 actions and 4 MB; a group is never split."""
    batch: list[TransactItem] = []
    size = 0
    for group in groups:
        added = _size(group)
        if batch and (len(batch) + len(group) > TRANSACT_LIMIT or size + added > TRANSACT_BYTES):
            yield batch
            batch, size = [], 0
        batch, size = batch + group, size + added
    if batch:
        yield batch


def _size(group: Iterable[TransactItem]) -> int:
    return sum(len(repr(action.request).encode()) for action in group)


def unless_contended(write: Callable[[], object]) -> None:
    """Write, again as long as it conflicts with other transactions; raises the last failure.

    Raises:
        CollectionFull: there is no space for the items.
    """
    failure: ClientError | None = None
    for _ in retry_attempts():
        try:
            write()
        except ClientError as error:
            if _is_full(error):
                raise CollectionFull from error
            if not _is_contended(error):
                raise
            failure = error
        else:
            return
    raise failure or RuntimeError("no attempt was made")


def failure_of(actions: Sequence[TransactItem], error: ClientError) -> Exception:
    """Return the exception for a cancelled transaction: that of the first failed condition, else the error."""
    for action, reason in zip(actions, _reasons(error), strict=False):
        if reason.get("Code") == "ConditionalCheckFailed":
            return action.on_condition_failed
    return error


def _is_contended(error: ClientError) -> bool:
    if error.response["Error"]["Code"] in {"TransactionConflictException", "TransactionInProgressException"}:
        return True
    codes = _codes(error)
    return bool(codes & CONTENDED) and "ConditionalCheckFailed" not in codes


def _is_full(error: ClientError) -> bool:
    """Return whether the item collection of an item has its 10 GB; a failed condition is reported first."""
    if error.response["Error"]["Code"] == "ItemCollectionSizeLimitExceededException":
        return True
    codes = _codes(error)
    return "ItemCollectionSizeLimitExceeded" in codes and "ConditionalCheckFailed" not in codes


def _codes(error: ClientError) -> set[str]:
    return {reason.get("Code", "") for reason in _reasons(error)}


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    response: Any = error.response
    return response.get("CancellationReasons") or []
