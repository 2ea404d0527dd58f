"""The content of a file in base64; every rule is from behaviour.md 5.1."""

import base64
import re
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.blob import decode_blob
from lambdaboard.errors import InvalidParams

FOREIGN = "".join(set(map(chr, range(256))) - {*string.ascii_letters, *string.digits, *"+/-_=\r\n\t"})

encoders = st.sampled_from([base64.b64encode, base64.urlsafe_b64encode])
prefixes = st.sampled_from(["", "data:;base64,", "data:image/png;base64,", "DATA:text/plain;charset=utf-8;Base64,"])
line_ends = st.sampled_from(["\n", "\r\n", "\r", "\t", "\n\n\t"])


def is_refused(blob: str) -> bool:
    with pytest.raises(InvalidParams) as raised:
        decode_blob(blob)
    return raised.value.parameter == "blob"


@pytest.mark.parametrize(
    ("blob", "content"),
    [
        ("YQ==", b"a"),
        ("YQ", b"a"),
        ("YWI", b"ab"),
        ("MA==", b"0"),
        ("YW\nJ\tj\r\n", b"abc"),
        ("AP/+gA==", b"\x00\xff\xfe\x80"),
        ("AP_-gA==", b"\x00\xff\xfe\x80"),
        ("AP_-gA", b"\x00\xff\xfe\x80"),
        ("data:text/plain;base64,YWJj", b"abc"),
        ("data:text/plain; charset=utf-8;base64,\nYWI", b"ab"),
        ("", b""),
        ("\n\t", b""),
        ("data:;base64,", b""),
    ],
)
def test_base64_is_read_as_clients_write_it(blob: str, content: bytes) -> None:
    assert decode_blob(blob) == content


@pytest.mark.parametrize(
    "blob",
    [
        *("!!!!", "a", "YWJjZ", "YQ=", "YQ===", "YWI==", "YWJj=", "YWJj====", "=", "====", "YQ==YmM=", "Y=Q=", "=YQ="),
        *(
            " ",
            " YWJj",
            "YWJj ",
            "YW Jj",
            "YWJj\n ZGVm",
            "YWJj\u00a0",
            "YWJj\0",
            "YWJj\x0b",
            "WUJD\u0661",
            "\uff39\uff31==",
        ),
        *("data:YWJj", "data:,YWJj", "data:text/plain,YWJj", "base64,YWJj", "data:;base64;x,YWJj"),
        *(" data:;base64,YWJj", "data:;base64,YWJj,YWJj", "data:;base64,data:;base64,YWJj"),
        *("YR==", "YR", "YWJ=", "aGVsbG"),
    ],
)
def test_what_may_not_be_what_was_sent_is_refused(blob: str) -> None:
    assert is_refused(blob)


@given(st.binary(min_size=1), encoders, prefixes, st.booleans(), st.lists(st.tuples(st.integers(0, 99), line_ends)))
def test_what_an_encoder_writes_is_always_decoded(
    content: bytes, encode: Callable[[bytes], bytes], prefix: str, is_padded: bool, breaks: list[tuple[int, str]]
) -> None:
    text = encode(content).decode()
    text = text if is_padded else text.rstrip("=")
    for place, line_end in breaks:
        text = text[:place] + line_end + text[place:]
    assert decode_blob(prefix + text) == content


@given(st.text(string.ascii_letters + string.digits + "+/-_=\n\t " + "!,é"))
def test_nothing_is_decoded_but_what_an_encoder_writes(blob: str) -> None:
    try:
        content = decode_blob(blob)
    except InvalidParams:
        return
    written = base64.b64encode(content).decode()
    assert re.sub(r"[\n\t]", "", blob).translate(str.maketrans("-_", "+/")) in {written, written.rstrip("=")}


@given(st.binary(min_size=1), st.integers(0, 99), st.sampled_from(FOREIGN))
def test_a_foreign_character_anywhere_is_refused(content: bytes, place: int, character: str) -> None:
    text = base64.b64encode(content).decode()
    assert is_refused(text[:place] + character + text[place:])


@given(st.binary(min_size=2).filter(lambda content: len(content) % 3 != 0))
def test_padding_that_does_not_fit_is_refused(content: bytes) -> None:
    text = base64.b64encode(content).decode()
    assert is_refused(text + "=")
    assert is_refused(text + text)
    assert is_refused(text.rstrip("=") + "=" * (3 - text.count("=")))
