import re

import pytest

from lambdaboard.domain import passwords
from lambdaboard.domain.passwords import DECOY, fits, hashed


@pytest.mark.parametrize("password", ["secret", "pass word", "pässwörd", "x" * 255])
def test_a_password_fits_its_own_hash_and_no_other_does(password: str) -> None:
    stored = hashed(password)
    assert fits(password, stored)
    for other in ("", password + " ", password.upper() + "X", password[:-1]):
        assert not fits(other, stored)


@pytest.mark.parametrize("rest", ["\0", "\0\0", "\0more"])
def test_a_password_is_compared_whole_with_a_nul_and_what_follows_it(rest: str) -> None:
    for password in ("secret", "x" * 64):
        assert not fits(password + rest, hashed(password))
        assert not fits(password + rest, hashed(password + rest))


def test_a_hash_tells_how_it_was_made_and_nothing_of_the_password() -> None:
    stored = hashed("secret")
    assert re.fullmatch(rf"scrypt\${passwords.COST}\$8\$1\$[A-Za-z0-9+/]{{22}}==\$[A-Za-z0-9+/]{{43}}=", stored)


def test_the_same_password_has_another_hash_each_time() -> None:
    assert hashed("secret") != hashed("secret")


def test_a_hash_made_at_another_cost_still_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = hashed("secret")
    monkeypatch.setattr(passwords, "COST", 2 * passwords.COST)
    assert fits("secret", stored)
    assert hashed("secret").split("$")[1] != stored.split("$")[1]


def test_the_decoy_is_well_formed_and_as_dear_as_a_hash_of_today() -> None:
    assert not fits("", DECOY)
    assert DECOY.split("$")[:4] == ["scrypt", "16384", "8", "1"]
