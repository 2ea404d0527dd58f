"""The application: settings, stores and procedures put together, once a container."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from lambdaboard.auth import Authenticator
from lambdaboard.config import Settings, WireFormat
from lambdaboard.errors import Conflict
from lambdaboard.http import HttpRequest, rejection, response
from lambdaboard.jsonrpc import Dispatcher, Json, Procedure
from lambdaboard.procedures import registry
from lambdaboard.procedures.context import Context
from lambdaboard.store import secrets
from lambdaboard.store.contention import tries
from lambdaboard.store.parallel import settle
from lambdaboard.store.stores import Stores
from lambdaboard.wire import WIRES, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = Logger(child=True)
metrics = Metrics()

UNAUTHORIZED = rejection(401, "Unauthorized", **{"www-authenticate": 'Basic realm="JsonRPC"'})


@dataclass(frozen=True)
class Service:
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
        return cls(
            settings, Stores.connect(settings.table_name, settings.bucket_name), Authenticator(_token_of(settings))
        )

    def answer(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Answer an event of the HTTP API (payload format 2.0) with a response of that format."""
        metrics.add_metric("Requests", MetricUnit.Count, 1)
        request = HttpRequest.of(event)
        caller = self.authenticator.authenticate(request.headers)
        if caller is None:
            return UNAUTHORIZED
        context = Context(self.settings, self.stores, caller, self.settings.base_url or request.host)
        dispatcher = Dispatcher(
            registry,
            partial(_call, context),
            partial(_fault, request_id),
            batch_limit=self.settings.batch_limit,
            on_outcome=_log_outcome,
        )
        answer = dispatcher.dispatch(request.body, self._wire(request))
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


def _call(context: Context, procedure: Procedure, arguments: dict[str, Any]) -> Any:
    """Call a procedure, again while other writers are in its way: it reads and decides anew each time."""
    for _ in tries():
        try:
            return procedure.function(context, **arguments)
        except Conflict as error:
            conflict = error
        finally:
            settle()
    raise TimeoutError("gave up: other writers were always first") from conflict


def _fault(request_id: str, procedure: Procedure, _error: Exception) -> Json:
    logger.exception("procedure failed", procedure=procedure.name)  # noqa: LOG004 - the dispatcher calls this in a handler
    metrics.add_metric("InternalErrors", MetricUnit.Count, 1)
    return {"request_id": request_id}


def _log_outcome(procedure: str, outcome: str) -> None:
    logger.info("call", procedure=procedure, outcome=outcome)
