"""functions/cascade deletes what belonged to removed things, as the table's stream reports them."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from local import template
from local.functions import Context
from tests.boards import a_board, a_task, contents, everything
from tests.disturbances import before_first
from tests.integration.checklists import a_long_list, counts
from tests.streams import STREAM, loaded, record, records, settled

from lambdaboard.store import keys
from lambdaboard.store.cascade import Cascade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from local.functions import Function
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.keys import Key
    from lambdaboard.store.stores import Stores


@pytest.fixture
def cascade(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function."""
    return loaded(monkeypatch, "CascadeFunction")


def a_full_task(call: Client, project: Project, **given: Any) -> int:
    """Create a task with everything that can hang on one."""
    task_id = a_task(call, project, **{"tags": ["a"], "reference": "R", "date_due": "2020-01-01", **given})
    call("saveTaskMetadata", task_id, {"name": "value", "": "empty", "#": "sign"})
    for name in ("1", "2"):
        assert call("createTaskFile", project.id, task_id, name, "YQ==")
    other = call("createTask", "Other", project.id)
    for user_id in (0, a_person(call, project)):
        assert call("createComment", task_id, user_id, "Text")
        assert call("createSubtask", task_id, "Subtask", user_id, 1.5)
        assert call("createExternalTaskLink", task_id, "file:///a", "related")
    for opposite, link_type in ((other, 1), (other, 8), (task_id, 2)):
        assert call("createTaskLink", task_id, opposite, link_type)
    assert call("removeTask", other)
    return task_id


def a_person(call: Client, project: Project) -> int:
    """Return Ann, who is made when she is first asked for, a member of the project."""
    ann = call("getUserByName", "ann")
    user_id = ann["id"] if ann else int(call("createUser", "ann", "password"))
    call("addProjectUser", project.id, user_id)
    return user_id


