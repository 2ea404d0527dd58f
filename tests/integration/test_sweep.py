"""functions/sweep finds and repairs what a crash left behind."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from local.functions import Context, Function
from pydantic import ValidationError
from tests.boards import a_board, a_task, contents, everything
from tests.disturbances import before_first, nothing_is_too_young
from tests.integration.orphans import LOST, evict, orphans
from tests.streams import loaded, settled

from lambdaboard.store import keys
from lambdaboard.store.files import File
from lambdaboard.store.sweep import GRACE, Sweep

if TYPE_CHECKING:
    from tests.conftest import Client
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

MILESTONE = 9
"""The type of links that say that a task is a milestone."""


@pytest.fixture
def sweep(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function."""
    return loaded(monkeypatch, "SweepFunction")


@pytest.fixture
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be old enough to be left behind."""
    nothing_is_too_young(monkeypatch)


@pytest.fixture
def world(call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with everything that can be in one, when `cascade` was there."""
    board = a_board(stores, identifier="WORLD", email="world@example.com")
    first, second = [a_task(call, board, tags=["a"], reference="R", date_due="2020-01-01") for _ in range(2)]
    call("saveTaskMetadata", first, {"name": "value", "": "empty"})
    for _ in range(2):
        call("createTaskFile", board.id, first, "a.txt", "YQ==")
    call("duplicateTaskToProject", first, board.id)
    call("closeTask", second)
    call("createTag", board.id, "by hand")
    call("createTag", 0, "global")
    ann = call("createUser", "ann", "password")
    call("addProjectUser", board.id, ann)
    for task_id in (first, second):
        call("createComment", task_id, ann, "Text", "", "app-manager")
        subtask_id = call("createSubtask", task_id, "Subtask", ann, 1.5)
        call("setSubtaskStartTime", subtask_id, ann)
        call("createSubtask", task_id, "Nobody's")
        call("createExternalTaskLink", task_id, "file:///a", "related")
    call("createTaskLink", first, second, 8)
    call("createTaskLink", first, first, call("createLink", "needs", "is needed by"))
    other = a_board(stores, name="Other").id

    def change() -> None:
        call("closeTask", first)
        call("openTask", first)
        call("moveTaskToProject", second, other)

    settled(loaded(monkeypatch, "CascadeFunction"), stores, change)
    return board


def reported(found: dict[str, list[keys.Key]]) -> dict[str, int]:
    return {f"{kind} without its parent": len(items) for kind, items in found.items()}


@pytest.mark.usefixtures("_later")
def test_healthy_data_is_never_touched(stores: Stores, world: Project, sweep: Function) -> None:
    before, there = everything(stores, times_too=True), contents(stores)
    for repair in (False, True):
        assert sweep({"repair": repair}) == {"found": {}, "repaired": repair, "complete": True}
    assert everything(stores, times_too=True) == before
    assert contents(stores) == there


def test_a_dry_run_tells_and_changes_nothing(stores: Stores, world: Project, sweep: Function) -> None:
    found = orphans(stores, world.id)
    before = everything(stores, times_too=True)
    for event in ({}, {"repair": False}, {"time": "2026-05-09"}):
        assert sweep(event) == {"found": reported(found), "repaired": False, "complete": True}
    assert everything(stores, times_too=True) == before


@pytest.mark.filterwarnings("ignore:No application metrics")  # nothing was done, so there is nothing to count
@pytest.mark.parametrize("event", [{"repair": "yes"}, {"repair": 1}, {"repair": None}, [], None], ids=str)
def test_an_event_that_says_something_else_is_refused_and_nothing_is_done(
    stores: Stores, world: Project, sweep: Function, event: Any
) -> None:
    orphans(stores, world.id)
    before = everything(stores, times_too=True)
    with pytest.raises(ValidationError) as refusal:
        sweep(event)
    assert "yes" not in str(refusal.value)
    assert everything(stores, times_too=True) == before


