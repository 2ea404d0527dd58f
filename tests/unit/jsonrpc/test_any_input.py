"""Whatever is sent, the answer is a valid one, and only the procedures that are meant to fail do."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

Json = Any
NewService = Callable[[], Any]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
)
PROBLEM = re.compile(
    r"Wrong number of arguments: \w+ is missing|Too many arguments: at most \d|Missing argument: \w+|"
    r"\w+: must be (an integer|a number|a string|a list of strings|an object|true or false)"
)
PARAMETERS = ["note_id", "title", "owner_id", "score", "tags", "values", "due", "pinned"]
params = st.lists(documents, max_size=8) | st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=2), documents)
requests = st.fixed_dictionaries(
    {
        "jsonrpc": st.just("2.0") | documents,
        "method": st.sampled_from(["getNote", "addNote", "removeNote"]) | documents,
    },
    optional={"params": params | documents, "id": documents},
)


def assert_is_response(response: Json) -> None:
    assert list(response) in (["jsonrpc", "result", "id"], ["jsonrpc", "error", "id"])
    assert response["jsonrpc"] == "2.0"
    if "error" in response:
        assert list(response["error"])[:2] == ["code", "message"]


def assert_is_answer(body: bytes) -> None:
    if body:
        answer = msgspec.json.decode(body)
        for response in answer if isinstance(answer, list) else [answer]:
            assert_is_response(response)


@given(body=st.binary(max_size=200))
def test_any_bytes_get_an_answer(new_service: NewService, body: bytes) -> None:
    assert_is_answer(new_service().post(body))


@given(document=documents | requests | st.lists(requests | documents, max_size=6))
def test_any_document_gets_an_answer_and_is_no_fault_of_ours(new_service: NewService, document: Json) -> None:
    service = new_service()
    assert_is_answer(service.post(msgspec.json.encode(document)))
    assert service.faults == []


@pytest.mark.parametrize("method", ["getNote", "addNote", "listNotes", "removeNote"])
@given(params=params)
def test_any_params_get_a_result_or_one_of_our_problems(new_service: NewService, method: str, params: Json) -> None:
    service = new_service()
    request = {"jsonrpc": "2.0", "method": method, "params": params, "id": 1}
    response = msgspec.json.decode(service.post(msgspec.json.encode(request)))
    if "error" in response:
        assert response["error"]["code"] == -32602
        assert PROBLEM.fullmatch(response["error"]["data"])
    assert service.outcomes[0][1] in {"ok", "refused", "invalid"}


@given(request_id=documents.filter(lambda value: value is not None))
def test_any_id_comes_back_unchanged(new_service: NewService, request_id: Json) -> None:
    body = msgspec.json.encode({"jsonrpc": "2.0", "method": "listNotes", "id": request_id})
    assert new_service().post(body) == b'{"jsonrpc":"2.0","result":[],"id":%s}' % msgspec.json.encode(request_id)
