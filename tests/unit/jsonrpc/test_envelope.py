"""From bytes to requests."""

import pytest

from lambdaboard.jsonrpc.envelope import parse, read
from lambdaboard.jsonrpc.errors import ParseError


def nested(levels: int, *, opening: str = "[", closing: str = "]", innermost: str = "") -> bytes:
    return (opening * levels + innermost + closing * levels).encode()


NO_JSON = {
    "nothing": b"",
    "blanks only": b"  \n",
    "words": b"not json",
    "cut short": b'{"jsonrpc": "2.0"',
    "single quotes": b"{'jsonrpc': '2.0'}",
    "markup": b"<xml/>",
    "something before": b"x{}",
    "something after": b"{} x",
    "two documents": b"{}{}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a comment": b"{} // comment",
    "a trailing comma": b"[1,]",
    "a trailing comma in an object": b'{"a":1,}',
    "NaN": b"NaN",
    "Infinity": b"[-Infinity]",
    "a raw control character": b'"a\nb"',
    "a raw NUL": b'"\x00"',
    "bad UTF-8": b'"\xff"',
    "UTF-8 cut inside a character": b'"\xe6\x97"',
    "a surrogate encoded": b'"\xed\xa0\x80"',
    "a lone surrogate": b'"\\ud800"',
    "a surrogate in a key": b'{"\\udc00": 1}',
    "a number beyond floats": b"1e400",
    "an integer of 5,000 digits": b"1" * 5000,
    "a leading zero": b"01",
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_a_body_that_is_no_json_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)


@pytest.mark.parametrize("levels", [512, 513, 2_000, 100_000])
@pytest.mark.parametrize("brackets", [("[", "]", ""), ('{"a":', "}", "1"), ('[{"a":', "}]", "1")])
def test_more_than_511_levels_are_a_parse_error(levels: int, brackets: tuple[str, str, str]) -> None:
    opening, closing, innermost = brackets
    with pytest.raises(ParseError):
        parse(nested(levels, opening=opening, closing=closing, innermost=innermost))


def test_511_levels_are_read() -> None:
    assert isinstance(parse(nested(511)), list)
    assert isinstance(parse(nested(511, opening='{"a":', closing="}", innermost="1")), dict)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert len(parse(b"[" + b"[]," * 2_000 + b"{}]")) == 2_001


def test_brackets_inside_a_text_are_not_deep() -> None:
    assert parse(b'"' + b"[{" * 2_000 + b'"') == "[{" * 2_000


def test_the_last_of_duplicate_keys_counts() -> None:
    assert parse(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize("params", [{}, {"params": None}, {"params": []}])
def test_params_absent_or_null_are_none(params: dict[str, None]) -> None:
    request = read({"jsonrpc": "2.0", "method": "m", "id": 1} | params)
    assert request is not None
    assert request.params == []


def test_other_keys_are_ignored() -> None:
    request = read({"jsonrpc": "2.0", "method": "m", "id": 1, "auth": "x", "Params": [1]})
    assert request is not None
    assert (request.method, request.params, request.id) == ("m", [], 1)


@pytest.mark.parametrize(
    ("request_id", "expected"), [({}, True), ({"id": None}, True), ({"id": 0}, False), ({"id": ""}, False)]
)
def test_only_an_absent_id_or_null_makes_a_notification(request_id: dict[str, object], expected: bool) -> None:
    request = read({"jsonrpc": "2.0", "method": "m"} | request_id)
    assert request is not None
    assert request.is_notification is expected


VALID = {"jsonrpc": "2.0", "method": "m", "id": 1}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        5,
        "text",
        True,
        [],
        [VALID],
        {},
        {"method": "m", "id": 1},
        VALID | {"jsonrpc": "1.0"},
        VALID | {"jsonrpc": 2.0},
        VALID | {"jsonrpc": 2},
        VALID | {"jsonrpc": None},
        VALID | {"jsonrpc": ["2.0"]},
        {"jsonrpc": "2.0", "id": 1},
        VALID | {"method": 5},
        VALID | {"method": None},
        VALID | {"method": ["m"]},
        VALID | {"params": "1"},
        VALID | {"params": ""},
        VALID | {"params": 1},
        VALID | {"params": 0},
        VALID | {"params": False},
    ],
    ids=str,
)
def test_an_entry_without_version_method_or_with_odd_params_is_no_request(entry: object) -> None:
    assert read(entry) is None
