"""Passwords: hashed with scrypt, so that whoever reads the table has to guess, slowly.

A hash says how it was made, so that the cost may grow and old ones still fit: `scrypt$16384$8$1$<salt>$<hash>`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

COST, BLOCK, PARALLEL = 2**14, 8, 1
"""scrypt's N, r and p: 16 MB and 46 ms of the core that it was measured on; N = 2**15 took 115 ms, 2**13 24 ms."""

MEMORY = 64 * 2**20
"""Bytes that scrypt may take: it needs 128 N r, a little over 16 MB."""

SALT, LENGTH = 16, 32
"""Bytes of the salt and of the hash."""

DECOY = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""Fits no password; checked where there is no such user, it takes as long as for one that is there."""


def hashed(password: str) -> str:
    """Return the text to be stored for a password: another one at each call, since the salt is random."""
    salt = secrets.token_bytes(SALT)
    made = _scrypt(password, salt, COST, BLOCK, PARALLEL)
    return f"scrypt${COST}${BLOCK}${PARALLEL}${_text(salt)}${_text(made)}"


def fits(password: str, stored: str) -> bool:
    """Say whether a password is the one that was hashed; compares in constant time.

    One with a NUL never is: for scrypt a NUL at the end is the same as none.
    """
    _, cost, block, parallel, salt, made = stored.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(made)) and "\0" not in password


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=MEMORY, dklen=LENGTH)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
