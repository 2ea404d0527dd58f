"""Every example of Kanboard's API documents, through the function, as API Gateway calls it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from local.settings import ROOT
from tests.api_document_examples import Example, examples, raw
from tests.conftest import TOKEN
from tests.rpc_function import loaded, result

if TYPE_CHECKING:
    from local.functions import Function

    from lambdaboard.store.stores import Stores

DOCUMENTS = ROOT.parent / "shared" / "seeds"

PROCEDURES = re.findall(
    r"\w+",
    """
    createTask getTask getTaskByReference getAllTasks getOverdueTasks getOverdueTasksByProject updateTask openTask
    closeTask removeTask moveTaskPosition moveTaskToProject duplicateTaskToProject searchTasks
    getTaskMetadata getTaskMetadataByName saveTaskMetadata removeTaskMetadata
    createTaskFile getAllTaskFiles getTaskFile downloadTaskFile removeTaskFile removeAllTaskFiles
    """,
)


@pytest.fixture
def rpc(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function, over an empty table."""
    return loaded(monkeypatch, TOKEN)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.procedure)
def test_each_example_is_answered_as_the_documents_print_it(rpc: Function, example: Example) -> None:
    for request in example.given:
        assert result(rpc, request, TOKEN) not in (False, None), request
    assert result(rpc, example.request, TOKEN) == example.response["result"]


def test_each_procedure_of_the_documents_has_an_example() -> None:
    assert [*raw()] == PROCEDURES


def test_each_example_calls_the_procedure_that_it_stands_under_and_keeps_the_id() -> None:
    assert [(name, data["request"]["id"]) for name, data in raw().items()] == [
        (data["request"]["method"], data["response"]["id"]) for data in raw().values()
    ]


def test_each_difference_changes_something() -> None:
    for name, data in raw().items():
        plain = Example.of(name, data | {"differs": []})
        for difference in data.get("differs", []):
            assert Example.of(name, data | {"differs": [difference]}) != plain, difference


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the documents lie beside the repository only where it is developed")
def test_the_examples_are_those_of_the_documents() -> None:
    printed = [each for file in DOCUMENTS.glob("*.txt") for each in printed_objects(file.read_text())]
    examples = list(zip(printed[::2], printed[1::2], strict=True))
    assert {request["method"] for request, _ in examples} == {*PROCEDURES}
    for request, response in examples:
        ours = raw()[request["method"]]
        assert (ours["request"], ours["response"]) == (request, response)


def printed_objects(text: str) -> list[dict[str, Any]]:
    """Find the requests and responses in a document; the signs that stand for "and so on" are left out."""
    text = re.sub(r",?\s*(// )?\.\.\.\s*(?=[\]}])", "", text)
    decoder = json.JSONDecoder()
    return [decoder.raw_decode(text, found.start())[0] for found in re.finditer(r'\{\s*"jsonrpc"', text)]
