"""Who may enter a project: checked in the same read that finds the project, so that it costs no round trip.

Every by-id read goes through `projects.stored`, and that asks the gate: no procedure can forget to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.errors import Forbidden
from lambdaboard.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key


class Gate(msgspec.Struct):
    """Lets one call into projects.

    Attributes:
        user_id: the person who calls; 0 for the application, who may enter all.
        roles: in the project, one of which is needed; None where the call needs none.
        is_passed: a project was entered; what is not found after that is told as to the application.
        role: the person's, in the project that was entered last.
    """

    user_id: int = 0
    roles: frozenset[str] | None = None
    is_passed: bool = False
    role: str = ""

    def keys(self, project_id: int) -> list[Key]:
        """Return what must be read beside the project."""
        return [] if self.roles is None else [keys.member(project_id, self.user_id)]

    def check(self, items: Mapping[Key, Item], project_id: int) -> None:
        """Let the call in.

        Raises:
            Forbidden: the person has no such role in the project, or there is no such project: which, is not told.
        """
        if self.roles is not None:
            member = items.get(keys.member(project_id, self.user_id))
            self.role = member["role"]["S"] if member and keys.project(project_id) in items else ""
            if self.role not in self.roles:
                raise Forbidden
        self.is_passed = True

    def enter_own(self) -> None:
        """Let the call ask for all projects that the person may enter: it names none, so it is told of every fault."""
        self.is_passed = True

    def leave(self) -> None:
        """Forget that a project was entered: what led there was out of date, so it does not count as found."""
        self.is_passed = False

    def check_global(self) -> None:
        """Let the call to what belongs to no project, as global tags; Forbidden for every person."""
        if self.roles is not None:
            raise Forbidden
