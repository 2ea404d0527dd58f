"""Task metadata: values by name."""

from __future__ import annotations

from functools import partial

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows import MetadataRow
from lambdaboard.errors import InvalidParams, Reason, Rejected
from lambdaboard.jsonrpc import Text, Values
from lambdaboard.services.result_budget import ResultBudget
from lambdaboard.store.parallel import first_page, gather

MAX_NAME, MAX_VALUE, MAX_CALL = 1_000, 350_000, 3_500_000
"""Bytes of UTF-8 of a name, of a value, and of all of one call (behaviour.md 7.2)."""

MAX_NAMES = 90
"""Names of one call: they are written in one transaction."""


@procedure("getTaskMetadata", VIEW, failure=[])
def get_task_metadata(context: Context, task_id: TaskId) -> MetadataRow:
    """Get all metadata of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        Values by name; an empty list where there are none, or no such task. Source: API documents, getTaskMetadata;
        behaviour.md 4.
    """
    stores = context.stores
    _, values = gather(partial(stores.tasks.find, task_id), first_page(stores.metadata.of(task_id)))
    return MetadataRow(ResultBudget(context.result_limit).each(values, _characters))


@procedure("getTaskMetadataByName", VIEW, failure="")
def get_task_metadata_by_name(context: Context, task_id: TaskId, name: Text) -> str:
    """Get one value of a task's metadata.

    Args:
        task_id: the task, open or closed.
        name: of the value; case-sensitive.

    Returns:
        The text; "" where there is none, or no such task. Source: API documents, getTaskMetadataByName; behaviour.md 4.
    """
    if _is_too_long(name):
        raise Rejected(Reason.INVALID_VALUE)
    return context.stores.metadata.value(task_id, name) or ""


@procedure("saveTaskMetadata", WORK)
def save_task_metadata(context: Context, task_id: TaskId, values: Values) -> bool:
    """Add or replace values of a task's metadata, all or nothing; other names stay.

    Args:
        task_id: the task.
        values: by name, at most 90; strings, numbers, booleans and null. A list counts as the names 0, 1 ….

    Returns:
        True; false where there is no such task or a name has over 1,000 bytes. Source: API documents, saveTaskMetadata;
        behaviour.md 4.
    """
    _check_count(values)
    texts = {name: _stored(value) for name, value in _by_name(values).items()}
    if any(map(_is_too_long, texts)):
        raise Rejected(Reason.INVALID_VALUE)
    _check_size(texts)
    context.stores.tasks.find(task_id)
    actions = context.stores.metadata.put_actions(task_id, texts, context.caller.user_id, context.now)
    return context.commit(True, *actions)


@procedure("removeTaskMetadata", WORK)
def remove_task_metadata(context: Context, task_id: TaskId, name: Text) -> bool:
    """Remove one value of a task's metadata.

    Args:
        task_id: the task, open or closed.
        name: of the value; case-sensitive.

    Returns:
        True; false where there is none, or no such task. Source: API documents, removeTaskMetadata; behaviour.md 4.
    """
    if _is_too_long(name):
        raise Rejected(Reason.INVALID_VALUE)
    context.stores.tasks.find(task_id)
    return context.commit(True, *context.stores.metadata.delete_actions(task_id, name))


def _characters(value: tuple[str, str | None]) -> int:
    """Return how many a name and its value have in a result."""
    name, text = value
    return len(name) + len(text or "")


def _is_too_long(name: str) -> bool:
    return len(name.encode()) > MAX_NAME


def _by_name(values: dict[str, object] | list[object]) -> dict[str, object]:
    return values if isinstance(values, dict) else {str(place): value for place, value in enumerate(values)}


def _stored(value: object) -> str | None:
    """Turn a value into text as the original does, 1.0 into "1" and true into "1" (behaviour.md 4)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    raise InvalidParams("values", "must hold strings, numbers, booleans or null")


def _check_count(values: dict[str, object] | list[object]) -> None:
    """Look at how many there are before any of them: a body of 6 MB holds three million."""
    if len(values) > MAX_NAMES:
        raise _too_many()


def _check_size(texts: dict[str, str | None]) -> None:
    sizes = [len((text or "").encode()) for text in texts.values()]
    if sum(sizes) > MAX_CALL:
        raise _too_many()
    if sizes and max(sizes) > MAX_VALUE:
        raise InvalidParams("values", f"must hold at most {MAX_VALUE:,} bytes a name")


def _too_many() -> InvalidParams:
    return InvalidParams("values", f"must be at most {MAX_NAMES} names and {MAX_CALL:,} bytes a call")
