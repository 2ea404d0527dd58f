"""Tags as createTask and updateTask take them (behaviour.md 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_tag, a_task, everything

from lambdaboard.store.keys import GLOBAL

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

LISTS: list[tuple[list[Any], list[str]]] = [
    ([], []),
    (["a", "b"], ["a", "b"]),
    (["b", "a"], ["b", "a"]),
    (["a", "a"], ["a"]),
    (["A", "a"], ["A"]),
    (["É", "é"], ["É", "é"]),
    (["", "a"], ["a"]),
    (["0", 0, 5, 1.5], ["0", "5", "1.5"]),
    ([" a, <b> ", "é" * 191], [" a, <b> ", "é" * 191]),
    ([f"tag {number}" for number in range(25)], [f"tag {number}" for number in range(25)]),
]


def tags(stores: Stores, task_id: int) -> list[str]:
    found = stores.tasks.find(task_id)
    names = {tag.id: tag.name for tag in stores.tags.usable(found.project.id)}
    return [names[each] for each in found.stored.task.tags]


@pytest.mark.parametrize(("given", "kept"), LISTS)
def test_a_list_is_a_set_of_names_in_its_order(
    call: Client, stores: Stores, board: Project, given: list[Any], kept: list[str]
) -> None:
    created = a_task(call, board, tags=given)
    assert tags(stores, created) == kept
    updated = a_task(call, board, tags=["before"])
    assert call("updateTask", id=updated, tags=given) is True
    assert tags(stores, updated) == kept


@pytest.mark.parametrize("method", ["updateTask", "setTaskTags"])
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["d", "c", "a"], ["a", "c", "d"]),
        (["C", "B", "A"], ["a", "b", "c"]),
        (["e", "d"], ["e", "d"]),
        (["d", "b", "e", "D"], ["b", "d", "e"]),
    ],
)
def test_tags_that_a_task_keeps_stay_in_front_and_new_ones_come_behind(
    call: Client, board: Project, method: str, given: list[str], kept: list[str]
) -> None:
    task_id = a_task(call, board, tags=["a", "b", "c"])
    params = {"project_id": board.id, "task_id": task_id} if method == "setTaskTags" else {"id": task_id}
    assert call(method, **params, tags=given) is True
    assert [*call("getTaskTags", task_id).values()] == kept
    copy = call("duplicateTaskToProject", task_id, board.id)
    assert [*call("getTaskTags", copy).values()] == kept


def test_a_tag_is_found_whatever_the_case_of_its_ascii_letters(call: Client, stores: Stores, board: Project) -> None:
    first, second = a_task(call, board, tags=["Urgent"]), a_task(call, board, tags=["URGENT", "new"])
    assert tags(stores, second) == ["Urgent", "new"]
    assert call("updateTask", id=first, tags=["urgent"]) is True
    assert tags(stores, first) == ["Urgent"]
    assert [tag.name for tag in stores.tags.of(board.id)] == ["Urgent", "new"]


def test_a_global_tag_goes_before_a_new_one(call: Client, stores: Stores, board: Project) -> None:
    a_tag(stores, GLOBAL, "Everywhere", "red")
    assert tags(stores, a_task(call, board, tags=["everywhere"])) == ["Everywhere"]
    assert [*stores.tags.of(board.id)] == []


def test_a_tag_of_another_project_is_not_taken(call: Client, stores: Stores, board: Project, foreign: Project) -> None:
    a_task(call, foreign, tags=["Mine"])
    a_task(call, board, tags=["mine"])
    assert [tag.name for tag in stores.tags.of(board.id)] == ["mine"]


def test_an_update_replaces_null_keeps_and_an_empty_list_clears(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board, tags=["a", "b"])
    for given, kept in ((None, ["a", "b"]), (["b", "c"], ["b", "c"]), ([], [])):
        assert call("updateTask", id=task_id, tags=given) is True
        assert tags(stores, task_id) == kept
    assert [tag.name for tag in stores.tags.of(board.id)] == ["a", "b", "c"]


def test_a_removed_tag_reads_as_none(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board, tags=["a", "b"])
    stores.table.write(*stores.tags.delete_actions(next(stores.tags.of(board.id))))
    assert call("updateTask", id=task_id, tags=["a"]) is True
    assert tags(stores, task_id) == ["a"]


def test_a_tag_too_long_to_store_is_an_error_and_makes_nothing(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores)
    error = call.error("createTask", title="Task", project_id=board.id, tags=["x" * 190_001])
    assert (error["code"], "tag" in error["data"]) == (-32602, True)
    assert everything(stores) == before
