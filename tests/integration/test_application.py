"""What the application is and offers (context.md 15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.conftest import Client

if TYPE_CHECKING:
    from lambdaboard.app.service import Service

PROCEDURES = (
    "getVersion",
    "getTimezone",
    "getDefaultTaskColor",
    "getDefaultTaskColors",
    "getColorList",
    "getApplicationRoles",
    "getProjectRoles",
)


def test_the_version_is_three_numbers(call: Client) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", call("getVersion"))


def test_time_zone_and_colour_are_the_configured_ones(service: Service) -> None:
    chosen = {"timezone": ZoneInfo("Europe/Berlin"), "default_color": "deep_orange"}
    call = Client(msgspec.structs.replace(service, settings=service.settings.model_copy(update=chosen)))
    assert call("getTimezone") == "Europe/Berlin"
    assert call("getDefaultTaskColor") == "deep_orange"


def test_colours_come_by_id_with_name_and_css(call: Client) -> None:
    colors = call("getDefaultTaskColors")
    assert len(colors) == 16
    assert colors["dark_grey"] == {"name": "Dark Grey", "background": "#cfd8dc", "border": "#455a64"}
    assert call("getColorList") == {color_id: color["name"] for color_id, color in colors.items()}


def test_roles_have_names(call: Client) -> None:
    assert call("getApplicationRoles") == {
        "app-admin": "Administrator",
        "app-manager": "Manager",
        "app-user": "User",
    }
    assert call("getProjectRoles") == {
        "project-manager": "Project Manager",
        "project-member": "Project Member",
        "project-viewer": "Project Viewer",
    }


@pytest.mark.parametrize("method", PROCEDURES)
def test_both_wires_agree_and_no_parameter_is_taken(call: Client, method: str) -> None:
    assert call(method) == call.documented(method)
    assert call.error(method, "x")["code"] == -32602
