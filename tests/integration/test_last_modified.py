"""When the last change of a project is renewed (context.md 1, "Side effects")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_task
from tests.integration.access_world import CALLS, ERRORS, a_world
from tests.integration.roles import LEVEL_OF

from lambdaboard.store import keys
from lambdaboard.store.actions import number, put

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

EVENTS = {
    *("createTask", "updateTask", "openTask", "closeTask"),
    *("moveTaskPosition", "moveTaskToProject", "duplicateTaskToProject"),
    *("createSubtask", "updateSubtask", "removeSubtask"),
}
"""The procedures that are an event of a task or a subtask: no other renews the last change."""


def is_renewed_by(call: Client, stores: Stores, project_id: int, method: str, *given: Any, **named: Any) -> bool:
    """Make a call that succeeds, and say whether the project's last change is now."""
    stores.cache.last_change_renewed.clear()  # it is renewed once a second
    stores.table.write(put(keys.last_change(project_id), {"n": number(LONG_AGO)}))
    assert call(method, *given, **named) is not False, method
    return bool(call("getProjectById", project_id)["last_modified"] > LONG_AGO)


def test_events_of_tasks_and_subtasks_renew_it_and_nothing_else(call: Client, stores: Stores) -> None:
    world = a_world(call, "own")
    methods = [name for name in CALLS if LEVEL_OF[name] != "self" and name not in {"removeProject", *ERRORS}]
    renewed = {name for name in methods if is_renewed_by(call, stores, world.project, name, *CALLS[name](world))}
    assert renewed == EVENTS


SET = {"description": "Long", "date_due": "2030-01-15", "score": 3, "time_spent": 1.5, "tags": ["a"]}


@pytest.mark.parametrize(
    ("changes", "is_renewed"),
    [
        ({}, False),
        (SET, False),
        ({"tags": []}, False),
        ({"tags": ["a", "new"]}, False),
        ({"category_id": 0, "owner_id": 0, "reference": ""}, False),
        ({"score": "3", "time_spent": "1.50"}, False),
        ({"date_due": "2030-01-16"}, True),
        ({"time_estimated": 0}, True),  # it was not set
        ({"tags": ["a"], "title": "New"}, True),
    ],
)
def test_an_update_renews_it_if_a_property_changes_that_is_no_tag(
    call: Client, stores: Stores, board: Project, changes: dict[str, Any], is_renewed: bool
) -> None:
    task_id = a_task(call, board, **SET)
    assert is_renewed_by(call, stores, board.id, "updateTask", id=task_id, **changes) is is_renewed


def test_a_timer_that_is_stopped_does_not_renew_it(call: Client, stores: Stores, board: Project) -> None:
    user_id = call("createUser", "ann", "password")
    subtask_id = call("createSubtask", a_task(call, board), "Timed")
    for method in ("setSubtaskStartTime", "setSubtaskEndTime"):
        assert not is_renewed_by(call, stores, board.id, method, subtask_id, user_id), method


def test_only_what_shows_the_time_of_the_last_change_reads_it(call: Client, stores: Stores, board: Project) -> None:
    read: list[str] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "BatchGetItem":
            wanted = (key for each in params["RequestItems"].values() for key in each["Keys"])
            read.extend(key["sk"]["S"] for key in wanted)

    stores.table.client.meta.events.register("before-parameter-build.dynamodb", note)
    for method in ("getAllTasks", "getBoard", "getColumns"):
        call(method, board.id)
    call("createTask", "Task", board.id)
    assert keys.last_change(board.id).sk not in read
    assert call("getProjectById", board.id)["last_modified"] > 0
    assert keys.last_change(board.id).sk in read
