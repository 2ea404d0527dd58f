"""The examples of search.md 7: a project of twelve tasks, and what each query finds in it.

`search_examples.txt` has the queries as they are there, with what the original answers. Where our API
differs (docs/search.md), DECIDED has our answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(__file__).with_suffix(".txt")

PROJECT = "SLX Search"
COLUMNS = ("Backlog", "Ready", "Work in progress", "Done")
SWIMLANES = ("Default swimlane", "Lane B")
CATEGORIES = ("Bugs", "Docs", "2024")
PEOPLE = {"amy": "Amy Adams", "bob": "Bob Stone", "cat": ""}
"""Short name -> full name; the username has `slx_` in front."""


class Example(NamedTuple):
    """A query.

    Attributes:
        query: with `{id:Fix login}` and the like for ids.
        answer: titles with `|` between them, or a short form for many: `ALL except Fix login`.
        caller: short name of the person who asks; "" for the application.
    """

    query: str
    answer: str
    caller: str = ""


@dataclass(frozen=True)
class ExampleTask:
    """A task of the data set; names instead of ids, `due` and `started` as texts or days from today."""

    title: str
    column: str = "Backlog"
    swimlane: str = "Default swimlane"
    owner: str = ""
    creator: str = ""
    color: str = "yellow"
    category: str = ""
    priority: int = 0
    score: int = 0
    reference: str = ""
    tags: tuple[str, ...] = ()
    due: str | int = ""
    started: str = ""
    description: str = ""
    is_closed: bool = False
    comments: tuple[str, ...] = ()
    subtasks: tuple[tuple[str, int], ...] = ()
    links: tuple[str, ...] = ()


TASKS = (
    ExampleTask(
        "Fix login",
        owner="amy",
        creator="bob",
        color="red",
        category="Bugs",
        priority=3,
        score=5,
        reference="BUG-1",
        tags=("urgent", "backend"),
        due="2030-01-15",
        started="2026-01-10",
        description="The form breaks on login",
        subtasks=(("amy", 0), ("bob", 2)),
        links=("blocks",),
    ),
    ExampleTask(
        "Fix Logout",
        column="Ready",
        owner="bob",
        creator="amy",
        color="blue",
        category="Bugs",
        priority=1,
        score=2,
        reference="BUG-12",
        tags=("backend",),
        due="2030-01-20 15:30",
        started="2026-02-01",
        description="cookie not cleared",
        comments=("Needs Review by QA",),
        subtasks=(("bob", 1),),
        links=("is blocked by",),
    ),
    ExampleTask(
        "User guide",
        category="Docs",
        reference="doc-1",
        description="Explain the LOGIN page",
        comments=("login picture missing",),
        subtasks=(("", 0),),
        links=("relates to",),
    ),
    ExampleTask(
        "Release notes",
        column="Work in progress",
        swimlane="Lane B",
        owner="cat",
        creator="cat",
        color="dark_grey",
        priority=2,
        score=8,
        tags=("Back office",),
        is_closed=True,
        links=("relates to", "is a milestone of"),
    ),
    ExampleTask("100% cover", color="green", category="2024", reference="B_G-1"),
    ExampleTask("under_score", color="green", priority=-1, tags=("none",), due=-3),
    ExampleTask("status:closed", color="purple", due=0),
    ExampleTask("Phase 42", swimlane="Lane B", color="orange", score=13, due=1, links=("targets milestone",)),
    ExampleTask('Say "hi" now', color="grey", due=10),
    ExampleTask("Éclair", color="pink", description="Délicieux"),
    ExampleTask("foo bar", column="Done", color="teal", is_closed=True),
    ExampleTask("foo  bar", column="Done", color="light_green"),
)

TITLES = tuple(task.title for task in TASKS)

DECIDED = {
    # one space in place of an attribute
    "foo status:open bar": "(none)",
    # case-insensitive beyond ASCII, and in titles of columns
    "éclair": "Éclair",
    "description:DÉLICIEUX": "Éclair",
    "column:backlog": "ALL except Fix Logout | Release notes | foo bar | foo  bar",
    # comparisons of one attribute must all hold
    "priority:>=1 priority:<3": "Fix Logout | Release notes",
    # due dates have ranges, too
    "dueRange:01/01/2020..01/01/2040": 'Fix login | Fix Logout | under_score | status:closed | Phase 42 | Say "hi" now',
    # several values of a date are alternatives
    "due:today due:tomorrow": "status:closed | Phase 42",
    # a value that is not a number matches nothing
    "priority:<foo": "(none)",
    # a date that is not set is not before another one
    "started:<2026-02-01": "Fix login",
    # a quotation ends with the next quote
    'due:>"today" title:"phase"': "Phase 42",
    # always by id
    "tag:none tag:urgent": "ALL except Fix Logout | Release notes | under_score",
    # an error of the database in the original
    "status:all status:any": "ALL",
}
"""Query -> our answer."""


def examples() -> list[Example]:
    """Return all examples, with our answers."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if "  =>  " in line]
    return [_example(*line.split("  =>  ")) for line in lines]


def _example(query: str, answer: str) -> Example:
    called_by = re.fullmatch(r"\[as slx_(\w+)\] (.*)", query)
    if called_by:
        return Example(called_by[2], answer, called_by[1])
    if query == "(empty string)":
        return Example("", answer)
    return Example(query, DECIDED.get(query, answer))


def wanted(answer: str) -> list[str]:
    """Return the titles of an answer."""
    if answer == "(none)":
        return []
    listed, _, excepted = answer.partition("ALL except ")
    left_out = excepted.split(" | ")
    if excepted or answer == "ALL":
        return [title for title in TITLES if title not in left_out]
    return listed.split(" | ")


def with_ids(query: str, id_of: Callable[[str, str], int]) -> str:
    """Return a query with ids for names; `id_of` gets a kind (id, user, cat, col, swimlane, project) and a name."""
    return re.sub(r"\{(\w+):?([^}]*)\}", lambda found: str(id_of(found[1], found[2])), query)
