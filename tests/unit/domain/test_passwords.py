import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


OF_KANBOARD = {
    "secret": "$2y$10$ThLryBWbVSd4lP30CUz86e64e9oem0bqECtYL4epHtYVZdl/aKov2",
    "pässwörter": "$2y$04$CRFeEPqZvrGM4vw92o6yv.YHI7KlM20PDoi/l63N68eviP2jhVAqu",
    "x" * 80: "$2y$04$YjOMGOlkftiGbzB9yvGOo.is.aLzRdkgvpy7DvpHLjUNwFG01PwBK",
    "é" * 40: "$2y$04$jK/CaCc.5iGcXGxnmJvRJO5PRIj21Fa1M/RZymcXP36dUfeC.kT7G",
}
"""Passwords, and hashes of them that PHP made."""


@pytest.mark.parametrize("password", OF_KANBOARD)
def test_a_hash_of_kanboards_fits_its_password_up_to_a_nul_and_72_bytes(password: str) -> None:
    stored = OF_KANBOARD[password]
    assert fits(password, stored)
    assert fits(f"{password}\0more", stored)
    seen = password.encode()[:72].decode()
    assert fits(seen, stored)
    assert fits(f"{seen}more", stored) is (len(seen.encode()) == 72)
    for other in ("", seen[:-1], seen.upper() + "!", f"\0{seen}", stored):
        assert not fits(other, stored)


@pytest.mark.parametrize("password", OF_KANBOARD)
def test_such_a_hash_is_replaced_by_one_of_the_whole_password(password: str) -> None:
    new = passwords.rehashed(password, OF_KANBOARD[password])
    assert new.startswith("scrypt$")
    assert fits(password, new)
    assert not fits(f"{password}more", new)
    assert passwords.rehashed(password, new) == new


def test_a_hash_of_kanboards_stays_where_the_password_has_a_nul_which_no_hash_of_ours_takes() -> None:
    stored = OF_KANBOARD["secret"]
    assert passwords.rehashed("secret\0more", stored) == stored


def test_hashes_of_kanboards_of_the_costs_4_to_14_can_be_imported_and_nothing_else() -> None:
    stored = OF_KANBOARD["secret"]
    costs = {cost: stored.replace("$10$", f"${cost:02d}$") for cost in range(32)}
    assert [cost for cost in costs if passwords.is_importable(costs[cost])] == [*range(4, 15)]
    others = [
        "",
        stored[:-1],
        f"{stored}x",
        f"{stored}\n",
        stored.replace("2y", "2b"),
        stored[:-1] + "é",
        f"{stored[:28]}f{stored[29:]}",  # of a salt that bcrypt does not write
        hashed("secret"),
    ]
    assert not [other for other in others if passwords.is_importable(other)]


@given(salt=st.text("./09AOZaeuz", min_size=22, max_size=22))
def test_a_password_can_be_compared_with_each_hash_that_can_be_imported(salt: str) -> None:
    stored = f"$2y$04${salt}{'x' * 31}"
    assert not (passwords.is_importable(stored) and passwords.fits("secret", stored))
