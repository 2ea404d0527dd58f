"""`make docs`: the table and the picture of all kinds of items in docs/architecture.md, from `store/keys`."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from lambdaboard.store import keys
from lambdaboard.store.keys import KINDS
from lambdaboard.store.keys.kind import FIELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdaboard.store.keys.kind import AnyKind

FILE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"

BEGIN = "<!-- made by `make docs` from store/keys: change that -->"
END = "<!-- made by `make docs`: end -->"

ABOUT = """\
The pictures show which items need which. A solid arrow points from an item to an item that it needs: `sweep` deletes an
item if the needed one is missing. A dotted arrow points to an item that `cascade` deletes together with the first one.
A box is one partition. Kinds without arrows are not shown."""

PICTURES = {
    "Projects": {keys.project.pk},
    "Tasks": {keys.task_lookup.pk},
    "Users and groups": {keys.user.pk, keys.group.pk},
}
"""The pictures, and the partitions that each is about."""


def content() -> str:
    """Return the text of docs/architecture.md, with the part between the two marks regenerated."""
    before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    parts = [BEGIN, "\n".join(_table()), ABOUT, *map(_picture, PICTURES), END]
    return before + "\n\n".join(parts) + after


def _table() -> Iterator[str]:
    yield "| Item | pk | sk | holds |"
    yield "|---|---|---|---|"
    for kind in KINDS:
        yield f"| {kind.name} | `{_shown(kind.pk)}` | `{_shown(kind.sk)}` | {kind.holds} |"


def _shown(pattern: str) -> str:
    return FIELD.sub(r"<\1>", pattern)


def _picture(title: str) -> str:
    arrows = [(one, arrow, other) for one, arrow, other in _arrows() if _title_of(one, other) == title]
    drawn = {kind for one, _, other in arrows for kind in (one, other)}
    partitions: defaultdict[str, list[str]] = defaultdict(list)
    for kind in KINDS:
        if kind in drawn:
            partitions[kind.pk].append(f"{_node(kind)}[{kind.name}]")
    lines = [f"**{title}:**\n", "```mermaid", "flowchart LR"]
    for pk, nodes in partitions.items():
        lines += _box(pk, nodes) if len(nodes) > 1 else [f"    {nodes[0]}"]
    lines += (f"    {_node(one)} {arrow} {_node(other)}" for one, arrow, other in arrows)
    return "\n".join([*lines, "```"])


def _title_of(*kinds: AnyKind) -> str:
    """Return the title of the picture that shows an arrow: of the first of its two kinds that a picture is about."""
    return next(title for kind in kinds for title, partitions in PICTURES.items() if kind.pk in partitions)


def _box(pk: str, nodes: Iterable[str]) -> Iterator[str]:
    """Yield the box of a partition: `P#{project_id:d}` is "of a project"; one without an id has its key as the name."""
    fields = FIELD.findall(pk)
    thing = fields[0][0].removesuffix("_id") if fields else pk
    yield f"    subgraph of_{thing}[of a {thing}]" if fields else f"    subgraph all_{thing}[{thing}]"
    yield from (f"        {node}" for node in nodes)
    yield "    end"


def _arrows() -> Iterator[tuple[AnyKind, str, AnyKind]]:
    for kind in KINDS:
        # with any ids: only the kinds of the keys matter
        parents = kind.parents(defaultdict(lambda: 1))
        yield from ((kind, "-->", parent) for parent in dict.fromkeys(map(KINDS.kind_of, parents)))
        if kind.deleted_with:
            yield kind, "-.->", KINDS.kind_of(kind.deleted_with(*(of_type(1) for of_type in kind.fields.values())))


def _node(kind: AnyKind) -> str:
    return re.sub(r"\W", "_", kind.name)


def main() -> None:
    """Write the file."""
    FILE.write_text(content(), encoding="utf-8")
    print(f"{FILE.relative_to(FILE.parent.parent)}: {len([*KINDS])} kinds of items")


if __name__ == "__main__":
    main()
