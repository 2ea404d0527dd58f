"""Persons log in: who is refused, when they are locked, what a container remembers of them (context.md 2.1)."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task, contents, everything
from tests.clock import Clock
from tests.conftest import BUCKET, TABLE, TOKEN, Client, a_service, result_in
from tests.events import api_event

from lambdaboard.domain import passwords
from lambdaboard.domain.user import MAX_PASSWORD, MAX_USERNAME
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.jsonrpc import Json

UNAUTHORIZED = {
    "statusCode": 401,
    "headers": {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "www-authenticate": 'Basic realm="JsonRPC"',
    },
    "body": '{"jsonrpc":"2.0","error":{"code":401,"message":"Unauthorized"},"id":null}',
    "isBase64Encoded": False,
}

WRONG = "a wrong password"

DECOY = passwords.DECOY


@pytest.fixture(autouse=True)
def _cheap_decoy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an unknown name cost a thousandth, as all passwords of the tests."""
    monkeypatch.setattr(passwords, "DECOY", DECOY.replace("$16384$", "$16$"))


class Call(NamedTuple):
    """A call, to be made again and again."""

    method: str
    params: list[Any]

    @property
    def body(self) -> bytes:
        """The request."""
        return json.dumps({"jsonrpc": "2.0", "method": self.method, "params": self.params, "id": 1}).encode()


GET_ME = Call("getMe", []).body
CREATE = Call("createMyPrivateProject", ["Of nobody"]).body


def notification(body: bytes) -> bytes:
    """Return the same call as one that wants no answer."""
    without = body.replace(b', "id": 1', b"")
    assert without != body
    return without


def encoded(credentials: str) -> str:
    return base64.b64encode(credentials.encode()).decode()


def basic(username: str, password: str) -> str:
    return f"Basic {encoded(f'{username}:{password}')}"


def answered(service: Service, headers: dict[str, str], body: bytes = GET_ME) -> dict[str, Any]:
    """Return the response to a request with these headers alone."""
    return service.answer(api_event(body, "/native/jsonrpc.php", **headers), "request-1")


def is_let_in(client: Client) -> bool:
    """Say whether `getMe` is answered; anything but an answer or the one refusal is a fault of the test."""
    response = client.response("getMe")
    assert response == UNAUTHORIZED or response["statusCode"] == 200
    return response != UNAUTHORIZED


def written(stores: Stores) -> dict[tuple[str, str], Any]:
    """Return all items but for what changes where wrong passwords are counted."""
    counts = ("nb_failed_login", "lock_expiration_date")
    return {
        key: {name: value for name, value in item.items() if name not in counts}
        for key, item in everything(stores, times_too=True).items()
    }


class People(NamedTuple):
    """People who differ in whether they may log in."""

    ann: int
    disabled: int
    removed: int


@pytest.fixture
def people(call: Client, person: MakePerson, board: Project) -> People:
    """Ann and Bob, of whom Ann is in the board's project, and two who may not log in any more."""
    person("bob")
    made = People(person("ann", board.id, role="project-manager"), person("disabled"), person("removed"))
    call("disableUser", made.disabled)
    call("removeUser", made.removed)
    return made


# --- who is refused -------------------------------------------------------------------------------------------------

RIGHT = encoded("ann:secret of ann")

