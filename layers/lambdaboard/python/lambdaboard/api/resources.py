"""The authorization of calls: for the project of each parameter whose type says that its id leads to one.

The types are `api.parameters.TaskId` …. Of two ids that belong together, such as a link and its task, only one may have
such a type: if the other one is unknown, the call is rejected. A procedure's own read checks the role, so that
authorization costs no round trip. Only a rejected call is authorized by `authorize`: a caller who may not see the
project gets 403, without the reason.
"""

from __future__ import annotations

from enum import Enum, auto
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

from lambdaboard.errors import Forbidden, InvalidParams, NotFound, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.api.context import Context
    from lambdaboard.domain.comment import Comment
    from lambdaboard.errors import Rejected
    from lambdaboard.jsonrpc import Procedure
    from lambdaboard.store.child_entities import StoredChild


class Resource(Enum):
    """The kinds of things with ids that belong to a project."""

    PROJECT = auto()
    PROJECT_OR_NONE = auto()
    PROJECTS = auto()
    TASK = auto()
    FILE = auto()
    COLUMN = auto()
    SWIMLANE = auto()
    CATEGORY = auto()
    ACTION = auto()
    TAG = auto()
    COMMENT = auto()
    SUBTASK = auto()
    TASK_LINK = auto()


MAX_PROJECTS = 200
"""Projects of one call: a call with more is rejected, and authorized for the first of them."""


def visible_comment(context: Context, comment_id: int) -> StoredChild[Comment]:
    """Read a comment (2 round trips); NotFound, Forbidden, also if it is not visible to the caller's role."""
    stored = context.stores.comments.find(comment_id)
    if not stored.value.is_visible_to(context.caller.role):
        raise Forbidden
    return stored


READS: Mapping[Resource, Callable[[Context, Any], object]] = {
    Resource.PROJECT: lambda context, number: context.stores.projects.get(number),
    Resource.PROJECT_OR_NONE: lambda context, number: context.stores.projects.get(number) if number else None,
    Resource.PROJECTS: lambda context, numbers: context.stores.projects.get_each(numbers[:MAX_PROJECTS]),
    Resource.TASK: lambda context, number: context.stores.tasks.find(number),
    Resource.FILE: lambda context, number: context.stores.files.find(number),
    Resource.COLUMN: lambda context, number: context.stores.projects.of_column(number),
    Resource.SWIMLANE: lambda context, number: context.stores.projects.of_swimlane(number),
    Resource.CATEGORY: lambda context, number: context.stores.projects.of_category(number),
    Resource.ACTION: lambda context, number: context.stores.projects.of_action(number),
    Resource.TAG: lambda context, number: context.stores.tags.get(number),
    Resource.COMMENT: visible_comment,
    Resource.SUBTASK: lambda context, number: context.stores.subtasks.find(number),
    Resource.TASK_LINK: lambda context, number: context.stores.links.find(number),
}
"""Resource -> function that reads its project and checks what the caller may see; NotFound, Forbidden."""


def blame(procedure: Procedure, rejected: Rejected) -> None:
    """Add the name of a parameter to a rejection without one: that of the missing thing.

    It is found by the types of the signature (`api.parameters`). If no parameter is of that kind, it is the one for
    which the call is authorized: the missing thing belongs to it.
    """
    if rejected.parameter in procedure.signature.names:
        return
    marks = {each.name: _marks(each.annotation) for each in procedure.signature.parameters}
    naming = [name for name, own in marks.items() if rejected.thing in own]
    subjects = [name for name, own in marks.items() if not own.isdisjoint(Resource)]
    rejected.parameter = next(iter([*naming, *subjects, *marks]), "")


def _marks(annotation: Any) -> set[Thing | Resource]:
    """Return the kinds of things that a parameter of this type can name, also of a union."""
    inner = get_args(annotation)
    return {each for each in (*inner, *chain(*map(get_args, inner))) if isinstance(each, Thing | Resource)}


def authorize(procedure: Procedure, given: Mapping[str, Any], context: Context) -> None:
    """Read the projects for which a call must be authorized; do nothing for a procedure without such parameters.

    Raises:
        NotFound: it does not exist, or the value is not an id.
        Forbidden: the caller does not have the required role in its project.
    """
    for parameter in procedure.signature.parameters:
        resource = next((each for each in get_args(parameter.annotation) if isinstance(each, Resource)), None)
        if resource is not None:
            READS[resource](context, _given(procedure, parameter.name, given))


def _given(procedure: Procedure, name: str, given: Mapping[str, Any]) -> Any:
    """Return the id, or the ids, in a call; NotFound if the value is not an id."""
    try:
        return procedure.signature.validated({name: given[name]})[name]
    except InvalidParams:
        raise NotFound(Thing.PROJECT) from None
