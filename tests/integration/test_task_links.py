"""Links between tasks; every rule is from context.md 11 and 2.3."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws_calls import Tracker
from tests.boards import a_board, a_task, everything, move
from tests.conftest import BUCKET, TABLE, Client, a_service

from lambdaboard.store.stores import Stores
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakePerson

    from lambdaboard.domain.project import Project

UNKNOWN: list[Any] = [0, -1, 999_999, 10**13, "999999"]

RELATES, BLOCKS, BLOCKED, DUPLICATES, DUPLICATED, TARGETS, MILESTONE = 1, 2, 3, 4, 5, 8, 9

LISTED = """id task_id label title is_active project_id column_id color_id date_completed date_started date_due
    task_time_spent task_time_estimated task_assignee_id task_assignee_username task_assignee_name column_title
    project_name"""


@pytest.fixture
def tasks(call: Client, board: Project) -> list[int]:
    """Three tasks of one column."""
    return [a_task(call, board, title=title) for title in "ABC"]


def linked(call: Client, task_id: int) -> list[tuple[str, int]]:
    """Return what the links of a task say, and of which tasks."""
    return [(row["label"], row["task_id"]) for row in call("getAllTaskLinks", task_id)]


def counted(call: Client, board: Project) -> dict[int, tuple[int, Any]]:
    """Return how many links tasks say they have, and whether they are milestones."""
    return {row["id"]: (row["nb_links"], row["is_milestone"]) for row in call("searchTasks", board.id, "")}


def sides(stores: Stores) -> int:
    """Return how many sides of links lie in the table, and that each can be looked up."""
    found = everything(stores)
    own = [key for key in found if key[0].startswith("T#") and key[1].startswith("LINK#")]
    assert len(own) == len([key for key in found if key[0].startswith("LINK#")])
    return len(own)


def test_a_link_has_two_sides_with_ids_that_follow_one_another(call: Client, board: Project, tasks: list[int]) -> None:
    a, b, c = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    row = {"id": link_id, "opposite_task_id": b, "task_id": a, "link_id": BLOCKS, "label": "blocks"}
    assert call("getTaskLinkById", link_id) == row | {"opposite_link_id": BLOCKED}
    other = {"id": link_id + 1, "opposite_task_id": a, "task_id": b, "link_id": BLOCKED, "label": "is blocked by"}
    assert call("getTaskLinkById", str(link_id + 1)) == other | {"opposite_link_id": BLOCKS}
    assert call.documented("getTaskLinkById", link_id)["opposite_task_id"] == str(b)
    assert (linked(call, a), linked(call, b), linked(call, c)) == ([("blocks", b)], [("is blocked by", a)], [])
    second = call("createTaskLink", b, c, RELATES)
    assert second == link_id + 2
    assert call("getTaskLinkById", second)["opposite_link_id"] == 0
    assert counted(call, board) == {a: (1, None), b: (2, None), c: (1, None)}


def test_a_row_of_the_list_tells_of_the_other_task(
    call: Client, board: Project, tasks: list[int], person: MakePerson
) -> None:
    ann = person("ann", board.id, name="Ann Lee")
    wanted = {"title": "Other", "color_id": "red", "column_id": board.columns[1].id, "project_id": board.id}
    given = {"time_spent": 1.5, "time_estimated": 2, "date_due": "2030-01-15", "owner_id": ann}
    other = a_task(call, board, **wanted, **given)
    call("createTaskLink", tasks[0], other, RELATES)
    call("closeTask", other)
    (row,) = call("getAllTaskLinks", tasks[0])
    assert sorted(row) == sorted(LISTED.split())
    task = call("getTask", other)
    wanted |= {name: task[name] for name in ("is_active", "date_completed", "date_started", "date_due")}
    wanted |= {"task_id": other, "label": "relates to", "task_time_spent": 1.5, "task_time_estimated": 2}
    wanted |= {"task_assignee_id": ann, "task_assignee_username": "ann", "task_assignee_name": "Ann Lee"}
    wanted |= {"column_title": "Ready", "project_name": "Board", "is_active": 0}
    assert row == wanted | {"id": row["id"]}
    call("removeUser", ann)
    (row,) = call("getAllTaskLinks", tasks[0])
    assert [row[f"task_assignee_{name}"] for name in ("id", "username", "name")] == [0, None, None]


def test_they_are_listed_by_type_then_last_column_open_ones_and_position(
    call: Client, board: Project, tasks: list[int]
) -> None:
    a, b, c = tasks
    right, closed, other = (a_task(call, board) for _ in range(3))
    move(call, board, right, 1, 2)
    move(call, board, c, 1)
    call("closeTask", closed)
    for task_id in (closed, b, c, right):
        call("createTaskLink", a, task_id, BLOCKS)
    call("createTaskLink", a, other, RELATES)
    assert [task_id for _, task_id in linked(call, a)] == [other, right, c, b, closed]


# --- uniqueness -------------------------------------------------------------------------------------------------


def test_the_same_link_again_is_refused_from_either_side(call: Client, stores: Stores, tasks: list[int]) -> None:
    a, b, c = tasks
    call("createTaskLink", a, b, BLOCKS)
    call("createTaskLink", a, c, RELATES)
    before = everything(stores)
    for again in ((a, b, BLOCKS), (b, a, BLOCKED), (a, c, RELATES), (c, a, RELATES)):
        assert call("createTaskLink", *again) is False
    assert everything(stores) == before
    assert call("createTaskLink", b, a, BLOCKS)
    assert call("createTaskLink", a, b, RELATES)
    assert len(linked(call, a)) == 4


def test_a_task_is_linked_to_itself_by_a_type_of_two_sides_only(
    call: Client, stores: Stores, board: Project, tasks: list[int]
) -> None:
    a, *_ = tasks
    assert call("createTaskLink", a, a, RELATES) is False
    link_id = call("createTaskLink", a, a, BLOCKS)
    assert linked(call, a) == [("blocks", a), ("is blocked by", a)]
    assert call("createTaskLink", a, a, BLOCKED) is False
    assert counted(call, board)[a] == (2, None)
    assert call("updateTaskLink", link_id, a, a, BLOCKED) is True
    assert call("getTaskLinkById", link_id)["link_id"] == BLOCKED
    assert call("getTaskLinkById", link_id + 1)["link_id"] == BLOCKS
    assert (counted(call, board)[a], sides(stores)) == ((2, None), 2)
    assert call("removeTaskLink", link_id) is True
    assert (linked(call, a), counted(call, board)[a], sides(stores)) == ([], (0, None), 0)


def test_what_does_not_exist_is_refused_and_changes_nothing(call: Client, stores: Stores, tasks: list[int]) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    before = everything(stores)
    for client in (call, call.documented):
        for unknown in UNKNOWN:
            assert client("createTaskLink", unknown, b, RELATES) is False
            assert client("createTaskLink", a, unknown, RELATES) is False
            assert client("createTaskLink", a, b, unknown) is False
            assert client("updateTaskLink", unknown, a, b, RELATES) is False
            assert client("updateTaskLink", link_id, unknown, b, RELATES) is False
            assert client("updateTaskLink", link_id, a, unknown, RELATES) is False
            assert client("updateTaskLink", link_id, a, b, unknown) is False
            assert client("removeTaskLink", unknown) is False
            assert client("getTaskLinkById", unknown) is None
            assert client("getAllTaskLinks", unknown) == []
    assert everything(stores) == before


# --- updates ----------------------------------------------------------------------------------------------------


def test_an_update_changes_both_sides_and_keeps_their_ids(
    call: Client, stores: Stores, board: Project, tasks: list[int]
) -> None:
    a, b, c = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    assert call("updateTaskLink", link_id, a, b, BLOCKED) is True
    assert (linked(call, a), linked(call, b)) == ([("is blocked by", b)], [("blocks", a)])
    assert call("updateTaskLink", link_id, a, c, MILESTONE) is True
    assert (linked(call, a), linked(call, b)) == ([("is a milestone of", c)], [])
    assert linked(call, c) == [("targets milestone", a)]
    assert [call("getTaskLinkById", link_id + side)["task_id"] for side in (0, 1)] == [a, c]
    assert counted(call, board) == {a: (1, 1), b: (0, None), c: (1, None)}
    assert call("updateTaskLink", link_id + 1, c, b, MILESTONE) is True
    assert (linked(call, a), linked(call, b)) == ([], [("targets milestone", c)])
    assert counted(call, board) == {a: (0, None), b: (1, None), c: (1, 1)}
    assert [call("getTaskLinkById", link_id + side)["task_id"] for side in (0, 1)] == [b, c]
    assert sides(stores) == 2


def test_an_update_to_what_is_there_already_is_refused_or_nothing(
    call: Client, stores: Stores, tasks: list[int]
) -> None:
    a, b, c = tasks
    first, second = call("createTaskLink", a, b, BLOCKS), call("createTaskLink", a, c, BLOCKS)
    before = everything(stores)
    assert call("updateTaskLink", second, a, b, BLOCKS) is False
    assert call("updateTaskLink", first, b, a, BLOCKED) is False
    assert call("updateTaskLink", first, a, a, RELATES) is False
    assert call("updateTaskLink", first, a, b, BLOCKS) is True
    assert everything(stores) == before


def test_one_whose_types_were_changed_can_be_updated_and_removed(
    call: Client, stores: Stores, board: Project, tasks: list[int]
) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    call("updateLink", BLOCKS, MILESTONE, "blocks")
    assert call("updateTaskLink", link_id, a, b, BLOCKS) is True
    assert linked(call, b) == [("is a milestone of", a)]
    assert (counted(call, board)[b], sides(stores)) == ((1, 1), 2)
    assert call("removeTaskLink", link_id + 1) is True
    assert (counted(call, board)[b], sides(stores)) == ((0, None), 0)


# --- removals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [0, 1])
def test_a_link_is_removed_from_both_tasks_by_either_side(
    call: Client, stores: Stores, board: Project, tasks: list[int], side: int
) -> None:
    a, b, c = tasks
    link_id, kept = call("createTaskLink", a, b, TARGETS), call("createTaskLink", b, c, RELATES)
    assert counted(call, board)[b] == (2, 1)
    assert call("removeTaskLink", link_id + side) is True
    for each in (link_id, link_id + 1):
        assert call("removeTaskLink", each) is False
        assert call("getTaskLinkById", each) is None
        assert call("updateTaskLink", each, a, b, RELATES) is False
    assert (linked(call, a), linked(call, b)) == ([], [("relates to", c)])
    assert counted(call, board) == {a: (0, None), b: (1, None), c: (1, None)}
    assert sides(stores) == 2
    assert call("createTaskLink", a, b, TARGETS) > kept


def test_a_milestone_is_one_as_long_as_a_link_says_so(call: Client, board: Project, tasks: list[int]) -> None:
    a, b, c = tasks
    first, second = call("createTaskLink", a, c, TARGETS), call("createTaskLink", c, b, MILESTONE)
    assert counted(call, board)[c] == (2, 1)
    call("removeTaskLink", first)
    assert counted(call, board)[c] == (1, 1)
    call("updateTaskLink", second, c, b, RELATES)
    assert counted(call, board)[c] == (1, None)


def test_links_to_a_removed_task_are_gone_at_once(call: Client, tasks: list[int]) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    call("removeTask", b)
    assert linked(call, a) == linked(call, b) == []
    for each in (link_id, link_id + 1):
        assert call("getTaskLinkById", each) is None
        assert call("removeTaskLink", each) is False
        assert call("updateTaskLink", each, a, b, RELATES) is False


@pytest.fixture(params=["before sweep", "after sweep"])
def swept(request: pytest.FixtureRequest, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets sweep repair everything, if that is what the test is about."""
    monkeypatch.setattr("lambdaboard.store.sweep_progress.GONE_FOR", -5)

    def sweep() -> None:
        if request.param == "after sweep":
            assert Sweep(stores, repair=True, has_time=lambda: True).run().is_complete

    return sweep


