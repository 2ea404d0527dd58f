"""Types of parameters that are this API's own, beside those of lambdaboard.jsonrpc."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from lambdaboard.api.resources import Resource
from lambdaboard.jsonrpc import Integer, Json
from lambdaboard.store.keys import LAST_ID

NO_ID = -1
"""Stands for every id that cannot be one."""


def _possible(number: int) -> int:
    return number if 0 <= number <= LAST_ID else NO_ID


def _none_for_blank(value: Json) -> Json:
    return None if value == "" else value


Id = Annotated[Integer, AfterValidator(_possible)]
"""The number of a task, project, file …; one that no key can hold is an unknown id like any other."""

ProjectId = Annotated[Id, Resource.PROJECT]
"""The project that the caller needs a role in, for a procedure of a level that asks for one; so are those below."""

ProjectIdOrZero = Annotated[Id, Resource.PROJECT_OR_NONE]
"""A project, or 0 for what belongs to no project."""

TaskId = Annotated[Id, Resource.TASK]
FileId = Annotated[Id, Resource.FILE]
ColumnId = Annotated[Id, Resource.COLUMN]
SwimlaneId = Annotated[Id, Resource.SWIMLANE]
CategoryId = Annotated[Id, Resource.CATEGORY]
TagId = Annotated[Id, Resource.TAG]
CommentId = Annotated[Id, Resource.COMMENT]
SubtaskId = Annotated[Id, Resource.SUBTASK]
TaskLinkId = Annotated[Id, Resource.TASK_LINK]

IntegerOrNone = Annotated[Integer | None, BeforeValidator(_none_for_blank)]
"""An integer that may be left out; `""` leaves it out, too."""

IdOrNone = Annotated[Id | None, BeforeValidator(_none_for_blank)]
"""An id that may be left out, likewise."""
