"""Tokens with which programs log in, and people whose password is locked (decision 16).

A token has 256 random bits, so a fast hash is enough: they cannot be guessed from it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256

import msgspec

from lambdaboard.errors import InvalidParams, Reason, Rejected

BEGINNING = re.compile("lb_([0-9]+)_")
"""The form of the beginning of a token; no password begins like this."""

SECRET = 32
"""Random bytes of a token: 43 characters of the URL-safe base64."""

MAX_TOKENS, MAX_NAME, MAX_PROJECTS = 100, 191, 100
"""The limits of tokens of an owner, characters of a token's name, and projects of a token."""

MAX_DIGITS = 12
"""The limit of digits of an id, for a key."""


class Token(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A token as it is stored; it never changes.

    Attributes:
        id: of the token.
        user_id: its owner; 0 for the application.
        slot: from 0, below MAX_TOKENS: one of its owner's.
        hash: of the whole token, by `hashed`; never returned or logged.
        date_creation: Unix seconds.
        expires: Unix seconds from which it is rejected; 0 for never.
        projects: the only ones that it allows; empty for all of its owner's.
        read_only: it allows only procedures that change nothing.
    """

    id: int
    user_id: int
    slot: int
    name: str
    hash: str
    date_creation: int
    expires: int = 0
    projects: tuple[int, ...] = ()
    read_only: bool = False

    def __repr__(self) -> str:
        """Return a form without the hash, for logs and stacks."""
        return f"Token(id={self.id})"

    def is_valid(self, text: str, now: int) -> bool:
        """Return whether a string is this token, and has not expired; compares in constant time."""
        return hmac.compare_digest(hashed(text), self.hash) and not 0 < self.expires <= now


def looks_like_token(text: str) -> bool:
    """Return whether a string begins like a token: then it is never compared as a password."""
    return BEGINNING.match(text) is not None


def id_of(text: str) -> int:
    """Return the id in a string that begins like a token; 0, which no token has, if it is too large."""
    found = BEGINNING.match(text)
    return int(found[1]) if found and len(found[1]) <= MAX_DIGITS else 0


def new_text(token_id: int) -> str:
    """Return a new token, which is shown once and never stored: `lb_<id>_<43 characters>`."""
    return f"lb_{token_id}_{secrets.token_urlsafe(SECRET)}"


def hashed(text: str) -> str:
    """Return the hash of a token, with its id and its secret."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def checked_name(text: str) -> str:
    """Return the name; Rejected if it is white space alone, InvalidParams if it is too long."""
    if not text.strip():
        raise Rejected(Reason.EMPTY, "name")
    if len(text) > MAX_NAME:
        raise InvalidParams("name", f"must be at most {MAX_NAME} characters long")
    return text


def checked_expires(expires: int, now: int) -> int:
    """Return the end of a token, 0 for never; InvalidParams if it is past, or has more than 12 digits."""
    if expires != 0 and not now < expires < 10**MAX_DIGITS:
        raise InvalidParams("expires", "must be 0, or a Unix time in the future")
    return expires


def checked_projects(projects: list[int]) -> tuple[int, ...]:
    """Return projects in order, each once; InvalidParams for too many."""
    if len(projects) > MAX_PROJECTS:
        raise InvalidParams("projects", f"must be at most {MAX_PROJECTS}")
    return tuple(sorted({*projects}))


def encode(token: Token) -> str:
    """Return the token as its stored doc."""
    return msgspec.json.encode(token).decode()


decode = msgspec.json.Decoder(Token).decode
"""Read a stored doc."""
