"""Where a refusal says why, to whom, and what is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import answer_in, result_in
from tests.examples import named
from tests.integration.access_world import CALLS, World, a_world, laid
from tests.integration.refused_calls import IDS, LONG, NOTHING, STRICT, having, post, refusal
from tests.integration.roles import LEVEL_OF, with_roles
from tests.refusals import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Client, MakePerson

    from lambdaboard.store.stores import Stores


@pytest.fixture
def world(call: Client) -> World:
    """A project with one of each."""
    return laid("own", lambda: a_world(call, "own"))


# --- questions --------------------------------------------------------------------------------------------------

QUESTIONS: list[tuple[str, Callable[[World], dict[str, Any]], Any]] = [
    ("getTaskByReference", lambda of: {"project_id": of.project, "reference": "none"}, None),
    ("getTaskByReference", lambda of: {"project_id": of.project, "reference": ""}, None),
    ("getProjectByName", lambda _of: {"name": "none"}, False),
    ("getProjectByIdentifier", lambda _of: {"identifier": "NONE"}, False),
    ("getProjectByIdentifier", lambda _of: {"identifier": "none of these"}, False),
    ("getProjectByEmail", lambda _of: {"email": "nobody"}, False),
    ("getProjectByEmail", lambda _of: {"email": ""}, False),
    ("getUserByName", lambda _of: {"username": "nobody"}, None),
    ("getLinkByLabel", lambda _of: {"label": "none"}, None),
    ("getSwimlaneByName", lambda of: {"project_id": of.project, "name": "none"}, None),
    ("getTaskMetadataByName", lambda of: {"task_id": of.task, "name": "none"}, ""),
    ("getProjectMetadataByName", lambda of: {"project_id": of.project, "name": LONG}, ""),
    ("isGroupMember", lambda of: {"group_id": of.group, "user_id": of.member}, False),
    ("hasSubtaskTimer", lambda of: {"subtask_id": of.subtask, "user_id": of.member}, False),
    ("getProjectUserRole", lambda of: {"project_id": of.project, "user_id": of.somebody}, ""),
    ("getAllSubtasks", lambda of: {"task_id": of.other_task}, []),
    ("getTaskTags", lambda of: {"task_id": of.other_task}, {}),
]


def test_that_there_is_none_is_an_answer_and_no_refusal(call: Client, world: World) -> None:
    for procedure, params, answer in QUESTIONS:
        for headers in ({}, STRICT):
            response = post(call, procedure, params(world), **headers)
            assert (result_in(response), HEADER in response["headers"]) == (answer, False), procedure


@pytest.mark.parametrize("procedure", ["getProjectByName", "getProjectByIdentifier", "getProjectByEmail"])
def test_a_project_that_a_person_may_not_see_is_answered_as_none(
    call: Client, world: World, person: MakePerson, procedure: str
) -> None:
    person("ann")
    ann, (parameter,) = call.by("ann"), named(procedure, CALLS[procedure](world))
    for headers in ({}, STRICT):
        hidden = post(ann, procedure, {parameter: CALLS[procedure](world)[0]}, **headers)
        assert hidden == post(ann, procedure, {parameter: "none"}, **headers)
        assert result_in(hidden) is False


# --- secrecy ----------------------------------------------------------------------------------------------------

IN_PROJECT = [name for name in IDS if name not in {"member", "somebody", "group", "crew", "link_type"}]


def unseen_and_absent(own: World, other: World) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield calls in the own project that name one thing of the other one, and one that is not there."""
    for procedure in CALLS:
        if LEVEL_OF[procedure] in {"view", "work", "management", "own"}:
            for name in IN_PROJECT:
                unseen, absent = (
                    named(procedure, CALLS[procedure](having(own, name, number)))
                    for number in (vars(other)[name], NOTHING)
                )
                if unseen != absent:
                    yield procedure, unseen, absent


