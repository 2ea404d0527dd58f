"""docs/api.md: its sections; what the examples in it come to is a test of tests/integration/test_examples.py."""

from __future__ import annotations

import re

from local.api_docs import FILE, SECTIONS
from local.settings import ROOT

from lambdaboard.jsonrpc.openrpc import area
from lambdaboard.procedures import registry

CONTEXT = ROOT / "docs" / "kanboard" / "context.md"

OF_TASKS, OF_EVERYTHING = 3, 2
"""Sections on what the API documents describe; those of context.md that are about no area."""


def test_every_area_is_in_one_section() -> None:
    areas = [each for areas in SECTIONS.values() for each in areas]
    assert sorted(areas) == sorted({*areas})
    assert not {area(each) for each in registry} - {*areas}, "give it a section in local/api_docs.py"


def test_behind_those_of_tasks_the_sections_are_those_of_the_rules() -> None:
    rules = re.findall(r"^## \d+\. (.+)$", CONTEXT.read_text(), re.MULTILINE)
    assert [*SECTIONS][OF_TASKS:] == rules[OF_EVERYTHING:]


def test_no_two_headings_are_the_same_place() -> None:
    headings = re.findall(r"^###? (.+)$", FILE.read_text(), re.MULTILINE)
    places = [heading.lower().replace(",", "").replace(".", "").replace(" ", "-") for heading in headings]
    assert len(places) == len({*places})
