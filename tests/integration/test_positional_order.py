"""The order of positional parameters, live and as the API documents have it (behaviour.md 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

STARTED = 1_893_456_000  # 2030-01-01


def tags(stores: Stores, task_id: int) -> list[str]:
    found = stores.tasks.find(task_id)
    names = {tag.id: tag.name for tag in stores.tags.usable(found.project.id)}
    return [names[each] for each in found.stored.task.tags]


def common(board: Project) -> list[Any]:
    """Return the parameters of createTask before `reference` and `tags`."""
    place = board.columns[1].id, board.swimlanes[1].id
    first = ["Title", board.id, "red", place[0], 0, 0, "2030-02-01", "Text", board.categories[0].id, 4, place[1]]
    return [*first, 2, 0, 1, 3, 2, 1]


def stored(call: Client, task_id: int) -> dict[str, Any]:
    return dict(call("getTask", task_id))


@pytest.mark.parametrize("wire", ["native", "documented"])
def test_create_task_takes_the_live_order(call: Client, stores: Stores, board: Project, wire: str) -> None:
    client = call if wire == "native" else call.documented
    task_id = client("createTask", *common(board), "REF", ["a", "b"], "2030-01-01", 1.5, 2)
    task = stored(call, task_id)
    wanted = {"title": "Title", "color_id": "red", "column_id": board.columns[1].id, "description": "Text", "score": 4}
    wanted |= {"category_id": board.categories[0].id, "swimlane_id": board.swimlanes[1].id, "priority": 2}
    wanted |= {"recurrence_trigger": 1, "recurrence_factor": 3, "recurrence_timeframe": 2, "recurrence_basedate": 1}
    wanted |= {"reference": "REF", "date_started": STARTED, "time_spent": 1.5, "time_estimated": 2}
    assert {name: task[name] for name in wanted} == wanted
    assert tags(stores, task_id) == ["a", "b"]


@pytest.mark.parametrize("wire", ["native", "documented"])
def test_an_array_in_place_18_of_create_task_means_the_documents_order(
    call: Client, stores: Stores, board: Project, wire: str
) -> None:
    client = call if wire == "native" else call.documented
    for params in ([*common(board), ["a"]], [*common(board), ["a"], "2030-01-01"]):
        task_id = client("createTask", *params)
        task = stored(call, task_id)
        assert tags(stores, task_id) == ["a"]
        assert task["reference"] == ""
        assert task["date_started"] == (STARTED if len(params) == 19 else 0)


@pytest.mark.parametrize("wire", ["native", "documented"])
def test_update_task_takes_the_live_order(call: Client, stores: Stores, board: Project, wire: str) -> None:
    client = call if wire == "native" else call.documented
    task_id = a_task(call, board)
    first = [task_id, "New", "blue", 0, "2030-02-01", "Text", board.categories[1].id, 4, 2, 0, 1, 3, 2, 1]
    assert client("updateTask", *first, "REF", ["a"], "2030-01-01", 1.5, 2) is True
    task = stored(call, task_id)
    wanted = {"title": "New", "color_id": "blue", "description": "Text", "category_id": board.categories[1].id}
    wanted |= {"score": 4, "priority": 2, "recurrence_trigger": 1, "recurrence_factor": 3, "recurrence_basedate": 1}
    wanted |= {"reference": "REF", "date_started": STARTED, "time_spent": 1.5, "time_estimated": 2}
    assert {name: task[name] for name in wanted} == wanted
    assert tags(stores, task_id) == ["a"]


@pytest.mark.parametrize("wire", ["native", "documented"])
def test_an_array_in_place_15_of_update_task_means_the_documents_order(
    call: Client, stores: Stores, board: Project, wire: str
) -> None:
    client = call if wire == "native" else call.documented
    task_id = a_task(call, board, reference="KEPT")
    assert client("updateTask", task_id, *[None] * 13, ["a"], "2030-01-01") is True
    task = stored(call, task_id)
    assert (task["reference"], task["date_started"], tags(stores, task_id)) == ("KEPT", STARTED, ["a"])


def test_more_parameters_than_there_are_is_an_error(call: Client, board: Project) -> None:
    too_many = [*common(board), "REF", [], "", None, None, None]
    assert call.error("createTask", *too_many)["data"] == "Too many arguments: at most 22"
    for params in ({"title": "Task"}, {"x": 1}):
        missing = "title" if "x" in params else "project_id"
        assert call.error("createTask", **params)["data"] == f"Wrong number of arguments: {missing} is missing"
    assert call.error("createTask", title="Task", name=1)["data"] == "Missing argument: project_id"


def test_a_position_that_the_signature_has_by_name_only_is_one_too_many(call: Client, board: Project) -> None:
    assert call.error("getAllTasks", board.id, 1, 10)["data"] == "Too many arguments: at most 2"
    assert call("getAllTasks", project_id=board.id, limit=10) == []
