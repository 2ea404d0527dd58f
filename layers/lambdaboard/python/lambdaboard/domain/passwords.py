"""Passwords: hashed with scrypt, so that a reader of the table can only guess, slowly.

A hash contains its parameters, so that the cost can grow and old ones still work: `scrypt$16384$8$1$<salt>$<hash>`.
An import takes over hashes of Kanboard, `$2y$10$<salt and hash>` (bcrypt), each until its user logs in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

COST, BLOCK, PARALLEL = 2**14, 8, 1
"""scrypt's N, r and p: 16 MB and 46 ms on the core of the measurement; N = 2**15 took 115 ms, 2**13 24 ms."""

MEMORY = 64 * 2**20
"""Bytes that scrypt may use: it needs 128 N r, a little over 16 MB."""

SALT, LENGTH = 16, 32
"""Bytes of the salt and of the hash."""

DECOY = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""A hash of no password; it is compared for an unknown user, so that this takes as long as for a known one."""

BCRYPT = "$2y$"
"""The prefix of PHP's, and so Kanboard's, hashes."""

IMPORTABLE = re.compile(r"\$2y\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
"""Hashes of the costs 4 to 14: at 14, a password takes 1.2 s on the core of scrypt's measurement.

The salt's last character has two bits; PHP never makes one with more, and a comparison with it would fail.
"""

BCRYPT_READS = 72
"""Bytes of a password that bcrypt compares."""


def hashed(password: str) -> str:
    """Return the hash to be stored for a password: different at each call, since the salt is random."""
    salt = secrets.token_bytes(SALT)
    made = _scrypt(password, salt, COST, BLOCK, PARALLEL)
    return f"scrypt${COST}${BLOCK}${PARALLEL}${_text(salt)}${_text(made)}"


def fits(password: str, stored: str) -> bool:
    """Return whether a password is the one that was hashed; compares in constant time.

    False for one with a NUL, unless the hash is imported: scrypt ignores a NUL at the end.
    """
    if stored.startswith(BCRYPT):
        return _fits_bcrypt(password, stored)
    _, cost, block, parallel, salt, made = stored.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(made)) and "\0" not in password


def is_importable(stored: str) -> bool:
    """Return whether an import may take over a hash of Kanboard. Source: context.md 6."""
    return IMPORTABLE.fullmatch(stored) is not None


def rehashed(password: str, stored: str) -> str:
    """Return the hash to store for a right password: an imported one is replaced by one of the whole password.

    With a NUL in the password it stays, since only the part before the NUL was compared.
    """
    return hashed(password) if stored.startswith(BCRYPT) and "\0" not in password else stored


def _fits_bcrypt(password: str, stored: str) -> bool:
    """Compare a password as Kanboard does: up to a NUL, and no more than 72 bytes of it."""
    # imported here: few people have such a hash, and only until they log in
    import bcrypt  # noqa: PLC0415

    return bcrypt.checkpw(password.encode().partition(b"\0")[0][:BCRYPT_READS], stored.encode())


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=MEMORY, dklen=LENGTH)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
