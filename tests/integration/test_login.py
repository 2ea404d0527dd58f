"""Persons log in: who is refused, when they are locked, what a container remembers of them (context.md 2.1)."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task, contents, everything
from tests.clock import Clock
from tests.conftest import BUCKET, SETTINGS, TABLE, TOKEN, Client, a_service, result_in
from tests.events import api_event

from lambdaboard.app.authentication import Authenticator
from lambdaboard.app.login import Logins
from lambdaboard.app.service import Service
from lambdaboard.app.token_login import TokenLogins
from lambdaboard.domain import passwords
from lambdaboard.domain.user import MAX_PASSWORD, MAX_USERNAME
from lambdaboard.store import keys
from lambdaboard.store.actions import number, update
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from tests.conftest import MakePerson
    from time_machine import TimeMachineFixture

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
    """Return whether `getMe` is answered; anything but an answer or the one refusal is a fault of the test."""
    response = client.response("getMe")
    assert response == UNAUTHORIZED or response["statusCode"] == 200
    return response != UNAUTHORIZED


def written(stores: Stores) -> dict[tuple[str, str], Any]:
    """Return all items but for what changes where wrong passwords are counted."""
    counts = ("nb_failed_login", "lock_expiration_date", "attempts_left")
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
    "the password and a NUL": {"authorization": basic("ann", "secret of ann\0")},
    "the password and more behind a NUL": {"authorization": basic("ann", "secret of ann\0more")},
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


def test_unknown_callers_get_the_same_401_with_the_challenge_and_nothing_is_done(
    service: Service, stores: Stores, call: Client, people: People
) -> None:
    before = written(stores)
    for why, headers in NOBODY.items():
        assert answered(service, headers, CREATE) == UNAUTHORIZED, why
        assert is_let_in(Client(a_service(stores)).by("ann")), why  # so that it is not the lock that refuses the next
    assert written(stores) == before


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
        others = (password[:-1], f"{password} ", password.swapcase() + "!", password.partition(":")[0] + ":")
        for other in (*others, f"{password}\0", f"{password}\0{password}"):
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
def test_a_right_password_resets_the_count_in_a_container_that_has_cached_them_too(
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


def test_a_container_refuses_a_cached_user_while_they_are_locked_by_another(
    call: Client, stores: Stores, people: People, clock: Clock
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing)
    fails(call, 7)
    assert not is_let_in(knowing)
    assert not is_let_in(knowing)
    clock.now += LOCKED_FOR
    assert is_let_in(knowing)


def test_no_other_user_is_locked_and_the_application_is_not(call: Client, people: People, clock: Clock) -> None:
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


MINUTE = 60


@pytest.mark.parametrize("is_warm", [False, True])
def test_it_takes_seven_more_to_lock_again_and_each_lock_is_twice_as_long_up_to_an_hour(
    call: Client, stores: Stores, people: People, clock: Clock, is_warm: bool
) -> None:
    knowing = Client(a_service(stores)).by("ann")
    assert is_let_in(knowing) or not is_warm
    for minutes in (15, 30, 60, 60, 60):
        fails(call, 6)
        assert call("getUser", people.ann)["lock_expiration_date"] <= clock.now
        fails(call, 1)
        assert call("getUser", people.ann)["lock_expiration_date"] == clock.now + minutes * MINUTE
        assert not is_let_in(knowing)
        clock.now += minutes * MINUTE
    assert is_let_in(knowing)


def test_a_right_password_between_two_locks_makes_the_next_one_short_again(
    call: Client, people: People, clock: Clock
) -> None:
    for _ in range(2):
        fails(call, 7)
        assert call("getUser", people.ann)["lock_expiration_date"] == clock.now + LOCKED_FOR
        clock.now += LOCKED_FOR
        assert is_let_in(call.by("ann"))
        row = call("getUser", people.ann)
        assert (row["nb_failed_login"], row["lock_expiration_date"]) == (0, 0)


def test_one_guess_in_a_quarter_of_an_hour_locks_no_user(
    call: Client, stores: Stores, people: People, clock: Clock
) -> None:
    fails(call, 7)
    for _ in range(6):
        clock.now += LOCKED_FOR
        fails(call, 1)
    assert is_let_in(Client(a_service(stores)).by("ann"))


def test_what_is_tried_during_a_lock_is_not_counted(call: Client, people: People, clock: Clock) -> None:
    fails(call, 7)
    before = call("getUser", people.ann)
    fails(call, 20)
    assert not is_let_in(call.by("ann"))
    assert call("getUser", people.ann) == before


@pytest.mark.parametrize("is_active", [True, False])
def test_enable_user_unlocks_active_and_inactive_users(
    call: Client, people: People, clock: Clock, is_active: bool
) -> None:
    fails(call, 7)
    assert is_active or call("disableUser", people.ann)
    assert not is_let_in(call.by("ann"))
    assert call("enableUser", people.ann) is True
    row = call("getUser", people.ann)
    assert (row["nb_failed_login"], row["lock_expiration_date"], row["is_active"]) == (0, 0, 1)
    assert is_let_in(call.by("ann"))
    fails(call, 6)
    assert is_let_in(call.by("ann"))


def test_calls_of_a_disabled_person_count_as_wrong_passwords(call: Client, people: People, clock: Clock) -> None:
    for nb_failed_login in (1, 2):
        assert not is_let_in(call.by("disabled"))
        assert call("getUser", people.disabled)["nb_failed_login"] == nb_failed_login


def test_a_user_whom_an_older_release_has_locked_is_let_in_after_it_and_has_seven_attempts(
    call: Client, stores: Stores, people: People, clock: Clock
) -> None:
    stores.table.update(
        update(
            keys.user(people.ann),
            "SET nb_failed_login = :nine, lock_expiration_date = :until",
            {":nine": number(9), ":until": number(NOW + LOCKED_FOR)},
            "attribute_exists(pk)",
            AssertionError(),
        )
    )
    assert not is_let_in(call.by("ann"))
    clock.now += LOCKED_FOR
    fails(call, 6)
    assert is_let_in(call.by("ann"))


# --- at the same time -----------------------------------------------------------------------------------------------


AtOnce = Callable[[list[Callable[[], bool]]], list[bool]]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    """Makes attempts at the same time, in this order: no password is compared before the last attempt has begun."""

    def made(attempts: list[Callable[[], bool]]) -> list[bool]:
        begun, all_have_begun = threading.Semaphore(0), threading.Event()
        fits = passwords.fits

        def compared(password: str, stored: str) -> bool:
            begun.release()
            assert all_have_begun.wait(30)
            return fits(password, stored)

        with monkeypatch.context() as patched, ThreadPoolExecutor(len(attempts)) as pool:
            patched.setattr(passwords, "fits", compared)
            results = []
            for attempt in attempts:
                results.append(pool.submit(attempt))
                assert begun.acquire(timeout=30)
            all_have_begun.set()
            return [result.result() for result in results]

    return made


def tries(stores: Stores, *secrets: str) -> list[Callable[[], bool]]:
    """Return attempts of Ann with these passwords, each in a container of its own."""
    return [partial(is_let_in, Client(a_service(stores)).by("ann", secret)) for secret in secrets]


@pytest.mark.parametrize("place", [0, 6, 7, 23])
def test_of_24_guesses_at_the_same_time_only_seven_are_looked_at(
    stores: Stores, people: People, at_once: AtOnce, place: int
) -> None:
    guesses = [WRONG] * 23
    guesses.insert(place, "secret of ann")
    let_in = at_once(tries(stores, *guesses))
    assert let_in == [guess != WRONG and place < 7 for guess in guesses]


def test_wrong_guesses_at_the_same_time_lock_once(
    call: Client, stores: Stores, people: People, clock: Clock, at_once: AtOnce
) -> None:
    assert not any(at_once(tries(stores, *[WRONG] * 24)))
    row = call("getUser", people.ann)
    assert (row["nb_failed_login"], row["lock_expiration_date"]) == (7, NOW + LOCKED_FOR)


def test_24_right_passwords_at_the_same_time_are_all_let_in(
    call: Client, stores: Stores, people: People, at_once: AtOnce
) -> None:
    assert all(at_once(tries(stores, *["secret of ann"] * 24)))
    row = call("getUser", people.ann)
    assert (row["nb_failed_login"], row["lock_expiration_date"]) == (0, 0)


def test_attempts_that_are_never_decided_lock_like_wrong_ones(
    call: Client, stores: Stores, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.app.login.DECIDED_WITHIN", 0.0)
    for _ in range(7):  # the functions that made them were killed
        assert stores.logins.begin(people.ann, NOW).is_counted
    assert not is_let_in(call.by("ann"))
    assert call("getUser", people.ann)["lock_expiration_date"] > 0
    call("enableUser", people.ann)
    assert is_let_in(call.by("ann"))


def test_a_person_who_is_disabled_while_their_password_is_compared_is_refused(
    call: Client, stores: Stores, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = passwords.fits

    def compared(password: str, stored: str) -> bool:
        monkeypatch.setattr(passwords, "fits", fits)
        assert call("disableUser", people.ann)
        return fits(password, stored)

    monkeypatch.setattr(passwords, "fits", compared)
    assert not is_let_in(Client(a_service(stores)).by("ann"))


def test_a_person_who_is_renamed_while_their_password_is_compared_is_refused(
    call: Client, stores: Stores, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = passwords.fits

    def compared(password: str, stored: str) -> bool:
        monkeypatch.setattr(passwords, "fits", fits)
        assert call("updateUser", id=people.ann, username="anna")
        return fits(password, stored)

    monkeypatch.setattr(passwords, "fits", compared)
    assert not is_let_in(Client(a_service(stores)).by("ann"))
    assert is_let_in(call.by("anna", "secret of ann"))


def test_only_administrators_see_a_lock(call: Client, people: People, clock: Clock) -> None:
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


# --- batches --------------------------------------------------------------------------------------------------------


@dataclass
class Meanwhile:
    """Lets something happen between two entries of a batch, once."""

    before: int
    act: Callable[[], object]

    def __call__(self) -> float:
        """Return that there is time; it is asked for before each entry but the first."""
        self.before -= 1
        if self.before == 0:
            self.act()
        return 100.0


ENTRIES = {
    "createUser": ["back", "door of ann", "", "", "app-admin"],
    "createMyPrivateProject": ["Back door"],
    "createProject": ["Back door"],
    "getMe": [],
    "getAllUsers": [],
    "getVersion": [],
}


def batch_of(service: Service, entries: list[Call], username: str = "ann", seconds_left: Any = None) -> dict[str, Any]:
    """Return the response to a batch of somebody."""
    body = b"[" + b",".join(entry.body for entry in entries) + b"]"
    event = api_event(body, "/native/jsonrpc.php", authorization=basic(username, f"secret of {username}"))
    return service.answer(event, "request-1", seconds_left or (lambda: 100.0))


@pytest.mark.parametrize("method", ENTRIES)
@pytest.mark.parametrize("why", SHUT_OUT)
def test_who_is_shut_out_while_a_batch_runs_that_logged_them_in_does_nothing_more_in_it(
    call: Client, stores: Stores, people: People, why: str, method: str
) -> None:
    call("updateUser", id=people.ann, role="app-admin")
    after: list[Any] = []

    def shut_out() -> None:
        SHUT_OUT[why](call, stores, people.ann)
        after.append(written(stores))

    entries = [Call("getMe", [])] * 3 + [Call(method, ENTRIES[method])] * 2
    assert batch_of(a_service(stores), entries, seconds_left=Meanwhile(3, shut_out)) == UNAUTHORIZED
    assert [written(stores)] == after


@pytest.mark.parametrize("method", ["createUser", "createProject", "getAllUsers"])
def test_a_role_that_is_taken_while_a_batch_runs_that_logged_them_in_is_gone_for_its_next_entry(
    call: Client, stores: Stores, people: People, method: str
) -> None:
    call("updateUser", id=people.ann, role="app-admin")
    before = written(stores)
    entries = [Call("getMe", []), Call(method, ENTRIES[method])]
    meanwhile = Meanwhile(1, lambda: call("updateUser", id=people.ann, role="app-user"))
    assert batch_of(a_service(stores), entries, seconds_left=meanwhile)["statusCode"] == 403
    assert written(stores).keys() == before.keys()


def test_a_role_that_is_given_while_a_batch_runs_that_logged_them_in_counts_for_its_next_entry(
    call: Client, stores: Stores, people: People
) -> None:
    meanwhile = Meanwhile(1, lambda: call("updateUser", id=people.ann, role="app-admin"))
    response = batch_of(a_service(stores), [Call("getMe", []), Call("getAllUsers", [])], seconds_left=meanwhile)
    assert len(json.loads(response["body"])[1]["result"]) == 3


def test_an_entry_with_wrong_params_does_not_make_a_log_in_last_longer(
    call: Client, stores: Stores, people: People
) -> None:
    meanwhile = Meanwhile(1, lambda: call("removeUser", people.ann))
    entries = [Call("getTask", []), Call("createMyPrivateProject", ["Back door"])]
    assert batch_of(a_service(stores), entries, seconds_left=meanwhile) == UNAUTHORIZED
    assert call("getAllProjects") == [call("getProjectById", 1)]


def test_a_new_token_ends_a_batch_of_the_old_one_as_soon_as_the_container_has_read_it(stores: Stores) -> None:
    tokens = iter([b"old token", b"old token", b"new token"])
    logins = Logins(stores.users, stores.logins)
    service = Service(
        SETTINGS, stores, Authenticator(lambda secret: secret == next(tokens), logins, TokenLogins(stores.tokens))
    )
    entries = [Call("createProject", [title]) for title in ("first", "second", "third")]
    body = b"[" + b",".join(entry.body for entry in entries) + b"]"
    event = api_event(body, "/native/jsonrpc.php", authorization=basic("jsonrpc", "old token"))
    assert service.answer(event, "request-1") == UNAUTHORIZED
    assert [stored.project.name for stored in stores.projects.all()] == ["first", "second"]


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
            assert (made.depth, made.of) == (3, {"GetItem": 1, "UpdateItem": 2}), (username, password)
    person("next")
    fails(call, 6, "next")
    made = tracker.of(partial(is_let_in, client.by("next", WRONG)))
    assert (made.depth, made.of) == (3, {"GetItem": 1, "UpdateItem": 2}), "the wrong password that locks"


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


def test_a_log_in_costs_three_round_trips_be_it_refused_or_not_and_none_when_known(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores.connect(TABLE, BUCKET)
    client, tracker = Client(a_service(stores)), Tracker(monkeypatch, stores)

    def depth(*credentials: str) -> int:
        return tracker.of(lambda: is_let_in(client.by(*credentials))).depth

    get_me = 1
    assert depth("ann") == 3 + get_me
    assert depth("ann") == get_me
    assert depth("ann", WRONG) == 3
    assert depth("ann") == 2  # beside the call: found to be counted against, counted no more
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