def test_a_link_of_a_removed_type_is_gone_for_everything_and_the_opposite_stays(
    call: Client, board: Project, person: MakePerson, tasks: list[int], swept: Callable[[], None]
) -> None:
    a, b, c = tasks
    person("ann", board.id)
    link_id = call("createTaskLink", a, b, BLOCKS)
    assert call("removeLink", BLOCKS) is True
    swept()
    assert (linked(call, a), linked(call, b)) == ([], [("is blocked by", a)])
    assert counted(call, board) == {a: (0, None), b: (1, None), c: (0, None)}
    assert call("getTaskLinkById", link_id) is None
    assert call("removeTaskLink", link_id) is False
    assert call("updateTaskLink", link_id, a, c, MILESTONE) is False
    assert linked(call, a) == []
    for method in ("getTaskLinkById", "removeTaskLink"):
        assert call.by("ann").response(method, link_id)["statusCode"] == 403, method
    assert call.by("ann")("updateTaskLink", link_id, a, c, MILESTONE) is False
    assert call("getTaskLinkById", link_id + 1)["opposite_link_id"] == 0
    assert call("createTaskLink", a, b, BLOCKS) is False
    assert call("removeTaskLink", link_id + 1) is True
    assert linked(call, b) == []
    assert counted(call, board)[b] == (0, None)