def test_orphans_of_every_kind_are_removed_and_nothing_else(stores: Stores, world: Project, sweep: Function) -> None:
    before = everything(stores, times_too=True)
    found = orphans(stores, world.id)
    assert sweep({"repair": True}) == {"found": reported(found), "repaired": True, "complete": True}
    assert everything(stores, times_too=True) == before
    assert sweep({"repair": True})["found"] == {}


@pytest.mark.usefixtures("_later")
def test_old_contents_without_a_record_are_removed(stores: Stores, world: Project, sweep: Function) -> None:
    there = contents(stores)
    for path in (f"{world.id}/{LOST}/abc", f"{there[0]}0", f"{LOST}/1/abc"):
        stores.blobs.put(path, b"lost")
    stores.blobs.put("not-ours/readme.txt", b"someone else's")
    assert sweep({})["found"] == {"content without a record": 3}
    assert sweep({"repair": True})["found"] == {"content without a record": 3}
    assert contents(stores) == sorted([*there, "not-ours/readme.txt"])


def test_young_contents_and_records_are_left_for_their_task_to_come(
    stores: Stores, world: Project, sweep: Function, time_machine: TimeMachineFixture
) -> None:
    for name in ("abc", "its record is still to come"):
        stores.blobs.put(f"{world.id}/{LOST}/{name}", b"young")
    path = f"{world.id}/{LOST}/abc"
    stores.table.write(
        *stores.files.put_actions(File(id=LOST, name="a", path=path, task_id=LOST, date=int(time.time()), size=1))
    )
    before, there = everything(stores, times_too=True), contents(stores)
    assert sweep({"repair": True}) == {"found": {}, "repaired": True, "complete": True}
    assert everything(stores, times_too=True) == before
    assert contents(stores) == there
    time_machine.move_to(time.time() + GRACE + 5)
    assert sweep({})["found"]["content without a record"] == 1


def homeless(call: Client, stores: Stores) -> tuple[Project, int, int]:
    """Return a project, a task in its first column, and an older one whose column was removed."""
    board = a_board(stores)
    lost = a_task(call, board, column_id=board.columns[2].id, swimlane_id=board.swimlanes[1].id)
    first = a_task(call, board, swimlane_id=board.swimlanes[1].id)
    evict(stores, board.id, board.columns[2].id)
    return board, first, lost


def test_a_homeless_task_is_put_behind_the_tasks_of_the_first_column(
    call: Client, stores: Stores, sweep: Function
) -> None:
    board, first, lost = homeless(call, stores)
    reads = call("getTask", lost)
    assert sweep({})["found"] == {"task in no column": 1}
    assert stores.tasks.find(lost).stored.task.column_id == board.columns[2].id
    assert sweep({"repair": True})["found"] == {"task in no column": 1}
    stored = stores.tasks.find(lost).stored.task
    assert (stored.column_id, stored.swimlane_id) == (board.columns[0].id, board.swimlanes[1].id)
    assert call("getTask", lost) == reads
    assert (call("getTask", first)["position"], reads["position"]) == (1, 2)
    assert sweep({"repair": True})["found"] == {}


