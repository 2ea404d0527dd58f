"""Who may read a project: checked in the same read that finds the project, so that it costs no round trip.

Every read by id ends in `ProjectStore.authorized`, which checks the caller's role: no procedure can forget to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.errors import Forbidden, NoRole
from lambdaboard.store import keys, people, tombstones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.store.actions import Item
    from lambdaboard.store.keys import Key


class Authorization(msgspec.Struct, frozen=True):
    """What a call may read.

    Attributes:
        user_id: the person who calls; 0 for the application, which may read everything.
        roles: in the project, one of which is needed; None where the call needs none.
        groups: those that the person is in.
        projects: the only ones that the call may read; none where any may be.
    """

    user_id: int = 0
    roles: frozenset[str] | None = None
    groups: tuple[int, ...] = ()
    projects: frozenset[int] = frozenset()

    @property
    def is_limited(self) -> bool:
        """Whether there are projects that the call may not read."""
        return self.roles is not None or bool(self.projects)

    def keys(self, project_id: int) -> list[Key]:
        """Return what must be read beside the project."""
        if self.roles is None:
            return []
        return [keys.member(project_id, self.user_id), *([tombstones.OWN] if self.groups else [])]

    def role_in(self, project_id: int, items: Mapping[Key, Item]) -> str:
        """Return the caller's role in a project that was read; "" where the call needs none.

        Raises:
            NoRole: the caller has none in the project, their token does not open it, or there is no such project.
            Forbidden: the person has another one than is needed.
        """
        if self.projects and project_id not in self.projects:
            raise NoRole
        if self.roles is None:
            return ""
        is_there = keys.project(project_id) in items
        role = people.role_in(items, project_id, self.user_id, self.groups) if is_there else ""
        if not role:
            raise NoRole
        if role not in self.roles:
            raise Forbidden
        return role

    def allows(self, project_id: int, items: Mapping[Key, Item]) -> bool:
        """Say whether the caller has a role that is enough in a project that was read with `keys`."""
        try:
            self.role_in(project_id, items)
        except Forbidden:
            return False
        return True

    def check_global(self) -> None:
        """Allow what belongs to no project, as global tags; Forbidden for every person, and a token for projects."""
        if self.is_limited:
            raise Forbidden

    def check_all(self) -> None:
        """Allow what is about all projects that the caller may read; Forbidden for a token that is for some of them."""
        if self.projects:
            raise Forbidden


EVERYTHING = Authorization()
"""That of the application, and of our own functions."""
