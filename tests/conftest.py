"""Fixtures shared by all tests: a table and a bucket as template.yaml declares them, on moto, and a client on top."""

from __future__ import annotations

import copy
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import botocore
import hypothesis  # noqa: F401 - reads CI
import msgspec
import pytest
import tests.environment  # noqa: F401 - before the application is imported
from _pytest.logging import caplog_records_key
from hypothesis import HealthCheck, settings
from local import resources
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from tests import refusals
from tests.events import api_event
from tests.quick_moto import prepare_moto

from lambdaboard.app.authentication import Authenticator, is_token
from lambdaboard.app.login import Logins
from lambdaboard.app.service import Service
from lambdaboard.app.token_login import TokenLogins
from lambdaboard.domain import passwords
from lambdaboard.settings import Settings
from lambdaboard.store.keys import KINDS, Key
from lambdaboard.store.keys.kind import UNKNOWN
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from lambdaboard.jsonrpc import Json
    from lambdaboard.store.cache import Cache

# a busy machine is not an error
settings.register_profile("patient", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
os.environ.pop("CI", None)  # Hypothesis has read it; to pytest it would mean to print what is equal, too

TABLE, BUCKET, TOKEN = "lambdaboard-test", "lambdaboard-test-files", "test-token"

FRAMES = 5
"""The number of our frames of an error's stack in the report of a failure."""

SETTINGS = Settings(table_name=TABLE, bucket_name=BUCKET, api_token=TOKEN, base_url="http://board.example")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Add the stack of the application's last error to a failure: answers do not have it, and logs are not printed."""
    report = yield
    records = item.stash.get(caplog_records_key, {}).get(call.when, [])
    stacks = [vars(record)["exception"] for record in records if "exception" in vars(record)]
    if report.failed and stacks and hasattr(report.longrepr, "addsection"):
        ours = [frame for frame in stacks[-1].split("\n  File ") if "site-packages" not in frame]
        report.longrepr.addsection(
            "the application failed", "\n  File ".join(ours[-FRAMES:] + stacks[-1].splitlines()[-1:])
        )
    return report


@pytest.fixture(scope="session", autouse=True)
def _good_moto() -> None:
    prepare_moto()


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Hash passwords at a thousandth of the cost, which is part of the hash."""
    passwords.COST = 2**4


@pytest.fixture(scope="session")
def aws_session() -> boto3.Session:
    """One session for all tests: it keeps the data of the services, which takes 100 ms to load.

    Its requests to DynamoDB are not signed, which is a quarter of a call's time: moto does not check it.
    """
    session = boto3.Session()
    session.events.register("choose-signer.dynamodb", lambda **_: botocore.UNSIGNED)
    return session


@pytest.fixture(scope="session")
def emptied(aws_session: boto3.Session) -> Iterator[Callable[[], None]]:
    """Creates table and bucket once, which takes 50 ms; yields a function that empties them."""
    with on_moto(aws_session) as empty:
        yield empty


@contextmanager
def on_moto(aws_session: boto3.Session) -> Iterator[Callable[[], None]]:
    """Create table and bucket; yield a function that empties them."""
    with mock_aws():
        resources.create_table(aws_session.client("dynamodb"), TABLE)
        resources.create_bucket(aws_session.client("s3"), BUCKET)
        tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
        buckets = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets
        empty_table = copy.deepcopy(tables[TABLE])

        def empty() -> None:
            tables[TABLE] = copy.deepcopy(empty_table)
            buckets[BUCKET].keys = type(buckets[BUCKET].keys)()

        yield empty


@pytest.fixture
def stores(
    aws_session: boto3.Session, emptied: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stores]:
    """The stores, over an empty table and an empty bucket; at the end, all items must be of a registered kind."""
    emptied()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session)
    yield Stores.connect(TABLE, BUCKET)
    items = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[TABLE].items
    written = [Key(pk.value, sk.value) for pk, in_partition in items.items() for sk in in_partition]
    assert not [key for key in written if KINDS.kind_of(key) is UNKNOWN]


def a_service(stores: Stores, cache: Cache | None = None, settings: Settings = SETTINGS) -> Service:
    """Return the application over these stores: a container without cached users, and with this `cache` of tasks."""
    if cache is not None:
        stores = msgspec.structs.replace(stores, cache=cache)
    logins, tokens = Logins(stores.users, stores.logins), TokenLogins(stores.tokens)
    return Service(settings, stores, Authenticator(is_token(TOKEN), logins, tokens))


@pytest.fixture
def service(stores: Stores) -> Service:
    """The application."""
    return a_service(stores)


class RpcError(Exception):
    """The answer is an error object."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.error = error


def answer_in(response: dict[str, Any]) -> dict[str, Any]:
    """Return the result or the error, under its name, in an HTTP response to a call with the id 1."""
    answer: dict[str, Any] = msgspec.json.decode(response["body"])
    assert answer.pop("jsonrpc") == "2.0"
    assert answer.pop("id") in ((1,) if "result" in answer else (1, None)), "the id of another call"
    return answer


def result_in(response: dict[str, Any]) -> Json:
    """Return the result in an HTTP response to a call with the id 1; RpcError if it is an error."""
    __tracebackhide__ = True
    answer = answer_in(response)
    if "error" in answer:
        raise RpcError(answer["error"])
    return answer["result"]


@dataclass
class Client:
    """Calls procedures like a client, with an event of the HTTP API, in the native format unless it is `documented`.

    Attributes:
        credentials: username and password; by default the application's.
    """

    service: Service
    wire: str = "native"
    credentials: tuple[str, str] = ("jsonrpc", TOKEN)
    documented: Client = field(init=False)

    def __post_init__(self) -> None:
        is_documented = self.wire == "documented"
        self.documented = self if is_documented else Client(self.service, "documented", self.credentials)

    def by(self, username: str, password: str | None = None) -> Client:
        """Return the client of a person of the fixture `person`, or of one with that password."""
        secret = f"secret of {username}" if password is None else password
        return Client(self.service, self.wire, (username, secret))

    def __call__(self, method: str, *positional: Json, **named: Json) -> Json:
        """Return the result; RpcError if the answer is an error."""
        __tracebackhide__ = True
        return result_in(self.response(method, *positional, **named))

    def error(self, method: str, *positional: Json, **named: Json) -> dict[str, Any]:
        """Return the error object of a call that must fail."""
        __tracebackhide__ = True
        answer = self.answer(method, *positional, **named)
        assert "error" in answer, f"{method} must be an error: {answer}"
        return dict(answer["error"])

    def rejection(self, method: str, *positional: Json, **named: Json) -> Any:
        """Return the answer to a call that must not succeed: False, or the `data` of an error for bad params."""
        __tracebackhide__ = True
        answer = self.answer(method, *positional, **named)
        if "error" in answer:
            assert answer["error"]["code"] == -32602, f"{method} must be rejected: {answer}"
            return answer["error"]["data"]
        assert answer["result"] is False, f"{method} must be rejected: {answer}"
        return False

    def answer(self, method: str, *positional: Json, **named: Json) -> dict[str, Any]:
        """Return the result or the error, under its name."""
        return answer_in(self.response(method, *positional, **named))

    def response(self, method: str, *positional: Json, **named: Json) -> dict[str, Any]:
        """Return the HTTP response to a call."""
        return self.post(
            msgspec.json.encode({"jsonrpc": "2.0", "method": method, "id": 1, "params": [*positional] or named})
        )

    def post(self, body: bytes, **headers: str) -> dict[str, Any]:
        """Return the HTTP response to a body."""
        user, secret = self.credentials
        event = api_event(body, f"/{self.wire}/jsonrpc.php", secret, user=user, **headers)
        response = self.service.answer(event, "request-1")
        refusals.check(body, response)
        return response


@pytest.fixture
def call(service: Service) -> Client:
    """The application user's client."""
    return Client(service)


@pytest.fixture
def project(call: Client) -> int:
    """An empty project with the default board."""
    return int(call("createProject", name="Test"))


class MakePerson(Protocol):
    """The type of the fixture `person`."""

    def __call__(self, username: str, *projects: int, role: str = ..., **given: Json) -> int:
        """Make a user, with a role in some projects; return their id."""


@pytest.fixture
def person(call: Client) -> MakePerson:
    """Creates people: `person("ann", project, role="project-viewer")`; the password is "secret of ann"."""

    def make(username: str, *projects: int, role: str = "project-member", **given: Json) -> int:
        user_id = call("createUser", **{"username": username, "password": f"secret of {username}", **given})
        assert user_id, username
        for project_id in projects:
            assert call("addProjectUser", project_id, user_id, role)
        return int(user_id)

    return make