NOBODY: dict[str, dict[str, str]] = {
    "no credentials": {},
    "another scheme": {"authorization": f"Digest {RIGHT}"},
    "a bearer": {"authorization": f"Bearer {RIGHT}"},
    "no scheme": {"authorization": RIGHT},
    "nothing behind the scheme": {"authorization": "Basic "},
    "no base64": {"authorization": "Basic ann:secret of ann"},
    "a sign too much": {"authorization": f"Basic {RIGHT}!"},
    "a sign too few": {"authorization": f"Basic {RIGHT[:-1]}"},
    "no colon": {"authorization": f"Basic {encoded('ann')}"},
    "no UTF-8": {"authorization": f"Basic {base64.b64encode(b'ann:secret ' + bytes([0xFF])).decode()}"},
    "half a character": {"authorization": f"Basic {base64.b64encode(b'ann:' + 'é'.encode()[:1]).decode()}"},
    "an unknown user": {"authorization": basic("zoe", "secret of ann")},
    "no name": {"authorization": basic("", "secret of ann")},
    "a name in another letter case": {"authorization": basic("Ann", "secret of ann")},
    "a name with blanks": {"authorization": basic(" ann", "secret of ann")},
    "a name that is too long": {"authorization": basic("ann" * MAX_USERNAME, "secret of ann")},
    "a wrong password": {"authorization": basic("ann", WRONG)},
    "an empty password": {"authorization": basic("ann", "")},
    "a password in another letter case": {"authorization": basic("ann", "Secret of ann")},
    "a beginning of the password": {"authorization": basic("ann", "secret of an")},
    "a password and more": {"authorization": basic("ann", "secret of ann ")},
    "a password that is too long": {"authorization": basic("ann", "x" * (MAX_PASSWORD + 1))},
    "more bytes than are looked at": {"authorization": basic("ann", "x" * 3000)},
    "another's password": {"authorization": basic("ann", "secret of bob")},
    "a disabled user": {"authorization": basic("disabled", "secret of disabled")},
    "a removed user": {"authorization": basic("removed", "secret of removed")},
    "the token under a person's name": {"authorization": basic("ann", TOKEN)},
    "the token under an unknown name": {"authorization": basic("admin", TOKEN)},
    "the application's name with a person's password": {"authorization": basic("jsonrpc", "secret of ann")},
    "a wrong password in the other header": {"x_api_auth": encoded(f"ann:{WRONG}")},
    "a scheme in the other header": {"x_api_auth": f"Basic {RIGHT}"},
    "a wrong password beside the right one": {"authorization": basic("ann", WRONG), "x_api_auth": RIGHT},
}


def test_whoever_is_not_known_gets_one_and_the_same_401_with_the_challenge_and_nothing_is_done(
    service: Service, stores: Stores, call: Client, people: People
) -> None:
    before = everything(stores)
    for why, headers in NOBODY.items():
        assert answered(service, headers, CREATE) == UNAUTHORIZED, why
        assert is_let_in(Client(a_service(stores)).by("ann")), why  # so that it is not the lock that refuses the next
    assert everything(stores) == before


@pytest.mark.parametrize("username", ["ann", "zoe", "disabled"])
def test_a_refusal_is_the_same_whatever_is_asked(
    service: Service, stores: Stores, people: People, username: str
) -> None:
    before = written(stores)
    bodies = [notification(CREATE), b"[" + CREATE + b"]", b"[]", b"{", b"", b"\xff", Call("noSuchMethod", []).body]
    for body in bodies:
        assert answered(service, {"authorization": basic(username, WRONG)}, body) == UNAUTHORIZED, body
        assert is_let_in(Client(a_service(stores)).by("ann"))
    assert written(stores) == before


def test_the_hash_of_a_password_is_no_password(service: Service, stores: Stores, people: People) -> None:
    stored = stores.users.get(people.ann).user.password
    for secret in (stored, *stored.split("$")):
        assert answered(service, {"authorization": basic("ann", secret)}) == UNAUTHORIZED
        assert is_let_in(Client(a_service(stores)).by("ann"))


# --- who is let in --------------------------------------------------------------------------------------------------


def test_a_person_is_known_by_basic_in_any_letter_case_and_by_the_other_header(stores: Stores, people: People) -> None:
    ways = [{"authorization": f"{scheme} {RIGHT}"} for scheme in ("Basic", "basic", "BASIC", "Basic  ")]
    for headers in [*ways, {"x_api_auth": RIGHT}, {"authorization": "Bearer x", "x_api_auth": RIGHT}]:
        service = a_service(stores)
        for _ in ("cold", "warm"):
            assert result_in(answered(service, headers))["id"] == people.ann, headers


def test_letter_case_tells_two_people_of_one_name_apart(call: Client, person: MakePerson) -> None:
    ids = {name: person(name) for name in ("ann", "Ann", "ANN")}
    for name, user_id in ids.items():
        assert call.by(name)("getMe")["id"] == user_id
        assert not any(is_let_in(call.by(other, f"secret of {name}")) for other in ids if other != name)


