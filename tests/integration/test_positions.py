"""moveTaskPosition; every rule is from behaviour.md 3.8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import LONG_AGO, a_task, backdate, everything, lane, move

from lambdaboard.store import keys

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

TO_A_PLACE = [
    (0, 1, False, "abcd"),
    (0, 2, True, "bacd"),
    (0, 3, True, "bcad"),
    (0, 4, True, "bcda"),
    (0, 5, True, "bcda"),
    (0, 99, True, "bcda"),
    (0, "3", True, "bcad"),
    (1, 1, True, "bacd"),
    (1, 2, False, "abcd"),
    (2, 1, True, "cabd"),
    (2, 2, True, "acbd"),
    (3, 1, True, "dabc"),
    (3, 4, False, "abcd"),
    (3, 5, True, "abcd"),
    (3, 10**30, True, "abcd"),
]


@pytest.mark.parametrize(("which", "position", "answer", "order"), TO_A_PLACE)
def test_a_task_gets_the_position_among_the_others(
    call: Client, board: Project, which: int, position: Any, answer: bool, order: str
) -> None:
    ids = [a_task(call, board) for _ in range(4)]
    assert move(call, board, ids[which], position) is answer
    assert lane(call, board) == ["abcd".index(letter) + ids[0] for letter in order]


@pytest.mark.parametrize(("position", "order"), [(1, "xab"), (2, "axb"), (3, "abx"), (9, "abx")])
@pytest.mark.parametrize("target", [(1, 0), (0, 1), (2, 2)])
def test_a_task_from_elsewhere_gets_the_position_and_leaves_no_gap(
    call: Client, board: Project, target: tuple[int, int], position: int, order: str
) -> None:
    stay = a_task(call, board)
    names = {letter: a_task(call, board) for letter in "xab"}
    for place, letter in enumerate("ab", 1):
        assert move(call, board, names[letter], place, *target) is True
    assert move(call, board, names["x"], position, *target) is True
    assert lane(call, board, *target) == [names[letter] for letter in order]
    assert lane(call, board) == [stay]


def test_an_empty_lane_takes_a_task_at_any_position(call: Client, board: Project) -> None:
    for position in (1, 2, 50):
        task_id = a_task(call, board)
        assert move(call, board, task_id, position, 1) is True
        assert lane(call, board, 1) == [task_id]
        assert move(call, board, task_id, 1, 2) is True


@pytest.mark.parametrize("position", [0, -1, "0", "-5"])
def test_a_position_below_1_is_refused(call: Client, stores: Stores, board: Project, position: Any) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    assert move(call, board, task_id, position, 1) is False
    assert everything(stores) == before


@pytest.mark.parametrize("position", [1.5, "1abc", "", None, True, False, []])
def test_what_is_no_position_is_false_or_an_error(call: Client, stores: Stores, board: Project, position: Any) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    column_id, swimlane_id = board.columns[1].id, board.swimlanes[0].id
    rejection = call.rejection("moveTaskPosition", board.id, task_id, column_id, position, swimlane_id)
    assert rejection is False or "position" in rejection
    assert everything(stores) == before


@pytest.mark.parametrize("swimlane_id", [0, "0", None])
def test_no_swimlane_means_the_tasks_own(call: Client, board: Project, swimlane_id: Any) -> None:
    task_id = a_task(call, board, swimlane_id=board.swimlanes[1].id)
    assert call("moveTaskPosition", board.id, task_id, board.columns[1].id, 1, swimlane_id) is True
    assert lane(call, board, 1, 1) == [task_id]


def test_the_swimlane_may_be_left_out_as_documented_but_no_more(call: Client, board: Project) -> None:
    task_id = a_task(call, board, swimlane_id=board.swimlanes[1].id)
    named = {"project_id": board.id, "task_id": task_id, "column_id": board.columns[1].id, "position": 1}
    assert call.error("moveTaskPosition", **named)["data"] == "Wrong number of arguments: swimlane_id is missing"
    assert (
        call.error("moveTaskPosition", *named.values())["data"] == "Wrong number of arguments: swimlane_id is missing"
    )
    assert call.documented("moveTaskPosition", **named) is True
    assert call.documented("moveTaskPosition", *named.values()) is False
    assert lane(call, board, 1, 1) == [task_id]
    named.pop("position")
    problem = "Wrong number of arguments: position is missing"
    assert call.documented.error("moveTaskPosition", **named)["data"] == problem
    assert call.documented.error("moveTaskPosition", *named.values())["data"] == problem


def test_what_does_not_exist_or_belongs_to_another_project_is_false(
    call: Client, stores: Stores, board: Project, foreign: Project
) -> None:
    task_id = a_task(call, board)
    before = everything(stores)
    right = {"project_id": board.id, "task_id": task_id, "column_id": board.columns[1].id, "position": 1}
    right |= {"swimlane_id": board.swimlanes[0].id}
    wrong: list[tuple[str, list[Any]]] = [
        ("project_id", [foreign.id, 0, -1, 999_999]),
        ("task_id", [0, -1, 999_999, 10**13]),
        ("column_id", [foreign.columns[0].id, 0, -1, 999_999]),
        ("swimlane_id", [foreign.swimlanes[0].id, -1, 999_999]),
    ]
    for name, values in wrong:
        for value in values:
            assert call("moveTaskPosition", **right | {name: value}) is False, (name, value)
    assert call("moveTaskPosition", **right | {"project_id": 0, "task_id": 0}) is False
    assert everything(stores) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("column_id", "Ready"), ("column_id", None), ("column_id", []), ("swimlane_id", "Main"), ("swimlane_id", "")],
)
def test_what_is_no_id_is_false_or_an_error(
    call: Client, stores: Stores, board: Project, name: str, value: Any
) -> None:
    given = {"project_id": board.id, "task_id": a_task(call, board), "column_id": board.columns[1].id, "position": 1}
    before = everything(stores)
    rejection = call.rejection("moveTaskPosition", **{"swimlane_id": board.swimlanes[0].id, **given, name: value})
    assert rejection is False or name in rejection
    assert everything(stores) == before


def test_dates_change_with_the_lane_and_not_within_it(call: Client, stores: Stores, board: Project) -> None:
    first, second = a_task(call, board), a_task(call, board)
    for task_id in (first, second):
        backdate(stores, task_id)
    assert move(call, board, second, 1) is True
    for task_id in (first, second):
        task = call("getTask", task_id)
        assert (task["date_modification"], task["date_moved"]) == (LONG_AGO, LONG_AGO)
    for target in ((1, 0), (1, 1)):
        backdate(stores, second)
        assert move(call, board, second, 1, *target) is True
        task = call("getTask", second)
        assert task["date_modification"] == task["date_moved"] > LONG_AGO
    assert call("getTask", first)["date_modification"] == LONG_AGO


def test_a_closed_task_moves_and_stays_closed_without_a_place_among_the_open(
    call: Client, stores: Stores, board: Project
) -> None:
    closed, stay = a_task(call, board), a_task(call, board)
    ready = [a_task(call, board, column_id=board.columns[1].id) for _ in range(2)]
    call("closeTask", closed)
    backdate(stores, closed)
    assert move(call, board, closed, 2, 1) is True
    task = call("getTask", closed)
    assert (task["is_active"], task["column_id"], task["position"]) == (0, board.columns[1].id, 2)
    assert task["date_moved"] == task["date_modification"] > LONG_AGO
    assert (lane(call, board), lane(call, board, 1)) == ([stay], ready)
    call("openTask", closed)
    assert lane(call, board, 1) == [ready[0], closed, ready[1]]


def test_a_move_writes_one_task_only(call: Client, stores: Stores, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(5)]
    before = everything(stores)
    assert move(call, board, ids[4], 2) is True
    after = everything(stores)
    assert {key for key in after if after[key] != before[key]} == {keys.task(board.id, ids[4])}


def test_tasks_of_equal_rank_are_moved_apart_for_one_between_them(call: Client, stores: Stores, board: Project) -> None:
    ids = [a_task(call, board) for _ in range(5)]
    for task_id in ids[:3]:  # as two racing moves leave them, once in 256 times
        loaded, rank = stores.tasks.find(task_id), stores.tasks.find(ids[0]).stored.rank
        stores.table.write(*stores.tasks.replace_actions(loaded, loaded.task, rank=rank))
    assert lane(call, board) == ids
    for task_id, order in ((ids[4], [0, 4, 1, 2, 3]), (ids[3], [0, 4, 3, 1, 2]), (ids[2], [0, 2, 4, 3, 1])):
        assert move(call, board, task_id, order.index(ids.index(task_id)) + 1) is True
        assert lane(call, board) == [ids[place] for place in order]


def test_a_hundred_moves_to_one_place_keep_the_order(call: Client, stores: Stores, board: Project) -> None:
    first, *others = [a_task(call, board) for _ in range(5)]
    for _ in range(25):
        for task_id in others:
            move(call, board, task_id, 2)
    assert lane(call, board) == [first, *reversed(others)]
    assert max(len(stores.tasks.find(task_id).stored.rank) for task_id in others) < 200
