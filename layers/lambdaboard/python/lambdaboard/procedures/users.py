"""Users (context.md 6). No answer contains a password, its hash, a secret or a token."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from lambdaboard.api.access import ADMINISTRATION
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import Secret, SecretOrNone, UserId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.people import UserRow, user_row
from lambdaboard.domain import passwords
from lambdaboard.domain.user import CHECKS, PROJECT_MANAGER, User, checked_password, checked_user
from lambdaboard.errors import Forbidden, Thing, Unavailable
from lambdaboard.jsonrpc import Text
from lambdaboard.services.result_budget import ResultBudget
from lambdaboard.store.parallel import gather, gather_map

if TYPE_CHECKING:
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.users import Member

PRIVATE_AT_ONCE = 10
"""The limit of private projects in one transaction with their user (4 MB); more are written before it."""


USER_CHARACTERS = 450
"""The least number of characters of a row."""


@procedure("createUser", ADMINISTRATION)
def create_user(
    context: Context, username: Text, password: Secret, name: Text = "", email: Text = "", role: Text = "app-user"
) -> int:
    """Create an active user without roles in projects.

    Args:
        username: up to 191 characters, no colon; white space at its ends is trimmed; unique, case-sensitive.
        password: 6 to 255 characters, no NUL.
        name: the full name, up to 255 characters.
        email: an address, or "".
        role: `app-admin`, `app-manager` or `app-user`.

    Returns:
        The id of the user; false if a value is refused. Source: context.md 6, like all of this module.
    """
    values = checked_user(_given(locals()))
    text = checked_password(password)
    users = context.stores.users
    hashed, new_id = gather(lambda: passwords.hashed(text), users.next_id)
    user = User(password=hashed, id=new_id, **values)
    return context.commit(user.id, *users.put_actions(user))


@procedure("createLdapUser", ADMINISTRATION)
def create_ldap_user(context: Context, username: Text) -> int:  # noqa: ARG001 - clients of the original send it
    """Fail with the original's error for a missing LDAP server, which has the code 0.

    Args:
        username: of a user in the directory; ignored.

    Returns:
        Nothing: the call always fails.
    """
    raise Unavailable("LDAP server not configured, check the parameter LDAP_SERVER")


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return those arguments of a procedure that are properties with rules."""
    return {name: arguments[name] for name in CHECKS}


@procedure("updateUser", ADMINISTRATION)
def update_user(
    context: Context,
    id: UserId,
    username: Text | None = None,
    name: Text | None = None,
    email: Text | None = None,
    role: Text | None = None,
    *,
    password: SecretOrNone = None,
) -> bool:
    """Change properties of a user, all or none of them; values that are not given do not change.

    Args:
        id: the user, active or not.
        username: see createUser, for this and the following ones.
        name: may be "".
        email: may be "".
        role: `app-admin`, `app-manager` or `app-user`.
        password: a new one, as in createUser; an extension. The old one is invalid at once; a lock stays.

    Returns:
        True; false if there is no such user or a value is refused. For a token, a role and a password are 403.
    """
    changes = checked_user(_given(locals()))
    if context.caller.token and (role is not None or password is not None):
        raise Forbidden
    text = "" if password is None else checked_password(password)
    stored, hashed = gather(partial(context.stores.users.get, id), lambda: text and passwords.hashed(text))
    changes |= {"password": hashed} if hashed else {}
    if not changes:
        return context.commit(True)
    return context.commit(True, *context.stores.users.replace_actions(stored, stored.user.changed(**changes)))


@procedure("getUser", ADMINISTRATION, failure=None)
def get_user(context: Context, user_id: UserId) -> UserRow:
    """Get a user by their id.

    Args:
        user_id: the user, active or not.

    Returns:
        The user; null if there is no such user.
    """
    return user_row(context.stores.users.get(user_id))


