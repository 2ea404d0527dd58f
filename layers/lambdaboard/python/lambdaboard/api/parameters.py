"""Types of parameters of this API, in addition to those of lambdaboard.jsonrpc."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from lambdaboard.api.resources import Resource
from lambdaboard.errors import Thing
from lambdaboard.jsonrpc import Integer, IntegerOrBlank, Integers, Json, Text
from lambdaboard.store.keys import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.jsonrpc import Procedure

NO_ID = -1
"""The replacement of every number that cannot be an id."""


def _possible(number: int) -> int:
    return number if 0 <= number <= LAST_ID else NO_ID


def _all_possible(numbers: list[int]) -> list[int]:
    return [*map(_possible, numbers)]


def _none_for_blank(value: Json) -> Json:
    return None if value == "" else value


def _hex_digits(text: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise PydanticCustomError("sha256", "must be 64 hexadecimal digits")
    return text.lower()


Id = Annotated[Integer, AfterValidator(_possible)]
"""The number of a task, project, file …; one that is too large for a key is an unknown id like any other."""

ProjectId = Annotated[Id, Thing.PROJECT, Resource.PROJECT]
"""The project in which the caller needs a role, if the level requires one; the same holds for those below."""

ProjectIds = Annotated[Integers, AfterValidator(_all_possible), Thing.PROJECT, Resource.PROJECTS]
"""Projects, in each of which the caller needs a role."""

ProjectIdOrZero = Annotated[Id, Thing.PROJECT, Resource.PROJECT_OR_NONE]
"""A project, or 0 for things of no project."""

TaskId = Annotated[Id, Thing.TASK, Resource.TASK]
FileId = Annotated[Id, Thing.FILE, Resource.FILE]
ColumnId = Annotated[Id, Thing.COLUMN, Resource.COLUMN]
SwimlaneId = Annotated[Id, Thing.SWIMLANE, Resource.SWIMLANE]
CategoryId = Annotated[Id, Thing.CATEGORY, Resource.CATEGORY]
ActionId = Annotated[Id, Thing.ACTION, Resource.ACTION]
TagId = Annotated[Id, Thing.TAG, Resource.TAG]
CommentId = Annotated[Id, Thing.COMMENT, Resource.COMMENT]
SubtaskId = Annotated[Id, Thing.SUBTASK, Resource.SUBTASK]
TaskLinkId = Annotated[Id, Thing.TASK_LINK, Resource.TASK_LINK]

UserId = Annotated[Id, Thing.USER, Thing.MEMBER]
"""A user; a procedure describes further conditions. By the types of users and other things without a `Resource`,
`api.resources.blame` finds the parameter of a missing thing."""

GroupId = Annotated[Id, Thing.GROUP]
LinkTypeId = Annotated[Id, Thing.LINK]
TokenId = Annotated[Id, Thing.TOKEN]
MetadataName = Annotated[Text, Thing.METADATA]

InnerTaskId = Annotated[Id, Thing.TASK]
"""A task in the thing of another parameter, in which the caller has the role; the same holds for those below."""

InnerFileId = Annotated[Id, Thing.FILE]
InnerColumnId = Annotated[Id, Thing.COLUMN]
InnerSwimlaneId = Annotated[Id, Thing.SWIMLANE]
InnerSubtaskId = Annotated[Id, Thing.SUBTASK]
InnerTaskLinkId = Annotated[Id, Thing.TASK_LINK]
InnerExternalLinkId = Annotated[Id, Thing.EXTERNAL_LINK]
OppositeTaskId = Annotated[Id, Thing.OPPOSITE_TASK]

IntegerOrNone = Annotated[Integer | None, BeforeValidator(_none_for_blank)]
"""An optional integer; `""` means not given, too."""

IdOrBlank = Annotated[IntegerOrBlank, AfterValidator(_possible)]
"""An id of which 0 means nobody; `""` is the same."""

IdOrNone = Annotated[Id | None, BeforeValidator(_none_for_blank)]
"""An optional id; `""` is the same."""

InnerColumnIdOrNone = Annotated[IdOrNone, Thing.COLUMN]
InnerSwimlaneIdOrNone = Annotated[IdOrNone, Thing.SWIMLANE]
InnerSwimlaneNumberOrNone = Annotated[IntegerOrNone, Thing.SWIMLANE]
UserIdOrBlank = Annotated[IdOrBlank, Thing.USER]

InnerProjectIds = Annotated[Integers, AfterValidator(_all_possible), Thing.PROJECT]
"""A list of ids, each as Id, of projects that the procedure itself checks."""

Sha256 = Annotated[Text, AfterValidator(_hex_digits)]
"""A SHA-256 checksum in hexadecimal digits; the function gets it in lower case."""


class Secrecy(Enum):
    """Whether an argument may be stored in other places than by the procedure."""

    SECRET = auto()


Secret = Annotated[Text, Secrecy.SECRET]
"""A password: only the slow hash for log-ins is stored."""

SecretOrNone = Annotated[Text | None, Secrecy.SECRET]
"""An optional password."""


def without_secrets(procedure: Procedure, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call without secrets, by name."""
    secret = {each.name for each in procedure.signature.parameters if Secrecy.SECRET in get_args(each.annotation)}
    return {name: value for name, value in arguments.items() if name not in secret}
