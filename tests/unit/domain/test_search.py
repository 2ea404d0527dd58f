"""The query language on the data set of search-language.md, appendix, for the attributes there are."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.search import Asker, Query, parse
from lambdaboard.domain.search.filters import FILTERS

AMY, BOB, CAT = 1001, 1002, 1003
APPLICATION = 0
PEOPLE = {AMY: ("slx_amy", "Amy Adams"), BOB: ("slx_bob", "Bob Stone"), CAT: ("slx_cat", "")}


@dataclass(frozen=True)
class Task:
    id: int
    title: str
    color_id: str
    owner_id: int = 0
    is_active: int = 1
    column_id: int = 1
    swimlane_id: int = 1
    category_id: int = 0
    tags: tuple[int, ...] = ()


BACKLOG, READY, WIP, DONE = 1, 2, 3, 4
COLUMNS = {BACKLOG: "Backlog", READY: "Ready", WIP: "Work in progress", DONE: "Done"}
LANE_B = 2
SWIMLANES = {1: "Default swimlane", LANE_B: "Lane B"}
BUGS, DOCS, YEAR = 71, 72, 73
CATEGORIES = {BUGS: "Bugs", DOCS: "Docs", YEAR: "2024"}
URGENT, BACKEND, OFFICE, NONE_TAG, GONE = 81, 82, 83, 84, 85
TAGS = {URGENT: "urgent", BACKEND: "backend", OFFICE: "Back office", NONE_TAG: "none"}

TASKS = [
    Task(501, "Fix login", "red", AMY, category_id=BUGS, tags=(URGENT, BACKEND)),
    Task(502, "Fix Logout", "blue", BOB, column_id=READY, category_id=BUGS, tags=(BACKEND,)),
    Task(503, "User guide", "yellow", category_id=DOCS),
    Task(504, "Release notes", "dark_grey", CAT, is_active=0, column_id=WIP, swimlane_id=LANE_B, tags=(OFFICE,)),
    Task(505, "100% cover", "green", category_id=YEAR, tags=(GONE,)),
    Task(506, "under_score", "green", tags=(NONE_TAG,)),
    Task(507, "status:closed", "purple"),
    Task(508, "Phase 42", "orange", swimlane_id=LANE_B),
    Task(509, 'Say "hi" now', "grey"),
    Task(510, "Éclair", "pink"),
    Task(511, "foo bar", "teal", is_active=0, column_id=DONE),
    Task(512, "foo  bar", "light_green", column_id=DONE),
]
ALL = [task.title for task in TASKS]
NONE: list[str] = []
FIXES = ["Fix login", "Fix Logout"]
FOOS = ["foo bar", "foo  bar"]
CLOSED = ["Release notes", "foo bar"]
ASSIGNED = ["Fix login", "Fix Logout", "Release notes"]


def without(*titles: str) -> list[str]:
    return [title for title in ALL if title not in titles]


def found(query: str, user_id: int = APPLICATION) -> list[str]:
    read, asker = parse(query), Asker(user_id, PEOPLE, COLUMNS, SWIMLANES, CATEGORIES, TAGS)
    return [task.title for task in TASKS if read.matches(task, asker)]


FREE_TEXT = [
    ("", ALL),
    ("login", ["Fix login"]),
    ("LOGIN", ["Fix login"]),
    ("fix login", ["Fix login"]),
    ('"fix login"', ["Fix login"]),
    ("fix  login", NONE),
    ("login fix", NONE),
    ("foo bar", ["foo bar"]),
    ("foo  bar", ["foo  bar"]),
    ("foo status:open bar", ["foo  bar"]),
    ("foo bar status:closed", ["foo bar"]),
    ("status:closed foo bar", ["foo bar"]),
    ('"foo bar', ["foo bar"]),
    ('title:foo"bar baz"', NONE),
    ("hi", ['Say "hi" now']),
    ('"say "hi"', NONE),
    ("%", ALL),
    ("100%", ["100% cover"]),
    ("_", ALL),
    ("er_s", ["under_score"]),
    ("F_x", FIXES),
    ("fix*", NONE),
    ("éclair", NONE),
    ("Éclair", ["Éclair"]),
    ("ÉCLAIR", ["Éclair"]),
    ("42", ["Phase 42"]),
    ("#42", NONE),
    ("501", ["Fix login"]),
    ("#501", ["Fix login"]),
    ("#501 #502", NONE),
    ("fix OR foo", NONE),
    ("-fix", NONE),
    ("foo:bar", NONE),
    ("owner:amy", NONE),
    ('""', ALL),
]
TITLE = [
    ("title:fix", FIXES),
    ("TITLE:FIX", FIXES),
    ('title:"fix log"', FIXES),
    ("title:fix title:foo", [*FIXES, *FOOS]),
    ("title:fix foo", FOOS),
    ("title:", ALL),
    ("title: fix", FIXES),
    ('title:""', ALL),
    ("title:#501", ["Fix login"]),
    ('"fix"title:foo', FIXES),
]
STATUS = [
    ("status:open", without(*CLOSED)),
    ("status:closed", CLOSED),
    ("STATUS:open", without(*CLOSED)),
    ("status:OPEN", ALL),
    ("status:1", without(*CLOSED)),
    ("status:0", CLOSED),
    ("status:2", NONE),
    ("status:all", ALL),
    ("status:", ALL),
    ("status: closed", ["status:closed"]),
    ('"status:closed"', ["status:closed"]),
    ("status:status:closed", ["status:closed"]),
    ("status:open status:closed", ALL),
    ("status:open status:all", without(*CLOSED)),
    ("status:all status:any", ALL),  # an error of the database in Kanboard
    ("status:closed title:fix", NONE),
]
ASSIGNEE = [
    ("assignee:nobody", without(*ASSIGNED)),
    ("assignee:anybody", ASSIGNED),
    ('assignee:""', ASSIGNED),
    ("assignee:me", without(*ASSIGNED)),
    ("assignee:Nobody", NONE),
    ("assignee:0", without(*ASSIGNED)),
    (f"assignee:{BOB}", ["Fix Logout"]),
    ("assignee:slx_amy", ["Fix login"]),
    ("assignee:AMY", ["Fix login"]),
    ('assignee:"amy adams"', ["Fix login"]),
    ("assignee:amy adams", NONE),
    ("assignee:slx", ASSIGNED),
    ("assignee:slx_amy assignee:slx_bob", FIXES),
    ("assignee:slx_amy assignee:nobody", without("Fix Logout", "Release notes")),
    ("assignee:unknown", NONE),
]
COLOR = [
    ("color:red", ["Fix login"]),
    ("colour:RED", ["Fix login"]),
    ("color:dark_grey", ["Release notes"]),
    ('color:"Dark Grey"', ["Release notes"]),
    ("color:dark grey", NONE),
    ("color:red color:blue", FIXES),
    ("color:red colour:blue", NONE),
    ("color:unknown", NONE),
]
ID = [
    ("id:501", ["Fix login"]),
    ("id:#501", NONE),
    ("id:501 id:502", FIXES),
    ("id:0", NONE),
    ("id:" + "9" * 5_000, NONE),
]


COLUMN = [
    ("column:Backlog", without("Fix Logout", "Release notes", "foo bar", "foo  bar")),
    ("column:backlog", NONE),
    ('column:"Work in progress"', ["Release notes"]),
    ("column:Work in progress", NONE),
    (f"column:{READY}", ["Fix Logout"]),
    ("column:Ready column:Done", ["Fix Logout", *FOOS]),
]
SWIMLANE = [
    ('swimlane:"Lane B"', ["Release notes", "Phase 42"]),
    ('swimlane:"lane b"', ["Release notes", "Phase 42"]),
    ("swimlane:Lane", NONE),
    ("swimlane:lane%", ["Release notes", "Phase 42"]),
    (f"swimlane:{LANE_B}", NONE),
]
CATEGORY = [
    ("category:Bugs", FIXES),
    ("category:bugs", FIXES),
    ("category:Bug", NONE),
    ("category:none", without(*FIXES, "User guide", "100% cover")),
    ("category:NONE", NONE),
    ("category:2024", ["100% cover"]),
    (f"category:{BUGS}", FIXES),
    ("category:Bugs category:Docs", [*FIXES, "User guide"]),
]
TAG = [
    ("tag:backend", FIXES),
    ("tag:BACK", [*FIXES, "Release notes"]),
    ("tag:none", without(*FIXES, "Release notes", "under_score")),  # a tag that is gone is none
    ('tag:"Back office"', ["Release notes"]),
    ("tag:Back office", NONE),
    ("tag:urgent tag:office", ["Fix login", "Release notes"]),
    ('tag:""', [*FIXES, "Release notes", "under_score"]),
]
COMBINED = [
    ("status:open category:Bugs", FIXES),
    ("status:open tag:backend color:blue", ["Fix Logout"]),
    ("status:closed column:Done", ["foo bar"]),
    ("category:Bugs category:Docs color:red color:yellow", ["Fix login", "User guide"]),
]
BOARD = [*COLUMN, *SWIMLANE, *CATEGORY, *TAG, *COMBINED]


@pytest.mark.parametrize(("query", "titles"), [*BOARD, *FREE_TEXT, *TITLE, *STATUS, *ASSIGNEE, *COLOR, *ID])
def test_the_application_finds_what_the_document_lists(query: str, titles: list[str]) -> None:
    assert found(query) == titles


@pytest.mark.parametrize(("user_id", "titles"), [(AMY, ["Fix login"]), (BOB, ["Fix Logout"]), (CAT, ["Release notes"])])
def test_me_is_who_asks(user_id: int, titles: list[str]) -> None:
    assert found("assignee:me", user_id) == titles


def test_a_piece_that_begins_with_a_blank_outside_ascii_is_searched_for() -> None:
    assert found("\N{NO-BREAK SPACE}login") == NONE
    task = Task(513, "Fix\N{NO-BREAK SPACE}login", "red")
    assert parse("\N{NO-BREAK SPACE}login").matches(task, Asker(APPLICATION, {}))


@pytest.mark.parametrize("query", ["assignee:amy", "assignee:%"])
def test_who_is_unknown_is_found_by_no_name(query: str) -> None:
    assert not parse(query).matches(TASKS[0], Asker(APPLICATION, {}))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", None),
        ("fix", None),
        ("status:open", 1),
        ("status:closed", 0),
        ("status:1", 1),
        ("status:0 fix", 0),
        ("status:2", None),
        ("status:OPEN", None),
        ("status:open status:open", 1),
        ("status:open status:all", 1),
        ("status:open status:closed", None),
        ("color:red status:closed", 0),
    ],
)
def test_the_status_that_all_results_have_is_known_beforehand(query: str, status: int | None) -> None:
    assert parse(query).status() == status


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", None),
        ("501", None),
        ("id:501", {501}),
        ("id:501 id:502 status:open", {501, 502}),
        ("id:foo", set()),
        ("id:foo id:501", {501}),
        ("color:unknown", set()),
        ("color:unknown color:red", None),
        ("color:unknown id:501", set()),
    ],
)
def test_the_ids_that_results_are_among_are_known_beforehand(query: str, ids: set[int] | None) -> None:
    assert parse(query).ids() == ids


WORDS = st.sampled_from(
    [*(f"{name}:" for name in FILTERS), "open", "closed", "501", "502", "red", "me", " ", '"', "fix"]
)
QUERIES = st.text() | st.lists(WORDS, max_size=12).map("".join)


@given(QUERIES, st.sampled_from(TASKS))
def test_a_task_that_matches_is_within_the_limits(query: str, task: Task) -> None:
    read: Query = parse(query)
    status, ids = read.status(), read.ids()
    if read.matches(task, Asker(AMY, PEOPLE)):
        assert status in {None, task.is_active}
        assert ids is None or task.id in ids


@pytest.mark.parametrize(("query", "asks"), [("tag:x", True), ("tag:none", True), ("x", False), ("", False)])
def test_the_names_of_tags_are_asked_for_only_where_a_query_needs_them(query: str, asks: bool) -> None:
    assert parse(query).asks_tags() is asks


@pytest.mark.parametrize(
    "piece", ['<"', '"', '"a ', " ", "status:", "title:a%_ ", "<", '<"\n', "=1", "1", "\N{NO-BREAK SPACE}"], ids=repr
)
def test_a_query_of_any_length_is_read(piece: str) -> None:
    assert isinstance(parse(piece * 30_000), Query)
