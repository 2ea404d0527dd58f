"""The application: settings, stores and procedures put together, once a container."""

from __future__ import annotations

import math
import os
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from lambdaboard import faults
from lambdaboard.auth import Authenticator
from lambdaboard.call_log import CallLog
from lambdaboard.calls import Calls
from lambdaboard.config import Settings, WireFormat
from lambdaboard.errors import Forbidden, Unauthorized
from lambdaboard.http import HttpRequest, failure, rejection, response
from lambdaboard.jsonrpc import Dispatcher, Json, Procedure
from lambdaboard.login import Logins
from lambdaboard.procedures import registry
from lambdaboard.store import secrets
from lambdaboard.store.stores import Stores
from lambdaboard.wire import WIRES, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.procedures.context import Caller

logger = Logger(child=True)
metrics = Metrics(service="")  # as in functions/: the stage is the only dimension

FOR_A_CALL = 15.0
"""Seconds that a call of a batch needs at most, unless AWS is in trouble: 10 of them for retry."""

UNAUTHORIZED = rejection(401, "Unauthorized", **{"www-authenticate": 'Basic realm="JsonRPC"'})
FORBIDDEN = rejection(403, "Forbidden")


def _unlimited() -> float:
    return math.inf


class Service(msgspec.Struct, frozen=True):
    """Answers HTTP requests.

    Attributes:
        settings: see config.
        stores: the table and the bucket.
        authenticator: tells who calls.
    """

    settings: Settings
    stores: Stores
    authenticator: Authenticator

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Service:
        """Read the settings and connect; raises what `Settings.from_environment` raises."""
        settings = Settings.from_environment(environment)
        stores = Stores.connect(settings.table_name, settings.bucket_name)
        return cls(settings, stores, Authenticator(_token_of(settings), Logins(stores.users)))

    def answer(
        self, event: Mapping[str, Any], request_id: str, seconds_left: Callable[[], float] = _unlimited
    ) -> dict[str, Any]:
        """Answer an event of the HTTP API (payload format 2.0) with a response of that format.

        Args:
            event: the event.
            request_id: for the log, and for the caller where we are at fault.
            seconds_left: tells how long the function may still run; a batch stops in time to say what was done.
        """
        metrics.add_metric("Requests", MetricUnit.Count, 1)
        log = CallLog()
        try:
            request = HttpRequest.of(event)
            calls = Calls(self, request, self.authenticated(request))
            return self._answer(request, calls, request_id, log, lambda: seconds_left() > FOR_A_CALL)
        except Unauthorized:
            log.rejected(401)
            return UNAUTHORIZED
        except Forbidden:
            log.rejected(403)
            return FORBIDDEN
        except Exception as error:  # noqa: BLE001 - it is logged
            # the table did not say who calls, or the event is none of the gateway's; a raised exception would be a 5xx
            # of the gateway, without a request id
            logger.error("request failed", **faults.told(error))  # noqa: TRY400 - its text is not for the log
            metrics.add_metric("InternalErrors", MetricUnit.Count, 1)
            return failure(request_id)

    def authenticated(self, request: HttpRequest, *, anew: bool = False) -> Caller:
        """Return who sends a request, if need be whatever the container remembers of them; Unauthorized."""
        caller = self.authenticator.authenticate(request.headers, anew=anew)
        if caller is None:
            raise Unauthorized
        return caller

    def _answer(
        self, request: HttpRequest, calls: Calls, request_id: str, log: CallLog, has_time: Callable[[], bool]
    ) -> dict[str, Any]:
        dispatcher = Dispatcher(
            registry,
            calls.call,
            partial(_fault, request_id),
            admit=calls.admit,
            batch_limit=self.settings.batch_limit,
            has_time=has_time,
            on_outcome=log.called,
            is_strict=request.prefers_strict,
        )
        answer = dispatcher.dispatch(request.body, self._wire(request))
        if not calls.has_proved:  # without this, nonsense would tell whether a locked user's password fits
            self.authenticated(request, anew=True)
        return response(answer, accepts_gzip=request.accepts_gzip)

    def _wire(self, request: HttpRequest) -> Wire:
        """Choose the wire format: by path, else by header, else by the stack's setting (design.md, "The wire")."""
        wanted = (request.path.strip("/").partition("/")[0], request.headers.get("x-wire-format", ""))
        formats: dict[str, WireFormat] = {"documented": "documented", "native": "native"}
        chosen = next((formats[name] for name in wanted if name in formats), self.settings.wire_format)
        return WIRES[chosen]


def _token_of(settings: Settings) -> Callable[[], str]:
    if settings.api_token:
        return lambda: settings.api_token
    return partial(secrets.token, settings.token_secret_arn)


def _fault(request_id: str, procedure: Procedure, error: Exception) -> Json:
    logger.error("procedure failed", procedure=procedure.name, **faults.told(error))
    metrics.add_metric("InternalErrors", MetricUnit.Count, 1)
    return {"request_id": request_id}
