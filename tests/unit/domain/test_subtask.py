from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.subtask import (
    DONE,
    IN_PROGRESS,
    TODO,
    Subtask,
    last_position,
    nb_completed,
    with_times_of,
)
from lambdaboard.domain.task import Task
from lambdaboard.errors import Rejected

T0 = 1_780_000_000
HOUR = 3_600
LARGEST = 1.7976931348623157e308


def a_subtask(**given_: Any) -> Subtask:
    default: dict[str, Any] = {"id": 1, "title": "Subtask", "task_id": 12, "position": 1, "date_creation": T0}
    return Subtask(**default | given_)


def a_task() -> Task:
    dates: dict[str, Any] = dict.fromkeys(("date_creation", "date_modification", "date_moved"), T0)
    return Task(id=12, title="Task", project_id=1, column_id=1, swimlane_id=1, time_spent=9, time_estimated=9, **dates)


def sums(*hours: float) -> tuple[Any, Any]:
    task = with_times_of(a_task(), [], [a_subtask(time_estimated=each, time_spent=-each) for each in hours])
    return task.time_estimated, task.time_spent


SUMS: list[tuple[list[float], Any]] = [
    ([0.1, 0.2], 0.3),
    ([0.1] * 10, 1),
    ([1.5, 1.5], 3),
    ([1, -1], 0),
    ([2.675, 0.005], 2.68),
    ([1e300, 1, -1e300], 0),
    ([LARGEST, -LARGEST, 5], 5),
]


@pytest.mark.parametrize(("hours", "total"), SUMS)
def test_hours_are_added_as_a_person_does(hours: list[float], total: float) -> None:
    assert sums(*hours) == (total, -total)
    assert all(type(each) is type(total) for each in sums(*hours))


def test_hours_go_with_the_last_subtask_that_had_some_and_all_else_is_kept() -> None:
    both = a_subtask(time_estimated=9, time_spent=9)
    assert with_times_of(a_task(), [both], []) == a_task().changed(time_estimated=None, time_spent=None)
    assert with_times_of(a_task(), [both], [a_subtask()]) == a_task().changed(time_estimated=0, time_spent=0)


@pytest.mark.parametrize(
    ("before", "after"),
    [([], []), ([], [a_subtask()]), ([a_subtask()], []), ([a_subtask()], [a_subtask(title="New"), a_subtask(id=2)])],
)
def test_hours_that_were_entered_stay_where_no_subtask_has_any(before: list[Subtask], after: list[Subtask]) -> None:
    assert with_times_of(a_task(), before, after) == a_task()


def test_of_two_kinds_of_hours_each_follows_those_that_have_it() -> None:
    planned = a_subtask(time_estimated=2)
    assert with_times_of(a_task(), [a_subtask()], [planned]) == a_task().changed(time_estimated=2)
    worked = a_subtask(time_spent=3)
    assert with_times_of(a_task(), [planned], [worked]) == a_task().changed(time_estimated=0, time_spent=3)


@pytest.mark.parametrize("hours", [[LARGEST, LARGEST], [-LARGEST, -LARGEST], [10**308, 10**308]])
def test_a_sum_beyond_any_number_is_refused(hours: list[float]) -> None:
    with pytest.raises(Rejected):
        sums(*hours)


ANY_HOURS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**308), 10**308)


@given(st.lists(ANY_HOURS, min_size=1).filter(any))
def test_any_hours_have_a_finite_sum_or_are_refused(hours: list[float]) -> None:
    try:
        estimated, _ = sums(*hours)
    except Rejected:
        assert max(map(abs, hours)) > LARGEST / len(hours) / 2
    else:
        assert -LARGEST <= estimated <= LARGEST


@given(st.lists(st.integers(-9_999, 9_999), min_size=1, max_size=50))
def test_hundredths_add_up_exactly(hundredths: list[int]) -> None:
    assert sums(1, *(each / 100 for each in hundredths))[0] == (100 + sum(hundredths)) / 100


# --- closing and removed users ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [TODO, IN_PROGRESS, DONE, 7])
def test_a_subtask_of_an_older_generation_is_done(status: int) -> None:
    old = a_subtask(status=status, generation=1)
    assert old.in_generation(1) == old
    assert old.in_generation(2) == a_subtask(status=DONE, generation=2)
    assert old.in_generation(0) == old


