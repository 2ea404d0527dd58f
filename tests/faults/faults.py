"""Faults between botocore and AWS, below boto3: at the n-th call of an operation, as botocore would see them.

The requests, botocore's retries and all of our own code are real.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core.models import botocore_stubber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from lambdaboard.store.stores import Stores

    Fault = Callable[["Faults", "Request"], Any]

WRITES = {"PutItem", "UpdateItem", "DeleteItem"}

OK, BAD_REQUEST, SERVER_ERROR, UNAVAILABLE = 200, 400, 500, 503


class Killed(BaseException):
    """The process is gone in the middle of a call: nothing handles it."""


@dataclass(frozen=True)
class Request:
    """One sending of a request; `attempt`: from 1."""

    event: str
    service: str
    operation: str
    sent: Any
    attempt: int


class Raw(BytesIO):
    """The body of a response, as botocore gets it from urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the rest."""
        yield self.read()


@dataclass
class Faults:
    """Injects one fault at a time into the calls of some stores.

    Attributes:
        stores: whose calls are disturbed.
        in_process: moto answers, which does not know the tokens of transactions: they are honoured here.
        hit: the operation that the fault was injected into; "" for none yet.
    """

    stores: Stores
    in_process: bool = True
    hit: str = ""
    _fault: Fault | None = None
    _place: int = 0
    _seen: dict[str, int] = field(default_factory=dict)
    _target: str = ""
    _lasts: bool = False
    _is_dead: bool = False
    _tokens: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        for client in self._clients():
            client.meta.events.register_first("before-send", self._before_send)
            client.meta.events.register_last("before-send", self._after_send)

    def _clients(self) -> list[Any]:
        return [self.stores.table.client, self.stores.blobs.client, self.stores.blobs.copying]

    @contextmanager
    def at(self, place: int, fault: Fault, *, lasts: bool = False) -> Iterator[None]:
        """Inject a fault at a call of AWS, from 0; after a kill, the process does nothing more.

        Args:
            place: of the call.
            fault: its kind.
            lasts: it happens at each later call, too.
        """
        self._lasts = lasts
        self.hit, self._target, self._is_dead, self._place, self._fault = "", "", False, place, fault
        self._seen.clear()
        self._tokens.clear()
        try:
            with suppress(Killed):
                yield
        finally:
            self._fault = None

    @property
    def calls(self) -> int:
        """The number of calls since the last fault was set."""
        return len(self._seen)

    def _before_send(self, event_name: str, request: Any, **_: Any) -> Any:
        response = self._disturbed(event_name, request)
        if response is not None and self.in_process:
            botocore_stubber.enabled = False  # moto would execute the request in spite of the answer here
        return response

    def _after_send(self, **_: Any) -> None:
        if self.in_process:
            botocore_stubber.enabled = True

    def _disturbed(self, event_name: str, request: Any) -> Any:
        fault = self._fault
        if fault is None:
            return None
        _, service, operation = event_name.split(".")
        call_id = request.headers["amz-sdk-invocation-id"].decode()
        with self._lock:
            if self._is_dead:
                raise Killed
            if call_id not in self._seen and len(self._seen) == self._place:
                self._target, self.hit = call_id, f"{service} {operation}"
            self._seen[call_id] = attempt = self._seen.get(call_id, 0) + 1
        wanted = Request(event_name, service, operation, request, attempt)
        if call_id == self._target or (self._target and self._lasts):
            response = fault(self, wanted)
            if response is not None:
                return response
        return response_to_repeated(wanted) if self._is_repeated(request) else None

    def _is_repeated(self, request: Any) -> bool:
        return self.in_process and token_of(request) in self._tokens

    def send(self, request: Request) -> None:
        """Let a request take effect, and lose its answer."""
        if self.in_process:
            response: Any = botocore_stubber(request.event, request.sent)
        else:
            client = self._clients()[request.service != "dynamodb"]
            response = client._endpoint.http_session.send(request.sent)
        if response.status_code == OK and token_of(request.sent):
            self._tokens.add(token_of(request.sent))

    def die(self) -> None:
        """End the process."""
        self._is_dead = True
        raise Killed


def token_of(request: Any) -> str:
    """Return the token of a transaction; "" for other requests."""
    if b"ClientRequestToken" not in (request.body if isinstance(request.body, bytes) else b""):
        return ""
    return str(json.loads(request.body)["ClientRequestToken"])


def response_to_repeated(request: Request) -> AWSResponse:
    """Return DynamoDB's answer to a transaction that it has already executed."""
    return response(request, OK, {})