@pytest.mark.parametrize(
    "password",
    [
        "Pässwörter",
        "日本語のパスワード",
        "🙂" * MAX_PASSWORD,
        "with:a:colon:",
        "::::::",
        "  blanks  ",
        "two\nlines",
        "x" * MAX_PASSWORD,
        "jsonrpc",
        TOKEN,
    ],
)
def test_a_password_is_any_text_and_fits_as_a_whole(call: Client, stores: Stores, password: str) -> None:
    assert call("createUser", "ann", password)
    for client in (call, Client(a_service(stores))):
        assert [is_let_in(client.by("ann", password)) for _ in ("cold", "warm")] == [True, True]
        for other in (password[:-1], f"{password} ", password.swapcase() + "!", password.partition(":")[0] + ":"):
            assert not is_let_in(client.by("ann", other))
        assert is_let_in(client.by("ann", password))


def test_the_same_letters_in_another_unicode_form_are_another_password_and_another_name(call: Client) -> None:
    composed, decomposed = "\u00e9" * 6, "e\u0301" * 6
    assert call("createUser", composed, composed)
    assert is_let_in(call.by(composed, composed))
    assert not is_let_in(call.by(composed, decomposed))
    assert not is_let_in(call.by(decomposed, composed))


def test_the_longest_name_with_the_longest_password_is_let_in(call: Client) -> None:
    username, password = "🙂" * MAX_USERNAME, "🙃" * MAX_PASSWORD
    assert call("createUser", username, password)
    assert is_let_in(call.by(username, password))
    assert not is_let_in(call.by(username, password[:-1]))


# --- the lock -------------------------------------------------------------------------------------------------------

NOW, LOCKED_FOR = 1_800_000_000, 15 * 60


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> Clock:
    """The clock, which stands still."""
    return Clock(time_machine, NOW)


def fails(client: Client, count: int, username: str = "ann") -> None:
    """Try a wrong password so many times."""
    for _ in range(count):
        assert not is_let_in(client.by(username, WRONG))


def test_seven_wrong_passwords_lock_for_15_minutes_in_which_the_right_one_is_refused(
    call: Client, stores: Stores, people: People, clock: Clock
) -> None:
    fails(call, 7)
    cold = Client(a_service(stores)).by("ann")
    for later in (0, 1, LOCKED_FOR - 1):
        clock.now = NOW + later
        assert not is_let_in(call.by("ann"))
        assert not is_let_in(cold)
    clock.now = NOW + LOCKED_FOR
    assert is_let_in(call.by("ann"))
    assert is_let_in(cold)


def test_six_wrong_passwords_do_not_lock(call: Client, people: People, clock: Clock) -> None:
    fails(call, 6)
    assert is_let_in(call.by("ann"))


@pytest.mark.parametrize("is_warm", [False, True])
def test_a_right_password_makes_the_count_begin_anew_in_a_container_that_knows_them_too(
    call: Client, stores: Stores, people: People, clock: Clock, is_warm: bool
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing)
    for _ in range(3):
        fails(call, 6)
        assert is_let_in(knowing if is_warm else Client(a_service(stores)).by("ann"))
    assert call("getUser", people.ann)["nb_failed_login"] == 0


def test_wrong_passwords_in_several_containers_add_up(stores: Stores, people: People, clock: Clock) -> None:
    for _ in range(7):
        fails(Client(a_service(stores)), 1)
    assert not is_let_in(Client(a_service(stores)).by("ann"))


def test_a_container_that_knows_somebody_refuses_them_while_they_are_locked_by_another(
    call: Client, stores: Stores, people: People, clock: Clock
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing)
    fails(call, 7)
    assert not is_let_in(knowing)
    assert not is_let_in(knowing)
    clock.now += LOCKED_FOR
    assert is_let_in(knowing)


def test_nobody_else_is_locked_and_the_application_is_not(call: Client, people: People, clock: Clock) -> None:
    fails(call, 8)
    assert is_let_in(call.by("bob"))
    assert call("getVersion")
    for _ in range(8):
        assert call.by("jsonrpc", WRONG).response("getVersion") == UNAUTHORIZED
    assert call("getVersion")


