"""People and their roles in projects (context.md 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.boards import a_board, everything
from tests.disturbances import before_commit

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)
NO_ROLES = ("", "app-admin", "project-owner", "PROJECT-MEMBER")


def test_a_person_is_added_gets_another_role_and_is_removed(call: Client, person: MakePerson, project: int) -> None:
    ann = person("ann", name="Ann")
    assert call("getProjectUsers", project) == {}
    assert call("addProjectUser", project, ann) is True
    assert call("addProjectUser", project, ann, "project-viewer") is False
    assert call("getProjectUsers", project) == call.documented("getProjectUsers", project) == {str(ann): "Ann"}
    assert call("getProjectUserRole", project, ann) == "project-member"
    assert call("changeProjectUserRole", project, ann, "project-viewer") is True
    assert call("getProjectUserRole", project, ann) == "project-viewer"
    assert call("removeProjectUser", project, ann) is True
    assert call("removeProjectUser", project, ann) is False
    assert call("getProjectUsers", project) == {}
    assert call("getProjectUserRole", project, ann) == ""
    assert call("addProjectUser", project, ann, "project-manager") is True
    assert call("getProjectUserRole", project, ann) == "project-manager"


def test_the_user_knows_the_projects_that_they_are_in(
    call: Client, stores: Stores, person: MakePerson, board: Project, foreign: Project
) -> None:
    ann = person("ann", board.id, foreign.id)
    assert stores.users.roles(stores.users.get(ann).user) == {board.id: "project-member", foreign.id: "project-member"}
    call("changeProjectUserRole", board.id, ann, "project-viewer")
    call("removeProjectUser", foreign.id, ann)
    assert stores.users.roles(stores.users.get(ann).user) == {board.id: "project-viewer"}


def test_a_role_that_is_none_is_refused(call: Client, stores: Stores, person: MakePerson, project: int) -> None:
    ann, bob = person("ann", project), person("bob")
    before = everything(stores)
    for role in NO_ROLES:
        assert call("addProjectUser", project, bob, role) is False
        assert call("changeProjectUserRole", project, ann, role) is False
        assert call("changeProjectUserRole", project, bob, role) is False
    assert everything(stores) == before


def test_to_change_the_role_of_who_has_none_does_nothing(
    call: Client, stores: Stores, person: MakePerson, project: int
) -> None:
    ann = person("ann")
    before = everything(stores)
    for user_id in (ann, *UNKNOWN):
        assert call("changeProjectUserRole", project, user_id, "project-manager") is False
    for project_id in UNKNOWN:
        assert call("changeProjectUserRole", project_id, ann, "project-manager") is False
    assert everything(stores) == before


def test_unknown_things_get_the_documented_answers(
    call: Client, stores: Stores, person: MakePerson, project: int
) -> None:
    ann = person("ann")
    before = everything(stores)
    for unknown in UNKNOWN:
        assert call("addProjectUser", project, unknown) is False
        assert call("addProjectUser", unknown, ann) is False
        assert call("removeProjectUser", project, unknown) is False
        assert call("removeProjectUser", unknown, ann) is False
        assert call("getProjectUserRole", project, unknown) == ""
        assert call("getProjectUserRole", unknown, ann) == ""
        assert call("getProjectUsers", unknown) == {}
        assert call("getAssignableUsers", unknown, True) == {}
    assert everything(stores) == before


def test_all_of_a_project_are_listed_by_their_full_names(call: Client, person: MakePerson, project: int) -> None:
    zoe = person("zoe", project, name="Anna")
    ann = person("ann", project, role="project-viewer")
    bob = person("bob", project, name="Zack")
    call("disableUser", bob)
    person("else")
    listed = call("getProjectUsers", project)
    assert [*listed.items()] == [(str(zoe), "Anna"), (str(bob), "Zack"), (str(ann), "ann")]


def test_people_of_one_full_name_are_listed_by_username_and_to_assign_by_id(
    call: Client, person: MakePerson, project: int
) -> None:
    first, second = (person(username, project, name="Ann") for username in ("u4", "u5"))
    nameless = person("Ann", project)
    assert call("updateUser", id=first, username="zoe") is True
    assert [*call("getProjectUsers", project)] == [str(nameless), str(second), str(first)]
    assert [*call("getAssignableUsers", project)] == [str(first), str(second), str(nameless)]


def test_active_managers_and_members_are_assignable(call: Client, person: MakePerson, project: int) -> None:
    manager = person("m", project, role="project-manager", name="Mia")
    member = person("n", project, name="Ada")
    person("v", project, role="project-viewer")
    call("disableUser", person("d", project))
    admin = person("a", role="app-user")
    call("updateUser", id=admin, role="app-admin")
    people = [(str(member), "Ada"), (str(manager), "Mia")]
    assert [*call("getAssignableUsers", project).items()] == people
    for flag in (True, 1, "1"):
        assert [*call("getAssignableUsers", project, flag).items()] == [("0", "Unassigned"), *people]


def test_of_two_callers_who_add_a_person_one_does(
    call: Client, stores: Stores, person: MakePerson, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person("ann")
    before_commit(monkeypatch, lambda: call("addProjectUser", project, ann, "project-manager"))
    assert call("addProjectUser", project, ann) is False
    assert call("getProjectUserRole", project, ann) == "project-manager"
    assert stores.users.roles(stores.users.get(ann).user) == {project: "project-manager"}


def test_a_person_who_is_added_while_they_are_removed_is_in_no_project(
    call: Client, stores: Stores, person: MakePerson, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person("ann")
    before_commit(monkeypatch, lambda: call("removeUser", ann))
    call("addProjectUser", project, ann)
    assert call("getProjectUsers", project) == call("getAssignableUsers", project) == {}
    assert call("getProjectUserRole", project, ann) == ""
    assert call("createTask", title="t", project_id=project, owner_id=ann) is False


def test_what_was_shared_with_a_removed_project_is_no_role_any_more(
    call: Client, person: MakePerson, project: int
) -> None:
    ann = person("ann", project)
    call("removeProject", project)
    assert call("getProjectUserRole", project, ann) == ""
    assert call("getProjectUsers", project) == {}
    assert call("addProjectUser", project, ann) is False


@pytest.mark.parametrize(("role", "status"), [("app-user", 403), ("app-manager", 200), ("app-admin", 200)])
def test_a_person_brings_others_into_their_private_project_if_they_may_create_projects(
    call: Client, stores: Stores, person: MakePerson, role: str, status: int
) -> None:
    ann, bob = person("ann"), person("bob", name="Bob Stone")
    call("updateUser", id=ann, role=role)
    project_id = call.by("ann")("createMyPrivateProject", "Diary")
    before = everything(stores)
    for user_id in (bob, 999_999):
        assert call.by("ann").response("addProjectUser", project_id, user_id)["statusCode"] == status
    is_in = status == 200
    assert call.by("ann")("getProjectUsers", project_id) == {str(ann): "ann"} | (
        {str(bob): "Bob Stone"} if is_in else {}
    )
    assert (everything(stores) != before) is is_in
    shared = a_board(stores)
    call("addProjectUser", shared.id, ann, "project-manager")
    assert call.by("ann")("addProjectUser", shared.id, bob) is True


def test_who_may_create_projects_since_the_last_call_brings_others_in_where_a_container_knew_them_otherwise(
    call: Client, person: MakePerson
) -> None:
    ann, bob = person("ann"), person("bob")
    me = call.by("ann")
    project_id = me("createMyPrivateProject", "Diary")
    call("updateUser", id=ann, role="app-manager")
    assert me("addProjectUser", project_id, bob) is True
