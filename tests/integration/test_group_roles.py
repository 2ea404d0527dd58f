"""Roles that people have in projects by their groups, in every check and every list (context.md 2.2 and 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_board, a_task, everything
from tests.conftest import Client, a_service
from tests.disturbances import before_commit, nothing_is_too_young
from tests.streams import loaded, settled

from lambdaboard.domain.group import MAX_GROUPS
from lambdaboard.store import keys
from lambdaboard.store.cache import Cache
from lambdaboard.store.cascade import Cascade, OutOfTime
from lambdaboard.store.sweep import Sweep
from lambdaboard.store.tombstones import COPIES, GROUPS

if TYPE_CHECKING:
    from local.functions import Function
    from tests.conftest import MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


@pytest.fixture
def board(stores: Stores) -> Project:
    return a_board(stores)


@pytest.fixture
def cascade(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function."""
    return loaded(monkeypatch, "CascadeFunction")


def a_group(call: Client, *members: int, **roles: str) -> int:
    """Make a group of these people, with a role in each project of `p<id>=role`."""
    group = call("createGroup", f"group {len(call('getAllGroups'))}")
    for user in members:
        assert call("addGroupMember", group, user)
    for project, role in roles.items():
        assert call("addProjectGroup", int(project.removeprefix("p")), group, role)
    return int(group)


def with_role(call: Client, board: Project, *members: int, role: str = "project-member") -> int:
    """Make a group of these people with a role in a project."""
    return a_group(call, *members, **{f"p{board.id}": role})


# --- roles of groups ------------------------------------------------------------------------------------------------


def test_a_group_gets_a_role_another_one_and_loses_it(call: Client, person: MakePerson, board: Project) -> None:
    ann = person("ann", name="Ann")
    crew = a_group(call, ann)
    assert call("addProjectGroup", board.id, crew) is True
    assert call("addProjectGroup", board.id, crew, "project-viewer") is False
    assert call("getProjectUserRole", board.id, ann) == "project-member"
    assert call("changeProjectGroupRole", board.id, crew, "project-viewer") is True
    assert call("getProjectUserRole", board.id, ann) == "project-viewer"
    assert call("removeProjectGroup", board.id, crew) is True
    assert call("removeProjectGroup", board.id, crew) is False
    assert call("changeProjectGroupRole", board.id, crew, "project-viewer") is False
    assert call("getProjectUserRole", board.id, ann) == ""


@pytest.mark.parametrize("role", ["", "app-admin", "project-owner", "PROJECT-MEMBER"])
def test_a_role_that_is_none_is_refused(call: Client, stores: Stores, board: Project, role: str) -> None:
    crew, other = a_group(call), with_role(call, board)
    before = everything(stores)
    assert call("addProjectGroup", board.id, crew, role) is False
    assert call("changeProjectGroupRole", board.id, other, role) is False
    assert everything(stores) == before


def test_an_unknown_project_has_no_groups(call: Client) -> None:
    crew = a_group(call)
    for project in (999, 0, -1):
        assert call("addProjectGroup", project, crew) is False
        assert call("changeProjectGroupRole", project, crew, "project-member") is False
        assert call("removeProjectGroup", project, crew) is False


def test_a_project_has_a_hundred_groups_at_most(call: Client, stores: Stores, board: Project) -> None:
    crew, read = a_group(call), stores.projects.get(board.id)
    full = read.project.changed(groups=dict.fromkeys(range(1_000, 1_000 + MAX_GROUPS), "project-viewer"))
    stores.table.write(*stores.projects.replace_actions(read, full))
    assert call.error("addProjectGroup", board.id, crew)["data"].startswith("group_id")


@pytest.mark.parametrize(("role", "status"), [("app-user", 403), ("app-manager", 200), ("app-admin", 200)])
def test_a_group_is_brought_into_a_private_project_by_who_may_create_projects(
    call: Client, stores: Stores, person: MakePerson, role: str, status: int
) -> None:
    ann, bob = person("ann"), person("bob")
    call("updateUser", id=ann, role=role)
    crew, project = a_group(call, bob), call.by("ann")("createMyPrivateProject", "Diary")
    before = everything(stores)
    for group in (crew, 999):
        assert call.by("ann").response("addProjectGroup", project, group)["statusCode"] == status
    assert (everything(stores) != before) is (status == 200)
    assert (str(bob) in call.by("ann")("getProjectUsers", project)) is (status == 200)
    assert call("getProjectUserRole", project, ann) == "project-manager"


