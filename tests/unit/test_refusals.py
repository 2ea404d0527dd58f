"""The reasons for which calls are refused, as the documents list them."""

from __future__ import annotations

import re

from local.settings import ROOT

from lambdaboard.errors import Reason

DOCUMENT = (ROOT / "docs" / "extensions.md").read_text()

SECTION = DOCUMENT.partition("## Why a call is refused\n")[2].partition("\n## ")[0]


def test_the_documents_have_each_reason_and_no_other() -> None:
    assert re.findall(r"^\| `([^`]+)` \|", SECTION, re.MULTILINE) == [*Reason]


def test_a_reason_is_plain_ascii_that_no_header_has_to_quote() -> None:
    assert all(re.fullmatch(r"[a-z' -]+", reason) for reason in Reason)
