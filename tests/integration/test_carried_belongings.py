"""What becomes of comments, subtasks and links when their task moves, is copied or recurs (behaviour.md 3.9, 3.10)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.disturbances import before_commit, before_first, nothing_is_too_young
from tests.integration.checklists import a_long_list, counts, hours
from tests.streams import loaded, settled

from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from tests.conftest import MakePerson

    from lambdaboard.domain.project import Project

LISTS = ("getAllComments", "getAllSubtasks", "getAllTaskLinks", "getAllExternalTaskLinks", "getAllTaskFiles")
COUNTS = ("nb_comments", "nb_subtasks", "nb_completed_subtasks", "nb_links", "nb_external_links", "nb_files")


@pytest.fixture
def ann(person: MakePerson, board: Project) -> int:
    """A member of the board."""
    return person("ann", board.id)


@pytest.fixture
def full(call: Client, board: Project, ann: int) -> int:
    """A task with two of each, and a milestone."""
    task_id, other = a_task(call, board), a_task(call, board, title="Other")
    for number, user_id in enumerate((0, ann)):
        call("createComment", task_id, user_id, "Text", "R", "app-admin")
        call("createSubtask", task_id, f"Subtask {number}", user_id, 1.25, 2, 2 * number)
        call("createExternalTaskLink", task_id, "file:///share/a", "related", "file", f"Link {number}")
        call("createTaskFile", board.id, task_id, "a", "YQ==")
    for link_type in (1, 9):
        call("createTaskLink", task_id, other, link_type)
    call("setSubtaskStartTime", call("getAllSubtasks", task_id)[1]["id"], ann)
    return task_id


def belongings(call: Client, task_id: int) -> dict[str, Any]:
    return {method: call(method, task_id) for method in LISTS}


def found(call: Client, project: Project, task_id: int) -> dict[str, Any]:
    """Return what searchTasks says of the belongings of a task."""
    (row,) = (row for row in call("searchTasks", project.id, "") if row["id"] == task_id)
    return {name: row[name] for name in (*COUNTS, "is_milestone")}


def without(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


# --- moving -----------------------------------------------------------------------------------------------------


def test_all_move_with_their_task_and_are_counted_there(
    call: Client, board: Project, foreign: Project, full: int, ann: int
) -> None:
    before, numbers, times = belongings(call, full), found(call, board, full), hours(call, full)
    links = [row["id"] for row in before["getAllTaskLinks"]]
    assert numbers == {**dict.fromkeys(COUNTS, 2), "nb_completed_subtasks": 1, "is_milestone": 1}
    subtask, timed = (row["id"] for row in before["getAllSubtasks"])
    call("closeTask", full)
    call("updateSubtask", id=subtask, task_id=full, status=0)
    call("setSubtaskStartTime", timed, ann)
    for target in (foreign, board, foreign):
        assert call("moveTaskToProject", full, target.id) is True
        assert belongings(call, full) == before
        assert (found(call, target, full), hours(call, full)) == (numbers, times)
    assert call("hasSubtaskTimer", timed, ann) is True
    assert call("getComment", before["getAllComments"][0]["id"])["task_id"] == full
    assert call("updateSubtask", subtask, full, "New") is True
    assert [call("getTaskLinkById", each + side)["id"] for each in links for side in (0, 1)]
    assert call("removeTaskLink", links[1]) is True
    assert call("removeComment", before["getAllComments"][0]["id"]) is True
    assert found(call, foreign, full) == numbers | {"nb_links": 1, "is_milestone": None, "nb_comments": 1}


def test_a_container_that_remembers_nothing_finds_what_has_moved(
    call: Client, foreign: Project, full: int, ann: int
) -> None:
    ids = {method: call(method, full)[0]["id"] for method in LISTS}
    call("moveTaskToProject", full, foreign.id)
    call("addProjectUser", foreign.id, ann)
    for credentials in (call.credentials, call.by("ann").credentials):
        client = Client(a_service(Stores.connect(TABLE, BUCKET)), credentials=credentials)
        assert client("getSubtask", ids["getAllSubtasks"])["task_id"] == full
        assert client("getTaskLinkById", ids["getAllTaskLinks"])["task_id"] == full
        assert client("getExternalTaskLinkById", full, ids["getAllExternalTaskLinks"])["task_id"] == full


def test_who_left_with_the_task_is_asked_in_the_project_where_it_is_now(
    call: Client, board: Project, foreign: Project, full: int, ann: int
) -> None:
    subtask_id = call("getAllSubtasks", full)[0]["id"]
    assert call.by("ann")("getSubtask", subtask_id)
    call("moveTaskToProject", full, foreign.id)
    assert call.by("ann").response("getSubtask", subtask_id)["statusCode"] == 403


# --- copying ----------------------------------------------------------------------------------------------------


def test_a_copy_has_subtasks_to_do_external_links_and_a_link_to_its_original(
    call: Client, board: Project, foreign: Project, full: int
) -> None:
    call("closeTask", full)
    before = belongings(call, full)
    copy = call("duplicateTaskToProject", full, foreign.id)
    kept = without(before["getAllSubtasks"], "id", "task_id", "status", "status_name", "time_spent")
    subtasks = call("getAllSubtasks", copy)
    assert without(subtasks, "id", "task_id", "status", "status_name", "time_spent") == kept
    assert {(row["task_id"], row["status"], row["time_spent"]) for row in subtasks} == {(copy, 0, 0)}
    links = call("getAllExternalTaskLinks", copy)
    changed = ("id", "task_id", "date_creation", "date_modification")
    assert without(links, *changed) == without(before["getAllExternalTaskLinks"], *changed)
    assert {row["task_id"] for row in links} == {copy}
    assert [(row["label"], row["task_id"]) for row in call("getAllTaskLinks", copy)] == [("duplicates", full)]
    assert [row["label"] for row in call("getAllTaskLinks", full) if row["task_id"] == copy] == ["is duplicated by"]
    assert call("getAllComments", copy) == []
    copied = {"nb_links": 1, "nb_comments": 0, "nb_completed_subtasks": 0, "is_milestone": None}
    assert found(call, foreign, copy) == {**dict.fromkeys(COUNTS, 2), **copied}
    assert found(call, board, full)["nb_links"] == 3
    assert hours(call, copy) == (2.5, 0)
    after = belongings(call, full)
    assert {name: after[name] for name in LISTS if name != "getAllTaskLinks"} == {
        name: before[name] for name in LISTS if name != "getAllTaskLinks"
    }


def test_what_is_copied_is_of_its_own(call: Client, board: Project, full: int) -> None:
    copy = call("duplicateTaskToProject", full, board.id)
    (first, _), originals = call("getAllSubtasks", copy), call("getAllSubtasks", full)
    assert call("updateSubtask", id=first["id"], task_id=copy, title="Mine", time_estimated=5) is True
    assert call("getAllSubtasks", full) == originals
    assert (hours(call, copy), hours(call, full)) == ((6.25, 0), (2.5, 4))
    call("removeTask", full)
    assert [row["title"] for row in call("getAllSubtasks", copy)] == ["Mine", "Subtask 1"]
    assert call("getSubtask", first["id"])["task_id"] == copy
    assert call("getAllTaskLinks", copy) == []


def test_copies_of_a_removed_users_subtasks_are_unassigned(
    call: Client, stores: Stores, board: Project, full: int, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("removeUser", ann)
    copy = call("duplicateTaskToProject", full, board.id)
    assert [row["user_id"] for row in call("getAllSubtasks", copy)] == [0, 0]
    settled(loaded(monkeypatch, "CascadeFunction"), stores, lambda: call("removeTask", copy))
    assert not [key for key in everything(stores) if key[0] == f"T#{copy}"]


def test_many_are_copied_and_no_caller_sees_them_before_all_are_written(
    call: Client, stores: Stores, board: Project, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    a_long_list(stores, task_id, 150, ann)  # five transactions: moto is slow at them
    before = everything(stores)
    seen: list[Any] = []

    def look() -> None:
        laid = [key for key in everything(stores).keys() - before.keys() if key[1].startswith("SUBTASK#")]
        new_id = int(laid[0][0].removeprefix("T#"))
        seen.extend([len(laid), call("getTask", new_id), call("getAllSubtasks", new_id)])
        seen.append(call("getSubtask", int(laid[0][1].removeprefix("SUBTASK#"))))

    before_first(monkeypatch, stores.tasks, "put_actions", look)
    copy = call("duplicateTaskToProject", task_id, board.id)
    assert seen == [150, None, [], None]
    rows = call("getAllSubtasks", copy)
    assert [(row["title"], row["position"], row["user_id"]) for row in rows] == [
        (str(place), place + 1, ann) for place in range(150)
    ]
    assert (counts(call, board, copy), hours(call, copy)) == ((150, 0), (150, 0))


def test_a_copy_that_is_cut_off_is_none_and_sweep_removes_what_it_left(
    call: Client, stores: Stores, board: Project, full: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(stores)

    def cut_off() -> None:
        raise ConnectionError("the container is gone")

    with monkeypatch.context() as once:
        before_first(once, stores.tasks, "put_actions", cut_off)
        assert call.error("duplicateTaskToProject", full, board.id)["code"] == -32603
    assert len(call("getAllTasks", board.id)) == 2
    assert call("getAllTaskLinks", full)[0]["label"] == "relates to"
    assert everything(stores).keys() > before.keys()
    sweep = loaded(monkeypatch, "SweepFunction")
    assert sweep({"repair": True})["found"] == {}  # the copy may still be on its way
    nothing_is_too_young(monkeypatch)
    settled(loaded(monkeypatch, "CascadeFunction"), stores, lambda: sweep({"repair": True}))
    sweep({"repair": True})
    assert everything(stores) == before


# --- successors -------------------------------------------------------------------------------------------------


def test_a_successor_inherits_subtasks_and_external_links_and_nothing_else(
    call: Client, board: Project, full: int, ann: int
) -> None:
    call("updateTask", id=full, recurrence_status=1, recurrence_trigger=2)
    before = belongings(call, full)
    assert call("closeTask", full) is True
    child = call("getTask", full)["recurrence_child"]
    rows = call("getAllSubtasks", child)
    planned = [(row["title"], row["user_id"], row["time_estimated"], row["position"]) for row in rows]
    assert planned == [("Subtask 0", 0, 1.25, 1), ("Subtask 1", ann, 1.25, 2)]
    assert {(row["task_id"], row["status"], row["time_spent"]) for row in rows} == {(child, 0, 0)}
    links = call("getAllExternalTaskLinks", child)
    assert [(row["title"], row["url"]) for row in links] == [(f"Link {each}", "file:///share/a") for each in (0, 1)]
    for method in ("getAllComments", "getAllTaskLinks", "getAllTaskFiles"):
        assert call(method, child) == []
    inherited = dict.fromkeys(COUNTS, 0) | {"nb_subtasks": 2, "nb_external_links": 2, "is_milestone": None}
    assert found(call, board, child) == inherited
    assert (hours(call, child), hours(call, full)) == ((2.5, 0), (2.5, 4))
    assert [row["status"] for row in call("getAllSubtasks", full)] == [2, 2]
    assert call("getAllComments", full) == before["getAllComments"]


def test_a_successor_of_a_task_that_gets_a_subtask_meanwhile_has_it_too(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board, recurrence_status=1, recurrence_trigger=2)
    call("createSubtask", task_id, "Old")
    before_first(monkeypatch, stores.tasks, "replace_actions", lambda: call("createSubtask", task_id, "New"))
    assert call("closeTask", task_id) is True
    child = call("getTask", task_id)["recurrence_child"]
    assert [row["title"] for row in call("getAllSubtasks", child)] == ["Old", "New"]
    assert [row["recurrence_parent"] for row in call("getAllTasks", board.id)] == [task_id]
    assert [row["status"] for row in call("getAllSubtasks", task_id)] == [2, 2]


# --- races ------------------------------------------------------------------------------------------------------


@pytest.fixture
def bob(stores: Stores) -> Client:
    """A client of another container."""
    return Client(a_service(Stores.connect(TABLE, BUCKET)))


ADDED: dict[str, tuple[Any, ...]] = {
    "createComment": (0, "Text"),
    "createExternalTaskLink": ("file:///a", "related"),
    "createSubtask": ("Subtask",),
}


@pytest.mark.parametrize("method", ADDED)
def test_what_is_added_while_its_task_moves_is_there_and_counted_once(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    foreign: Project,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    name = {"createComment": "nb_comments", "createSubtask": "nb_subtasks"}.get(method, "nb_external_links")
    for index, (source, target) in enumerate(((board, foreign), (foreign, board)), start=1):
        task_id = a_task(call, source)
        with monkeypatch.context() as once:
            before_commit(once, lambda: bob("moveTaskToProject", task_id, target.id))  # noqa: B023 - called at once
            assert call(method, task_id, *ADDED[method])
        with monkeypatch.context() as once:
            before_first(once, stores.tasks, "move_actions", lambda: bob(method, task_id, *ADDED[method]))  # noqa: B023
            assert call("moveTaskToProject", task_id, source.id) is True
        assert found(call, source, task_id)[name] == 2
        assert index == len([each for each in (board, foreign) if call("getAllTasks", each.id)])


@pytest.mark.parametrize("method", ADDED)
def test_what_is_added_while_its_task_goes_is_refused_and_leaves_nothing(
    call: Client, bob: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    task_id = a_task(call, board)
    before_commit(monkeypatch, lambda: bob("removeTask", task_id))
    assert call(method, task_id, *ADDED[method]) is False
    assert not [key for key in everything(stores) if key[0].startswith(("T#", "COMMENT#", "SUBTASK#"))]


def subtask_calls(task_id: int, ids: list[int]) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "create": ("createSubtask", {"task_id": task_id, "title": "New", "time_estimated": 4, "status": 2}),
        "update": ("updateSubtask", {"id": ids[0], "task_id": task_id, "time_estimated": 8, "status": 2}),
        "remove": ("removeSubtask", {"subtask_id": ids[1]}),
        "close": ("closeTask", {"task_id": task_id}),
        "rename": ("updateTask", {"id": task_id, "title": "Renamed"}),
    }


@pytest.mark.parametrize("mine", ["create", "update", "remove", "close", "rename"])
@pytest.mark.parametrize("theirs", ["create", "update", "remove", "close", "rename"])
def test_of_two_changes_to_subtasks_at_once_both_count(
    call: Client,
    bob: Client,
    stores: Stores,
    board: Project,
    monkeypatch: pytest.MonkeyPatch,
    mine: str,
    theirs: str,
) -> None:
    task_id = a_task(call, board)
    ids = [call("createSubtask", task_id, "Subtask", 0, 1) for _ in range(3)]
    calls = subtask_calls(task_id, ids)
    their_method, their_params = calls[theirs]
    before_first(monkeypatch, stores.tasks, "replace_actions", lambda: bob(their_method, **their_params))
    method, params = calls[mine]
    assert bool(call(method, **params)) is not (mine == theirs == "remove")
    rows = call("getAllSubtasks", task_id)
    assert hours(call, task_id)[0] == sum(row["time_estimated"] for row in rows)
    assert counts(call, board, task_id) == (len(rows), sum(row["status"] == 2 for row in rows))
    assert len(rows) == 3 + [mine, theirs].count("create") - ("remove" in {mine, theirs})
    if mine == "close":
        assert {row["status"] for row in rows} == {2}
    if "update" in {mine, theirs}:
        assert rows[0]["time_estimated"] == 8


def test_many_changes_of_subtasks_at_once_leave_sums_and_counts_right(
    call: Client, bob: Client, board: Project
) -> None:
    task_id = a_task(call, board)
    ids = [call("createSubtask", task_id, "Subtask", 0, 1) for _ in range(2)]
    calls = subtask_calls(task_id, ids)
    answers: list[Any] = []

    def made(client: Client, name: str) -> None:
        method, params = calls[name]
        answers.append(client(method, **params))

    pairs = [(client, name) for client in (call, bob) for name in ("create", "update", "remove", "close")]
    threads = [threading.Thread(target=made, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, answers)) == [False] + [True] * 7
    rows = call("getAllSubtasks", task_id)
    assert len(rows) == 3
    assert hours(call, task_id)[0] == sum(row["time_estimated"] for row in rows) == 8 + 4 + 4
    assert counts(call, board, task_id) == (3, sum(row["status"] == 2 for row in rows))


def test_a_timer_that_starts_while_the_task_is_closed_leaves_the_subtask_done(
    call: Client, bob: Client, stores: Stores, board: Project, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    subtask_id = call("createSubtask", task_id, "Subtask")
    before_commit(monkeypatch, lambda: bob("closeTask", task_id))
    assert call("setSubtaskStartTime", subtask_id, ann) is True
    assert (call("getSubtask", subtask_id)["status"], counts(call, board, task_id)) == (2, (1, 1))
    assert call("hasSubtaskTimer", subtask_id, ann) is True


def test_of_two_starts_of_one_timer_one_is_true(
    call: Client, bob: Client, stores: Stores, board: Project, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    subtask_id = call("createSubtask", a_task(call, board), "Subtask")
    before_first(monkeypatch, stores.subtasks, "replace_actions", lambda: bob("setSubtaskStartTime", subtask_id, ann))
    assert call("setSubtaskStartTime", subtask_id, ann) is False
    assert call("hasSubtaskTimer", subtask_id, ann) is True


def test_of_two_changes_to_a_comment_the_later_one_stays_and_a_removed_one_does_not_come_back(
    call: Client, bob: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment_id = call("createComment", a_task(call, board), 0, "Old")
    with monkeypatch.context() as once:
        before_commit(once, lambda: bob("updateComment", comment_id, "Theirs"))
        assert call("updateComment", comment_id, "Mine") is True
    assert call("getComment", comment_id)["comment"] == "Mine"
    before_commit(monkeypatch, lambda: bob("removeComment", comment_id))
    assert call("updateComment", comment_id, "Late") is False
    assert call("getComment", comment_id) is None
    assert not [key for key in everything(stores) if "COMMENT#" in key[0] + key[1]]
