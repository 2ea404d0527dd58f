"""Tags and the tags of a task (context.md 5; behaviour.md 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything

from lambdaboard.errors import Conflict, NotFound

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores
    from lambdaboard.store.tags import Tag

UNKNOWN = (999_999_999, -1, 10**30)


def names(call: Client, task_id: int) -> list[str]:
    return [*call("getTaskTags", task_id).values()]


def renamed(tag: Tag, name: str) -> Tag:
    return msgspec.structs.replace(tag, name=name)


def test_a_tag_has_all_properties_in_their_order(call: Client, board: Project) -> None:
    tag_id = call("createTag", project_id=board.id, tag="Urgent", color_id="red")
    rows = call("getTagsByProject", board.id)
    assert [*rows[0].items()] == [("id", tag_id), ("name", "Urgent"), ("project_id", board.id), ("color_id", "red")]
    assert call("getAllTags") == rows
    assert call.documented("getAllTags")[0]["id"] == str(tag_id)


def test_tags_come_by_name_upper_case_first(call: Client, board: Project) -> None:
    for name in ("b", "a", "B", "é"):
        assert call("createTag", board.id, name) > 0
    assert [row["name"] for row in call("getTagsByProject", board.id)] == ["B", "a", "b", "é"]


def test_each_project_lists_its_own_tags_and_all_are_listed_together(
    call: Client, board: Project, foreign: Project
) -> None:
    for project_id, name in ((board.id, "one"), (foreign.id, "two"), (0, "three")):
        assert call("createTag", project_id, name) > 0
        assert [row["name"] for row in call("getTagsByProject", project_id)] == [name]
    assert [row["name"] for row in call("getAllTags")] == ["one", "three", "two"]


def test_a_name_is_unique_in_its_project_and_letter_case_counts(call: Client, board: Project, foreign: Project) -> None:
    first, second = call("createTag", board.id, "Urgent"), call("createTag", board.id, "urgent")
    assert call("createTag", board.id, "Urgent") is call("updateTag", second, "Urgent") is False
    assert call("createTag", foreign.id, "Urgent") > second
    assert call("createTag", 0, "Urgent") > second
    assert call("updateTag", first, "Later") is True
    assert call("updateTag", second, "Urgent") is True


@pytest.mark.parametrize("name", ["", None, []])
def test_a_tag_needs_a_name(call: Client, stores: Stores, board: Project, name: Any) -> None:
    tag_id = call("createTag", board.id, "a")
    before = everything(stores)
    for method, each in (("createTag", board.id), ("updateTag", tag_id)):
        rejection = call.rejection(method, each, name)
        assert rejection is False or "tag" in rejection
    assert everything(stores) == before


def test_a_tag_too_long_to_store_is_an_error_that_names_it(call: Client, board: Project) -> None:
    error = call.error("createTag", board.id, "x" * 200_000)
    assert (error["code"], "tag" in error["data"]) == (-32602, True)


def test_an_update_resets_a_colour_that_is_not_given(call: Client, board: Project) -> None:
    tag_id = call("createTag", board.id, "a", "red")
    assert call("updateTag", tag_id, "a", "blue") is True
    assert call("getTagsByProject", board.id)[0]["color_id"] == "blue"
    assert call("updateTag", tag_id=tag_id, tag="b") is True
    row = call("getTagsByProject", board.id)[0]
    assert (row["id"], row["name"], row["color_id"]) == (tag_id, "b", None)


@pytest.mark.parametrize("made_while_tagging", [True, False])
def test_a_change_of_a_tag_shows_at_its_tasks(call: Client, board: Project, made_while_tagging: bool) -> None:
    if not made_while_tagging:
        assert call("createTag", board.id, "a") > 0
    task_id = a_task(call, board, tags=["a", "b"])
    tag_id = next(row["id"] for row in call("getTagsByProject", board.id) if row["name"] == "a")
    assert call("updateTag", tag_id, "A2", "red") is True
    assert names(call, task_id) == ["A2", "b"]
    assert names(call, a_task(call, board, tags=["a2"])) == ["A2"]
    assert names(call, a_task(call, board, tags=["A"])) == ["A"]
    assert call("removeTag", tag_id) is True
    assert call("removeTag", tag_id) is False
    assert names(call, task_id) == ["b"]
    assert names(call, a_task(call, board, tags=["a2"])) == ["a2"]


@pytest.mark.parametrize("project_id", ["own", 0])
def test_a_removed_tag_leaves_nothing_behind(
    call: Client, stores: Stores, board: Project, project_id: int | str
) -> None:
    before = everything(stores)
    tag_id = call("createTag", board.id if project_id == "own" else project_id, "a")
    assert call("updateTag", tag_id, "b") is True
    assert call("removeTag", tag_id) is True
    assert everything(stores) == before


@pytest.mark.parametrize("tag_id", [0, *UNKNOWN])
def test_an_unknown_tag_is_neither_changed_nor_removed(call: Client, tag_id: int) -> None:
    assert call("updateTag", tag_id, "x") is False
    assert call("removeTag", tag_id) is False


@pytest.mark.parametrize("project_id", UNKNOWN)
def test_an_unknown_project_has_no_tags_and_takes_none(call: Client, project_id: int) -> None:
    assert call("getTagsByProject", project_id) == []
    assert call("createTag", project_id, "x") is False


def test_of_two_changes_of_one_tag_the_second_is_refused_and_takes_no_name(
    call: Client, stores: Stores, board: Project
) -> None:
    read = stores.tags.get(call("createTag", board.id, "a"))
    stores.table.write(*stores.tags.replace_actions(read, renamed(read, "b")))
    after = everything(stores)
    for change in (renamed(read, "c"), msgspec.structs.replace(read, color_id="red")):
        with pytest.raises(Conflict):
            stores.table.write(*stores.tags.replace_actions(read, change))
    with pytest.raises(Conflict):
        stores.table.write(*stores.tags.delete_actions(read))
    assert everything(stores) == after


def test_a_removed_tag_does_not_come_back_by_a_late_change(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores)
    read = stores.tags.get(call("createTag", board.id, "a"))
    stores.table.write(*stores.tags.delete_actions(read))
    with pytest.raises(Conflict):
        stores.table.write(*stores.tags.replace_actions(read, renamed(read, "b")))
    with pytest.raises(NotFound):
        stores.table.write(*stores.tags.delete_actions(read))
    assert everything(stores) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], []),
        (["b", "c"], ["b", "c"]),
        (["c", "a"], ["a", "c"]),
        (["A", "new", "NEW"], ["a", "new"]),
        (["", "0", 5], ["0", "5"]),
        (["everywhere"], ["Everywhere"]),
    ],
)
def test_the_list_becomes_the_tags_of_the_task(call: Client, board: Project, given: list[Any], kept: list[str]) -> None:
    assert call("createTag", 0, "Everywhere") > 0
    task_id, other = a_task(call, board, tags=["a", "b"]), a_task(call, board, tags=["a"])
    for _ in range(2):
        assert call("setTaskTags", project_id=board.id, task_id=task_id, tags=given) is True
        assert names(call, task_id) == kept
    assert names(call, other) == ["a"]


def test_tags_of_a_task_come_by_id(call: Client, board: Project) -> None:
    task_id = a_task(call, board, tags=["b", "a"])
    ids = {row["name"]: str(row["id"]) for row in call("getTagsByProject", board.id)}
    assert [*call("getTaskTags", task_id).items()] == [(ids["b"], "b"), (ids["a"], "a")]
    assert call.documented("getTaskTags", task_id) == call("getTaskTags", task_id)


def test_tagging_leaves_the_dates_of_the_task(call: Client, stores: Stores, board: Project) -> None:
    task_id = a_task(call, board)
    backdate(stores, task_id)
    assert call("setTaskTags", board.id, task_id, ["a"]) is True
    assert call("getTask", task_id)["date_modification"] == LONG_AGO


def test_another_project_or_task_is_refused(call: Client, stores: Stores, board: Project, foreign: Project) -> None:
    task_id = a_task(call, board, tags=["a"])
    before = everything(stores)
    for project_id, each in ((foreign.id, task_id), (board.id, UNKNOWN[0]), (UNKNOWN[0], task_id), (0, task_id)):
        assert call("setTaskTags", project_id, each, ["b"]) is False
    assert everything(stores) == before


@pytest.mark.parametrize("given", ["a", None, {"a": "b"}, [["a"]]])
def test_what_is_no_list_of_names_is_an_error(call: Client, board: Project, given: Any) -> None:
    error = call.error("setTaskTags", board.id, a_task(call, board), given)
    assert (error["code"], "tags" in error["data"]) == (-32602, True)


@pytest.mark.parametrize("task_id", UNKNOWN)
def test_an_unknown_or_untagged_task_has_no_tags(call: Client, board: Project, task_id: int) -> None:
    assert call("getTaskTags", task_id) == call("getTaskTags", a_task(call, board)) == {}
