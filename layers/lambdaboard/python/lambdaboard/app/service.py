"""The application, built once per container: from an event of the HTTP API to an HTTP response."""

from __future__ import annotations

import math
import os
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from lambdaboard import error_report
from lambdaboard.app import page
from lambdaboard.app.authentication import Authenticator, is_token
from lambdaboard.app.call_log import CallLog
from lambdaboard.app.http import HttpRequest, answer_limit, failure, rejection, response
from lambdaboard.app.invocation import Invoker
from lambdaboard.app.login import Logins
from lambdaboard.app.token_login import TokenLogins
from lambdaboard.errors import Forbidden, Unauthorized
from lambdaboard.jsonrpc import OUT_OF_TIME, OUT_OF_WRITES, Dispatcher, Error, Json, Procedure
from lambdaboard.procedures import registry
from lambdaboard.settings import Settings, WireFormat
from lambdaboard.store import secrets
from lambdaboard.store.retry import RETRY_TIMEOUT
from lambdaboard.store.stores import Stores
from lambdaboard.store.time_limit import LAST_ATTEMPT, time_limit
from lambdaboard.wire import WIRES, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


logger = Logger(child=True)
metrics = Metrics(service="")  # as in functions/: the stage is the only dimension

TIME_FOR_A_CALL = RETRY_TIMEOUT + LAST_ATTEMPT
"""Seconds that a call of a batch needs at most."""

TIME_TO_COMPRESS = 5.0
"""Seconds to compress the largest result, if the function has half a processor."""

UNAUTHORIZED = rejection(401, "Unauthorized", **{"www-authenticate": 'Basic realm="JsonRPC"'})
FORBIDDEN = rejection(403, "Forbidden")


def _unlimited() -> float:
    return math.inf


class Service(msgspec.Struct, frozen=True):
    """Answers HTTP requests.

    Attributes:
        settings: see `Settings`.
        stores: the table and the bucket.
        authenticator: of callers.
    """

    settings: Settings
    stores: Stores
    authenticator: Authenticator

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Service:
        """Read the settings and connect; raises what `Settings.from_environment` raises."""
        settings = Settings.from_environment(environment)
        stores = Stores.connect(settings.table_name, settings.bucket_name)
        return cls(settings, stores, authenticator(settings, stores))

    def answer(
        self, event: Mapping[str, Any], request_id: str, seconds_left: Callable[[], float] = _unlimited
    ) -> dict[str, Any]:
        """Answer an event of the HTTP API (payload format 2.0) with a response of that format.

        Args:
            event: the event.
            request_id: for the log, and for the caller after an internal error.
            seconds_left: returns the remaining time of the function: retries end in time, and a batch stops in time to
                return the results so far.
        """
        log = CallLog()
        try:
            request = HttpRequest.of(event)
            if request.method == "GET":
                return page.answer(request.headers)
            with time_limit(seconds_left() - LAST_ATTEMPT):
                caller = self.authenticator.authenticate(request.headers)
                invoker = Invoker(self.settings, self.stores, self.authenticator, request, caller)
                return self._answer(request, invoker, request_id, log, seconds_left)
        except Unauthorized as error:
            log.rejected(401, error.why)
            return UNAUTHORIZED
        except Forbidden as error:
            log.rejected(403, error.why)
            return FORBIDDEN
        except Exception as error:  # noqa: BLE001 - it is logged
            # the caller could not be read from the table, or the event is not from the gateway; an exception would
            # become a 5xx of the gateway, without a request id
            logger.error("request failed", **error_report.describe(error))  # noqa: TRY400 - its text is not for the log
            _count_fault()
            return failure(request_id)

    def _answer(
        self, request: HttpRequest, invoker: Invoker, request_id: str, log: CallLog, seconds_left: Callable[[], float]
    ) -> dict[str, Any]:
        dispatcher = Dispatcher(
            registry,
            invoker.call,
            partial(_fault, request_id),
            admit=partial(_admit, invoker, log),
            answer_limit=answer_limit(accepts_gzip=request.accepts_gzip),
            batch_limit=self.settings.batch_limit,
            stop=partial(self._stop, log, seconds_left),
            on_call=log.called,
            is_strict=request.prefers_strict,
        )
        answer = dispatcher.dispatch(request.body, self._wire(request))
        if (
            not invoker.is_confirmed
        ):  # without this, an invalid call would show whether a locked user's password is right
            self.authenticator.authenticate(request.headers, force_refresh=True)
        return response(answer, accepts_gzip=request.accepts_gzip, has_time=lambda: seconds_left() > TIME_TO_COMPRESS)

    def _stop(self, log: CallLog, seconds_left: Callable[[], float]) -> Error | None:
        """Return the error if the next entry of a batch must not start; None if it may."""
        if seconds_left() <= TIME_FOR_A_CALL:
            return OUT_OF_TIME
        return OUT_OF_WRITES if log.writes >= self.settings.batch_write_limit else None

    def _wire(self, request: HttpRequest) -> Wire:
        """Choose the wire format: by route, by header, or by the stack's setting (wire-formats.md)."""
        named = (request.route.strip("/").partition("/")[0], request.headers.get("x-wire-format", ""))
        formats: dict[str, WireFormat] = {"documented": "documented", "native": "native"}
        chosen = next((formats[name] for name in named if name in formats), self.settings.wire_format)
        return WIRES[chosen]


def _admit(invoker: Invoker, log: CallLog, procedure: Procedure, place: int) -> None:
    log.procedure = procedure.name
    invoker.admit(procedure, place)


def authenticator(settings: Settings, stores: Stores) -> Authenticator:
    """Return the authenticator of callers."""
    logins, tokens = Logins(stores.users, stores.logins), TokenLogins(stores.tokens)
    return Authenticator(_token_of(settings), logins, tokens)


def _token_of(settings: Settings) -> Callable[[bytes], bool]:
    if settings.api_token:
        return is_token(settings.api_token)
    return secrets.Token.connect(settings.token_secret_arn).accepts


def _fault(request_id: str, procedure: Procedure, error: Exception) -> Json:
    logger.error("procedure failed", procedure=procedure.name, **error_report.describe(error))
    _count_fault()
    return {"request_id": request_id}


def _count_fault() -> None:
    """Count an internal error: for the stage, and for this version of the function, to stop its deployment."""
    metrics.add_metric("InternalErrors", MetricUnit.Count, 1)
    version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
    with single_metric("InternalErrors", MetricUnit.Count, 1, default_dimensions={"version": version}) as metric:
        metric.service = ""  # as above: one dimension
