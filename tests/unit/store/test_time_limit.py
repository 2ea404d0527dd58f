"""One limit for all that a call waits for (store/time_limit.py), on a DynamoDB that takes connections and hangs."""

from __future__ import annotations

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from local.functions import wait_longer
from tests.conftest import BUCKET, TABLE, TOKEN, a_service
from tests.disturbances import Clock
from tests.events import api_event

from lambdaboard.store import keys, retry, stores
from lambdaboard.store.parallel import gather
from lambdaboard.store.retry import RETRY_TIMEOUT, one_timeout, retry_attempts
from lambdaboard.store.stores import Stores
from lambdaboard.store.time_limit import LAST_ATTEMPT, ends_at, time_limit

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """The stores of a DynamoDB that never answers; botocore does not wait between its attempts."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{listening.getsockname()[1]}")
        yield Stores.connect(TABLE, BUCKET)


def seconds(began: float) -> float:
    return time.monotonic() - began


def test_a_request_is_given_up_after_four_attempts_of_a_second(hanging: Stores) -> None:
    began = time.monotonic()
    with pytest.raises(ReadTimeoutError):
        hanging.table.get_one(keys.project(1))
    assert 3.5 < seconds(began) < 7


def test_functions_wait_longer_for_an_engine_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "DYNAMODB", stores.DYNAMODB)  # and puts it back
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    wait_longer()
    patient: Any = Stores.connect(TABLE, BUCKET).table.client.meta.config
    assert (patient.read_timeout, patient.connect_timeout) == (20, 1)


def test_s3_has_longer_for_what_is_larger(hanging: Stores) -> None:
    clients: list[Any] = [hanging.table.client, hanging.blobs.client, hanging.blobs.copying]
    assert [each.meta.config.read_timeout for each in clients] == [1, 2.5, 8]


def test_a_request_is_not_repeated_once_the_limit_is_reached(hanging: Stores) -> None:
    began = time.monotonic()
    with time_limit(0.1), pytest.raises(ReadTimeoutError):
        gather(lambda: hanging.table.get_one(keys.project(1)), lambda: hanging.table.get_one(keys.project(2)))
    assert seconds(began) < 3


def test_a_call_is_answered_before_the_function_is_cut_off(hanging: Stores) -> None:
    began = time.monotonic()
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "getTask", "params": [1]}).encode()
    left = LAST_ATTEMPT + 0.1
    answer = a_service(hanging).answer(api_event(body, token=TOKEN), "request-1", lambda: left - seconds(began))
    assert json.loads(answer["body"])["error"]["code"] == -32603
    assert seconds(began) < 3


class Fake(BaseHTTPRequestHandler):
    """A DynamoDB that says the same to every request, `first_after` seconds late to the first one."""

    status, said, first_after, requests = 200, b"{}", 0.0, 0

    def do_POST(self) -> None:
        """Answer a request."""
        Fake.requests += 1
        self.rfile.read(int(self.headers["content-length"]))
        if Fake.requests == 1:
            time.sleep(self.first_after)
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """The stores of a DynamoDB that `Fake` plays; botocore does not wait between its attempts."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr(Fake, "requests", 0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Fake) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{server.server_port}")
        yield Stores.connect(TABLE, BUCKET)
        server.shutdown()


def test_an_answer_that_is_lost_costs_a_second(fake: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Fake, "first_after", 2.5)
    began = time.monotonic()
    assert fake.table.get_one(keys.project(1)) is None
    assert 0.9 < seconds(began) < 2.4
    assert Fake.requests == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "ProvisionedThroughputExceededException"), (400, "ThrottlingException"), (500, "Internal")],
)
def test_what_dynamodb_refuses_is_repeated_until_the_limit_and_no_longer(
    fake: Stores, monkeypatch: pytest.MonkeyPatch, status: int, kind: str
) -> None:
    monkeypatch.setattr(Fake, "status", status)
    monkeypatch.setattr(Fake, "said", json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{kind}"}).encode())
    with pytest.raises(ClientError):
        fake.table.get_one(keys.project(1))
    assert Fake.requests == 4
    with time_limit(0), pytest.raises(TimeoutError, match="no time left"):
        fake.table.get_one(keys.project(1))
    assert Fake.requests == 5


def test_what_succeeds_behind_the_limit_succeeds(fake: Stores) -> None:
    with time_limit(0):
        assert fake.table.get_one(keys.project(1)) is None


# --- retries within retries -------------------------------------------------------------------------------------


def test_retries_within_retries_take_no_longer_together_than_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, pause=None)
    with one_timeout():
        for _ in retry_attempts():
            assert gather(lambda: len([*retry_attempts()]), lambda: 1)
    assert clock.slept < RETRY_TIMEOUT + 2 * retry.MAX_DELAY


def test_no_retry_begins_once_the_limit_is_reached_and_an_earlier_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, pause=None)
    with time_limit(3):
        with time_limit(60):
            assert ends_at() == 3
            assert [*retry_attempts()]
        assert 3 <= clock.slept < 3 + retry.MAX_DELAY
        assert [*retry_attempts()] == [None]
    assert ends_at() > 60