@pytest.mark.parametrize("method", ["removeTask", "closeTask"])
def test_a_homeless_task_that_changes_meanwhile_does_not_end_the_run(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    _, _, lost = homeless(call, stores)
    before_first(monkeypatch, stores.tasks, "next_id", lambda: call(method, lost))
    report = Sweep(stores, repair=True, has_time=lambda: True).run()
    assert report.is_complete


def test_a_task_that_finds_a_place_meanwhile_keeps_it(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, _, lost = homeless(call, stores)
    ready, swimlane = board.columns[1].id, board.swimlanes[1].id
    a_task(call, board, column_id=ready, swimlane_id=swimlane)
    move = ("moveTaskPosition", board.id, lost, ready, 1, swimlane)
    before_first(monkeypatch, stores.tasks, "find", lambda: call(*move))
    Sweep(stores, repair=True, has_time=lambda: True).run()
    task = call("getTask", lost)
    assert (task["column_id"], task["position"]) == (ready, 1)


@pytest.mark.usefixtures("_later")
def test_a_run_out_of_time_is_continued_by_the_next(
    call: Client, stores: Stores, world: Project, sweep: Function
) -> None:
    large = a_task(call, world)
    for place in range(15):
        call("saveTaskMetadata", large, {f"large {place}": "x" * 200_000})
    stores.blobs.put(f"{LOST}/{LOST}/abc", b"lost")
    found = orphans(stores, world.id)
    runs: list[dict[str, Any]] = []
    while not runs or not runs[-1]["complete"]:
        runs.append(sweep.handler({"repair": True}, Context("sweep", 1024, seconds=0)))
    kinds = {kind for run in runs for kind in run["found"]}
    assert kinds == {*reported(found), "content without a record"}
    assert len(runs) > 3
    assert sweep({}) == {"found": {}, "repaired": False, "complete": True}


def test_a_dry_run_out_of_time_says_so_and_leaves_no_trace(stores: Stores, world: Project, sweep: Function) -> None:
    before = everything(stores, times_too=True)
    assert sweep.handler({}, Context("sweep", 1024, seconds=0))["complete"] is False
    assert everything(stores, times_too=True) == before
    assert stores.table.get_one(keys.Key("#sweep", "@")) is None


def test_a_dry_run_leaves_the_place_at_which_a_repair_was_interrupted(
    stores: Stores, world: Project, sweep: Function
) -> None:
    assert sweep.handler({"repair": True}, Context("sweep", 1024, seconds=0))["complete"] is False
    interrupted_at = stores.table.get_one(keys.Key("#sweep", "@"))
    assert interrupted_at
    assert sweep({})["complete"] is True
    assert stores.table.get_one(keys.Key("#sweep", "@")) == interrupted_at


# --- what belongs to tasks --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_later")
def test_links_of_a_removed_type_go_and_are_counted_no_more(call: Client, stores: Stores, sweep: Function) -> None:
    board = a_board(stores)
    first, second = a_task(call, board), a_task(call, board)
    link_id = call("createTaskLink", first, second, MILESTONE)
    call("createTaskLink", first, second, 1)
    call("removeLink", MILESTONE)
    before = call("getAllTaskLinks", second)
    assert sweep({})["found"] == {"link of a removed type": 1}
    assert links_of(call, board) == {first: (1, None), second: (2, None)}
    assert [stores.tasks.find(each).counts.nb_links for each in (first, second)] == [2, 2]
    assert sweep({"repair": True})["found"] == {"link of a removed type": 1}
    assert links_of(call, board) == {first: (1, None), second: (2, None)}
    assert [stores.tasks.find(each).counts.nb_links for each in (first, second)] == [1, 2]
    assert call("getAllTaskLinks", second) == before
    assert sweep({"repair": True})["found"] == {}
    assert call("removeTaskLink", link_id + 1) is True
    assert links_of(call, board) == {first: (1, None), second: (1, None)}
    assert sweep({"repair": True})["found"] == {}


def test_a_removed_type_is_deleted_by_a_whole_round_that_began_an_hour_later(
    call: Client, stores: Stores, sweep: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("removeLink", MILESTONE)

    def removed() -> set[int]:
        return {*stores.link_types.get().types.removed}

    sweep({"repair": True})
    assert removed() == {MILESTONE}
    monkeypatch.setattr("lambdaboard.store.sweep_progress.GONE_FOR", -5)
    sweep({})
    assert removed() == {MILESTONE}
    call("removeLink", 1)
    before_first(monkeypatch, stores.table, "scan", lambda: call("removeLink", 2))
    assert Sweep(stores, repair=True, has_time=lambda: True).run().is_complete
    assert removed() == {2}
    assert [row["id"] for row in call("getAllLinks")] == [3, 4, 5, 6, 7, 8, 10, 11]


def links_of(call: Client, board: Project) -> dict[int, tuple[int, Any]]:
    return {row["id"]: (row["nb_links"], row["is_milestone"]) for row in call("searchTasks", board.id, "")}


def test_what_is_left_of_a_removed_task_goes_in_two_runs_and_its_links_are_counted_no_more(
    call: Client, stores: Stores, world: Project, sweep: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_is_too_young(monkeypatch)
    first = min(each.task.id for each in stores.tasks.of_project(world.id))
    linked = {row["task_id"] for row in call("getAllTaskLinks", first)} - {first}
    call("removeTask", first)
    for _ in range(2):
        assert sweep({"repair": True})["found"]
    assert sweep({"repair": True})["found"] == {}
    left = everything(stores)
    assert not [key for key, item in left.items() if f"T#{first}" in {key[0], str(item.get("task_id", {}).get("N"))}]
    assert [len(call("getAllSubtasks", each)) for each in sorted(linked)] == [2, 0]  # the other one, and a copy
    for task_id in linked:
        found = stores.tasks.find(task_id)
        assert found.stored.counts.nb_links == len(call("getAllTaskLinks", task_id))


def test_a_link_that_was_changed_since_it_was_scanned_is_still_found(
    call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = a_board(stores)
    first, second, third = (a_task(call, board) for _ in range(3))
    link_id = call("createTaskLink", first, second, 2)
    before_first(monkeypatch, stores.table, "get", lambda: call("updateTaskLink", link_id, first, third, 4))
    Sweep(stores, repair=True, has_time=lambda: True).run()
    assert [call("getTaskLinkById", link_id + side)["task_id"] for side in (0, 1)] == [first, third]


# --- generations ------------------------------------------------------------------------------------------------


def test_files_that_were_removed_at_once_and_that_cascade_gave_up_go_with_their_contents(
    call: Client, stores: Stores, sweep: Function
) -> None:
    board = a_board(stores)
    task_id, other = a_task(call, board), a_task(call, board)
    for owner in (task_id, task_id, task_id, other):
        call("createTaskFile", board.id, owner, "a.txt", "YQ==")
    call("removeAllTaskFiles", task_id)
    new = call("createTaskFile", board.id, task_id, "new.txt", "Yg==")
    assert sweep({})["found"] == {"file of an older generation": 3}
    assert (len(records_of_files(stores)), len(contents(stores))) == (10, 5)
    assert sweep({"repair": True})["found"] == {"file of an older generation": 3}
    assert (len(records_of_files(stores)), len(contents(stores))) == (4, 2)
    assert call("downloadTaskFile", new) == "Yg=="
    assert sweep({"repair": True})["found"] == {}


def records_of_files(stores: Stores) -> list[tuple[str, str]]:
    return [key for key in everything(stores) if key[0].startswith("F#") or key[1].startswith("FILE#")]


def test_subtasks_of_a_closed_task_that_cascade_gave_up_become_done(
    call: Client, stores: Stores, sweep: Function
) -> None:
    board = a_board(stores)
    task_id = a_task(call, board)
    ids = [call("createSubtask", task_id, "Subtask") for _ in range(3)]
    call("closeTask", task_id)
    assert call("updateSubtask", id=ids[0], task_id=task_id, status=1) is True
    rows = call("getAllSubtasks", task_id)
    for event in ({}, {"repair": True}):
        assert sweep(event)["found"] == {"subtask of an older generation": 2}
    assert {each.id: (each.status, each.generation) for each in stores.subtasks.of(task_id)} == {
        ids[0]: (1, 1),
        ids[1]: (2, 1),
        ids[2]: (2, 1),
    }
    assert call("getAllSubtasks", task_id) == rows
    assert sweep({"repair": True})["found"] == {}


def test_files_and_subtasks_of_a_task_that_was_moved_are_compared_with_it_where_it_is_now(
    call: Client, stores: Stores, sweep: Function
) -> None:
    board, foreign = a_board(stores), a_board(stores, name="Other")
    task_id = a_task(call, board)
    call("createTaskFile", board.id, task_id, "old.txt", "YQ==")
    call("moveTaskToProject", task_id, foreign.id)
    call("removeAllTaskFiles", task_id)
    call("createTaskFile", foreign.id, task_id, "new.txt", "Yg==")
    assert sweep({"repair": True})["found"] == {"file of an older generation": 1}
    assert [row["name"] for row in call("getAllTaskFiles", task_id)] == ["new.txt"]
    assert len(contents(stores)) == 1


# --- parts of a round -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_later")
def test_runs_that_take_a_part_each_look_at_everything_once_in_a_round(
    stores: Stores, world: Project, sweep: Function
) -> None:
    before, there = everything(stores, times_too=True), contents(stores)
    found = Counter(reported(orphans(stores, world.id)))
    for task_id in range(LOST, LOST + 14):
        stores.blobs.put(f"{world.id}/{task_id}/abc", b"lost")
    runs = [sweep({"repair": True, "parts": 7}) for _ in range(7)]
    assert all(run["complete"] for run in runs)
    assert sum((Counter(run["found"]) for run in runs), Counter()) == found + Counter({"content without a record": 14})
    assert [run["found"]["content without a record"] for run in runs] == [2] * 7
    assert sum(bool(run["found"].keys() & found.keys()) for run in runs) > 1
    assert everything(stores, times_too=True) == before
    assert contents(stores) == there


@pytest.mark.usefixtures("_later")
def test_a_part_that_was_cut_off_goes_on_in_the_next_run_and_those_before_it_are_not_looked_at_again(
    call: Client, stores: Stores, world: Project
) -> None:
    for project in range(3):
        large = a_task(call, a_board(stores, name=f"Large {project}"))
        for place in range(15):
            call("saveTaskMetadata", large, {f"large {place}": "x" * 200_000})
    scans: list[tuple[int, bool]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        scans.append((params["Segment"], "ExclusiveStartKey" in params))

    stores.table.client.meta.events.register("before-parameter-build.dynamodb.Scan", note)
    completed = 0
    while completed < 3:
        completed += Sweep(stores, repair=True, has_time=lambda: False, parts=3).run().is_complete
    segments = [segment for segment, _ in scans]
    assert segments == sorted(segments)
    assert {*segments} == {0, 1, 2}
    assert sum(goes_on for _, goes_on in scans) > 3
    assert stores.table.get_one(keys.Key("#sweep", "@")) is None


def test_a_round_with_another_number_of_parts_starts_over(stores: Stores, world: Project, sweep: Function) -> None:
    found = reported(orphans(stores, world.id))
    sweep({"repair": True, "parts": 30})
    assert sweep({"repair": True})["complete"]
    assert stores.table.get_one(keys.Key("#sweep", "@")) is None
    assert found
    assert sweep({})["found"] == {}


def test_what_is_in_order_is_read_at_half_the_price(stores: Stores, world: Project, sweep: Function) -> None:
    reads: list[tuple[str, bool]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        asked = params["RequestItems"].values() if model.name == "BatchGetItem" else [params]
        reads.extend((model.name, each.get("ConsistentRead", False)) for each in asked)

    sweep({})
    client = vars(sys.modules[sweep.name])["stores"].table.client
    client.meta.events.register("before-parameter-build.dynamodb", note)
    for _ in range(3):  # a part each, in which not all parents are
        assert sweep({"repair": True, "parts": 3})["found"] == {}
    consistent = {name for name, is_consistent in reads if is_consistent}
    assert consistent == {"GetItem"}  # the cursor and the types of links
    assert {"Scan", "BatchGetItem"} <= {name for name, _ in reads}
    assert len([name for name, _ in reads if name == "GetItem"]) <= 3 * 3


def test_the_log_tells_what_a_run_has_used(
    stores: Stores, world: Project, sweep: Function, caplog: pytest.LogCaptureFixture
) -> None:
    sweep({"repair": True, "parts": 2})
    (line,) = (each.msg for each in caplog.records if isinstance(each.msg, dict) and each.msg["message"] == "swept")
    assert line["parts"] == 2
    assert line["read_units"] > 0


@pytest.mark.parametrize("parts", [0, 366, "7", None], ids=str)
@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_number_of_parts_that_makes_no_sense_is_refused(sweep: Function, parts: Any) -> None:
    with pytest.raises(ValidationError):
        sweep({"repair": True, "parts": parts})
