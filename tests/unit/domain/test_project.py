from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain import project as domain
from lambdaboard.domain import serialization
from lambdaboard.domain.project import Category, Column, Project, Swimlane, longest, moved_to
from lambdaboard.domain.task import Task
from lambdaboard.errors import InvalidParams, NotFound, Thing


def columns(*positions: int) -> tuple[Column, ...]:
    return tuple(
        Column(id=10 + place, title=f"c{place}", position=position, project_id=7)
        for place, position in enumerate(positions)
    )


def lanes(*positions: int) -> tuple[Swimlane, ...]:
    return tuple(
        Swimlane(id=20 + place, name=f"s{place}", position=position, is_active=int(position > 0), project_id=7)
        for place, position in enumerate(positions)
    )


def a_project(**changes: Any) -> Project:
    categories = (Category(id=30, name="Bugs", project_id=7),)
    board = {"columns": columns(1, 2, 3), "swimlanes": lanes(1, 2), "categories": categories}
    return Project(**{"id": 7, "name": "Board", **board, **changes})


def a_task(**changes: int) -> Task:
    fixed: dict[str, Any] = {
        "id": 1,
        "title": "t",
        "date_creation": 1,
        "date_modification": 1,
        "date_moved": 1,
        "project_id": 7,
    }
    return Task(**fixed | {"column_id": 10, "swimlane_id": 20} | changes)


def places(project: Project) -> dict[int, tuple[int, int]]:
    return {lane.id: (lane.position, lane.is_active) for lane in project.swimlanes}


def test_what_is_stored_reads_as_it_was() -> None:
    project = a_project(description="d", identifier="ABC", email="a@example.org")
    assert domain.decode(domain.encode(project)) == project


def test_a_project_as_large_as_an_item_allows_is_stored_and_no_larger() -> None:
    room = serialization.LARGEST - len(domain.encode(a_project(description="")))
    assert len(domain.encode(a_project(description="x" * (room - 20)))) <= serialization.LARGEST
    with pytest.raises(InvalidParams) as failure:
        domain.encode(a_project(description="x" * serialization.LARGEST), "title")
    assert failure.value.parameter == "title"


@pytest.mark.parametrize(
    ("texts", "name"),
    [({"title": "long", "description": "d"}, "title"), ({"description": None, "name": "n"}, "name")],
)
def test_the_longest_text_is_the_one_that_grew(texts: dict[str, str | None], name: str) -> None:
    assert longest(**texts) == name


@pytest.mark.parametrize("find", [Project.column, Project.swimlane, Project.category])
def test_what_is_not_in_the_project_is_not_found(find: Callable[[Project, int], object]) -> None:
    with pytest.raises(NotFound):
        find(a_project(), 99)


def test_columns_come_by_position_whatever_the_gaps() -> None:
    project = a_project(columns=columns(9, 2, 5))
    assert [column.id for column in project.columns_in_order()] == [11, 12, 10]
    assert (project.first_column().id, project.is_first_column(11), project.is_last_column(10)) == (11, True, True)


def test_inactive_swimlanes_come_first_of_all_and_not_among_the_active_ones() -> None:
    project = a_project(swimlanes=lanes(2, 0, 1, 0))
    assert [lane.id for lane in project.swimlanes_in_order()] == [21, 23, 22, 20]
    assert [lane.id for lane in project.active_swimlanes()] == [22, 20]


@pytest.mark.parametrize("empty", [Project.first_column, Project.first_swimlane])
def test_an_empty_board_has_no_first_column_or_swimlane(empty: Callable[[Project], object]) -> None:
    with pytest.raises(NotFound):
        empty(a_project(columns=(), swimlanes=lanes(0)))


@pytest.mark.parametrize(
    ("moved", "position", "order"),
    [(10, 1, [10, 11, 12]), (10, 2, [11, 10, 12]), (10, 3, [11, 12, 10]), (12, 1, [12, 10, 11]), (11, 9, [10, 12, 11])],
)
def test_a_moved_part_has_its_position_and_the_others_close_up(moved: int, position: int, order: list[int]) -> None:
    found = moved_to([*columns(1, 4, 6)], moved, position, Thing.COLUMN)
    assert [(column.id, column.position) for column in found] == [*zip(order, (1, 2, 3), strict=True)]


def test_a_part_of_another_board_cannot_be_moved() -> None:
    with pytest.raises(NotFound):
        moved_to([*columns(1, 2)], 99, 1, Thing.COLUMN)


@given(st.permutations(range(20, 24)), st.integers(0, 4))
def test_the_active_swimlanes_are_numbered_in_their_order_and_the_others_have_no_place(
    order: list[int], count: int
) -> None:
    active = order[:count]
    changed = a_project(swimlanes=lanes(0, 2, 0, 1)).with_active(active)
    assert [lane.id for lane in changed.active_swimlanes()] == active
    assert places(changed) == {
        each: (active.index(each) + 1, 1) if each in active else (0, 0) for each in range(20, 24)
    }


def test_a_task_reads_in_the_first_column_and_swimlane_where_its_own_are_gone() -> None:
    shape = a_project(columns=columns(2, 1), swimlanes=lanes(0, 1)).resolver()
    lost = a_task(column_id=99, swimlane_id=98, category_id=97)
    assert shape.is_orphaned(lost)
    assert shape.resolve(lost) == a_task(column_id=11, swimlane_id=21, category_id=0)


def test_a_task_in_an_inactive_swimlane_stays_there() -> None:
    shape = a_project(swimlanes=lanes(0, 1)).resolver()
    task = a_task(swimlane_id=20, category_id=30)
    assert shape.resolve(task) == task


def test_a_task_of_a_removed_user_is_shown_as_unassigned() -> None:
    shape = a_project(columns=columns(1, 2), swimlanes=lanes(1)).resolver(deleted_users={5})
    lost, kept = (a_task(column_id=10, swimlane_id=20, owner_id=owner_id) for owner_id in (5, 6))
    assert shape.resolve(lost).owner_id == 0
    assert shape.resolve(kept) == kept
