"""docs/tutorial.md, block by block, as run by a reader; the output of a block must be that of the page."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "tutorial.md"
BLOCKS = re.compile(r"^```python\n(.*?)^```\n+^```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
ADDRESS = re.compile(r"^URL, TOKEN = .*$", re.MULTILINE)


def main() -> int:
    """Run all blocks; return the number of those with another output."""
    url = os.environ["URL"].replace("/documented/", "/native/")
    page = ADDRESS.sub(f'URL, TOKEN = "{url}", "{os.environ["PASSWORD"]}"', PAGE.read_text(encoding="utf-8"))
    page = page.replace("ann-of-the-garden", f"ann {os.environ['WIRE']}")  # both formats share the server
    blocks, names = BLOCKS.findall(page), dict[str, Any]()
    wrong = page.count("```python") - len(blocks)  # a block without its output
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), names)
        if printed.getvalue() != expected:
            print(f"{code}\nprints\n{printed.getvalue()}\nand not\n{expected}")
            wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
