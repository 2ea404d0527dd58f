"""Names that Kanboard has removed (docs/coming-from-kanboard.md): unknown here, and what to call instead is there."""

from __future__ import annotations

import re

from local.settings import ROOT
from tests.integration.roles import ORIGINAL

from lambdaboard.procedures import registry

DOCUMENT = (ROOT / "docs" / "coming-from-kanboard.md").read_text().partition("## Names of older versions")[2]
ROWS = re.findall(r"^\| (`.*) \| ([0-9.]+) \| (.*) \|$", DOCUMENT, re.MULTILINE)
NAMES = re.compile(r"`(\w+)`")


def test_older_names_are_unknown_and_what_to_call_instead_is_a_procedure_of_the_original() -> None:
    assert ROWS
    for old, _, new in ROWS:
        assert not [name for name in NAMES.findall(old) if name in ORIGINAL or registry.find(name)]
        assert NAMES.findall(new)
        assert {*NAMES.findall(new)} <= ORIGINAL.keys()
