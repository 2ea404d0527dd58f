"""Owners and creators of tasks, and where their names are shown (behaviour.md 3.1, 3.2, 3.4, 3.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task
from tests.conftest import BUCKET, SETTINGS, TABLE

from lambdaboard.api.context import APPLICATION, Caller, Context
from lambdaboard.procedures.files import create_task_file
from lambdaboard.procedures.projects import create_project
from lambdaboard.procedures.tasks import create_task
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project


@pytest.fixture
def people(call: Client, person: MakePerson, board: Project, foreign: Project) -> dict[str, int]:
    """People with every kind of relation to a board."""
    kinds = {
        "manager": person("manager", board.id, role="project-manager"),
        "member": person("member", board.id, name="Mia", email="mia@example.org"),
        "viewer": person("viewer", board.id, role="project-viewer"),
        "elsewhere": person("elsewhere", foreign.id),
        "admin": person("admin"),
        "disabled": person("disabled", board.id),
        "left": person("left", board.id),
        "removed": person("removed", board.id),
    }
    call("updateUser", id=kinds["admin"], role="app-admin")
    call("disableUser", kinds["disabled"])
    call("removeProjectUser", board.id, kinds["left"])
    call("removeUser", kinds["removed"])
    return kinds | {"unknown": 999_999_999, "negative": -1, "huge": 10**30}


ASSIGNABLE = {"manager", "member"}


def by(stores: Stores, user_id: int) -> Context:
    """Return the context of a call by a person."""
    return Context(SETTINGS, stores, Caller(stores.users.get(user_id).user) if user_id else APPLICATION, "", 1_000_000)


# --- createTask, updateTask -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["owner_id", "creator_id"])
def test_active_managers_and_members_of_the_project_own_or_have_created_its_tasks(
    call: Client, board: Project, people: dict[str, int], name: str
) -> None:
    for kind, user_id in people.items():
        for value in (user_id, str(user_id)):
            task_id = call("createTask", **{"title": kind, "project_id": board.id, name: value})
            assert bool(task_id) is (kind in ASSIGNABLE), kind
            if task_id:
                assert call("getTask", task_id)[name] == user_id
    assert len(call("getAllTasks", board.id)) == 2 * len(ASSIGNABLE)


def test_owner_and_creator_may_be_two_people(call: Client, board: Project, people: dict[str, int]) -> None:
    row = call("getTask", a_task(call, board, owner_id=people["member"], creator_id=people["manager"]))
    assert (row["owner_id"], row["creator_id"]) == (people["member"], people["manager"])
    given = {"title": "t", "project_id": board.id, "owner_id": people["member"], "creator_id": people["viewer"]}
    assert call("createTask", **given) is False


def test_only_who_is_assignable_becomes_the_owner(call: Client, board: Project, people: dict[str, int]) -> None:
    task_id = a_task(call, board)
    for kind, user_id in people.items():
        before = call("getTask", task_id)
        assert call("updateTask", id=task_id, owner_id=user_id, title=kind) is (kind in ASSIGNABLE), kind
        after = call("getTask", task_id)
        assert after == before if kind not in ASSIGNABLE else (after["owner_id"], after["title"]) == (user_id, kind)
    assert call("updateTask", id=task_id, owner_id="0") is True
    assert call("getTask", task_id)["owner_id"] == 0


def test_the_present_owner_is_checked_like_any_other(call: Client, board: Project, people: dict[str, int]) -> None:
    task_id = a_task(call, board, owner_id=people["member"])
    call("removeProjectUser", board.id, people["member"])
    assert call("updateTask", id=task_id, owner_id=people["member"]) is False
    assert call("updateTask", id=task_id, title="Still theirs") is True
    assert call("getTask", task_id)["owner_id"] == people["member"]


def test_a_task_is_created_by_who_calls_unless_another_creator_is_given(
    stores: Stores, call: Client, board: Project, people: dict[str, int]
) -> None:
    context = by(stores, people["member"])
    own = create_task(context, "own", board.id)
    given = create_task(context, "given", board.id, creator_id=people["manager"])
    assert [call("getTask", each)["creator_id"] for each in (own, given)] == [people["member"], people["manager"]]


# --- other projects -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["moveTaskToProject", "duplicateTaskToProject"])
@pytest.mark.parametrize(
    ("role", "is_active", "is_kept"),
    [
        ("project-manager", True, True),
        ("project-member", True, True),
        ("project-viewer", True, True),
        ("project-member", False, False),
        (None, True, False),
    ],
)
def test_an_owner_who_is_active_and_has_any_role_in_the_target_stays_the_owner(
    call: Client,
    person: MakePerson,
    board: Project,
    foreign: Project,
    method: str,
    role: str | None,
    is_active: bool,
    is_kept: bool,
) -> None:
    ann = person("ann", board.id)
    bob = person("bob")
    mine, given = a_task(call, board, owner_id=ann), a_task(call, board)
    if role:
        assert call("addProjectUser", foreign.id, ann, role)
    if not is_active:
        call("disableUser", ann)
    for task_id, owner_id in ((mine, None), (given, ann)):
        done = call(method, task_id=task_id, project_id=foreign.id, owner_id=owner_id)
        assert done
        there = call("getTask", task_id if done is True else done)
        assert (there["project_id"], there["owner_id"]) == (foreign.id, ann if is_kept else 0)
    again = call("duplicateTaskToProject", task_id=mine, project_id=board.id, owner_id=bob)
    assert call("getTask", again)["owner_id"] == 0
    for nobody in (0, -1, 999_999_999):
        copy = call("duplicateTaskToProject", task_id=mine, project_id=foreign.id, owner_id=nobody)
        assert call("getTask", copy)["owner_id"] == 0


def test_a_task_that_moves_within_its_project_loses_an_owner_who_left(
    call: Client, board: Project, people: dict[str, int]
) -> None:
    kept, lost = (a_task(call, board, owner_id=people[kind]) for kind in ("manager", "member"))
    call("removeProjectUser", board.id, people["member"])
    for task_id in (kept, lost):
        assert call("moveTaskToProject", task_id, board.id) is True
    assert [call("getTask", each)["owner_id"] for each in (kept, lost)] == [people["manager"], 0]


def test_a_successor_has_the_owner_of_its_task(call: Client, board: Project, people: dict[str, int]) -> None:
    task_id = a_task(
        call, board, owner_id=people["member"], recurrence_status=1, recurrence_trigger=2, date_due="2030-01-01"
    )
    call("closeTask", task_id)
    child = call("getTask", call("getTask", task_id)["recurrence_child"])
    assert (child["owner_id"], child["creator_id"]) == (people["member"], 0)


# --- names in rows --------------------------------------------------------------------------------------------------


def test_overdue_rows_name_the_assignee(call: Client, board: Project, people: dict[str, int]) -> None:
    for kind in ("member", "manager"):
        a_task(call, board, date_due="2020-01-01", owner_id=people[kind])
    a_task(call, board, date_due="2020-01-01")
    for rows in (call("getOverdueTasks"), call("getOverdueTasksByProject", board.id)):
        assert [(row["owner_id"], row["assignee_username"], row["assignee_name"]) for row in rows] == [
            (people["member"], "member", "Mia"),
            (people["manager"], "manager", ""),
            (0, None, None),
        ]


def test_found_rows_name_the_assignee(call: Client, board: Project, people: dict[str, int]) -> None:
    for kind in ("member", "manager"):
        a_task(call, board, owner_id=people[kind])
    a_task(call, board)
    names = ("owner_id", "assignee_username", "assignee_name", "assignee_email", "assignee_avatar_path")
    assert [tuple(row[name] for name in names) for row in call("searchTasks", board.id, "")] == [
        (people["member"], "member", "Mia", "mia@example.org", None),
        (people["manager"], "manager", "", "", None),
        (0, None, None, None, None),
    ]


def test_a_query_asks_for_owners_by_name_and_id(call: Client, board: Project, people: dict[str, int]) -> None:
    tasks = {kind: a_task(call, board, owner_id=people[kind]) for kind in ("member", "manager")}
    tasks["nobody"] = a_task(call, board)
    for query, kinds in {
        "assignee:mia": ["member"],
        "assignee:Manag": ["manager"],
        f"assignee:{people['member']}": ["member"],
        "assignee:anybody": ["member", "manager"],
        "assignee:nobody": ["nobody"],
        "assignee:m": ["member", "manager"],
        "assignee:viewer": [],
    }.items():
        assert [row["id"] for row in call("searchTasks", board.id, query)] == [tasks[kind] for kind in kinds], query


def test_rows_of_files_name_who_uploaded_them(
    stores: Stores, call: Client, board: Project, people: dict[str, int]
) -> None:
    task_id = a_task(call, board)
    for place, user_id in enumerate((people["member"], people["manager"], 0)):
        create_task_file(by(stores, user_id), board.id, task_id, str(place), "YQ==")
    call("removeUser", people["manager"])
    assert [(row["user_id"], row["username"], row["user_name"]) for row in call("getAllTaskFiles", task_id)] == [
        (people["member"], "member", "Mia"),
        (people["manager"], None, None),
        (0, None, None),
    ]


# --- owners of projects ---------------------------------------------------------------------------------------------


def test_a_user_owns_a_project_and_gets_no_role_by_it(call: Client, person: MakePerson) -> None:
    ann, bob = person("ann"), person("bob")
    call("disableUser", bob)
    project_id = call("createProject", name="Owned", owner_id=ann)
    assert call("getProjectById", project_id)["owner_id"] == ann
    assert call("updateProject", project_id=project_id, owner_id=bob) is True
    assert call("getProjectById", project_id)["owner_id"] == bob
    assert call("updateProject", project_id=project_id, owner_id=0) is True
    assert call("getProjectById", project_id)["owner_id"] == 0
    assert call("getProjectUsers", project_id) == {}


@pytest.mark.parametrize("kind", ["removed", "unknown", "negative", "huge"])
def test_who_is_no_user_owns_no_project(call: Client, board: Project, people: dict[str, int], kind: str) -> None:
    count = len(call("getAllProjects"))
    assert call("createProject", name="Owned", owner_id=people[kind]) is False
    assert len(call("getAllProjects")) == count
    assert call("updateProject", project_id=board.id, owner_id=people[kind], name="Renamed") is False
    assert call("getProjectById", board.id)["name"] == "Board"


def test_a_project_that_a_person_makes_is_managed_by_its_owner(
    stores: Stores, call: Client, person: MakePerson
) -> None:
    ann, bob = person("ann"), person("bob")
    own, given = create_project(by(stores, ann), "Own"), create_project(by(stores, ann), "Given", owner_id=bob)
    assert [call("getProjectById", each)["owner_id"] for each in (own, given)] == [ann, bob]
    assert call("getProjectUserRole", own, ann) == call("getProjectUserRole", given, bob) == "project-manager"
    assert call("getProjectUserRole", given, ann) == ""
    assert stores.users.roles(stores.users.get(bob).user) == {given: "project-manager"}


# --- cost -----------------------------------------------------------------------------------------------------------


def test_an_owner_costs_no_round_trip_but_where_the_task_goes_to_another_project_or_names_are_shown(
    call: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    people: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracker = Tracker(monkeypatch, stores)
    member, manager = people["member"], people["manager"]
    call("addProjectUser", foreign.id, member)
    task_id = a_task(call, board)

    def depth(method: str, *positional: Any, **named: Any) -> int:
        return tracker.of(lambda: call(method, *positional, **named)).depth

    assert depth("createTask", title="t", project_id=board.id, owner_id=member, creator_id=manager) == 2
    assert depth("getTask", task_id) == 1
    assert depth("updateTask", id=task_id, owner_id=member) == 2
    assert depth("searchTasks", foreign.id, "") == 1
    assert depth("searchTasks", board.id, "") == 2
    assert depth("getAllTasks", board.id) == 1
    assert depth("moveTaskToProject", task_id, foreign.id) == 3
    assert depth("moveTaskToProject", task_id=task_id, project_id=board.id, owner_id=0) == 2
    stores.cache.project_of.clear()
    assert depth("updateTask", id=task_id, owner_id=member) == 3
    assert Stores.connect(TABLE, BUCKET).users.named([]) == {}
