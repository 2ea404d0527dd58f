"""Metadata of projects: values by name (context.md 13)."""

from __future__ import annotations

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import MetadataName, ProjectId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows import MetadataRow
from lambdaboard.errors import Thing
from lambdaboard.jsonrpc import Values
from lambdaboard.services import metadata


@procedure("getProjectMetadata", VIEW, failure=[])
def get_project_metadata(context: Context, project_id: ProjectId) -> MetadataRow:
    """Get all metadata of a project.

    Args:
        project_id: the project, active or not.

    Returns:
        Values by name; an empty list if there are none, or no such project. Source: context.md 13, like the
        following ones.
    """
    return metadata.get_all(context, context.stores.project_metadata, project_id)


@procedure("getProjectMetadataByName", VIEW, failure="", looks_for=Thing.METADATA)
def get_project_metadata_by_name(context: Context, project_id: ProjectId, name: MetadataName) -> str:
    """Get one value of a project's metadata.

    Args:
        project_id: the project, active or not.
        name: of the value; case-sensitive.

    Returns:
        The value; "" if there is none, or no such project.
    """
    return metadata.get_one(context.stores.project_metadata, project_id, name)


@procedure("saveProjectMetadata", WORK)
def save_project_metadata(context: Context, project_id: ProjectId, values: Values) -> bool:
    """Add or replace values of a project's metadata, all or none; other names do not change.

    Args:
        project_id: the project, active or not.
        values: by name, at most 90; strings, numbers, booleans and null. A list counts as the names 0, 1 ….

    Returns:
        True; false if there is no such project or a name has over 1,000 bytes.
    """
    return metadata.save(context, context.stores.project_metadata, project_id, values)


@procedure("removeProjectMetadata", WORK)
def remove_project_metadata(context: Context, project_id: ProjectId, name: MetadataName) -> bool:
    """Remove one value of a project's metadata.

    Args:
        project_id: the project, active or not.
        name: of the value; case-sensitive.

    Returns:
        True; false if there is none, or no such project.
    """
    return metadata.remove(context, context.stores.project_metadata, project_id, name)
