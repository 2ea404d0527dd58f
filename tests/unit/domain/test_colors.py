import pytest

from lambdaboard.api.rows.tasks import color_row
from lambdaboard.domain.colors import COLORS, css

IDS = "yellow blue green purple red orange grey brown deep_orange dark_grey pink teal cyan lime light_green amber"


def test_the_colours_come_in_kanboards_order() -> None:
    assert " ".join(COLORS) == IDS


@pytest.mark.parametrize(
    ("color_id", "name", "background", "border"),
    [
        ("yellow", "Yellow", "rgb(245, 247, 196)", "rgb(223, 227, 45)"),
        ("blue", "Blue", "rgb(219, 235, 255)", "rgb(168, 207, 255)"),
        ("deep_orange", "Deep Orange", "#ffab91", "#e64a19"),
        ("amber", "Amber", "#ffe082", "#ffa000"),
    ],
)
def test_a_colour_has_a_name_and_two_css_values(color_id: str, name: str, background: str, border: str) -> None:
    assert css(color_id, "red") == {"name": name, "background": background, "border": border}


@pytest.mark.parametrize("color_id", ["", "mauve", "RED", "Deep Orange"])
def test_an_unknown_colour_shows_as_the_default(color_id: str) -> None:
    assert css(color_id, "red") == COLORS["red"]


def test_an_unknown_default_is_yellow() -> None:
    assert css("", "mauve") == COLORS["yellow"]


def test_changing_a_row_leaves_the_colours_alone() -> None:
    color_row("red", "red")["name"] = "changed"
    assert COLORS["red"]["name"] == "Red"
