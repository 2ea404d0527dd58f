"""duplicateTaskToProject; every rule is from behaviour.md 3.9. Resolver by name: test_moving_to_projects.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.boards import LONG_AGO, a_board, a_task, backdate, everything, lane

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


def test_a_copy_is_a_new_open_task_with_the_properties_of_the_original(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    kept = {"title": "Task", "description": "Text", "color_id": "red", "score": 4, "reference": "R", "priority": 2}
    kept |= {"time_estimated": 3, "recurrence_status": 1, "recurrence_trigger": 2, "recurrence_factor": 5}
    given = {"date_due": "2030-01-15", "date_started": "2030-01-01", "time_spent": 1.5, "tags": ["a", "b"]}
    task_id = a_task(call, board, **kept, **given)
    call("saveTaskMetadata", task_id, {"name": "value"})
    backdate(stores, task_id, recurrence_parent=77, recurrence_child=78, is_active=0, date_completed=LONG_AGO)
    original = call("getTask", task_id)
    copy_id = call("duplicateTaskToProject", task_id, foreign.id)
    assert type(copy_id) is int
    copy = call("getTask", copy_id)
    assert {name: copy[name] for name in kept} == kept
    fresh: dict[str, Any] = {
        "id": copy_id,
        "project_id": foreign.id,
        "is_active": 1,
        "position": 1,
        "creator_id": 0,
        "time_spent": 0,
    }
    fresh |= {"date_started": None, "date_completed": None, "recurrence_parent": None, "recurrence_child": None}
    fresh |= {"date_due": original["date_due"], "category_id": 0, "column_id": foreign.columns[0].id}
    assert {name: copy[name] for name in fresh} == fresh
    assert copy["date_creation"] == copy["date_modification"] == copy["date_moved"] > LONG_AGO
    assert call("getTaskMetadata", copy_id) == {}
    assert [tag.name for tag in stores.tags.of(foreign.id)] == ["a", "b"]
    assert call("getTask", task_id) == original


def test_a_copy_in_the_same_project_is_last_in_its_column(call: Client, stores: Stores, board: Project) -> None:
    first = a_task(call, board, tags=["a"], category_id=board.categories[1].id)
    second = a_task(call, board)
    copy_id = call.documented("duplicateTaskToProject", first, board.id)
    assert lane(call, board) == [first, second, copy_id]
    assert call("getTask", copy_id)["category_id"] == board.categories[1].id
    assert stores.tasks.find(copy_id).stored.task.tags == stores.tasks.find(first).stored.task.tags


def test_a_place_may_be_given_and_an_unknown_one_means_the_default(
    call: Client, board: Project, foreign: Project
) -> None:
    task_id = a_task(call, foreign, category_id=foreign.categories[0].id)
    given = {"swimlane_id": board.swimlanes[1].id, "column_id": board.columns[2].id}
    given["category_id"] = board.categories[1].id
    copy = call("getTask", call("duplicateTaskToProject", task_id=task_id, project_id=board.id, **given))
    assert {name: copy[name] for name in given} == given
    for unknown in (0, -1, 999_999):
        ids = dict.fromkeys([*given, "owner_id"], unknown)
        copy = call("getTask", call("duplicateTaskToProject", task_id=task_id, project_id=board.id, **ids))
        assert [copy[name] for name in ids] == [board.swimlanes[0].id, board.columns[0].id, 0, 0]


def test_files_are_copied_as_files_of_their_own(call: Client, board: Project, foreign: Project) -> None:
    task_id = a_task(call, board)
    for name in ("b.png", "a.txt"):
        call("createTaskFile", board.id, task_id, name, "YQ==")
    removed = call("createTaskFile", board.id, task_id, "gone", "YQ==")
    call("removeTaskFile", removed)
    copy_id = call("duplicateTaskToProject", task_id, foreign.id)
    originals, copies = call("getAllTaskFiles", task_id), call("getAllTaskFiles", copy_id)
    alike = ("name", "size", "is_image")
    assert [[row[name] for name in alike] for row in copies] == [[row[name] for name in alike] for row in originals]
    assert {row["task_id"] for row in copies} == {copy_id}
    assert not {row["path"] for row in copies} & {row["path"] for row in originals}
    assert call("searchTasks", foreign.id, "")[0]["nb_files"] == 2
    call("removeTask", task_id)
    assert [call("downloadTaskFile", row["id"]) for row in copies] == ["YQ==", "YQ=="]
    call("removeTaskFile", copies[0]["id"])
    assert call("downloadTaskFile", copies[1]["id"]) == "YQ=="


def test_a_task_whose_files_were_all_removed_is_copied_without(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    call("createTaskFile", board.id, task_id, "old", "YQ==")
    call("removeAllTaskFiles", task_id)
    call("createTaskFile", board.id, task_id, "new", "YQ==")
    copy_id = call("duplicateTaskToProject", task_id, board.id)
    assert [row["name"] for row in call("getAllTaskFiles", copy_id)] == ["new"]
    assert call("createTaskFile", board.id, copy_id, "own", "YQ==")
    assert len(call("getAllTaskFiles", copy_id)) == 2


def test_what_does_not_exist_is_0_as_kanboard_says_and_false_as_documented(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board)
    bare = [a_board(stores, swimlanes=(), inactive=("Idle",)), a_board(stores, columns=())]
    before = everything(stores)
    unknown = [(task_id, each) for each in (0, -1, 999_999, bare[0].id, bare[1].id)]
    for params in [*unknown, (0, board.id), (999_999, board.id), (0, 0)]:
        answer = call("duplicateTaskToProject", *params)
        assert (answer, type(answer)) == (0, int), params
        assert call.documented("duplicateTaskToProject", *params) is False, params
    assert everything(stores) == before
