"""Why calls are refused: `X-Refused`, and the error -32602 for who prefers strict handling (extensions.md).

That every refusal in the whole suite says why is checked by the test client (tests/refusals.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.examples import named
from tests.integration.access_world import CALLS, World, a_world, laid
from tests.integration.refused_calls import IDS, LONG, NOTHING, having, refusal
from tests.integration.roles import with_roles

from lambdaboard.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Client


@pytest.fixture
def world(call: Client) -> World:
    """A project with one of each."""
    return laid("own", lambda: a_world(call, "own"))


# --- what is not there ------------------------------------------------------------------------------------------


def with_one_unknown(world: World, procedure: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield calls that each name one thing that is not there: the parameter that does, and the params."""
    good = named(procedure, CALLS[procedure](world))
    for name in IDS:
        bad = named(procedure, CALLS[procedure](having(world, name, NOTHING)))
        for parameter in bad:
            if bad[parameter] != good[parameter]:
                yield parameter, bad


MAY_BE_UNKNOWN = {
    ("getProjectUserRole", "user_id"),  # "": no role
    ("hasSubtaskTimer", "user_id"),  # false
    ("getSubtaskTimeSpent", "user_id"),  # 0 hours
    ("getOppositeLinkId", "link_id"),  # the number itself
    ("getProjectActivities", "project_ids"),  # the activity of the others
}
"""Parameters whose value need not be there: the result says so."""

BLAMED = {
    ("moveTaskPosition", "project_id"): "task_id",
    ("setTaskTags", "project_id"): "task_id",
    ("updateTaskLink", "task_id"): "task_link_id",
}
"""Of two ids that must belong together, the one that is blamed where it is the other one that nothing has."""


@pytest.mark.parametrize("procedure", sorted(CALLS))
def test_who_names_what_is_not_there_hears_which_parameter_does(call: Client, world: World, procedure: str) -> None:
    for parameter, params in with_one_unknown(world, procedure):
        wrong = "" if (procedure, parameter) in MAY_BE_UNKNOWN else BLAMED.get((procedure, parameter), parameter)
        assert refusal(call, procedure, **params) == (f"{wrong}: not found" if wrong else ""), parameter


# --- values that are not allowed --------------------------------------------------------------------------------

Refused = tuple[str, "Callable[[World], dict[str, Any]]", str]


def new_task(**given: Any) -> Callable[[World], dict[str, Any]]:
    return lambda of: {"title": "New", "project_id": of.project, **given}


def new_project(**given: Any) -> Callable[[World], dict[str, Any]]:
    return lambda _of: {"name": "New", **given}


NEW_TASKS: list[Refused] = [
    ("createTask", new_task(**given), told)
    for given, told in (
        ({"title": ""}, "title: empty"),
        ({"title": " \n"}, "title: empty"),
        ({"title": LONG}, "title: too long"),
        ({"project_id": NOTHING}, "project_id: not found"),
        ({"color_id": "x" * 256}, "color_id: too long"),
        ({"column_id": NOTHING}, "column_id: not found"),
        ({"owner_id": NOTHING}, "owner_id: not assignable"),
        ({"creator_id": NOTHING}, "creator_id: not assignable"),
        ({"date_due": "some day"}, "date_due: not a date"),
        ({"category_id": NOTHING}, "category_id: not found"),
        ({"score": 2**31}, "score: out of range"),
        ({"swimlane_id": NOTHING}, "swimlane_id: not found"),
        ({"swimlane_id": -1}, "swimlane_id: not found"),
        ({"priority": -(2**31)}, "priority: out of range"),
        ({"recurrence_status": 2**31}, "recurrence_status: out of range"),
        ({"recurrence_trigger": 2**31}, "recurrence_trigger: out of range"),
        ({"recurrence_factor": 2**31}, "recurrence_factor: out of range"),
        ({"recurrence_timeframe": 2**31}, "recurrence_timeframe: out of range"),
        ({"recurrence_basedate": 2**31}, "recurrence_basedate: out of range"),
        ({"reference": "x" * 192}, "reference: too long"),
        ({"date_started": "tomorrow or so"}, "date_started: not a date"),
        ({"date_started": "2030-01-02", "date_due": "2030-01-01"}, "date_due: before the start"),
    )
]

