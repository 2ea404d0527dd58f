"""Users (context.md 6)."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_board, everything
from tests.disturbances import LostAnswer, before_commit

from lambdaboard.domain import passwords
from lambdaboard.errors import Conflict, NotFound
from lambdaboard.store.logins import Attempt
from lambdaboard.store.users import NOBODY

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.jsonrpc import Json
    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)

FULL: dict[str, Any] = {
    "username": "una",
    "password": "secret-1",
    "name": "Una",
    "email": "una@example.org",
    "role": "app-manager",
}

REFUSED: list[tuple[str, Any]] = [
    ("username", ""),
    ("username", "  "),
    ("username", "jsonrpc"),
    ("username", "JsonRPC"),
    ("username", "una\u200b"),
    ("username", "x" * 192),
    ("password", "12345"),
    ("email", "una"),
    ("role", ""),
    ("role", "admin"),
]


def names(rows: Any) -> list[str]:
    return [row["username"] for row in rows]


def test_a_new_user_has_all_properties_in_their_order(call: Client) -> None:
    user_id = call("createUser", **FULL)
    row = call("getUser", user_id)
    assert [*row.items()] == [
        ("id", user_id),
        ("username", "una"),
        ("is_admin", 0),
        ("is_ldap_user", 0),
        ("name", "Una"),
        ("email", "una@example.org"),
        ("google_id", None),
        ("github_id", None),
        ("notifications_enabled", 0),
        ("timezone", None),
        ("language", None),
        ("disable_login_form", 0),
        ("twofactor_activated", 0),
        ("notifications_filter", 4),
        ("nb_failed_login", 0),
        ("lock_expiration_date", 0),
        ("is_project_admin", 0),
        ("gitlab_id", None),
        ("role", "app-manager"),
        ("is_active", 1),
        ("avatar_path", None),
        ("filter", None),
        ("theme", "light"),
    ]
    assert call("getUserByName", "una") == row
    assert call("getAllUsers") == [row]
    documented = call.documented("getUser", user_id)
    assert (documented["id"], documented["is_active"], documented["timezone"]) == (str(user_id), "1", None)


def test_username_and_password_are_enough(call: Client) -> None:
    row = call("getUser", call("createUser", "ann", "secret"))
    assert (row["name"], row["email"], row["role"], row["is_active"]) == ("", "", "app-user", 1)
    row = call("getUser", call("createUser", username="bob", password=123456, name=None, email=None, role=None))
    assert (row["name"], row["email"], row["role"]) == ("", "", "app-user")


def test_no_answer_and_no_log_line_holds_a_password_or_its_hash(
    call: Client, stores: Stores, project: int, capsys: pytest.CaptureFixture[str]
) -> None:
    user_id = call("createUser", **FULL)
    stored = stores.users.get(user_id).user.password
    assert passwords.fits("secret-1", stored)
    calls: list[tuple[str, *tuple[Json, ...]]] = [
        ("getUser", user_id),
        ("getUserByName", "una"),
        ("getAllUsers",),
        ("addProjectUser", project, user_id),
        ("getProjectUsers", project),
        ("getAssignableUsers", project),
        ("createUser", "una", "secret-1"),
        ("createUser", "una", "secret-1", "", "", "", "too many"),
        ("createUser", "una", ["secret-1"]),
        ("createUser", "una", "secret-1" * 99),
    ]
    answers = [client.answer(*each) for client in (call, call.documented) for each in calls]
    said = json.dumps(answers) + "".join(capsys.readouterr())
    for secret in (
        "secret-1",
        stored,
        stored.split("$")[-1],
        '"password"',
        "twofactor_secret",
        '"token"',
        "api_access",
    ):
        assert secret not in said


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_refused_value_makes_no_user_and_changes_none(call: Client, stores: Stores, name: str, value: Any) -> None:
    user_id = call("createUser", "ann", "secret", "Ann")
    before = everything(stores)
    assert call("createUser", **FULL | {name: value}) is False
    if name != "password":
        assert call("updateUser", **{"id": user_id, "name": "Other", name: value}) is False
        assert call("updateUser", **{"id": 999_999_999, name: value}) is False
    assert everything(stores) == before


@pytest.mark.parametrize(
    ("name", "value"), [("password", "x" * 256), ("name", "x" * 256), ("role", 5.5), ("email", [])]
)
def test_what_is_too_long_or_of_another_type_is_never_stored(
    call: Client, stores: Stores, name: str, value: Any
) -> None:
    rejection = call.rejection("createUser", **FULL | {name: value})
    assert rejection is False if name == "role" else name in rejection
    assert everything(stores) == {}


def test_a_username_is_trimmed_and_belongs_to_one_user_letter_case_counts(call: Client) -> None:
    ann = call("createUser", " ann ", "secret")
    assert call("getUser", ann)["username"] == "ann"
    assert call("createUser", "ann", "secret") is False
    assert call("createUser", "ann  ", "secret") is False
    assert call("createUser", "Ann", "secret")
    assert names(call("getAllUsers")) == ["Ann", "ann"]


def test_of_two_callers_with_one_username_one_makes_the_user(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_commit(monkeypatch, lambda: call("createUser", "ann", "first one"))
    assert call("createUser", "ann", "second one") is False
    (row,) = call("getAllUsers")
    assert passwords.fits("first one", stores.users.get(row["id"]).user.password)


def test_a_user_whose_answer_was_lost_is_there_once(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    LostAnswer(monkeypatch, stores, "TransactWriteItems", "UN#ann")
    assert call("createUser", "ann", "secret")
    assert names(call("getAllUsers")) == ["ann"]


def test_what_is_not_given_to_update_stays(call: Client, stores: Stores) -> None:
    user_id = call("createUser", **FULL)
    read, before = call("getUser", user_id), everything(stores)
    assert call("updateUser", id=user_id) is True
    assert call("updateUser", user_id, None, None, None, None) is True
    assert everything(stores) == before
    changes = {"username": "unb", "name": "", "email": "", "role": "app-admin"}
    for name, value in changes.items():
        assert call("updateUser", **{"id": user_id, name: value}) is True
        read[name] = value
        assert call("getUser", user_id) == read
    assert passwords.fits("secret-1", stores.users.get(user_id).user.password)


def test_a_new_username_is_taken_and_the_old_one_given_back(call: Client) -> None:
    ann, bob = (call("createUser", name, "secret") for name in ("ann", "bob"))
    assert call("updateUser", id=ann, username="bob") is False
    assert call("updateUser", id=ann, username="ann") is True
    assert call("updateUser", id=ann, username="carl") is True
    assert call("getUserByName", "ann") is None
    assert call("getUserByName", "carl")["id"] == ann
    assert call("updateUser", id=bob, username="ann") is True
    assert call("getUserByName", "ann")["id"] == bob


def test_two_changes_of_a_user_at_the_same_time_are_both_kept(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = call("createUser", **FULL)
    before_commit(monkeypatch, lambda: call("updateUser", id=user_id, name="Other"))
    assert call("updateUser", id=user_id, username="unb") is True
    row = call("getUser", user_id)
    assert (row["username"], row["name"]) == ("unb", "Other")


def test_unknown_users_get_the_documented_answers(call: Client, stores: Stores) -> None:
    for user_id in UNKNOWN:
        assert call("getUser", user_id) is None
        assert call("isActiveUser", user_id) is False
        assert call("removeUser", user_id) is False
        for method in ("updateUser", "enableUser", "disableUser"):
            assert call(method, user_id) is False
        assert call("updateUser", user_id, name="Ann") is False
    for name in ("", "nobody", "x" * 3000):
        assert call("getUserByName", name) is None
    assert call("getAllUsers") == []
    assert everything(stores) == {}


FULLWIDTH, LIGATURE = "\uff41\uff4e\uff4e", "o\ufb03ce"

READ_ALIKE = [
    ("ann", FULLWIDTH),
    (FULLWIDTH, "ann"),
    (LIGATURE, "office"),
    (LIGATURE, "o\ufb00ice"),
    ("\u00e9va", "e\u0301va"),
    ("ann lee", "ann\u00a0lee"),
]
"""Names of the same form in NFKC; a reader takes one for the other."""


@pytest.mark.parametrize(("name", "other"), READ_ALIKE)
def test_a_name_that_reads_like_another_users_is_refused_and_changes_nothing(
    call: Client, stores: Stores, person: MakePerson, name: str, other: str
) -> None:
    ann, bob = person(name), person("bob")
    before = everything(stores)
    assert call("createUser", other, "password") is False
    assert call("updateUser", id=bob, username=other) is False
    assert everything(stores) == before
    assert [call("getUserByName", each) and call("getUserByName", each)["id"] for each in (name, other)] == [ann, None]
    assert call.by(name, f"secret of {name}")("getMe")["id"] == ann
    assert call.by(other, f"secret of {name}").response("getMe")["statusCode"] == 401


@pytest.mark.parametrize(("name", "other"), READ_ALIKE)
def test_a_user_may_be_renamed_to_what_their_name_reads_like_and_gives_both_back(
    call: Client, stores: Stores, person: MakePerson, name: str, other: str
) -> None:
    ann = person(name)
    assert call("updateUser", id=ann, username=other) is True
    assert call("getUserByName", other)["id"] == ann
    assert call("createUser", name, "password") is False
    assert call("updateUser", id=ann, username="zoe") is True
    bob = person(name)
    assert call("removeUser", bob) is True
    assert person(other)
    taken = {key[0] for key in everything(stores) if key[0].startswith("UN#")}
    assert taken == {"UN#zoe", f"UN#{other}", f"UN#{unicodedata.normalize('NFKC', other)}"}


def test_users_are_listed_by_username(call: Client, person: MakePerson) -> None:
    for name in ("ben", "Zoe", "ann", "éva"):
        person(name)
    assert names(call("getAllUsers")) == ["Zoe", "ann", "ben", "éva"]


def test_a_user_is_disabled_and_enabled_again_and_again(call: Client, person: MakePerson) -> None:
    user_id = person("ann")
    for method, is_active in [("disableUser", 0), ("disableUser", 0), ("enableUser", 1), ("enableUser", 1)]:
        assert call(method, user_id) is True
        assert call("getUser", user_id)["is_active"] == is_active
        assert call("isActiveUser", user_id) is bool(is_active)


def test_a_removed_user_is_gone_at_once_and_their_name_is_free(call: Client, person: MakePerson, project: int) -> None:
    ann = person("ann", project)
    assert call("removeUser", ann) is True
    assert call("removeUser", ann) is False
    assert call("getUser", ann) is call("getUserByName", "ann") is None
    assert call("getAllUsers") == []
    assert call("isActiveUser", ann) is False
    assert call("getProjectUsers", project) == call("getAssignableUsers", project) == {}
    assert call("getProjectUserRole", project, ann) == ""
    assert person("ann") != ann


def test_a_user_who_is_changed_while_they_are_removed_is_removed(
    call: Client, stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person("ann")
    before_commit(monkeypatch, lambda: call("updateUser", id=ann, username="anna"))
    assert call("removeUser", ann) is True
    assert call("getUserByName", "ann") is call("getUserByName", "anna") is None
    assert call("createUser", "anna", "secret")


# --- private projects -----------------------------------------------------------------------------------------------


def private_projects(call: Client, stores: Stores, owner_id: int, count: int) -> list[Project]:
    """Make private projects of a person, who manages them."""
    made = [a_board(stores, is_private=1, owner_id=owner_id) for _ in range(count)]
    for each in made:
        assert call("addProjectUser", each.id, owner_id, "project-manager")
    return made


def is_active(call: Client, *projects: Project) -> list[int]:
    return [call("getProjectById", each.id)["is_active"] for each in projects]


@pytest.mark.parametrize("count", [1, 11])
def test_disabling_a_user_makes_their_own_private_projects_inactive_for_good(
    call: Client, stores: Stores, board: Project, person: MakePerson, count: int
) -> None:
    ann, bob = person("ann", board.id), person("bob")
    mine = private_projects(call, stores, ann, count)
    assert call("removeProjectUser", mine[0].id, ann)
    (other,) = private_projects(call, stores, bob, 1)
    call("addProjectUser", other.id, ann)
    assert call("disableUser", ann) is True
    assert is_active(call, *mine) == [0] * count
    assert is_active(call, other, board) == [1, 1]
    assert call("enableUser", ann) is True
    assert is_active(call, *mine) == [0] * count


@pytest.mark.parametrize("count", [1, 11])
def test_removing_a_user_removes_the_private_projects_that_they_alone_manage(
    call: Client, stores: Stores, board: Project, person: MakePerson, count: int
) -> None:
    ann, bob = person("ann", board.id, role="project-manager"), person("bob")
    mine = private_projects(call, stores, ann, count)
    for role in ("project-viewer", "project-member"):
        call("addProjectUser", mine[0].id, person(role), role)
    joined, left = private_projects(call, stores, bob, 2)
    viewed, shared = private_projects(call, stores, bob, 2)
    call("addProjectUser", joined.id, ann)
    call("addProjectUser", viewed.id, ann, "project-viewer")
    call("addProjectUser", shared.id, ann, "project-manager")
    call("addProjectUser", left.id, ann, "project-manager")
    call("removeProjectUser", left.id, ann)
    assert call("removeUser", ann) is True
    stay = {board.id, joined.id, left.id, viewed.id, shared.id}
    assert {row["id"] for row in call("getAllProjects")} == stay
    assert {row["id"] for row in call.by("bob")("getMyProjects")} == stay - {board.id}
    assert call("removeUser", bob) is True
    assert {row["id"] for row in call("getAllProjects")} == {board.id}


def test_a_manager_who_was_removed_before_is_none_and_one_who_is_disabled_is_one(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    ann, bob, carl = (person(name) for name in ("ann", "bob", "carl"))
    first, second = private_projects(call, stores, ann, 2)
    call("addProjectUser", first.id, bob, "project-manager")
    call("addProjectUser", second.id, carl, "project-manager")
    call("removeUser", bob)
    call("disableUser", carl)
    assert call("removeUser", ann) is True
    assert [row["id"] for row in call("getAllProjects")] == [second.id]


def test_a_private_project_that_is_changed_meanwhile_goes_all_the_same(
    call: Client, stores: Stores, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person("ann")
    mine = private_projects(call, stores, ann, 1)[0]
    before_commit(monkeypatch, lambda: call("updateProject", mine.id, "Renamed"))
    assert call("removeUser", ann) is True
    assert call("getAllProjects") == []


# --- logging in -----------------------------------------------------------------------------------------------------


def test_the_attempts_of_a_user_are_found_by_the_exact_name(call: Client, stores: Stores, person: MakePerson) -> None:
    ann = person("ann")
    assert stores.logins.find("ann") == ann
    for name in ("Ann", " ann", "", "x" * 3000):
        assert stores.logins.find(name) == NOBODY
    call("updateUser", id=ann, username="anna")
    assert (stores.logins.find("ann"), stores.logins.find("anna")) == (NOBODY, ann)


def test_attempts_are_counted_until_none_is_left_and_do_not_disturb_a_change_of_the_user(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    ann = person("ann")
    read = stores.users.get(ann)
    for nb_failed_login in range(1, 8):
        attempt = stores.logins.begin(ann, 1000)
        assert attempt.is_counted
        assert attempt.stored
        assert (attempt.stored.user, attempt.stored.version) == (read.user, read.version)
        assert (attempt.stored.nb_failed_login, attempt.stored.attempts_left) == (nb_failed_login, 7 - nb_failed_login)
    attempt = stores.logins.begin(ann, 1000)
    assert (attempt.is_counted, attempt.waits(1000)) == (False, True)
    stores.table.write(*stores.users.replace_actions(read, read.user.changed(name="Ann")))
    changed = stores.users.get(ann)
    assert (changed.user.name, changed.nb_failed_login, changed.attempts_left) == ("Ann", 7, 0)
    with pytest.raises(Conflict):
        stores.logins.succeeded(read)


def test_only_the_last_attempt_locks_and_a_right_password_of_one_before_it_unlocks(
    stores: Stores, person: MakePerson
) -> None:
    ann = person("ann")
    attempts = [stores.logins.begin(ann, 1000).stored for _ in range(6)]
    stores.logins.failed(ann, attempts[-1], 1000)
    assert not stores.users.get(ann).is_locked(1000)
    attempts.append(stores.logins.begin(ann, 1000).stored)
    for each in attempts[1:]:
        stores.logins.failed(ann, each, 1000)
    read = stores.users.get(ann)
    assert [read.is_locked(now) for now in (1000, 1899, 1900)] == [True, True, False]
    attempt = stores.logins.begin(ann, 1899)
    assert (attempt.is_counted, attempt.waits(1899)) == (False, False)
    assert attempts[0]
    stores.logins.succeeded(attempts[0])
    assert stores.logins.begin(ann, 1000).is_counted


def test_an_attempt_of_a_user_who_is_removed_meanwhile_leaves_nothing(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    ann = person("ann")
    attempt = stores.logins.begin(ann, 1000)
    assert attempt.stored
    call("removeUser", ann)
    before = everything(stores)
    assert stores.logins.begin(ann, 1000) == Attempt(None, is_counted=False)
    stores.logins.failed(ann, attempt.stored, 1000)
    with pytest.raises(Conflict):
        stores.logins.succeeded(attempt.stored)
    assert everything(stores) == before
    with pytest.raises(NotFound):
        stores.users.get(ann)


def test_there_is_no_ldap_server_for_any_name(call: Client, stores: Stores) -> None:
    before = everything(stores)
    for client in (call, call.documented):
        for username in ("ann", "", 5):
            error = client.error("createLdapUser", username)
            assert error == {"code": 0, "message": "LDAP server not configured, check the parameter LDAP_SERVER"}
    assert call.error("createLdapUser")["code"] == -32602
    assert everything(stores) == before
