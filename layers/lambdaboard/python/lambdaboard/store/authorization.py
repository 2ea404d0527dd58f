"""Who may read a project: checked with the read of the project, so that it costs no round trip.

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
        roles: in the project, one of which is needed; None if the call needs none.
        groups: of which the person is a member.
        projects: the only ones that the call may read; empty if it may read all.
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
        """Return the keys of the items that must be read with the project."""
        if self.roles is None:
            return []
        return [keys.member(project_id, self.user_id), *([tombstones.OWN] if self.groups else [])]

    def role_in(self, project_id: int, items: Mapping[Key, Item]) -> str:
        """Return the caller's role in a project that was read; "" if the call needs none.

        Raises:
            NoRole: the caller has none in the project, their token is not for it, or there is no such project.
            Forbidden: the person's role is not one of `roles`.
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
        """Return whether the caller has a role that is enough in a project that was read with `keys`."""
        try:
            self.role_in(project_id, items)
        except Forbidden:
            return False
        return True

    def check_global(self) -> None:
        """Allow access to things of no project, such as global tags; Forbidden for persons and tokens for projects."""
        if self.is_limited:
            raise Forbidden

    def check_all(self) -> None:
        """Allow a call over all projects that the caller may read; Forbidden for a token for some projects."""
        if self.projects:
            raise Forbidden


EVERYTHING = Authorization()
"""The authorization of the application, and of our own functions."""
