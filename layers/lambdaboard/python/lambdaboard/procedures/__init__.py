"""The procedures that clients call, one module an area; importing this package registers them all."""

from lambdaboard.procedures import (  # noqa: F401 - importing registers
    application,
    categories,
    columns,
    files,
    lists,
    metadata,
    moves,
    projects,
    swimlanes,
    tags,
    tasks,
)
from lambdaboard.procedures.registry import registry

__all__ = ["registry"]
