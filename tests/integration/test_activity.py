"""What the activity tells, and whom: getProjectActivity, getProjectActivities and getMyActivityStream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Tracker
from tests.boards import a_board, a_task

from lambdaboard.store import keys
from lambdaboard.store.actions import put
from lambdaboard.store.activity import A_DAY

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

ROW = (
    *("id", "date_creation", "event_name", "creator_id", "project_id", "task_id"),
    *("author_username", "author_name", "email", "avatar_path"),
)
TOLD = ("author", "event_title", "event_content")

NAMES_OF_A_TASK = (
    *("category_name", "swimlane_name", "project_name", "column_title", "assignee_username", "assignee_name"),
    *("creator_username", "creator_name", "category_description", "column_position"),
)


@pytest.fixture
def ann(call: Client, board: Project, person: MakePerson) -> Client:
    """A manager of the project."""
    person("ann", board.id, role="project-manager", name="Ann <A>", email="ann@example.org")
    return call.by("ann")


def told(caller: Client, project_id: int, **page: int) -> list[dict[str, Any]]:
    """Return the activity of a project, the newest first."""
    rows: list[dict[str, Any]] = caller("getProjectActivity", project_id=project_id, **page)
    return rows


def titles(rows: list[dict[str, Any]]) -> list[str]:
    """Return what rows are called."""
    return [row["event_title"] for row in rows]


def test_a_row_has_the_members_of_the_original_in_its_order(call: Client, board: Project, ann: Client) -> None:
    task = ann("createTask", title="<b>", project_id=board.id, owner_id=1, description="Long")
    (row,) = told(ann, board.id)
    assert [*row] == [*ROW, "task", *TOLD]
    shown = call("getTask", task)
    assert [*row["task"]] == [*(name for name in shown if name not in {"url", "color"}), *NAMES_OF_A_TASK]
    assert row["task"]["assignee_name"] == row["author"] == "Ann <A>"
    assert row["event_title"] == f"Ann <A> created the task #{task}"
    assert 'Ann &lt;A&gt; created the task <a href="/?controller=TaskViewController' in row["event_content"]
    assert '<p class="activity-task-title">&lt;b&gt;</p>' in row["event_content"]


def test_the_numbers_of_a_row_are_texts_in_the_documented_format(board: Project, ann: Client) -> None:
    task = ann("createTask", "a", board.id)
    ann("createTaskFile", board.id, task, "a.txt", "YQ==")
    (row, _) = ann.documented("getProjectActivity", board.id)
    assert (row["id"].isdigit(), row["task"]["id"], row["file"]["size"]) == (True, f"{task}", "1")
    assert row["file"].keys() == ann("getTaskFile", 1).keys()


def test_a_row_is_there_when_the_call_is_answered_for_the_next_one_of_a_batch_too(board: Project, ann: Client) -> None:
    body = (
        '[{"jsonrpc": "2.0", "id": 1, "method": "createTask", "params": ["a", %d]},'
        ' {"jsonrpc": "2.0", "id": 2, "method": "getProjectActivity", "params": [%d]}]'
    )
    assert "created the task #1" in ann.post((body % (board.id, board.id)).encode())["body"]


# --- who sees what --------------------------------------------------------------------------------------------------


def test_rows_of_comments_are_shown_only_to_callers_who_may_see_them(
    call: Client, board: Project, ann: Client, person: MakePerson
) -> None:
    admin = person("admin", board.id, role="project-manager")
    call("updateUser", id=admin, role="app-admin")
    person("viewer", board.id, role="project-viewer")
    task = a_task(call, board)
    for visibility in ("app-user", "app-manager", "app-admin"):
        assert call.by("admin")("createComment", task, admin, visibility, "", visibility)
    assert len(told(call.by("admin"), board.id)) == len(told(call, board.id)) == 3
    assert [row["comment"]["visibility"] for row in told(call.by("viewer"), board.id)] == ["app-user"]
    assert [row["comment"]["comment"] for row in told(call.by("viewer"), board.id, limit=1)] == ["app-user"]
    call("updateUser", id=1, role="app-manager")
    assert len(ann("getMyActivityStream")) == 2


def test_of_a_task_that_the_caller_may_not_see_a_link_tells_no_id(
    call: Client, stores: Stores, board: Project, ann: Client, person: MakePerson
) -> None:
    other = a_board(stores)
    call("addProjectUser", other.id, 1, "project-manager")
    person("viewer", board.id, role="project-viewer")
    task, hidden = a_task(call, board), a_task(call, other, title="Secret")
    assert ann("createTaskLink", task, hidden, 2)
    (row,) = told(ann, board.id)
    assert (row["task_link"]["opposite_task_id"], row["task_link"]["label"]) == (hidden, "blocks")
    assert f"linked to the task <a" in row["event_content"]  # noqa: F541 - the beginning of a link
    for rows in (told(call.by("viewer"), board.id), call.by("viewer")("getMyActivityStream")):
        (row,) = rows
        assert (row["task_link"]["opposite_task_id"], row["task_link"]["opposite_link_id"]) == (0, 0)
        assert "linked to another task" in row["event_content"]
        assert "Secret" not in str(row)
    assert told(call, board.id)[0]["task_link"]["opposite_task_id"] == hidden
    group = call("createGroup", "Group")
    assert call("addGroupMember", group, call("getUserByName", "viewer")["id"])
    assert call("addProjectGroup", other.id, group, "project-viewer")
    assert told(call.by("viewer"), board.id)[0]["task_link"]["opposite_task_id"] == hidden


def test_the_activity_of_several_projects_needs_a_role_in_each(
    call: Client, stores: Stores, board: Project, ann: Client, person: MakePerson
) -> None:
    other, foreign = a_board(stores), a_board(stores)
    call("addProjectUser", other.id, 1, "project-manager")
    person("bob", foreign.id)
    tasks = [ann("createTask", "a", each.id) for each in (board, other, board)]
    call.by("bob")("createTask", "Secret", foreign.id)
    rows = ann("getProjectActivities", [board.id, other.id, board.id])
    assert [row["task_id"] for row in rows] == tasks[::-1]
    assert ann("getProjectActivities", []) == []
    refused = [[board.id, foreign.id], [999], ["x"], [board.id, "x"]]
    assert [ann.response("getProjectActivities", ids)["statusCode"] for ids in refused] == [403] * 4
    assert call("getProjectActivities", [999, 10**30, -1]) == call("getProjectActivity", 999) == []
    assert len(call("getProjectActivities", [board.id, 999, foreign.id])) == 3
    assert call.rejection("getProjectActivities", {}) == "project_ids: must be a list of integers"
    assert call.rejection("getProjectActivities", ["x"]) == "project_ids: must be a list of integers"
    assert call.rejection("getProjectActivities", [*range(201)]) == "project_ids: must be at most 200 projects"


def test_ones_own_stream_has_active_projects_with_a_role_alone(
    call: Client, stores: Stores, board: Project, ann: Client
) -> None:
    other = a_board(stores)
    call("addProjectUser", other.id, 1, "project-manager")
    for each in (board, other):
        ann("createTask", "a", each.id)
    assert {row["project_id"] for row in ann("getMyActivityStream")} == {board.id, other.id}
    call("disableProject", other.id)
    assert {row["project_id"] for row in ann("getMyActivityStream")} == {board.id}
    assert len(told(ann, other.id)) == 1
    call("removeProjectUser", board.id, 1)
    assert ann("getMyActivityStream") == []
    group = call("createGroup", "Group")
    assert call("addGroupMember", group, 1)
    assert call("addProjectGroup", board.id, group)
    assert {row["project_id"] for row in ann("getMyActivityStream")} == {board.id}


# --- what is gone ---------------------------------------------------------------------------------------------------


def test_rows_of_removed_tasks_projects_and_authors_are_not_there(
    call: Client, stores: Stores, board: Project, ann: Client, person: MakePerson
) -> None:
    bob, other = person("bob", board.id), a_board(stores)
    call("addProjectUser", other.id, 1, "project-manager")
    kept, moved, removed = (ann("createTask", title, board.id) for title in ("kept", "moved", "removed"))
    assert call.by("bob")("closeTask", kept)
    assert call("moveTaskToProject", moved, other.id)
    assert len(told(call, board.id)) == 4
    call("removeTask", removed)
    call("removeUser", bob)
    assert [row["task_id"] for row in told(call, board.id)] == [moved, kept]
    call("removeProject", other.id)  # and the task that went there
    assert [row["task_id"] for row in told(call, board.id)] == [kept]
    call("removeProject", board.id)
    assert call("getProjectActivity", board.id) == []


def test_a_removed_assignee_is_named_nowhere(call: Client, board: Project, ann: Client, person: MakePerson) -> None:
    bob, task = person("bob", board.id), a_task(call, board)
    ann("updateTask", id=task, owner_id=bob)
    assert titles(told(ann, board.id)) == [f"Ann <A> changed the assignee of the task #{task} to bob"]
    call("removeUser", bob)
    (row,) = told(ann, board.id)
    assert row["event_title"] == f"Ann <A> removed the assignee of the task #{task}"
    assert (row["task"]["owner_id"], row["changes"]) == (0, {"owner_id": 0})
    assert "bob" not in str(row)


def test_a_row_expires_after_its_days_though_the_table_still_has_it(
    stores: Stores, board: Project, ann: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(1_800_000_000)
    ann("createTask", "a", board.id)
    (row,) = told(ann, board.id)
    time_machine.shift(365 * A_DAY - 60)
    assert told(ann, board.id) == [row]
    time_machine.shift(120)
    assert told(ann, board.id) == []
    assert stores.table.get_one(keys.activity(board.id, row["id"]))


def test_a_moved_task_leaves_its_rows_in_the_project_that_it_was_in(
    call: Client, stores: Stores, board: Project, ann: Client
) -> None:
    other = a_board(stores)
    call("addProjectUser", other.id, 1, "project-manager")
    task = ann("createTask", "a", board.id)
    assert ann("moveTaskToProject", task, other.id)
    assert ann("updateTask", id=task, title="b")
    assert titles(told(ann, board.id)) == [f"Ann <A> created the task #{task}"]
    assert [row["event_name"] for row in told(ann, other.id)] == ["task.update", "task.move.project"]


# --- pages ----------------------------------------------------------------------------------------------------------


def test_pages_have_all_rows_once_whatever_is_left_out_between_them(call: Client, board: Project, ann: Client) -> None:
    tasks = [ann("createTask", "a", board.id) for _ in range(9)]
    for task in (tasks[8], tasks[7], tasks[4], tasks[3], tasks[2]):
        call("removeTask", task)
    seen: list[int] = []
    before = 0
    while rows := told(ann, board.id, limit=2, before_id=before):
        seen += [row["task_id"] for row in rows]
        before = rows[-1]["id"]
    assert seen == [tasks[6], tasks[5], tasks[1], tasks[0]]


def test_rows_that_are_not_shown_are_read_in_growing_pages(
    stores: Stores, board: Project, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, removed = (ann("createTask", title, board.id) for title in ("kept", "removed"))
    newest, _ = told(ann, board.id)
    item = stores.table.get_one(keys.activity(board.id, newest["id"]))
    assert item
    row = {name: value for name, value in item.items() if name not in {"pk", "sk"}}
    puts = [put(keys.activity(board.id, newest["id"] + number), row) for number in range(1, 1_001)]
    stores.table.put_all(puts, 10)
    ann("removeTask", removed)
    rows: list[dict[str, Any]] = []
    calls = Tracker(monkeypatch, stores).of(lambda: rows.extend(told(ann, board.id)))
    assert [row["task_id"] for row in rows] == [kept]
    assert calls.of["Query"] == 5  # of 50 rows, 100, 200, 400 and 500


def test_without_a_limit_there_are_50_rows_of_projects_and_100_of_ones_own(board: Project, ann: Client) -> None:
    task = ann("createTask", "a", board.id)
    for _ in range(51):
        assert ann("openTask", task)
    assert len(told(ann, board.id)) == len(ann("getProjectActivities", [board.id])) == 50
    assert len(ann("getMyActivityStream")) == len(told(ann, board.id, limit=200)) == 52


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ({"limit": -1}, "limit: must be 0 to 200"),
        ({"limit": 201}, "limit: must be 0 to 200"),
        ({"before_id": "x"}, "before_id: must be an integer"),
    ],
)
def test_an_invalid_page_is_an_error_with_the_parameters_name(
    board: Project, ann: Client, page: dict[str, Any], problem: str
) -> None:
    assert ann.error("getProjectActivity", project_id=board.id, **page)["data"] == problem
    assert ann.error("getMyActivityStream", **page)["data"] == problem


@pytest.mark.parametrize(("before_id", "count"), [(0, 1), (10**30, 1), (1, 0), (-1, 0)])
def test_any_integer_is_a_place_to_begin_before(board: Project, ann: Client, before_id: int, count: int) -> None:
    ann("createTask", "a", board.id)
    assert len(told(ann, board.id, before_id=before_id)) == count


def test_many_projects_are_read_in_small_pages_and_none_of_their_rows_is_missed(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    boards = [a_board(stores) for _ in range(12)]
    person("ann", *(each.id for each in boards))
    ann = call.by("ann")
    tasks = [ann("createTask", "a", boards[0].id) for _ in range(25)]
    tasks += [ann("createTask", "a", each.id) for each in boards]
    rows = ann("getMyActivityStream")
    assert [row["task_id"] for row in rows] == tasks[::-1]


# --- texts ----------------------------------------------------------------------------------------------------------


def test_long_texts_are_cut_so_that_a_row_stays_small(stores: Stores, board: Project, ann: Client) -> None:
    task = ann("createTask", title="t" * 60_000, project_id=board.id, description="d" * 60_000)
    ann("createComment", task, 1, "c" * 60_000)
    comment, created = told(ann, board.id)
    cut = created["task"]["title"], created["task"]["description"], comment["comment"]["comment"]
    assert [(len(text), text[-2:]) for text in cut] == [(2_000, "t…"), (2_000, "d…"), (2_000, "c…")]
    item = stores.table.get_one(keys.activity(board.id, created["id"]))
    assert item
    assert len(item["doc"]["S"].encode()) < 5_000


def test_of_many_files_that_are_removed_at_once_only_the_first_have_rows(
    call: Client, board: Project, ann: Client
) -> None:
    task = a_task(call, board)
    for number in range(9):
        call("createTaskFile", board.id, task, f"{number}.txt", "YQ==")
    assert ann("removeAllTaskFiles", task)
    rows = told(ann, board.id)
    assert [row["file"]["name"] for row in rows] == [f"{number}.txt" for number in range(7, -1, -1)]
    assert {row["event_name"] for row in rows} == {"task.file.destroy"}
