"""Task metadata: values by name."""

from __future__ import annotations

from lambdaboard.errors import InvalidParams, Rejected
from lambdaboard.jsonrpc import Text, Values
from lambdaboard.procedures.access import VIEW, WORK
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import MetadataRow
from lambdaboard.store import keys
from lambdaboard.store.parallel import start

MAX_NAME, MAX_VALUE, MAX_CALL = 1_000, 350_000, 3_500_000
"""Bytes of UTF-8 of a name, of a value, and of all of one call (behaviour.md 7, limits)."""

MAX_NAMES = 90
"""Names of one call: they are written in one transaction."""


@procedure("getTaskMetadata", VIEW, failure=[])
def get_task_metadata(context: Context, task_id: Id) -> MetadataRow:
    """Get all metadata of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        Values by name; an empty list where there are none, or no such task. Source: seeds, getTaskMetadata;
        behaviour.md 4.
    """
    values = start(context.stores.metadata.of, task_id)
    context.stores.tasks.find(task_id)
    return MetadataRow(values.result())


@procedure("getTaskMetadataByName", VIEW, failure="")
def get_task_metadata_by_name(context: Context, task_id: Id, name: Text) -> str:
    """Get one value of a task's metadata.

    Args:
        task_id: the task, open or closed.
        name: of the value, letter case counts.

    Returns:
        The text; "" where there is none, or no such task. Source: seeds, getTaskMetadataByName; behaviour.md 4.
    """
    if _is_too_long(name):
        raise Rejected("name")
    found = context.stores.tasks.find(task_id, keys.metadata(task_id, name))
    return context.stores.metadata.value(found.items, task_id, name) or ""


@procedure("saveTaskMetadata", WORK)
def save_task_metadata(context: Context, task_id: Id, values: Values) -> bool:
    """Add or replace values of a task's metadata, all or nothing; other names stay.

    Args:
        task_id: the task.
        values: by name, at most 90; texts, numbers, booleans and null. A list counts as the names 0, 1 ….

    Returns:
        True; false where there is no such task or a name has over 1,000 bytes. Source: seeds, saveTaskMetadata;
        behaviour.md 4.
    """
    _check_count(values)
    texts = {name: _stored(value) for name, value in _by_name(values).items()}
    if any(map(_is_too_long, texts)):
        raise Rejected("name")
    _check_size(texts)
    context.stores.tasks.find(task_id)
    context.stores.metadata.save(task_id, texts, context.caller.user_id, context.now)
    return True


@procedure("removeTaskMetadata", WORK)
def remove_task_metadata(context: Context, task_id: Id, name: Text) -> bool:
    """Remove one value of a task's metadata.

    Args:
        task_id: the task, open or closed.
        name: of the value, letter case counts.

    Returns:
        True; false where there is none, or no such task. Source: seeds, removeTaskMetadata; behaviour.md 4.
    """
    if _is_too_long(name):
        raise Rejected("name")
    context.stores.tasks.find(task_id)
    context.stores.metadata.remove(task_id, name)
    return True


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
    raise InvalidParams("values", "must hold texts, numbers, booleans or null")


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
