"""Types of parameters that are this API's own, beside those of lambdaboard.jsonrpc."""

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
"""What every value that cannot be an id is read as."""


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
"""The number of a task, project, file …; one that no key can hold is an unknown id like any other."""

ProjectId = Annotated[Id, Thing.PROJECT, Resource.PROJECT]
"""The project that the caller needs a role in, for a procedure of a level that asks for one; so are those below."""

ProjectIds = Annotated[Integers, AfterValidator(_all_possible), Thing.PROJECT, Resource.PROJECTS]
"""Projects, in each of which the caller needs a role."""

ProjectIdOrZero = Annotated[Id, Thing.PROJECT, Resource.PROJECT_OR_NONE]
"""A project, or 0 for what belongs to no project."""

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
"""A user, also as a member of something; a procedure says what else they must be. Their types, and those of the other
things that have no `Resource`, tell which parameter names what is not there (`api.resources.blame`)."""

GroupId = Annotated[Id, Thing.GROUP]
LinkTypeId = Annotated[Id, Thing.LINK]
TokenId = Annotated[Id, Thing.TOKEN]
MetadataName = Annotated[Text, Thing.METADATA]

InnerTaskId = Annotated[Id, Thing.TASK]
"""A task of what another parameter names, in which the caller has the role; so are those below."""

InnerFileId = Annotated[Id, Thing.FILE]
InnerColumnId = Annotated[Id, Thing.COLUMN]
InnerSwimlaneId = Annotated[Id, Thing.SWIMLANE]
InnerSubtaskId = Annotated[Id, Thing.SUBTASK]
InnerTaskLinkId = Annotated[Id, Thing.TASK_LINK]
InnerExternalLinkId = Annotated[Id, Thing.EXTERNAL_LINK]
OppositeTaskId = Annotated[Id, Thing.OPPOSITE_TASK]

IntegerOrNone = Annotated[Integer | None, BeforeValidator(_none_for_blank)]
"""An integer that may be left out; `""` leaves it out, too."""

IdOrBlank = Annotated[IntegerOrBlank, AfterValidator(_possible)]
"""An id whose 0 means nobody; `""` is that, too."""

IdOrNone = Annotated[Id | None, BeforeValidator(_none_for_blank)]
"""An id that may be left out; read in the same way."""

InnerColumnIdOrNone = Annotated[IdOrNone, Thing.COLUMN]
InnerSwimlaneIdOrNone = Annotated[IdOrNone, Thing.SWIMLANE]
InnerSwimlaneNumberOrNone = Annotated[IntegerOrNone, Thing.SWIMLANE]
UserIdOrBlank = Annotated[IdOrBlank, Thing.USER]

InnerProjectIds = Annotated[Integers, AfterValidator(_all_possible), Thing.PROJECT]
"""A list of ids, each as for Id, of projects that the procedure itself looks at."""

Sha256 = Annotated[Text, AfterValidator(_hex_digits)]
"""A SHA-256 checksum in hexadecimal digits; the function gets it in lower case."""


class Secrecy(Enum):
    """Whether something may be kept of an argument, beside what the procedure stores."""

    SECRET = auto()


Secret = Annotated[Text, Secrecy.SECRET]
"""A password: not even a hash of it is kept, but for the slow one by which people log in."""

SecretOrNone = Annotated[Text | None, Secrecy.SECRET]
"""A password that may be left out."""


def without_secrets(procedure: Procedure, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return those arguments of a call of which something may be kept, by name."""
    secret = {each.name for each in procedure.signature.parameters if Secrecy.SECRET in get_args(each.annotation)}
    return {name: value for name, value in arguments.items() if name not in secret}
