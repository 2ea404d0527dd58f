"""The procedures that clients call, one module an area; importing this package registers them all."""

from lambdaboard.api.registry import registry
from lambdaboard.procedures import (  # noqa: F401 - importing registers
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
