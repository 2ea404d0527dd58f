"""The HTML of the activity: what people typed never becomes markup, nor a link to what a browser would run."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.event import EventName
from lambdaboard.services.activity_text import IN_HTML, TITLES, event_content, event_title, markdown
from lambdaboard.settings import Settings

SETTINGS = Settings(table_name="table", bucket_name="bucket", date_format="d.m.Y")

TAGS = frozenset(
    "a blockquote br code div em h1 h2 h3 h4 h5 h6 hr img li ol p pre small strong ul".split()  # noqa: SIM905
)
ATTRIBUTES = frozenset({"href", "src", "alt", "title", "class", "start"})


NAMES = ("category_name", "swimlane_name", "project_name", "column_title", "assignee_name", "assignee_username")


class Page(HTMLParser):
    """Reads HTML as a browser does, and keeps what is in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def check(html: str) -> None:
    """Check that a page has nothing but harmless tags, attributes and links."""
    page = Page(html)
    assert {*page.tags} <= TAGS, html
    assert {name for name, _ in page.attributes} <= ATTRIBUTES, html
    for name, value in page.attributes:
        scheme, colon, _ = unquote(value).strip().partition(":")
        if name in {"href", "src"} and colon and not {"/", "?", "#"} & {*scheme}:
            assert scheme.lower() in {"http", "https", "mailto"}, html


def a_row(name: EventName, text: str, **more: Any) -> dict[str, Any]:
    """Return a row in which every text that somebody typed is the same."""
    task = {"id": 7, "title": text, "description": text, "owner_id": 1, "category_id": 1, "position": 2, "score": 3}
    task |= dict.fromkeys(NAMES, text) | {"color_id": text, "date_due": 1, "time_spent": 1.5, "reference": text}
    link = {"opposite_task_id": 8, "label": text}
    told: dict[str, Any] = {
        **({"comment": {"comment": text}} if name.startswith("comment.") else {}),
        **({"file": {"name": text}} if name.startswith("task.file.") else {}),
        **({"task_link": link} if name.startswith("task_internal_link.") else {}),
    }
    if name.startswith("subtask."):
        hours = {"time_spent": 0, "time_estimated": 2}
        told["subtask"] = {"title": text, "status_name": "Todo", "name": text, "username": text, **hours}
    if name is EventName.TASK_UPDATE:
        changed = ("title", "description", "owner_id", "category_id", "color_id", "date_due", "time_spent", "reference")
        told["changes"] = {each: task[each] for each in changed}
    return {"event_name": name.value, "task_id": 7, "author": text, "date_creation": 1, "task": task, **told, **more}


ATTACKS = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "![a](data:image/svg+xml,<svg onload=alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    '[a](http://x "onmouseover=alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    '```" onload=alert(1)\nx\n```',
    "{author.__class__}",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("name", EventName)
@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_comes_through(name: EventName, text: str) -> None:
    check(event_content(a_row(name, text), SETTINGS))


PARTS = [*"<>\"'&;:/[]()!`*_#\n\t \\", "a", "1", "javascript:", "<script>", " onload=", "data:", "http://", "&#58;"]


@given(text=st.lists(st.sampled_from(PARTS)).map("".join))
def test_whatever_is_typed_the_page_has_harmless_tags_and_links_alone(text: str) -> None:
    check(markdown(text))
    check(event_content(a_row(EventName.TASK_UPDATE, text), SETTINGS))


@given(text=st.text(st.characters(exclude_characters="\r"), min_size=1))
def test_a_title_is_plain_text_and_not_escaped(text: str) -> None:
    assert event_title(a_row(EventName.TASK_CREATE, text)) == f"{text} created the task #7"


@pytest.mark.parametrize("name", EventName)
def test_each_event_has_words_in_both_forms(name: EventName) -> None:
    assert name in TITLES
    assert name in IN_HTML
    assert event_title(a_row(name, "Ann")).startswith("Ann ")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** _b_ `c`", "<p><strong>a</strong> <em>b</em> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br />\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("[a](https://x.org/?b=1&c)", '<p><a href="https://x.org/?b=1&amp;c">a</a></p>'),
        ("[a](/local)", '<p><a href="/local">a</a></p>'),
        ("[a](ftp://x)", '<p><a href="#">a</a></p>'),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert markdown(text) == html


@pytest.mark.parametrize(
    "text", ["[" * 2_000, "*a_" * 666, ">" * 2_000, "![[" * 666, "`a" * 1_000, "a**b" * 500, "[a](" * 500, "- " * 1_000]
)
def test_markdown_is_read_in_milliseconds_whatever_it_is(text: str) -> None:
    began = time.process_time()
    markdown(text)
    assert time.process_time() - began < 1


def test_changes_are_described_in_words() -> None:
    row = a_row(EventName.TASK_UPDATE, "x")
    row["task"] |= {"color_id": "red", "date_due": 1_801_476_000, "priority": 1, "recurrence_factor": 1}
    row["task"] |= {"category_id": 0, "date_started": 0, "description": ""}
    row["changes"] = {**row["task"]}
    for name in ("id", "title", "owner_id", "position", "score", "time_spent", "reference", *NAMES):
        del row["changes"][name]
    told = event_content(row, SETTINGS)
    assert told.count("<li>") == 6
    for words in (
        "New color: Red",
        "New due date: 01.02.2027 10:00",
        "There is no category now",
        "There is no description anymore",
        'The field "priority" has been updated',
        "Recurrence settings has been modified",
    ):
        assert f"<li>{words}</li>" in told


def test_a_link_to_what_is_not_seen_leads_nowhere() -> None:
    row = a_row(EventName.LINK_DELETE, "blocks", task_link={"opposite_task_id": 0, "label": "blocks"})
    assert 'The link with the relation "blocks" to another task has been removed' in event_content(row, SETTINGS)
