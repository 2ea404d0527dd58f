"""Calls with an `Idempotency-Key` happen once (architecture.md, "Repeated calls")."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from botocore.exceptions import ConnectionClosedError
from tests.boards import a_task, contents, everything
from tests.disturbances import before_commit
from tests.integration.access_world import CALLS, a_world, as_seen_by
from tests.integration.roles import LEVEL_OF

from lambdaboard.api.parameters import without_secrets
from lambdaboard.procedures import registry
from lambdaboard.store import idempotency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Client, MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

WRITING = [name for name in CALLS if LEVEL_OF[name] in {"creation", "work", "management", "administration", "own"}]


def keyed(call: Client, key: str, method: str, *params: object, **named: object) -> Any:
    """Call with a key, and return what the answer says but for its id."""
    body = {"jsonrpc": "2.0", "method": method, "id": time.monotonic_ns(), "params": [*params] or named}
    answer = msgspec.json.decode(call.post(msgspec.json.encode(body), **{"idempotency-key": key})["body"])
    return answer.get("result", answer.get("error"))


def records(stores: Stores) -> list[dict[str, Any]]:
    return [item for key, item in everything(stores).items() if key[0].startswith("I#")]


def test_each_call_that_writes_answers_the_same_again_and_writes_nothing_more(call: Client, stores: Stores) -> None:
    world = a_world(call, "own")
    before = everything(stores, times_too=True)
    for name in [name for name in CALLS if name in WRITING]:
        first = keyed(call, name, name, *CALLS[name](world))
        after, there = everything(stores, times_too=True), contents(stores)
        again = first | {"token": ""} if name == "createToken" else first  # which is shown once
        assert keyed(call, name, name, *CALLS[name](world)) == again, name
        assert (everything(stores, times_too=True), contents(stores)) == (after, there), name
        new = {key[0].partition("#")[0] for key in after.keys() - before.keys()}
        assert "I" in new or after == before, name
        assert "I" not in new or first not in (None, False), name
        before = after


def test_a_person_is_answered_again_though_what_they_removed_is_gone(
    call: Client, stores: Stores, person: MakePerson
) -> None:
    world = a_world(call, "own")
    world = as_seen_by(call, world, person("ann", world.project, role="project-manager"))
    ann = call.by("ann")
    removals = [name for name in CALLS if name.startswith("remove") and LEVEL_OF[name] in {"work", "management"}]
    for name in removals:
        for _ in range(2):
            assert keyed(ann, name, name, *CALLS[name](world)) is True, name
    for name in removals:
        assert keyed(ann, "another key", name, *CALLS[name](world)) in ({"code": 403, "message": "Forbidden"}, False), (
            name
        )


def test_of_a_password_not_even_a_hash_is_kept_by_which_it_could_be_guessed(call: Client, stores: Stores) -> None:
    ann = keyed(call, "key", "createUser", "ann", "secret of ann")
    (record,) = records(stores)
    assert keyed(call, "key", "createUser", username="ann", password="another one") == ann
    assert keyed(call, "key", "createUser", "bob", "secret of ann")["code"] == -32602
    assert records(stores) == [record]
    assert call.by("ann", "secret of ann")("getMe")["id"] == ann
    assert call.by("ann", "another one").response("getMe")["statusCode"] == 401


def test_of_a_changed_password_not_even_a_hash_is_kept(call: Client, stores: Stores, person: MakePerson) -> None:
    ann = person("ann")
    assert [keyed(call, "key", "updateUser", id=ann, password=each) for each in ("first one", "another")] == [True] * 2
    assert keyed(call.by("ann", "first one"), "key", "changeMyPassword", "first one", "second one") is True
    assert len(records(stores)) == 2
    assert call.by("ann", "second one")("getMe")["id"] == ann


def test_every_parameter_that_is_a_password_is_a_secret() -> None:
    for procedure in registry:
        names = {each.name for each in procedure.signature.parameters}
        kept = without_secrets(procedure, dict.fromkeys(names))
        secret = {"old_password", "new_password"} if procedure.name == "changeMyPassword" else {"password"} & names
        assert names - kept.keys() == secret, procedure.name


def test_calls_that_only_read_ignore_the_key(call: Client, stores: Stores) -> None:
    world = a_world(call, "own")
    for name in [name for name in CALLS if LEVEL_OF[name] in {"open", "view"}]:
        assert keyed(call, "key", name, *CALLS[name](world)) == call(name, *CALLS[name](world)), name
    assert records(stores) == []


def test_the_same_key_with_another_call_is_an_error_and_changes_nothing(call: Client, board: Project) -> None:
    assert keyed(call, "key", "createTask", "Task", board.id) == 1
    for method, params in {"createTask": ["Other", board.id], "createTag": [board.id, "Task"]}.items():
        error = keyed(call, "key", method, *params)
        assert (error["code"], error["data"]) == (-32602, "Idempotency-Key: was sent with another call before")
    assert keyed(call, "key", "createTask", title="Task", project_id=board.id) == 1  # the same, otherwise written
    assert [row["title"] for row in call("getAllTasks", board.id)] == ["Task"]
    assert call("getTagsByProject", board.id) == []


def test_a_key_is_the_callers_own(call: Client, person: MakePerson, board: Project) -> None:
    person("ann", board.id)
    person("bob", board.id)
    clients = call, call.by("ann"), call.by("bob")
    assert [keyed(each, "key", "createTask", "Task", board.id) for each in clients] == [1, 2, 3]
    assert [keyed(each, "key", "createTask", "Task", board.id) for each in clients] == [1, 2, 3]


def test_each_entry_of_a_batch_happens_once(call: Client, board: Project) -> None:
    batch = [
        {"jsonrpc": "2.0", "method": "createTask", "params": ["Same", board.id], "id": 1},
        {"jsonrpc": "2.0", "method": "createTask", "params": ["Same", board.id], "id": 2},
        {"jsonrpc": "2.0", "method": "createTask", "params": ["Told nobody", board.id]},
    ]
    bodies = {call.post(msgspec.json.encode(batch), **{"idempotency-key": "key"})["body"] for _ in range(3)}
    assert [each["result"] for each in msgspec.json.decode(bodies.pop())] == [1, 2]
    assert not bodies
    assert [row["title"] for row in call("getAllTasks", board.id)] == ["Same", "Same", "Told nobody"]


@pytest.mark.parametrize(
    "wrong", [{"method": "createTask", "params": {"titel": "A"}}, {"method": "createTasks"}, {"method": 1}]
)
def test_an_entry_keeps_its_place_whatever_is_wrong_with_one_before_it(
    call: Client, board: Project, wrong: dict[str, Any]
) -> None:
    right, second = (
        {"jsonrpc": "2.0", "method": "createTask", "params": [title, board.id], "id": title} for title in ("A", "B")
    )
    for first in ({**right, **wrong}, right):
        call.post(msgspec.json.encode([first, second]), **{"idempotency-key": "key"})
    assert sorted(row["title"] for row in call("getAllTasks", board.id)) == ["A", "B"]


def test_a_refused_call_leaves_no_record_and_may_succeed_later(call: Client, stores: Stores, board: Project) -> None:
    assert keyed(call, "key", "createTask", "", board.id) is False
    assert keyed(call, "key", "closeTask", 1) is False
    assert records(stores) == []
    task_id = a_task(call, board)
    assert keyed(call, "key", "closeTask", task_id) is True


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_an_empty_key_is_none_and_a_long_one_is_refused(call: Client, board: Project, key: str) -> None:
    answers = [keyed(call, key, "createTask", "Task", board.id) for _ in range(2)]
    if key:
        assert [answer["data"] for answer in answers] == ["Idempotency-Key: must be at most 255 characters long"] * 2
    assert len(call("getAllTasks", board.id)) == (0 if key else 2)


@pytest.mark.parametrize("key", ["\ud800", "é\0#", "\n"])
def test_any_characters_make_a_key_and_be_it_half_of_one(call: Client, board: Project, key: str) -> None:
    first, again = (keyed(call, key, "createTask", "Task", board.id) for _ in range(2))
    assert first == again > 0
    assert keyed(call, f"{key}#", "createTask", "Task", board.id) > first


def test_a_record_expires_after_a_day_even_if_the_table_still_has_it(
    call: Client, board: Project, time_machine: TimeMachineFixture
) -> None:
    assert keyed(call, "key", "createTask", "Task", board.id) == 1
    day = time.time() + idempotency.RETENTION
    time_machine.move_to(day - 2)
    assert keyed(call, "key", "createTask", "Task", board.id) == 1
    time_machine.move_to(day + 2)
    first, second = (keyed(call, "key", "createTask", "Task", board.id) for _ in range(2))
    assert first == second != 1


def test_of_two_that_race_with_one_key_both_get_the_answer_of_the_one_that_was_made(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_commit(monkeypatch, lambda: keyed(call, "key", "createTask", "Task", board.id))
    assert keyed(call, "key", "createTask", "Task", board.id) == 2  # the other one had the first id's write
    assert [row["id"] for row in call("getAllTasks", board.id)] == [2]


class CutOff(BaseException):
    """The container is gone in the middle of a call: nothing handles it."""


@contextmanager
def cut_off(stores: Stores, place: int) -> Iterator[list[str]]:
    """Cut a call off at a call of AWS, from 0; what is yielded is empty where there was no such one."""
    events, left, reached = stores.table.client.meta.events, [place], list[str]()

    def cut(event_name: str, **_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            reached.append(event_name)
            raise CutOff

    events.register_first("before-send.dynamodb", cut, unique_id="cut")
    with suppress(CutOff):
        yield reached
    events.unregister("before-send.dynamodb", unique_id="cut")


@pytest.mark.parametrize(
    ("method", "params", "new"),
    [
        ("createTask", ["New", 1], 2),
        ("closeTask", [1], 0),
        ("saveTaskMetadata", [1, {"old": "value"}], 0),
        ("createSubtask", [1, "New"], 2),
        ("createComment", [1, 0, "New"], 2),
    ],
)
def test_a_call_that_is_cut_off_anywhere_is_made_once_when_it_is_sent_again(
    call: Client, stores: Stores, board: Project, method: str, params: list[Any], new: int
) -> None:
    """`new`: how many items the call makes, beside its record."""
    a_task(call, board)
    call("saveTaskMetadata", 1, {"old": "value"})
    call("createExternalTaskLink", 1, "https://example.org/a.pdf", "related", "attachment", "A")
    call("getTask", 1)
    place, reached = 0, ["still to come"]
    while reached:
        before, key = everything(stores), f"{method} {place}"
        with cut_off(stores, place) as reached:
            keyed(call, key, method, *params)
        answers = [keyed(call, key, method, *params) for _ in range(2)]
        assert answers[0] == answers[1] not in {None, False}
        assert len(everything(stores).keys() - before.keys()) == 1 + new, place
        place += 1
    assert place > 3


def test_a_call_whose_answer_was_lost_on_the_way_to_the_client_is_answered_again(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact = stores.table.client.transact_write_items

    def made_and_lost(**request: Any) -> Any:
        transact(**request)
        raise ConnectionClosedError(endpoint_url="https://dynamodb.example.org")

    with monkeypatch.context() as patch:
        patch.setattr(stores.table.client, "transact_write_items", made_and_lost)
        assert keyed(call, "key", "createTask", "Task", board.id)["code"] == -32603
    assert keyed(call, "key", "createTask", "Task", board.id) == 1
    assert len(call("getAllTasks", board.id)) == 1
