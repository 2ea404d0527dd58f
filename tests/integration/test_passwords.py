"""Passwords are changed, forgotten, and brought along from Kanboard (context.md 6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Tracker
from tests.boards import everything
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.disturbances import LostAnswer, before_commit, before_first

from lambdaboard.domain import passwords
from lambdaboard.domain.user import User
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from tests.conftest import MakePerson

NEW = "another one"


def is_let_in(client: Client) -> bool:
    status = client.response("getMe")["statusCode"]
    assert status in {200, 401}
    return bool(status == 200)


# --- by an administrator --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["jsonrpc", "admin"])
def test_an_administrator_gives_a_user_a_new_password_and_the_old_one_ends_at_once_everywhere(
    call: Client, stores: Stores, person: MakePerson, by: str
) -> None:
    ann = person("ann")
    assert call("createUser", username="admin", password="secret of admin", role="app-admin")
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing)
    caller = call if by == "jsonrpc" else call.by("admin")
    assert caller("updateUser", id=ann, password=NEW) is True
    for service in (knowing.service, a_service(stores)):
        assert not is_let_in(Client(service).by("ann"))
        assert is_let_in(Client(service).by("ann", NEW))


def test_a_user_who_is_not_an_administrator_cannot_set_passwords(call: Client, person: MakePerson) -> None:
    assert call("createUser", username="manager", password="secret of manager", role="app-manager")
    ann = person("ann")
    for name in ("ann", "manager"):
        assert call.by(name).response("updateUser", id=ann, password=NEW)["statusCode"] == 403
    assert is_let_in(call.by("ann"))


def test_a_password_is_changed_with_other_properties_all_or_nothing(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    ann = person("ann")
    person("bob")
    before = everything(stores)
    assert call("updateUser", id=ann, username="bob", password=NEW) is False
    assert call("updateUser", id=ann, username="anna", password="short") is False
    assert call("updateUser", id=ann, username="anna", password="with\0nul") is False
    assert call("updateUser", id=999_999_999, password=NEW) is False
    assert call.error("updateUser", id=ann, username="anna", password="x" * 256)["data"].startswith("password: ")
    assert call.error("updateUser", ann, "anna", None, None, None, NEW)["code"] == -32602  # by name only
    assert everything(stores) == before
    assert call("updateUser", id=ann, username="anna", password=NEW) is True
    assert is_let_in(call.by("anna", NEW))


def test_null_leaves_the_password_as_it_is(call: Client, stores: Stores, person: MakePerson) -> None:
    ann = person("ann")
    before = everything(stores)
    assert call("updateUser", id=ann, password=None) is True
    assert everything(stores) == before


def test_a_new_password_does_not_unlock_and_enable_user_does(call: Client, person: MakePerson) -> None:
    ann = person("ann")
    for _ in range(7):
        assert not is_let_in(call.by("ann", "a wrong one"))
    assert call("updateUser", id=ann, password=NEW) is True
    assert not is_let_in(call.by("ann", NEW))
    assert call("enableUser", ann) is True
    assert is_let_in(call.by("ann", NEW))


def test_of_two_passwords_at_the_same_time_the_later_one_counts(
    call: Client, stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person("ann")
    before_commit(monkeypatch, lambda: call("updateUser", id=ann, password="the first one", name="Ann"))
    assert call("updateUser", id=ann, password="the second one") is True
    assert is_let_in(call.by("ann", "the second one"))
    assert call("getUser", ann)["name"] == "Ann"


def test_a_password_whose_answer_was_lost_is_changed_once(
    call: Client, stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person("ann")
    version = stores.users.get(ann).version.number
    LostAnswer(monkeypatch, stores, "UpdateItem", f"U#{ann}")
    assert call("updateUser", id=ann, password=NEW) is True
    assert stores.users.get(ann).version.number == version + 1


# --- one's own ------------------------------------------------------------------------------------------------------


def test_who_knows_their_password_changes_it_and_the_old_one_ends_at_once(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    person("ann")
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing)
    assert call.by("ann")("changeMyPassword", "secret of ann", NEW) is True
    assert not is_let_in(knowing)
    assert is_let_in(call.by("ann", NEW))
    assert call.by("ann", NEW)("changeMyPassword", old_password=NEW, new_password="secret of ann") is True
    assert is_let_in(knowing)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a wrong one", NEW),
        ("", NEW),
        ("secret of ann\0", NEW),
        ("secret of ann", "short"),
        ("secret of ann", "with\0nul"),
    ],
)
def test_a_wrong_old_password_or_a_refused_new_one_changes_nothing(
    call: Client, stores: Stores, person: MakePerson, old: str, new: str
) -> None:
    person("ann")
    ann = call.by("ann")
    assert is_let_in(ann)
    before = everything(stores)
    assert ann("changeMyPassword", old, new) is False
    assert everything(stores) == before


def test_a_new_password_of_ones_own_that_is_too_long_is_named(call: Client, person: MakePerson) -> None:
    person("ann")
    assert call.by("ann").error("changeMyPassword", "secret of ann", "x" * 256)["data"].startswith("new_password: ")


def test_what_follows_a_change_of_ones_password_in_a_batch_needs_the_new_one(call: Client, person: MakePerson) -> None:
    person("ann")
    batch = b"""[{"jsonrpc": "2.0", "method": "changeMyPassword", "params": ["secret of ann", "another one"], "id": 1},
        {"jsonrpc": "2.0", "method": "createMyPrivateProject", "params": ["Late"], "id": 2}]"""
    assert call.by("ann").post(batch)["statusCode"] == 401
    assert call("getAllProjects") == []
    assert is_let_in(call.by("ann", NEW))


# --- brought along from Kanboard ------------------------------------------------------------------------------------

OF_PHP = "$2y$04$fZzEY3L/RrCXR0p2eR7RwupC5Bmik3/HvKak3wptYie1mJaHBGHKq"
"""A hash of "secret"."""


def an_imported_user(stores: Stores, username: str = "ann", password: str = OF_PHP) -> int:
    """Write a user as an import does."""
    assert passwords.is_importable(password)
    user = User(id=stores.users.next_id(), username=username, password=password)
    stores.table.write(*stores.users.put_actions(user))
    return user.id


def test_a_user_with_a_hash_of_kanboards_logs_in_and_has_a_hash_of_ours_after_that(
    call: Client, stores: Stores
) -> None:
    ann = an_imported_user(stores)
    assert not is_let_in(call.by("ann", "Secret"))
    assert stores.users.get(ann).user.password == OF_PHP
    assert is_let_in(call.by("ann", "secret"))
    stored = stores.users.get(ann)
    assert stored.user.password.startswith("scrypt$")
    assert (stored.nb_failed_login, stored.attempts_left) == (0, 7)
    assert is_let_in(call.by("ann", "secret"))
    assert is_let_in(Client(a_service(stores)).by("ann", "secret"))
    assert stores.users.get(ann) == stored


def test_up_to_the_first_log_in_a_password_fits_as_in_kanboard_and_then_as_a_whole(
    call: Client, stores: Stores
) -> None:
    ann = an_imported_user(stores)
    for _ in range(2):
        assert is_let_in(Client(a_service(stores)).by("ann", "secret\0more"))
    assert stores.users.get(ann).user.password == OF_PHP
    assert is_let_in(call.by("ann", "secret"))
    assert not is_let_in(call.by("ann", "secret\0more"))


def test_two_first_log_ins_at_the_same_time_are_both_let_in(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_imported_user(stores)
    other = Client(a_service(stores)).by("ann", "secret")
    before_first(monkeypatch, stores.logins, "accept", lambda: is_let_in(other))
    assert is_let_in(call.by("ann", "secret"))
    assert is_let_in(other)


def test_a_first_log_in_whose_answer_was_lost_is_let_in(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = an_imported_user(stores)
    LostAnswer(monkeypatch, stores, "UpdateItem", "scrypt$")
    assert is_let_in(call.by("ann", "secret"))
    assert stores.users.get(ann).version.number == 2


def test_a_first_log_in_costs_the_round_trips_of_any_other(
    stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_imported_user(stores)
    person("bob", password="secret")
    measured = Stores.connect(TABLE, BUCKET)
    tracker = Tracker(monkeypatch, measured)
    costs: list[Any] = []
    for name in ("ann", "bob"):
        client = Client(a_service(measured)).by(name, "secret")
        cost = tracker.of(lambda client=client: client("getVersion"))  # type: ignore[misc]
        costs.append((cost.depth, cost.dynamodb, cost.items))
    assert costs == [costs[1], (3, 3, 2)]


def test_wrong_passwords_lock_a_user_with_a_hash_of_kanboards_like_any_other(call: Client, stores: Stores) -> None:
    ann = an_imported_user(stores)
    for _ in range(7):
        assert not is_let_in(call.by("ann", "a wrong one"))
    assert not is_let_in(call.by("ann", "secret"))
    assert stores.users.get(ann).user.password == OF_PHP
    assert call("enableUser", ann)
    assert is_let_in(call.by("ann", "secret"))


def test_a_password_that_looks_like_a_hash_is_a_password_like_any_other(call: Client, stores: Stores) -> None:
    ann = call("createUser", "ann", OF_PHP)
    assert re.match(r"scrypt\$", stores.users.get(ann).user.password)
    assert not is_let_in(call.by("ann", "secret"))
    assert is_let_in(call.by("ann", OF_PHP))
    assert call("updateUser", id=ann, password=OF_PHP.replace("04", "05")) is True
    assert not is_let_in(call.by("ann", "secret"))