def response(request: Request, status: int, body: dict[str, Any]) -> AWSResponse:
    """Return a response of DynamoDB, or of S3 with the error code of the body."""
    if request.service == "dynamodb":
        content, kind = json.dumps(body).encode(), "application/x-amz-json-1.0"
    else:
        content, kind = f"<Error><Code>{body['__type']}</Code></Error>".encode(), "application/xml"
    headers: Any = {"content-type": kind}
    return AWSResponse(request.sent.url, status, headers, Raw(content))


def error(request: Request, status: int, code: str, **more: Any) -> AWSResponse:
    """Return an error as the service sends it."""
    return response(request, status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **more})


# --- the kinds ------------------------------------------------------------------------------------------------------


def throttled(_faults: Faults, request: Request) -> Any:
    """The request is throttled, and all of its repetitions."""
    if request.service != "dynamodb":
        return response(request, UNAVAILABLE, {"__type": "SlowDown"})
    return error(request, BAD_REQUEST, "ProvisionedThroughputExceededException", message="slow down")


def throttled_once(faults: Faults, request: Request) -> Any:
    """The request is throttled, the first time."""
    return throttled(faults, request) if request.attempt == 1 else None


def unreachable(_faults: Faults, request: Request) -> Any:
    """The connection is never made."""
    raise ConnectTimeoutError(endpoint_url=request.sent.url)


def lost(faults: Faults, request: Request) -> Any:
    """It takes effect, the answer is lost; then it is sent again, and answered."""
    if request.attempt == 1:
        faults.send(request)
        raise ReadTimeoutError(endpoint_url=request.sent.url)


def lost_for_good(faults: Faults, request: Request) -> Any:
    """It takes effect, and no answer ever comes."""
    if request.attempt == 1:
        faults.send(request)
    raise ReadTimeoutError(endpoint_url=request.sent.url)


def failing(_faults: Faults, request: Request) -> Any:
    """The service has an internal error, at each repetition too."""
    if request.service != "dynamodb":
        return response(request, SERVER_ERROR, {"__type": "InternalError"})
    return error(request, SERVER_ERROR, "InternalServerError", message="broken")


def reset(_faults: Faults, request: Request) -> Any:
    """The connection is closed before anything is done, once."""
    if request.attempt == 1:
        raise ConnectionClosedError(endpoint_url=request.sent.url)


def conflicting(_faults: Faults, request: Request) -> Any:
    """A write conflicts with another transaction, once; reads and counters of ids do not."""
    if request.operation == "TransactWriteItems":
        body = json.loads(request.sent.body)
        reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (len(body["TransactItems"]) - 1)]
        return error(request, BAD_REQUEST, "TransactionCanceledException", CancellationReasons=reasons)
    if request.operation in WRITES and b'{"S":"#' not in request.sent.body.replace(b" ", b""):
        return error(request, BAD_REQUEST, "TransactionConflictException", message="in the way")
    return None


def killed_before(faults: Faults, _request: Request) -> Any:
    """The process is killed just before."""
    faults.die()


def killed_after(faults: Faults, request: Request) -> Any:
    """The process is killed just after it took effect."""
    faults.send(request)
    faults.die()


def unprocessed(_faults: Faults, request: Request) -> Any:
    """Nothing of a batch is done: DynamoDB answers 200, with all of it as unprocessed."""
    body = json.loads(request.sent.body) if request.operation in {"BatchWriteItem", "BatchGetItem"} else {}
    if request.operation == "BatchWriteItem":
        return response(request, OK, {"UnprocessedItems": body["RequestItems"]})
    if request.operation == "BatchGetItem":
        return response(request, OK, {"Responses": {}, "UnprocessedKeys": body["RequestItems"]})
    return None


KINDS: dict[str, Fault] = {
    kind.__name__: kind
    for kind in (
        *(throttled, throttled_once, unreachable, lost, lost_for_good),
        *(failing, reset, conflicting, killed_before, killed_after),
    )
}


def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the pauses before retries, reset botocore's retry quota, and stop timers of subtasks."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("lambdaboard.store.retry.FIRST_DELAY", 0)
    monkeypatch.setattr("lambdaboard.store.retry.MAX_DELAY", 0)
    monkeypatch.setattr("lambdaboard.domain.subtask.SECONDS_AN_HOUR", 10**9)
