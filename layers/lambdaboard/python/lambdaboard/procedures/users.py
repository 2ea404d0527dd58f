"""Users (context-api.md 6). No answer holds a password, its hash, a secret or a token."""

from __future__ import annotations

from typing import Any

from lambdaboard.domain import passwords
from lambdaboard.domain.user import CHECKS, User, checked
from lambdaboard.domain.user import password as allowed
from lambdaboard.jsonrpc import Text
from lambdaboard.procedures.access import ADMINISTRATION
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import Row, user_row
from lambdaboard.store.parallel import start


@procedure("createUser", ADMINISTRATION)
def create_user(
    context: Context, username: Text, password: Text, name: Text = "", email: Text = "", role: Text = "app-user"
) -> int:
    """Create a user, active and in no project.

    Args:
        username: up to 191 characters, no colon; blanks at its ends not counted; no other user's, letter case counts.
        password: 6 to 255 characters, no NUL; there is no call to change it.
        name: the full name, up to 255 characters.
        email: an address, or "".
        role: `app-admin`, `app-manager` or `app-user`.

    Returns:
        The id of the user; false where a value is refused. Source: context-api.md 6, like all of this module.
    """
    values = checked(_given(locals()))
    text = allowed(password)
    users = context.stores.users
    new_id = start(users.next_id)  # while the password is hashed
    user = User(password=passwords.hashed(text), id=new_id.result(), **values)
    context.answers(user.id)
    users.add(user)
    return user.id


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Pick the properties that are checked by rule out of a procedure's arguments."""
    return {name: arguments[name] for name in CHECKS}


@procedure("updateUser", ADMINISTRATION, unknown=True)
def update_user(
    context: Context,
    id: Id,
    username: Text | None = None,
    name: Text | None = None,
    email: Text | None = None,
    role: Text | None = None,
) -> bool:
    """Change properties of a user, all or none of them; what is not given stays.

    Args:
        id: the user, active or not.
        username: see createUser, for this and the following ones.
        name: may be "".
        email: may be "".
        role: `app-admin`, `app-manager` or `app-user`.

    Returns:
        True, also where there is no such user; false where a value is refused.
    """
    changes = checked(_given(locals()))
    read = context.stores.users.get(id)
    if changes:
        context.stores.users.replace(read, read.user.changed(**changes))
    return True


@procedure("getUser", ADMINISTRATION, failure=None)
def get_user(context: Context, user_id: Id) -> Row:
    """Get a user by their id.

    Args:
        user_id: the user, active or not.

    Returns:
        Their properties, but for secret ones; null where there is no such user.
    """
    return user_row(context.stores.users.get(user_id))


@procedure("getUserByName", ADMINISTRATION, failure=None)
def get_user_by_name(context: Context, username: Text) -> Row:
    """Get a user by their username.

    Args:
        username: the whole name, letter case counts.

    Returns:
        Their properties, but for secret ones; null where there is no such user.
    """
    return user_row(context.stores.users.by_name(username))


@procedure("getAllUsers", ADMINISTRATION)
def get_all_users(context: Context) -> list[Row]:
    """Get all users, active or not, by username.

    Returns:
        Rows, as getUser answers them.
    """
    return [user_row(read) for read in sorted(context.stores.users.all(), key=lambda read: read.user.username)]


@procedure("removeUser", ADMINISTRATION)
def remove_user(context: Context, user_id: Id) -> bool:
    """Remove a user and the private projects that they are in; their tasks become nobody's at once.

    Args:
        user_id: the user, active or not.

    Returns:
        True; false where there is no such user.
    """
    users = context.stores.users
    users.remove(users.get(user_id), context.now)
    return True


@procedure("enableUser", ADMINISTRATION, unknown=True)
def enable_user(context: Context, user_id: Id) -> bool:
    """Make a user active.

    Args:
        user_id: the user.

    Returns:
        True, also if they were, or where there is no such user.
    """
    read = context.stores.users.get(user_id)
    if not read.user.is_active:
        context.stores.users.replace(read, read.user.changed(is_active=1))
    return True


@procedure("disableUser", ADMINISTRATION, unknown=True)
def disable_user(context: Context, user_id: Id) -> bool:
    """Make a user inactive, and with them the private projects that are their own; they cannot call any more.

    Args:
        user_id: the user.

    Returns:
        True, also if they were, or where there is no such user.
    """
    context.stores.users.disable(context.stores.users.get(user_id))
    return True


@procedure("isActiveUser", ADMINISTRATION)
def is_active_user(context: Context, user_id: Id) -> bool:
    """Say whether a user is active.

    Args:
        user_id: the user.

    Returns:
        True or false; false where there is no such user.
    """
    return bool(context.stores.users.get(user_id).user.is_active)