def test_what_a_caller_may_not_see_is_refused_as_what_is_not_there_to_the_byte(call: Client, stores: Stores) -> None:
    own, other = a_world(call, "own"), a_world(call, "other")
    ann, own = with_roles("app-manager", "project-manager")(call, own)
    pairs = [*unseen_and_absent(own, other)]
    assert len(pairs) > 100
    for headers in ({}, STRICT):
        for procedure, unseen, absent in pairs:
            answer = post(ann, procedure, unseen, **headers)
            assert answer == post(ann, procedure, absent, **headers), (procedure, unseen)
            assert answer["statusCode"] == 403 or HEADER in answer["headers"], (procedure, unseen)
    for projects in ([other.project], [NOTHING]):
        assert refusal(ann, "createToken", name="a", projects=projects) == "projects: not found"


def test_a_wrong_value_beside_an_id_does_not_show_whether_there_is_such_a_user_or_group(
    call: Client, world: World
) -> None:
    ann, own = with_roles(project="project-manager")(call, world)
    bad_role = {"project_id": own.project, "role": "king"}
    bad_dates = {"project_id": own.project, "start_date": "2030-01-02", "end_date": "2030-01-01"}
    for procedure, params, parameter, present in (
        ("addProjectUser", bad_role, "user_id", own.somebody),
        ("addProjectGroup", bad_role, "group_id", own.group),
        ("updateProject", bad_dates, "owner_id", own.somebody),
    ):
        answers = [post(ann, procedure, params | {parameter: number}) for number in (present, NOTHING)]
        assert answers[0] == answers[1], procedure
        assert HEADER in answers[0]["headers"]


def test_a_comment_that_is_not_visible_is_answered_as_none_whatever_else_is_wrong(call: Client, world: World) -> None:
    hidden = call("createComment", world.task, 0, "Secret", "", "app-admin")
    ann, _ = with_roles(project="project-manager")(call, world)
    contents: tuple[Any, ...] = ("New", "", LONG, {}, None)
    calls: list[tuple[str, str, dict[str, Any]]] = [("updateComment", "id", {"content": each}) for each in contents]
    calls += [(procedure, "comment_id", {}) for procedure in ("getComment", "removeComment")]
    for procedure, parameter, params in calls:
        for headers in ({}, STRICT):
            answers = [post(ann, procedure, {parameter: each, **params}, **headers) for each in (hidden, NOTHING)]
            assert answers[0] == answers[1], (procedure, params)


# --- where it is said -------------------------------------------------------------------------------------------


def test_the_value_of_a_refusal_stays_in_both_formats(call: Client, world: World) -> None:
    nowhere: dict[str, Any] = {"project_id": NOTHING}
    values: list[tuple[str, dict[str, Any], Any, Any]] = [
        ("createTask", {"title": "New", **nowhere}, 0, False),
        ("createTask", {"title": "", "project_id": world.project}, False, False),
        ("moveTaskToProject", {"task_id": world.task, **nowhere}, True, False),
        ("removeAllTaskFiles", {"task_id": NOTHING}, True, False),
        ("getTaskMetadata", {"task_id": NOTHING}, {}, []),
        ("getAllTasks", nowhere, [], False),
    ]
    for procedure, params, native, documented in values:
        for client, value in ((call, native), (call.documented, documented)):
            response = post(client, procedure, params)
            assert (result_in(response), HEADER in response["headers"]) == (value, True), procedure
        assert refusal(call, procedure, **params), procedure


def test_a_batch_has_no_header_and_a_strict_one_says_it_in_each_entry(call: Client, project: int) -> None:
    titles = ("", "Good", LONG)
    entries = [
        {"jsonrpc": "2.0", "method": "createTask", "id": place, "params": [title, project]}
        for place, title in enumerate(titles)
    ]
    body = json.dumps(entries).encode()
    lenient, strict = call.post(body), call.post(body, **STRICT)
    assert HEADER not in lenient["headers"] | strict["headers"]
    assert [entry["result"] is False for entry in json.loads(lenient["body"])] == [True, False, True]
    empty, _, long = json.loads(strict["body"])
    assert [each["error"]["data"] for each in (empty, long)] == ["title: empty", "title: too long"]


