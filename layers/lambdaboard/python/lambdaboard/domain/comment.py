"""Comments of tasks."""

from __future__ import annotations

from lambdaboard.domain.serialization import Doc
from lambdaboard.domain.user import APP_ADMIN, APP_MANAGER, APP_USER

VISIBILITIES = (APP_USER, APP_MANAGER, APP_ADMIN)
"""The lowest role in the application that may see a comment."""


class Comment(Doc, frozen=True, kw_only=True):
    """A comment as it is stored; a doc of an older release reads with these defaults, so they never change.

    Attributes:
        user_id: its author; 0 for the application, and in reads for a removed user.
        date_creation: Unix seconds, as is `date_modification`.
    """

    id: int
    task_id: int
    user_id: int = 0
    date_creation: int
    date_modification: int
    comment: str
    reference: str = ""
    visibility: str = APP_USER

    def is_visible_to(self, role: str) -> bool:
        """Return whether it is visible to a role in the application; "" is the application (context.md 2.3)."""
        return not role or may_see(role, self.visibility)


def may_see(role: str, visibility: str) -> bool:
    """Return whether a person with this role in the application sees comments of a visibility."""
    return VISIBILITIES.index(visibility) <= VISIBILITIES.index(role)
