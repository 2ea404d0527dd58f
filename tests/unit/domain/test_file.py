"""Names of files (behaviour.md 5.1; decision 12)."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from lambdaboard.domain.file import content_disposition, cut_name, is_image

NAMES = [
    "a.txt",
    "",
    " ",
    "日本.txt",
    'say "hi".txt',
    "a\\b/c;d=e.txt",
    "100%41.txt",
    "a\r\nx: y",
    "\0",
    "é" * 127,
    "'a'",
]


@pytest.mark.parametrize("name", ["a.png", "A.JPG", "a.Jpeg", ".gif", "a.png/", "a.png//", "a.b/c.png"])
def test_an_image_is_recognized_by_the_extension(name: str) -> None:
    assert is_image(name) == 1


@pytest.mark.parametrize("name", ["png", "a.png.txt", "a.webp", "a.png ", "a.png/b", "a.png/.", "a.PNĞ", "", "/"])
def test_all_others_are_none(name: str) -> None:
    assert is_image(name) == 0


def test_a_name_is_cut_before_a_character_that_would_be_broken() -> None:
    assert cut_name("é" * 200) == "é" * 127
    assert cut_name("a" * 255) == "a" * 255


@pytest.mark.parametrize("name", NAMES)
def test_a_header_in_ascii_says_the_whole_name_and_never_inline(name: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    found = re.fullmatch(r"attachment; filename=\"([^\"\\\\%/]+)\"; filename\*=UTF-8''([A-Za-z0-9_.~%-]+)", header)
    assert found
    assert unquote(found[2]) == (name or "file")
    assert len(found[1]) == len(name or "file")
