"""People: their stored form, the rules for values from clients, and roles."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.domain import serialization
from lambdaboard.domain.project_rules import checked_email
from lambdaboard.domain.properties import checked_by
from lambdaboard.domain.token import looks_like_token
from lambdaboard.errors import InvalidParams, Reason, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

APP_ADMIN, APP_MANAGER, APP_USER = "app-admin", "app-manager", "app-user"
PROJECT_MANAGER, PROJECT_MEMBER, PROJECT_VIEWER = "project-manager", "project-member", "project-viewer"

APPLICATION_ROLES = (APP_ADMIN, APP_MANAGER, APP_USER)
PROJECT_ROLES = (PROJECT_MANAGER, PROJECT_MEMBER, PROJECT_VIEWER)
"""The highest first."""
ASSIGNABLE_ROLES = (PROJECT_MANAGER, PROJECT_MEMBER)
"""The roles in a project with which a person may own its tasks (behaviour.md 3.1)."""

RESERVED = "jsonrpc"
"""The application user's name, which no person may have (context.md 2.1)."""

MAX_USERNAME, MIN_PASSWORD, MAX_PASSWORD, MAX_NAME = 191, 6, 255, 255
"""Characters. The limits of passwords and names are ours: one header contains the credentials."""

WRONG_PASSWORDS = 7
"""This many wrong passwords in a row lock a user; the same number after the lock locks them again."""

LOCKED_FOR = (15 * 60, 30 * 60, 60 * 60)
"""Seconds of the first lock, the second one, and each further one, until a right password is sent."""

INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Invisible characters other than those of UNSEEN: Unicode's default ignorable ones."""

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of invisible characters: control, format (zero width, direction), surrogates, separators."""


class User(serialization.Doc, frozen=True, kw_only=True):
    """A user as they are stored; a doc written by an older release reads with these defaults, so they never change.

    Attributes:
        password: its hash (see `passwords`); never returned or logged.
        role: in the application, one of APPLICATION_ROLES.
        groups: the ids of their groups, in order; a group that was removed lately may still be among them.
    """

    id: int
    username: str
    password: str
    name: str = ""
    email: str = ""
    role: str = APP_USER
    is_active: int = 1
    timezone: str | None = None
    language: str | None = None
    notifications_enabled: int = 0
    notifications_filter: int = 4
    disable_login_form: int = 0
    avatar_path: str | None = None
    filter: str | None = None
    theme: str = "light"
    groups: tuple[int, ...] = ()

    def __repr__(self) -> str:
        """Return what a log or a stack may show."""
        return f"User(id={self.id})"

    def changed(self, **changes: Any) -> User:
        """Return the user with some properties changed."""
        return msgspec.structs.replace(self, **changes)

    def with_group(self, group_id: int) -> User:
        """Return the user in one more group."""
        return self.changed(groups=tuple(sorted({*self.groups, group_id})))

    def without_group(self, group_id: int) -> User:
        """Return the user without a group."""
        return self.changed(groups=tuple(each for each in self.groups if each != group_id))

    @property
    def title(self) -> str:
        """The full name, or the username of a user who has none."""
        return self.name or self.username


class MissingUser(msgspec.Struct, frozen=True):
    """What rows show of a user that is not there: of an author who was removed, or of a task without an assignee."""

    id: int = 0
    username: None = None
    name: None = None
    email: None = None
    avatar_path: None = None


MISSING_USER = MissingUser()


def is_assignable(user: User | None, role: str) -> bool:
    """Return whether a user with this role in a project may own its tasks: an active one who is not a viewer."""
    return user is not None and bool(user.is_active) and role in ASSIGNABLE_ROLES


def checked_user(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as a user stores them (context.md 6).

    Args:
        values: some of CHECKS by name; None means not given and is skipped.

    Raises:
        Rejected: a value is not allowed.
        InvalidParams: a name is too long.
    """
    return checked_by(lambda name, value: CHECKS[name](value), values)


def checked_password(text: str, parameter: str = "password") -> str:
    """Return the password, which is stored only as a hash.

    Args:
        text: the password.
        parameter: its name, for an error.

    Raises:
        Rejected: it has less than 6 characters, or a NUL (see `passwords.fits`), or begins like a token.
        InvalidParams: it has more than 255 characters.
    """
    if len(text) < MIN_PASSWORD:
        raise Rejected(Reason.TOO_SHORT, parameter)
    if "\0" in text or looks_like_token(text):
        raise Rejected(Reason.INVALID_VALUE, parameter)
    return _limited(parameter, text, MAX_PASSWORD)


def effective_role(own: str, of_groups: Iterable[str]) -> str:
    """Return a person's role in a project; "" for no right, also for an unknown role.

    Args:
        own: the person's own role there, which takes precedence over those of groups; "" for none.
        of_groups: the roles of their groups there; the highest one counts.
    """
    given = {own} if own else {*of_groups}
    return next((role for role in PROJECT_ROLES if role in given), "")


def checked_project_role(text: str) -> str:
    """Return the role; Rejected if it is none of PROJECT_ROLES."""
    if text not in PROJECT_ROLES:
        raise Rejected(Reason.UNKNOWN_VALUE, "role")
    return text


def plain_name(username: str) -> str:
    """Return a username in Unicode's form NFKC, which must be unique: names of the same form look the same."""
    return unicodedata.normalize("NFKC", username)


def locked_for(nb_failed_login: int) -> int:
    """Return the seconds of a lock after this many wrong passwords in a row."""
    locks_before = max(nb_failed_login - 1, 0) // WRONG_PASSWORDS
    return LOCKED_FOR[min(locks_before, len(LOCKED_FOR) - 1)]


def _username(text: str) -> str:
    """Trim the name; Rejected if it is "", looks like the application user's, or has a colon (HTTP Basic ends it)."""
    trimmed = text.strip()
    plain = plain_name(trimmed)
    if not plain:
        raise Rejected(Reason.EMPTY)
    if max(len(text), len(plain)) > MAX_USERNAME:
        raise Rejected(Reason.TOO_LONG)
    if ":" in trimmed or plain.casefold() == RESERVED or _is_unseen(trimmed):
        raise Rejected(Reason.INVALID_VALUE)
    return trimmed


def _is_unseen(name: str) -> bool:
    """Return whether a name has an invisible character: it would look like another name."""
    return bool(INVISIBLE.search(name)) or any(unicodedata.category(each) in UNSEEN for each in name)


def _name(text: str) -> str:
    return _limited("name", text, MAX_NAME)


def _role(text: str) -> str:
    if text not in APPLICATION_ROLES:
        raise Rejected(Reason.UNKNOWN_VALUE)
    return text


def _limited(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise InvalidParams(name, f"must be at most {longest} characters long")
    return text


CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "username": _username,
    "name": _name,
    "email": checked_email,
    "role": _role,
}
"""The properties that createUser and updateUser share, each with its rule."""


def encode(user: User) -> str:
    """Return the user as their stored doc; the limits of the properties keep it small."""
    return serialization.encode(user).decode()


decode = serialization.decoder(User)
"""Read a stored doc."""
