"""`make events`: one event of the HTTP API for each procedure, from the calls of tests/examples.py.

Into events/ with a token that opens nothing; with TOKEN in the environment into .local/events/, which git ignores.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.examples import made_here

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.examples import Answered

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "events"
PRIVATE = ROOT / ".local" / "events"
TOKEN = "change-me"


def contents(examples: Iterable[Answered], token: str = TOKEN) -> dict[str, str]:
    """Return the content of each file by its name."""
    return {f"{each.procedure}.json": json.dumps(each.event(token), indent=2) + "\n" for each in examples}


def write(examples: Iterable[Answered], token: str) -> Path:
    """Write the events that are kept, or those with the caller's token; return the folder."""
    folder = PRIVATE if token else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents(examples, token or TOKEN).items():
        (folder / name).write_text(content)
    return folder


def main() -> None:
    """Write all of them."""
    examples = made_here()
    folder = write(examples, os.environ.get("TOKEN", ""))
    print(f"{folder.relative_to(ROOT)}: {len(examples)} events")


if __name__ == "__main__":
    main()
