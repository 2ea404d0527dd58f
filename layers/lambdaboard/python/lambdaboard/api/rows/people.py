"""Rows of users, groups and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdaboard.api.rows import Row
from lambdaboard.domain.serialization import properties

if TYPE_CHECKING:
    from lambdaboard.domain.group import Group
    from lambdaboard.domain.token import Token
    from lambdaboard.store.users import StoredUser


class UserProperties(Row):
    """The common properties of rows of users. No row contains a password, its hash, a secret or a token.

    Attributes:
        id: of the user; it is never used again.
        username: for log-in; unique.
        name: their full name; "" for none.
        email: their address; "" for none.
        google_id: null: there is no login by Google.
        github_id: null: there is no login by GitHub.
        notifications_enabled: 0; 1 if it was imported, without effect.
        timezone: an IANA name, without effect: dates are in the application's time zone; null for none.
        language: such as `de_DE`, without effect; null for none.
        disable_login_form: 0; 1 if it was imported, without effect.
        notifications_filter: 1 to 4, without effect.
        nb_failed_login: wrong passwords in a row.
        lock_expiration_date: the end of their lock, Unix seconds; 0 if they never were locked.
        gitlab_id: null: there is no login by GitLab.
        role: in the application: `app-admin`, `app-manager` or `app-user`.
        is_active: 1 for an active user, 0 for a disabled one.
        avatar_path: null: there are no pictures.
        filter: an imported search, without effect; null for none.
        theme: of web pages, without effect.
    """

    id: int
    username: str
    name: str
    email: str
    google_id: str | None
    github_id: str | None
    notifications_enabled: int
    timezone: str | None
    language: str | None
    disable_login_form: int
    notifications_filter: int
    nb_failed_login: int
    lock_expiration_date: int
    gitlab_id: str | None
    role: str
    is_active: int
    avatar_path: str | None
    filter: str | None
    theme: str


class UserRow(UserProperties):
    """A user.

    Attributes:
        is_admin: 0; see `role`.
        is_ldap_user: 0: there is no LDAP server.
        twofactor_activated: 0: there is no second factor.
        is_project_admin: 0; see `role`.
    """

    is_admin: int
    is_ldap_user: int
    twofactor_activated: int
    is_project_admin: int


class MeRow(UserProperties):
    """The user who calls.

    Attributes:
        is_ldap_user: false: there is no LDAP server.
        twofactor_activated: false: there is no second factor.
    """

    is_ldap_user: bool
    twofactor_activated: bool


class GroupMemberRow(UserRow):
    """A user in a group.

    Attributes:
        group_id: the group.
        user_id: the user, as `id`.
    """

    group_id: int
    user_id: int


# fmt: off
USER_ROW = (
    "id", "username", "is_admin", "is_ldap_user", "name", "email", "google_id", "github_id", "notifications_enabled",
    "timezone", "language", "disable_login_form", "twofactor_activated", "notifications_filter", "nb_failed_login",
    "lock_expiration_date", "is_project_admin", "gitlab_id", "role", "is_active", "avatar_path", "filter", "theme",
)
# fmt: on
"""The properties of a user, in their order, without secret ones (context.md 6)."""

NEVER_SET: dict[str, Any] = {
    **dict.fromkeys(("is_admin", "is_ldap_user", "is_project_admin", "twofactor_activated"), 0),
    **dict.fromkeys(("google_id", "github_id", "gitlab_id")),
}
"""Properties of Kanboard without a meaning here."""


def user_row(read: StoredUser) -> UserRow:
    """Return a user as a row of getUser, without password, hash, secret or token; source: context.md 6."""
    values = NEVER_SET | properties(read.user)
    values |= {"nb_failed_login": read.nb_failed_login, "lock_expiration_date": read.lock_expiration_date}
    return UserRow.of({name: values[name] for name in USER_ROW})


def me_row(read: StoredUser) -> MeRow:
    """Return a user as a row of getMe."""
    values = user_row(read)
    flags = {name: bool(values[name]) for name in ("is_ldap_user", "twofactor_activated")}
    left_out = {"is_admin", "is_project_admin"}
    return MeRow.of({name: value for name, value in (values | flags).items() if name not in left_out})


class GroupRow(Row):
    """A group.

    Attributes:
        id: of the group.
        external_id: its id in another system; "" or null for none.
        name: unique.
    """

    id: int
    external_id: str | None
    name: str


class ListedGroupRow(GroupRow):
    """A group in the list of getAllGroups.

    Attributes:
        nb_users: the number of its members, disabled ones too.
    """

    nb_users: int


def group_row(group: Group) -> GroupRow:
    """Return a group."""
    return GroupRow(id=group.id, external_id=group.external_id, name=group.name)


class NewTokenRow(Row):
    """A new token.

    Attributes:
        id: of the token.
        token: the secret itself, `lb_<id>_<43 characters>`, which is returned once; "" if the call was repeated.
    """

    id: int
    token: str


class TokenRow(Row):
    """A token.

    Attributes:
        id: of the token.
        name: its purpose.
        expires: the time from which it is invalid, Unix seconds; 0 for never.
        projects: the ids of the only projects that it allows; empty for all.
        read_only: whether it allows only calls that change nothing.
        date_creation: Unix seconds.
    """

    id: int
    name: str
    expires: int
    projects: list[int]
    read_only: bool
    date_creation: int


def token_row(token: Token) -> TokenRow:
    """Return a token, without its secret, which is not stored."""
    return TokenRow(
        id=token.id,
        name=token.name,
        expires=token.expires,
        projects=[*token.projects],
        read_only=token.read_only,
        date_creation=token.date_creation,
    )
