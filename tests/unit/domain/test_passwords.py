import re

import pytest

from lambdaboard.domain import passwords
from lambdaboard.domain.passwords import DECOY, fits, hashed


@pytest.mark.parametrize("password", ["secret", "pass word", "pässwörd", "p\0ssword", "x" * 255])
def test_a_password_fits_its_own_hash_and_no_other_does(password: str) -> None:
    stored = hashed(password)
    assert fits(password, stored)
    for other in ("", password + " ", password.upper() + "X", password[:-1]):
        assert not fits(other, stored)


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
