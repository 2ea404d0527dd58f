"""The colours of a task card (behaviour.md 2)."""

from collections.abc import Mapping
from typing import TypedDict


class Color(TypedDict):
    """A colour as the API shows it; background and border are CSS values."""

    name: str
    background: str
    border: str


_CSS = {
    "yellow": ("rgb(245, 247, 196)", "rgb(223, 227, 45)"),
    "blue": ("rgb(219, 235, 255)", "rgb(168, 207, 255)"),
    "green": ("rgb(189, 244, 203)", "rgb(74, 227, 113)"),
    "purple": ("rgb(223, 176, 255)", "rgb(205, 133, 254)"),
    "red": ("rgb(255, 187, 187)", "rgb(255, 151, 151)"),
    "orange": ("rgb(255, 215, 179)", "rgb(255, 172, 98)"),
    "grey": ("rgb(238, 238, 238)", "rgb(204, 204, 204)"),
    "brown": ("#d7ccc8", "#4e342e"),
    "deep_orange": ("#ffab91", "#e64a19"),
    "dark_grey": ("#cfd8dc", "#455a64"),
    "pink": ("#f48fb1", "#d81b60"),
    "teal": ("#80cbc4", "#00695c"),
    "cyan": ("#b2ebf2", "#00bcd4"),
    "lime": ("#e6ee9c", "#afb42b"),
    "light_green": ("#dcedc8", "#689f38"),
    "amber": ("#ffe082", "#ffa000"),
}

COLORS: Mapping[str, Color] = {
    color_id: Color(name=color_id.replace("_", " ").title(), background=background, border=border)
    for color_id, (background, border) in _CSS.items()
}
"""Colour id -> colour, in Kanboard's order: getDefaultTaskColors; getColorList has the names."""


def css(color_id: str, default: str) -> Color:
    """Return a colour as the `color` of a task.

    Args:
        color_id: as stored, so any string; an unknown one is shown as the default.
        default: the configured default; yellow if that is unknown, too.
    """
    return COLORS.get(color_id) or COLORS.get(default) or COLORS["yellow"]