def test_of_a_link_whose_other_side_is_gone_an_update_changes_one_side(
    call: Client, stores: Stores, board: Project, tasks: list[int], swept: Callable[[], None]
) -> None:
    a, b, c = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    call("removeLink", BLOCKS)
    swept()
    assert call("updateTaskLink", link_id + 1, b, c, TARGETS) is True
    assert (linked(call, a), linked(call, b), linked(call, c)) == ([], [("targets milestone", c)], [])
    assert call("getTaskLinkById", link_id) is None
    assert counted(call, board) == {a: (0, None), b: (1, None), c: (0, None)}
    assert sides(stores) == 1
    assert call("createTaskLink", c, b, MILESTONE) is False  # that side is there
    assert call("updateTaskLink", link_id + 1, b, c, RELATES) is True
    assert call("removeTaskLink", link_id + 1) is True
    assert sides(stores) == 0
    assert {*counted(call, board).values()} == {(0, None)}


def numbers(call: Client, ann: Client, board: Project, task_id: int) -> list[tuple[int, Any]]:
    """Return how many links a task has, and whether it is a milestone, as a search, the board and a dashboard say."""
    cells = [cell for lane in call("getBoard", board.id) for cell in lane["columns"]]
    rows = [*call("searchTasks", board.id, ""), *call("searchTasks", 0, ""), *ann("getMyDashboard")]
    rows += [row for cell in cells for row in cell["tasks"]]
    return [(row["nb_links"], row["is_milestone"]) for row in rows if row["id"] == task_id]


