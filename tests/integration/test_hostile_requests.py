"""What no well-meaning client sends, kind by kind; test_any_request.py and fuzz.py mix them."""

from __future__ import annotations

import base64
import codecs
import gzip
import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import a_task, contents, everything
from tests.conftest import TOKEN
from tests.events import api_event
from tests.faults.answers import checked
from tests.faults.fuzz import Block
from tests.integration.access_world import CALLS, World, a_world, laid

from lambdaboard.errors import ResultTooLarge
from lambdaboard.services.search_request import SearchRequest

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.app.service import Service
    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

SOAK = bool(os.environ.get("SOAK"))

PARSE_ERROR, INVALID_PARAMS = -32700, -32602

CALL = b'{"jsonrpc":"2.0","method":"getVersion","id":%s,"params":%s}'


def only(response: dict[str, Any]) -> dict[str, Any]:
    """Return the one answer of a response, which must be valid."""
    (answer,) = checked(response)
    return answer


def code(response: dict[str, Any]) -> int | None:
    """Return the code of the error that a response carries, None for a result."""
    found = only(response).get("error", {}).get("code")
    return None if found is None else int(found)


def request(method: str, *params: Any) -> bytes:
    return msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


@pytest.fixture
def own(call: Client) -> World:
    return laid("own", lambda: a_world(call, "own"))


def test_a_block_of_the_fuzzer_has_no_problem(service: Service, own: World) -> None:
    report = Block(service, own, "make test").run(100)
    assert not report.problems
    assert report.kinds.total() == 100


# --- documents ------------------------------------------------------------------------------------------------------

PLACES = {
    "params": (CALL % (b"1", b"%s"), 1),
    "id": (CALL % (b"%s", b"[]"), 1),
    "batch": (b"[" + CALL % (b"1", b"%s") + b"]", 2),
}
"""Where something is nested, and the levels around it."""


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("place", PLACES)
def test_511_levels_are_read_and_more_are_a_parse_error(
    call: Client, place: str, opening: bytes, closing: bytes
) -> None:
    document, around = PLACES[place]

    def answered(levels: int) -> int | None:
        inner = levels - around
        return code(call.post(document % (opening * inner + b"1" + closing * inner)))

    assert answered(511) != PARSE_ERROR
    assert [answered(512), answered(1_200), answered(100_000)] == [PARSE_ERROR] * 3


@pytest.mark.parametrize(
    "literal",
    [
        *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"01", b"+1", b".5", b"1.", b"0x10", b"9" * 5_000),
        *(
            b'"\\ud800"',
            b'"\\udc00\\ud800"',
            b'"\xed\xa0\x80"',
            b'"\xff"',
            b'"\xc0\x80"',
            b'"\0"',
            b'"\n"',
            b"'a'",
            b"1 1",
        ),
    ],
)
def test_what_is_no_number_and_no_text_of_json_is_a_parse_error(call: Client, literal: bytes) -> None:
    assert code(call.post(CALL % (literal, b"[]"))) == PARSE_ERROR
    assert code(call.post(CALL % (b"1", b"[%s]" % literal))) == PARSE_ERROR


def test_a_huge_number_is_echoed_as_an_id_and_is_an_unknown_id(call: Client, board: Project) -> None:
    for number in (10**399, -(10**398), 2**63, 2**64):
        assert only(call.post(CALL % (b"%d" % number, b"[]")))["id"] == number
        assert call("getTask", number) is call("getTask", str(number)) is call("getProjectById", number) is None
        assert call("createTask", title="Task", project_id=board.id, owner_id=number) is False


@pytest.mark.parametrize("text", ["\0", "a\0b", "a\u2028b", "\ufffe", "\U0010ffff", "\u202egnp.exe"])
def test_any_character_of_unicode_is_kept_in_a_text(call: Client, board: Project, text: str) -> None:
    task_id = a_task(call, board, title=text, description=text, reference=text)
    row = call("getTask", task_id)
    assert (row["title"], row["description"], row["reference"]) == (text, text, text)
    assert call("getTaskByReference", board.id, text)["id"] == task_id


def test_of_two_methods_in_a_request_the_last_one_is_both_checked_and_called(call: Client, person: MakePerson) -> None:
    person("ann")
    both = b'{"jsonrpc":"2.0","id":1,"method":"%s","method":"%s","id":2}'
    assert call.by("ann").post(both % (b"getVersion", b"getAllUsers"))["statusCode"] == 403
    answer = only(call.by("ann").post(both % (b"getAllUsers", b"getVersion")))
    assert (type(answer["result"]), answer["id"]) == (str, 2)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037", "gzip"])