def test_a_subtask_of_a_removed_user_is_unassigned_in_any_generation() -> None:
    old = a_subtask(user_id=5)
    assert old.in_generation(0, {5: T0}) == a_subtask()
    assert old.in_generation(0, {6: T0}) == old
    assert old.in_generation(3, [5]) == a_subtask(status=DONE, generation=3)
    assert old.in_generation(3, [6]) == a_subtask(status=DONE, generation=3, user_id=5)


def test_a_copy_is_to_do_and_keeps_what_was_planned() -> None:
    planned: dict[str, Any] = {"title": "A", "time_estimated": 2.5, "user_id": 5, "position": 4}
    old = a_subtask(**planned, status=DONE, time_spent=3, generation=2, timers={5: T0}, hours_by_user={5: 3})
    assert old.copied(77, 13, T0 + 9) == a_subtask(**planned, id=77, task_id=13, date_creation=T0 + 9)


# --- timers -----------------------------------------------------------------------------------------------------


def test_each_user_has_one_timer_of_their_own() -> None:
    started = a_subtask(status=TODO).started(5, T0)
    both = started.started(6, T0 + HOUR)
    assert (both.timers, both.status) == ({5: T0, 6: T0 + HOUR}, TODO)
    with pytest.raises(Rejected):
        both.started(5, T0 + 2 * HOUR)
    stopped = both.stopped(5, T0 + 2 * HOUR)
    assert stopped == a_subtask(timers={6: T0 + HOUR}, time_spent=2, hours_by_user={5: 2})


def test_a_stopped_timer_adds_its_hours_with_two_decimals() -> None:
    started = a_subtask(time_spent=0.1).started(5, T0)
    for seconds, total, own in ((720, 0.3, 0.2), (17, 0.1, 0), (19, 0.11, 0.01)):
        assert started.stopped(5, T0 + seconds) == a_subtask(time_spent=total, hours_by_user={5: own})


def test_what_does_not_run_has_run_no_time_and_cannot_be_stopped() -> None:
    subtask = a_subtask(time_spent=1.5, timers={6: T0})
    assert subtask.running(5, T0 + HOUR) == 0
    assert subtask.running(6, T0 + 5_400) == 1.5
    with pytest.raises(Rejected, match="no timer runs"):
        subtask.stopped(5, T0 + HOUR)


def test_the_hours_of_a_user_are_those_of_all_their_timers() -> None:
    subtask = a_subtask(time_spent=7, timers={5: T0 + HOUR, 6: T0}, hours_by_user={5: 0.1})
    assert [subtask.spent_by(each, T0 + HOUR) for each in (5, 6, 7)] == [0.1, 1, 0]
    assert subtask.spent_by(5, T0 + HOUR + 720) == 0.3
    again = subtask.stopped(5, T0 + HOUR + 720).started(5, T0 + 3 * HOUR)
    assert (again.spent_by(5, T0 + 4 * HOUR), again.time_spent) == (1.3, 7.2)


def test_to_stop_all_adds_the_hours_of_users_who_are_still_there() -> None:
    subtask = a_subtask(time_spent=1, timers={5: T0, 6: T0 + HOUR, 7: 1})
    stopped = a_subtask(time_spent=4, hours_by_user={5: 2, 6: 1})
    assert subtask.all_stopped({5, 6}, T0 + 2 * HOUR) == stopped
    assert stopped.all_stopped({5, 6}, T0 + 9 * HOUR) == stopped


def test_stopping_a_timer_on_a_subtask_without_room_for_its_hours_is_refused() -> None:
    with pytest.raises(Rejected):
        a_subtask(time_spent=LARGEST, timers={5: T0 - 10**306 * HOUR}).stopped(5, T0)


# --- lists ------------------------------------------------------------------------------------------------------


def test_a_new_one_goes_behind_the_greatest_position() -> None:
    assert last_position([]) == 0
    assert last_position([a_subtask(position=each) for each in (7, 2, 7)]) == 7
    assert last_position([a_subtask(position=-3)]) == -3


def test_only_those_that_are_done_count_as_completed() -> None:
    assert nb_completed(a_subtask(status=each) for each in (TODO, IN_PROGRESS, DONE, DONE, 3)) == 2
