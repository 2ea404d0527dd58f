"""One call of a procedure, from values by name to its result.

The steps, from the outside in: access level -> retry after conflicts -> idempotency -> procedure (which reads, is
authorized by its read, decides and commits) -> check whether a rejected caller may see the reason.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from lambdaboard.api.access import OPEN, ROLES_IN_PROJECT, VIEW, may_call
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import without_secrets
from lambdaboard.api.resources import authorize, blame
from lambdaboard.errors import Conflict, Forbidden, InvalidParams, NoRole, NotFound, Rejected, Thing
from lambdaboard.store.authorization import Authorization
from lambdaboard.store.idempotency import HEADER, AlreadyProcessed, IdempotentCall
from lambdaboard.store.parallel import in_background
from lambdaboard.store.retry import one_timeout, retry_attempts

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.api.context import Caller
    from lambdaboard.app.authentication import Authenticator
    from lambdaboard.app.http import HttpRequest
    from lambdaboard.jsonrpc import Procedure
    from lambdaboard.settings import Settings
    from lambdaboard.store.stores import Stores

READING = {VIEW, OPEN}
"""Levels whose procedures write nothing."""


class Invoker:
    """Calls procedures for one request, each for the caller that the credentials name when the call begins.

    Attributes:
        is_confirmed: the caller has just logged in, or was revalidated by a call.
    """

    def __init__(
        self, settings: Settings, stores: Stores, authenticator: Authenticator, request: HttpRequest, caller: Caller
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._authenticator = authenticator
        self._request = request
        self._caller = caller
        self._place = 0
        self._has_begun = False
        self.is_confirmed = not caller.is_cached

    def admit(self, procedure: Procedure, place: int) -> None:
        """Begin an entry of a batch: check the caller's role in the application.

        After the first entry the caller is a cached one: their rights may have been taken since.

        Args:
            procedure: what is called.
            place: of the entry in the batch, from 0. Its key depends on it, whatever becomes of the entries before it.

        Raises:
            Unauthorized: the credentials are not valid any more.
            Forbidden: the caller does not have the role.
        """
        if self._has_begun:
            self._caller = self._authenticator.authenticate(self._request.headers)
        self._has_begun, self._place = True, place
        self._check_role(procedure)

    def _check_role(self, procedure: Procedure) -> None:
        """Check the caller's role in the application; Forbidden. That of a cached caller may have changed since."""
        if self._caller.is_cached and not may_call(self._caller, procedure):
            self._log_in_again()
        if not may_call(self._caller, procedure):
            raise Forbidden

    def call(self, procedure: Procedure, given: dict[str, Any], result_limit: int) -> Any:
        """Call a procedure and return its result; after a conflict, it reads and decides again.

        A cached caller who has changed is a conflict, too: they log in again.

        Args:
            procedure: the procedure.
            given: the arguments by name.
            result_limit: see `Context`.

        Raises:
            TimeoutError: other writers came first until the retries ended.
        """
        self.is_confirmed = True
        idempotent = self._idempotent_call(procedure, given)
        with one_timeout():
            for _ in retry_attempts():
                try:
                    return self._attempt(procedure, given, result_limit, idempotent)
                except Conflict as error:
                    conflict = error
                    if self._caller.is_cached:
                        self._log_in_again()
                        self._check_role(procedure)
        raise TimeoutError("other writers came first until the time limit") from conflict

    def _attempt(
        self, procedure: Procedure, given: dict[str, Any], result_limit: int, idempotent: IdempotentCall | None
    ) -> Any:
        """Call a procedure once; a cached caller and the idempotency key are checked while it reads."""
        caller = self._caller
        roles = ROLES_IN_PROJECT.get(procedure.access) if caller.user else None
        groups = caller.user.groups if caller.user else ()
        stores = self._stores.authorized(Authorization(caller.user_id, roles, groups, caller.projects))
        with ExitStack() as background:
            confirm_caller = self._confirmation(background)
            check_is_new = background.enter_context(in_background(idempotent.check_is_new)) if idempotent else _nothing

            def revalidate() -> None:
                confirm_caller()
                check_is_new()

            host = self._request.host
            context = Context(
                self._settings,
                stores,
                caller,
                self._settings.base_url or host,
                result_limit,
                revalidate=revalidate,
                idempotent=idempotent,
                endpoint=host + self._request.path,
            )
            try:
                return _result(context, procedure, given)
            finally:
                confirm_caller()  # no other caller may see the result

    def _confirmation(self, background: ExitStack) -> Callable[[], None]:
        """Return a function that confirms a cached caller, or raises Conflict if they have changed.

        The caller's item is read in parallel with the call's own reads, so it adds no round trip to the longest chain.
        """
        if not self._caller.is_cached:
            return _nothing
        return background.enter_context(in_background(partial(self._authenticator.revalidate, self._caller)))

    def _log_in_again(self) -> None:
        self._caller = self._authenticator.authenticate(self._request.headers, force_refresh=True)

    def _idempotent_call(self, procedure: Procedure, given: dict[str, Any]) -> IdempotentCall | None:
        client_key = self._request.headers.get(HEADER.lower(), "")
        if not client_key or procedure.access in READING:
            return None
        call = (procedure.name, without_secrets(procedure, given))
        return IdempotentCall.of(self._stores.table, _owner_of_keys(self._caller), client_key, self._place, call)


def _result(context: Context, procedure: Procedure, given: dict[str, Any]) -> Any:
    """Return the result of a procedure, or the recorded one of the same idempotency key.

    The role in the project is checked before errors of other params are raised (context.md 2.1).
    """
    try:
        return procedure.function(context, **procedure.signature.validated(given))
    except (Rejected, InvalidParams, Forbidden, AlreadyProcessed) as problem:
        # the call may be a repetition, and its subject removed since: return the recorded result
        recorded = context.idempotent.recorded_result() if context.idempotent else []
        if recorded:
            return recorded[0]
        if isinstance(problem, AlreadyProcessed):
            raise Conflict("the idempotency record has expired") from None
        if isinstance(problem, NoRole) and procedure.hides_forbidden:
            problem = NotFound(Thing.PROJECT)
        elif not isinstance(problem, Forbidden):
            _check_may_learn(context, procedure, given)
        if isinstance(problem, Rejected):
            blame(procedure, problem)
        raise problem from None


def _check_may_learn(context: Context, procedure: Procedure, given: dict[str, Any]) -> None:
    """Check that the caller may see an error; Forbidden without a role in the project, as for another project."""
    if procedure.hides_forbidden or not context.stores.authorization.is_limited:
        return
    try:
        authorize(procedure, given, context)
    except NotFound:
        raise NoRole from None


def _owner_of_keys(caller: Caller) -> str:
    """Return the owner of a caller's idempotency keys: a token has its own, since it may do less than its owner."""
    return f"{caller.user_id} {caller.token.id}" if caller.token else str(caller.user_id)


def _nothing() -> None:
    pass
