"""Tags and the tags of a task (context.md 5; behaviour.md 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything

from lambdaboard.domain.casefold import casefold
from lambdaboard.errors import Conflict, NotFound
from lambdaboard.services.tagging import MAX_TAGS
from lambdaboard.store.tags import Tag

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

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


def names_it(error: dict[str, Any], parameter: str) -> bool:
    """Return whether an error is one of a parameter."""
    return error["code"] == -32602 and str(error["data"]).startswith(f"{parameter}: ")


def test_a_name_of_over_191_characters_is_an_error_that_names_it_and_nothing_is_written(
    call: Client, stores: Stores, board: Project
) -> None:
    tag_id, task_id = call("createTag", board.id, "é" * 191), a_task(call, board, tags=["日" * 191])
    before = everything(stores)
    long = "é" * 192
    assert names_it(call.error("createTag", board.id, long), "tag")
    assert names_it(call.error("createTag", 0, "x" * 5_000_000), "tag")
    assert names_it(call.error("updateTag", tag_id, long), "tag")
    assert names_it(call.error("setTaskTags", board.id, task_id, ["a", long]), "tags")
    assert names_it(call.error("updateTask", id=task_id, title="New", tags=[long]), "tags")
    assert names_it(call.error("createTask", title="New", project_id=board.id, tags=[long]), "tags")
    assert everything(stores) == before


def test_a_colour_of_over_255_characters_is_refused(call: Client, board: Project) -> None:
    tag_id = call("createTag", board.id, "a", "m" * 255)
    assert call("createTag", board.id, "b", "m" * 256) is call("updateTag", tag_id, "a", "m" * 256) is False


def test_a_call_takes_100_names_and_more_are_an_error_that_names_them_and_write_nothing(
    call: Client, stores: Stores, board: Project
) -> None:
    task_id = a_task(call, board)
    many = [f"tag {number}" for number in range(101)]
    assert call("setTaskTags", board.id, task_id, many[:100]) is True
    assert names(call, task_id) == many[:100]
    before = everything(stores)
    for given in (many, ["a"] * 101, [""] * 200_000):
        assert names_it(call.error("setTaskTags", board.id, task_id, given), "tags")
        assert names_it(call.error("updateTask", id=task_id, tags=given), "tags")
        assert names_it(call.error("createTask", title="New", project_id=board.id, tags=given), "tags")
    assert everything(stores) == before


def fill_with_tags(stores: Stores, project_id: int, count: int, name: str = "") -> None:
    """Put tags into the table as an import does, which no limit holds for."""
    first = stores.tags.next_id(count)
    for tag_id in range(first, first + count):
        tag = Tag(id=tag_id, name=f"{name}{tag_id}", project_id=project_id, is_guarded=True)
        stores.table.write(*stores.tags.put_actions(tag))


def test_a_project_takes_1000_tags_of_its_own_and_more_are_an_error_and_write_nothing(
    call: Client, stores: Stores, board: Project, foreign: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_TAGS == 1_000
    monkeypatch.setattr("lambdaboard.services.tagging.MAX_TAGS", 20)
    task_id = a_task(call, board)
    fill_with_tags(stores, 0, 5, "global ")
    fill_with_tags(stores, board.id, 18)
    assert call("setTaskTags", board.id, task_id, ["one", "global 1"]) is True
    before = everything(stores)
    assert names_it(call.error("setTaskTags", board.id, task_id, ["one", "two", "three"]), "tags")
    assert everything(stores) == before
    assert call("createTag", board.id, "two") > 0
    moved = a_task(call, foreign, tags=["three"])
    before = everything(stores)
    for over in (["three"], ["one", "TWO", "three"]):
        assert names_it(call.error("setTaskTags", board.id, task_id, over), "tags")
        assert names_it(call.error("updateTask", id=task_id, tags=over), "tags")
        assert names_it(call.error("createTask", title="New", project_id=board.id, tags=over), "tags")
    assert names_it(call.error("createTag", board.id, "three"), "tag")
    for method in ("moveTaskToProject", "duplicateTaskToProject"):
        assert names_it(call.error(method, moved, board.id), "project_id")
    assert everything(stores) == before
    assert call("setTaskTags", board.id, task_id, ["TWO", "one"]) is True
    assert call("createTag", foreign.id, "three, too") > 0


def test_a_project_that_has_more_or_longer_tags_keeps_and_uses_them(
    call: Client, stores: Stores, board: Project, foreign: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.services.tagging.MAX_TAGS", 20)
    fill_with_tags(stores, board.id, 25, "x" * 1_000)
    tag, *_ = [*stores.tags.of(board.id)]
    task_id = a_task(call, board, tags=[tag.name.upper()])
    assert names(call, task_id) == [tag.name]
    assert call("updateTag", tag.id, tag.name, "red") is True
    assert call("moveTaskToProject", task_id, foreign.id) is True
    assert names(call, task_id) == [tag.name]
    assert call("removeTag", tag.id) is True
    assert len(call("getTagsByProject", board.id)) == 24


def test_the_work_for_names_grows_with_the_names_and_not_with_the_tags_for_each(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_with_tags(stores, board.id, 200)
    folded: list[str] = []

    def counted(text: str) -> str:
        folded.append(text)
        return casefold(text)

    for module in ("services.tagging", "store.tags"):
        monkeypatch.setattr(f"lambdaboard.{module}.casefold", counted)
    assert call("setTaskTags", board.id, a_task(call, board), [str(number) for number in range(100)]) is True
    assert len(folded) <= 200 + 4 * 100


def test_an_update_leaves_a_colour_that_is_not_given(call: Client, board: Project) -> None:
    tag_id = call("createTag", board.id, "a", "red")
    assert call("updateTag", tag_id, "a", "blue") is True
    assert call("getTagsByProject", board.id)[0]["color_id"] == "blue"
    for given, color_id in (({}, "blue"), ({"color_id": None}, "blue"), ({"color_id": ""}, "")):
        assert call("updateTag", tag_id=tag_id, tag="b", **given) is True
        row = call("getTagsByProject", board.id)[0]
        assert (row["id"], row["name"], row["color_id"]) == (tag_id, "b", color_id)


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
