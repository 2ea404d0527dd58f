"""From the body of a request to the answer."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from lambdaboard.errors import Abort, CollectionFull, InvalidParams, Rejected, ResultTooLarge, Unavailable
from lambdaboard.jsonrpc.answer import Answer, Outcome, Response, Room
from lambdaboard.jsonrpc.envelope import Json, Request, parse, read
from lambdaboard.jsonrpc.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    SERVER_ERROR,
    UNAVAILABLE,
    Error,
    ParseError,
    WrongArguments,
)
from lambdaboard.jsonrpc.ignored import printable
from lambdaboard.jsonrpc.registry import Procedure, Registry

UNKNOWN = "unknown"
"""The name of an unknown procedure in the log."""


class Form(Protocol):
    """A wire format: the form of params and results."""

    def arguments(self, procedure: str, params: list[Json] | dict[str, Json]) -> list[Json] | dict[str, Json]:
        """Convert params as they were sent to those of the signatures."""

    def result(self, procedure: str, value: Any) -> Json:
        """Convert the result of a procedure for the client."""

    def failure(self, procedure: Procedure, rejected: Rejected) -> Json:
        """Return the result of a rejected call."""


class Called(msgspec.Struct, frozen=True):
    """A finished call of a valid request.

    Attributes:
        procedure: its registered name, or "unknown".
        kind: "ok", "refused", "invalid", "fault", "not_found" or "late".
        outcome: of the response.
        ignored: names of unknown params, as sent.
        refusal: why it was refused (`Rejected.refusal`); "" if it was not.
        unknown: the name of an unknown procedure, as sent; "" for a known one.
    """

    procedure: str
    kind: str
    outcome: Outcome
    ignored: Sequence[str] = ()
    refusal: str = ""
    unknown: str = ""


def _ignore(_called: Called) -> None:
    pass


def _admit_all(_procedure: Procedure, _place: int) -> None:
    pass


def _continue() -> None:
    pass


class Dispatcher:
    """Calls procedures for requests, one after the other.

    Args:
        registry: the procedures.
        call: validates these values by name and calls the function of a procedure with them and the context; the last
            argument is the limit of bytes of the result as JSON.
        on_fault: called with an unexpected exception while it is handled, so that logging sees the stack; returns the
            `data` of the error (None: without).
        admit: called with each procedure, and the place of its entry in the body, from 0, before its params are read;
            raises Abort if the caller may not call it.
        answer_limit: bytes of an answer; see `Room`.
        batch_limit: a larger batch is an error.
        stop: called before each entry of a batch but the first; returns the error of an entry that is not run, None to
            continue.
        on_call: called after each call of a valid request.
        is_strict: a refusal is an error, instead of the procedure's failure value; an unknown name makes the params
            invalid, instead of being ignored.
    """

    def __init__(
        self,
        registry: Registry,
        call: Callable[[Procedure, dict[str, Any], int], Any],
        on_fault: Callable[[Procedure, Exception], Json],
        *,
        admit: Callable[[Procedure, int], None] = _admit_all,
        answer_limit: int,
        batch_limit: int,
        stop: Callable[[], Error | None] = _continue,
        on_call: Callable[[Called], None] = _ignore,
        is_strict: bool = False,
    ) -> None:
        self._registry = registry
        self._invoke = call
        self._on_fault = on_fault
        self._admit = admit
        self._answer_limit = answer_limit
        self._batch_limit = batch_limit
        self._stop = stop
        self._on_call = on_call
        self._is_strict = is_strict

    def dispatch(self, body: bytes, form: Form) -> Answer:
        """Run the calls of a body.

        Raises:
            Abort: from a call; earlier entries of a batch have taken effect, later ones have not run.
        """
        try:
            document = parse(body)
        except ParseError as error:
            return _only(Outcome.of_error(PARSE_ERROR, error.data or None))
        if isinstance(document, list):
            return self._batch(document, form)
        return self._answer([document], form)

    def _batch(self, entries: list[Json], form: Form) -> Answer:
        if not entries:
            return _only(Outcome.of_error(INVALID_REQUEST))
        if len(entries) > self._batch_limit:
            problem = f"A batch may have {self._batch_limit} entries, this one has {len(entries)}"
            return _only(Outcome.of_error(INVALID_REQUEST, problem))
        return self._answer(entries, form, is_batch=True)

    def _answer(self, entries: list[Json], form: Form, *, is_batch: bool = False) -> Answer:
        """Run the entries in their order; a notification never has a response."""
        responses: list[Response] = []
        room = Room(self._answer_limit, len(entries))
        ignored: dict[str, None] = {}
        refusal = ""
        for place, entry in enumerate(entries):
            request = read(entry)
            if request is None:
                responses.append(room.fitted(Response(Outcome.of_error(INVALID_REQUEST))))
                continue
            error = self._stop() if place else None
            called = self._late(request, error) if error else self._run(request, place, form, room.of_next())
            self._on_call(called)
            ignored.update(dict.fromkeys(called.ignored))
            if request.is_notification:
                room.use(0)
            else:
                refusal = called.refusal
                responses.append(room.fitted(Response(called.outcome, request.id)))
        return Answer(tuple(responses), is_batch, tuple(ignored), "" if is_batch else refusal)

    def _late(self, request: Request, error: Error) -> Called:
        """Answer an entry that is not run, so that the client gets the results of the others."""
        procedure = self._registry.find(request.method)
        return Called(procedure.name if procedure else UNKNOWN, "late", Outcome.of_error(error))

    def _run(self, request: Request, place: int, form: Form, result_limit: int) -> Called:
        """Run the call and return its outcome."""
        procedure = self._registry.find(request.method)
        if procedure is None:
            return self._unknown(request.method)
        self._admit(procedure, place)
        ignored: list[str] = []
        kind, outcome, refusal = self._call(procedure, request, form, result_limit, ignored)
        return Called(procedure.name, kind, outcome, ignored, refusal)

    def _unknown(self, name: str) -> Called:
        nearest = self._registry.nearest(name)
        data = f"Did you mean {nearest}?" if nearest else None
        return Called(UNKNOWN, "not_found", Outcome.of_error(METHOD_NOT_FOUND, data), unknown=name)

    def _call(
        self, procedure: Procedure, request: Request, form: Form, result_limit: int, ignored: list[str]
    ) -> tuple[str, Outcome, str]:
        """Call a procedure and collect ignored names; the only place where an exception becomes an answer."""
        try:
            params = form.arguments(procedure.name, request.params)
            ignored += self._tolerated(procedure, params)
            value = self._invoke(procedure, procedure.signature.named(params), result_limit)
            return "ok", Outcome.of_result(form.result(procedure.name, value)), ""
        except Abort:
            raise
        except Rejected as rejected:
            return self._rejected(procedure, form, rejected)
        except (InvalidParams, WrongArguments) as error:
            return "invalid", Outcome.of_error(INVALID_PARAMS, str(error)), ""
        except (ResultTooLarge, CollectionFull) as error:
            return "invalid", Outcome.of_error(Error(SERVER_ERROR, str(error))), ""
        except Unavailable as error:
            return "refused", Outcome.of_error(Error(UNAVAILABLE, str(error))), ""
        except Exception as error:  # noqa: BLE001 - on_fault logs it
            return "fault", Outcome.of_error(INTERNAL_ERROR, self._on_fault(procedure, error)), ""

    def _rejected(self, procedure: Procedure, form: Form, rejected: Rejected) -> tuple[str, Outcome, str]:
        """Answer a rejected call. If only a thing searched by a name is missing, this is an answer, not a refusal."""
        if procedure.looks_for and rejected.thing is procedure.looks_for:
            return "ok", Outcome.of_result(form.failure(procedure, rejected)), ""
        if self._is_strict:
            return "refused", Outcome.of_error(INVALID_PARAMS, rejected.refusal), rejected.refusal
        return "refused", Outcome.of_result(form.failure(procedure, rejected)), rejected.refusal

    def _tolerated(self, procedure: Procedure, params: list[Json] | dict[str, Json]) -> list[str]:
        """Return the unknown names; before all other checks, since a name may be misspelt."""
        unknown = procedure.signature.unknown(params)
        if unknown and self._is_strict:
            raise WrongArguments(f"Unknown argument: {printable(unknown[0])}")
        return unknown


def _only(outcome: Outcome) -> Answer:
    """Answer a body with a single object with id null, a batch too."""
    return Answer((Response(outcome),))
