"""Parser of docstrings in Google's style, for the API document."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import msgspec

HEADING = re.compile(r"(Args|Attributes|Raises|Returns|Yields):")
ENTRY = re.compile(r"(\w+): *(.*)")
SOURCE = re.compile(r"(^| )Source: .*")


class Docstring(msgspec.Struct, frozen=True):
    """The parts of a docstring, their lines joined.

    Attributes:
        summary: the first line.
        description: the following paragraphs, with an empty line between them.
        arguments: descriptions by name, in their order; also of the context, if it has one.
        attributes: of a class: descriptions by name.
        returns: without a last sentence `Source: …`, which is for maintainers.
    """

    summary: str
    description: str
    arguments: Mapping[str, str]
    attributes: Mapping[str, str]
    returns: str

    @property
    def text(self) -> str:
        """The first line and the paragraphs behind it, with an empty line between them."""
        return "\n\n".join(filter(None, (self.summary, self.description)))

    @classmethod
    def of(cls, described: Callable[..., Any] | type) -> Self:
        """Read the docstring of a function or class; all parts are empty if it has none."""
        sections = _sections(inspect.cleandoc(described.__doc__ or ""))
        summary, *paragraphs = _paragraphs(sections[""]) or [""]
        returns = " ".join(_paragraphs(sections.get("Returns", [])))
        arguments, attributes = (_entries(sections.get(name, [])) for name in ("Args", "Attributes"))
        return cls(summary, "\n\n".join(paragraphs), arguments, attributes, SOURCE.sub("", returns))


def _sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section by its heading; those before the first one by ""."""
    sections: dict[str, list[str]] = {"": []}
    heading = ""
    for line in text.splitlines():
        found = HEADING.fullmatch(line)
        if found:
            heading = found[1]
        sections.setdefault(heading, [])
        if not found:
            sections[heading].append(line)
    return sections


def _paragraphs(lines: Iterable[str]) -> list[str]:
    text = "\n".join(line.strip() for line in lines)
    return [paragraph.replace("\n", " ") for paragraph in re.split(r"\n\n+", text.strip("\n")) if paragraph]


def _entries(lines: list[str]) -> dict[str, str]:
    """Return the descriptions of a section by name; a line that is indented further continues the one before."""
    entries: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(lines)).splitlines():
        found = ENTRY.match(line)
        if found:
            name = found[1]
            entries[name] = found[2]
        elif line.strip() and name:
            entries[name] += f" {line.strip()}"
    return entries
