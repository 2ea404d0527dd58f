"""Automatic actions: the procedures, and what runs with the calls that set them off (context.md 14).

Each kind and the chains are in tests/unit/domain/test_automatic_actions.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import a_board, a_task, everything, lane, move
from tests.conftest import result_in
from tests.streams import Stream, loaded

from lambdaboard.domain.automatic_actions import MAX_ACTIONS
from lambdaboard.store import keys

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

NAMES = "\\Kanboard\\Action\\"
COLUMN, SWIMLANE = "task.move.column", "task.move.swimlane"
LINK, CHANGE, NEW = "task_internal_link.create_update", "task.create_update", "task.create"


def an_action(call: Client, board: Project, event: str, kind: str, **params: Any) -> int:
    action_id = call("createAction", board.id, event, NAMES + kind, params)
    assert action_id, kind
    return int(action_id)


def shown(call: Client, task_id: int, *names: str) -> list[Any]:
    task = call("getTask", task_id)
    return [task[name] for name in names]


def moved(call: Client, board: Project, task_id: int, column: int = 0, swimlane: int = 0) -> bool:
    """Move a task to the front of a lane."""
    return bool(move(call, board, task_id, 1, column, swimlane))


# --- the procedures -------------------------------------------------------------------------------------------------


def test_what_there_is_is_listed_by_its_description(call: Client) -> None:
    actions, events = call("getAvailableActions"), call("getAvailableActionEvents")
    assert (len(actions), len(events)) == (43, 11)
    assert [*actions.values()] == sorted(actions.values())
    compatible = {name: call("getCompatibleActionEvents", name) for name in actions}
    assert all(each.items() <= events.items() and each for each in compatible.values())
    assert call("getCompatibleActionEvents", NAMES + "TaskOpen") == {}
    assert call.answer("getCompatibleActionEvents", "TaskCloseColumn")["error"]["code"] == -32602


def test_the_actions_of_a_project_are_listed_by_id_until_they_are_removed(call: Client, board: Project) -> None:
    assert call("getActions", board.id) == []
    first = an_action(call, board, COLUMN, "TaskCloseColumn", column_id=7)
    second = an_action(call, board, NEW, "TaskAssignCurrentUser")
    row = {"project_id": board.id, "event_name": COLUMN, "action_name": NAMES + "TaskCloseColumn"}
    rows = call("getActions", board.id)
    assert rows[0] == {"id": first, "params": {"column_id": "7"}, **row}
    assert (rows[1]["id"], rows[1]["params"]) == (second, [])
    assert call("removeAction", first) is True
    assert [row["id"] for row in call("getActions", board.id)] == [second]
    assert call("removeAction", first) is False
    assert an_action(call, board, NEW, "TaskAssignCurrentUser") > second


def test_what_cannot_run_here_is_refused(call: Client, board: Project) -> None:
    refused = [
        (board.id, "task.cronjob.daily", "TaskCloseNoActivity", {"duration": 1}),
        (board.id, COLUMN, "TaskEmail", {"column_id": 1, "user_id": 1, "subject": "x"}),
        (board.id, COLUMN, "TaskMoveAnotherProject", {"column_id": 1, "project_id": 1}),
        (board.id, NEW, "TaskCloseColumn", {"column_id": 1}),
        (board.id, COLUMN, "TaskCloseColumn", {"column_id": 1, "other": 1}),
        (999, COLUMN, "TaskCloseColumn", {"column_id": 1}),
    ]
    for project_id, event, kind, params in refused:
        assert call("createAction", project_id, event, NAMES + kind, params) is False
    assert call("getActions", board.id) == []


def test_a_project_has_a_limited_number_of_them(call: Client, stores: Stores) -> None:
    board = a_board(stores)
    for _ in range(MAX_ACTIONS):
        an_action(call, board, NEW, "TaskAssignCurrentUser")
    answer = call.answer("createAction", board.id, NEW, NAMES + "TaskAssignCurrentUser", {})
    assert (answer["error"]["code"], "project_id" in answer["error"]["data"]) == (-32602, True)


def test_they_end_with_their_project(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, cascade = Stream(), loaded(monkeypatch, "CascadeFunction")
    action = an_action(call, board, NEW, "TaskAssignCurrentUser")
    assert call("removeProject", board.id)
    assert call("removeAction", action) is False
    assert call("getActions", board.id) == []
    cascade({"Records": stream.new()})
    assert (f"AC#{action}", "@") not in everything(stores)


# --- with the calls that set them off -------------------------------------------------------------------------------


def test_a_move_closes_moves_on_and_colours_in_one_write(call: Client, board: Project) -> None:
    _, ready, done = board.columns
    an_action(call, board, COLUMN, "TaskCloseColumn", column_id=ready.id)
    an_action(call, board, "task.close", "TaskMoveColumnClosed", dest_column_id=done.id)
    an_action(call, board, COLUMN, "TaskAssignColorColumn", column_id=done.id, color_id="red")
    task = a_task(call, board)
    assert moved(call, board, task, column=1) is True
    assert shown(call, task, "is_active", "column_id", "color_id", "position") == [0, done.id, "red", 1]


def test_an_action_of_another_project_does_nothing(call: Client, stores: Stores, board: Project) -> None:
    other = a_board(stores)
    an_action(call, other, NEW, "TaskAssignColorColumn", column_id=board.columns[0].id, color_id="red")
    assert shown(call, a_task(call, board), "color_id") == ["yellow"]


def test_a_new_task_is_changed_before_anybody_sees_it(call: Client, board: Project) -> None:
    second = board.swimlanes[1]
    an_action(call, board, CHANGE, "TaskAssignCategoryColor", color_id="red", category_id=board.categories[0].id)
    to_second = {"dest_swimlane_id": second.id, "category_id": board.categories[0].id}
    an_action(call, board, "task.update", "TaskMoveSwimlaneCategoryChange", **to_second)
    task = a_task(call, board, color_id="red")
    expected = [board.categories[0].id, second.id, 1]
    assert shown(call, task, "category_id", "swimlane_id", "position") == expected


def test_a_task_that_an_action_moves_keeps_the_number_of_its_position(call: Client, board: Project) -> None:
    others = [a_task(call, board, column_id=board.columns[1].id) for _ in range(3)]
    ours = [a_task(call, board) for _ in range(4)]
    columns = {"src_column_id": board.columns[0].id, "dest_column_id": board.columns[1].id}
    an_action(call, board, "task.update", "TaskMoveColumnUnAssigned", **columns)
    assert call("updateTask", id=ours[1], title="New") is True
    assert lane(call, board, 1) == [others[0], ours[1], *others[1:]]
    assert call("updateTask", id=ours[3], title="New") is True
    assert lane(call, board, 1) == [others[0], ours[1], ours[3], *others[1:]]
    assert lane(call, board) == [ours[0], ours[2]]


def test_a_new_task_that_an_action_moves_keeps_the_number_of_its_position(call: Client, board: Project) -> None:
    others = [a_task(call, board, column_id=board.columns[1].id) for _ in range(3)]
    first = a_task(call, board)
    an_action(call, board, NEW, "TaskMoveColumnCategoryChange", dest_column_id=board.columns[1].id, category_id=0)
    second = a_task(call, board)
    assert lane(call, board, 1) == [others[0], second, *others[1:]]
    assert lane(call, board) == [first]
    third = a_task(call, board, column_id=board.columns[2].id)
    assert lane(call, board, 1) == [third, others[0], second, *others[1:]]


def test_a_task_that_is_moved_there_and_back_stays_in_its_lane(call: Client, board: Project) -> None:
    first = board.swimlanes[0]
    task, other = a_task(call, board), a_task(call, board)
    an_action(call, board, SWIMLANE, "TaskAssignPrioritySwimlane", swimlane_id=board.swimlanes[1].id, priority=3)
    an_action(call, board, "task.update", "TaskMoveSwimlaneCategoryChange", dest_swimlane_id=first.id, category_id=0)
    assert moved(call, board, task, swimlane=1) is True
    assert shown(call, task, "priority", "swimlane_id") == [3, first.id]
    assert sorted(lane(call, board)) == [task, other]


def test_the_caller_comments_and_the_application_does_not(call: Client, board: Project, person: MakePerson) -> None:
    ann = person("ann", board.id)
    an_action(call, board, COLUMN, "CommentCreationMoveTaskColumn", column_id=board.columns[1].id)
    task = a_task(call, board)
    assert moved(call.by("ann"), board, task, column=1) is True
    (comment,) = call("getAllComments", task)
    assert (comment["comment"], comment["user_id"], comment["visibility"]) == ("Moved to column Ready", ann, "app-user")
    assert call("searchTasks", board.id, f"#{task}")[0]["nb_comments"] == 1
    assert moved(call, board, task)
    assert moved(call, board, task, column=1)
    assert len(call("getAllComments", task)) == 1


def test_a_subtask_is_added_whose_timer_runs_for_the_creator(call: Client, board: Project, person: MakePerson) -> None:
    ann, ready = person("ann", board.id), board.columns[1]
    an_action(call, board, COLUMN, "SubtaskTimerMoveTaskColumn", column_id=ready.id, subtask="Check")
    task = a_task(call, board, creator_id=ann)
    call("createSubtask", task, "First", 0, 2)
    assert moved(call, board, task, column=1)
    subtask = call.by("ann")("getAllSubtasks", task)[1]
    names = ("title", "status", "user_id", "position", "is_timer_started")
    assert [subtask[name] for name in names] == ["Check", 1, ann, 2, True]
    assert shown(call, task, "time_estimated") == [2]
    an_action(call, board, COLUMN, "StopSubtaskTimerMoveTaskColumn", column_id=board.columns[2].id)
    assert moved(call, board, task, column=2)
    stopped = call.by("ann")("getAllSubtasks", task)
    assert [(each["status"], each["is_timer_started"]) for each in stopped] == [(2, False), (2, False)]
    row = call("searchTasks", board.id, f"#{task}")[0]
    assert (row["nb_subtasks"], row["nb_completed_subtasks"]) == (2, 2)


def test_a_subtask_is_nobodys_where_the_creator_is_no_member_any_more(
    call: Client, board: Project, person: MakePerson
) -> None:
    ann = person("ann", board.id)
    task = a_task(call, board, creator_id=ann)
    an_action(call, board, COLUMN, "SubtaskTimerMoveTaskColumn", column_id=board.columns[1].id, subtask="Check")
    an_action(call, board, COLUMN, "TaskAssignCreator", column_id=board.columns[1].id)
    assert call("removeProjectUser", board.id, ann)
    assert moved(call, board, task, column=1)
    (subtask,) = call("getAllSubtasks", task)
    assert (subtask["user_id"], subtask["status"]) == (0, 1)
    assert shown(call, task, "owner_id") == [0]


def test_closing_completes_what_an_action_has_added(call: Client, board: Project, person: MakePerson) -> None:
    ann, ready = person("ann", board.id), board.columns[1]
    an_action(call, board, COLUMN, "SubtaskTimerMoveTaskColumn", column_id=ready.id, subtask="Check")
    an_action(call, board, COLUMN, "TaskCloseColumn", column_id=ready.id)
    an_action(call, board, COLUMN, "SubtaskTimerMoveTaskColumn", column_id=ready.id, subtask="Later")
    task = a_task(call, board, creator_id=ann)
    call("createSubtask", task, "First")
    assert moved(call, board, task, column=1)
    subtasks = [(each["title"], each["status"]) for each in call("getAllSubtasks", task)]
    assert subtasks == [("First", 2), ("Check", 2), ("Later", 1)]
    row = call("searchTasks", board.id, f"#{task}")[0]
    assert (row["nb_subtasks"], row["nb_completed_subtasks"]) == (3, 2)


@pytest.mark.parametrize("kind", ["TaskAssignSpecificUser", "TaskAssignUserSwimlaneChange"])
def test_only_who_may_own_tasks_is_assigned(call: Client, board: Project, person: MakePerson, kind: str) -> None:
    ann, viewer = person("ann", board.id), person("eve", board.id, role="project-viewer")
    event, place = CHANGE, {"column_id": board.columns[0].id}
    if kind == "TaskAssignUserSwimlaneChange":
        event, place = NEW, {"swimlane_id": board.swimlanes[0].id}
    for user_id, owner in ((viewer, 0), (999, 0), ("Array", 0), (ann, ann)):
        action = an_action(call, board, event, kind, user_id=user_id, **place)
        assert shown(call, a_task(call, board), "owner_id") == [owner]
        assert call("removeAction", action)


def test_a_link_changes_the_task_of_each_of_its_sides(call: Client, stores: Stores, board: Project) -> None:
    other = a_board(stores)
    an_action(call, board, LINK, "TaskAssignCategoryLink", category_id=board.categories[0].id, link_id=2)
    an_action(call, other, LINK, "TaskAssignColorLink", color_id="red", link_id=3)
    ours, theirs = a_task(call, board), a_task(call, other)
    assert call("createTaskLink", ours, theirs, 2)
    assert shown(call, ours, "category_id", "color_id") == [board.categories[0].id, "yellow"]
    assert shown(call, theirs, "category_id", "color_id") == [0, "red"]
    for project, task in ((board, ours), (other, theirs)):
        assert call("searchTasks", project.id, f"#{task}")[0]["nb_links"] == 1


def test_a_link_that_is_changed_is_an_event_though_it_stays_the_same(call: Client, board: Project) -> None:
    one, two = a_task(call, board), a_task(call, board)
    link = call("createTaskLink", one, two, 2)
    an_action(call, board, LINK, "TaskAssignColorLink", color_id="red", link_id=3)
    an_action(call, board, LINK, "TaskAssignColorLink", color_id="blue", link_id=1)
    assert call("updateTaskLink", link, one, two, 2) is True
    assert [shown(call, each, "color_id") for each in (one, two)] == [["yellow"], ["red"]]
    assert call("updateTaskLink", link, one, two, 1) is True
    assert [shown(call, each, "color_id") for each in (one, two)] == [["blue"], ["blue"]]
    assert call("searchTasks", board.id, f"#{one}")[0]["nb_links"] == 1


def test_a_task_that_is_linked_to_itself_is_changed_once(call: Client, board: Project) -> None:
    an_action(call, board, LINK, "TaskAssignColorLink", color_id="red", link_id=2)
    an_action(call, board, LINK, "TaskAssignColorLink", color_id="blue", link_id=3)
    task = a_task(call, board)
    assert call("createTaskLink", task, task, 2)
    assert shown(call, task, "color_id") == ["blue"]
    assert call("searchTasks", board.id, f"#{task}")[0]["nb_links"] == 2


def test_a_copy_is_a_new_task_of_its_project_and_its_link_an_event_of_both(
    call: Client, stores: Stores, board: Project
) -> None:
    other = a_board(stores)
    an_action(call, other, NEW, "TaskAssignColorColumn", column_id=other.columns[0].id, color_id="red")
    an_action(call, other, LINK, "TaskAssignCategoryLink", category_id=other.categories[1].id, link_id=4)
    an_action(call, board, LINK, "TaskAssignColorLink", color_id="green", link_id=5)
    task = a_task(call, board)
    copy = call("duplicateTaskToProject", task, other.id)
    assert shown(call, copy, "color_id", "category_id") == ["red", other.categories[1].id]
    assert shown(call, task, "color_id") == ["green"]
    assert call("searchTasks", board.id, f"#{task}")[0]["nb_links"] == 1


def test_a_successor_is_a_new_task_and_a_close_by_an_action_makes_one(call: Client, board: Project) -> None:
    first, ready, _ = board.columns
    an_action(call, board, COLUMN, "TaskCloseColumn", column_id=ready.id)
    an_action(call, board, NEW, "TaskAssignColorColumn", column_id=first.id, color_id="red")
    task = a_task(call, board, column_id=ready.id, recurrence_status=1, recurrence_trigger=2)
    assert moved(call, board, task)
    assert moved(call, board, task, column=1)
    status, child = shown(call, task, "recurrence_status", "recurrence_child")
    assert status == 2
    assert shown(call, child, "color_id", "column_id", "is_active") == ["red", first.id, 1]
    assert shown(call, task, "color_id", "is_active") == ["yellow", 0]


@pytest.mark.parametrize("act", ["setTaskTags", "moveTaskToProject", "openTask"])
def test_what_is_no_event_runs_nothing(call: Client, stores: Stores, board: Project, act: str) -> None:
    other = a_board(stores)
    for event in (NEW, CHANGE, "task.update"):
        an_action(call, other, event, "TaskMoveColumnCategoryChange", dest_column_id=other.columns[2].id, category_id=0)
    task = a_task(call, board)
    assert call("moveTaskToProject", task, other.id)
    given = {"setTaskTags": (other.id, task, ["a"]), "moveTaskToProject": (task, other.id), "openTask": (task,)}
    assert call(act, *given[act])
    assert shown(call, task, "column_id") == [other.columns[0].id]


def told(stores: Stores, board: Project) -> list[Any]:
    """Return the rows of activity of a project, the oldest first."""
    rows = [row.value for row in stores.activity.of_project(board.id, keys.LAST_ACTIVITY_ID, 50)]
    return rows[::-1]


def test_what_an_action_does_in_the_call_of_a_person_is_in_the_activity(
    call: Client, stores: Stores, board: Project, person: MakePerson
) -> None:
    ann, (first, ready, done) = person("ann", board.id), board.columns
    an_action(call, board, COLUMN, "CommentCreationMoveTaskColumn", column_id=ready.id)
    an_action(call, board, COLUMN, "SubtaskTimerMoveTaskColumn", column_id=ready.id, subtask="Check")
    an_action(call, board, COLUMN, "StopSubtaskTimerMoveTaskColumn", column_id=ready.id)
    an_action(call, board, COLUMN, "TaskCloseColumn", column_id=ready.id)
    an_action(call, board, "task.close", "TaskMoveColumnClosed", dest_column_id=done.id)
    task = a_task(call, board, recurrence_status=1, recurrence_trigger=0)
    call("createSubtask", task, "First")
    assert moved(call.by("ann"), board, task, column=1)
    rows = told(stores, board)
    assert [row.event_name.value for row in rows] == [
        "task.move.column",
        "task.create",
        "comment.create",
        "subtask.create",
        "subtask.update",
        "task.close",
        "task.move.column",
    ]
    assert {row.creator_id for row in rows} == {ann}
    assert [row.task.column_id for row in rows] == [ready.id, first.id, *[ready.id] * 4, done.id]
    assert rows[2].details.comment.id == call("getAllComments", task)[0]["id"]
    assert (rows[3].details.subtask.title, rows[4].details.subtask.title) == ("Check", "First")
    assert (rows[6].details.move.position, rows[6].task.position) == (1, 1)


def test_the_inner_change_is_in_the_activity_before_the_outer_one(
    call: Client, stores: Stores, board: Project, person: MakePerson
) -> None:
    person("ann", board.id)
    category = board.categories[0].id
    an_action(call, board, CHANGE, "TaskAssignCategoryColor", color_id="red", category_id=category)
    task = a_task(call, board)
    assert call.by("ann")("updateTask", id=task, color_id="red") is True
    assert [(row.event_name.value, row.task.category_id, row.details.changes) for row in told(stores, board)] == [
        ("task.update", category, ("category_id",)),
        ("task.update", 0, ("color_id",)),
    ]


def test_the_line_of_the_call_has_the_ids_of_what_ran(
    call: Client, board: Project, caplog: pytest.LogCaptureFixture
) -> None:
    idle = an_action(call, board, NEW, "TaskAssignColorColumn", column_id=board.columns[1].id, color_id="red")
    ran = an_action(call, board, NEW, "TaskAssignColorColumn", column_id=board.columns[0].id, color_id="red")
    caplog.clear()
    a_task(call, board)
    a_task(call, board, column_id=board.columns[2].id)
    lines = [vars(record) for record in caplog.records if record.getMessage() == "call"]
    assert [line.get("automatic_actions") for line in lines] == [(ran,), None]
    assert idle != ran


def test_a_call_that_is_sent_again_runs_them_once(call: Client, board: Project, person: MakePerson) -> None:
    person("ann", board.id)
    an_action(call, board, COLUMN, "CommentCreationMoveTaskColumn", column_id=board.columns[1].id)
    task = a_task(call, board)
    params = [board.id, task, board.columns[1].id, 1, 0]
    body = msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": "moveTaskPosition", "params": params})
    for _ in range(2):
        assert result_in(call.by("ann").post(body, **{"idempotency-key": "key"})) is True
    assert len(call("getAllComments", task)) == 1


def test_a_circle_of_actions_comes_to_an_end(call: Client, board: Project) -> None:
    for category in board.categories:
        an_action(call, board, CHANGE, "TaskAssignCategoryColor", color_id="red", category_id=category.id)
    task = a_task(call, board, color_id="red")
    assert shown(call, task, "category_id")[0] in {each.id for each in board.categories}


def test_the_largest_call_still_is_one_transaction(call: Client, board: Project, person: MakePerson) -> None:
    ann, ready = person("ann", board.id), board.columns[1]
    for place in range(20):
        an_action(call, board, COLUMN, "CommentCreationMoveTaskColumn", column_id=ready.id)
        an_action(call, board, COLUMN, "SubtaskTimerMoveTaskColumn", column_id=ready.id, subtask=f"{place}")
    for place in range(20):
        an_action(call, board, NEW, "TaskAssignColorColumn", column_id=board.columns[0].id, color_id=f"color {place}")
    task = a_task(call, board, creator_id=ann, recurrence_status=1, recurrence_trigger=0)
    for _ in range(12):
        assert call("setSubtaskStartTime", call("createSubtask", task, "timed", ann), ann)
    assert moved(call.by("ann"), board, task, column=1) is True
    added = len(call("getAllComments", task)) + len(call("getAllSubtasks", task)) - 12
    assert added == 5
    assert shown(call, task, "recurrence_status") == [2]


def test_a_role_by_a_group_is_enough_to_be_assigned(call: Client, board: Project, person: MakePerson) -> None:
    ann, crew = person("ann"), call("createGroup", "Crew")
    assert call("addGroupMember", crew, ann)
    assert call("addProjectGroup", board.id, crew, "project-member")
    an_action(call, board, CHANGE, "TaskAssignSpecificUser", column_id=board.columns[0].id, user_id=ann)
    assert shown(call, a_task(call, board), "owner_id") == [ann]
    assert call("removeGroup", crew)
    assert shown(call, a_task(call, board), "owner_id") == [0]