REFUSED: list[Refused] = [
    *NEW_TASKS,
    ("updateTask", lambda of: {"id": of.task, "title": ""}, "title: empty"),
    ("updateTask", lambda of: {"id": of.task, "owner_id": of.somebody}, "owner_id: not assignable"),
    ("moveTaskPosition", lambda of: moving(of, position=0), "position: out of range"),
    ("moveTaskPosition", lambda of: moving(of, position=1), "position: already at this position"),
    ("createProject", new_project(name=""), "name: empty"),
    ("createProject", new_project(identifier="OWN"), "identifier: taken"),
    ("createProject", new_project(email="own@example.org"), "email: taken"),
    ("createProject", new_project(identifier="a b"), "identifier: invalid value"),
    ("createProject", new_project(identifier="x" * 51), "identifier: too long"),
    ("createProject", new_project(email="nobody"), "email: invalid value"),
    ("createProject", new_project(email=f"{'x' * 255}@example.org"), "email: too long"),
    ("createProject", new_project(owner_id=NOTHING), "owner_id: not found"),
    ("createProject", new_project(owner_id=-5), "owner_id: not found"),
    ("createProject", new_project(start_date="2030-01-02", end_date="2030-01-01"), "end_date: before the start"),
    ("createProject", new_project(end_date="some day"), "end_date: not a date"),
    ("updateProject", lambda of: {"project_id": of.project, "priority_end": 2**31}, "priority_end: out of range"),
    ("updateProject", lambda of: {"project_id": of.project, "owner_id": NOTHING}, "owner_id: not found"),
    ("addColumn", lambda of: {"project_id": of.project, "title": "Ready"}, "title: taken"),
    ("addColumn", lambda of: {"project_id": of.project, "title": "a", "task_limit": 2**31}, "task_limit: out of range"),
    ("updateColumn", lambda of: {"column_id": of.column, "title": " "}, "title: empty"),
    ("removeColumn", lambda of: {"column_id": of.column}, "column_id: holds tasks"),
    ("changeColumnPosition", lambda of: placing(of, "column", 9), "position: out of range"),
    ("addSwimlane", lambda of: {"project_id": of.project, "name": "Empty"}, "name: taken"),
    ("addSwimlane", lambda of: {"project_id": of.project, "name": "x" * 192}, "name: too long"),
    ("removeSwimlane", lambda of: {"project_id": of.project, "swimlane_id": of.lane}, "swimlane_id: holds tasks"),
    ("changeSwimlanePosition", lambda of: placing(of, "swimlane", 0), "position: out of range"),
    ("createCategory", lambda of: {"project_id": of.project, "name": "category"}, "name: taken"),
    ("updateCategory", lambda of: {"id": of.category, "name": ""}, "name: empty"),
    ("createTag", lambda of: {"project_id": of.project, "tag": "tag"}, "tag: taken"),
    ("createTag", lambda of: {"project_id": of.project, "tag": ""}, "tag: empty"),
    ("updateTag", lambda of: {"tag_id": of.tag, "tag": "tag", "color_id": "x" * 256}, "color_id: too long"),
    ("addProjectUser", lambda of: joining(of, user_id=of.member), "user_id: already a member"),
    ("addProjectUser", lambda of: joining(of, user_id=of.somebody, role="?"), "role: not an allowed value"),
    ("addProjectGroup", lambda of: joining(of, group_id=of.crew), "group_id: already a member"),
    ("addGroupMember", lambda of: {"group_id": of.crew, "user_id": of.member}, "user_id: already a member"),
    ("removeGroupMember", lambda of: {"group_id": of.group, "user_id": of.member}, "user_id: not found"),
    ("removeProjectUser", lambda of: joining(of, user_id=of.somebody), "user_id: not found"),
    ("createGroup", lambda _of: {"name": "crew of own"}, "name: taken"),
    ("createUser", lambda _of: {"username": "member of own", "password": "password"}, "username: taken"),
    ("createUser", lambda _of: {"username": "new", "password": "short"}, "password: too short"),
    ("createUser", lambda _of: {"username": "a:b", "password": "password"}, "username: invalid value"),
    ("updateUser", lambda of: {"id": of.member, "username": "somebody of own"}, "username: taken"),
    ("updateUser", lambda of: {"id": of.member, "role": "king"}, "role: not an allowed value"),
    ("createComment", lambda of: commenting(of, content=""), "content: empty"),
    ("createComment", lambda of: commenting(of, visibility="all"), "visibility: not an allowed value"),
    ("createComment", lambda of: commenting(of, reference="x" * 192), "reference: too long"),
    ("createSubtask", lambda of: {"task_id": of.task, "title": ""}, "title: empty"),
    ("createSubtask", lambda of: {"task_id": of.task, "title": "a", "user_id": of.somebody}, "user_id: not assignable"),
    ("updateSubtask", lambda of: {"id": of.subtask, "task_id": of.other_task}, "id: not found"),
    ("setSubtaskStartTime", lambda of: timing(of, of.timed_subtask), "user_id: timer runs already"),
    ("setSubtaskEndTime", lambda of: timing(of, of.subtask), "user_id: no timer runs"),
    ("createTaskLink", lambda of: linking(of, of.other_task, 1), "opposite_task_id: already linked"),
    ("createTaskLink", lambda of: linking(of, of.task, 1), "opposite_task_id: the task itself"),
    ("createLink", lambda _of: {"label": ""}, "label: empty"),
    ("createLink", lambda _of: {"label": "blocks"}, "label: taken"),
    ("createLink", lambda _of: {"label": "new", "opposite_label": "new"}, "opposite_label: taken"),
    ("updateLink", lambda _of: {"link_id": 1, "opposite_link_id": 99, "label": "a"}, "opposite_link_id: not found"),
    ("createExternalTaskLink", lambda of: pointing(of, url="no url"), "url: invalid value"),
    ("createExternalTaskLink", lambda of: pointing(of, url=f"https://example.org/{LONG}"), "url: too long"),
    ("createExternalTaskLink", lambda of: pointing(of, type="file"), "url: invalid value"),
    ("updateExternalTaskLink", lambda of: relinking(of, url=f"mailto:{LONG}"), "url: too long"),
    ("updateExternalTaskLink", lambda of: relinking(of, url=""), "url: invalid value"),
    ("createExternalTaskLink", lambda of: pointing(of, type="?"), "type: not an allowed value"),
    ("createExternalTaskLink", lambda of: pointing(of, dependency=""), "dependency: empty"),
    ("createExternalTaskLink", lambda of: pointing(of, title=LONG), "title: too long"),
    (
        "getExternalTaskLinkProviderDependencies",
        lambda _of: {"providerName": "?"},
        "providerName: not an allowed value",
    ),
    ("createProjectFile", lambda of: {"project_id": of.project, "filename": "a", "blob": ""}, "blob: empty"),
    ("saveTaskMetadata", lambda of: {"task_id": of.task, "values": {"x" * 1001: 1}}, "values: too long"),
    ("removeTaskMetadata", lambda of: {"task_id": of.task, "name": "none"}, "name: not found"),
    ("removeTaskMetadata", lambda _of: {"task_id": NOTHING, "name": LONG}, "task_id: not found"),
    ("getTaskMetadataByName", lambda _of: {"task_id": NOTHING, "name": LONG}, "task_id: not found"),
    ("getProjectMetadataByName", lambda _of: {"project_id": NOTHING, "name": LONG}, "project_id: not found"),
    ("getTaskByReference", lambda _of: {"project_id": NOTHING, "reference": ""}, "project_id: not found"),
    ("removeProjectMetadata", lambda of: {"project_id": of.project, "name": LONG}, "name: not found"),
    ("createToken", lambda _of: {"name": " "}, "name: empty"),
    ("createToken", lambda _of: {"name": "a", "projects": [NOTHING]}, "projects: not found"),
    ("createAction", lambda of: acting(of, "task.close", "TaskEmail"), "action_name: not run here"),
    ("createAction", lambda of: acting(of, "task.close", "None"), "action_name: not an allowed value"),
    ("createAction", lambda of: acting(of, "none", "TaskMoveColumnClosed"), "event_name: not an allowed value"),
    ("createAction", lambda of: acting(of, "task.close", "TaskMoveColumnClosed"), "params: invalid value"),
]


