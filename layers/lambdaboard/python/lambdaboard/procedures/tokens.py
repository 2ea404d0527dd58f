"""Tokens with which programs log in, and people whose password is locked: an extension.

`api.token_rights` has the procedures that a token allows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import OWN, ROLES_IN_PROJECT, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import InnerProjectIds, TokenId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.people import NewTokenRow, TokenRow, token_row
from lambdaboard.domain import token as domain
from lambdaboard.errors import InvalidParams, NotFound, Thing
from lambdaboard.jsonrpc import Flag, Integer, Text
from lambdaboard.store.parallel import gather
from lambdaboard.store.tokens import free_slot

if TYPE_CHECKING:
    from lambdaboard.domain.token import Token


@procedure("createToken", OWN)
def create_token(
    context: Context,
    name: Text,
    expires: Integer = 0,
    projects: InnerProjectIds = [],  # noqa: B006 - it is never changed
    read_only: Flag = False,  # noqa: FBT002 - clients may send it by position
) -> NewTokenRow:
    """Create a token of the caller, which allows no more than the caller may do. An extension.

    Args:
        name: its purpose: up to 191 characters, not only white space; need not be unique.
        expires: the time from which it is invalid, in Unix seconds; 0 for never.
        projects: the only projects that it allows, up to 100; then calls without a project are 403. Empty for all.
        read_only: it allows only calls that change nothing.

    Returns:
        The token, which is shown once; false for a refused name, or a project that the caller may not see.
        Source: context.md 6, like all of this module.
    """
    stores, owner_id = context.stores, context.caller.user_id
    limited_to = domain.checked_projects(projects)
    checked_name, checked_expires = domain.checked_name(name), domain.checked_expires(expires, context.now)
    tokens, token_id, _ = gather(
        partial(stores.tokens.of, owner_id), stores.tokens.next_id, partial(_check_readable, context, limited_to)
    )
    text = domain.new_text(token_id)
    token = domain.Token(
        id=token_id,
        user_id=owner_id,
        slot=_free_slot(tokens),
        name=checked_name,
        expires=checked_expires,
        hash=domain.hashed(text),
        date_creation=context.now,
        projects=limited_to,
        read_only=read_only,
    )
    result = NewTokenRow(id=token_id, token=text)
    return context.commit(result, *stores.tokens.put_actions(token), recorded=NewTokenRow(id=token_id, token=""))


def _free_slot(tokens: list[Token]) -> int:
    slot = free_slot(tokens)
    if slot is None:
        raise InvalidParams("name", f"there are {domain.MAX_TOKENS} tokens already: remove one that is not used")
    return slot


def _check_readable(context: Context, project_ids: tuple[int, ...]) -> None:
    """Check that the caller may see projects (1 round trip); NotFound."""
    roles = ROLES_IN_PROJECT[VIEW] if context.caller.user else None
    authorization = msgspec.structs.replace(context.stores.authorization, roles=roles)
    readable = context.stores.authorized(authorization).projects.readable(project_ids)
    if readable != {*project_ids}:
        raise NotFound(Thing.PROJECT)


@procedure("getTokens", OWN)
def get_tokens(context: Context) -> list[TokenRow]:
    """Get the caller's own tokens, by id, also expired ones. An extension.

    Returns:
        The tokens, without their secrets.
    """
    return [token_row(token) for token in context.stores.tokens.of(context.caller.user_id)]


@procedure("removeToken", OWN)
def remove_token(context: Context, token_id: TokenId) -> bool:
    """Remove a token of the caller, which is invalid from then on. An extension.

    Args:
        token_id: the token.

    Returns:
        True; false if the caller has no such token.
    """
    token = context.stores.tokens.find(token_id)
    if token is None or token.user_id != context.caller.user_id:
        raise NotFound(Thing.TOKEN)
    return context.commit(True, *context.stores.tokens.delete_actions(token))