def test_wrong_passwords_during_the_lock_do_not_make_it_longer(call: Client, people: People, clock: Clock) -> None:
    fails(call, 7)
    clock.now += LOCKED_FOR - 1
    fails(call, 7)
    clock.now += 1
    assert is_let_in(call.by("ann"))


@pytest.mark.parametrize("is_warm", [False, True])
def test_after_a_lock_one_wrong_password_locks_again_unless_a_right_one_came_first(
    call: Client, stores: Stores, people: People, clock: Clock, is_warm: bool
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing) or not is_warm
    fails(call, 7)
    clock.now += LOCKED_FOR
    fails(call, 1)
    assert not is_let_in(knowing)
    clock.now += LOCKED_FOR
    assert is_let_in(knowing)
    fails(call, 6)
    assert is_let_in(knowing)


def test_a_lock_is_told_to_administrators_alone(call: Client, people: People, clock: Clock) -> None:
    fails(call, 7)
    row = call("getUser", people.ann)
    assert (row["nb_failed_login"], row["lock_expiration_date"]) == (7, NOW + LOCKED_FOR)


# --- what a container remembers -------------------------------------------------------------------------------------


def a_new_password(call: Client, stores: Stores, ann: int) -> None:
    read = stores.users.get(ann)
    stores.table.write(*stores.users.replace_actions(read, read.user.changed(password=passwords.hashed("another one"))))


def a_lock(call: Client, stores: Stores, ann: int) -> None:
    fails(call, 7)


def somebody_new_of_that_name(call: Client, stores: Stores, ann: int) -> None:
    call("removeUser", ann)
    assert call("createUser", "ann", "another one")


SHUT_OUT: dict[str, Callable[[Client, Stores, int], object]] = {
    "a new password": a_new_password,
    "disabled": lambda call, stores, ann: call("disableUser", ann),
    "removed": lambda call, stores, ann: call("removeUser", ann),
    "renamed": lambda call, stores, ann: call("updateUser", id=ann, username="anna"),
    "another of that name": somebody_new_of_that_name,
    "locked": a_lock,
}


def calls_of(board: Project, task: int) -> list[bytes]:
    """Return bodies of all kinds: what reads, writes to the table or the bucket, does nothing or is no call at all."""
    calls = [
        Call("getTask", [task]),
        Call("getBoard", [board.id]),
        Call("getMe", []),
        Call("getVersion", []),
        Call("createTask", ["New", board.id]),
        Call("updateTask", [task, "New title"]),
        Call("removeTask", [task]),
        Call("createTaskFile", [board.id, task, "new", "YQ=="]),
        Call("duplicateTaskToProject", [task, board.id]),
        Call("saveTaskMetadata", [task, {"new": "value"}]),
        Call("addColumn", [board.id, "New"]),
        Call("createMyPrivateProject", ["New"]),
        Call("getTask", []),
        Call("createTask", [[], {}]),
        Call("noSuchMethod", []),
    ]
    bodies = [each.body for each in calls]
    return [
        *bodies,
        notification(bodies[4]),
        b"[" + b",".join(bodies) + b"]",
        b"[" + bodies[-1] + b"]",
        b"[]",
        b"{",
        b"[1]",
    ]


@pytest.mark.parametrize("why", SHUT_OUT)
def test_who_is_shut_out_is_refused_at_once_by_every_container_that_knew_them_and_nothing_is_written(
    call: Client, stores: Stores, board: Project, people: People, why: str
) -> None:
    task = a_task(call, board, tags=["a"])
    call("createTaskFile", board.id, task, "old", "YQ==")
    bodies = calls_of(board, task)
    knowing = [Client(a_service(stores)).by("ann") for _ in bodies]
    assert all(map(is_let_in, knowing))
    SHUT_OUT[why](call, stores, people.ann)
    before = written(stores), contents(stores)
    for client, body in zip(knowing, bodies, strict=True):
        assert client.post(body) == UNAUTHORIZED, body
    assert (written(stores), contents(stores)) == before


