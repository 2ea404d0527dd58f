"""Every source that code or a document cites is in the repository (docs/kanboard/README.md says how it is cited)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = ROOT / "docs"
FOLDERS, FILES = ("layers", "functions", "local", "tests", "docs"), ("README.md", "template.yaml")
CODE, KINDS = (".py", ".yaml"), (".py", ".yaml", ".md")

NUMBER = r"\d+(?:\.\d+)?"
NUMBERS = rf"{NUMBER}(?:(?:, | and | to ){NUMBER})*"
CITATION = re.compile(
    rf"\b(?P<page>behaviour|context|search)\.md (?P<rules>{NUMBERS})"
    r'|\barchitecture\.md, "(?P<title>[^"]+)"'
    r"|\b[Dd]ecisions? (?P<decisions>\d+(?:(?:, | and )\d+)*)"
    r"|\bAPI documents, (?P<procedure>[a-z]+[A-Z]\w*)"
)
SOURCE = re.compile(r"(?:\bSource|; source): (?=[A-Za-z])")
OUTSIDE = re.compile(
    r"\b(?:design|context-api|search-language)\.md|\b(?:[Tt]he|[Ss]ource:) seeds\b|\bseeds, [a-z]+[A-Z]"
)
OUTSIDE_OF_CODE = re.compile(rf"{OUTSIDE.pattern}|\brest-of-api\.md")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")


def texts(*kinds: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file, its lines and the signs of comments joined by one blank."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    for path in [*paths, *map(ROOT.joinpath, FILES)]:
        if path.suffix in kinds and path != Path(__file__):
            yield str(path.relative_to(ROOT)), re.sub(r"\s+(?:# )?", " ", path.read_text(encoding="utf-8"))


def cited(text: str) -> Iterator[str]:
    """Yield what a text cites, one at a time, as `targets` has it."""
    for found in CITATION.finditer(text):
        if found["page"]:
            yield from (f"{found['page']}.md {rule}" for rule in re.findall(NUMBER, found["rules"]))
        elif found["title"]:
            yield f'architecture.md, "{found["title"]}"'
        elif found["decisions"]:
            yield from (f"decision {number}" for number in re.findall(r"\d+", found["decisions"]))
        else:
            yield f"API documents, {found['procedure']}"


def headings(file: Path) -> list[str]:
    return re.findall(r"^#{2,3} (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)


def rules(page: str) -> list[str]:
    """Return the numbers of a page's headings."""
    numbers = (re.match(rf"({NUMBER})\.? ", heading) for heading in headings(DOCS / "kanboard" / f"{page}.md"))
    return [found[1] for found in numbers if found]


def procedures() -> list[str]:
    """Return the procedures that the API documents describe, as docs/kanboard/README.md lists them."""
    text = (DOCS / "kanboard" / "README.md").read_text(encoding="utf-8")
    listed = text.split("They describe 24 procedures:")[1].split(".\n")[0]
    return re.findall(r"\w+", listed)


def targets() -> set[str]:
    return {
        *(f"{page}.md {rule}" for page in ("behaviour", "context", "search") for rule in rules(page)),
        *(f'architecture.md, "{title}"' for title in headings(DOCS / "architecture.md")),
        *(f"decision {int(path.name[:4])}" for path in (DOCS / "decisions").glob("*.md")),
        *(f"API documents, {procedure}" for procedure in procedures()),
    }


def test_every_citation_leads_somewhere() -> None:
    there = targets()
    lost = [f"{path}: {citation}" for path, text in texts(*KINDS) for citation in cited(text) if citation not in there]
    assert not lost, "\n".join(lost)


def test_the_citations_of_the_code_are_found() -> None:
    assert sum(1 for _, text in texts(".py") for _ in cited(text)) >= 150


def test_what_is_called_a_source_is_a_citation() -> None:
    wrong = [
        f"{path}: {text[found.start() : found.end() + 60]}"
        for path, text in texts(".py")
        for found in SOURCE.finditer(text)
        if not CITATION.match(text, found.end())
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_outside_the_repository_is_a_source() -> None:
    code = [f"{path}: {found[0]}" for path, text in texts(*CODE) for found in OUTSIDE_OF_CODE.finditer(text)]
    prose = [f"{path}: {found[0]}" for path, text in texts(".md") for found in OUTSIDE.finditer(text)]
    assert not code + prose, "\n".join(code + prose)


@pytest.mark.parametrize("page", ["behaviour", "context", "search"])
def test_a_rule_has_one_heading(page: str) -> None:
    assert len(rules(page)) == len(set(rules(page))) > 5


def test_the_api_documents_describe_24_procedures() -> None:
    assert len(procedures()) == len(set(procedures())) == 24


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("Source: API documents, getTask; behaviour.md 2.", ["API documents, getTask", "behaviour.md 2"]),
        ("(context.md 11 and 2.3)", ["context.md 11", "context.md 2.3"]),
        ("search.md 1 to 6, and 2 more", ["search.md 1", "search.md 6"]),
        ('(architecture.md, "A lost answer"; decision 3)', ['architecture.md, "A lost answer"', "decision 3"]),
        ("by decisions 5 and 9", ["decision 5", "decision 9"]),
        ("Kanboard's API documents, a request and its response", []),
        ("docs/search.md says it", []),
    ],
)
def test_each_form_of_a_citation_is_understood(text: str, citations: list[str]) -> None:
    assert [*cited(text)] == citations


@pytest.mark.parametrize("folder", ["docs", "events", "tests", ""])
def test_links_between_documents_lead_to_files(folder: str) -> None:
    documents = sorted((ROOT / folder).rglob("*.md")) if folder else [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    links = [(path, link) for path in documents for link in LINK.findall(path.read_text(encoding="utf-8"))]
    assert links
    lost = [f"{path.relative_to(ROOT)}: {link}" for path, link in links if not (path.parent / link).exists()]
    assert not lost, "\n".join(lost)


def test_a_file_that_a_document_names_is_in_the_repository() -> None:
    found = (path for folder in FOLDERS if folder != "docs" for path in (ROOT / folder).rglob("*.*"))
    files = {f"/{path.relative_to(ROOT)}" for path in [*found, *ROOT.glob("*.*"), *ROOT.glob(".*.*")]}
    named = [(path, name) for path, text in texts(".md") for name in re.findall(r"`([\w./]+\.(?:py|yaml|toml))`", text)]
    assert len(named) > 50
    lost = [f"{path}: {name}" for path, name in named if not any(file.endswith(f"/{name}") for file in files)]
    assert not lost, "\n".join(lost)
