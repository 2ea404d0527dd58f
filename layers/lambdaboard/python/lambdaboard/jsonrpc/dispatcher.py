"""From the body of a request to the answer."""

from collections.abc import Callable
from typing import Any, Protocol

from lambdaboard.errors import InvalidParams, Refused
from lambdaboard.jsonrpc.answer import Answer, Outcome, Response
from lambdaboard.jsonrpc.envelope import Json, Request, parse, read
from lambdaboard.jsonrpc.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    Abort,
    ParseError,
    WrongArguments,
)
from lambdaboard.jsonrpc.registry import Procedure, Registry


class Form(Protocol):
    """A wire format: how the values of params and results are written."""

    def arguments(self, procedure: str, params: list[Json] | dict[str, Json]) -> list[Json] | dict[str, Json]:
        """Turn params as they were sent into those that the signatures describe."""

    def result(self, procedure: str, value: Any) -> Json:
        """Turn what a procedure returned into what the client gets."""

    def failure(self, procedure: Procedure, refused: Refused) -> Json:
        """Return the result that tells the client of a refused call."""


def _ignore(_procedure: str, _outcome: str) -> None:
    pass


class Dispatcher:
    """Calls procedures for requests, one after the other.

    Args:
        registry: the procedures.
        call: calls the function of a procedure with these arguments; adds the context.
        on_fault: told of an unexpected exception while it is handled, so that logging sees the stack; returns the
            `data` of the error (None: without).
        batch_limit: a larger batch is refused as a whole.
        on_outcome: told of each call of a valid request: the procedure's registered name or "unknown", and one of "ok",
            "refused", "invalid", "fault", "not_found".
    """

    def __init__(
        self,
        registry: Registry,
        call: Callable[[Procedure, dict[str, Any]], Any],
        on_fault: Callable[[Procedure, Exception], Json],
        *,
        batch_limit: int,
        on_outcome: Callable[[str, str], None] = _ignore,
    ) -> None:
        self._registry = registry
        self._invoke = call
        self._on_fault = on_fault
        self._batch_limit = batch_limit
        self._on_outcome = on_outcome

    def dispatch(self, body: bytes, form: Form) -> Answer:
        """Run what a body asks for.

        Raises:
            Abort: what a call raised; earlier entries of a batch have taken effect, later ones have not run.
        """
        try:
            document = parse(body)
        except ParseError:
            return _only(Outcome.of_error(PARSE_ERROR))
        if isinstance(document, list):
            return self._batch(document, form)
        return Answer(tuple(self._responses([document], form)))

    def _batch(self, entries: list[Json], form: Form) -> Answer:
        if not entries:
            return _only(Outcome.of_error(INVALID_REQUEST))
        if len(entries) > self._batch_limit:
            problem = f"A batch may have {self._batch_limit} entries, this one has {len(entries)}"
            return _only(Outcome.of_error(INVALID_REQUEST, problem))
        return Answer(tuple(self._responses(entries, form)), is_batch=True)

    def _responses(self, entries: list[Json], form: Form) -> list[Response]:
        """Run the entries in their order; a notification has no response, whatever becomes of it."""
        responses = []
        for entry in entries:
            request = read(entry)
            if request is None:
                responses.append(Response(Outcome.of_error(INVALID_REQUEST)))
                continue
            outcome = self._run(request, form)
            if not request.is_notification:
                responses.append(Response(outcome, request.id))
        return responses

    def _run(self, request: Request, form: Form) -> Outcome:
        procedure = self._registry.find(request.method)
        if procedure is None:
            self._on_outcome("unknown", "not_found")
            return Outcome.of_error(METHOD_NOT_FOUND)
        kind, outcome = self._call(procedure, request, form)
        self._on_outcome(procedure.name, kind)
        return outcome

    def _call(self, procedure: Procedure, request: Request, form: Form) -> tuple[str, Outcome]:
        """Call a procedure; the only place where an exception becomes an answer."""
        try:
            params = form.arguments(procedure.name, request.params)
            value = self._invoke(procedure, procedure.signature.bind(params))
            return "ok", Outcome.of_result(form.result(procedure.name, value))
        except Abort:
            raise
        except Refused as refused:
            return "refused", Outcome.of_result(form.failure(procedure, refused))
        except (InvalidParams, WrongArguments) as error:
            return "invalid", Outcome.of_error(INVALID_PARAMS, str(error))
        except Exception as error:  # noqa: BLE001 - on_fault logs it
            return "fault", Outcome.of_error(INTERNAL_ERROR, self._on_fault(procedure, error))


def _only(outcome: Outcome) -> Answer:
    """Answer a body as a whole: a single object with id null, for a batch too."""
    return Answer((Response(outcome),))
