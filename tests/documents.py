"""The commands in our documents: shell blocks with what they print and need, and commands within the text.

A block of commands is fenced as `sh`. Either it has a line in italics above it, *Needs …*, with the needs of a
reader (an AWS account, a tool and its version), or `make clients` runs it unchanged, in the order of the page and after
README's first call. Its output is the next block, if that is fenced as `text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mistune
from local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Node = dict[str, Any]

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "events/README.md"]

NEEDS = re.compile(r"\*(Needs [^*]+)\*$")

parse = mistune.create_markdown(renderer=None, plugins=["table"])


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        page: the file that it is in.
        language: as it is fenced, "" for an indented one.
        needs: the line above it with the needs of a reader, "" if there is none.
        prints: its output, None if the page does not have it.
    """

    page: Path
    language: str
    text: str
    needs: str = ""
    prints: str | None = None

    @property
    def is_run(self) -> bool:
        """Whether `make clients` runs it."""
        return self.language == "sh" and not self.needs

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.splitlines()[0]}"


def blocks(page: Path) -> list[Block]:
    """Return the blocks of code of a page, those in lists too."""
    return [*_blocks(page, _nodes(page))]


def inline(page: Path) -> list[str]:
    """Return the strings between backquotes in the text of a page, each with single spaces."""
    return [" ".join(node["raw"].split()) for node in _all(_nodes(page)) if node["type"] == "codespan"]


def commands(block: Block) -> list[str]:
    """Return the lines of a block of shell, continued ones as one, without comments."""
    lines = block.text.replace("\\\n", " ").splitlines()
    return [line for line in (re.sub(r"(^|\s+)# .*", "", each).strip() for each in lines) if line]


def _nodes(page: Path) -> list[Node]:
    nodes, _ = parse.parse(page.read_text(encoding="utf-8"))
    return list(nodes)  # type: ignore[arg-type]


def _all(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node.get("children", []))


def _blocks(page: Path, nodes: list[Node]) -> Iterator[Block]:
    shown = [{}, *(node for node in nodes if node["type"] != "blank_line"), {}]
    for (before, node), (_, after) in pairwise(pairwise(shown)):
        if node.get("type") == "block_code":
            needs = NEEDS.search(_text(before))
            prints = after["raw"] if _language(after) == "text" else None
            yield Block(page, _language(node), node["raw"], needs[1] if needs else "", prints)
        elif node.get("type") in {"list", "list_item", "block_quote"}:
            yield from _blocks(page, node["children"])


def _language(node: Node) -> str:
    return str(node.get("attrs", {}).get("info", "")) if node.get("type") == "block_code" else ""


def _text(node: Node) -> str:
    """Return the text of a paragraph, with its italics and its code as they are written."""
    if node.get("type") == "emphasis":
        return f"*{''.join(map(_text, node['children']))}*"
    if node.get("type") == "codespan":
        return f"`{node['raw']}`"
    return "".join(map(_text, node["children"])) if "children" in node else str(node.get("raw", " "))
