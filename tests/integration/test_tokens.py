"""Tokens of people and of the application (context.md 6): who has them, what they open, and when they end."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task, contents, everything
from tests.clock import Clock
from tests.conftest import BUCKET, TABLE, Client, a_service, result_in
from tests.disturbances import LostAnswer, before_commit
from tests.events import api_event
from tests.streams import loaded, settled

from lambdaboard.domain import passwords
from lambdaboard.domain.token import MAX_TOKENS
from lambdaboard.store import tokens as store
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.jsonrpc import Json

NOW = 1_800_000_000


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> Clock:
    """The clock, which stands still."""
    return Clock(time_machine, NOW)


@pytest.fixture
def ann(call: Client, person: MakePerson, board: Project) -> Client:
    """Ann, who manages the board, with her password."""
    person("ann", board.id, role="project-manager")
    return call.by("ann")


def with_token(client: Client, *limits: Json) -> Client:
    """Return a client with a new token of the same caller."""
    token = client("createToken", "program", *limits)["token"]
    return client.by(client.credentials[0], token)


def elsewhere(client: Client, stores: Stores) -> Client:
    """Return the same client of a container that knows nobody."""
    return Client(a_service(stores), client.wire, client.credentials)


def status(client: Client, method: str = "getVersion", *params: Json, **named: Json) -> int:
    return int(client.response(method, *params, **named)["statusCode"])


def sent_as(client: Client, **headers: str) -> int:
    """Return the status of a call with these headers in place of the credentials."""
    body = b'{"jsonrpc": "2.0", "method": "getVersion", "id": 1}'
    return int(client.service.answer(api_event(body, **headers), "request-1")["statusCode"])


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# --- what they look like --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", ["ann", "jsonrpc"])
def test_a_token_is_shown_once_and_nothing_that_is_stored_is_one(
    call: Client, ann: Client, stores: Stores, clock: Clock, caller: str
) -> None:
    client = ann if caller == "ann" else call
    made = client("createToken", "program", NOW + 60, [1], True)
    assert [*made] == ["id", "token"]
    assert re.fullmatch(rf"lb_{made['id']}_[A-Za-z0-9_-]{{43}}", made["token"])
    assert client("getTokens") == [
        {
            "id": made["id"],
            "name": "program",
            "expires": NOW + 60,
            "projects": [1],
            "read_only": True,
            "date_creation": NOW,
        }
    ]
    secret = made["token"].split("_", 2)[2]
    assert secret not in json.dumps([*everything(stores).values()])
    documented = client.documented("createToken", name="other")
    assert documented["id"] == str(made["id"] + 1)
    assert client.documented("getTokens")[0] == {
        "id": str(made["id"]),
        "name": "program",
        "expires": str(NOW + 60),
        "projects": [1],
        "read_only": True,
        "date_creation": str(NOW),
    }


def test_a_token_is_sent_as_the_password_of_its_owner_or_as_bearer(call: Client, ann: Client, stores: Stores) -> None:
    for client, name in ((ann, "ann"), (call, "jsonrpc")):
        token = with_token(client).credentials[1]
        for _ in ("cold", "warm"):
            for scheme in ("Bearer", "bearer", "BEARER "):
                assert sent_as(client, authorization=f"{scheme} {token}") == 200
            assert sent_as(client, authorization=f"Basic {encoded(f'{name}:{token}')}") == 200
            assert sent_as(client, x_api_auth=encoded(f"{name}:{token}")) == 200
            for other in ("bob", "", "Ann", "ANN", "jsonrpc " if name == "jsonrpc" else "jsonrpc"):
                assert sent_as(client, authorization=f"Basic {encoded(f'{other}:{token}')}") == 401, other
            assert sent_as(client, authorization=f"Bearer {encoded(f'{name}:{token}')}") == 401
            assert sent_as(client, authorization=token) == 401
            assert sent_as(client, x_api_auth=token) == 401
    assert with_token(ann)("getMe")["username"] == "ann"
    assert status(with_token(call), "getMe") == 403
    assert len(with_token(call)("getAllUsers")) == 1


def test_who_is_refused_is_refused_as_by_a_wrong_password(call: Client, ann: Client) -> None:
    wrong = ann.by("ann", "a wrong one").response("getMe")
    refused = ann.by("ann", "lb_1_wrong").response("getMe")
    assert refused == wrong
    assert "www-authenticate" in refused["headers"]


def test_a_password_does_not_begin_like_a_token(call: Client, ann: Client, person: MakePerson) -> None:
    bob = person("bob")
    for password in ("lb_1_secret", "lb_999999999999999_"):
        assert call("createUser", "carl", password) is False
        assert call("updateUser", id=bob, password=password) is False
        assert ann("changeMyPassword", "secret of ann", password) is False
    assert call("createUser", "carl", "lb_secret")
    assert status(call.by("carl", "lb_secret")) == 200


# --- which are none -------------------------------------------------------------------------------------------------


def wrong_ones(token: str) -> list[str]:
    """Return what is no token, but meant as one."""
    _, number, secret = token.split("_", 2)
    return [
        f"lb_{number}_",
        f"lb_{number}_{secret[:-1]}",
        f"lb_{number}_{secret}x",
        f"lb_{number}_{secret.swapcase()}",
        f"lb_0{number}_{secret}",
        f"lb_{int(number) + 1}_{secret}",
        f"lb_0_{secret}",
        f"lb_{'9' * 12}_{secret}",
        f"lb_{'9' * 40}_{secret}",
        f"{token}\0",
        f"{token} ",
        f"lb_{number}_{'é' * 43}",
    ]


@pytest.mark.parametrize("name", ["ann", "jsonrpc"])
def test_wrong_tokens_are_refused_lock_no_user_and_cost_no_hash(
    call: Client, ann: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    good = with_token(ann if name == "ann" else call)
    assert status(ann) == 200
    before = everything(stores, times_too=True)
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "fits", None)  # the slow hash is not made: nothing calls it
        for token in wrong_ones(good.credentials[1]):
            for client in (good.by(name, token), elsewhere(good.by(name, token), stores)):
                for _ in range(8):
                    assert status(client) == 401, token
    assert everything(stores, times_too=True) == before
    assert status(good) == status(ann) == 200


def test_the_token_of_another_is_none_of_mine(call: Client, ann: Client, person: MakePerson) -> None:
    person("bob")
    theirs = with_token(call.by("bob")).credentials[1]
    assert status(ann.by("ann", theirs)) == 401
    assert status(call.by("jsonrpc", theirs)) == 401
    assert status(ann.by("bob", with_token(call).credentials[1])) == 401


# --- under attack ---------------------------------------------------------------------------------------------------


def test_a_lock_holds_for_the_password_and_never_for_a_token_by_which_an_administrator_unlocks_themselves(
    call: Client, ann: Client, stores: Stores
) -> None:
    ann_id = ann("getMe")["id"]
    call("updateUser", id=ann_id, role="app-admin")
    token = with_token(ann)
    for _ in range(7):
        assert status(call.by("ann", "a wrong one")) == 401
    assert status(ann) == 401
    assert call("getUser", ann_id)["nb_failed_login"] == 7
    for client in (token, elsewhere(token, stores)):
        assert status(client) == 200
    assert call("getUser", ann_id)["nb_failed_login"] == 7
    assert token("enableUser", ann_id) is True
    assert status(ann) == 200


# --- when they end --------------------------------------------------------------------------------------------------

ENDS: dict[str, Callable[[Client, Client, Clock, int], object]] = {
    "removed": lambda _, ann, clock, ann_id: ann("removeToken", ann("getTokens")[0]["id"]),
    "expired": lambda call, ann, clock, ann_id: setattr(clock, "now", NOW + 100),
    "its owner is disabled": lambda call, ann, clock, ann_id: call("disableUser", ann_id),
    "its owner is removed": lambda call, ann, clock, ann_id: call("removeUser", ann_id),
}


@pytest.mark.parametrize("why", ENDS)
def test_a_token_ends_at_once_in_every_container_and_nothing_is_written_with_it(
    call: Client, ann: Client, stores: Stores, board: Project, clock: Clock, why: str
) -> None:
    task = a_task(call, board)
    token = with_token(ann, NOW + 100)
    calls: list[tuple[str, list[Json]]] = [
        ("getVersion", []),
        ("getMe", []),
        ("getTask", [task]),
        ("createTask", ["New", board.id]),
        ("createTaskFile", [board.id, task, "new", "YQ=="]),
        ("createMyPrivateProject", ["New"]),
        ("noSuchMethod", []),
    ]
    knowing = [elsewhere(token, stores) for _ in calls]
    clock.now = NOW + 99
    assert {status(each) for each in knowing} == {200}
    ENDS[why](call, ann, clock, ann("getMe")["id"])
    before = everything(stores), contents(stores)
    for client, (method, params) in zip(knowing, calls, strict=True):
        assert status(client, method, *params) == 401, method
        assert status(elsewhere(token, stores), method, *params) == 401, method
    batch = msgspec.json.encode(
        [{"jsonrpc": "2.0", "method": method, "params": params, "id": 1} for method, params in calls]
    )
    assert token.post(batch)["statusCode"] == 401
    assert (everything(stores), contents(stores)) == before


def test_a_token_of_the_application_ends_when_it_is_removed_or_has_expired(
    call: Client, stores: Stores, clock: Clock
) -> None:
    removed, expiring = with_token(call), with_token(call, NOW + 100)
    assert status(removed) == status(expiring) == 200
    assert call("removeToken", call("getTokens")[0]["id"]) is True
    assert status(removed) == 401
    clock.now += 100
    assert status(expiring) == 401
    assert [each["expires"] for each in call("getTokens")] == [NOW + 100]


def test_a_token_that_is_removed_in_a_batch_ends_it(call: Client, ann: Client, board: Project) -> None:
    token = with_token(ann)
    token_id = ann("getTokens")[0]["id"]
    entries: list[dict[str, Any]] = [
        {"jsonrpc": "2.0", "method": "createTask", "params": [title, board.id], "id": 1} for title in ("a", "b")
    ]
    assert status(token) == 200
    service, titles = token.service, ["a"]
    answer = service.stores.tokens.with_owner

    def removed_after_the_first(read: Any) -> Any:
        if [row["title"] for row in call("getAllTasks", board.id)] == titles:
            ann("removeToken", token_id)
        return answer(read)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store.TokenStore, "with_owner", lambda _, read: removed_after_the_first(read))
        assert token.post(msgspec.json.encode(entries))["statusCode"] == 401
    assert [row["title"] for row in call("getAllTasks", board.id)] == titles


def test_who_is_enabled_again_has_their_tokens_again_and_a_new_password_ends_none(call: Client, ann: Client) -> None:
    token, ann_id = with_token(ann), ann("getMe")["id"]
    for method, wanted in (("disableUser", 401), ("enableUser", 200)):
        assert call(method, ann_id) is True
        assert status(token) == wanted
    assert call("updateUser", id=ann_id, password="another one") is True
    assert status(token) == 200


def test_a_renamed_owner_sends_the_new_name_and_bearer_needs_none(call: Client, ann: Client) -> None:
    token = with_token(ann).credentials[1]
    assert call("updateUser", id=ann("getMe")["id"], username="anna") is True
    assert status(ann.by("ann", token)) == 401
    assert status(ann.by("anna", token)) == 200
    assert sent_as(ann, authorization=f"Bearer {token}") == 200


def test_cascade_removes_the_tokens_of_a_removed_user_and_no_others(
    call: Client, ann: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    for client in (ann, ann, call):
        with_token(client)
    ann_id = ann("getMe")["id"]
    settled(loaded(monkeypatch, "CascadeFunction"), stores, lambda: call("removeUser", ann_id))
    left = [key for key in everything(stores) if "TOKEN#" in "".join(key)]
    assert len(left) == 2
    assert len(call("getTokens")) == 1


# --- what they open -------------------------------------------------------------------------------------------------


def test_a_token_opens_what_its_owner_may_do_now(call: Client, ann: Client, board: Project, stores: Stores) -> None:
    token, ann_id = with_token(ann), ann("getMe")["id"]
    assert token("addColumn", board.id, "New")
    call("changeProjectUserRole", board.id, ann_id, "project-viewer")
    for client in (token, elsewhere(token, stores)):
        assert status(client, "addColumn", board.id, "Newer") == 403
        assert status(client, "getBoard", board.id) == 200
        assert status(client, "getAllUsers") == 403
    call("updateUser", id=ann_id, role="app-admin")
    assert status(token, "getAllUsers") == 200


def test_no_token_makes_or_removes_tokens_or_passwords_or_roles(
    call: Client, ann: Client, board: Project, stores: Stores, person: MakePerson
) -> None:
    bob, ann_id = person("bob"), ann("getMe")["id"]
    call("updateUser", id=ann_id, role="app-admin")
    for owner in (ann, call):
        token = with_token(owner)
        before = everything(stores)
        for method, params in {
            "createToken": ["another"],
            "removeToken": [owner("getTokens")[0]["id"]],
            "changeMyPassword": ["secret of ann", "another one"],
            "createUser": ["carl", "password"],
            "addProjectUser": [board.id, bob],
            "changeProjectUserRole": [board.id, ann_id, "project-viewer"],
            "removeProjectUser": [board.id, ann_id],
            "updateUser": [bob, None, None, None, "app-admin"],
        }.items():
            assert status(token, method, *params) == 403, method
        assert status(token, "updateUser", id=bob, password="another one") == 403
        assert status(token, "updateUser", id=bob, name="Bob", role="app-user") == 403
        assert everything(stores) == before
        assert token("updateUser", id=bob, name="Bob", role=None) is True
        assert [each["name"] for each in token("getTokens")] == ["program"]


def test_a_token_for_projects_sees_nothing_of_others(
    call: Client, ann: Client, board: Project, foreign: Project, stores: Stores
) -> None:
    call("addProjectUser", foreign.id, ann("getMe")["id"], "project-manager")
    task, other = a_task(call, board), a_task(call, foreign)
    call("createTaskLink", task, other, 1)
    tag = call("createTag", 0, "global")
    for owner in (ann, call):
        token = with_token(owner, 0, [board.id])
        before = everything(stores)
        for client in (token, elsewhere(token, stores)):
            refused: list[tuple[str, list[Json]]] = [
                ("getTask", [other]),
                ("getTask", [999_999_999]),
                ("updateTask", [other, "New"]),
                ("getBoard", [foreign.id]),
                ("getBoard", [999_999_999]),
                ("getColumn", [foreign.columns[0].id]),
                ("searchTasks", [0, "task"]),
                ("searchTasks", [foreign.id, "task"]),
                ("moveTaskToProject", [task, foreign.id]),
                ("duplicateTaskToProject", [task, foreign.id]),
                ("setTaskTags", [foreign.id, task, ["a"]]),
                ("getTagsByProject", [0]),
                ("updateTag", [tag, "new"]),
                ("createTag", [0, "new"]),
                ("getAllTags", []),
                ("getMyProjects", []),
                ("getMyDashboard", []),
                ("getAllProjects", []),
                ("getColorList", []),
                ("createProject", ["New"]),
                ("createMyPrivateProject", ["New"]),
                ("getTokens", []),
            ]
            for method, params in refused:
                assert status(client, method, *params) == 403, (method, params)
            assert client("createTaskLink", task, other, 2) is False
            assert client("getProjectByName", foreign.name) is False
            (link,) = client("getAllTaskLinks", task)
            assert (link["task_id"], link["title"]) == (other, "")
            assert client("getTask", task)["id"] == task
            assert client("getProjectByName", board.name)["id"] == board.id
            assert [row["id"] for row in client("searchTasks", board.id, "")] == [task]
            assert client("getVersion")
        assert everything(stores) == before
        assert {each["title"] for each in owner("getAllTaskLinks", task)} != {""}


def test_a_token_for_a_project_that_its_owner_has_left_opens_nothing(call: Client, ann: Client, board: Project) -> None:
    token = with_token(ann, 0, [board.id])
    call("removeProjectUser", board.id, ann("getMe")["id"])
    assert status(token, "getBoard", board.id) == 403
    assert status(token, "getMe") == 200


def test_a_token_that_reads_reads_and_changes_nothing(ann: Client, board: Project, stores: Stores) -> None:
    token = with_token(ann, 0, [], True)
    before = everything(stores)
    calls: list[tuple[str, list[Json]]] = [
        ("createTask", ["New", board.id]),
        ("createMyPrivateProject", ["New"]),
        ("saveTaskMetadata", [1, {"a": "b"}]),
    ]
    for method, params in calls:
        assert status(token, method, *params) == 403
    batch = [{"jsonrpc": "2.0", "method": "createTask", "params": ["New", board.id]}]
    assert token.post(msgspec.json.encode(batch))["statusCode"] == 403
    assert everything(stores) == before
    assert token("getBoard", board.id)
    assert token("getMe")["username"] == "ann"


# --- making and removing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "refused"),
    [
        ({"name": ""}, False),
        ({"name": " \u3000"}, False),
        ({"name": "x" * 192}, "name: "),
        ({"name": ["x"]}, "name: "),
        ({"name": "x", "expires": -1}, "expires: "),
        ({"name": "x", "expires": NOW}, "expires: "),
        ({"name": "x", "expires": 10**12}, "expires: "),
        ({"name": "x", "expires": "tomorrow"}, "expires: "),
        ({"name": "x", "projects": [999_999_999]}, False),
        ({"name": "x", "projects": [2]}, False),
        ({"name": "x", "projects": [-1]}, False),
        ({"name": "x", "projects": [10**40]}, False),
        ({"name": "x", "projects": [*range(1, 102)]}, "projects: "),
        ({"name": "x", "projects": ["one"]}, "projects: "),
        ({"name": "x", "projects": 1}, "projects: "),
        ({"name": "x", "projects": {"1": 1}}, "projects: "),
        ({"name": "x", "read_only": "yes"}, "read_only: "),
    ],
    ids=str,
)
def test_a_value_that_is_refused_makes_no_token(
    call: Client, ann: Client, foreign: Project, stores: Stores, clock: Clock, params: Any, refused: bool | str
) -> None:
    assert foreign.id == 2
    before = everything(stores)
    rejection = ann.rejection("createToken", **params)
    assert rejection is False if refused is False else rejection.startswith(refused)
    assert everything(stores) == before


def test_projects_are_kept_in_order_once_and_the_application_names_any(
    call: Client, ann: Client, board: Project, foreign: Project
) -> None:
    call("createToken", "x", 0, [foreign.id, str(board.id), foreign.id])
    assert call("getTokens")[0]["projects"] == [board.id, foreign.id]
    assert ann("createToken", "x" * 191, 0, None, None)
    assert call("createToken", "x", 0, [999_999_999]) is False


def test_each_has_a_hundred_tokens_at_most_and_a_removed_one_makes_room(call: Client, ann: Client) -> None:
    ids = [ann("createToken", "x")["id"] for _ in range(MAX_TOKENS)]
    assert ann.error("createToken", "x")["data"].startswith("name: there are 100 tokens already")
    assert call("createToken", "of another")
    assert ann("removeToken", ids[7]) is True
    assert ann("createToken", "x")
    assert [row["id"] for row in ann("getTokens")][:8] == [*ids[:7], ids[8]]


def test_two_tokens_that_take_one_slot_at_the_same_time_are_both_made(
    ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.store.tokens.secrets.choice", min)
    before_commit(monkeypatch, lambda: ann("createToken", "first"))
    assert ann("createToken", "second")
    assert [row["name"] for row in ann("getTokens")] == ["first", "second"]


def test_a_token_whose_answer_was_lost_is_made_once(
    ann: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    LostAnswer(monkeypatch, stores, "TransactWriteItems", "TOKEN#")
    assert status(ann.by("ann", ann("createToken", "x")["token"])) == 200
    assert len(ann("getTokens")) == 1


def test_only_ones_own_token_is_removed_and_once(call: Client, ann: Client, person: MakePerson) -> None:
    person("bob")
    theirs = call.by("bob")("createToken", "x")["id"], call("createToken", "x")["id"]
    for token_id in (*theirs, 0, -1, 999_999_999, 10**40):
        assert ann("removeToken", token_id) is False
        assert token_id == theirs[1] or call("removeToken", token_id) is False
    own = ann("createToken", "x")["id"]
    assert [ann("removeToken", own) for _ in range(2)] == [True, False]
    assert call.error("removeToken", "x")["data"].startswith("token_id: ")


# --- sent again -----------------------------------------------------------------------------------------------------


def keyed(client: Client, method: str, *params: object) -> Any:
    body = msgspec.json.encode({"jsonrpc": "2.0", "method": method, "id": 1, "params": params})
    return result_in(client.post(body, idempotency_key="key"))


def test_a_token_that_is_asked_for_again_is_made_once_and_not_shown_again(ann: Client, stores: Stores) -> None:
    made = keyed(ann, "createToken", "x")
    assert keyed(ann, "createToken", "x") == {"id": made["id"], "token": ""}
    assert len(ann("getTokens")) == 1
    (record,) = (item for key, item in everything(stores).items() if key[0].startswith("I#"))
    assert made["token"] not in str(record)


def test_a_key_of_a_token_is_its_own(ann: Client, call: Client, board: Project, foreign: Project) -> None:
    call("addProjectUser", foreign.id, ann("getMe")["id"])
    assert keyed(ann, "createTask", "Task", foreign.id) == 1
    limited, other = with_token(ann, 0, [board.id]), with_token(ann)
    body = msgspec.json.encode({"jsonrpc": "2.0", "method": "createTask", "id": 1, "params": ["Task", foreign.id]})
    assert limited.post(body, idempotency_key="key")["statusCode"] == 403
    first, again = (keyed(other, "createTask", "Task", foreign.id) for _ in range(2))
    assert first == again != 1


# --- what they cost -------------------------------------------------------------------------------------------------


def test_a_token_costs_two_round_trips_at_first_and_one_parallel_read_after_that(
    call: Client, ann: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = Stores.connect(TABLE, BUCKET)
    tracker = Tracker(monkeypatch, measured)
    for client, first in ((with_token(ann), 2), (with_token(call), 1), (with_token(ann, 0, [board.id]), 2)):
        there = Client(a_service(measured), client.wire, client.credentials)
        costs = [tracker.of(lambda there=there: there("getColumns", board.id)) for _ in ("cold", "warm")]  # type: ignore[misc]
        assert [(each.depth, each.dynamodb, each.items) for each in costs] == [(1 + first, 1 + first, 0), (1, 2, 0)]


def test_a_wrong_token_costs_one_read_whether_or_not_there_is_one_of_its_id(
    ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = with_token(ann).credentials[1]
    measured = Stores.connect(TABLE, BUCKET)
    tracker = Tracker(monkeypatch, measured)
    for wrong in (f"{token}x", f"lb_999_{'x' * 43}"):
        client = Client(a_service(measured), credentials=("ann", wrong))
        cost = tracker.of(lambda client=client: client.response("getVersion"))  # type: ignore[misc]
        assert (cost.dynamodb, cost.items) == (1, 0)
