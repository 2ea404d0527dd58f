"""The procedures for clients, one module per area; the import of this package registers them all."""

from lambdaboard.api.registry import registry
from lambdaboard.procedures import (  # noqa: F401 - the import registers them
    actions,
    activity,
    application,
    board,
    categories,
    columns,
    comments,
    discovery,
    external_links,
    files,
    groups,
    links,
    lists,
    me,
    members,
    metadata,
    moves,
    project_files,
    project_metadata,
    projects,
    search,
    subtasks,
    swimlanes,
    tags,
    tasks,
    tokens,
    users,
)

__all__ = ["registry"]
