"""The procedures that clients call, one module an area; importing this package registers them all."""

from lambdaboard.procedures import (  # noqa: F401 - importing registers
    application,
    board,
    categories,
    columns,
    comments,
    discovery,
    external_links,
    files,
    links,
    lists,
    me,
    members,
    metadata,
    moves,
    projects,
    search,
    subtasks,
    swimlanes,
    tags,
    tasks,
    users,
)
from lambdaboard.procedures.registry import registry

__all__ = ["registry"]
