"""`make docs`: docs/api.md, from the document that `rpc.discover` answers and from examples that are called for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local import api_docs
from tests.examples import made_here
from tests.short_json import short_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.examples import Answered


def content(examples: Iterable[Answered]) -> str:
    """Return the text of docs/api.md."""
    return api_docs.content({example.procedure: text(example) for example in examples})


def text(example: Answered) -> str:
    """Return an example as it stands there: the request, and below it the answer."""
    return f"```jsonc\n{short_json(example.request)}\n\n{short_json(example.answer)}\n```"


def main() -> None:
    """Write the file."""
    examples = made_here()
    api_docs.FILE.write_text(content(examples), encoding="utf-8")
    print(f"docs/{api_docs.FILE.name}: {len(examples)} procedures")


if __name__ == "__main__":
    main()