def test_the_number_of_links_is_right_at_once_after_the_removal_of_a_type(
    call: Client, board: Project, person: MakePerson, swept: Callable[[], None]
) -> None:
    ann = person("ann", board.id)
    a, b = (a_task(call, board, owner_id=ann) for _ in range(2))
    for link_type in (MILESTONE, RELATES, TARGETS, BLOCKS):
        call("createTaskLink", a, b, link_type)
    for removed, wanted in ((BLOCKS, (3, 1)), (RELATES, (2, 1)), (MILESTONE, (1, None)), (TARGETS, (0, None))):
        assert call("removeLink", removed) is True
        swept()
        assert numbers(call, call.by("ann"), board, a) == [wanted] * 4


def test_a_milestone_is_recognized_by_the_label_of_the_type(call: Client, board: Project, person: MakePerson) -> None:
    ann = person("ann", board.id)
    a, b = (a_task(call, board, owner_id=ann) for _ in range(2))
    call("createTaskLink", a, b, MILESTONE)
    call("updateLink", MILESTONE, TARGETS, "ends")
    assert numbers(call, call.by("ann"), board, a) == [(1, None)] * 4
    call("createTaskLink", a, b, call("createLink", "is a milestone of"))
    assert numbers(call, call.by("ann"), board, a) == [(2, 1)] * 4


# --- other projects and persons ---------------------------------------------------------------------------------


def test_tasks_of_different_projects_are_linked(
    call: Client, stores: Stores, foreign: Project, tasks: list[int]
) -> None:
    other = a_task(call, foreign, title="There")
    link_id = call("createTaskLink", tasks[0], other, BLOCKS)
    (row,) = call("getAllTaskLinks", tasks[0])
    assert [row[name] for name in ("project_id", "project_name", "column_title")] == [foreign.id, "Foreign", "Inbox"]
    third = a_board(stores, name="Third")
    call("moveTaskToProject", other, third.id)
    assert call("getAllTaskLinks", tasks[0])[0]["project_name"] == "Third"
    assert call("getTaskLinkById", link_id + 1)["task_id"] == other
    call("removeProject", third.id)
    assert linked(call, tasks[0]) == []
    assert call("getTaskLinkById", link_id) is None


@pytest.fixture
def seen(call: Client, stores: Stores) -> Project:
    """A third project."""
    return a_board(stores, name="Seen")


