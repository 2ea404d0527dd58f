"""`if_version`: a change is made only to the version of a task that its client has read (docs/extensions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything
from tests.disturbances import before_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

    Change = Callable[[Project, int], dict[str, Any]]

CHANGES: dict[str, Change] = {
    "updateTask": lambda _, task_id: {"id": task_id, "title": "New"},
    "setTaskTags": lambda board, task_id: {"project_id": board.id, "task_id": task_id, "tags": ["new"]},
    "closeTask": lambda _, task_id: {"task_id": task_id},
    "openTask": lambda _, task_id: {"task_id": task_id},
    "moveTaskPosition": lambda board, task_id: {
        "project_id": board.id,
        "task_id": task_id,
        "column_id": board.columns[1].id,
        "position": 1,
        "swimlane_id": board.swimlanes[0].id,
    },
    "moveTaskToProject": lambda board, task_id: {"task_id": task_id, "project_id": 2},
    "removeTask": lambda _, task_id: {"task_id": task_id},
}


def version(call: Client, task_id: int) -> int:
    return int(call("getTask", task_id=task_id, with_version=True)["version"])


@pytest.mark.parametrize("method", CHANGES)
def test_a_change_is_made_to_the_version_that_was_read(
    call: Client, board: Project, foreign: Project, method: str
) -> None:
    assert foreign.id == 2
    task_id = a_task(call, board)
    given = CHANGES[method](board, task_id)
    assert call(method, **given, if_version=version(call, task_id)) is True


@pytest.mark.parametrize("method", CHANGES)
def test_a_change_to_an_older_version_is_an_error_that_names_the_present_one(
    call: Client, stores: Stores, board: Project, foreign: Project, method: str
) -> None:
    assert foreign.id == 2
    task_id = a_task(call, board)
    seen = version(call, task_id)
    assert call("updateTask", id=task_id, title="Another's")
    before = everything(stores)
    error = call.error(method, **CHANGES[method](board, task_id), if_version=seen)
    present = version(call, task_id)
    assert (error["code"], error["data"]) == (
        -32602,
        f"if_version: the task has changed: its version is {present}",
    )
    assert everything(stores) == before
    assert present > seen


@pytest.mark.parametrize("method", CHANGES)
def test_a_change_that_comes_between_reading_and_writing_is_noticed_too(
    call: Client, stores: Stores, board: Project, foreign: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    assert foreign.id == 2
    task_id = a_task(call, board)
    seen = version(call, task_id)
    write = {"removeTask": "delete_actions", "moveTaskToProject": "move_actions"}.get(method, "replace_actions")
    before_first(monkeypatch, stores.tasks, write, lambda: call("updateTask", id=task_id, title="Another's"))
    assert call.error(method, **CHANGES[method](board, task_id), if_version=seen)["code"] == -32602
    task = call("getTask", task_id)
    assert (task["title"], task["is_active"], task["project_id"]) == ("Another's", 1, board.id)


def test_files_comments_and_metadata_leave_the_version_as_it_is(call: Client, board: Project) -> None:
    task_id = a_task(call, board)
    seen = version(call, task_id)
    call("createTaskFile", board.id, task_id, "a", "YQ==")
    call("createComment", task_id, 0, "Comment")
    call("saveTaskMetadata", task_id, {"a": "b"})
    assert version(call, task_id) == seen


def test_a_version_grows_across_projects_and_is_no_property_unless_asked_for(
    call: Client, board: Project, foreign: Project
) -> None:
    task_id = a_task(call, board)
    seen = version(call, task_id)
    call("moveTaskToProject", task_id, foreign.id)
    assert version(call, task_id) == seen + 1
    assert "version" not in call("getTask", task_id)
    assert call.documented("getTask", task_id=task_id, with_version=True)["version"] == str(seen + 1)
