"""`make docs`: the allowed values of the parameter Timezone in template.yaml, from the deployed tzdata."""

from __future__ import annotations

import re
import textwrap
from importlib.resources import files

from local.settings import ROOT

FILE = ROOT / "template.yaml"

NAMES = re.compile(r"(?<=# by `make docs`, from the package tzdata\n) {6}\[[^]]*\]\n")


def names() -> list[str]:
    """Return the names of all time zones in tzdata, old ones too, in alphabetical order."""
    return sorted(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def content() -> str:
    """Return the text of template.yaml, with the list of names regenerated."""
    listed = textwrap.fill(f"[{', '.join(names())}]", 120, initial_indent=" " * 6, subsequent_indent=" " * 7)
    return NAMES.sub(lambda _: f"{listed}\n", FILE.read_text(encoding="utf-8"), count=1)


def main() -> None:
    """Write the file."""
    FILE.write_text(content(), encoding="utf-8")
    print(f"{FILE.name}: {len(names())} time zones")


if __name__ == "__main__":
    main()