def moving(of: World, position: int) -> dict[str, Any]:
    place = {"column_id": of.column, "swimlane_id": of.lane}
    return {"project_id": of.project, "task_id": of.task, "position": position, **place}


def placing(of: World, part: str, position: int) -> dict[str, Any]:
    return {"project_id": of.project, f"{part}_id": of.column if part == "column" else of.lane, "position": position}


def joining(of: World, **given: Any) -> dict[str, Any]:
    return {"project_id": of.project, **given}


def commenting(of: World, **given: Any) -> dict[str, Any]:
    return {"task_id": of.task, "user_id": of.member, "content": "New", **given}


def for_administrators(of: World) -> dict[str, Any]:
    return commenting(of, user_id=of.caller, visibility="app-admin")


def timing(of: World, subtask: int) -> dict[str, Any]:
    return {"subtask_id": subtask, "user_id": of.member}


def linking(of: World, opposite: int, link: int) -> dict[str, Any]:
    return {"task_id": of.task, "opposite_task_id": opposite, "link_id": link}


def pointing(of: World, **given: Any) -> dict[str, Any]:
    return {"task_id": of.task, "url": "https://example.org/a.pdf", "dependency": "related", **given}


def renewing(old: str, new: str) -> dict[str, Any]:
    return {"old_password": old, "new_password": new}


