"""Tokens in the table: each twice, by its id for log-ins, and in its owner's partition for `getTokens`.

The item with its owner takes one of their slots: so no owner has more, even if several are made at the same time.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from lambdaboard.domain import token as domain
from lambdaboard.errors import Conflict, NotFound, Thing
from lambdaboard.store import keys
from lambdaboard.store.actions import delete, number, put_new, string
from lambdaboard.store.people import user_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from lambdaboard.domain.token import Token
    from lambdaboard.domain.user import User
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.table import Table


def token_of(item: Mapping[str, Any]) -> Token:
    """Return the token of an item, under either key."""
    return domain.decode(item["doc"]["S"])


class TokenStore:
    """Reads and writes tokens. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, token_id: int) -> Token | None:
        """Read a token (1); None if there is none."""
        item = self._table.get_one(keys.token(token_id))
        return token_of(item) if item else None

    def with_owner(self, token: Token) -> tuple[Token | None, User | None]:
        """Read a token and its owner again (1); None for a removed one, and for the application."""
        wanted = [keys.token(token.id), *([keys.user(token.user_id)] if token.user_id else [])]
        items = self._table.get(wanted)
        there = items.get(keys.token(token.id))
        return token_of(there) if there else None, user_of(items, token.user_id)

    def of(self, user_id: int) -> list[Token]:
        """Read the tokens of an owner, 0 for the application, by id (1)."""
        items = self._table.query(keys.user_pk(user_id), begins=keys.owned_token.sk_prefix)
        return sorted(map(token_of, items), key=lambda token: token.id)

    def next_id(self) -> int:
        """Take an id (1)."""
        return self._table.next_id("token")

    def put_actions(self, token: Token) -> list[TransactItem]:
        """Return the actions that write a new token; Conflict if another one has taken its slot."""
        item = {"doc": string(domain.encode(token)), "token_id": number(token.id)}
        taken = Conflict("slot taken")
        return [put_new(keys.token(token.id), item), put_new(keys.owned_token(token.user_id, token.slot), item, taken)]

    def delete_actions(self, token: Token) -> list[TransactItem]:
        """Return the actions that remove a token; NotFound if it was removed before."""
        return [
            delete(keys.token(token.id), NotFound(Thing.TOKEN)),
            delete(keys.owned_token(token.user_id, token.slot)),
        ]


def free_slot(tokens: Collection[Token]) -> int | None:
    """Return a random free slot, so that calls at the same time take different ones; None if there is none."""
    free = [*{*range(domain.MAX_TOKENS)} - {token.slot for token in tokens}]
    return secrets.choice(free) if free else None
