"""A setting is a field of `Settings`, a parameter of template.yaml and a line in docs/settings.md, and nothing else."""

from __future__ import annotations

import inspect
import re

import pytest
from local import template
from local.settings import ROOT
from tests.conftest import SETTINGS

OF_NO_PARAMETER = {"TABLE_NAME", "BUCKET_NAME", "API_TOKEN", "TOKEN_SECRET_ARN"}
"""What the template or a developer's machine gives, and nobody chooses."""

SETTINGS_CHOSEN = {name.upper() for name in inspect.get_annotations(type(SETTINGS))} - OF_NO_PARAMETER

FUNCTIONS_OWN = {"STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
"""Variables of the functions that are read by others than `Settings`."""

VARIABLES = template.template()["Globals"]["Function"]["Environment"]["Variables"]

DOCUMENT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

LINES: dict[str, tuple[str, str]] = {
    variable: (parameter, default)
    for parameter, variable, default in re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.*?) \|", DOCUMENT, re.MULTILINE)
}
"""Variable -> parameter and default, as the table of the document has them."""


def test_each_setting_is_a_variable_of_the_functions_and_each_variable_a_setting() -> None:
    assert VARIABLES.keys() - FUNCTIONS_OWN - OF_NO_PARAMETER == SETTINGS_CHOSEN
    assert VARIABLES.keys() >= FUNCTIONS_OWN


def test_each_setting_has_a_line_in_the_document_and_each_line_is_of_a_setting() -> None:
    assert LINES.keys() == SETTINGS_CHOSEN


@pytest.mark.parametrize("variable", sorted(SETTINGS_CHOSEN))
def test_a_setting_is_given_by_the_parameter_that_the_document_names_with_its_default(variable: str) -> None:
    parameter, default = LINES[variable]
    *_, given_by = VARIABLES[variable].get(
        "Fn::If", [VARIABLES[variable]]
    )  # a condition has what others stand for last
    assert given_by == {"Ref": parameter}
    assert parameter.lower() == variable.replace("_", "").lower()
    given = str(template.template()["Parameters"][parameter]["Default"])
    assert re.findall("`(.*)`", default) == ([given] if given else [])
