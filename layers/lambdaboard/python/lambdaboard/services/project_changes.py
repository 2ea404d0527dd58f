"""The one way in which procedures change a project or its columns, swimlanes and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from lambdaboard.api.context import Context
    from lambdaboard.store.projects import StoredProject

R = TypeVar("R")


def commit_project(
    context: Context, stored: StoredProject, result: R, *, largest_parameter: str = "description", **changes: Any
) -> R:
    """Write a project with some properties changed, and return the result (see `Context.commit`).

    Args:
        context: the call.
        stored: the project as it was read.
        result: what the procedure returns.
        largest_parameter: the parameter to name if the project becomes too large.
        changes: properties of `domain.project.Project`.
    """
    project = stored.project.changed(**changes)
    return context.commit(result, *context.stores.projects.replace_actions(stored, project, largest_parameter))
