"""Metadata of tasks: values by name."""

from __future__ import annotations

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import MetadataName, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows import MetadataRow
from lambdaboard.errors import Thing
from lambdaboard.jsonrpc import Values
from lambdaboard.services import metadata


@procedure("getTaskMetadata", VIEW, failure=[])
def get_task_metadata(context: Context, task_id: TaskId) -> MetadataRow:
    """Get all metadata of a task.

    Args:
        task_id: the task, open or closed.

    Returns:
        Values by name; an empty list if there are none, or no such task. Source: API documents, getTaskMetadata;
        behaviour.md 4.
    """
    return metadata.get_all(context, context.stores.metadata, task_id)


@procedure("getTaskMetadataByName", VIEW, failure="", looks_for=Thing.METADATA)
def get_task_metadata_by_name(context: Context, task_id: TaskId, name: MetadataName) -> str:
    """Get one value of a task's metadata.

    Args:
        task_id: the task, open or closed.
        name: of the value; case-sensitive.

    Returns:
        The value; "" if there is none, or no such task. Source: API documents, getTaskMetadataByName; behaviour.md 4.
    """
    return metadata.get_one(context.stores.metadata, task_id, name)


@procedure("saveTaskMetadata", WORK)
def save_task_metadata(context: Context, task_id: TaskId, values: Values) -> bool:
    """Add or replace values of a task's metadata, all or none; other names do not change.

    Args:
        task_id: the task.
        values: by name, at most 90; strings, numbers, booleans and null. A list counts as the names 0, 1 ….

    Returns:
        True; false if there is no such task or a name has over 1,000 bytes. Source: API documents, saveTaskMetadata;
        behaviour.md 4.
    """
    return metadata.save(context, context.stores.metadata, task_id, values)


@procedure("removeTaskMetadata", WORK)
def remove_task_metadata(context: Context, task_id: TaskId, name: MetadataName) -> bool:
    """Remove one value of a task's metadata.

    Args:
        task_id: the task, open or closed.
        name: of the value; case-sensitive.

    Returns:
        True; false if there is none, or no such task. Source: API documents, removeTaskMetadata; behaviour.md 4.
    """
    return metadata.remove(context, context.stores.metadata, task_id, name)