def test_nothing_of_a_removed_task_is_left_and_the_others_stay(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    kept = a_full_task(call, board)
    call("duplicateTaskToProject", kept, board.id)
    before, there = everything(stores), contents(stores)
    task_id = a_full_task(call, board)
    settled(cascade, stores, lambda: call("removeTask", task_id))
    assert everything(stores) == before
    assert contents(stores) == there


def test_nothing_of_a_removed_project_is_left_whatever_the_order_of_delivery(
    call: Client, stores: Stores, foreign: Project, cascade: Function
) -> None:
    stays = a_full_task(call, foreign)
    before, there = everything(stores, times_too=True), contents(stores)
    doomed = a_board(stores, identifier="DOOMED", email="doomed@example.com")
    first = a_full_task(call, doomed, tags=["x", "y"])
    call("duplicateTaskToProject", first, doomed.id)
    call("removeAllTaskFiles", first)
    call("closeTask", first)
    call("createTag", doomed.id, "by hand")
    settled(cascade, stores, lambda: call("removeProject", doomed.id), random.Random(1))
    assert everything(stores, times_too=True) == before
    assert contents(stores) == there
    assert call("getTask", stays)["project_id"] == foreign.id


def test_a_task_that_was_moved_away_is_left_alone(
    call: Client, stores: Stores, board: Project, foreign: Project, cascade: Function
) -> None:
    task_id = a_full_task(call, board)
    there = contents(stores)
    settled(cascade, stores, lambda: call("moveTaskToProject", task_id, foreign.id))
    settled(cascade, stores, lambda: call("removeProject", board.id))
    assert call("getTask", task_id)["project_id"] == foreign.id
    assert len(call("getTaskMetadata", task_id)) == 3
    assert len(call("getAllTaskFiles", task_id)) == 2
    listed = ("getAllComments", "getAllSubtasks", "getAllExternalTaskLinks", "getAllTaskLinks")
    assert [len(call(method, task_id)) for method in listed] == [2] * 4
    assert contents(stores) == there
    settled(cascade, stores, lambda: call("removeProject", foreign.id))
    assert {key for key in everything(stores, times_too=True) if not key[0].startswith(("U", "ALL#user"))} == set()
    assert not [key for key in everything(stores) if key[1].startswith("ST#")]
    assert contents(stores) == []


def disturbed(monkeypatch: pytest.MonkeyPatch, stores: Stores, act: Callable[[], object]) -> None:
    """Let something happen behind the first read of a single item."""
    read = stores.table.get_one

    def reading(key: Key) -> Any:
        monkeypatch.setattr(stores.table, "get_one", read)
        found = read(key)
        act()
        return found

    monkeypatch.setattr(stores.table, "get_one", reading)


def test_a_task_that_moves_on_while_cascade_looks_is_left_alone(
    call: Client, stores: Stores, board: Project, foreign: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_full_task(call, board)
    third = a_board(stores)
    before = everything(stores)
    call("moveTaskToProject", task_id, foreign.id)
    (moved,) = records(before, everything(stores))
    disturbed(monkeypatch, stores, lambda: call("moveTaskToProject", task_id, third.id))
    Cascade(stores.table, stores.blobs).removed(moved["dynamodb"]["OldImage"])
    assert call("getTask", task_id)["project_id"] == third.id
    assert len(call("getTaskMetadata", task_id)) == 3
    assert len(call("getAllTaskFiles", task_id)) == 2


def test_a_task_that_leaves_a_removed_project_while_cascade_looks_is_left_alone(
    call: Client, stores: Stores, board: Project, foreign: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_full_task(call, board)
    loaded = stores.tasks.find(task_id)
    before = everything(stores)
    call("removeProject", board.id)
    removed = next(each for each in records(before, everything(stores)) if each["dynamodb"]["Keys"]["sk"]["S"] == "@")
    delete_all, there = stores.table.delete_all, loaded.task.changed(project_id=foreign.id, tags=())
    there = there.changed(column_id=foreign.columns[0].id, swimlane_id=foreign.swimlanes[0].id)

    def deleting(wanted: Iterable[Key]) -> float:
        """Let the move, which had read the project before it was removed, write just before its task is deleted."""
        doomed = [*wanted]
        if loaded.stored.key in doomed:
            stores.table.write(*stores.tasks.move_actions(loaded, there, loaded.stored.rank))
        return delete_all(doomed)

    monkeypatch.setattr(stores.table, "delete_all", deleting)
    Cascade(stores.table, stores.blobs).removed(removed["dynamodb"]["OldImage"])
    assert stores.tasks.find(task_id).project.id == foreign.id


def test_the_files_of_older_generations_go_and_new_ones_stay(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    task_id = a_full_task(call, board)
    before = everything(stores)
    call("removeAllTaskFiles", task_id)
    late = records(before, everything(stores))
    new = call("createTaskFile", board.id, task_id, "new", "Yg==")
    settled(cascade, stores, lambda: cascade({"Records": late * 2}))
    assert [row["id"] for row in call("getAllTaskFiles", task_id)] == [new]
    assert call("downloadTaskFile", new) == "Yg=="
    assert len(contents(stores)) == 1
    assert call("searchTasks", board.id, "")[0]["nb_files"] == 1


def test_a_removed_file_takes_its_content_along(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    task_id = a_full_task(call, board)
    first, second = call("getAllTaskFiles", task_id)
    settled(cascade, stores, lambda: call("removeTaskFile", first["id"]))
    assert contents(stores) == [call.documented("getTaskFile", second["id"])["path"]]


def counted(printed: str) -> set[str]:
    """Return the names of the metrics that a function printed."""
    return {
        metric["Name"]
        for line in printed.splitlines()
        if '"_aws"' in line
        for declared in json.loads(line)["_aws"]["CloudWatchMetrics"]
        for metric in declared["Metrics"]
    }


def test_what_was_removed_in_another_table_is_left_alone_while_its_stream_is_still_read(
    call: Client, stores: Stores, board: Project, cascade: Function, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = a_full_task(call, board)
    before = everything(stores)
    gone = [item for (pk, _), item in before.items() if pk in {f"P#{board.id}", f"T#{task_id}"}]
    of_old = [
        record("REMOVE", number, item, None)
        | {"eventSourceARN": STREAM.replace(f"/{stores.table.name}/", f"/{stores.table.name}-before/")}
        for number, item in enumerate(gone)
    ]
    assert cascade({"Records": of_old}) == {"batchItemFailures": []}
    assert everything(stores) == before
    assert "stream of another table" in caplog.messages


def test_a_record_that_fails_is_reported_and_logged_and_the_others_are_done(
    call: Client,
    stores: Stores,
    board: Project,
    cascade: Function,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    task_id = a_full_task(call, board)
    before = everything(stores)
    call("removeTask", task_id)
    good = records(before, everything(stores))
    broken = record("REMOVE", 77, {"pk": {"S": f"T#{task_id}"}, "sk": {"S": "FILE#000000000001"}}, None)
    answer = cascade({"Records": [broken, *good]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{77:021}"}]}
    made = counted(capsys.readouterr().out)
    assert made >= {"Removals", "CascadeFaults"}
    assert "InternalErrors" not in made, "those are the API's, and stop its deployment"
    (fault,) = (each for each in caplog.records if each.levelname == "ERROR")
    assert (fault.message, vars(fault)["sequence_number"]) == ("record failed", f"{77:021}")
    assert "KeyError" in vars(fault)["exception"]
    assert not [key for key in everything(stores) if key[0] == f"T#{task_id}"]


@pytest.mark.parametrize(
    "images",
    [
        {"NewImage": {"pk": {"S": "zqx"}}},
        {"OldImage": "zqx"},
        {"OldImage": ["zqx"]},
        {"OldImage": {"pk": {"S": "zqx"}}, "NewImage": "zqx"},
    ],
    ids=str,
)
def test_a_record_of_another_form_is_reported_without_its_content_and_the_others_are_done(
    call: Client,
    stores: Stores,
    board: Project,
    cascade: Function,
    caplog: pytest.LogCaptureFixture,
    images: dict[str, Any],
) -> None:
    task_id = a_full_task(call, board)
    before = everything(stores)
    call("removeTask", task_id)
    good = records(before, everything(stores))
    broken = record("MODIFY", 77, {"pk": {"S": "x"}, "sk": {"S": "y"}}, None)
    broken["dynamodb"] = {name: value for name, value in broken["dynamodb"].items() if name != "OldImage"} | images
    assert cascade({"Records": [*good, broken]}) == {"batchItemFailures": [{"itemIdentifier": f"{77:021}"}]}
    (fault,) = (each for each in caplog.records if each.levelname == "ERROR")
    assert (fault.message, vars(fault)["sequence_number"]) == ("record failed", f"{77:021}")
    assert "zqx" not in caplog.text
    assert not [key for key in everything(stores) if key[0] == f"T#{task_id}"]


def test_records_of_other_items_are_no_fault(call: Client, stores: Stores, board: Project, cascade: Function) -> None:
    a_full_task(call, board)
    before, there = everything(stores), contents(stores)
    followed = ("T#", "FILE#", "SUBTASK#", "LINK#")
    others = [
        item
        for key, item in before.items()
        if not key[1].startswith(followed) and key[0] != f"P#{board.id}" and not key[0].startswith("U#")
    ]
    delivered = [record("REMOVE", number, item, None) for number, item in enumerate(others)]
    assert cascade({"Records": delivered}) == {"batchItemFailures": []}
    assert everything(stores) == before
    assert contents(stores) == there


# --- what belongs to tasks --------------------------------------------------------------------------------------


def test_what_closing_has_said_of_subtasks_becomes_real_and_later_changes_stay(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    task_id = a_task(call, board)
    ids = [call("createSubtask", task_id, "Subtask") for _ in range(3)]
    before = everything(stores)
    call("closeTask", task_id)
    news = records(before, everything(stores))
    assert call("updateSubtask", id=ids[0], task_id=task_id, status=1) is True
    new = call("createSubtask", task_id, "New")
    settled(cascade, stores, lambda: cascade({"Records": news * 2}))
    stored = {each.id: (each.status, each.generation) for each in stores.subtasks.of(task_id)}
    assert stored == {ids[0]: (1, 1), ids[1]: (2, 1), ids[2]: (2, 1), new: (0, 1)}
    assert [row["status"] for row in call("getAllSubtasks", task_id)] == [1, 2, 2, 0]
    assert counts(call, board, task_id) == (4, 2)
    call("closeTask", task_id)
    assert counts(call, board, task_id) == (4, 4)
    settled(cascade, stores, lambda: cascade({"Records": news}))
    assert [row["status"] for row in call("getAllSubtasks", task_id)] == [2] * 4


def test_a_subtask_that_is_changed_while_cascade_completes_it_keeps_the_change(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board)
    subtask_id = call("createSubtask", task_id, "Subtask")
    before = everything(stores)
    call("closeTask", task_id)
    (news,) = records(before, everything(stores))
    reopened = {"id": subtask_id, "task_id": task_id, "status": 1}
    before_first(monkeypatch, stores.table, "write", lambda: call("updateSubtask", **reopened))
    Cascade(stores.table, stores.blobs).changed(news["dynamodb"]["OldImage"], news["dynamodb"]["NewImage"])
    assert call("getSubtask", subtask_id)["status"] == 1
    assert counts(call, board, task_id) == (1, 0)


def test_two_hundred_subtasks_become_done_in_the_table_and_go_with_their_task(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    ann, task_id = a_person(call, board), a_task(call, board)
    before = everything(stores)
    a_long_list(stores, task_id, 200, ann)
    there = everything(stores)
    call("closeTask", task_id)
    delivered = records(there, everything(stores))
    assert len(delivered) == 1
    assert cascade({"Records": delivered}) == {"batchItemFailures": []}
    assert {(each.status, each.generation) for each in stores.subtasks.of(task_id)} == {(2, 1)}
    settled(cascade, stores, lambda: call("removeTask", task_id))
    assert everything(stores).keys() == {
        key for key in before if key[0] != f"T#{task_id}" and not key[1].startswith("T#")
    }


def test_a_removed_subtask_leads_nowhere_any_more(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    task_id = a_full_task(call, board)
    for row in call("getAllSubtasks", task_id):
        settled(cascade, stores, partial(call, "removeSubtask", row["id"]))
    assert not [key for key in everything(stores) if "SUBTASK#" in key[0] + key[1] or key[1].startswith("ST#")]


# --- what takes longer than a function has ----------------------------------------------------------------------


class CountedTime:
    """Stands for the context of calls that have time for so many steps each.

    Attributes:
        calls: how many there were.
    """

    def __init__(self, steps: int) -> None:
        self.calls = 0
        self._steps = self._left = steps

    def call(self, cascade: Function, delivered: list[dict[str, Any]]) -> list[str]:
        """Deliver records in one call; return the numbers of those that are to come again."""
        self.calls += 1
        self._left = self._steps
        context: Any = Context("cascade", 1024, 900)
        object.__setattr__(context, "get_remaining_time_in_millis", self.remaining)
        answer = cascade.handler({"Records": delivered}, context)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def remaining(self) -> int:
        """Tell the milliseconds left: less at each step."""
        self._left -= 1
        return 900_000 if self._left >= 0 else 0


def test_a_project_that_takes_longer_than_one_call_is_removed_by_several_and_nothing_counts_as_failed(
    call: Client,
    stores: Stores,
    cascade: Function,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lambdaboard.store.cascade.DELETED_AT_ONCE", 5)
    stays = a_full_task(call, a_board(stores, name="Other"))
    there = everything(stores)
    doomed = a_board(stores)
    for _ in range(40):
        a_task(call, doomed)
    before = everything(stores)
    call("removeProject", doomed.id)
    waiting = records(before, everything(stores))
    others = len(waiting) - 1
    time = CountedTime(steps=others + 6)
    left = [len(everything(stores))]
    while waiting:
        again = time.call(cascade, waiting)
        waiting = [each for each in waiting if each["dynamodb"]["SequenceNumber"] in again]
        left.append(len(everything(stores)))
    assert 3 <= time.calls <= 12
    assert left == sorted(left, reverse=True)
    assert not [key for key in everything(stores) if key[0] == f"P#{doomed.id}"]
    assert call("getTask", stays)
    assert everything(stores).keys() >= there.keys()
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    made = counted(capsys.readouterr().out)
    assert "Removals" in made
    assert "CascadeFaults" not in made


def test_records_behind_one_that_has_used_up_the_time_come_again_and_are_not_begun(
    call: Client, stores: Stores, board: Project, cascade: Function
) -> None:
    tasks = [a_full_task(call, board) for _ in range(2)]
    before = everything(stores)
    for task_id in tasks:
        call("removeTask", task_id)
    delivered = records(before, everything(stores))
    there = everything(stores)
    numbers = [each["dynamodb"]["SequenceNumber"] for each in delivered]
    assert CountedTime(steps=0).call(cascade, delivered) == numbers
    assert everything(stores) == there
    assert CountedTime(steps=1_000).call(cascade, delivered) == []


class FakeTable:
    """A project with many tasks, of which each takes 6 units to delete; deleting takes 25 ms, and a page 200 ms.

    Attributes:
        deleted: how many keys, and `at`: when the last of each 100 of them were deleted, in seconds.
    """

    def __init__(self, clock: FakeClock, tasks: int) -> None:
        self.deleted = 0
        self.at: list[float] = []
        self._clock = clock
        self._tasks = tasks

    def query(self, pk: str, **_: Any) -> Iterator[dict[str, Any]]:
        for number in range(1, self._tasks + 1) if pk == "P#7" else ():
            if number % 1_000 == 1:
                self._clock.sleep(0.2)
            yield {"pk": {"S": pk}, "sk": {"S": keys.task(1, number).sk}}

    def delete_all(self, wanted: Iterable[Key]) -> float:
        count = len([*wanted])
        if not count:
            return 0.0
        self._clock.sleep(0.025)
        self.deleted += count
        self.at.append(self._clock.now)
        return 6.0 * count


class FakeClock:
    """Stands for the module `time`: a pause takes no time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_hundred_thousand_tasks_fit_into_one_call_and_leave_room_in_their_item_collection(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    monkeypatch.setattr("lambdaboard.store.cascade.time", clock)
    table: Any = FakeTable(clock, 100_000)
    function = template.properties("CascadeFunction")
    project = {"doc": {"S": '{"id":7,"name":"Large"}'}, "pk": {"S": "P#7"}, "sk": {"S": "@"}}
    Cascade(table, stores.blobs, lambda: clock.now < function["Timeout"] - 60).removed(project)
    assert table.deleted == 100_000
    # two requests' worth of 600 units ahead of 1,000 per second, which is what one item collection takes, at any time
    assert max(600 * place - 1_000 * at for place, at in enumerate(table.at, start=1)) <= 1_200