@pytest.mark.parametrize("why", ["a new password", "another of that name", "renamed"])
def test_who_has_the_new_credentials_is_let_in_at_once_where_the_old_ones_were_known(
    call: Client, stores: Stores, people: People, why: str
) -> None:
    knowing = Client(a_service(stores))
    assert is_let_in(knowing.by("ann"))
    SHUT_OUT[why](call, stores, people.ann)
    credentials = ("anna", "secret of ann") if why == "renamed" else ("ann", "another one")
    me = knowing.by(*credentials)("getMe")
    assert (me["id"] == people.ann, me["username"]) == (why != "another of that name", credentials[0])
    assert not is_let_in(knowing.by("ann"))
    assert is_let_in(knowing.by(*credentials))


def test_who_is_enabled_again_is_let_in_where_they_were_known(call: Client, stores: Stores, people: People) -> None:
    knowing = Client(a_service(stores)).by("ann")
    for method, is_in in [("enableUser", True), ("disableUser", False), ("enableUser", True)]:
        call(method, people.ann)
        assert is_let_in(knowing) is is_in


def test_a_role_in_the_application_counts_at_once_where_another_was_known(
    call: Client, stores: Stores, people: People
) -> None:
    roles = ["app-admin", "app-manager", "app-user", "app-admin"]
    readers, writers = ([Client(a_service(stores)).by("ann") for _ in roles] for _ in ("read", "write"))
    assert all(map(is_let_in, [*readers, *writers]))
    for role, reader, writer in zip(roles, readers, writers, strict=True):
        call("updateUser", id=people.ann, role=role)
        before = len(call("getAllProjects"))
        for client in (reader, readers[0]):
            assert client.response("getAllUsers")["statusCode"] == (200 if role == "app-admin" else 403), role
        for client in (writer, writers[0]):
            assert client.response("createProject", "New")["statusCode"] == (403 if role == "app-user" else 200), role
        assert len(call("getAllProjects")) == before + 2 * (role != "app-user")


