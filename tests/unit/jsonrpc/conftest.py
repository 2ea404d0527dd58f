"""A service of a few procedures about notes, with plain functions where the application has its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from lambdaboard.errors import Abort, InvalidParams, NotFound, Rejected, Thing
from lambdaboard.jsonrpc import (
    Answer,
    Called,
    Dispatcher,
    Flag,
    Integer,
    Json,
    NumberOrBlank,
    Procedure,
    Registry,
    Text,
    Texts,
    Values,
)

registry = Registry({"open"})


@dataclass
class Notes:
    """The context of the procedures: what they have written, in order."""

    written: list[Any] = field(default_factory=list)


@registry.procedure("getNote", "open", failure=None)
def get_note(_notes: Notes, note_id: Integer) -> dict[str, int]:
    return {"id": note_id}


@registry.procedure("listNotes", "open")
def list_notes(notes: Notes) -> list[Any]:
    return notes.written


@registry.procedure("addNote", "open")
def add_note(
    notes: Notes,
    title: Text,
    owner_id: Integer,
    score: NumberOrBlank = 0,
    tags: Texts = [],  # noqa: B006 - never changed
    values: Values = {},  # noqa: B006
    due: Text | None = "unset",
    *,
    pinned: Flag = False,
) -> int:
    notes.written.append([title, owner_id, score, tags, values, due, pinned])
    return len(notes.written)


@registry.procedure("removeNote", "open", failure=False)
def remove_note(_notes: Notes, note_id: Integer) -> bool:
    raise NotFound(Thing.TASK)


@registry.procedure("breakNote", "open")
def break_note(_notes: Notes, how: Text) -> Any:
    raise {
        "abort": Abort("stop"),
        "bug": RuntimeError("secret"),
        "domain": InvalidParams("how", "must be gentle"),
    }[how]


@registry.procedure("unspeakable", "open")
def unspeakable(_notes: Notes) -> object:
    return object()


class PlainForm:
    """A wire format that changes nothing."""

    def arguments(self, _procedure: str, params: list[Json] | dict[str, Json]) -> list[Json] | dict[str, Json]:
        return params

    def result(self, _procedure: str, value: Any) -> Json:
        return value

    def failure(self, procedure: Procedure, _refused: Rejected) -> Json:
        return procedure.failure


@dataclass
class Service:
    """A dispatcher with all that it talks to."""

    notes: Notes = field(default_factory=Notes)
    form: Any = field(default_factory=PlainForm)
    calls: list[Called] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[list[str]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    is_strict: bool = False
    answer_limit: int = 100_000
    result_limits: list[int] = field(default_factory=list)

    def dispatch(self, body: bytes) -> Answer:
        dispatcher = Dispatcher(
            registry,
            self._call,
            self._on_fault,
            answer_limit=self.answer_limit,
            batch_limit=5,
            on_call=self._on_call,
            is_strict=self.is_strict,
        )
        return dispatcher.dispatch(body, self.form)

    def post(self, document: Json) -> bytes:
        """Return the answer to a document, or to a body as it is."""
        body = document if isinstance(document, bytes) else msgspec.json.encode(document)
        return self.dispatch(body).encode()

    def answer(self, document: Json) -> Answer:
        """Return the answer to a document before it is encoded."""
        return self.dispatch(msgspec.json.encode(document))

    def _call(self, procedure: Procedure, given: dict[str, Any], result_limit: int) -> Any:
        self.result_limits.append(result_limit)
        return procedure.function(self.notes, **procedure.signature.validated(given))

    def _on_call(self, called: Called) -> None:
        self.calls.append(called)
        self.outcomes.append((called.procedure, called.kind))
        self.ignored.append([*called.ignored])

    def _on_fault(self, _procedure: Procedure, error: Exception) -> Json:
        self.faults.append(error)
        return "request 7"


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture(scope="session")
def new_service() -> Callable[[], Service]:
    """For tests that need a service for each example."""
    return Service


@pytest.fixture
def bind() -> Callable[[str, Json], dict[str, Any]]:
    """Bind params to the procedure of that name."""

    def bind_to(name: str, params: Json) -> dict[str, Any]:
        procedure = registry.find(name)
        assert procedure is not None
        return procedure.signature.bind(params)

    return bind_to
