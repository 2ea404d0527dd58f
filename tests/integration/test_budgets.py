"""What each procedure costs: sequential calls of DynamoDB, all calls, items written (architecture.md, "Budgets")."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.aws_calls import Calls, Tracker
from tests.boards import a_board, a_task
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.integration.access_world import laid

from lambdaboard.domain.automatic_actions import KINDS, PREFIX
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project


class World(NamedTuple):
    """What the calls are about.

    Attributes:
        listed: a task of the other board that recurs when it is closed, with two of each: comments, subtasks, links and
            external links; the next ones are among these.
        timed: a subtask on which the person's timer runs.
        stranger: a user without a role of their own in a project.
        crew: a group that the stranger is in and that has a role in the other project.
        action: an automatic action of the board that does nothing, at each creation, update and move there.
        tokens: of the application and of the person, by their names.
    """

    board: Project
    other: Project
    task: int
    plain: int
    file: int
    project_file: int
    person: int
    listed: int
    comment: int
    subtask: int
    timed: int
    link: int
    external: int
    stranger: int
    action: int
    tokens: dict[str, int]
    crew: int


class Cost(NamedTuple):
    """What a procedure may cost.

    Attributes:
        cold: depth, for a container that remembers nothing.
        warm: depth, for one that knows the task.
        calls: of DynamoDB, cold; the one that renews the project's last change included.
        items: written, but for ids and that.
        s3: calls of S3.
    """

    cold: int
    warm: int
    calls: int
    items: int = 0
    s3: int = 0


COSTS: dict[str, tuple[Callable[[Client, World], Any], Cost]] = {
    "getTask": (lambda call, of: call("getTask", of.task), Cost(3, 1, 3)),
    "getTaskByReference": (lambda call, of: call("getTaskByReference", of.board.id, "R"), Cost(2, 2, 4)),
    "getAllTasks": (lambda call, of: call("getAllTasks", of.board.id), Cost(1, 1, 2)),
    "getAllTasks, closed": (lambda call, of: call("getAllTasks", of.board.id, 0), Cost(1, 1, 3)),
    "getOverdueTasks": (lambda call, of: call("getOverdueTasks"), Cost(2, 2, 6)),
    "getOverdueTasksByProject": (lambda call, of: call("getOverdueTasksByProject", of.board.id), Cost(2, 2, 3)),
    "searchTasks": (lambda call, of: call("searchTasks", of.board.id, "status:open"), Cost(1, 1, 2)),
    "searchTasks, open and closed": (lambda call, of: call("searchTasks", of.board.id, "task"), Cost(1, 1, 2)),
    "searchTasks, closed": (lambda call, of: call("searchTasks", of.board.id, "status:closed"), Cost(1, 1, 2)),
    "searchTasks, a tag": (lambda call, of: call("searchTasks", of.board.id, "tag:a"), Cost(1, 1, 4)),
    "searchTasks, one": (lambda call, of: call("searchTasks", of.board.id, f"#{of.task}"), Cost(2, 2, 3)),
    "searchTasks, none": (lambda call, of: call("searchTasks", of.board.id, "id:0"), Cost(1, 1, 1)),
    "searchTasks, a reference": (lambda call, of: call("searchTasks", of.board.id, "ref:r"), Cost(3, 3, 4)),
    "searchTasks, no such reference": (lambda call, of: call("searchTasks", of.board.id, "ref:x"), Cost(1, 1, 2)),
    "searchTasks, due": (lambda call, of: call("searchTasks", of.board.id, "due:<today status:open"), Cost(3, 3, 4)),
    "searchTasks, a page": (
        lambda call, of: call("searchTasks", project_id=of.board.id, query="", limit=3),
        Cost(2, 2, 5),
    ),
    "searchTasks, everywhere": (lambda call, of: call("searchTasks", 0, "task"), Cost(2, 2, 5)),
    "createTask": (lambda call, of: call("createTask", "New", of.board.id), Cost(2, 2, 4, 2)),
    "createTask, a known tag": (
        lambda call, of: call("createTask", title="New", project_id=of.board.id, tags=["a"]),
        Cost(2, 2, 6, 2),
    ),
    "createTask, a new tag": (
        lambda call, of: call("createTask", title="New", project_id=of.board.id, tags=["b"]),
        Cost(3, 3, 7, 6),
    ),
    "updateTask": (lambda call, of: call("updateTask", id=of.task, title="New"), Cost(3, 2, 4, 1)),
    "updateTask, a known tag": (lambda call, of: call("updateTask", id=of.task, tags=["A"]), Cost(4, 3, 5, 1)),
    "openTask": (lambda call, of: call("openTask", of.task), Cost(3, 2, 4, 1)),
    "closeTask": (lambda call, of: call("closeTask", of.task), Cost(3, 2, 4, 1)),
    "moveTaskPosition": (
        lambda call, of: call("moveTaskPosition", of.board.id, of.task, of.board.columns[0].id, 3, _lane(of)),
        Cost(3, 3, 5, 1),
    ),
    "moveTaskPosition, to the front": (
        lambda call, of: call("moveTaskPosition", of.board.id, of.task, of.board.columns[1].id, 1, _lane(of)),
        Cost(3, 3, 4, 1),
    ),
    "moveTaskPosition, beyond the end": (
        lambda call, of: call("moveTaskPosition", of.board.id, of.task, of.board.columns[0].id, 99, _lane(of)),
        Cost(3, 3, 5, 1),
    ),
    "moveTaskPosition, own swimlane": (
        lambda call, of: call("moveTaskPosition", of.board.id, of.task, of.board.columns[0].id, 3, 0),
        Cost(4, 4, 5, 1),
    ),
    "moveTaskToProject": (lambda call, of: call("moveTaskToProject", of.plain, of.other.id), Cost(3, 2, 6, 3)),
    "moveTaskToProject, a new tag": (
        lambda call, of: call("moveTaskToProject", of.task, of.other.id),
        Cost(5, 4, 10, 7),
    ),
    "duplicateTaskToProject": (
        lambda call, of: call("duplicateTaskToProject", of.task, of.board.id),
        Cost(5, 4, 13, 9, 1),
    ),
    "removeTask": (lambda call, of: call("removeTask", of.task), Cost(3, 2, 3, 2)),
    "getTaskMetadata": (lambda call, of: call("getTaskMetadata", of.task), Cost(2, 1, 3)),
    "getTaskMetadataByName": (lambda call, of: call("getTaskMetadataByName", of.task, "name"), Cost(2, 1, 2)),
    "saveTaskMetadata": (lambda call, of: call("saveTaskMetadata", of.task, {"a": 1}), Cost(3, 2, 3, 1)),
    "saveTaskMetadata, of 5": (
        lambda call, of: call("saveTaskMetadata", of.task, dict.fromkeys("abcde", 1)),
        Cost(3, 2, 3, 5),
    ),
    "removeTaskMetadata": (lambda call, of: call("removeTaskMetadata", of.task, "name"), Cost(3, 2, 3, 1)),
    "createTaskFile": (
        lambda call, of: call("createTaskFile", of.board.id, of.task, "a", "YQ=="),
        Cost(2, 2, 3, 3, 1),
    ),
    "getAllTaskFiles": (lambda call, of: call("getAllTaskFiles", of.task), Cost(2, 1, 3)),
    "getTaskFile": (lambda call, of: call("getTaskFile", of.file), Cost(2, 2, 2)),
    "downloadTaskFile": (lambda call, of: call("downloadTaskFile", of.file), Cost(2, 2, 2, 0, 1)),
    "removeTaskFile": (lambda call, of: call("removeTaskFile", of.file), Cost(3, 3, 3, 3)),
    "removeAllTaskFiles": (lambda call, of: call("removeAllTaskFiles", of.task), Cost(3, 2, 3, 1)),
    "createProjectFile": (lambda call, of: call("createProjectFile", of.board.id, "a", "YQ=="), Cost(2, 2, 3, 2, 1)),
    "getAllProjectFiles": (lambda call, of: call("getAllProjectFiles", of.board.id), Cost(1, 1, 2)),
    "getProjectFile": (lambda call, of: call("getProjectFile", of.board.id, of.project_file), Cost(1, 1, 1)),
    "downloadProjectFile": (
        lambda call, of: call("downloadProjectFile", of.board.id, of.project_file),
        Cost(1, 1, 1, 0, 1),
    ),
    "removeProjectFile": (lambda call, of: call("removeProjectFile", of.board.id, of.project_file), Cost(2, 2, 2, 2)),
    "removeAllProjectFiles": (lambda call, of: call("removeAllProjectFiles", of.board.id), Cost(2, 2, 2, 1)),
}

PDF = "https://example.org/a.pdf"

BELONGINGS: dict[str, tuple[Callable[[Client, World], Any], Cost]] = {
    "createComment": (lambda call, of: call("createComment", of.listed, of.person, "New"), Cost(3, 2, 4, 3)),
    "getComment": (lambda call, of: call("getComment", of.comment), Cost(3, 3, 3)),
    "getAllComments": (lambda call, of: call("getAllComments", of.listed), Cost(3, 2, 4)),
    "updateComment": (lambda call, of: call("updateComment", of.comment, "New"), Cost(3, 3, 3, 1)),
    "removeComment": (lambda call, of: call("removeComment", of.comment), Cost(3, 3, 3, 3)),
    "createSubtask": (lambda call, of: call("createSubtask", of.listed, "New"), Cost(4, 3, 6, 3)),
    "createSubtask, somebody's": (
        lambda call, of: call("createSubtask", of.listed, "New", of.person),
        Cost(4, 3, 6, 4),
    ),
    "getSubtask": (lambda call, of: call("getSubtask", of.subtask), Cost(2, 2, 2)),
    "getAllSubtasks": (lambda call, of: call("getAllSubtasks", of.listed), Cost(3, 2, 4)),
    "updateSubtask": (lambda call, of: call("updateSubtask", of.subtask, of.listed, "New"), Cost(4, 3, 5, 2)),
    "removeSubtask": (lambda call, of: call("removeSubtask", of.subtask), Cost(4, 4, 5, 3)),
    "hasSubtaskTimer": (lambda call, of: call("hasSubtaskTimer", of.timed, of.person), Cost(2, 2, 2)),
    "getSubtaskTimeSpent": (lambda call, of: call("getSubtaskTimeSpent", of.timed, of.person), Cost(2, 2, 2)),
    "setSubtaskStartTime": (lambda call, of: call("setSubtaskStartTime", of.subtask, of.person), Cost(3, 3, 3, 2)),
    "setSubtaskEndTime": (lambda call, of: call("setSubtaskEndTime", of.timed, of.person), Cost(4, 4, 4, 2)),
    "createTaskLink": (lambda call, of: call("createTaskLink", of.listed, of.plain, 2), Cost(3, 3, 7, 6)),
    "getTaskLinkById": (lambda call, of: call("getTaskLinkById", of.link), Cost(3, 3, 3)),
    "getAllTaskLinks": (lambda call, of: call("getAllTaskLinks", of.listed), Cost(4, 3, 6)),
    "updateTaskLink": (lambda call, of: call("updateTaskLink", of.link, of.listed, of.plain, 2), Cost(4, 4, 6, 9)),
    "removeTaskLink": (lambda call, of: call("removeTaskLink", of.link), Cost(4, 4, 4, 6)),
    "createExternalTaskLink": (
        lambda call, of: call("createExternalTaskLink", of.listed, PDF, "related"),
        Cost(3, 2, 4, 2),
    ),
    "getExternalTaskLinkById": (
        lambda call, of: call("getExternalTaskLinkById", of.listed, of.external),
        Cost(2, 1, 2),
    ),
    "getAllExternalTaskLinks": (lambda call, of: call("getAllExternalTaskLinks", of.listed), Cost(2, 1, 3)),
    "updateExternalTaskLink": (
        lambda call, of: call("updateExternalTaskLink", of.listed, of.external, "New"),
        Cost(3, 2, 3, 1),
    ),
    "removeExternalTaskLink": (
        lambda call, of: call("removeExternalTaskLink", of.listed, of.external),
        Cost(3, 2, 3, 2),
    ),
    "getAllLinks": (lambda call, of: call("getAllLinks"), Cost(1, 1, 1)),
    "getLinkById": (lambda call, of: call("getLinkById", 1), Cost(1, 1, 1)),
    "getLinkByLabel": (lambda call, of: call("getLinkByLabel", "blocks"), Cost(1, 1, 1)),
    "getOppositeLinkId": (lambda call, of: call("getOppositeLinkId", 2), Cost(1, 1, 1)),
    "createLink": (lambda call, of: call("createLink", "needs", "is needed by"), Cost(2, 2, 2, 1)),
    "updateLink": (lambda call, of: call("updateLink", 2, 3, "stops"), Cost(2, 2, 2, 1)),
    "removeLink": (lambda call, of: call("removeLink", 2), Cost(2, 2, 2, 1)),
}
"""What belongs to tasks; the types of links are read of the one item that holds them all."""

WITH_BELONGINGS: dict[str, tuple[Callable[[Client, World], Any], Cost]] = {
    "getTask, with belongings": (lambda call, of: call("getTask", of.listed), Cost(3, 1, 3)),
    "closeTask, with belongings": (lambda call, of: call("closeTask", of.listed), Cost(8, 7, 12, 11)),
    "moveTaskToProject, with belongings": (
        lambda call, of: call("moveTaskToProject", of.listed, of.board.id),
        Cost(3, 2, 6, 3),
    ),
    "duplicateTaskToProject, with belongings": (
        lambda call, of: call("duplicateTaskToProject", of.listed, of.board.id),
        Cost(5, 4, 14, 14),
    ),
    "removeTask, with belongings": (lambda call, of: call("removeTask", of.listed), Cost(3, 2, 3, 2)),
}


def _lane(of: World) -> int:
    return of.board.swimlanes[0].id


IDLE = [("task.create_update", "TaskAssignSpecificUser"), ("task.move.column", "TaskAssignColorColumn")]
"""Events, and actions that fit no column."""


def an_action(call: Client, board: Project, event: str, kind: str, **params: Any) -> int:
    """Make an automatic action, with those of the parameters that it has."""
    action_id = call(
        "createAction", board.id, event, PREFIX + kind, {name: params[name] for name in KINDS[kind].parameters.split()}
    )
    assert action_id, kind
    return int(action_id)


def a_world(call: Client, stores: Stores) -> World:
    """Make a board of four open tasks; the first is overdue and has a reference, a tag, metadata and a file.

    Ann, whose password is "secret of ann", manages it, and another board with the task that has all the rest.
    """
    board, other = a_board(stores), a_board(stores)
    call("updateProject", project_id=other.id, name="Other", identifier="OTHER", email="other@example.org")
    task = a_task(call, board, reference="R", date_due="2020-01-01", tags=["a"])
    plain, *_ = [a_task(call, board) for _ in range(3)]
    call("saveTaskMetadata", task, {"name": "value"})
    call("saveProjectMetadata", board.id, {"name": "value"})
    ann = call("createUser", "ann", "secret of ann")
    for each in (board, other):
        call("addProjectUser", each.id, ann, "project-manager")
    listed = a_task(call, other, recurrence_status=1, recurrence_trigger=2)
    comment, _ = (call("createComment", listed, ann, text) for text in "ab")
    subtask, timed = (call("createSubtask", listed, title, user) for title, user in (("a", 0), ("b", ann)))
    call("setSubtaskStartTime", timed, ann)
    link, _ = (call("createTaskLink", listed, opposite, 1) for opposite in (task, plain))
    external, _ = (call("createExternalTaskLink", listed, PDF, "related") for _ in range(2))
    assert call.by("ann", "secret of ann")("updateComment", comment, "a")  # which the activity tells
    bob, crew = call("createUser", "bob", "secret of bob"), call("createGroup", "crew")
    call("addGroupMember", crew, bob)
    call("addProjectGroup", other.id, crew)
    return World(
        board=board,
        other=other,
        task=task,
        plain=plain,
        file=call("createTaskFile", board.id, task, "a", "YQ=="),
        project_file=call("createProjectFile", board.id, "a", "YQ=="),
        person=ann,
        listed=listed,
        comment=comment,
        subtask=subtask,
        timed=timed,
        link=link,
        external=external,
        stranger=bob,
        crew=crew,
        action=[an_action(call, board, *each, column_id=0, color_id="red", user_id=0) for each in IDLE][-1],
        tokens={each.credentials[0]: each("createToken", "program")["id"] for each in (call, call.by("ann"))},
    )


def the_world(call: Client, stores: Stores) -> World:
    """Return what `a_world` makes in an empty table."""
    return laid("budgets", lambda: a_world(call, stores))


@pytest.fixture
def world(call: Client, stores: Stores) -> World:
    return the_world(call, stores)


def a_container() -> tuple[Client, Stores]:
    """Return a client of a container that remembers nothing."""
    stores = Stores.connect(TABLE, BUCKET)
    return Client(a_service(stores)), stores


ALL = COSTS | BELONGINGS | WITH_BELONGINGS


def measured(monkeypatch: pytest.MonkeyPatch, world: World, name: str, *, warm: bool) -> Calls:
    call, stores = a_container()
    for task in (world.task, world.plain, world.listed) if warm else ():
        call("getTask", task)
    act, _ = ALL[name]
    return Tracker(monkeypatch, stores).of(lambda: succeeded(act(call, world), name))


def succeeded(result: Any, name: str) -> None:
    """Check that what is measured does what it is measured for: a call that is rejected costs less."""
    assert result is not False, f"{name}: the call is rejected"
    assert result is not None, f"{name}: the call finds nothing"


WRITES = [name for name, (_, cost) in ALL.items() if cost.items]


@pytest.mark.parametrize("name", WRITES)
def test_a_call_that_writes_costs_what_the_design_allows(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _, cost = ALL[name]
    calls = measured(monkeypatch, world, name, warm=False)
    assert (calls.depth, calls.dynamodb, calls.items, calls.s3) == (cost.cold, cost.calls, cost.items, cost.s3), calls


@pytest.mark.parametrize("name", [name for name in WRITES if ALL[name][1].warm != ALL[name][1].cold])
def test_a_call_that_writes_costs_less_where_the_tasks_project_is_remembered(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert measured(monkeypatch, world, name, warm=True).depth == ALL[name][1].warm


def test_calls_that_read_cost_what_the_design_allows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (_, cost) in ALL.items():
        if name not in WRITES:
            with monkeypatch.context() as undone:
                cold = measured(undone, world, name, warm=False)
            with monkeypatch.context() as undone:
                warm = measured(undone, world, name, warm=True)
            wanted = (cost.cold, cost.warm, cost.calls, 0, cost.s3)
            assert (cold.depth, warm.depth, cold.dynamodb, cold.items, cold.s3) == wanted, (name, cold)


@pytest.mark.parametrize("method", ["moveTaskPosition", "closeTask", "moveTaskToProject"])
def test_a_task_that_another_container_moved_is_at_its_new_position_for_a_round_trip_more(
    world: World, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    moves: dict[str, list[Any]] = {
        "moveTaskPosition": [world.board.id, world.task, world.board.columns[1].id, 1, _lane(world)],
        "closeTask": [world.task],
        "moveTaskToProject": [world.task, world.other.id],
    }
    (here, stores), (elsewhere, _) = a_container(), a_container()
    seen = here("getTask", world.task)
    assert elsewhere(method, *moves[method]) is True
    tracker, found = Tracker(monkeypatch, stores), []
    calls = tracker.of(lambda: found.append(here("getTask", world.task)))
    assert found == [elsewhere("getTask", world.task)] != [seen]
    if method != "moveTaskToProject":
        assert (calls.depth, calls.dynamodb) == (2, 3)
    assert tracker.of(lambda: here("getTask", world.task)).depth == 1


@pytest.mark.parametrize("position", [1, 7, 15, 99])
def test_a_move_in_a_longer_lane_costs_no_more(
    call: Client, world: World, monkeypatch: pytest.MonkeyPatch, position: int
) -> None:
    for _ in range(10):
        a_task(call, world.board, column_id=world.board.columns[1].id)
    container, stores = a_container()
    move = (world.board.id, world.task, world.board.columns[1].id, position, _lane(world))
    calls = Tracker(monkeypatch, stores).of(lambda: container("moveTaskPosition", *move))
    assert (calls.depth, calls.items) == (3, 1)
    assert calls.dynamodb <= 5


def test_the_last_change_is_written_once_a_second_and_container(
    world: World, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(time.time(), tick=False)
    container, stores = a_container()
    tracker = Tracker(monkeypatch, stores)
    first = tracker.of(lambda: container("closeTask", world.task))
    second = tracker.of(lambda: container("openTask", world.task))
    assert (first.of["PutItem"], second.of["PutItem"]) == (1, 0)


def test_a_copy_of_more_files_costs_no_more_depth(call: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        call("createTaskFile", world.board.id, world.task, "a", "YQ==")
    calls = measured(monkeypatch, world, "duplicateTaskToProject", warm=False)
    assert (calls.depth, calls.items, calls.s3) == (5, 17, 5)


@pytest.mark.parametrize(("limit", "calls"), [(5, 7), (6, 3), (20, 3)])
def test_positions_of_a_page_are_counted_for_five_rows_and_found_by_the_lane_for_more(
    call: Client, world: World, monkeypatch: pytest.MonkeyPatch, limit: int, calls: int
) -> None:
    for _ in range(20):
        a_task(call, world.board)
    container, stores = a_container()
    search = Tracker(monkeypatch, stores).of(
        lambda: container("searchTasks", project_id=world.board.id, query="status:open", limit=limit)
    )
    assert (search.depth, search.dynamodb) == (2, calls)


def test_owners_and_names_are_read_once_for_all_tasks_that_are_looked_at_together(
    call: Client, world: World, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia, tom = person("mia", world.board.id), person("tom", world.board.id)
    for owner_id in (mia, tom, mia, 0):
        a_task(call, world.board, owner_id=owner_id, creator_id=tom)
    container, stores = a_container()
    tracker = Tracker(monkeypatch, stores)
    for query, depth in {"status:open": 2, f"assignee:{mia}": 2, "assignee:mia": 3, "assignee:x creator:y": 2}.items():
        calls = tracker.of(partial(container, "searchTasks", world.board.id, query))
        assert (calls.depth, calls.dynamodb) == (depth, depth + 1), query
