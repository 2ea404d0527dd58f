"""moveTaskToProject; every rule is from the table of behaviour.md 3.9. Copies: test_duplicating_tasks.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_board, a_tag, a_task, backdate, everything, lane

from lambdaboard.store.keys import GLOBAL

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


@pytest.fixture
def target(stores: Stores) -> Project:
    """A project with some names of the board, in another order, and some of its own."""
    names: dict[str, Any] = {
        "columns": ("First", "Done", "ready"),
        "swimlanes": ("Top", "Second"),
        "inactive": ("Old", "Third"),
    }
    return a_board(stores, name="Target", **names, categories=("Other", "BUGS"), priority_default=2, priority_end=5)


def tags(stores: Stores, task_id: int) -> dict[str, str | None]:
    found = stores.tasks.find(task_id)
    known = {tag.id: tag for tag in stores.tags.usable(found.project.id)}
    return {known[each].name: known[each].color_id for each in found.stored.task.tags}


def test_what_belongs_to_the_task_goes_with_it_and_stays_as_it_is(
    call: Client, stores: Stores, board: Project, target: Project
) -> None:
    kept = {"title": "Task", "description": "Text", "color_id": "red", "score": 4, "reference": "R", "date_due": 1}
    given = kept | {"date_due": "2020-01-01", "time_spent": 1.5, "time_estimated": 2, "recurrence_factor": 5}
    task_id = a_task(call, board, **given, column_id=board.columns[2].id, tags=["a"])
    file_id = call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    call("saveTaskMetadata", task_id, {"name": "value"})
    backdate(stores, task_id, recurrence_parent=77, recurrence_child=78, creator_id=5, recurrence_status=1)
    before, file = call("getTask", task_id), call("getTaskFile", file_id)
    assert call("moveTaskToProject", task_id, target.id) is True
    after = call("getTask", task_id)
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"project_id", "column_id", "swimlane_id"}
    assert (after["project_id"], after["date_moved"], after["date_modification"]) == (target.id, LONG_AGO, LONG_AGO)
    assert call("getTaskFile", file_id) == file
    assert (call("downloadTaskFile", file_id), len(call("getAllTaskFiles", task_id))) == ("YQ==", 1)
    assert call("getTaskMetadata", task_id) == {"name": "value"}
    assert call("getTaskByReference", target.id, "R") == after
    assert call("getTaskByReference", board.id, "R") is None
    assert [row["project_id"] for row in call("getOverdueTasks")] == [target.id]


PLACES = [
    ("columns", "column_id", "Done", "Done"),
    ("columns", "column_id", "Ready", "First"),
    ("columns", "column_id", "Backlog", "First"),
    ("swimlanes", "swimlane_id", "Second", "Second"),
    ("swimlanes", "swimlane_id", "Old", "Top"),
    ("swimlanes", "swimlane_id", "Third", "Top"),
    ("swimlanes", "swimlane_id", "Main", "Top"),
    ("categories", "category_id", "Bugs", "BUGS"),
    ("categories", "category_id", "Docs", None),
]


def part(project: Project, kind: str, name: str) -> int:
    """Return the id of a column, swimlane or category by its name."""
    key = "title" if kind == "columns" else "name"
    return int(next(each.id for each in getattr(project, kind) if getattr(each, key) == name))


@pytest.mark.parametrize(("kind", "name", "source", "wanted"), PLACES)
def test_a_place_is_found_by_name_in_the_target_else_its_default(
    call: Client, stores: Stores, target: Project, kind: str, name: str, source: str, wanted: str | None
) -> None:
    board = a_board(stores, swimlanes=("Main", "Second", "Third"))
    own = {name: part(board, kind, source)}
    for task_id, given in ((a_task(call, board, **own), {}), (a_task(call, board), own)):
        assert call("moveTaskToProject", task_id=task_id, project_id=target.id, **given) is True
        assert call("getTask", task_id)[name] == (part(target, kind, wanted) if wanted else 0)


def test_no_task_goes_into_a_disabled_swimlane_not_even_of_its_own_project(
    call: Client, board: Project, target: Project
) -> None:
    main, second, old = (lane.id for lane in board.swimlanes)
    for given in ({}, {"swimlane_id": second}, {"swimlane_id": old}):
        call("enableSwimlane", board.id, second)
        task_id = a_task(call, board, swimlane_id=second)
        call("disableSwimlane", board.id, second)
        copy_id = call("duplicateTaskToProject", task_id=task_id, project_id=board.id, **given)
        assert call("moveTaskToProject", task_id=task_id, project_id=board.id, **given) is True
        assert [call("getTask", each)["swimlane_id"] for each in (task_id, copy_id)] == [main, main]
    for lane_id in (target.swimlanes[2].id, target.swimlanes[3].id):
        assert call("moveTaskToProject", a_task(call, board), target.id, lane_id) is True
    assert {row["swimlane_id"] for row in call("getAllTasks", target.id)} == {target.swimlanes[0].id}


@pytest.mark.parametrize(("kind", "name", "source", "wanted"), PLACES)
@pytest.mark.parametrize("method", ["moveTaskToProject", "duplicateTaskToProject"])
def test_a_place_of_a_third_project_is_found_by_name_too(
    call: Client, stores: Stores, board: Project, target: Project, method: str, kind: str, name: str, source: str,
    wanted: str | None,
) -> None:  # fmt: skip
    third = a_board(stores, columns=("Backlog", "Done", "Ready"), swimlanes=("Second", "Main", "Third"))
    task_id = a_task(call, board)
    moved = call(method, task_id=task_id, project_id=target.id, **{name: part(third, kind, source)})
    assert call("getTask", task_id if moved is True else moved)[name] == (part(target, kind, wanted) if wanted else 0)


def test_a_place_of_a_third_project_is_unknown_to_who_has_no_role_there(
    call: Client, stores: Stores, person: MakePerson, board: Project, target: Project
) -> None:
    third = a_board(stores)
    ann = person("ann", board.id, target.id)
    given = {"column_id": part(third, "columns", "Done"), "swimlane_id": part(third, "swimlanes", "Second")}
    given |= {"category_id": part(third, "categories", "Bugs")}
    found = []
    for _ in range(2):
        copy = call.by("ann")("duplicateTaskToProject", task_id=a_task(call, board), project_id=target.id, **given)
        found.append([call("getTask", copy)[name] for name in given])
        call("addProjectUser", third.id, ann, "project-viewer")
    assert found[0] == [target.columns[0].id, target.swimlanes[0].id, 0]
    assert found[1] == [target.columns[1].id, target.swimlanes[1].id, target.categories[1].id]


@pytest.mark.parametrize("unknown", [0, -1, 999_999])
def test_ids_of_the_target_are_taken_and_unknown_ones_mean_the_default(
    call: Client, board: Project, target: Project, unknown: int
) -> None:
    given = {"swimlane_id": target.swimlanes[1].id, "column_id": target.columns[2].id}
    given |= {"category_id": target.categories[0].id, "owner_id": 1}
    for change in ({}, *({name: unknown} for name in given)):
        task_id = a_task(call, board, category_id=board.categories[0].id)
        assert call("moveTaskToProject", task_id=task_id, project_id=target.id, **given | change) is True
        task = call("getTask", task_id)
        defaults = {"swimlane_id": target.swimlanes[0].id, "column_id": target.columns[0].id, "category_id": 0}
        wanted = given | {"owner_id": 0} | {name: defaults.get(name, 0) for name in change}
        assert {name: task[name] for name in wanted} == wanted


@pytest.mark.parametrize(("priority", "wanted"), [(0, 0), (5, 5), (6, 2), (-1, 2)])
def test_a_priority_outside_the_targets_range_becomes_its_default(
    call: Client, board: Project, target: Project, priority: int, wanted: int
) -> None:
    task_id = a_task(call, board, priority=priority)
    call("moveTaskToProject", task_id, target.id)
    assert call("getTask", task_id)["priority"] == wanted


def test_a_closed_task_is_open_afterwards_without_a_date_of_completion(
    call: Client, board: Project, target: Project
) -> None:
    for project in (target, board):
        task_id = a_task(call, board)
        call("closeTask", task_id)
        assert call("moveTaskToProject", task_id, project.id) is True
        task = call("getTask", task_id)
        assert (task["is_active"], task["date_completed"]) == (1, 0)


def test_it_is_last_in_the_target_and_leaves_no_gap(call: Client, board: Project, target: Project) -> None:
    stay, moved, other = (a_task(call, board) for _ in range(3))
    there = a_task(call, target)
    call("moveTaskToProject", moved, target.id)
    assert (lane(call, board), lane(call, target)) == ([stay, other], [there, moved])
    call("moveTaskToProject", moved, board.id)
    assert (lane(call, board), lane(call, target)) == ([stay, other, moved], [there])


def test_its_own_project_moves_it_to_the_end_of_its_column(call: Client, stores: Stores, board: Project) -> None:
    ids = [a_task(call, board, tags=["a"]) for _ in range(3)]
    backdate(stores, ids[0])
    assert call("moveTaskToProject", ids[0], board.id) is True
    assert lane(call, board) == [*ids[1:], ids[0]]
    assert call("getTask", ids[0])["date_modification"] == LONG_AGO
    assert tags(stores, ids[0]) == {"a": None}


def test_tags_are_found_or_made_in_the_target_with_their_colour(
    call: Client, stores: Stores, board: Project, target: Project
) -> None:
    a_tag(stores, GLOBAL, "Global", "blue")
    a_tag(stores, board.id, "Mine", "red")
    a_tag(stores, target.id, "BOTH", "green")
    task_id = a_task(call, board, tags=["Mine", "global", "both"])
    copy = call("duplicateTaskToProject", task_id, target.id)
    assert [*tags(stores, copy).items()] == [("Mine", "red"), ("Global", "blue"), ("BOTH", "green")]
    assert call("moveTaskToProject", task_id, target.id) is True
    # a tag that stays is assigned as before, and so in front of those that are assigned now
    assert [*tags(stores, task_id).items()] == [("Global", "blue"), ("Mine", "red"), ("BOTH", "green")]
    assert [tag.name for tag in stores.tags.of(board.id)] == ["Mine", "both"]
    assert [tag.name for tag in stores.tags.of(target.id)] == ["BOTH", "Mine"]


def test_what_does_not_exist_has_each_wires_answer_and_changes_nothing(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board)
    bare = [a_board(stores, swimlanes=(), inactive=("Idle",)), a_board(stores, columns=())]
    before = everything(stores)
    for unknown in (0, -1, 999_999):
        assert call("moveTaskToProject", task_id, unknown) is True
        assert call.documented("moveTaskToProject", task_id, unknown) is False
        assert call("moveTaskToProject", unknown, board.id) is False
        assert call.documented("moveTaskToProject", unknown, board.id) is False
    for project in bare:
        assert call("moveTaskToProject", task_id, project.id) is False
        assert call.documented("moveTaskToProject", task_id, project.id) is False
    assert everything(stores) == before


def test_a_disabled_target_takes_tasks(call: Client, stores: Stores, board: Project) -> None:
    disabled = a_board(stores, is_active=0)
    task_id = a_task(call, board)
    assert call("moveTaskToProject", task_id, disabled.id) is True
    assert call("getTask", task_id)["project_id"] == disabled.id
