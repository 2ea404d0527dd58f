"""The examples in docs/api.md and events/ are what their calls come to today; each procedure has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from local import api_docs
from tests import make_docs, make_events
from tests.answers import Description, recorded
from tests.examples import PROCEDURES, all_examples

from lambdaboard.wire import WIRES

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def test_the_documents_the_events_and_the_schemas_are_what_calling_every_procedure_makes_of_them(
    aws_session: boto3.Session, emptied: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session)
    with recorded() as answers:
        examples = all_examples(emptied)
    for name, wire in WIRES.items():
        description = Description(wire)
        description.check(answers)
        assert description.wrong == [], name
    is_current = api_docs.FILE.read_text(encoding="utf-8") == make_docs.content(examples)
    assert is_current, "docs/api.md is stale: run `make docs`"
    kept = {file.name: file.read_text() for file in make_events.FOLDER.glob("*.json")}
    made = make_events.contents(examples)
    assert not {name for name in kept | made if kept.get(name) != made.get(name)}, "stale: run `make events`"


def test_every_procedure_has_an_event() -> None:
    assert {file.stem for file in make_events.FOLDER.glob("*.json")} == {*PROCEDURES}
