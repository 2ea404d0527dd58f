"""What persons ask of themselves (context.md 6), and what else depends on who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_board, a_task, backdate, contents, everything, move

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.jsonrpc import Json
    from lambdaboard.store.stores import Stores


def ids(rows: Any) -> list[int]:
    return [row["id"] for row in rows]


def as_texts(value: Any) -> Any:
    """Return rows of the native format as the documented one writes them, where no value was never set."""
    if isinstance(value, list):
        return [as_texts(each) for each in value]
    if isinstance(value, dict):
        return {name: as_texts(each) for name, each in value.items()}
    return str(value) if type(value) is int else value


def is_forbidden(client: Client, method: str, *params: Json, **named: Json) -> bool:
    return bool(client.response(method, *params, **named)["statusCode"] == 403)


# --- getMe ----------------------------------------------------------------------------------------------------------


def test_i_am_told_my_properties_in_their_order_but_for_secret_ones(call: Client) -> None:
    ann = call("createUser", "ann", "secret of ann", "Ann", "ann@example.org", "app-manager")
    expected = [
        ("id", ann),
        ("username", "ann"),
        ("is_ldap_user", False),
        ("name", "Ann"),
        ("email", "ann@example.org"),
        ("google_id", None),
        ("github_id", None),
        ("notifications_enabled", 0),
        ("timezone", None),
        ("language", None),
        ("disable_login_form", 0),
        ("twofactor_activated", False),
        ("notifications_filter", 4),
        ("nb_failed_login", 0),
        ("lock_expiration_date", 0),
        ("gitlab_id", None),
        ("role", "app-manager"),
        ("is_active", 1),
        ("avatar_path", None),
        ("filter", None),
        ("theme", "light"),
    ]
    assert [*call.by("ann")("getMe").items()] == expected
    assert [*call.by("ann").documented("getMe").items()] == [*as_texts(dict(expected)).items()]


def test_each_is_told_of_themselves_in_one_container(call: Client, person: MakePerson) -> None:
    people = {name: person(name) for name in ("ann", "bob")}
    for _ in range(2):
        assert {name: call.by(name)("getMe")["id"] for name in people} == people


# --- my projects ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mine(call: Client, stores: Stores, person: MakePerson) -> dict[str, int]:
    """Projects to which Ann has every kind of relation."""
    boards = {name: a_board(stores, name=name).id for name in ("b", "a", "C", "inactive", "left", "foreign", "gone")}
    ann = person("ann", *(boards[name] for name in ("b", "inactive", "left", "gone")))
    call("addProjectUser", boards["a"], ann, "project-viewer")
    call("addProjectUser", boards["C"], ann, "project-manager")
    call("disableProject", boards["inactive"])
    call("removeProjectUser", boards["left"], ann)
    call("removeProject", boards["gone"])
    return boards


def test_my_projects_are_the_active_ones_in_which_i_have_any_role_by_name(call: Client, mine: dict[str, int]) -> None:
    ann = call.by("ann")
    rows = ann("getMyProjects")
    assert ids(rows) == [mine[name] for name in ("C", "a", "b")]
    assert rows == [call("getProjectById", each) for each in ids(rows)]
    documented = ann.documented("getMyProjects")
    assert documented == [call.documented("getProjectById", each) for each in ids(rows)] == as_texts(rows)
    assert [[*row] for row in documented] == [[*call("getProjectById", mine["a"])]] * 3


def test_the_list_of_my_projects_has_their_names_by_id_inactive_ones_too(call: Client, mine: dict[str, int]) -> None:
    expected = [(str(mine[name]), name) for name in ("C", "a", "b", "inactive")]
    assert [*call.by("ann")("getMyProjectsList").items()] == expected
    assert [*call.by("ann").documented("getMyProjectsList").items()] == expected


def test_a_project_is_mine_from_when_i_join_until_i_leave_whatever_it_is_called(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    ann, twins = person("ann"), [a_board(stores, name="Twin").id for _ in range(3)]
    for project_id in reversed(twins):
        call("addProjectUser", project_id, ann)
    me = call.by("ann")
    assert ids(me("getMyProjects")) == twins
    call("changeProjectUserRole", twins[1], ann, "project-viewer")
    call("updateProject", twins[0], "Zwilling")
    assert [*me("getMyProjectsList").values()] == ["Twin", "Twin", "Zwilling"]
    call("removeProjectUser", twins[1], ann)
    assert ids(me("getMyProjects")) == [twins[2], twins[0]]
    call("enableProject", twins[0])
    call("disableProject", twins[2])
    assert ids(me("getMyProjects")) == [twins[0]]


def test_who_has_no_project_has_nothing_in_either_format(call: Client, person: MakePerson, board: Project) -> None:
    ann = person("ann", board.id)
    a_task(call, board, owner_id=ann, date_due="2020-01-01")
    call("removeProjectUser", board.id, ann)
    person("bob")
    for client in (call.by("ann"), call.by("bob")):
        for me in (client, client.documented):
            assert me("getMyProjectsList") == {}
            for method in ("getMyProjects", "getMyDashboard", "getMyOverdueTasks"):
                assert me(method) == [], method


# --- my tasks -------------------------------------------------------------------------------------------------------


def test_the_dashboard_has_my_open_tasks_of_active_projects_by_id(
    call: Client, stores: Stores, person: MakePerson, board: Project, foreign: Project
) -> None:
    inactive, left = a_board(stores), a_board(stores)
    boards = [board, foreign, inactive, left]
    ann = person("ann", *(each.id for each in boards))
    bob = person("bob", board.id)
    own = [a_task(call, each, owner_id=ann) for each in (foreign, board, inactive, left, foreign)]
    a_task(call, board, owner_id=bob)
    a_task(call, board)
    call("closeTask", a_task(call, board, owner_id=ann))
    call("removeTask", a_task(call, board, owner_id=ann))
    old = a_task(call, board, owner_id=ann)
    move(call, board, old, 1, swimlane=2)  # which is inactive
    call("disableProject", inactive.id)
    call("removeProjectUser", left.id, ann)
    call("changeProjectUserRole", foreign.id, ann, "project-viewer")
    assert ids(call.by("ann")("getMyDashboard")) == [own[0], own[1], own[4], old]
    assert len(call.by("bob")("getMyDashboard")) == 1


def test_what_lies_in_a_column_that_is_hidden_from_the_dashboard_is_not_there(
    call: Client, stores: Stores, person: MakePerson, board: Project
) -> None:
    ann = person("ann", board.id)
    tasks = [a_task(call, board, owner_id=ann, column_id=column.id) for column in board.columns]
    first, second, third = board.columns
    read = stores.projects.get(board.id)
    hidden = second.__replace__(hide_in_dashboard=1)
    stores.table.write(*stores.projects.replace_actions(read, read.project.changed(columns=(first, hidden, third))))
    assert ids(call.by("ann")("getMyDashboard")) == [tasks[0], tasks[2]]


def test_a_task_on_the_dashboard_is_as_a_search_finds_it_with_its_tags_and_no_subtasks(
    call: Client, person: MakePerson, board: Project
) -> None:
    ann = person("ann", board.id, name="Ann", email="ann@example.org")
    a_task(call, board)
    task = a_task(call, board, owner_id=ann, tags=["z", "B"], category_id=board.categories[0].id, time_spent=1.5)
    plain = a_task(call, board, owner_id=ann)
    call("createTaskFile", board.id, task, "a.txt", "YQ==")
    tags = {name: int(tag_id) for tag_id, name in call("getTaskTags", task).items()}
    rows = [{"id": tags[name], "name": name, "color_id": None, "task_id": task} for name in ("B", "z")]
    for me in (call.by("ann"), call.by("ann").documented):
        own_tags = rows if me.wire == "native" else as_texts(rows)
        found, found_plain = me("searchTasks", board.id, "assignee:me")
        assert len(found) == 48
        first, second = me("getMyDashboard")
        assert first == found | {"tags": own_tags, "subtasks": []}
        assert second == found_plain | {"tags": [], "subtasks": []}
    assert (second["id"], second["position"], second["assignee_name"], first["nb_files"]) == (
        str(plain),
        "3",
        "Ann",
        "1",
    )


def test_a_task_with_a_subtask_of_mine_is_on_the_dashboard_with_my_subtasks_alone(
    call: Client, person: MakePerson, board: Project
) -> None:
    ann, bob = person("ann", board.id), person("bob", board.id, name="Bob")
    a_task(call, board, owner_id=bob)
    task = a_task(call, board, owner_id=bob)
    done, mine = call("createSubtask", task, "Done", ann, status=2), call("createSubtask", task, "Mine", ann)
    call("createSubtask", task, "Bob's", bob)
    me = call.by("ann")
    me("setSubtaskStartTime", mine, ann)
    (found,) = me("getMyDashboard")
    assert (found["id"], found["owner_id"], found["assignee_name"], found["position"]) == (task, bob, "Bob", 2)
    assert found["subtasks"] == [row for row in me("getAllSubtasks", task) if row["user_id"] == ann]
    assert [(row["id"], row["is_timer_started"]) for row in found["subtasks"]] == [(done, False), (mine, True)]
    assert call("updateSubtask", id=mine, task_id=task, user_id=bob)
    assert call("removeSubtask", done)
    assert me("getMyDashboard") == []


def test_my_overdue_tasks_are_my_open_ones_of_active_projects_whose_date_has_come_by_id(
    call: Client, stores: Stores, person: MakePerson, board: Project, foreign: Project
) -> None:
    inactive, left = a_board(stores), a_board(stores)
    ann = person("ann", *(each.id for each in (board, foreign, inactive, left)), name="Ann")
    bob = person("bob", board.id)
    due = {"date_due": "2020-01-01 00:00", "owner_id": ann}
    first, second, _, _ = (a_task(call, each, **due, title=each.name) for each in (foreign, board, inactive, left))
    for other in ({"owner_id": bob}, {"owner_id": 0}, {"date_due": ""}, {"date_due": "2222-01-01 00:00"}):
        a_task(call, board, **due | other)
    call("closeTask", a_task(call, board, **due))
    call("disableProject", inactive.id)
    call("removeProjectUser", left.id, ann)
    expected = [
        {
            "id": task_id,
            "title": each.name,
            "date_due": 1577836800,
            "project_id": each.id,
            "creator_id": 0,
            "owner_id": ann,
            "project_name": each.name,
            "assignee_username": "ann",
            "assignee_name": "Ann",
        }
        for task_id, each in ((first, foreign), (second, board))
    ]
    rows = call.by("ann")("getMyOverdueTasks")
    assert [[*row.items()] for row in rows] == [[*row.items()] for row in expected]
    assert call.by("ann").documented("getMyOverdueTasks") == as_texts(expected)


def test_a_task_is_overdue_from_the_second_on_at_which_it_is_due(
    call: Client, stores: Stores, person: MakePerson, board: Project, time_machine: TimeMachineFixture
) -> None:
    ann = person("ann", board.id)
    task = a_task(call, board, owner_id=ann)
    backdate(stores, task, date_due=2_000_000_000)
    for now, expected in ((1_999_999_999, []), (2_000_000_000, [task])):
        time_machine.move_to(now, tick=False)
        assert ids(call.by("ann")("getMyOverdueTasks")) == expected


# --- projects that persons make -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["app-user", "app-manager", "app-admin"])
def test_everybody_may_make_a_private_project_which_they_own_and_manage(
    call: Client, person: MakePerson, role: str
) -> None:
    ann = person("ann", role="project-member")
    call("updateUser", id=ann, role=role)
    me = call.by("ann")
    project_id = me("createMyPrivateProject", "Diary", "*Mine*")
    other = me.documented("createMyPrivateProject", name="Diary")
    assert isinstance(other, int)
    rows = me("getMyProjects")
    assert ids(rows) == [project_id, other]
    told = [(row["name"], row["description"], row["is_private"], row["owner_id"], row["is_active"]) for row in rows]
    assert told == [("Diary", "*Mine*", 1, ann, 1), ("Diary", None, 1, ann, 1)]
    assert me("getProjectUsers", project_id) == {str(ann): "ann"}
    assert me("getProjectUserRole", project_id, ann) == "project-manager"
    assert [row["title"] for row in me("getColumns", project_id)] == ["Backlog", "Ready", "Work in progress", "Done"]
    assert len(me("getActiveSwimlanes", project_id)) == 1


def test_a_private_project_lets_its_owner_do_all_and_nobody_else_anything_until_they_are_added(
    call: Client, person: MakePerson
) -> None:
    ann, bob = person("ann"), person("bob")
    call("updateUser", id=bob, role="app-admin")
    me, other = call.by("ann"), call.by("bob")
    project_id = me("createMyPrivateProject", "Diary")
    task = me("createTask", title="Dear diary", project_id=project_id, owner_id=ann)
    assert me("addColumn", project_id, "Never")
    assert me("updateProject", project_id, "Secret diary") is True
    assert ids(me("getMyDashboard")) == [task]
    for method, *params in (
        ("getTask", task),
        ("getBoard", project_id),
        ("updateTask", task, "x"),
        ("removeProject", project_id),
    ):
        assert is_forbidden(other, method, *params), method
    assert other("getMyProjects") == []
    assert call("addProjectUser", project_id, bob, "project-viewer") is True
    assert other("getTask", task)["title"] == "Dear diary"
    assert is_forbidden(other, "updateTask", task, "x")
    assert me("removeProject", project_id) is True
    assert me("getMyProjectsList") == other("getMyProjectsList") == {}


def test_a_private_project_needs_a_name_and_a_refused_one_leaves_nothing(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    person("ann")
    before = everything(stores)
    for me in (call.by("ann"), call.by("ann").documented):
        assert me("createMyPrivateProject", "") is me("createMyPrivateProject", name="\u3000", description="x") is False
        for name in ("name", "description"):
            error = me.error("createMyPrivateProject", **{"name": "x", name: "x" * 400_000})
            assert (error["code"], error["data"].partition(":")[0]) == (-32602, name)
    assert everything(stores) == before


def test_who_makes_a_project_owns_and_manages_it_and_who_gives_it_away_is_locked_out(
    call: Client, person: MakePerson
) -> None:
    ann, bob = person("ann"), person("bob")
    call("updateUser", id=ann, role="app-manager")
    me, other = call.by("ann"), call.by("bob")
    own, given = me("createProject", "Own"), me("createProject", name="Given", owner_id=bob)
    assert [me("getProjectById", own)[name] for name in ("owner_id", "is_private")] == [ann, 0]
    assert me("getProjectUserRole", own, ann) == other("getProjectUserRole", given, bob) == "project-manager"
    assert other("getProjectById", given)["owner_id"] == bob
    assert is_forbidden(me, "getProjectById", given)
    assert is_forbidden(other, "getProjectById", own)
    assert [ids(client("getMyProjects")) for client in (me, other)] == [[own], [given]]


def test_a_project_that_is_refused_to_a_person_leaves_nothing(call: Client, stores: Stores, person: MakePerson) -> None:
    ann = person("ann")
    me = call.by("ann")
    before = everything(stores)
    assert is_forbidden(me, "createProject", "New")
    assert everything(stores) == before
    call("updateUser", id=ann, role="app-manager")
    before = everything(stores)
    for refused in ({"name": ""}, {"owner_id": 999}, {"owner_id": -1}, {"identifier": "a-b"}, {"email": "x"}):
        assert me("createProject", **{"name": "New", **refused}) is False, refused
    assert everything(stores) == before


# --- what else depends on who calls ---------------------------------------------------------------------------------


def test_all_tags_are_the_global_ones_and_those_of_my_active_projects_but_all_for_administrators(
    call: Client, stores: Stores, mine: dict[str, int], person: MakePerson
) -> None:
    every = {name: call("createTag", project_id, name, "red") for name, project_id in mine.items() if name != "gone"}
    every["everywhere"] = call("createTag", 0, "everywhere")
    rows = {row["name"]: row for row in call("getAllTags")}
    bob = person("bob")
    assert [*rows] == ["C", "a", "b", "everywhere", "foreign", "inactive", "left"]
    for client in (call.by("ann"), call.by("bob"), call.by("ann").documented):
        visible = ["everywhere"] if client.credentials[0] == "bob" else ["C", "a", "b", "everywhere"]
        expected = [rows[name] for name in visible]
        assert client("getAllTags") == (expected if client.wire == "native" else as_texts(expected))
    call("updateUser", id=bob, role="app-manager")
    assert len(call.by("bob")("getAllTags")) == 1
    call("updateUser", id=bob, role="app-admin")
    assert call.by("bob")("getAllTags") == [*rows.values()]


@pytest.mark.parametrize(
    ("role", "application_role", "may"),
    [
        ("project-manager", "app-user", True),
        ("project-member", "app-user", True),
        ("project-viewer", "app-user", False),
        ("project-viewer", "app-manager", False),
        ("project-viewer", "app-admin", True),
    ],
)
def test_tasks_on_the_board_can_be_dragged_by_managers_members_and_administrators(
    call: Client, person: MakePerson, board: Project, role: str, application_role: str, may: bool
) -> None:
    ann = person("ann", board.id, role=role)
    call("updateUser", id=ann, role=application_role)
    a_task(call, board)
    for client, expected in ((call.by("ann"), may), (call.by("ann").documented, may), (call, False)):
        (task,) = client("getBoard", board.id)[0]["columns"][0]["tasks"]
        assert task["is_draggable"] is expected


def test_a_query_for_me_finds_the_tasks_of_who_asks_and_for_the_application_those_of_nobody(
    call: Client, person: MakePerson, board: Project
) -> None:
    ann, bob = person("ann", board.id), person("bob", board.id)
    nobodys, anns, bobs, done = (a_task(call, board, owner_id=owner) for owner in (0, ann, bob, ann))
    call("closeTask", done)
    for client, expected in ((call.by("ann"), [anns, done]), (call.by("bob"), [bobs]), (call, [nobodys])):
        assert ids(client("searchTasks", board.id, "assignee:me")) == expected
        assert ids(client("searchTasks", board.id, "assignee:me status:open")) == expected[:1]
    assert ids(call.by("ann")("searchTasks", board.id, "assignee:nobody")) == [nobodys]


def test_a_task_is_created_by_who_calls_or_by_another_whom_they_name(
    call: Client, person: MakePerson, board: Project, foreign: Project
) -> None:
    ann, bob = person("ann", board.id, foreign.id), person("bob", board.id)
    me = call.by("ann")
    own, given = a_task(me, board), a_task(me, board, creator_id=bob)
    applications = a_task(call, board)
    documented = me.documented("createTask", "Task", board.id)
    creators = {own: ann, given: bob, applications: 0, documented: ann}
    assert {task: call("getTask", task)["creator_id"] for task in creators} == creators
    copies = [me("duplicateTaskToProject", task, foreign.id) for task in (given, applications)]
    assert [call("getTask", copy)["creator_id"] for copy in copies] == [ann, ann]
    assert me("moveTaskToProject", given, foreign.id) is True
    assert me("updateTask", applications, "Changed") is True
    assert [call("getTask", task)["creator_id"] for task in (given, applications)] == [bob, 0]


def test_the_successor_of_a_recurring_task_is_created_by_who_closed_it(
    call: Client, person: MakePerson, board: Project
) -> None:
    ann = person("ann", board.id)
    recurring = a_task(call, board, recurrence_status=1, recurrence_trigger=2, recurrence_factor=1)
    assert call.by("ann")("closeTask", recurring) is True
    successor = call("getTask", call("getTask", recurring)["recurrence_child"])
    assert (successor["creator_id"], call("getTask", recurring)["creator_id"]) == (ann, 0)


def test_a_file_is_of_who_uploaded_or_copied_it(
    call: Client, stores: Stores, person: MakePerson, board: Project
) -> None:
    ann, bob = person("ann", board.id, name="Ann"), person("bob", board.id)
    task = a_task(call, board)
    file = call.by("ann")("createTaskFile", board.id, task, "a.txt", "YQ==")
    row = call.by("bob")("getTaskFile", file)
    assert row["user_id"] == ann
    (listed,) = call.by("bob").documented("getAllTaskFiles", task)
    assert (listed["user_id"], listed["username"], listed["user_name"]) == (str(ann), "ann", "Ann")
    (copied,) = call("getAllTaskFiles", call.by("bob")("duplicateTaskToProject", task, board.id))
    assert (copied["user_id"], copied["username"], copied["user_name"]) == (bob, "bob", "")
    assert len(contents(stores)) == 2


def test_metadata_remembers_who_changed_it_last(
    call: Client, stores: Stores, person: MakePerson, board: Project
) -> None:
    ann = person("ann", board.id)
    task = a_task(call, board)
    for client, user_id in ((call, 0), (call.by("ann"), ann), (call, 0)):
        assert client("saveTaskMetadata", task, {"name": str(user_id)}) is True
        assert everything(stores)[f"T#{task}", "META#name"]["changed_by"] == {"N": str(user_id)}
