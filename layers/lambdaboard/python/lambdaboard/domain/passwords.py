"""Passwords: hashed with scrypt, so that whoever reads the table has to guess, slowly.

A hash says how it was made, so that the cost may grow and old ones still fit: `scrypt$16384$8$1$<salt>$<hash>`.
An import may bring hashes of Kanboard's, `$2y$10$<salt and hash>` (bcrypt), each until its user logs in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

COST, BLOCK, PARALLEL = 2**14, 8, 1
"""scrypt's N, r and p: 16 MB and 46 ms of the core that it was measured on; N = 2**15 took 115 ms, 2**13 24 ms."""

MEMORY = 64 * 2**20
"""Bytes that scrypt may take: it needs 128 N r, a little over 16 MB."""

SALT, LENGTH = 16, 32
"""Bytes of the salt and of the hash."""

DECOY = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""Fits no password; checked if there is no such user, it takes as long as for one that is there."""

BCRYPT = "$2y$"
"""The beginning of the hashes that PHP, and so Kanboard, makes."""

IMPORTABLE = re.compile(r"\$2y\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
"""Those of the costs 4 to 14: a password takes 1.2 s at the greatest, on the core that scrypt was measured on.

The salt's last character has two bits; one with more is none of PHP's, and comparing a password with it fails.
"""

BCRYPT_READS = 72
"""Bytes of a password that bcrypt looks at."""


def hashed(password: str) -> str:
    """Return the text to be stored for a password: another one at each call, since the salt is random."""
    salt = secrets.token_bytes(SALT)
    made = _scrypt(password, salt, COST, BLOCK, PARALLEL)
    return f"scrypt${COST}${BLOCK}${PARALLEL}${_text(salt)}${_text(made)}"


def fits(password: str, stored: str) -> bool:
    """Return whether a password is the one that was hashed; compares in constant time.

    One with a NUL never is, unless the hash is imported: for scrypt a NUL at the end is the same as none.
    """
    if stored.startswith(BCRYPT):
        return _fits_bcrypt(password, stored)
    _, cost, block, parallel, salt, made = stored.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(made)) and "\0" not in password


def is_importable(stored: str) -> bool:
    """Return whether an import may bring a hash of Kanboard's. Source: context.md 6."""
    return IMPORTABLE.fullmatch(stored) is not None


def rehashed(password: str, stored: str) -> str:
    """Return what to store for a password that has fitted: an imported hash is made anew, of the whole password.

    With a NUL in the password it stays, since only what is before the NUL was compared.
    """
    return hashed(password) if stored.startswith(BCRYPT) and "\0" not in password else stored


def _fits_bcrypt(password: str, stored: str) -> bool:
    """Compare a password as Kanboard does: up to a NUL, and no more than 72 bytes of it."""
    # imported here: few people have such a hash, and each of them until they log in
    import bcrypt  # noqa: PLC0415

    return bcrypt.checkpw(password.encode().partition(b"\0")[0][:BCRYPT_READS], stored.encode())


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=MEMORY, dklen=LENGTH)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
