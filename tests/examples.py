"""An example of each procedure: a call, its event of API Gateway, and its answer.

The procedures of Kanboard's API documents have the calls of those (api_document_examples.py), each over a table of its
own; all others those of the tests of authorization (CALLS of integration/access_world.py), one after the other in one
project. `make events` and `make docs` write them, so they must be the same each time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
import time_machine
from tests import api_document_examples
from tests.api_document_examples import ADDRESS
from tests.conftest import BUCKET, SETTINGS, TABLE, TOKEN, Client, a_service, on_moto
from tests.events import api_event
from tests.integration.access_world import CALLS, ERRORS, World, a_world
from tests.integration.roles import with_roles
from tests.quick_moto import prepare_moto

from lambdaboard.domain import passwords
from lambdaboard.procedures import registry
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.api_document_examples import Example
    from time_machine import Traveller

NOW = 1_780_304_400.0
"""Their start: 1 June 2026, 9:00 UTC. No other test may use this second, because ids of activity are times."""

A_MINUTE = 60.0
"""Between two calls in one project."""

PROCEDURES = {each.name: each for each in registry}

RANDOM = re.compile(r"[0-9a-f]{32,}|(?P<start>lb_[0-9]+_)[\w-]{43}")
"""Values that differ at each call: paths and etags of files, tokens of public projects, and those of programs."""


@dataclass(frozen=True)
class Answered:
    """An example.

    Attributes:
        user: who calls: `jsonrpc` is the application.
        secret: the person's password; "" for the application.
        answer: the JSON-RPC response, with `<40 hex digits>` and the like for what is random.
    """

    procedure: str
    user: str
    secret: str
    request: dict[str, Any]
    answer: dict[str, Any]

    def event(self, token: str) -> dict[str, Any]:
        """Return the event for the call.

        Args:
            token: the application's.
        """
        return event(self.request, self.user, self.secret or token)


def event(request: dict[str, Any], user: str = "jsonrpc", secret: str = TOKEN) -> dict[str, Any]:
    """Return the event for a request."""
    return api_event(json.dumps(request).encode(), token=secret, user=user, **ADDRESS)


def all_examples(empty: Callable[[], None]) -> list[Answered]:
    """Call every procedure, in the order of the documents and of CALLS.

    Args:
        empty: empties the table and the bucket.
    """
    missing = PROCEDURES.keys() - CALLS.keys()
    assert not missing, f"CALLS in tests/integration/access_world.py has no call of {', '.join(sorted(missing))}"
    with time_machine.travel(NOW, tick=False) as clock:
        printed = [_of_the_documents(example, _client(empty)) for example in api_document_examples.examples()]
        there = {each.procedure for each in printed}
        return [*printed, *(each for each in _in_one_project(_client(empty), clock) if each.procedure not in there)]


def made_here() -> list[Answered]:
    """Return all examples, called in this process, outside of tests."""
    prepare_moto()
    passwords.COST = 2**4
    with on_moto(boto3.Session()) as empty:
        return all_examples(empty)


def _client(empty: Callable[[], None]) -> Client:
    empty()
    stores = Stores.connect(TABLE, BUCKET)
    return Client(a_service(stores, settings=msgspec.structs.replace(SETTINGS, base_url="")))


def _of_the_documents(example: Example, client: Client) -> Answered:
    for request in example.given:
        _answered(client, request)
    return _answered(client, example.request)


def _in_one_project(client: Client, clock: Traveller) -> Iterator[Answered]:
    person, own, world = _people(client, a_world(client, "website"))
    for procedure in CALLS:
        clock.shift(A_MINUTE)
        is_own = PROCEDURES[procedure].access == "self"
        params = named(procedure, CALLS[procedure](own if is_own else world))
        request = {"jsonrpc": "2.0", "method": procedure, "id": 1, **({"params": params} if params else {})}
        yield _answered(person if is_own else client, request)


def _people(client: Client, world: World) -> tuple[Client, World, World]:
    """Let the person join, and assign themselves; return their client, and the ids of the world."""
    person, own = with_roles("app-admin", "project-manager")(client, world)
    assert person("updateTask", id=world.task, owner_id=own.caller)
    return person, own, world


def named(procedure: str, values: list[Any]) -> dict[str, Any]:
    """Return params by name, without those that stand for "not given"."""
    parameters = PROCEDURES[procedure].signature.parameters
    pairs = zip((each.name for each in parameters), values, strict=False)
    return {name: value for name, value in pairs if value is not None}


def _answered(client: Client, request: dict[str, Any]) -> Answered:
    user, secret = client.credentials
    response = client.service.answer(event(request, user, secret), "request-1")
    answer = json.loads(RANDOM.sub(_hidden, response["body"]))
    procedure = request["method"]
    assert ("error" in answer) == (procedure in ERRORS), f"{request}: {answer}"
    assert not any(answer.get("result", True) is nothing for nothing in (None, False)), f"{request}: {answer}"
    return Answered(procedure, user, "" if secret == TOKEN else secret, request, answer)


def _hidden(found: re.Match[str]) -> str:
    start = found["start"]
    return f"{start}<{len(found[0]) - len(start)} characters>" if start else f"<{len(found[0])} hex digits>"
