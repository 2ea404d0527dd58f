"""Access levels: each procedure declares one when it is registered (context.md 2.2).

The level's roles in the application are checked before the parameters; the roles in the project by
`store.authorization`, in the read that finds the project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.api.token_rights import allows
from lambdaboard.domain.user import (
    APP_ADMIN,
    APP_MANAGER,
    APPLICATION_ROLES,
    PROJECT_MANAGER,
    PROJECT_MEMBER,
    PROJECT_ROLES,
)

if TYPE_CHECKING:
    from lambdaboard.api.context import Caller
    from lambdaboard.jsonrpc import Procedure

OPEN = "open"
SELF = "self"
OWN = "own"
ADMINISTRATION = "administration"
CREATION = "creation"
VIEW = "view"
WORK = "work"
MANAGEMENT = "management"

WHO = {
    OPEN: "everybody who is known",
    SELF: "every person, for themselves; not the application",
    OWN: "the application, and every person, for what is their own",
    ADMINISTRATION: "the application, and persons who are app-admin",
    CREATION: "the application, and persons who are app-admin or app-manager",
    VIEW: "the application, and persons with any role in the project",
    WORK: "the application, and persons who are project-manager or project-member",
    MANAGEMENT: "the application, and persons who are project-manager",
}
"""Who may call the procedures of each level, in the words of the API document."""

LEVELS = tuple(WHO)

ROLES_IN_APPLICATION = dict.fromkeys(LEVELS, frozenset(APPLICATION_ROLES)) | {
    ADMINISTRATION: frozenset({APP_ADMIN}),
    CREATION: frozenset({APP_ADMIN, APP_MANAGER}),
}
"""Level -> the roles of persons who may call."""

ROLES_IN_PROJECT = {
    VIEW: frozenset(PROJECT_ROLES),
    WORK: frozenset({PROJECT_MANAGER, PROJECT_MEMBER}),
    MANAGEMENT: frozenset({PROJECT_MANAGER}),
}
"""Level -> roles in the project, of which a person needs one; other levels need none."""


def is_admitted(caller: Caller, level: str) -> bool:
    """Return whether a caller may call procedures of a level, without the check in a project."""
    if caller.user is None:
        return level != SELF
    return caller.role in ROLES_IN_APPLICATION[level]


def may_call(caller: Caller, procedure: Procedure) -> bool:
    """Return whether a caller, with their token, may call a procedure, without the check in a project."""
    is_in_project = procedure.access in ROLES_IN_PROJECT
    is_open = caller.token is None or allows(caller.token, procedure.name, is_in_project=is_in_project)
    return is_open and is_admitted(caller, procedure.access)