HIDDEN = {
    "title": "",
    "is_active": 0,
    "project_id": 0,
    "column_id": 0,
    "color_id": "",
    "date_completed": None,
    "date_started": 0,
    "date_due": 0,
    "task_time_spent": None,
    "task_time_estimated": None,
    "task_assignee_id": 0,
    "task_assignee_username": None,
    "task_assignee_name": None,
    "column_title": "",
    "project_name": "",
}


def test_a_person_links_tasks_of_projects_in_which_they_may_work_and_to_others_as_if_they_were_not_there(
    call: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    seen: Project,
    tasks: list[int],
    person: MakePerson,
) -> None:
    worked_in = a_board(stores, name="Worked in")
    own = person("ann", board.id, worked_in.id)
    call("addProjectUser", seen.id, own, "project-viewer")
    ann, there, hidden, mine = (
        call.by("ann"),
        a_task(call, seen),
        a_task(call, foreign),
        a_task(call, worked_in),
    )
    link_id = ann("createTaskLink", tasks[0], mine, RELATES)
    assert link_id
    before = everything(stores)
    for role in ("app-user", "app-manager", "app-admin"):
        call("updateUser", id=own, role=role)
        for client in (ann, ann.documented):
            for other in (there, hidden, 999_999_999):
                assert client("createTaskLink", tasks[0], other, RELATES) is False, (role, other)
                assert client("updateTaskLink", link_id, tasks[0], other, RELATES) is False, (role, other)
        for other in (there, hidden):
            assert ann.response("createTaskLink", other, tasks[0], RELATES)["statusCode"] == 403
    call("updateUser", id=own, role="app-user")
    assert len([key for key, item in everything(stores).items() if before.get(key) != item]) == 1  # Ann herself
    assert ann("updateTaskLink", link_id, tasks[0], tasks[1], BLOCKS) is True


def test_refusing_a_link_asks_the_same_of_aws_whether_or_not_the_other_task_is_there(
    call: Client, foreign: Project, tasks: list[int], person: MakePerson, board: Project, monkeypatch: Any
) -> None:
    person("ann", board.id)
    stores = Stores.connect(TABLE, BUCKET)
    ann, tracker = Client(a_service(stores)).by("ann"), Tracker(monkeypatch, stores)
    link_id = call("createTaskLink", tasks[0], tasks[1], RELATES)
    others = [a_task(call, foreign), 999_999_999]
    ann("getTask", tasks[0])
    for method, first in (("createTaskLink", [tasks[0]]), ("updateTaskLink", [link_id, tasks[0]])):
        asked = [tracker.of(partial(ann, method, *first, other, RELATES)) for other in others]
        assert (asked[0].depth, asked[0].of) == (asked[1].depth, asked[1].of), method


@pytest.mark.parametrize("role", ["app-user", "app-admin"])
def test_only_ids_and_label_of_a_task_that_a_person_may_not_see_any_more_are_shown(
    call: Client, board: Project, foreign: Project, tasks: list[int], person: MakePerson, role: str
) -> None:
    ann, bob = person("ann", board.id, foreign.id, role="project-viewer"), person("bob", foreign.id)
    call("updateUser", id=ann, role=role)
    given = {"title": "Secret", "color_id": "red", "owner_id": bob, "time_spent": 1.5, "time_estimated": 2.5}
    hidden = a_task(call, foreign, **given, date_due="2030-01-15", date_started="2029-01-15")
    link_id = call("createTaskLink", tasks[0], hidden, TARGETS)
    call("closeTask", hidden)
    seen = call.by("ann")("getAllTaskLinks", tasks[0])
    assert seen == call("getAllTaskLinks", tasks[0])
    call("removeProjectUser", foreign.id, ann)
    told = {"id": link_id, "task_id": hidden, "label": "targets milestone"}
    assert call.by("ann")("getAllTaskLinks", tasks[0]) == [told | HIDDEN]
    assert [*told | HIDDEN] == [*seen[0]]
    texts = {name: str(value) if type(value) is int else value for name, value in (told | HIDDEN).items()}
    assert call.by("ann").documented("getAllTaskLinks", tasks[0]) == [texts]
    own = {"id": link_id, "opposite_task_id": 0, "task_id": tasks[0], "link_id": TARGETS}
    told = own | {"label": "targets milestone", "opposite_link_id": 0}
    assert call.by("ann")("getTaskLinkById", link_id) == told
    assert call.by("ann").response("getTaskLinkById", link_id + 1)["statusCode"] == 403
    assert call("getTaskLinkById", link_id)["opposite_task_id"] == hidden
    assert call("getAllTaskLinks", tasks[0])[0]["title"] == "Secret"
    (row,) = call.by("ann")("searchTasks", board.id, 'link:"targets milestone"')
    assert (row["id"], row["nb_links"]) == (tasks[0], 1)
    assert "Secret" not in str(call.by("ann")("getBoard", board.id))