def test_a_role_in_a_project_counts_at_once_where_another_was_known(
    call: Client, stores: Stores, board: Project, people: People
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    task = a_task(call, board)

    def statuses() -> list[int]:
        calls: list[tuple[str, list[Json]]] = [
            ("getTask", [task]),
            ("openTask", [task]),
            ("addColumn", [board.id, "New"]),
        ]
        return [knowing.response(method, *params)["statusCode"] for method, params in calls]

    assert statuses() == [200, 200, 200]
    for role, expected in {"project-member": [200, 200, 403], "project-viewer": [200, 403, 403]}.items():
        call("changeProjectUserRole", board.id, people.ann, role)
        assert statuses() == expected
    call("removeProjectUser", board.id, people.ann)
    assert statuses() == [403, 403, 403]


def test_what_else_of_a_person_is_changed_does_not_disturb_their_next_call(
    call: Client, stores: Stores, people: People
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing)
    call("updateUser", id=people.ann, name="Ann", email="ann@example.org")
    me = knowing("getMe")
    assert (me["name"], me["email"]) == ("Ann", "ann@example.org")


def test_a_container_that_knows_too_many_forgets_them_and_lets_them_in_all_the_same(
    call: Client, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.app.login.MAX_CACHED", 2)
    ids = {name: person(name) for name in ("ann", "bob", "carl")}
    for _ in range(3):
        for name, user_id in ids.items():
            assert call.by(name)("getMe")["id"] == user_id


# --- what it costs --------------------------------------------------------------------------------------------------


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The costs of the hashes that were made; empty it before what is measured."""
    made: list[int] = []
    scrypt = hashlib.scrypt

    def counted(password: bytes, **given: Any) -> bytes:
        made.append(given["n"])
        return scrypt(password, **given)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    return made


def test_a_container_hashes_a_password_once_and_not_again_while_it_remembers_whose_it_is(
    call: Client, stores: Stores, board: Project, people: People, hashes: list[int]
) -> None:
    ann = Client(a_service(stores)).by("ann")
    task = a_task(call, board)
    hashes.clear()
    assert is_let_in(ann)
    assert len(hashes) == 1
    for method in ("getMe", "getVersion", "getMyDashboard"):
        ann(method)
    ann("updateTask", task, "New title")
    ann("createTask", "New", board.id)
    ann.documented("getTask", task)
    assert ann.response("getAllUsers")["statusCode"] == 403
    # a role that does not suffice is read anew: it may have been given since
    assert len(hashes) == 2


def test_a_batch_hashes_once(stores: Stores, people: People, hashes: list[int]) -> None:
    ann = Client(a_service(stores)).by("ann")
    hashes.clear()
    for _ in ("cold", "warm"):
        assert ann.post(b"[" + b",".join([GET_ME] * 5) + b"]")["statusCode"] == 200
        assert len(hashes) == 1


def test_a_refusal_asks_the_same_of_aws_whether_or_not_there_is_such_a_user_and_whatever_bars_them(
    call: Client, people: People, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("locked")
    fails(call, 7, "locked")
    stores = Stores.connect(TABLE, BUCKET)
    client, tracker = Client(a_service(stores)), Tracker(monkeypatch, stores)
    for username in ("ann", "zoe", "disabled", "removed", "locked"):
        for password in (WRONG, f"secret of {username}")[: 1 if username == "ann" else 2]:
            made = tracker.of(partial(is_let_in, client.by(username, password)))
            assert (made.depth, made.of) == (3, {"GetItem": 2, "UpdateItem": 1}), (username, password)


def test_a_refusal_hashes_once_whether_or_not_there_is_such_a_user(
    call: Client, people: People, hashes: list[int]
) -> None:
    assert is_let_in(call.by("ann"))
    for username in ("ann", "zoe", "disabled", "removed", "x" * 3000):
        hashes.clear()
        assert not is_let_in(call.by(username, WRONG))
        assert len(hashes) == (1 if len(username) < 3000 else 0)


def test_the_decoy_costs_what_a_password_costs_and_fits_none() -> None:
    assert DECOY.split("$")[1:4] == ["16384", "8", "1"]
    assert not passwords.fits("", DECOY)


def test_a_log_in_costs_two_round_trips_three_where_it_is_refused_and_none_when_known(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores.connect(TABLE, BUCKET)
    client, tracker = Client(a_service(stores)), Tracker(monkeypatch, stores)

    def depth(*credentials: str) -> int:
        return tracker.of(lambda: is_let_in(client.by(*credentials))).depth

    get_me = 1
    assert depth("ann") == 2 + get_me
    assert depth("ann") == get_me
    assert depth("ann", WRONG) == 3
    assert depth("ann") == get_me + 3 + get_me  # presumed, found to be counted against, logged in, answered
    assert depth("ann") == get_me
    assert depth("zoe", WRONG) == 3
    assert depth("disabled") == 3


# --- nothing is told ------------------------------------------------------------------------------------------------


def test_no_answer_and_no_log_line_holds_a_password_a_hash_a_token_or_a_secret(
    call: Client,
    stores: Stores,
    board: Project,
    people: People,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    stored = stores.users.get(people.ann).user.password
    service = a_service(stores)
    broken = msgspec.structs.replace(service, stores=Stores.connect("no-such-table", "no-such-bucket"))
    methods = ["getMe", "getMyProjects", "getMyDashboard", "getVersion", "getAllUsers", "noSuchMethod"]
    said: list[Any] = [answered(service, headers) for headers in NOBODY.values()]
    for client in (Client(a_service(stores)), Client(broken)):
        for each in (client.by("ann"), client.by("bob"), client.by("ann", WRONG), client.documented.by("ann")):
            said += [each.response(method) for method in methods]
            said += [each.response("getProjectUsers", board.id), each.response("createTask", {"secret of ann": 1})]
    SHUT_OUT["a new password"](call, stores, people.ann)
    said.append(Client(service).by("ann").response("getMe"))
    told = json.dumps(said) + "".join(capsys.readouterr()) + " ".join(str(each.__dict__) for each in caplog.records)
    assert "procedure failed" in told
    told = told.replace("Unknown argument: secret of ann", "")
    names = ["twofactor_secret", "api_access_token", '"password']
    for secret in ["secret of", WRONG, RIGHT, TOKEN, stored, *stored.split("$")[-2:], "scrypt$", *names]:
        assert secret not in told, secret