def test_another_encoding_than_utf_8_is_a_parse_error_whatever_the_headers_say(call: Client, encoding: str) -> None:
    text = (CALL % (b'"\xc3\xa9"', b"[]")).decode()
    body = gzip.compress(text.encode()) if encoding == "gzip" else codecs.encode(text, encoding)
    for headers in ({}, {"content_type": f"application/json; charset={encoding}"}, {"content_encoding": encoding}):
        assert code(call.post(body, **headers)) == PARSE_ERROR
    assert only(call.post(text.encode(), content_type="application/json; charset=nonsense"))["id"] == "é"


NOT_UTF_8 = r"not UTF-8, or U+FFFD, which is sent as \ufffd"


def as_the_gateway_does(call: Client, body: bytes) -> dict[str, Any]:
    """Return the answer to a body that the gateway hands over as text, whatever its bytes."""
    event = api_event(body.decode(errors="replace").encode(), "/native/jsonrpc.php", TOKEN)
    assert not event["isBase64Encoded"]
    return only(call.service.answer(event, "request-1"))


def in_base64(call: Client, body: bytes) -> dict[str, Any]:
    """Return the answer to a body that the gateway hands over in base64, as that of a type which is no text."""
    event = api_event(b"", "/native/jsonrpc.php", TOKEN)
    event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return only(call.service.answer(event, "request-1"))


@pytest.mark.parametrize("send", [as_the_gateway_does, in_base64])
@pytest.mark.parametrize(
    "text", ["Größe".encode("latin-1"), b"\xff", b"\xc3", b"a\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"]
)
def test_bytes_that_are_not_utf_8_are_a_parse_error_that_says_so_and_nothing_is_stored(
    call: Client, stores: Stores, board: Project, send: Any, text: bytes
) -> None:
    before = everything(stores)
    for params in (b'["%s",%d]', b'{"title":"Task","project_id":%d,"%s":1}', b'["Task",%d,"%s"]'):
        arguments = (text, board.id) if params.startswith(b'["%s') else (board.id, text)
        answer = send(call, b'{"jsonrpc":"2.0","id":1,"method":"createTask","params":%s}' % (params % arguments))
        assert answer == {
            "jsonrpc": "2.0",
            "error": {"code": PARSE_ERROR, "message": "Parse error", "data": NOT_UTF_8},
            "id": None,
        }
    assert everything(stores) == before


def test_u_fffd_is_kept_where_it_is_escaped_or_where_the_bytes_are_known(call: Client, board: Project) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"createTask","params":["%s",%d]}'
    escaped, raw = body % (b"a\\ufffd", board.id), body % ("a\ufffd".encode(), board.id)
    assert as_the_gateway_does(call, raw)["error"]["data"] == NOT_UTF_8
    for answer in (as_the_gateway_does(call, escaped), in_base64(call, escaped), in_base64(call, raw)):
        assert call("getTask", answer["result"])["title"] == "a\ufffd"


def test_a_body_that_is_utf_8_and_no_json_is_a_parse_error_without_data(call: Client) -> None:
    for body in (b"{", b"", '"é'.encode(), b"[" * 600):
        for answer in (as_the_gateway_does(call, body), in_base64(call, body)):
            assert answer["error"] == {"code": PARSE_ERROR, "message": "Parse error"}


# --- headers --------------------------------------------------------------------------------------------------------

RIGHT = base64.b64encode(f"jsonrpc:{TOKEN}".encode()).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"x_wire_format": "x" * 10_000},
        {"prefer": "handling=strict" * 999, "accept_encoding": "gzip;q=" * 999},
        {"prefer": "handling", "accept_encoding": "\0", "host": "\r\nset-cookie: x=1"},
        {"x_forwarded_proto": "javascript", "content_length": "-1", "transfer_encoding": "chunked"},
        {"cookie": "é😀\ud800", "": "", "x" * 9_000: "x" * 9_000},
    ],
)
def test_odd_headers_change_nothing(call: Client, headers: dict[str, str]) -> None:
    assert call.post(request("getVersion"), **headers) == call.response("getVersion")


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Basic {RIGHT},Basic {RIGHT}", 401),
        (f"Basic wrong, Basic {RIGHT}", 401),
        (f"Basic {RIGHT}\r\nx: y", 401),
        (f"bAsIc {RIGHT}", 200),
        ("Basic " + "A" * 6_000_000, 401),
        ("Basic \ud800", 401),
        ("Basic \u0661", 401),
    ],
)
def test_credentials_are_those_of_one_header_of_a_bounded_length(
    service: Service, call: Client, authorization: str, status: int
) -> None:
    assert call.post(request("getVersion"), authorization=authorization)["statusCode"] == status


# --- values ---------------------------------------------------------------------------------------------------------


