"""What each automatic action does, and what a chain of them comes to (context.md 14)."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.action_descriptions import DESCRIPTIONS
from lambdaboard.domain.action_effects import Call
from lambdaboard.domain.action_run import MAX_ADDED, MAX_EVENTS, Outcome, run
from lambdaboard.domain.automatic_actions import (
    BY_LETTERS,
    EVENTS,
    KINDS,
    MAX_VALUE,
    OF_PLUGINS,
    PREFIX,
    checked,
    compatible_events,
)
from lambdaboard.domain.event import NO_DETAILS, Details, Event, EventName, LinkSide, Move, moved, updated
from lambdaboard.domain.project import AutomaticAction, Category, Column, Project, Swimlane
from lambdaboard.domain.task import Task
from lambdaboard.errors import InvalidParams, Reason, Rejected

NOW, DAY = 1_790_000_000, 86_400
IN_TWO_DAYS = NOW + 2 * DAY
A, B, C = 11, 12, 13
"""Columns."""
MAIN, SECOND = 21, 22
BUGS, DOCS = 31, 32
ANN, BOB = 41, 42

RUN_HERE = sorted(name for name, kind in KINDS.items() if kind.effect)


def a_task(**changes: Any) -> Task:
    dates = {"date_creation": 1, "date_modification": 1, "date_moved": 1}
    given: dict[str, Any] = {
        "id": 5,
        "title": "Task",
        "project_id": 7,
        "column_id": A,
        "swimlane_id": MAIN,
        **dates,
    } | changes
    return Task(**given)


def an_action(number: int, kind: str, event: str, **params: Any) -> AutomaticAction:
    texts = checked(event, PREFIX + kind, params)
    return AutomaticAction(id=number, event_name=event, action_name=PREFIX + kind, params=texts)


def a_call(
    *actions: AutomaticAction,
    caller_id: int = ANN,
    now: int = NOW,
    zone: tzinfo = UTC,
    refused: frozenset[int] = frozenset(),
) -> Call:
    project = Project(
        id=7,
        name="Board",
        columns=tuple(Column(id=each, title=f"{each}", position=each, project_id=7) for each in (A, B, C)),
        swimlanes=tuple(Swimlane(id=each, name=f"{each}", position=each, project_id=7) for each in (MAIN, SECOND)),
        categories=tuple(Category(id=each, name=f"{each}", project_id=7) for each in (BUGS, DOCS)),
        automatic_actions=actions,
    )
    return Call(project, caller_id, now, zone, refused)


PROJECT = Project(id=7, name="Board")
"""That of the events."""


def an_event(name: str, task: Task, details: Details = NO_DETAILS) -> Event:
    return Event(EventName(name), PROJECT, task, details)


def linked_by(task: Task, link_id: int) -> Event:
    side = LinkSide(id=1, task_id=task.id, opposite_task_id=6, link_id=link_id, label="", opposite_link_id=0)
    return an_event("task_internal_link.create_update", task, Details(link=side))


def to_column(task: Task, column_id: int) -> tuple[Task, list[Event]]:
    """Return a task that a call moves, and what that is."""
    after = task.placed(column_id, task.swimlane_id, NOW)
    return after, [*moved(PROJECT, task, after, 1)]


def happened(event: str, task: Task) -> tuple[Task, list[Event]]:
    """Let an event happen to a task that is as it shall be then; a move is from column A."""
    if event.startswith("task_internal_link"):
        return task, [linked_by(task, 9)]
    move = Move(
        position=1,
        column_id=task.column_id,
        swimlane_id=task.swimlane_id,
        src_column_id=A,
        dst_column_id=task.column_id,
        date_moved=1,
        recurrence_status=0,
        recurrence_trigger=0,
    )
    name = "task.update" if event == "task.create_update" else event
    return task, [an_event(name, task, Details(move=move) if "move" in event else Details())]


COLUMN, SWIMLANE, LINK = "task.move.column", "task.move.swimlane", "task_internal_link.create_update"
CHANGE, NEW = "task.create_update", "task.create"

NAMES = {"A": A, "B": B, "C": C, "MAIN": MAIN, "SECOND": SECOND, "BUGS": BUGS, "DOCS": DOCS, "ANN": ANN, "BOB": BOB}
NAMES |= {"NOW": NOW, "IN_TWO_DAYS": IN_TWO_DAYS}

Case = tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any] | None]


def values(text: str) -> dict[str, Any]:
    """Read `color_id=red owner_id=ANN`; `.` is none."""
    pairs = (pair.split("=") for pair in text.strip(".").split())
    return {name: NAMES.get(value, int(value) if value.isdigit() else value) for name, value in pairs}


# kind | event | parameters | a task that fits | what becomes of it | a task that does not fit
TABLE = """
TaskAssignCategoryColor | CU | color_id=red category_id=BUGS | color_id=red | category_id=BUGS | color_id=blue
TaskAssignCategoryLink | L | category_id=BUGS link_id=9 | . | category_id=BUGS | category_id=DOCS
TaskAssignCategorySwimlaneChange | MS | swimlane_id=MAIN category_id=BUGS | . | category_id=BUGS | swimlane_id=SECOND
TaskAssignColorCategory | CU | color_id=red category_id=BUGS | category_id=BUGS | color_id=red | .
TaskAssignColorColumn | MC | column_id=B color_id=red | column_id=B | color_id=red | column_id=C
TaskAssignColorColumn | C | column_id=A color_id=red | . | color_id=red | column_id=C
TaskAssignColorLink | L | color_id=red link_id=9 | . | color_id=red | -
TaskAssignColorPriority | CU | color_id=red priority=3 | priority=3 | color_id=red | .
TaskAssignColorSwimlane | C | swimlane_id=MAIN color_id=red | . | color_id=red | swimlane_id=SECOND
TaskAssignColorUser | AC | color_id=red user_id=BOB | owner_id=BOB | color_id=red | owner_id=ANN
TaskAssignCreator | MC | column_id=B | column_id=B creator_id=BOB | owner_id=BOB | column_id=C creator_id=BOB
TaskAssignCurrentUser | C | . | . | owner_id=ANN | -
TaskAssignCurrentUserColumn | MC | column_id=B | column_id=B owner_id=BOB | owner_id=ANN | column_id=C
TaskAssignCurrentUserColumnIfNoUserAlreadySet | MC | column_id=B | column_id=B | owner_id=ANN | column_id=B owner_id=BOB
TaskAssignDueDateOnCreation | C | duration=2 | . | date_due=IN_TWO_DAYS | -
TaskAssignDueDateOnMoveColumn | MC | duration=0 column_id=A | column_id=B | date_due=NOW | -
TaskAssignPrioritySwimlane | MS | swimlane_id=MAIN priority=3 | . | priority=3 | swimlane_id=SECOND
TaskAssignSpecificUser | CU | column_id=A user_id=BOB | . | owner_id=BOB | column_id=B
TaskAssignToUserOnCreationInColumn | C | column_id=A | creator_id=BOB | owner_id=BOB | creator_id=BOB owner_id=ANN
TaskAssignUserSwimlaneChange | MS | swimlane_id=MAIN user_id=BOB | . | owner_id=BOB | swimlane_id=SECOND
TaskCloseColumn | MC | column_id=B | column_id=B | is_active=0 date_completed=NOW | column_id=C
TaskMoveColumnAssigned | U | src_column_id=A dest_column_id=B | owner_id=ANN | column_id=B | .
TaskMoveColumnCategoryChange | C | dest_column_id=B category_id=BUGS | category_id=BUGS | column_id=B | .
TaskMoveColumnClosed | X | dest_column_id=B | is_active=0 | column_id=B | .
TaskMoveColumnUnAssigned | AC | src_column_id=A dest_column_id=B | . | column_id=B | owner_id=ANN
TaskMoveSwimlaneAssigned | CU | user_id=BOB dest_swimlane_id=SECOND | owner_id=BOB | swimlane_id=SECOND |.
TaskMoveSwimlaneCategoryChange | U | dest_swimlane_id=SECOND category_id=BUGS | category_id=BUGS | swimlane_id=SECOND |.
TaskUpdateStartDate | MC | column_id=B | column_id=B date_started=9 | date_started=NOW | column_id=C
TaskUpdateStartDateOnMoveColumn | MC | column_id=A | column_id=B | date_started=NOW | column_id=B date_started=9
"""


def cases() -> list[Case]:
    rows = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines()]
    return [
        (
            kind,
            BY_LETTERS[event],
            values(params),
            values(fits),
            values(becomes),
            None if other == "-" else values(other),
        )
        for kind, event, params, fits, becomes, other in rows
    ]


CASES = cases()
BESIDE = ["CommentCreationMoveTaskColumn", "StopSubtaskTimerMoveTaskColumn", "SubtaskTimerMoveTaskColumn"]


def outcome_of(case: Case, properties: dict[str, Any]) -> tuple[Task, Outcome]:
    kind, event, params, *_ = case
    task = a_task(**properties)
    return task, run(a_call(an_action(1, kind, event, **params)), *happened(event, task))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_an_action_changes_the_task_that_fits(case: Case) -> None:
    task, outcome = outcome_of(case, case[3])
    is_moved = {"column_id", "swimlane_id"} & case[4].keys()
    dates = {"date_modification": NOW} | ({"date_moved": NOW} if is_moved else {})
    assert outcome.task == task.changed(**dates | case[4])
    assert outcome.ran == [1]


@pytest.mark.parametrize("case", [case for case in CASES if case[5] is not None], ids=lambda case: case[0])
def test_an_action_leaves_a_task_alone_that_does_not_fit(case: Case) -> None:
    task, outcome = outcome_of(case, case[5] or {})
    assert (outcome.task, outcome.ran) == (task, [])


def test_every_action_that_is_run_here_has_a_case() -> None:
    assert sorted({case[0] for case in CASES} | {*BESIDE}) == RUN_HERE
    assert (len(RUN_HERE), len(KINDS), len(DESCRIPTIONS)) == (31, 43, 43)
    assert {*DESCRIPTIONS} == {*KINDS}


@pytest.mark.parametrize("listed", [DESCRIPTIONS, EVENTS])
def test_what_is_listed_is_ordered_by_its_description(listed: dict[str, str]) -> None:
    assert [*listed.values()] == sorted(listed.values())


def test_a_move_is_commented_by_the_person_who_calls() -> None:
    action = an_action(1, "CommentCreationMoveTaskColumn", COLUMN, column_id=B)
    task, happenings = to_column(a_task(), B)
    (comment,) = run(a_call(action), task, happenings).comments
    assert (comment.comment, comment.user_id, comment.task_id) == (f"Moved to column {B}", ANN, 5)
    assert run(a_call(action, caller_id=0), task, happenings).comments == []


def test_a_subtask_is_added_for_the_creator_and_done_where_all_are_completed_behind_it() -> None:
    add = an_action(1, "SubtaskTimerMoveTaskColumn", COLUMN, column_id=B, subtask="Check")
    stop = an_action(2, "StopSubtaskTimerMoveTaskColumn", COLUMN, column_id=B)
    task, happenings = to_column(a_task(creator_id=BOB), B)
    (subtask,) = run(a_call(add), task, happenings).subtasks
    assert (subtask.title, subtask.user_id, subtask.status, subtask.timers) == ("Check", BOB, 1, {BOB: NOW})
    done = run(a_call(add, stop), task, happenings)
    assert [(each.status, each.timers) for each in done.subtasks] == [(2, {})]
    assert done.completes_subtasks
    (subtask,) = run(a_call(add, refused=frozenset({BOB})), task, happenings).subtasks
    assert (subtask.user_id, subtask.timers) == (0, {})


@pytest.mark.parametrize(
    ("kind", "event", "params"),
    [
        ("TaskAssignCategorySwimlaneChange", NEW, {"swimlane_id": MAIN, "category_id": 99}),
        ("TaskAssignColorColumn", NEW, {"column_id": A, "color_id": ""}),
        ("TaskAssignPrioritySwimlane", NEW, {"swimlane_id": MAIN, "priority": "high"}),
        ("TaskAssignPrioritySwimlane", NEW, {"swimlane_id": MAIN, "priority": 2**31}),
        ("TaskAssignUserSwimlaneChange", NEW, {"swimlane_id": MAIN, "user_id": "bob"}),
        ("TaskAssignUserSwimlaneChange", NEW, {"swimlane_id": MAIN, "user_id": -1}),
        ("TaskMoveColumnCategoryChange", NEW, {"dest_column_id": 99, "category_id": 0}),
        ("TaskMoveColumnCategoryChange", NEW, {"dest_column_id": "Array", "category_id": 0}),
        ("TaskMoveSwimlaneAssigned", CHANGE, {"user_id": 0, "dest_swimlane_id": "x"}),
        ("TaskAssignCurrentUser", NEW, {}),
        ("TaskAssignToUserOnCreationInColumn", NEW, {"column_id": A}),
    ],
)
def test_what_names_nothing_does_nothing(kind: str, event: str, params: dict[str, Any]) -> None:
    call = a_call(an_action(1, kind, event, **params), caller_id=0)
    outcome = run(call, *happened(event, a_task()))
    assert (outcome.task, outcome.ran) == (a_task(), [])


def test_a_user_who_may_not_own_tasks_gets_none() -> None:
    action = an_action(1, "TaskAssignSpecificUser", CHANGE, column_id=A, user_id=BOB)
    assert run(a_call(action), *happened(CHANGE, a_task())).assigned == {BOB}
    refused = run(a_call(action, refused=frozenset({BOB})), *happened(CHANGE, a_task()))
    assert (refused.task.owner_id, refused.assigned) == (0, set())


@pytest.mark.parametrize("duration", ["", "soon", "1.5", "99999999999"])
def test_a_duration_that_is_no_number_clears_the_due_date(duration: str) -> None:
    action = an_action(1, "TaskAssignDueDateOnCreation", NEW, duration=duration)
    assert run(a_call(action), *happened(NEW, a_task(date_due=5))).task.date_due == 0


def test_days_keep_the_time_of_day_over_a_change_to_summer_time() -> None:
    berlin, before = ZoneInfo("Europe/Berlin"), 1_774_692_000  # 28 March 2026, 11:00
    action = an_action(1, "TaskAssignDueDateOnCreation", NEW, duration=1)
    outcome = run(a_call(action, zone=berlin, now=before), *happened(NEW, a_task()))
    assert outcome.task.date_due == before + DAY - 3_600


def test_a_closed_task_is_moved_by_closing_alone() -> None:
    closed = a_task(is_active=0, category_id=BUGS)
    by_category = an_action(1, "TaskMoveColumnCategoryChange", "task.update", dest_column_id=B, category_id=BUGS)
    by_closing = an_action(2, "TaskMoveColumnClosed", "task.close", dest_column_id=B)
    assert run(a_call(by_category), *happened("task.update", closed)).task.column_id == A
    outcome = run(a_call(by_closing), *happened("task.close", closed))
    assert (outcome.task.column_id, outcome.is_first) == (B, True)


# --- chains, as measured on the original ----------------------------------------------------------------------------


def test_a_move_closes_which_moves_which_colours() -> None:
    call = a_call(
        an_action(1, "TaskCloseColumn", COLUMN, column_id=B),
        an_action(2, "TaskMoveColumnClosed", "task.close", dest_column_id=C),
        an_action(3, "TaskAssignColorColumn", COLUMN, column_id=C, color_id="red"),
    )
    outcome = run(call, *to_column(a_task(), B))
    assert (outcome.task.is_active, outcome.task.column_id, outcome.task.color_id) == (0, C, "red")
    assert [event.name for event in outcome.events] == [COLUMN, "task.close", COLUMN]
    assert outcome.ran == [1, 2, 3]


def test_the_inner_event_comes_first_with_the_later_state() -> None:
    call = a_call(an_action(1, "TaskAssignCategoryColor", CHANGE, color_id="red", category_id=BUGS))
    before = a_task()
    after = before.changed(color_id="red")
    events = run(call, after, updated(PROJECT, before, after)).events
    assert [(event.name, event.task.category_id) for event in events] == [("task.update", BUGS), ("task.update", 0)]


def test_actions_see_the_task_as_it_was_when_the_event_happened() -> None:
    call = a_call(
        an_action(1, "TaskAssignCategorySwimlaneChange", NEW, swimlane_id=MAIN, category_id=BUGS),
        an_action(2, "TaskMoveColumnCategoryChange", NEW, dest_column_id=B, category_id=BUGS),
    )
    assert run(call, *happened(NEW, a_task())).task.column_id == A


def test_two_actions_that_undo_each_other_come_to_an_end() -> None:
    call = a_call(
        an_action(1, "TaskAssignCategoryColor", CHANGE, color_id="red", category_id=BUGS),
        an_action(2, "TaskAssignCategoryColor", CHANGE, color_id="red", category_id=DOCS),
    )
    outcome = run(call, *happened(CHANGE, a_task(color_id="red")))
    assert outcome.task.category_id in {BUGS, DOCS}
    assert len(outcome.events) < MAX_EVENTS


def test_both_a_swimlane_and_a_column_are_two_moves_of_which_the_swimlanes_comes_first() -> None:
    before = a_task()
    by_both = a_call(
        an_action(1, "TaskAssignColorColumn", COLUMN, column_id=B, color_id="red"),
        an_action(2, "TaskAssignColorSwimlane", SWIMLANE, swimlane_id=SECOND, color_id="blue"),
    )
    after = before.placed(B, SECOND, NOW)
    outcome = run(by_both, after, moved(PROJECT, before, after, 1))
    assert (outcome.ran, outcome.task.color_id) == ([2, 1], "red")
    assert run(by_both, before, moved(PROJECT, before, before, 1)).ran == []


@pytest.mark.parametrize(
    ("changes", "ran"),
    [
        ({"owner_id": ANN}, [3]),
        ({"owner_id": ANN, "title": "New"}, [1, 2]),
        ({"title": "New"}, [1, 2]),
        ({"tags": (1,), "date_modification": NOW}, []),
    ],
)
def test_an_update_is_one_kind_of_event(changes: dict[str, Any], ran: list[int]) -> None:
    call = a_call(
        an_action(1, "TaskAssignColorCategory", CHANGE, category_id=0, color_id="red"),
        an_action(2, "TaskMoveSwimlaneCategoryChange", "task.update", category_id=0, dest_swimlane_id=SECOND),
        an_action(3, "TaskAssignColorUser", "task.assignee_change", user_id=ANN, color_id="blue"),
    )
    after = a_task().changed(**changes)
    assert run(call, after, updated(PROJECT, a_task(), after)).ran == ran


def test_a_task_recurs_before_any_action_of_the_event_that_makes_it_do_so() -> None:
    call = a_call(
        an_action(1, "TaskCloseColumn", COLUMN, column_id=B),
        an_action(2, "TaskAssignColorColumn", COLUMN, column_id=B, color_id="red"),
    )
    outcome = run(call, *to_column(a_task(recurrence_status=1, recurrence_trigger=2), B))
    assert outcome.successor
    assert (outcome.successor.is_active, outcome.successor.color_id) == (0, "yellow")
    assert (outcome.task.recurrence_status, outcome.task.color_id) == (2, "red")


def test_what_is_not_run_here_does_nothing_though_an_import_stored_it() -> None:
    stored = [
        AutomaticAction(id=1, event_name=COLUMN, action_name=PREFIX + "TaskEmail", params={"column_id": str(B)}),
        AutomaticAction(id=2, event_name=COLUMN, action_name="\\Other\\Plugin", params={}),
        AutomaticAction(id=3, event_name=COLUMN, action_name=PREFIX + "TaskCloseColumn", params={}),
        AutomaticAction(id=4, event_name=NEW, action_name=PREFIX + "TaskCloseColumn", params={"column_id": str(B)}),
    ]
    task, happenings = to_column(a_task(), B)
    assert run(a_call(*stored), task, happenings).task == task
    assert run(a_call(*stored), *happened(NEW, a_task(column_id=B))).ran == []


# --- what a new action may say --------------------------------------------------------------------------------------


NO_ACTION = "action_name: not an allowed value"
NO_EVENT = "event_name: not an allowed value"
BAD_PARAMS = "params: invalid value"


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (1.5, "1.5"), (2.0, "2"), (True, "1"), (False, ""), ([], "Array"), ({"a": 1}, "Array"), ("abc", "abc")],
)
def test_values_are_stored_as_text_whatever_they_are(value: Any, text: str) -> None:
    assert checked(COLUMN, PREFIX + "TaskCloseColumn", {"column_id": value}) == {"column_id": text}


@pytest.mark.parametrize(
    ("event", "name", "params", "refusal"),
    [
        (COLUMN, "TaskCloseColumn", {"column_id": 1}, NO_ACTION),  # without the prefix
        (COLUMN, PREFIX + "NoSuchAction", {}, NO_ACTION),
        (NEW, PREFIX + "TaskCloseColumn", {"column_id": 1}, NO_EVENT),
        ("task.unknown", PREFIX + "TaskCloseColumn", {"column_id": 1}, NO_EVENT),
        (COLUMN, PREFIX + "TaskCloseColumn", {}, BAD_PARAMS),
        (COLUMN, PREFIX + "TaskCloseColumn", {"column_id": None}, BAD_PARAMS),
        (COLUMN, PREFIX + "TaskCloseColumn", {"column_id": 1, "more": 1}, BAD_PARAMS),
        (COLUMN, PREFIX + "TaskCloseColumn", [1], BAD_PARAMS),
        (NEW, PREFIX + "TaskClose", {}, NO_ACTION),
    ],
)
def test_what_does_not_fit_is_refused(event: str, name: str, params: Any, refusal: str) -> None:
    with pytest.raises(Rejected) as refused:
        checked(event, name, params)
    assert refused.value.refusal == refusal


@pytest.mark.parametrize("empty", [{}, []])
def test_an_action_without_parameters_takes_an_empty_list(empty: Any) -> None:
    assert checked(NEW, PREFIX + "TaskAssignCurrentUser", empty) == {}


@pytest.mark.parametrize("kind", sorted({*KINDS} - {*RUN_HERE}))
def test_what_is_not_run_here_is_refused_with_its_reason(kind: str) -> None:
    for event in KINDS[kind].event_names:
        with pytest.raises(Rejected) as refused:
            checked(event, PREFIX + kind, dict.fromkeys(KINDS[kind].parameters.split(), "1"))
        assert refused.value.reason == Reason.NOT_RUN_HERE


def test_a_value_has_a_limit() -> None:
    name = PREFIX + "TaskCloseColumn"
    assert checked(COLUMN, name, {"column_id": "x" * MAX_VALUE})
    with pytest.raises(InvalidParams, match="params"):
        checked(COLUMN, name, {"column_id": "x" * (MAX_VALUE + 1)})


def test_the_events_of_an_action_are_those_it_can_wait_for() -> None:
    assert [*compatible_events(PREFIX + "TaskMoveColumnCategoryChange")] == [NEW, CHANGE, "task.update"]
    for kind in OF_PLUGINS:
        assert compatible_events(PREFIX + kind) == {}
    for unknown in ("TaskCloseColumn", "\\X", ""):
        with pytest.raises(InvalidParams, match="action_name"):
            compatible_events(unknown)


# --- whatever a project has -----------------------------------------------------------------------------------------

VALUES = st.sampled_from(["11", "12", "13", "21", "22", "31", "32", "41", "42", "0", "red", "", "1", "Check"])


@st.composite
def actions(draw: st.DrawFn) -> list[AutomaticAction]:
    found = []
    for number in range(1, draw(st.integers(1, 100)) + 1):
        kind = draw(st.sampled_from(RUN_HERE))
        event = draw(st.sampled_from(sorted(KINDS[kind].event_names)))
        params = {name: draw(VALUES) for name in KINDS[kind].parameters.split()}
        found.append(an_action(number, kind, event, **params))
    return found


@given(actions=actions(), column_id=st.sampled_from([A, B]))
def test_every_run_ends_within_its_limits_and_on_the_board(actions: list[AutomaticAction], column_id: int) -> None:
    call = a_call(*actions)
    before = a_task(creator_id=BOB)
    created = run(call, before, [an_event(NEW, before), linked_by(before, 9)])
    closed = run(call, *happened("task.close", before.closed(NOW)))
    for outcome in (created, run(call, *to_column(created.task, column_id)), closed):
        assert len(outcome.events) <= MAX_EVENTS + 4
        assert len(outcome.comments) + len(outcome.subtasks) <= MAX_ADDED
        assert outcome.task.column_id in {A, B, C}
        assert outcome.task.swimlane_id in {MAIN, SECOND}
        assert outcome.task.category_id in {0, BUGS, DOCS}
        assert {*outcome.ran} <= {action.id for action in actions}
