"""`make events`: one event of the HTTP API for each example of the API documents, from tests/api_document_examples.py.

Into events/ with a token that opens nothing; with TOKEN in the environment into .local/events/, which git ignores.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.api_document_examples import ADDRESS, examples
from tests.events import api_event

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "events"
PRIVATE = ROOT / ".local" / "events"
TOKEN = "change-me"


def contents(token: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the content of each file."""
    for example in examples():
        event = api_event(json.dumps(example.request).encode(), token=token, **ADDRESS)
        yield f"{example.procedure}.json", json.dumps(event, indent=2) + "\n"


def write(folder: Path, token: str) -> None:
    """Write all files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents(token):
        (folder / name).write_text(content)


def main() -> None:
    """Write the events that are kept, or those with the caller's token."""
    token = os.environ.get("TOKEN", "")
    folder = PRIVATE if token else FOLDER
    write(folder, token or TOKEN)
    print(f"{folder.relative_to(ROOT)}: {len(examples())} events")


if __name__ == "__main__":
    main()
