"""Links between tasks; every rule is from context.md 11 and 2.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_board, a_task, everything, move

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

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


def test_a_removed_type_hides_what_is_of_it_and_the_opposite_stays(call: Client, tasks: list[int]) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    assert call("removeLink", BLOCKS) is True
    assert (linked(call, a), linked(call, b)) == ([], [("is blocked by", a)])
    assert call("getTaskLinkById", link_id) is None
    assert call("removeTaskLink", link_id) is False
    assert call("getTaskLinkById", link_id + 1)["opposite_link_id"] == 0
    assert call("createTaskLink", a, b, BLOCKS) is False
    assert call("removeTaskLink", link_id + 1) is True
    assert linked(call, b) == []


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


def test_a_person_links_to_tasks_of_projects_in_which_they_have_any_role(
    call: Client, stores: Stores, board: Project, foreign: Project, tasks: list[int], person: MakePerson
) -> None:
    seen = a_board(stores, name="Seen")
    own = person("ann", board.id)
    call("addProjectUser", seen.id, own, "project-viewer")
    ann, there, hidden = call.by("ann"), a_task(call, seen), a_task(call, foreign)
    link_id = ann("createTaskLink", tasks[0], there, RELATES)
    assert link_id
    assert ann("createTaskLink", tasks[0], hidden, RELATES) is False
    assert ann("updateTaskLink", link_id, tasks[0], hidden, RELATES) is False
    assert ann("updateTaskLink", link_id, tasks[0], tasks[1], BLOCKS) is True
    for mine in (there, hidden):
        assert ann.response("createTaskLink", mine, tasks[0], RELATES)["statusCode"] == 403
    call("updateUser", id=own, role="app-admin")
    assert ann("createTaskLink", tasks[0], hidden, RELATES)
    assert len(ann("getAllTaskLinks", tasks[0])) == 2


def test_a_person_without_a_role_in_the_tasks_own_project_is_told_nothing(
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
        ("removeTaskLink", (link_id,)),
    ]
    for method, params in calls:
        assert ann.response(method, *params)["statusCode"] == 403, method
    assert ann("getTaskLinkById", link_id + 1)["task_id"] == mine
    assert ann("removeTaskLink", link_id + 1) is True
