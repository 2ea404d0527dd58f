"""Groups of people: their stored form, and the rules for values from clients (context.md 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain import serialization
from lambdaboard.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_TEXT = 1_000
"""Characters of a name and of an external id: a limit of ours."""

MAX_GROUPS = 100
"""The limit of groups of a person, and of groups with a role in a project: limits of ours."""


class Group(serialization.Doc, frozen=True, kw_only=True):
    """A group as it is stored; a doc written by an older release reads with these defaults, so they never change.

    Attributes:
        external_id: its id in another system; None if a client has sent null.
    """

    id: int
    name: str
    external_id: str | None = ""

    def changed(self, **changes: Any) -> Group:
        """Return the group with some properties changed."""
        return msgspec.structs.replace(self, **changes)


def checked_group(values: Mapping[str, str | None]) -> dict[str, str]:
    """Return properties as a group stores them; None means not given and is skipped.

    Raises:
        InvalidParams: a value has more than 1,000 characters.
    """
    given = {name: text for name, text in values.items() if text is not None}
    for name, text in given.items():
        if len(text) > MAX_TEXT:
            raise InvalidParams(name, f"must be at most {MAX_TEXT} characters long")
    return given


def check_room(groups: Collection[int], parameter: str) -> None:
    """Check that a person or a project may have one more group; InvalidParams naming the parameter if not."""
    if len(groups) >= MAX_GROUPS:
        raise InvalidParams(parameter, f"has {MAX_GROUPS} groups already, which is the limit")


def encode(group: Group) -> str:
    """Return the group as its stored doc; the limits of the properties keep it small."""
    return serialization.encode(group).decode()


decode = serialization.decoder(Group)
"""Read a stored doc."""