def test_the_order_of_hidden_tasks_does_not_show_their_places(
    call: Client, board: Project, foreign: Project, tasks: list[int], person: MakePerson
) -> None:
    person("ann", board.id)
    first, second, closed = (a_task(call, foreign) for _ in range(3))
    move(call, foreign, second, 1)
    call("closeTask", closed)
    for other in (closed, second, tasks[1], first):
        call("createTaskLink", tasks[0], other, BLOCKS)
    assert [task_id for _, task_id in linked(call, tasks[0])] == [tasks[1], second, first, closed]
    assert [task_id for _, task_id in linked(call.by("ann"), tasks[0])] == [tasks[1], first, second, closed]


def test_a_link_is_changed_by_who_may_work_on_both_its_tasks(
    call: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    seen: Project,
    tasks: list[int],
    person: MakePerson,
) -> None:
    ann = person("ann", board.id)
    call("addProjectUser", seen.id, ann, "project-viewer")
    for other in (a_task(call, foreign), a_task(call, seen)):
        link_id = call("createTaskLink", tasks[0], other, RELATES)
        before = everything(stores)
        assert call.by("ann")("updateTaskLink", link_id, tasks[0], other, BLOCKS) is False
        assert call.by("ann")("updateTaskLink", link_id, tasks[0], tasks[1], BLOCKS) is False
        assert call.by("ann").response("updateTaskLink", link_id + 1, other, tasks[0], BLOCKS)["statusCode"] == 403
        assert everything(stores) == before


@pytest.mark.parametrize("side", [0, 1])
def test_a_link_is_removed_by_who_may_work_on_either_task_by_either_side(
    call: Client, board: Project, foreign: Project, tasks: list[int], person: MakePerson, side: int
) -> None:
    viewer, other = person("ann", board.id, role="project-viewer"), a_task(call, foreign)
    call("addProjectUser", foreign.id, viewer, "project-viewer")
    person("bob", board.id)
    person("carl", foreign.id)
    person("nobody")
    for username in ("bob", "carl"):
        link_id = call("createTaskLink", tasks[0], other, RELATES)
        for refused in ("ann", "nobody"):
            assert call.by(refused).response("removeTaskLink", link_id + side)["statusCode"] == 403
        assert call.by(username)("removeTaskLink", link_id + side) is True
        assert linked(call, tasks[0]) == linked(call, other) == []
        assert call.by(username).response("removeTaskLink", link_id + side)["statusCode"] == 403


def test_the_other_side_of_a_removed_type_is_removed_by_who_may_work_on_either_task(
    call: Client, board: Project, foreign: Project, tasks: list[int], person: MakePerson
) -> None:
    person("ann", board.id)
    other = a_task(call, foreign)
    link_id = call("createTaskLink", tasks[0], other, BLOCKS)
    call("removeLink", BLOCKS)
    assert call.by("ann").response("removeTaskLink", link_id)["statusCode"] == 403
    assert call.by("ann")("removeTaskLink", link_id + 1) is True


def test_a_person_without_a_role_in_the_tasks_own_project_gets_403(
    call: Client, board: Project, foreign: Project, tasks: list[int], person: MakePerson
) -> None:
    person("ann", foreign.id, role="project-manager")
    ann, mine = call.by("ann"), a_task(call, foreign)
    link_id = call("createTaskLink", tasks[0], mine, RELATES)
    calls: list[tuple[str, tuple[Any, ...]]] = [
        ("getTaskLinkById", (link_id,)),
        ("getTaskLinkById", (999_999,)),
        ("getAllTaskLinks", (tasks[0],)),
        ("createTaskLink", (tasks[0], mine, BLOCKS)),
        ("updateTaskLink", (link_id, tasks[0], mine, BLOCKS)),
    ]
    for method, params in calls:
        assert ann.response(method, *params)["statusCode"] == 403, method
    assert ann("getTaskLinkById", link_id + 1)["task_id"] == mine
    assert ann("getAllTaskLinks", mine)[0]["task_id"] == tasks[0]
    assert ann("removeTaskLink", link_id + 1) is True
