"""The calls of one request: with the caller's rights, again while other writers are in the way, once if they say so."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from lambdaboard.errors import Conflict, Forbidden, InvalidParams, NotFound, Rejected
from lambdaboard.procedures.access import OPEN, ROLES_IN_PROJECT, TOLD, VIEW, is_admitted
from lambdaboard.procedures.context import Context
from lambdaboard.store.gate import Gate
from lambdaboard.store.parallel import settle, start
from lambdaboard.store.repeats import HEADER, Repeat, Repeated
from lambdaboard.store.retry import retry_attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.http import HttpRequest
    from lambdaboard.jsonrpc import Procedure
    from lambdaboard.procedures.context import Caller
    from lambdaboard.service import Service
    from lambdaboard.store.stores import Stores

READING = {VIEW, OPEN}
"""Levels whose procedures write nothing."""


class Calls:
    """Calls procedures for one request.

    Attributes:
        has_proved: the caller was proved, if need be, before anything was told; so it is once something was called.
    """

    def __init__(self, service: Service, request: HttpRequest, caller: Caller) -> None:
        self._service = service
        self._request = request
        self._caller = caller
        self._places = count()
        self.has_proved = caller.is_proved

    def admit(self, procedure: Procedure) -> None:
        """Check the caller's role in the application; Forbidden. That of somebody presumed may have changed since."""
        if not self._caller.is_proved and not is_admitted(self._caller, procedure.access):
            self._log_in_anew()
        if not is_admitted(self._caller, procedure.access):
            raise Forbidden

    def call(self, procedure: Procedure, arguments: dict[str, Any]) -> Any:
        """Call a procedure, again while other writers are in its way: it reads and decides anew each time.

        A presumed caller who turns out to have changed is in the way, too: they log in anew.
        """
        self.has_proved = True
        place = next(self._places)
        for _ in retry_attempts():
            try:
                return self._call(procedure, arguments, self._repeat(procedure, arguments, place))
            except Conflict as error:
                conflict = error
                if not self._caller.is_proved:
                    self._log_in_anew()
                    self.admit(procedure)
            finally:
                settle()
        raise TimeoutError("gave up: other writers were always first") from conflict

    def _log_in_anew(self) -> None:
        self._caller = self._service.authenticated(self._request, anew=True)

    def _repeat(self, procedure: Procedure, arguments: dict[str, Any], place: int) -> Repeat | None:
        key = self._request.headers.get(HEADER.lower(), "")
        if not key or procedure.access in READING:
            return None
        read = self._service.stores.table.get_one
        return Repeat.of(self._caller.user_id, key, place, (procedure.name, arguments), read)

    def _call(self, procedure: Procedure, arguments: dict[str, Any], repeat: Repeat | None) -> Any:
        service, caller = self._service, self._caller
        gate = Gate(caller.user_id, ROLES_IN_PROJECT.get(procedure.access) if caller.user else None)
        prove = self._proof()
        stores = service.stores.behind(gate, _both(prove, repeat), repeat)
        base_url = service.settings.base_url or self._request.host
        context = Context(service.settings, stores, caller, base_url, repeat=repeat)
        try:
            return self._made_once(context, procedure, arguments)
        except Conflict:
            raise
        except (Rejected, InvalidParams) as problem:
            if gate.roles is not None and not gate.is_passed and procedure.name not in TOLD:
                _enter(stores, arguments, problem)
            if isinstance(problem, NotFound) and procedure.unknown is not None:
                return procedure.unknown
            raise
        finally:
            prove()  # whatever has come of it is for nobody else

    def _made_once(self, context: Context, procedure: Procedure, arguments: dict[str, Any]) -> Any:
        """Call a procedure; answer what an earlier call under the same key did, unless this one has decided."""
        repeat = context.repeat
        if repeat is None:
            return procedure.function(context, **arguments)
        try:
            result = procedure.function(context, **arguments)
        except (Rejected, InvalidParams, Forbidden, Repeated) as problem:
            # what was there the first time may be gone, and the way to it: it was this caller who was told then
            earlier = repeat.earlier()
            if earlier:
                return earlier[0]
            if isinstance(problem, Repeated):
                raise Conflict("the record has expired") from None
            raise
        earlier = [] if repeat.is_made else repeat.earlier()
        return earlier[0] if earlier else result

    def _proof(self) -> Callable[[], None]:
        """Return what proves somebody presumed, before a write and before the answer; Conflict if they have changed.

        Their item is read while the call reads what it needs, so that it adds no round trip to the longest chain.
        """
        user = self._caller.user
        if user is None or self._caller.is_proved:
            return _nothing
        item = start(self._service.stores.users.item, user.id)
        return lambda: self._service.authenticator.logins.prove(user, item.result())


def _both(prove: Callable[[], None], repeat: Repeat | None) -> Callable[[], None]:
    """Return what is done before a write; an earlier call is looked for while this one reads what it needs."""
    if repeat is None:
        return prove
    looked = start(repeat.check)

    def checked() -> None:
        prove()
        looked.result()

    return checked


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