def test_of_two_callers_who_change_one_projects_groups_both_are_heard(
    call: Client, board: Project, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = person("ann"), person("bob")
    one, other = a_group(call, ann), a_group(call, bob)
    before_commit(monkeypatch, lambda: call("addProjectGroup", board.id, one, "project-viewer"))
    assert call("addProjectGroup", board.id, other, "project-member") is True
    assert [call("getProjectUserRole", board.id, each) for each in (ann, bob)] == ["project-viewer", "project-member"]


# --- the role that counts -------------------------------------------------------------------------------------------

MANAGER, MEMBER, VIEWER = "project-manager", "project-member", "project-viewer"

COUNTS: dict[str, tuple[str, list[str], str]] = {
    "a group's": ("", [MEMBER], MEMBER),
    "the highest of the groups'": ("", [VIEWER, MANAGER, MEMBER], MANAGER),
    "the own one, though a group's is higher": (VIEWER, [MANAGER], VIEWER),
    "the own one, though a group's is lower": (MANAGER, [VIEWER], MANAGER),
    "no unknown one": ("", ["observer"], ""),
    "a known one beside an unknown one": ("", ["observer", VIEWER], VIEWER),
    "none": ("", [], ""),
}
"""Why -> the own role, those of the groups, and the one that counts."""


@pytest.mark.parametrize(("own", "of_groups", "counts"), COUNTS.values(), ids=COUNTS)
def test_one_role_counts_everywhere(
    call: Client, stores: Stores, person: MakePerson, board: Project, own: str, of_groups: list[str], counts: str
) -> None:
    ann = person("ann", *([board.id] if own else []), role=own)
    for role in of_groups:
        group = with_role(call, board, ann)
        read = stores.groups.project_with(board.id, group)  # an import may write any role
        stores.table.write(*stores.groups.give_role_actions(read, group, role))
    me, is_in, may_own = call.by("ann"), bool(counts), counts in {MANAGER, MEMBER}
    task = a_task(call, board)
    assert call("getProjectUserRole", board.id, ann) == counts
    assert [*call("getProjectUsers", board.id)] == [str(ann)] * is_in
    assert [*call("getAssignableUsers", board.id)] == [str(ann)] * may_own
    assert [row["id"] for row in me("getMyProjects")] == [board.id] * is_in
    assert [*me("getMyProjectsList")] == [str(board.id)] * is_in
    assert [row["id"] for row in me("searchTasks", 0, "")] == [task] * is_in
    assert (me.response("getTask", task)["statusCode"] == 200) is is_in
    assert (me.response("updateTask", task, "New")["statusCode"] == 200) is may_own
    assert (me.response("addColumn", board.id, "New")["statusCode"] == 200) is (counts == MANAGER)
    assert bool(call("createTask", title="Hers", project_id=board.id, owner_id=ann)) is may_own
    assert call("updateTask", id=task, owner_id=ann) is may_own
    assert bool(call("createSubtask", task, "Hers", ann)) is may_own


def test_people_by_groups_are_listed_among_the_others_by_name_each_once(
    call: Client, person: MakePerson, board: Project
) -> None:
    zoe, ann, bob = person("zoe", board.id, name="Zoe"), person("ann", name="Ann"), person("bob", name="Bob")
    with_role(call, board, zoe, ann, bob)
    with_role(call, board, ann, role=VIEWER)
    call("disableUser", bob)
    listed = {str(ann): "Ann", str(bob): "Bob", str(zoe): "Zoe"}
    assert [*call("getProjectUsers", board.id).items()] == [*listed.items()]
    assert [*call("getAssignableUsers", board.id).items()] == [(str(ann), "Ann"), (str(zoe), "Zoe")]


def test_an_own_role_that_is_taken_leaves_that_of_the_groups(call: Client, person: MakePerson, board: Project) -> None:
    ann = person("ann", board.id, role=VIEWER)
    with_role(call, board, ann, role=MANAGER)
    assert call("removeProjectUser", board.id, ann) is True
    assert call("getProjectUserRole", board.id, ann) == MANAGER
    assert call("removeProjectUser", board.id, ann) is False
    assert call("changeProjectUserRole", board.id, ann, VIEWER) is False
    assert [row["id"] for row in call.by("ann")("getMyProjects")] == [board.id]


def test_a_task_that_comes_to_a_project_keeps_an_owner_who_is_there_by_a_group(
    call: Client, stores: Stores, person: MakePerson, board: Project
) -> None:
    ann, target = person("ann", board.id), a_board(stores)
    moved, lost = a_task(call, board, owner_id=ann), a_task(call, board, owner_id=ann)
    assert call("moveTaskToProject", lost, target.id)
    group = with_role(call, target, ann, role=VIEWER)
    assert call("moveTaskToProject", moved, target.id)
    copy = call("duplicateTaskToProject", moved, target.id)
    assert [call("getTask", each)["owner_id"] for each in (lost, moved, copy)] == [0, ann, ann]
    call("removeGroup", group)
    assert call("getTask", call("duplicateTaskToProject", moved, target.id))["owner_id"] == 0


def test_who_works_by_a_group_may_drag_the_cards_of_the_board(call: Client, person: MakePerson, board: Project) -> None:
    ann = person("ann")
    group = with_role(call, board, ann)
    a_task(call, board)
    for role, may_drag in ((MEMBER, True), (VIEWER, False), (MANAGER, True)):
        call("changeProjectGroupRole", board.id, group, role)
        columns = call.by("ann")("getBoard", board.id)[0]["columns"]
        assert [card["is_draggable"] for column in columns for card in column["tasks"]] == [may_drag]


def test_the_dashboard_shows_what_is_in_projects_of_groups(call: Client, person: MakePerson, board: Project) -> None:
    ann = person("ann")
    group = with_role(call, board, ann)
    own = a_task(call, board, owner_id=ann, date_due="2020-01-01")
    worked_on = a_task(call, board)
    call("createSubtask", worked_on, "Hers", ann)
    me = call.by("ann")
    assert [row["id"] for row in me("getMyDashboard")] == [own, worked_on]
    assert [row["id"] for row in me("getMyOverdueTasks")] == [own]
    call("removeProjectGroup", board.id, group)
    assert me("getMyDashboard") == me("getMyOverdueTasks") == []


def test_tags_of_projects_of_groups_are_among_all_tags(call: Client, person: MakePerson, board: Project) -> None:
    with_role(call, board, person("ann"), role=VIEWER)
    call("createTag", board.id, "hers")
    assert [row["name"] for row in call.by("ann")("getAllTags")] == ["hers"]


# --- from one moment to the next ------------------------------------------------------------------------------------

ENDS: dict[str, Any] = {
    "the group is removed": lambda board, group, ann: ("removeGroup", group),
    "the person leaves the group": lambda board, group, ann: ("removeGroupMember", group, ann),
    "the group leaves the project": lambda board, group, ann: ("removeProjectGroup", board, group),
}


def sees(client: Client, call: Client, board: Project, task: int, ann: int) -> dict[str, Any]:
    """Return all that depends on Ann's role in a project."""
    return {
        "getTask": client.response("getTask", task)["statusCode"],
        "getMyProjects": [row["id"] for row in client("getMyProjects")],
        "getMyProjectsList": [*client("getMyProjectsList")],
        "getMyDashboard": [row["id"] for row in client("getMyDashboard")],
        "searchTasks": [row["id"] for row in client("searchTasks", 0, "")],
        "getProjectUserRole": call("getProjectUserRole", board.id, ann),
        "getProjectUsers": call("getProjectUsers", board.id),
        "getAssignableUsers": call("getAssignableUsers", board.id),
        "updateTask": call("updateTask", id=task, owner_id=ann),
        "getProjectByName": client("getProjectByName", "Board") is not False,
    }


NOTHING: dict[str, Any] = {
    "getTask": 403,
    "getMyProjects": [],
    "getMyProjectsList": [],
    "getMyDashboard": [],
    "searchTasks": [],
    "getProjectUsers": {},
    "getAssignableUsers": {},
    "getProjectUserRole": "",
    "updateTask": False,
    "getProjectByName": False,
}


@pytest.mark.parametrize("end", ENDS)
def test_roles_by_a_group_end_with_the_next_call_and_stay_ended_after_cascade_and_sweep(
    call: Client, stores: Stores, person: MakePerson, board: Project, cascade: Function, end: str
) -> None:
    ann = person("ann")
    group = with_role(call, board, ann, role=MANAGER)
    task, me = a_task(call, board, owner_id=ann), call.by("ann")
    assert sees(me, call, board, task, ann)["getTask"] == 200  # the container knows her
    method, *params = ENDS[end](board.id, group, ann)

    def act() -> None:
        assert call(method, *params) is True
        assert sees(me, call, board, task, ann) == NOTHING
        assert call("getTask", task)["owner_id"] == ann

    settled(cascade, stores, act)
    assert sees(me, call, board, task, ann) == NOTHING
    assert call("getTask", task)["owner_id"] == ann


def test_who_comes_into_a_group_may_call_at_once_in_a_container_that_knew_them(
    call: Client, person: MakePerson, board: Project
) -> None:
    ann, me = person("ann"), call.by("ann")
    group = with_role(call, board)
    assert me.response("getProjectById", board.id)["statusCode"] == 403
    call("addGroupMember", group, ann)
    assert me("getProjectById", board.id)["id"] == board.id
    assert Client(a_service(call.service.stores, Cache())).by("ann")("getProjectById", board.id)["id"] == board.id


def test_a_manager_by_a_group_who_takes_the_groups_role_in_a_batch_is_refused_its_next_entry(
    call: Client, person: MakePerson, board: Project
) -> None:
    group = with_role(call, board, person("ann"), role=MANAGER)
    entries = [("removeProjectGroup", [board.id, group]), ("addColumn", [board.id, "New"])]
    batch = [{"jsonrpc": "2.0", "id": 1, "method": name, "params": params} for name, params in entries]
    assert call.by("ann").post(msgspec.json.encode(batch))["statusCode"] == 403
    assert len(call("getColumns", board.id)) == 3


# --- removed people and projects ------------------------------------------------------------------------------------


def left_of(stores: Stores) -> set[keys.Key]:
    """Return the items that say who is in which group, and which group is in which project."""
    kinds = {keys.group_member, keys.group_project, keys.hashed_group_name, keys.group}
    return {keys.Key(*key) for key in everything(stores) if keys.KINDS.kind_of(keys.Key(*key)) in kinds}


def test_a_removed_user_is_in_no_group_and_their_tasks_there_are_unassigned(
    call: Client, stores: Stores, person: MakePerson, board: Project, cascade: Function
) -> None:
    ann, bob = person("ann"), person("bob")
    group = with_role(call, board, ann, bob)
    task = a_task(call, board, owner_id=ann)

    def act() -> None:
        assert call("removeUser", ann) is True
        assert [row["user_id"] for row in call("getGroupMembers", group)] == [bob]
        assert [row["nb_users"] for row in call("getAllGroups")] == [1]
        assert call("isGroupMember", group, ann) is False
        assert [*call("getProjectUsers", board.id)] == [str(bob)]
        assert call("getTask", task)["owner_id"] == 0

    settled(cascade, stores, act)
    assert stores.tasks.find(task).stored.task.owner_id == 0
    assert keys.group_member(group, ann) not in left_of(stores)


def test_tasks_of_a_removed_user_in_projects_of_groups_that_they_had_left_are_found_by_sweep(
    call: Client,
    stores: Stores,
    person: MakePerson,
    board: Project,
    cascade: Function,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = person("ann")
    group = with_role(call, board, ann)
    task = a_task(call, board, owner_id=ann)
    call("removeGroupMember", group, ann)
    settled(cascade, stores, lambda: call("removeUser", ann))
    assert call("getTask", task)["owner_id"] == 0
    nothing_is_too_young(monkeypatch)
    assert dict(Sweep(stores, repair=True, has_time=lambda: True).run().found) == {"task of a removed user": 1}
    assert stores.tasks.find(task).stored.task.owner_id == 0


def test_nothing_is_left_of_a_removed_group_or_project(
    call: Client, stores: Stores, person: MakePerson, board: Project, cascade: Function
) -> None:
    ann = person("ann")
    other = a_board(stores)
    group = a_group(call, ann, **{f"p{board.id}": MEMBER, f"p{other.id}": VIEWER})
    settled(cascade, stores, lambda: call("removeProject", other.id))
    assert left_of(stores) == {
        keys.group(group),
        keys.group_name("group 0"),
        keys.group_member(group, ann),
        keys.group_project(group, board.id),
    }
    settled(cascade, stores, lambda: call("removeGroup", group))
    assert left_of(stores) == set()
    assert stores.users.get(ann).user.groups == ()
    assert stores.projects.get(board.id).project.groups == {}


def test_a_private_project_that_a_group_manages_outlives_its_own_manager(call: Client, person: MakePerson) -> None:
    ann, bob = person("ann"), person("bob")
    managed, watched, empty = (call.by("ann")("createMyPrivateProject", name) for name in ("A", "B", "C"))
    a_group(call, bob, **{f"p{managed}": MANAGER, f"p{watched}": MEMBER})
    a_group(call, ann, **{f"p{empty}": MANAGER})
    assert call("removeUser", ann) is True
    assert [row["id"] for row in call("getAllProjects")] == [managed]
    assert call.by("bob")("getProjectById", managed)["id"] == managed


# --- what is cut off, or comes too late -----------------------------------------------------------------------------


def swept(stores: Stores) -> dict[str, int]:
    return dict(Sweep(stores, repair=True, has_time=lambda: True).run().found)


def test_who_comes_into_a_group_while_it_is_removed_has_nothing_by_it_and_sweep_tidies_up(
    call: Client,
    stores: Stores,
    person: MakePerson,
    board: Project,
    cascade: Function,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = person("ann")
    group, other = with_role(call, board), a_board(stores)
    with monkeypatch.context() as undone:
        before_commit(undone, lambda: settled(cascade, stores, lambda: call("removeGroup", group)))
        assert call("addGroupMember", group, ann) is True
    group_of_other = a_group(call, ann)
    with monkeypatch.context() as undone:
        before_commit(undone, lambda: settled(cascade, stores, lambda: call("removeGroup", group_of_other)))
        assert call("addProjectGroup", other.id, group_of_other, MANAGER) is True
    assert call("getMemberGroups", ann) == call.by("ann")("getMyProjects") == []
    assert call.by("ann").response("getProjectById", other.id)["statusCode"] == 403
    nothing_is_too_young(monkeypatch)
    found = swept(stores)
    assert found == {
        "user of a removed group": 1,
        "project of a removed group": 1,
        "group member without its parent": 1,
        "project of a group without its parent": 1,
    }
    assert left_of(stores) == set()
    assert stores.users.get(ann).user.groups == ()
    assert stores.projects.get(other.id).project.groups == {}
    assert not GROUPS.ids(stores.table.get(COPIES))
    assert swept(stores) == {}


def test_a_tombstone_outlives_a_round_that_began_before_the_removal(
    call: Client, stores: Stores, person: MakePerson, board: Project
) -> None:
    ann = person("ann")
    group = with_role(call, board, ann)
    call("removeGroup", group)
    assert swept(stores)["user of a removed group"] == 1
    assert [*GROUPS.ids(stores.table.get(COPIES))] == [group]


def test_cascade_of_a_removed_group_continues_after_an_interruption(
    call: Client, stores: Stores, person: MakePerson, board: Project
) -> None:
    people = [person(f"person {place}") for place in range(20)]
    group = with_role(call, board, *people)
    old = everything(stores)[keys.group(group)]
    call("removeGroup", group)
    seconds = iter([True, True])
    with pytest.raises(OutOfTime):
        Cascade(stores.table, stores.blobs, lambda: next(seconds, False)).removed(old)
    in_it = [each for each in people if stores.users.get(each).user.groups]
    assert 0 < len(in_it) < len(people)
    Cascade(stores.table, stores.blobs).removed(old)
    Cascade(stores.table, stores.blobs).removed(old)
    assert left_of(stores) == set()
    assert not [each for each in people if stores.users.get(each).user.groups]
