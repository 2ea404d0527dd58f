"""Events in, responses out."""

import base64
import gzip
import json
from typing import Any

import pytest
from tests.events import api_event

from lambdaboard.app.http import CARRIED, GZIP_FROM, TOO_LARGE, HttpRequest, rejection, response
from lambdaboard.jsonrpc import INTERNAL_ERROR, Answer, Outcome, Response


def answer(*results: Any) -> Answer:
    return Answer(
        tuple(Response(Outcome.of_result(result), place) for place, result in enumerate(results)), len(results) > 1
    )


def carried(sent: dict[str, Any]) -> int:
    """Return the bytes that Lambda counts: the response as JSON in UTF-8."""
    return len(json.dumps(sent, ensure_ascii=False).encode())


# --- requests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{}", "é 日本".encode(), b"\xff\xfe", b"\0"])
def test_the_body_is_what_the_client_sent_as_text_or_in_base64(body: bytes) -> None:
    event = api_event(body)
    assert HttpRequest.of(event).body == body
    in_base64 = event | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    assert HttpRequest.of(in_base64).body == body


def test_an_event_may_lack_body_and_headers() -> None:
    event: dict[str, Any] = {"requestContext": {"domainName": "api.example.com"}}
    request = HttpRequest.of(event)
    assert (request.body, request.path, request.host) == (b"", "/", "http://api.example.com")


def test_names_of_headers_are_read_in_any_letter_case() -> None:
    request = HttpRequest.of(api_event(b"", HOST="x", X_Wire_Format="native", Accept_Encoding="GZIP"))
    assert request.headers["x-wire-format"] == "native"
    assert request.accepts_gzip


def test_the_host_is_the_address_that_the_client_used() -> None:
    assert HttpRequest.of(api_event(b"")).host == "https://api.example.com"
    plain = api_event(b"", host="localhost:8000", x_forwarded_proto="http")
    assert HttpRequest.of(plain).host == "http://localhost:8000"


# --- responses --------------------------------------------------------------------------------------------------


def test_an_answer_is_sent_as_text_with_the_security_headers() -> None:
    sent = response(answer("é/"), accepts_gzip=True)
    assert sent == {
        "statusCode": 200,
        "headers": {
            "content-type": "application/json",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
        "body": '{"jsonrpc":"2.0","result":"é/","id":0}',
        "isBase64Encoded": False,
    }


def test_nothing_to_say_is_an_empty_body() -> None:
    sent = response(Answer(()), accepts_gzip=True)
    assert (sent["statusCode"], sent["body"], sent["isBase64Encoded"]) == (200, "", False)


def test_a_large_answer_is_compressed_where_the_client_accepts_that() -> None:
    large = answer("a" * GZIP_FROM)
    sent = response(large, accepts_gzip=True)
    assert (sent["headers"]["content-encoding"], sent["isBase64Encoded"]) == ("gzip", True)
    assert gzip.decompress(base64.b64decode(sent["body"])) == large.encode()
    plain = response(large, accepts_gzip=False)
    assert "content-encoding" not in plain["headers"]
    assert plain["body"].encode() == large.encode()


@pytest.mark.parametrize("sign", ["a", '"', "\n", "é", "日", "😀", "\0"])
def test_no_response_is_larger_than_lambda_carries(sign: str) -> None:
    for size in (1_600_000, 2_100_000, 3_200_000):
        assert carried(response(answer(sign * size), accepts_gzip=False)) < 6_291_556, size


@pytest.mark.parametrize("sign", ["a", "é", "日", "😀"])
def test_what_lambda_carries_is_sent(sign: str) -> None:
    fitting = answer(sign * ((CARRIED - 1_000) // len(sign.encode())))
    assert response(fitting, accepts_gzip=False)["body"].encode() == fitting.encode()


def test_what_is_too_large_becomes_an_error_that_says_what_to_do_and_the_others_stay() -> None:
    sent = response(answer("first", "a" * 4_000_000, "b" * 5_000_000, "last"), accepts_gzip=False)
    first, second, third, last = json.loads(sent["body"])
    assert (first["result"], last["result"], len(second["result"])) == ("first", "last", 4_000_000)
    assert third == {"jsonrpc": "2.0", "error": {"code": -32000, "message": TOO_LARGE}, "id": 2}
    assert "limit" in TOO_LARGE


def test_ids_too_large_to_be_echoed_are_an_error_without_an_id() -> None:
    ids = '"' * 2_000_000
    sent = response(Answer((Response(Outcome.of_error(INTERNAL_ERROR), ids),)), accepts_gzip=False)
    assert sent["statusCode"] == 200
    assert json.loads(sent["body"]) == {"jsonrpc": "2.0", "error": {"code": -32000, "message": TOO_LARGE}, "id": None}


def test_a_rejection_has_its_status_and_kanboards_body() -> None:
    sent = rejection(403, "Forbidden", **{"x-test": "a"})
    assert sent["statusCode"] == 403
    assert sent["body"] == '{"jsonrpc":"2.0","error":{"code":403,"message":"Forbidden"},"id":null}'
    assert sent["headers"]["content-type"] == "application/json"
    assert sent["headers"]["x-test"] == "a"
