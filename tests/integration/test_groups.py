"""Groups, and who is in them (context.md 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import everything
from tests.disturbances import before_commit

from lambdaboard.domain.group import MAX_GROUPS, MAX_TEXT

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)


def rows_of(call: Client) -> list[tuple[Any, ...]]:
    return [(row["id"], row["name"], row["external_id"], row["nb_users"]) for row in call("getAllGroups")]


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_is_made_read_changed_and_removed(call: Client) -> None:
    crew = call("createGroup", "Crew")
    assert call("getGroup", crew) == {"id": crew, "external_id": "", "name": "Crew"}
    assert call.documented("getGroup", crew) == {"id": str(crew), "external_id": "", "name": "Crew"}
    assert call("updateGroup", crew, "Team") is True
    assert call("updateGroup", group_id=crew, external_id="cn=team") is True
    assert call("getGroup", crew) == {"id": crew, "external_id": "cn=team", "name": "Team"}
    assert call("removeGroup", crew) is True
    assert call("getGroup", crew) is None
    assert call("removeGroup", crew) is False
    assert call("createGroup", "Team") > crew


def test_a_name_is_one_groups_alone_in_its_letter_case(call: Client) -> None:
    crew, other = call("createGroup", "Crew"), call("createGroup", "crew")
    assert call("createGroup", "Crew") is False
    assert call("updateGroup", other, "Crew") is False
    assert call("updateGroup", crew, "Crew") is True
    assert call("updateGroup", crew, "Team") is True
    assert call("updateGroup", other, "Crew") is True
    assert rows_of(call) == [(other, "Crew", "", 0), (crew, "Team", "", 0)]


def test_any_name_passes_up_to_its_limit(call: Client) -> None:
    names = ["", "x" * 300, "x" * MAX_TEXT, "a#b\0", "Größe"]
    groups = [call("createGroup", name) for name in names]
    assert [call("getGroup", each)["name"] for each in groups] == names
    assert call("getGroup", call("createGroup", 5, 6)) == {"id": groups[-1] + 1, "external_id": "6", "name": "5"}
    for params in (["x" * (MAX_TEXT + 1)], ["y", "x" * (MAX_TEXT + 1)], [None], [["list"]]):
        assert call.error("createGroup", *params)["code"] == -32602, params
    assert call.error("updateGroup", groups[0], "x" * (MAX_TEXT + 1))["data"].startswith("name")


def test_an_external_id_that_is_null_stays_null_and_null_changes_nothing(call: Client) -> None:
    crew = call("createGroup", "Crew", None)
    assert call("getGroup", crew)["external_id"] is None
    assert call("updateGroup", crew, None, "x") is True
    assert call("updateGroup", crew, None, None) is True
    assert call("updateGroup", crew) is True
    assert call("getGroup", crew) == {"id": crew, "external_id": "x", "name": "Crew"}


def test_groups_are_listed_by_name_capitals_first_with_the_number_of_their_members(
    call: Client, person: MakePerson
) -> None:
    b, a, capital = (call("createGroup", name, f"id of {name}") for name in ("b", "a", "B"))
    ann, bob = person("ann"), person("bob")
    for group, user in ((a, ann), (a, bob), (b, bob)):
        assert call("addGroupMember", group, user) is True
    call("disableUser", bob)
    assert rows_of(call) == [(capital, "B", "id of B", 0), (a, "a", "id of a", 2), (b, "b", "id of b", 1)]
    assert call.documented("getAllGroups")[1]["nb_users"] == "2"
    call("removeUser", bob)
    assert [(row["name"], row["nb_users"]) for row in call("getAllGroups")] == [("B", 0), ("a", 1), ("b", 0)]


def test_there_may_be_no_group(call: Client) -> None:
    assert call("getAllGroups") == []


@pytest.mark.parametrize("group", UNKNOWN)
def test_an_unknown_group_is_refused_and_nothing_is_changed(
    call: Client, stores: Stores, person: MakePerson, project: int, group: int
) -> None:
    ann, before = person("ann"), everything(stores)
    assert call("getGroup", group) is None
    assert call("getGroupMembers", group) == []
    refused: dict[str, list[Any]] = {
        "updateGroup": [group, "Crew"],
        "removeGroup": [group],
        "addGroupMember": [group, ann],
        "removeGroupMember": [group, ann],
        "isGroupMember": [group, ann],
        "addProjectGroup": [project, group],
        "changeProjectGroupRole": [project, group, "project-viewer"],
        "removeProjectGroup": [project, group],
    }
    assert {name: call(name, *params) for name, params in refused.items()} == dict.fromkeys(refused, False)
    assert everything(stores) == before


# --- members --------------------------------------------------------------------------------------------------------


def test_a_person_is_put_into_a_group_and_taken_out_of_it(call: Client, person: MakePerson) -> None:
    crew, ann = call("createGroup", "Crew"), person("ann")
    assert call("isGroupMember", crew, ann) is False
    assert call("removeGroupMember", crew, ann) is False
    assert call("addGroupMember", crew, ann) is True
    assert call("addGroupMember", crew, ann) is False
    assert call("isGroupMember", crew, ann) is True
    assert call("removeGroupMember", crew, ann) is True
    assert call("isGroupMember", crew, ann) is False
    assert call("removeGroupMember", crew, ann) is False
    assert call("getGroupMembers", crew) == call("getMemberGroups", ann) == []


@pytest.mark.parametrize("user", UNKNOWN)
def test_an_unknown_user_is_in_no_group(call: Client, stores: Stores, user: int) -> None:
    crew = call("createGroup", "Crew")
    before = everything(stores)
    for method in ("addGroupMember", "removeGroupMember", "isGroupMember"):
        assert call(method, crew, user) is False
    assert call("getMemberGroups", user) == []
    assert everything(stores) == before


def test_members_are_listed_as_get_user_answers_them_disabled_ones_too(call: Client, person: MakePerson) -> None:
    crew, bob, ann = call("createGroup", "Crew"), person("bob"), person("ann", name="Ann", email="ann@example.org")
    for user in (ann, bob):
        call("addGroupMember", crew, user)
    call("disableUser", bob)
    assert call("getGroupMembers", crew) == [
        {"group_id": crew, "user_id": user, **call("getUser", user)} for user in (bob, ann)
    ]
    assert call.documented("getGroupMembers", crew)[1]["user_id"] == str(ann)
    assert not {"password", "token", "groups", "twofactor_secret"} & call("getGroupMembers", crew)[0].keys()


def test_a_persons_groups_are_listed_by_name_and_a_removed_one_is_left_out_at_once(
    call: Client, person: MakePerson
) -> None:
    ann = person("ann")
    b, a = (call("createGroup", name) for name in "ba")
    for group in (b, a):
        call("addGroupMember", group, ann)
    listed = [{"id": a, "external_id": "", "name": "a"}, {"id": b, "external_id": "", "name": "b"}]
    assert call("getMemberGroups", ann) == listed
    call("removeGroup", a)
    assert call("getMemberGroups", ann) == listed[1:]
    assert call("isGroupMember", a, ann) is False


def test_a_person_is_in_a_hundred_groups_at_most(call: Client, stores: Stores, person: MakePerson) -> None:
    ann = person("ann")
    groups = [call("createGroup", str(place)) for place in range(MAX_GROUPS + 1)]
    stored = stores.users.get(ann)
    read = stored.user.changed(groups=tuple(groups[:MAX_GROUPS]))
    stores.table.write(*stores.users.replace_actions(stored, read))
    assert call.error("addGroupMember", groups[-1], ann)["data"].startswith("user_id")
    call("removeGroup", groups[0])
    assert len(call("getMemberGroups", ann)) == MAX_GROUPS - 1


def test_of_two_callers_who_add_a_member_one_does(
    call: Client, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew, ann = call("createGroup", "Crew"), person("ann")
    before_commit(monkeypatch, lambda: call("addGroupMember", crew, ann))
    assert call("addGroupMember", crew, ann) is False
    assert [row["nb_users"] for row in call("getAllGroups")] == [1]


def test_two_callers_who_change_one_person_are_both_heard(
    call: Client, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, groups = person("ann"), [call("createGroup", name) for name in "ab"]
    before_commit(monkeypatch, lambda: call("addGroupMember", groups[0], ann))
    assert call("addGroupMember", groups[1], ann) is True
    assert [row["id"] for row in call("getMemberGroups", ann)] == groups


def test_of_two_callers_who_remove_a_group_one_does(call: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    crew = call("createGroup", "Crew")
    before_commit(monkeypatch, lambda: call("removeGroup", crew))
    assert call("removeGroup", crew) is False
