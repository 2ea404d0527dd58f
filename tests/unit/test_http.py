"""Events in, responses out."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from random import Random
from typing import Any

import pytest
from tests.events import api_event

from lambdaboard.app.http import CARRIED, GZIP_FROM, HttpRequest, answer_limit, rejection, response
from lambdaboard.jsonrpc import INTERNAL_ERROR, SMALL, TOO_LARGE, Answer, Outcome, Response, Room


def answer(*results: Any, accepts_gzip: bool = False) -> Answer:
    """Return an answer with these results, as far as the dispatcher lets them in."""
    room = Room(answer_limit(accepts_gzip=accepts_gzip), len(results))
    responses = (room.fitted(Response(Outcome.of_result(result), place)) for place, result in enumerate(results))
    return Answer(tuple(responses), len(results) > 1)


def sent(answer: Answer, *, accepts_gzip: bool = False, has_time: bool = True) -> dict[str, Any]:
    return response(answer, accepts_gzip=accepts_gzip, has_time=lambda: has_time)


def unpacked(sent: dict[str, Any]) -> Any:
    """Return the answer in a compressed response."""
    assert (sent["headers"]["content-encoding"], sent["isBase64Encoded"]) == ("gzip", True)
    assert carried(sent) < LAMBDA_CARRIES
    return json.loads(gzip.decompress(base64.b64decode(sent["body"])))


def random_text(size: int, seed: int = 0) -> str:
    """Return text that compresses to three quarters, as files do in base64."""
    return base64.b64encode(Random(seed).randbytes(size * 3 // 4)).decode()


LAMBDA_CARRIES = 6_291_556


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
    event: dict[str, Any] = {"routeKey": "POST /jsonrpc", "requestContext": {"domainName": "api.example.com"}}
    request = HttpRequest.of(event)
    assert (request.body, request.route, request.host) == (b"", "/jsonrpc", "http://api.example.com")


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
    assert sent(answer("é/"), accepts_gzip=True) == {
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
    empty = sent(Answer(()), accepts_gzip=True)
    assert (empty["statusCode"], empty["body"], empty["isBase64Encoded"]) == (200, "", False)


@pytest.mark.parametrize("results", [("a" * GZIP_FROM,), ("a" * GZIP_FROM, 1, "b" * GZIP_FROM)])
def test_a_large_answer_is_compressed_where_the_client_accepts_that(results: tuple[Any, ...]) -> None:
    large = answer(*results, accepts_gzip=True)
    assert unpacked(sent(large, accepts_gzip=True)) == json.loads(large.encode())
    plain = sent(large)
    assert "content-encoding" not in plain["headers"]
    assert plain["body"].encode() == large.encode()


@pytest.mark.parametrize("sign", ["a", '"', "\n", "é", "日", "😀", "\0"])
def test_no_response_is_larger_than_lambda_carries(sign: str) -> None:
    for size in (1_600_000, 2_100_000, 3_200_000):
        assert carried(sent(answer(sign * size))) < LAMBDA_CARRIES, size


@pytest.mark.parametrize("sign", ["a", "é", "日", "😀"])
def test_what_lambda_carries_is_sent(sign: str) -> None:
    fitting = answer(sign * ((CARRIED - 2_500) // len(sign.encode())))
    assert sent(fitting)["body"].encode() == fitting.encode()
    assert fitting.responses[0].outcome.key == "result"


def test_what_is_too_large_becomes_an_error_that_says_what_to_do_and_the_others_stay() -> None:
    response = sent(answer("first", "a" * 4_000_000, "b" * 5_000_000, "last"))
    first, second, third, last = json.loads(response["body"])
    assert (first["result"], last["result"], len(second["result"])) == ("first", "last", 4_000_000)
    assert third == {"jsonrpc": "2.0", "error": TOO_LARGE._asdict(), "id": 2}
    assert "limit" in TOO_LARGE.message


def test_results_that_do_not_fit_compressed_become_errors_and_small_ones_arrive() -> None:
    files = [random_text(2_000_000, seed) for seed in range(6)]
    results = [part for number, file in enumerate(files) for part in (file, number)]
    answers = unpacked(sent(answer(*results, accepts_gzip=True), accepts_gzip=True))
    assert [each.get("result") for each in answers[1::2]] == [*range(6)]
    assert [each.get("result") for each in answers[0::2]] == [*files[:3], None, None, None]
    assert answers[-2]["error"] == TOO_LARGE._asdict()


def test_a_smaller_result_takes_the_room_that_a_larger_one_left() -> None:
    large, smaller = random_text(4_000_000), random_text(1_500_000)
    answers = unpacked(sent(answer(large, large, smaller, "x" * 9_000_000, accepts_gzip=True), accepts_gzip=True))
    assert ["result" in each for each in answers] == [True, False, True, True]


def test_each_result_is_compressed_once_and_no_more_after_many_that_did_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[int] = []

    class Counting:
        """A compressor that notes what it compresses."""

        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def compress(self, content: bytes) -> bytes:
            counted.append(len(content))
            return bytes(self.inner.compress(content))

        def flush(self, *mode: int) -> bytes:
            return bytes(self.inner.flush(*mode))

        def copy(self) -> Counting:
            return Counting(self.inner.copy())

    make = zlib.compressobj
    monkeypatch.setattr("lambdaboard.app.compression.zlib.compressobj", lambda *how: Counting(make(*how)))
    file = random_text(930_000)
    for count in (10, 20, 40):
        counted.clear()
        answers = unpacked(sent(answer(*[file] * count, accepts_gzip=True), accepts_gzip=True))
        assert ["result" in each for each in answers].count(True) == 6
        assert sum(counted) < min(count, 17) * 930_000 + 10_000


def test_without_time_no_large_result_is_compressed() -> None:
    results = ["a" * (SMALL - 100), *["b" * 600_000] * 2]
    small, *large = unpacked(sent(answer(*results, accepts_gzip=True), accepts_gzip=True, has_time=False))
    assert len(small["result"]) == SMALL - 100
    assert [each["error"] for each in large] == [TOO_LARGE._asdict()] * 2


@pytest.mark.parametrize("accepts_gzip", [False, True])
def test_ids_too_large_to_be_echoed_are_an_error_without_an_id(accepts_gzip: bool) -> None:
    ids = '"' * 2_000_000
    response = sent(Answer((Response(Outcome.of_error(INTERNAL_ERROR), ids),)), accepts_gzip=accepts_gzip)
    assert response["statusCode"] == 200
    assert json.loads(response["body"]) == {"jsonrpc": "2.0", "error": TOO_LARGE._asdict(), "id": None}


def test_a_rejection_has_its_status_and_kanboards_body() -> None:
    response = rejection(403, "Forbidden", **{"x-test": "a"})
    assert response["statusCode"] == 403
    assert response["body"] == '{"jsonrpc":"2.0","error":{"code":403,"message":"Forbidden"},"id":null}'
    assert response["headers"]["content-type"] == "application/json"
    assert response["headers"]["x-test"] == "a"
