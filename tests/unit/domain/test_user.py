from typing import Any

import pytest

from lambdaboard.domain import user as domain
from lambdaboard.domain.properties import Rules
from lambdaboard.domain.user import (
    User,
    checked_password,
    checked_project_role,
    checked_user,
    is_assignable,
    locked_for,
)
from lambdaboard.errors import InvalidParams, Reason, Rejected

STORED = [
    ("username", "ann", "ann"),
    ("username", "  Ann B. ", "Ann B."),
    ("username", "x" * 191, "x" * 191),
    ("username", "jsonrpc2", "jsonrpc2"),
    ("username", "Zoë\u00a0日本 🙂", "Zoë\u00a0日本 🙂"),
    ("username", "ﬁona", "ﬁona"),
    ("name", "", ""),
    ("name", " Ann ", " Ann "),
    ("email", "", ""),
    ("email", "ann@example.org", "ann@example.org"),
    ("role", "app-admin", "app-admin"),
    ("role", "app-manager", "app-manager"),
    ("role", "app-user", "app-user"),
]

UNSEEN = (
    "\0\t\n\x1b\x7f\x85\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069"
    "\u3164\ufe0f\ufeff\uffa0\U000e0041\U000e0100"
)
"""Control, zero-width and direction characters, separators of lines, fillers, selectors of variants."""

REFUSED = [
    ("username", "", Reason.EMPTY),
    ("username", " \t\n", Reason.EMPTY),
    ("username", "jsonrpc", Reason.INVALID_VALUE),
    ("username", " jsonrpc ", Reason.INVALID_VALUE),
    ("username", "JSONRPC", Reason.INVALID_VALUE),
    ("username", "j\u017fonrpc", Reason.INVALID_VALUE),
    ("username", "\uff4a\uff53\uff4f\uff4e\uff52\uff50\uff43", Reason.INVALID_VALUE),
    *(("username", f"an{unseen}n", Reason.INVALID_VALUE) for unseen in UNSEEN),
    ("username", "\ufdfa" * 191, Reason.TOO_LONG),
    ("username", "x" * 192, Reason.TOO_LONG),
    ("username", "ann:marie", Reason.INVALID_VALUE),
    ("email", "nobody", Reason.INVALID_VALUE),
    ("role", "", Reason.UNKNOWN_VALUE),
    ("role", "App-Admin", Reason.UNKNOWN_VALUE),
    ("role", "project-member", Reason.UNKNOWN_VALUE),
]


@pytest.mark.parametrize(("name", "value", "stored"), STORED)
def test_an_accepted_value_is_stored(name: str, value: str, stored: str) -> None:
    assert checked_user({name: value}) == {name: stored}


@pytest.mark.parametrize(("name", "value", "reason"), REFUSED)
def test_another_value_is_rejected_and_named(name: str, value: str, reason: Reason) -> None:
    with pytest.raises(Rejected) as rejection:
        checked_user({"name": "n", name: value})
    assert rejection.value.refusal == f"{name}: {reason}"


def test_what_is_not_given_is_left_out() -> None:
    assert checked_user({"username": None, "name": "n", "email": None}) == {"name": "n"}


@pytest.mark.parametrize("text", ["secret", "      ", "x" * 255])
def test_a_password_of_six_to_255_characters_is_taken_as_it_is(text: str) -> None:
    assert checked_password(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "too short"), ("fünf5", "too short"), ("secret\0", "invalid value"), ("lb_1_x", "invalid value")],
)
def test_a_password_that_is_short_or_that_scrypt_cannot_tell_from_another_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Rejected) as rejection:
        checked_password(text, "new")
    assert rejection.value.refusal == f"new: {reason}"


def test_a_very_long_password_or_name_is_an_error() -> None:
    with pytest.raises(InvalidParams, match=r"^password: "):
        checked_password("x" * 256)
    with pytest.raises(InvalidParams, match=r"^name: "):
        checked_user({"name": "x" * 256})


@pytest.mark.parametrize(
    ("nb_failed_login", "minutes"), [(0, 15), (3, 15), (7, 15), (8, 30), (14, 30), (15, 60), (21, 60), (700, 60)]
)
def test_each_lock_is_twice_as_long_as_the_one_before_up_to_an_hour(nb_failed_login: int, minutes: int) -> None:
    assert locked_for(nb_failed_login) == 60 * minutes


def test_there_are_three_roles_in_a_project() -> None:
    assert [checked_project_role(role) for role in domain.PROJECT_ROLES] == [
        "project-manager",
        "project-member",
        "project-viewer",
    ]
    for text in ("", "project-owner", "app-admin", "Project-Manager"):
        with pytest.raises(Rejected):
            checked_project_role(text)


ANN = User(id=5, username="ann", password="the hash")


@pytest.mark.parametrize(
    ("user", "role", "expected"),
    [
        (ANN, "project-manager", True),
        (ANN, "project-member", True),
        (ANN, "project-viewer", False),
        (ANN, "", False),
        (ANN.changed(is_active=0), "project-manager", False),
        (None, "project-manager", False),
    ],
)
def test_active_managers_and_members_own_tasks(user: User | None, role: str, expected: Any) -> None:
    assert is_assignable(user, role) is expected


def test_what_is_printed_of_a_user_holds_no_hash() -> None:
    assert str(ANN) == repr(ANN) == "User(id=5)"
    assert "hash" not in f"{[ANN]} { ({'user': ANN}) }"


def test_a_user_without_a_full_name_is_called_by_the_username() -> None:
    assert (ANN.title, ANN.changed(name="Ann B.").title) == ("ann", "Ann B.")


def test_a_user_reads_as_they_were_written() -> None:
    for user in (ANN, ANN.changed(name="Ann", email="a@example.org", role="app-admin", is_active=0, theme="dark")):
        assert domain.decode(domain.encode(user)) == user


@pytest.mark.parametrize("name", ["owner_id", "creator_id"])
def test_only_those_who_are_assignable_own_or_have_created_a_task(name: str) -> None:
    unused: Any = None
    rules = Rules(unused, unused, unused, "yellow", assignable={5})
    assert rules.checked({name: 5}) == {name: 5}
    assert rules.checked({name: 0}) == {name: 0}
    for other in (6, -1):
        with pytest.raises(Rejected):
            rules.checked({name: other})
