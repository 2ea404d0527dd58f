"""The commands of the documents, page by page, as typed by a reader; the output of a block must be that of the page.

Each page goes on from README's first call. In what a page says is printed, `…` stands for anything, and a number for
any other one. A block of which it says nothing may print what it likes, but no error and no refusal.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.documents import Block

README = documents.PAGES[0]
LOCAL = "http://127.0.0.1:8000/"
END_OF_BLOCK = "=== end of block ==="
REFUSED = re.compile(r'"error":|"result":(?:false|null)')


def main() -> int:
    """Run all blocks; return the number of pages with another output."""
    wrong = 0
    for page in documents.PAGES:
        for fault in faults(page):
            print(f"{page.name}: {fault}")
            wrong += 1
    return wrong


def faults(page: Path) -> Iterator[str]:
    """Yield the problems of a page's commands."""
    ahead = [] if page == README else runnable(README)
    blocks = runnable(page)
    if not blocks:
        return
    status, printed = typed([*ahead, *blocks])
    if status:
        yield f"ends with status {status}, after printing\n{printed[-1]}"
    for block, output in zip([*ahead, *blocks], printed, strict=False):
        if not is_as_said(block, output):
            yield f"{block.text}prints\n{output}\n" + (f"and not\n{block.prints}" if block.prints else "")


def runnable(page: Path) -> list[Block]:
    """Return the blocks of a page that need only the local server."""
    return [block for block in documents.blocks(page) if block.is_run]


def typed(blocks: list[Block]) -> tuple[int, list[str]]:
    """Run blocks in one shell, in a folder with a token; return its status and what each block prints."""
    script = "".join(f"{block.text}\nprintf '\\n%s\\n' '{END_OF_BLOCK}'\n" for block in blocks)
    server, _, _ = os.environ["URL"].partition("documented/")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".local").mkdir()
        (Path(folder) / ".local" / "token").write_text(os.environ["PASSWORD"])
        done = subprocess.run(
            ["sh", "-e", "-c", script.replace(LOCAL, server)], cwd=folder, capture_output=True, text=True, check=False
        )
    return done.returncode, (done.stdout + done.stderr).split(f"\n{END_OF_BLOCK}\n")


def is_as_said(block: Block, printed: str) -> bool:
    """Return whether a block has the output of its page, or at least no refusal."""
    if block.prints is None:
        return not REFUSED.search(printed)
    pattern = re.sub(r"\d+", r"\\d+", re.escape(block.prints.strip())).replace("…", ".*")
    return re.fullmatch(pattern, printed.strip()) is not None


if __name__ == "__main__":
    sys.exit(main())