def test_a_text_of_any_size_in_any_param_gets_an_answer(call: Client, own: World) -> None:
    long = "x" * (6_000_000 if SOAK else 400_000)
    answered: list[tuple[str, int | None]] = []
    for name in [*CALLS][:: 1 if SOAK else 5]:
        good = CALLS[name]
        for place, value in enumerate(good(own)):
            params = good(own)
            if isinstance(value, str | list | dict):
                params[place] = long if isinstance(value, str) else [long] if isinstance(value, list) else {long: long}
                answered.append((name, code(call.post(request(name, *params)))))
    assert not [each for each in answered if each[1] not in {None, INVALID_PARAMS, 403}]
    assert {each[1] for each in answered} >= {None, INVALID_PARAMS}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/", "..", "a\0b", "C:\\a", "x" * 9_000, "\u202egnp.exe", "\r\nx", "é" * 200]
)
def test_no_name_of_a_file_leads_anywhere(call: Client, stores: Stores, board: Project, name: str) -> None:
    task_id = a_task(call, board)
    file_id = call("createTaskFile", board.id, task_id, name, "YQ==")
    assert call("downloadTaskFile", file_id) == "YQ=="
    assert name.startswith(call("getTaskFile", file_id)["name"])
    (path,) = contents(stores)
    assert re.fullmatch(rf"{board.id}/{task_id}/[0-9a-f]{{40}}", path)


@pytest.mark.parametrize(
    ("piece", "count"),
    [(" ", 200_000), ("=", 200_000), ("!", 200_000), ("\0", 100_000), ("é", 100_000), ("A", 5_900_000)],
)
def test_what_only_looks_like_base64_is_refused_and_nothing_is_kept(
    call: Client, stores: Stores, board: Project, piece: str, count: int
) -> None:
    answer = only(call.post(request("createTaskFile", board.id, a_task(call, board), "a", piece * count)))
    assert answer.get("result") is False or answer["error"]["code"] == INVALID_PARAMS
    assert contents(stores) == []


RUN = ["javascript:alert(1)", "JavaScript://%0aalert(1)", "java\tscript://a/b.zip", " data:text/html,a", "vbscript://a"]


@pytest.mark.parametrize("url", [*RUN, "data://a/b.zip", "\x01javascript://a", "javas\ncript:a", "DATA:,"])
def test_no_link_leads_to_what_a_browser_would_run(call: Client, stores: Stores, board: Project, url: str) -> None:
    task_id = a_task(call, board)
    links = [call("createExternalTaskLink", task_id, f"{scheme}://a/b.zip", "related") for scheme in ("http", "file")]
    before = everything(stores)
    for kind in ("auto", "attachment", "file", "weblink"):
        assert call("createExternalTaskLink", task_id, url, "related", kind, "Title") is False
    for link_id in links:
        assert call("updateExternalTaskLink", task_id, link_id, "Title", url) is False
    assert everything(stores) == before


BOMBS = [
    *("(a+)+$", "(", '"' * 9_999, "\\" * 9_999, "a " * 4_999, "x:y " * 2_499, "status:open " * 833),
    *("tag:" + "a" * 9_000, "title:" + "İ" * 9_000, "due:<2020-01-01 " * 625, "ref:" + "*" * 9_000),
]


def test_a_search_reads_hardly_more_for_a_query_that_is_long_or_odd(
    call: Client, stores: Stores, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_task(call, board, title="a" * 20_000)
    tracker = Tracker(monkeypatch, stores)
    plain = tracker.of(lambda: call("searchTasks", board.id, "nothing")).dynamodb
    for query in BOMBS:
        search = partial(call, "searchTasks", board.id, query)
        assert tracker.of(search).dynamodb <= plain + 2, query  # tags and people are read beside the tasks
    assert tracker.of(lambda: call.error("searchTasks", board.id, "a" * 10_001)).dynamodb == 0


def test_a_search_ends_in_time_within_the_comments_of_a_task_and_within_its_texts(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = a_task(call, board, description="a" * 100_000)
    for _ in range(4):
        call("createComment", task_id, 0, "a" * 100_000)
    looked_at: list[int] = []
    pattern = "a_" * 494 + "b"

    def in_time(_search: SearchRequest) -> bool:
        looked_at.append(1)
        if len(looked_at) > 6:
            raise ResultTooLarge("too late")
        return True

    monkeypatch.setattr(SearchRequest, "check_time", in_time)
    for attribute in ("comment", "search", "desc"):
        looked_at.clear()
        query = " ".join(f"{attribute}:{pattern}{number}" for number in range(9))
        assert call.error("searchTasks", board.id, query)["message"] == "too late"
        assert len(looked_at) == 7


def test_a_search_reads_no_more_comments_than_it_can_hold(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_ids = [a_task(call, board) for _ in range(3)]
    for task_id in task_ids:
        call("createComment", task_id, 0, "a" * 10_000)
    assert len(call("searchTasks", board.id, "comment:a")) == 3
    monkeypatch.setattr("lambdaboard.services.search_request.MAX_READ", 25_000)
    error = call.error("searchTasks", board.id, "comment:a")
    assert (error["code"], "narrow" in error["message"]) == (-32000, True)
    assert len(call("searchTasks", board.id, f"comment:a id:{task_ids[0]} id:{task_ids[1]}")) == 2