@procedure("getUserByName", ADMINISTRATION, failure=None, looks_for=Thing.USER)
def get_user_by_name(context: Context, username: Text) -> UserRow:
    """Get a user by their username.

    Args:
        username: the whole name; case-sensitive.

    Returns:
        The user; null if there is no such user.
    """
    return user_row(context.stores.users.by_name(username))


@procedure("getAllUsers", ADMINISTRATION)
def get_all_users(context: Context) -> list[UserRow]:
    """Get all users, active or not, by username.

    Returns:
        The users.
    """
    fitting = ResultBudget(context.result_limit).each(context.stores.users.all(), lambda _: USER_CHARACTERS)
    return [user_row(stored) for stored in sorted(fitting, key=lambda stored: stored.user.username)]


@procedure("removeUser", ADMINISTRATION)
def remove_user(context: Context, user_id: UserId) -> bool:
    """Remove a user, and the private projects of which they are the last manager; their tasks are unassigned at once.

    Args:
        user_id: the user, active or not.

    Returns:
        True; false if there is no such user.
    """
    stores = context.stores
    stored = stores.users.get(user_id)
    removals = [stores.projects.delete_actions(each) for each in _private_projects_of(context, user_id)]
    return _commit_with_projects(context, removals, stores.users.delete_actions(stored, context.now))


def _private_projects_of(context: Context, user_id: int) -> list[StoredProject]:
    """Read the private projects of which a user is the last manager (4 round trips; 5 if groups have a role)."""
    users = context.stores.users
    managed = [project_id for project_id, role in users.memberships(user_id).items() if role == PROJECT_MANAGER]
    private = users.private_projects(managed)
    others = gather_map(partial(_other_managers, context, user_id), private)
    return [each for each, managers in zip(private, others, strict=True) if not managers]


def _other_managers(context: Context, user_id: int, stored: StoredProject) -> list[Member]:
    """Read the other managers of a project, active or not (2 round trips; 3 if groups have a role there)."""
    users = context.stores.users
    roles = users.effective_roles(stored, dict(users.roles_in(stored.project.id)))
    return users.members({other: role for other, role in roles.items() if role == PROJECT_MANAGER and other != user_id})


@procedure("enableUser", ADMINISTRATION)
def enable_user(context: Context, user_id: UserId) -> bool:
    """Make a user active, and unlock them: the count of wrong passwords is reset.

    Args:
        user_id: the user.

    Returns:
        True, also if they were already; false if there is no such user.
    """
    stored = context.stores.users.get(user_id)
    if stored.user.is_active and not stored.nb_failed_login:
        return context.commit(True)
    return context.commit(True, *context.stores.users.enable_actions(stored))


@procedure("disableUser", ADMINISTRATION)
def disable_user(context: Context, user_id: UserId) -> bool:
    """Make a user and their own private projects inactive; they cannot log in any more.

    Args:
        user_id: the user.

    Returns:
        True, also if they were already; false if there is no such user.
    """
    stores = context.stores
    stored = stores.users.get(user_id)
    private = stores.users.private_projects(stores.users.memberships(user_id))
    own = [each for each in private if each.project.owner_id == user_id]
    changes = [stores.projects.replace_actions(each, each.project.changed(is_active=0)) for each in own]
    actions = stores.users.replace_actions(stored, stored.user.changed(is_active=0))
    return _commit_with_projects(context, changes, actions)


def _commit_with_projects(context: Context, projects: list[list[TransactItem]], user: list[TransactItem]) -> bool:
    """Write a user with their private projects, atomically; of more than ten projects, the others are written first."""
    if len(projects) > PRIVATE_AT_ONCE:
        context.prepare(projects[PRIVATE_AT_ONCE:])
    return context.commit(True, *user, *chain.from_iterable(projects[:PRIVATE_AT_ONCE]))


@procedure("isActiveUser", ADMINISTRATION)
def is_active_user(context: Context, user_id: UserId) -> bool:
    """Check whether a user is active.

    Args:
        user_id: the user.

    Returns:
        True or false; false if there is no such user.
    """
    return bool(context.stores.users.get(user_id).user.is_active)
