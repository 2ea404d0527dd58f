"""Links that several writers change at once, and what cascade does late (architecture.md, "Writing")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.disturbances import LostAnswer, before_first
from tests.integration.test_task_links import (
    BLOCKED,
    BLOCKS,
    DUPLICATES,
    MILESTONE,
    RELATES,
    TARGETS,
    counted,
    linked,
    sides,
)
from tests.streams import loaded, records, settled

from lambdaboard.store import keys
from lambdaboard.store.stores import Stores
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.functions import Function

    from lambdaboard.domain.project import Project


@pytest.fixture
def cascade(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function."""
    return loaded(monkeypatch, "CascadeFunction")


@pytest.fixture
def bob(stores: Stores) -> Client:
    """A client of another container."""
    return Client(a_service(Stores.connect(TABLE, BUCKET)))


@pytest.fixture
def tasks(call: Client, board: Project) -> list[int]:
    """Three tasks."""
    return [a_task(call, board, title=title) for title in "ABC"]


# --- several writers --------------------------------------------------------------------------------------------


def test_a_link_that_both_sides_make_at_once_is_made_by_one(
    call: Client, bob: Client, stores: Stores, board: Project, tasks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c = tasks
    made: list[Any] = []
    before_first(monkeypatch, stores.links, "add_actions", lambda: made.append(bob("createTaskLink", b, a, BLOCKED)))
    assert call("createTaskLink", a, b, BLOCKS) is False
    assert linked(call, a) == [("blocks", b)]
    assert counted(call, board) == {a: (1, None), b: (1, None), c: (0, None)}
    assert (made, sides(stores)) == ([call("getAllTaskLinks", b)[0]["id"]], 2)


def test_of_two_removals_from_either_side_one_is_true(
    call: Client, bob: Client, stores: Stores, board: Project, tasks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, TARGETS)
    before_first(monkeypatch, stores.links, "remove_actions", lambda: bob("removeTaskLink", link_id + 1))
    assert call("removeTaskLink", link_id) is False
    assert (counted(call, board)[a], counted(call, board)[b], sides(stores)) == ((0, None), (0, None), 0)


def test_a_removal_does_not_touch_the_link_that_was_created_again_meanwhile(
    call: Client, bob: Client, stores: Stores, board: Project, tasks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, RELATES)

    def again() -> None:
        assert bob("removeTaskLink", link_id) is True
        assert bob("createTaskLink", a, b, RELATES)

    before_first(monkeypatch, stores.links, "remove_actions", again)
    assert call("removeTaskLink", link_id) is False
    assert linked(call, a) == [("relates to", b)]
    assert (counted(call, board)[a], sides(stores)) == ((1, None), 2)


UPDATES: dict[str, tuple[int, Callable[[list[int]], tuple[int, int]]]] = {
    "to another type": (MILESTONE, lambda tasks: (tasks[0], tasks[1])),
    "to another task": (BLOCKS, lambda tasks: (tasks[0], tasks[2])),
}


@pytest.mark.parametrize("kind", UPDATES)
def test_an_update_of_a_link_that_is_removed_meanwhile_is_refused_and_brings_nothing_back(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    tasks: list[int],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    link_id = call("createTaskLink", tasks[0], tasks[1], BLOCKS)
    link_type, ends = UPDATES[kind]
    before_first(monkeypatch, stores.links, "replace_actions", lambda: bob("removeTaskLink", link_id))
    assert call("updateTaskLink", link_id, *ends(tasks), link_type) is False
    assert {*counted(call, board).values()} == {(0, None)}
    assert sides(stores) == 0


@pytest.mark.parametrize("own", [True, False])
def test_an_update_that_keeps_a_key_brings_no_removed_link_back(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    tasks: list[int],
    monkeypatch: pytest.MonkeyPatch,
    own: bool,
) -> None:
    """A link of a task to itself swaps its sides; one whose type has another opposite now keeps one of them."""
    a, b, _ = tasks
    opposite, wanted = (a, BLOCKED) if own else (b, BLOCKS)
    link_id = call("createTaskLink", a, opposite, BLOCKS)
    call("updateLink", BLOCKS, BLOCKED if own else TARGETS, "blocks")
    before_first(monkeypatch, stores.links, "replace_actions", lambda: bob("removeTaskLink", link_id))
    assert call("updateTaskLink", link_id, a, opposite, wanted) is False
    assert {*counted(call, board).values()} == {(0, None)}
    assert sides(stores) == 0


def test_a_link_to_a_task_that_moves_or_goes_meanwhile_is_counted_where_it_is(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    tasks: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, b, c = tasks
    with monkeypatch.context() as once:
        before_first(once, stores.links, "add_actions", lambda: bob("moveTaskToProject", b, foreign.id))
        link_id = call("createTaskLink", a, b, RELATES)
    assert counted(call, foreign) == {b: (1, None)}
    with monkeypatch.context() as once:
        before_first(once, stores.links, "remove_actions", lambda: bob("moveTaskToProject", b, board.id))
        assert call("removeTaskLink", link_id) is True
    assert {*counted(call, board).values()} == {(0, None)}
    before_first(monkeypatch, stores.links, "add_actions", lambda: bob("removeTask", c))
    assert call("createTaskLink", a, c, RELATES) is False
    assert (counted(call, board)[a], sides(stores)) == ((0, None), 0)


def test_a_task_that_gets_a_link_while_it_moves_takes_it_along(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    tasks: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, b, _ = tasks
    before_first(monkeypatch, stores.tasks, "move_actions", lambda: bob("createTaskLink", b, a, MILESTONE))
    assert call("moveTaskToProject", b, foreign.id) is True
    assert counted(call, foreign) == {b: (1, 1)}
    assert linked(call, b) == [("is a milestone of", a)]


WRITES: dict[str, Callable[[Client, int, list[int]], Any]] = {
    "createTaskLink": lambda call, link_id, tasks: call("createTaskLink", tasks[0], tasks[1], RELATES) > 0,
    "updateTaskLink": lambda call, link_id, tasks: call("updateTaskLink", link_id, tasks[0], tasks[2], MILESTONE),
    "removeTaskLink": lambda call, link_id, tasks: call("removeTaskLink", link_id),
}


@pytest.mark.parametrize("method", WRITES)
def test_a_write_whose_answer_is_lost_happens_once_and_is_answered_truly(
    call: Client, stores: Stores, board: Project, tasks: list[int], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    link_id = call("createTaskLink", tasks[0], tasks[1], BLOCKS)
    lost = LostAnswer(monkeypatch, stores, "TransactWriteItems")
    assert WRITES[method](call, link_id, tasks) is True
    assert lost.requests == lost.requests[:1] * 2
    for task_id, (count, _) in counted(call, board).items():
        assert count == len(linked(call, task_id))


# --- cascade ----------------------------------------------------------------------------------------------------


def test_what_a_removed_task_was_linked_to_is_linked_to_it_no_more(
    call: Client, stores: Stores, board: Project, foreign: Project, tasks: list[int], cascade: Function
) -> None:
    a, b, c = tasks
    far = a_task(call, foreign)
    before = everything(stores)
    for opposite, link_type in ((b, TARGETS), (far, TARGETS), (b, RELATES), (a, BLOCKS)):
        call("createTaskLink", a, opposite, link_type)
    call("createTaskLink", b, c, RELATES)
    settled(cascade, stores, lambda: call("removeTask", a))
    assert counted(call, board) == {b: (1, None), c: (1, None)}
    assert counted(call, foreign) == {far: (0, None)}
    assert linked(call, b) == [("relates to", c)]
    assert sides(stores) == 2
    settled(cascade, stores, lambda: call("removeTask", c))
    assert {*everything(stores)} == {key for key in before if f"T#{a}" != key[0] and f"T#{c}" != key[0]} - {
        keys.task(board.id, each) for each in (a, c)
    }


def test_links_into_a_removed_project_go_with_it(
    call: Client, stores: Stores, board: Project, foreign: Project, tasks: list[int], cascade: Function
) -> None:
    first, second = a_task(call, foreign), a_task(call, foreign)
    call("createTaskLink", tasks[0], first, MILESTONE)
    call("createTaskLink", first, second, RELATES)
    settled(cascade, stores, lambda: call("removeProject", foreign.id))
    assert counted(call, board)[tasks[0]] == (0, None)
    assert sides(stores) == 0


def test_late_and_repeated_records_of_a_removed_link_do_not_harm_the_one_that_was_created_again(
    call: Client, stores: Stores, board: Project, tasks: list[int], cascade: Function
) -> None:
    a, b, _ = tasks
    link_id = call("createTaskLink", a, b, TARGETS)
    before = everything(stores)
    call("removeTaskLink", link_id)
    news = records(before, everything(stores))
    call("createTaskLink", a, b, TARGETS)
    settled(cascade, stores, lambda: cascade({"Records": news * 2}))
    assert (counted(call, board)[a], counted(call, board)[b], sides(stores)) == ((1, None), (1, 1), 2)
    assert linked(call, a) == [("targets milestone", b)]


def test_news_of_an_update_that_come_when_the_task_is_gone_leave_the_links_new_side_to_be_found(
    call: Client, stores: Stores, board: Project, tasks: list[int], cascade: Function
) -> None:
    a, b, c = tasks
    link_id = call("createTaskLink", a, b, BLOCKS)
    before = everything(stores)
    assert call("updateTaskLink", link_id + 1, b, c, BLOCKED) is True  # a's side is c's now, with the same id
    news = records(before, everything(stores))
    settled(cascade, stores, lambda: call("removeTask", a))
    settled(cascade, stores, lambda: cascade({"Records": news * 2}))
    assert linked(call, b) == [("is blocked by", c)]
    assert call("getTaskLinkById", link_id)["task_id"] == c
    assert sides(stores) == 2
    assert call("removeTaskLink", link_id) is True
    assert {*counted(call, board).values()} == {(0, None)}


def test_a_removed_task_is_forgotten_by_one_that_moves_meanwhile(
    call: Client,
    stores: Stores,
    foreign: Project,
    tasks: list[int],
    cascade: Function,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, b, _ = tasks
    call("createTaskLink", a, b, TARGETS)

    def removed() -> None:
        call("removeTask", a)
        table = Stores.connect(TABLE, BUCKET).table
        before_first(monkeypatch, table, "write", lambda: call("moveTaskToProject", b, foreign.id))

    settled(cascade, stores, removed)
    assert counted(call, foreign) == {b: (0, None)}
    assert sides(stores) == 0


def test_what_is_left_of_a_link_stays_when_the_news_of_its_other_side_come(
    call: Client, stores: Stores, board: Project, tasks: list[int], cascade: Function
) -> None:
    a, b, c = tasks
    removed, changed = call("createTaskLink", a, b, BLOCKS), call("createTaskLink", b, c, TARGETS)
    call("removeLink", BLOCKS)
    settled(cascade, stores, lambda: Sweep(stores, repair=True, has_time=lambda: True).run())
    assert linked(call, b) == [("is blocked by", a), ("targets milestone", c)]
    call("updateLink", TARGETS, RELATES, "targets milestone")
    settled(cascade, stores, lambda: call("updateTaskLink", changed, b, c, TARGETS))
    assert linked(call, b) == [("is blocked by", a), ("targets milestone", c)]
    assert linked(call, c) == [("relates to", b)]
    assert counted(call, board) == {a: (0, None), b: (2, None), c: (1, None)}
    assert call("removeTaskLink", removed + 1) is True


# --- copies -----------------------------------------------------------------------------------------------------


def test_a_copy_is_linked_to_its_original_wherever_that_has_moved(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    tasks: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, *_ = tasks
    before_first(monkeypatch, stores.tasks, "put_actions", lambda: bob("moveTaskToProject", a, foreign.id))
    copy = call("duplicateTaskToProject", a, board.id)
    assert linked(call, copy) == [("duplicates", a)]
    assert counted(call, foreign) == {a: (1, None)}


def test_a_copy_makes_its_original_a_milestone_if_the_types_say_so(
    call: Client, stores: Stores, board: Project, tasks: list[int]
) -> None:
    a, *_ = tasks
    call("updateLink", DUPLICATES, MILESTONE, "duplicates")
    copy = call("duplicateTaskToProject", a, board.id)
    assert (linked(call, a), counted(call, board)[a]) == ([("is a milestone of", copy)], (1, 1))
    call("removeTaskLink", call("getAllTaskLinks", copy)[0]["id"])
    assert (counted(call, board)[a], sides(stores)) == ((0, None), 0)


def test_a_copy_has_no_link_where_the_type_was_removed(call: Client, board: Project, tasks: list[int]) -> None:
    call("removeLink", DUPLICATES)
    copy = call("duplicateTaskToProject", tasks[0], board.id)
    assert (linked(call, copy), counted(call, board)[copy], counted(call, board)[tasks[0]]) == (
        [],
        (0, None),
        (0, None),
    )