def relinking(of: World, **given: Any) -> dict[str, Any]:
    return {"task_id": of.task, "link_id": of.external_link, **given}


def acting(of: World, event: str, action: str) -> dict[str, Any]:
    params: dict[str, Any] = {"subject": "a", "user_id": 1} if action == "TaskEmail" else {}
    names = {"event_name": event, "action_name": f"\\Kanboard\\Action\\{action}"}
    return {"project_id": of.project, "params": params, **names}


def test_who_gives_a_value_that_is_not_allowed_hears_which_and_why(call: Client, world: World) -> None:
    answered = [(procedure, refusal(call, procedure, **params(world))) for procedure, params, _ in REFUSED]
    assert answered == [(procedure, told) for procedure, _, told in REFUSED]


PERSONS: list[Refused] = [
    ("createComment", lambda of: commenting(of, user_id=of.somebody), "user_id: not the caller's own"),
    ("createComment", for_administrators, "visibility: above the caller's role"),
    ("updateComment", lambda of: {"id": of.comment, "content": "New"}, "id: not the caller's own"),
    ("removeComment", lambda of: {"comment_id": of.comment}, "comment_id: not the caller's own"),
    ("setSubtaskStartTime", lambda of: timing(of, of.subtask), "user_id: not the caller's own"),
    ("changeMyPassword", lambda _of: renewing("wrong", "password"), "old_password: wrong password"),
    ("changeMyPassword", lambda _of: renewing("secret of ann", "short"), "new_password: too short"),
]


def test_a_person_hears_what_is_not_their_own(call: Client, world: World) -> None:
    ann, own = with_roles(project="project-manager")(call, world)
    seen = replace(own, comment=world.comment)
    answered = [(procedure, refusal(ann, procedure, **params(seen))) for procedure, params, _ in PERSONS]
    assert answered == [(procedure, told) for procedure, _, told in PERSONS]


def test_who_changes_a_link_to_a_task_that_they_may_not_see_hears_that_there_is_no_such_link(
    call: Client, world: World
) -> None:
    task = call("createTask", title="Hidden", project_id=call("createProject", "Hidden"))
    link = call("createTaskLink", world.task, task, 1)
    ann, own = with_roles(project="project-manager")(call, world)
    for link_id in (link, NOTHING):
        wanted = {"task_link_id": link_id, "task_id": own.task, "opposite_task_id": own.other_task, "link_id": 2}
        assert refusal(ann, "updateTaskLink", **wanted) == "task_link_id: not found"


def test_of_two_dates_in_the_wrong_order_the_one_that_is_given_is_named(call: Client, world: World) -> None:
    assert call("updateProject", project_id=world.project, end_date="2030-01-01")
    assert call("updateTask", id=world.task, date_due="2030-01-01")
    project, task = {"project_id": world.project}, {"id": world.task}
    assert refusal(call, "updateProject", **project, start_date="2030-01-02") == "start_date: after the end"
    assert refusal(call, "updateTask", **task, date_started="2030-01-02") == "date_started: after the end"
    assert call("updateProject", **project, start_date="2029-01-01")
    assert call("updateTask", **task, date_started="2029-01-01")
    assert refusal(call, "updateProject", **project, end_date="2028-01-01") == "end_date: before the start"
    assert refusal(call, "updateTask", **task, date_due="2028-01-01") == "date_due: before the start"


def test_a_project_without_columns_or_active_swimlanes_says_so(call: Client) -> None:
    project = call("createProject", "Bare")
    task = call("createTask", title="Recurring", project_id=project, recurrence_status=1, recurrence_trigger=2)
    (lane,) = (row["id"] for row in call("getAllSwimlanes", project))
    assert call("disableSwimlane", project, lane)
    no_lane = "no active swimlane in the project"
    assert refusal(call, "createTask", title="New", project_id=project) == f"swimlane_id: {no_lane}"
    assert refusal(call, "closeTask", task_id=task) == f"task_id: {no_lane}"
    elsewhere = call("createTask", title="Other", project_id=call("createProject", "Other"))
    assert refusal(call, "moveTaskToProject", task_id=elsewhere, project_id=project) == f"swimlane_id: {no_lane}"
    assert call("removeTask", task)
    for column in call("getColumns", project):
        assert call("removeColumn", column["id"])
    assert refusal(call, "createTask", title="New", project_id=project) == "column_id: no column in the project"


def test_these_tests_have_every_reason() -> None:
    known = {told.partition(": ")[2] for _, _, told in (*REFUSED, *PERSONS)}
    assert known | {Reason.AFTER_END, Reason.NO_COLUMN, Reason.NO_SWIMLANE} == {*Reason}
