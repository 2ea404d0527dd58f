"""The categories of a project's tasks (context.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

UNKNOWN = (999_999_999, 0, -1, 10**30)
BUGS, DOCS = range(2)
"""Places of the board's categories."""


def test_a_category_has_all_properties_in_their_order(call: Client, board: Project) -> None:
    category_id = call("createCategory", project_id=board.id, name="Ideas", color_id="mauve")
    row = call("getCategory", category_id)
    assert [*row.items()] == [
        ("id", category_id),
        ("name", "Ideas"),
        ("project_id", board.id),
        ("description", None),
        ("color_id", "mauve"),
    ]
    assert call("getAllCategories", board.id)[-1] == row
    assert call.documented("getCategory", category_id)["id"] == str(category_id)


def test_categories_come_by_name_whatever_the_case_of_ascii_letters(call: Client, board: Project) -> None:
    for name in ("écran", "chores", "Alpha"):
        assert call("createCategory", board.id, name) > 0
    names = [row["name"] for row in call("getAllCategories", board.id)]
    assert names == ["Alpha", "Bugs", "chores", "Docs", "écran"]


def test_a_name_is_unique_in_its_project_whatever_the_case_of_ascii_letters(
    call: Client, board: Project, foreign: Project
) -> None:
    for taken in ("Bugs", "bugs", "BUGS"):
        assert call("createCategory", board.id, taken) is False
        assert call("updateCategory", board.categories[DOCS].id, taken) is False
    assert call("updateCategory", board.categories[BUGS].id, "bugs") is True
    assert call("createCategory", foreign.id, "Bugs") > 0
    assert call("createCategory", board.id, "É") > 0
    assert call("createCategory", board.id, "é") > 0


@pytest.mark.parametrize("name", ["", "x" * 192])
def test_a_name_has_1_to_191_characters(call: Client, stores: Stores, board: Project, name: str) -> None:
    before = everything(stores)
    assert call("createCategory", board.id, name) is False
    assert call("updateCategory", board.categories[BUGS].id, name) is False
    assert everything(stores) == before
    assert call("createCategory", board.id, "é" * 191) > 0


@pytest.mark.parametrize(("given", "stored"), [({}, "red"), ({"color_id": None}, "red"), ({"color_id": ""}, "")])
def test_an_update_leaves_a_colour_that_is_not_given(
    call: Client, board: Project, given: dict[str, Any], stored: str
) -> None:
    category_id = call("createCategory", board.id, "Ideas", "red")
    assert call("updateCategory", id=category_id, name="Plans", **given) is True
    row = call("getCategory", category_id)
    assert (row["name"], row["color_id"]) == ("Plans", stored)


def test_a_colour_too_large_to_store_is_an_error_that_names_it(call: Client, board: Project) -> None:
    error = call.error("createCategory", board.id, "x", "x" * 350_000)
    assert (error["code"], "color_id" in error["data"]) == (-32602, True)


def test_tasks_of_a_removed_category_have_none(call: Client, board: Project) -> None:
    bugs, docs = (category.id for category in board.categories)
    with_bugs, with_docs = a_task(call, board, category_id=bugs), a_task(call, board, category_id=docs)
    assert call("removeCategory", bugs) is True
    assert call("removeCategory", bugs) is False
    assert call("getCategory", bugs) is None
    assert call("getTask", with_bugs)["category_id"] == 0
    assert call("getTask", with_docs)["category_id"] == docs
    assert call("createCategory", board.id, "Bugs") > 0


def test_a_removed_category_leaves_nothing_behind(call: Client, stores: Stores, board: Project) -> None:
    before = everything(stores).keys()
    category_id = call("createCategory", board.id, "New")
    assert len(everything(stores)) == len(before) + 1
    assert call("removeCategory", category_id) is True
    assert everything(stores).keys() == before


@pytest.mark.parametrize("category_id", UNKNOWN)
def test_an_unknown_category_is_null_and_cannot_be_removed(call: Client, category_id: int) -> None:
    assert call("getCategory", category_id) is None
    assert call("updateCategory", category_id, "x") is False
    assert call("removeCategory", category_id) is False


@pytest.mark.parametrize("project_id", UNKNOWN)
def test_an_unknown_project_has_no_categories_and_takes_none(call: Client, project_id: int) -> None:
    assert call("getAllCategories", project_id) == []
    assert call("createCategory", project_id, "x") is False
