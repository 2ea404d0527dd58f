"""The application: settings, stores and procedures put together, once a container."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from lambdaboard.auth import Authenticator
from lambdaboard.call_log import CallLog
from lambdaboard.config import Settings, WireFormat
from lambdaboard.errors import Conflict, Forbidden, InvalidParams, NotFound, Refused, Unauthorized
from lambdaboard.http import HttpRequest, rejection, response
from lambdaboard.jsonrpc import Dispatcher, Json, Procedure
from lambdaboard.login import Logins
from lambdaboard.procedures import registry
from lambdaboard.procedures.access import ROLES_IN_PROJECT, TOLD, is_admitted
from lambdaboard.procedures.context import Context
from lambdaboard.store import secrets
from lambdaboard.store.contention import tries
from lambdaboard.store.gate import Gate
from lambdaboard.store.parallel import settle, start
from lambdaboard.store.stores import Stores
from lambdaboard.wire import WIRES, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.procedures.context import Caller

logger = Logger(child=True)
metrics = Metrics(service="")  # as in functions/: the stage is the only dimension

UNAUTHORIZED = rejection(401, "Unauthorized", **{"www-authenticate": 'Basic realm="JsonRPC"'})
FORBIDDEN = rejection(403, "Forbidden")


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
        stores = Stores.connect(settings.table_name, settings.bucket_name)
        return cls(settings, stores, Authenticator(_token_of(settings), Logins(stores.users)))

    def answer(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Answer an event of the HTTP API (payload format 2.0) with a response of that format."""
        metrics.add_metric("Requests", MetricUnit.Count, 1)
        log = CallLog()
        request = HttpRequest.of(event)
        try:
            return self._answer(request, self._authenticated(request), request_id, log)
        except Unauthorized:
            log.rejected(401)
            return UNAUTHORIZED
        except Forbidden:
            log.rejected(403)
            return FORBIDDEN

    def _authenticated(self, request: HttpRequest, *, anew: bool = False) -> Caller:
        caller = self.authenticator.authenticate(request.headers, anew=anew)
        if caller is None:
            raise Unauthorized
        return caller

    def _answer(self, request: HttpRequest, caller: Caller, request_id: str, log: CallLog) -> dict[str, Any]:
        is_proved = caller.is_proved

        def call(procedure: Procedure, arguments: dict[str, Any]) -> Any:
            nonlocal is_proved
            is_proved = True
            return self._call(request, caller, procedure, arguments)

        dispatcher = Dispatcher(
            registry,
            call,
            partial(_fault, request_id),
            admit=partial(self._admit, request, caller),
            batch_limit=self.settings.batch_limit,
            on_outcome=log.called,
            is_strict=request.prefers_strict,
        )
        answer = dispatcher.dispatch(request.body, self._wire(request))
        if not is_proved:  # nothing was called; without this, nonsense would tell whether a locked user's password fits
            self._authenticated(request, anew=True)
        return response(answer, accepts_gzip=request.accepts_gzip)

    def _admit(self, request: HttpRequest, caller: Caller, procedure: Procedure) -> None:
        """Check the caller's role in the application; Forbidden. That of somebody presumed may have changed since."""
        if not caller.is_proved and not is_admitted(caller, procedure.access):
            caller = self._authenticated(request, anew=True)
        if not is_admitted(caller, procedure.access):
            raise Forbidden

    def _call(self, request: HttpRequest, caller: Caller, procedure: Procedure, arguments: dict[str, Any]) -> Any:
        """Call a procedure, again while other writers are in its way: it reads and decides anew each time.

        A presumed caller who turns out to have changed is in the way, too: they log in anew.
        """
        for _ in tries():
            try:
                return self._call_once(request, caller, procedure, arguments)
            except Conflict as error:
                conflict = error
                if not caller.is_proved:
                    caller = self._authenticated(request, anew=True)
                    self._admit(request, caller, procedure)
            finally:
                settle()
        raise TimeoutError("gave up: other writers were always first") from conflict

    def _call_once(self, request: HttpRequest, caller: Caller, procedure: Procedure, arguments: dict[str, Any]) -> Any:
        gate = Gate(caller.user_id, ROLES_IN_PROJECT.get(procedure.access) if caller.user else None)
        prove = self._proof(caller)
        stores = self.stores.behind(gate, prove)
        context = Context(self.settings, stores, caller, self.settings.base_url or request.host)
        try:
            return procedure.function(context, **arguments)
        except Conflict:
            raise
        except (Refused, InvalidParams) as problem:
            if gate.roles is not None and not gate.is_passed and procedure.name not in TOLD:
                _enter(stores, arguments, problem)
            if isinstance(problem, NotFound) and procedure.unknown is not None:
                return procedure.unknown
            raise
        finally:
            prove()  # whatever has come of it is for nobody else

    def _proof(self, caller: Caller) -> Callable[[], None]:
        """Return what proves somebody presumed, before a write and before the answer; Conflict if they have changed.

        Their item is read while the call reads what it needs, so that it adds no round trip to the longest chain.
        """
        user = caller.user
        if user is None or caller.is_proved:
            return _nothing
        item = start(self.stores.users.item, user.id)
        return lambda: self.authenticator.logins.prove(user, item.result())

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


def _enter(stores: Stores, arguments: Mapping[str, Any], problem: Exception) -> None:
    """Let in a person who has the role that is needed; Forbidden for others: they are not told of any problem."""
    try:
        if isinstance(problem, NotFound):
            raise problem
        if "project_id" in arguments:
            stores.projects.get(arguments["project_id"])
        elif "task_id" in arguments:
            stores.tasks.find(arguments["task_id"])
    except NotFound:
        raise Forbidden from None


def _nothing() -> None:
    pass


def _fault(request_id: str, procedure: Procedure, _error: Exception) -> Json:
    logger.exception("procedure failed", procedure=procedure.name)  # noqa: LOG004 - the dispatcher calls this in a handler
    metrics.add_metric("InternalErrors", MetricUnit.Count, 1)
    return {"request_id": request_id}