def test_a_notification_that_is_refused_has_no_header(call: Client) -> None:
    response = post(call, "getTask", {"task_id": NOTHING}, None)
    assert (response["body"], HEADER in response["headers"]) == ("", False)


def test_nothing_is_recorded_of_a_strict_refusal_so_that_the_call_can_be_sent_again(call: Client) -> None:
    key = {"idempotency-key": "0123456789abcdef", **STRICT}
    add = {"group_id": call("createGroup", "crew"), "user_id": 1}
    assert answer_in(post(call, "addGroupMember", add, **key))["error"]["data"] == "user_id: not found"
    assert call("createUser", "ann", "password") == 1
    assert result_in(post(call, "addGroupMember", add, **key)) is True


# --- the log ----------------------------------------------------------------------------------------------------


def logged(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.message == message]


def test_the_log_of_a_call_says_why_it_was_refused(call: Client, caplog: pytest.LogCaptureFixture) -> None:
    for headers in ({}, STRICT):
        caplog.clear()
        post(call, "createProject", {"name": "New", "identifier": "secret plan"}, **headers)
        (line,) = logged(caplog, "call")
        assert (line["outcome"], line["refusal"]) == ("refused", "identifier: invalid value")
        assert "secret" not in str(line)


def test_the_log_of_an_answer_has_no_refusal(call: Client, caplog: pytest.LogCaptureFixture) -> None:
    post(call, "getUserByName", {"username": "nobody"})
    (line,) = logged(caplog, "call")
    assert (line["outcome"], "refusal" in line) == ("ok", False)


@pytest.mark.parametrize(
    ("sent", "shown"), [("createTasks", "createTasks"), ("a\nb", "?"), ("x" * 99, "x" * 64), ("", None)]
)
def test_the_log_names_an_unknown_procedure_cut_and_printable(
    call: Client, caplog: pytest.LogCaptureFixture, sent: str, shown: str | None
) -> None:
    post(call, sent, {})
    (line,) = logged(caplog, "call")
    assert (line["procedure"], line.get("unknown_procedure")) == ("unknown", shown)


def test_the_log_of_a_request_that_is_rejected_says_why_and_nothing_that_was_sent(
    call: Client, project: int, person: MakePerson, caplog: pytest.LogCaptureFixture
) -> None:
    ann = person("ann")
    assert call("disableUser", person("bob"))
    token = call.by("ann")("createToken", "a")["token"]
    caplog.clear()
    wrong = "wrong name, password or token"
    cases = [
        (call.by("mallory"), wrong),
        (call.by("ann", "mallory's guess"), wrong),
        (call.by("ann", token[:-1]), wrong),
        (call.by("jsonrpc", "mallory's guess"), wrong),
        (call.by("", ""), "no credentials"),
        (call.by("bob"), "disabled"),
    ]
    for client, _ in cases:
        assert client.response("getVersion")["statusCode"] == 401
    lines = logged(caplog, "rejected")
    assert [line["why"] for line in lines] == [why for _, why in cases]
    assert "mallory" not in str(lines)
    caplog.clear()
    for procedure, params in (("getAllUsers", []), ("getBoard", [project]), ("getBoard", [NOTHING])):
        assert call.by("ann").response(procedure, *params)["statusCode"] == 403
    level, role = "not open to the caller's role or token", "no role in such a project"
    lines = logged(caplog, "rejected")
    assert [(line["procedure"], line["why"]) for line in lines] == [
        ("getAllUsers", level),
        ("getBoard", role),
        ("getBoard", role),
    ]
    assert ann


def test_a_locked_user_is_logged_as_such(call: Client, person: MakePerson, caplog: pytest.LogCaptureFixture) -> None:
    person("ann")
    for _ in range(7):
        call.by("ann", "wrong").response("getVersion")
    caplog.clear()
    call.by("ann").response("getVersion")
    assert [line["why"] for line in logged(caplog, "rejected")] == ["locked"]
