"""The query language on the data set of search.md 7, and its rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import search_examples
from tests.search_examples import CATEGORIES, COLUMNS, PEOPLE, PROJECT, SWIMLANES, TASKS, Example, ExampleTask

from lambdaboard.domain.search import NOTHING, Asker, ChildEntities, Clock, Query, Reference, Subtask, parse
from lambdaboard.domain.search.filters import FILTERS
from lambdaboard.domain.task import Task
from lambdaboard.store.keys import indexes

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
CLOCK = Clock(NOW)
APPLICATION = 0
PROJECT_ID, OTHER_PROJECT, FIRST_ID = 900, 901, 501
USER_IDS = {"": 0, "amy": 1001, "bob": 1002, "cat": 1003}
GONE_TAG = 85
TAGS = dict(enumerate(("urgent", "backend", "Back office", "none"), 81))
BACKLOG, READY, DONE = (COLUMNS.index(title) + 1 for title in ("Backlog", "Ready", "Done"))


def number_of(name: str, names: Any, first: int) -> int:
    return first + [*names].index(name) if name else 0


def seconds(day: str | int) -> int:
    if isinstance(day, int):
        return int((NOW + timedelta(days=day)).replace(hour=12).timestamp())
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) if day else 0


def a_task(number: int = FIRST_ID, title: str = "Task", **changes: Any) -> Task:
    today = int(NOW.timestamp())
    values = {"project_id": PROJECT_ID, "column_id": BACKLOG, "swimlane_id": 1}
    values |= dict.fromkeys(("date_creation", "date_modification", "date_moved"), today)
    return Task(**{"id": number, "title": title, **values, **changes})


def task_of(place: int, example: ExampleTask) -> Task:
    return a_task(
        FIRST_ID + place,
        example.title,
        description=example.description,
        column_id=number_of(example.column, COLUMNS, 1),
        swimlane_id=number_of(example.swimlane, SWIMLANES, 1),
        owner_id=USER_IDS[example.owner],
        creator_id=USER_IDS[example.creator],
        color_id=example.color,
        category_id=number_of(example.category, CATEGORIES, 71),
        priority=example.priority,
        score=example.score,
        reference=example.reference,
        tags=tuple(number_of(tag, TAGS.values(), 81) for tag in example.tags),
        date_due=seconds(example.due),
        date_started=seconds(example.started),
        is_active=int(not example.is_closed),
        date_completed=int(NOW.timestamp()) if example.is_closed else None,
    )


def belongings_of(example: ExampleTask) -> ChildEntities:
    subtasks = tuple(Subtask(USER_IDS[name], status) for name, status in example.subtasks)
    return ChildEntities(example.comments, subtasks, example.links)


SEARCHED = [(task_of(place, each), belongings_of(each)) for place, each in enumerate(TASKS)]
ALL = [*search_examples.TITLES]
FIX_LOGIN = SEARCHED[0][0]


def an_asker(user_id: int = APPLICATION) -> Asker:
    return Asker(
        user_id,
        project=PROJECT,
        people={USER_IDS[name]: (f"slx_{name}", full) for name, full in PEOPLE.items()},
        columns=dict(enumerate(COLUMNS, 1)),
        swimlanes=dict(enumerate(SWIMLANES, 1)),
        categories=dict(enumerate(CATEGORIES, 71)),
        tags=TAGS,
    )


def id_of(kind: str, name: str) -> int:
    return {
        "id": lambda: FIRST_ID + ALL.index(name),
        "user": lambda: USER_IDS[name],
        "cat": lambda: number_of(name, CATEGORIES, 71),
        "col": lambda: number_of(name, COLUMNS, 1),
        "swimlane": lambda: number_of(name, SWIMLANES, 1),
        "project": lambda: PROJECT_ID,
    }[kind]()


def found(query: str, user_id: int = APPLICATION, clock: Clock = CLOCK) -> list[str]:
    return found_as_it_is(search_examples.with_ids(query, id_of), user_id, clock)


def found_as_it_is(query: str, user_id: int = APPLICATION, clock: Clock = CLOCK) -> list[str]:
    read, asker = parse(query, clock), an_asker(user_id)
    return [task.title for task, belongings in SEARCHED if read.matches(task, asker, belongings)]


def fits(query: str, **changes: Any) -> bool:
    return parse(query, CLOCK).matches(a_task(**changes), an_asker())


@pytest.mark.parametrize("example", search_examples.examples(), ids=lambda each: f"{each.caller} {each.query}")
def test_a_query_finds_what_the_document_lists_or_what_was_decided(example: Example) -> None:
    assert found(example.query, USER_IDS[example.caller]) == search_examples.wanted(example.answer)


def test_the_document_has_more_than_two_hundred_examples_and_all_that_was_decided_is_one_of_them() -> None:
    queries = {each.query for each in search_examples.examples()}
    assert len(queries) > 200
    assert search_examples.DECIDED.keys() <= queries


# --- what the document does not show --------------------------------------------------------------------------------


ATTRIBUTES = """
    title search description desc comment status id assignee creator subtask:assignee color colour category column
    swimlane project reference ref tag link priority score complexity due started completed created modified updated
    moved createdrange modifiedrange updatedrange movedrange completedrange duerange startedrange
"""


def test_the_attributes_are_those_of_the_document() -> None:
    assert {*ATTRIBUTES.split()} == FILTERS


def test_a_number_sign_and_digits_alone_are_a_task_and_nothing_that_its_title_says() -> None:
    assert not fits("#7", title="Like #7")
    assert fits("title:#7", title="Like #7")
    assert fits("#7 again", title="like #7 again")
    assert fits("7", title="Like 7")


def test_a_piece_that_begins_with_a_blank_outside_ascii_is_searched_for() -> None:
    assert found("\N{NO-BREAK SPACE}login") == []
    assert fits("\N{NO-BREAK SPACE}login", title="Fix\N{NO-BREAK SPACE}login")


@pytest.mark.parametrize("query", ["assignee:amy", "assignee:%", "creator:a"])
def test_who_is_unknown_is_found_by_no_name(query: str) -> None:
    assert not parse(query, CLOCK).matches(a_task(owner_id=7, creator_id=7), an_asker())


def test_a_tag_that_is_gone_is_none() -> None:
    assert fits("tag:none", tags=(GONE_TAG,))
    assert not fits('tag:""', tags=(GONE_TAG,))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('subtask:assignee:""', ["Fix login", "Fix Logout"]),
        ("subtask:assignee:SLX_", ["Fix login", "Fix Logout"]),
        ("subtask:assignee:slx%b", ["Fix Logout"]),
        ("subtask:assignee:0", ["User guide"]),
        ("subtask:assignee:nobody subtask:assignee:amy", ["Fix login", "User guide"]),
        ("search:missing description:page", ["User guide"]),
        ("comment:review comment:picture link:blocks", []),
        ("comment:review comment:picture color:blue", ["Fix Logout"]),
        ('link:"is a milestone of"', ["Release notes"]),
    ],
)
def test_what_belongs_to_a_task_is_looked_at(query: str, wanted: list[str]) -> None:
    assert found(query) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("priority:2.0", ["Release notes"]),
        ("priority:<=-1", ["under_score"]),
        ('priority:">2.5"', ["Fix login"]),
        ("priority:+3", ["Fix login"]),
        ('priority:">= 2"', ["Fix login", "Release notes"]),
        ("priority:<>2", []),
        ("priority:==2", []),
        ("priority:>", []),
        ("priority:1e1", []),
        ("score:\N{ARABIC-INDIC DIGIT FIVE}", []),
    ],
)
def test_numbers_are_compared_and_what_is_none_fits_nothing(query: str, wanted: list[str]) -> None:
    assert found(query) == wanted


@pytest.mark.parametrize(
    ("query", "due", "is_found"),
    [
        ("due:2030-01-15", seconds("2030-01-15"), True),
        ("due:2030-01-15", seconds("2030-01-15") + 86_399, True),
        ("due:2030-01-15", seconds("2030-01-16"), False),
        ("due:>2030-01-15", seconds("2030-01-16"), True),  # Kanboard misses midnight
        ("due:>2030-01-15", seconds("2030-01-16") - 1, False),
        ("due:>=2030-01-15", seconds("2030-01-15"), True),
        ("due:<2030-01-15", seconds("2030-01-15"), False),
        ("due:<=2030-01-15", seconds("2030-01-16") - 1, True),
        ("due:<2030-01-15", 0, False),
        ("due:>foo", 0, False),
        ("due:<99999999999999999999999", 1, True),
        ("due:none", 0, True),
        ("due:NONE", 0, False),
    ],
)
def test_a_day_has_all_its_seconds_and_a_date_that_is_not_set_has_none(query: str, due: int, is_found: bool) -> None:
    assert fits(query, date_due=due) is is_found


@pytest.mark.parametrize("query", ["completed:<today", "completed:<=today", "completed:none", "completed:foo"])
@pytest.mark.parametrize("completed", [None, 0])
def test_a_task_that_is_not_completed_is_found_by_no_day(query: str, completed: int | None) -> None:
    assert not fits(query, date_completed=completed)


@pytest.mark.parametrize("started", [None, 0])
def test_a_task_that_has_not_started_is_found_by_none_and_by_no_day(started: int | None) -> None:
    assert fits("started:none", date_started=started)
    assert not any(fits(f"started:{day}", date_started=started) for day in ("<today", "<=today", "foo", ">foo", "0"))


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ('completedRange:"2026-11-20..2026-11-21"', True),
        ("completedRange:2026_11_21..2026_11_21", True),
        ("completedRange:11/22/2026..11/23/2026", False),
        ("COMPLETEDRANGE:11/21/2026..11/21/2026", True),
        ("completedRange:today..today", False),
        ("completedRange:x..11/21/2026", True),
        ("completedRange:11/21/2026..x", False),
        ("completedRange:11/21/2026", True),
        ("completedRange:1..2..3", True),
        ("completedRange:11/22/2026..11/23/2026 completedRange:11/20/2026..11/21/2026", True),
        ("completedRange:11/22/2026..11/23/2026 completedRange:11/18/2026..11/19/2026", False),
    ],
)
def test_a_range_has_both_of_its_days(query: str, is_found: bool) -> None:
    assert fits(query, date_completed=int(NOW.timestamp())) is is_found
    assert fits("completedRange:x..11/21/2026", date_completed=None) is False


def test_ranges_are_written_in_the_format_of_the_application() -> None:
    clock = Clock(NOW, "d.m.Y")
    assert found("createdRange:21.11.2026..21.11.2026", clock=clock) == ALL
    assert found("createdRange:11/21/2026..11/21/2026", clock=clock) == []


@pytest.mark.parametrize("name", ["due", "started"])
def test_due_dates_and_starts_have_ranges_too_and_a_date_that_is_not_set_is_in_none(name: str) -> None:
    for days, is_found in (("2030-01-14..2030-01-15", True), ("2030-01-16..2030-01-17", False), ("2030-01-14", True)):
        assert fits(f'{name}Range:"{days}"', **{f"date_{name}": seconds("2030-01-15")}) is is_found
    assert not fits(f"{name}Range:01/01/1970..01/01/2100", **{f"date_{name}": 0})


@pytest.mark.parametrize(
    ("query", "found_of"),
    [
        ("priority:>=1 priority:<3", [1, 2]),
        ("priority:>=1 priority:<3 priority:>1", [2]),
        ("priority:<1 priority:>3", []),
        ("priority:>=1 priority:<3 priority:4", [1, 2, 4]),
        ("priority:4 priority:>=1 priority:0 priority:<=1", [0, 1, 4]),
        ("priority:>1 priority:<foo", []),
        ("priority:3 priority:>1 priority:<foo", [3]),
        ('priority:">= 1" priority:<"3"', [1, 2]),
        ("priority:0 priority:4", [0, 4]),
    ],
)
def test_comparisons_must_all_hold_or_one_of_the_other_values(query: str, found_of: list[int]) -> None:
    assert [each for each in range(5) if fits(query, priority=each)] == found_of


DAY_ATTRIBUTES = {
    "due": "date_due", "started": "date_started", "completed": "date_completed", "created": "date_creation",
    "moved": "date_moved", "modified": "date_modification", "updated": "date_modification",
}  # fmt: skip


@pytest.mark.parametrize("name", DAY_ATTRIBUTES)
def test_two_comparisons_of_a_date_are_a_range_of_days(name: str) -> None:
    query = f"{name}:>=2019-01-01 {name}:<=2021-01-01"
    for day, is_found in (("2018-12-31", False), ("2019-01-01", True), ("2021-01-01", True), ("2021-01-02", False)):
        changes = {DAY_ATTRIBUTES[name]: seconds(day)}
        assert fits(query, **changes) is is_found
        assert fits(f"{name}:2018-12-31 {query}", **changes) is (is_found or day == "2018-12-31")


def test_a_due_date_in_a_range_or_none() -> None:
    query = "due:>=2019-01-01 due:none due:<=2021-01-01"
    assert [fits(query, date_due=seconds(day)) for day in ("", "2020-01-01", "2022-01-01")] == [True, True, False]


# --- names and letters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ('category:"Say hi"', True),
        ('category:"say HI"', True),
        ("category:Say", False),
        ('category:"Say _hi"', False),
        ("category:71", True),
        ('column:"5 inch, große"', True),
        ('column:"5 INCH, GROSSE"', True),
        ("column:5", False),
        ('column:"5 inch%"', False),
        ("swimlane:ЛИНИЯ", True),
        ("swimlane:ли%", True),
        ("project:E\u0301T%", True),
        ("tag:ÖL", True),
        ("assignee:ÁDÁM", True),
        ("creator:ádám", True),
    ],
)
def test_names_are_found_whatever_their_letters_and_quotation_marks(query: str, is_found: bool) -> None:
    asker = Asker(
        0,
        project="Été",
        people={7: ("adam", "Ádám")},
        columns={BACKLOG: '5" inch, große'},
        swimlanes={1: "Линия"},
        categories={71: 'Say "hi"'},
        tags={81: "Motoröl"},
    )
    task = a_task(category_id=71, tags=(81,), owner_id=7, creator_id=7)
    assert parse(query, CLOCK).matches(task, asker) is is_found


@pytest.mark.parametrize(
    ("query", "reference", "is_found"),
    [
        ("ref:ärger-1", "ÄRGER-1", True),
        ("ref:a\u0308rger*", "Ärger-1", True),
        ("ref:ärger*", "A\u0308rger-1", True),
        ("ref:x-ä*", "X-Ä1", True),
        ("ref:straße", "STRASSE", True),
        ("ref:straẞe", "Straße", True),
        ("ref:strasse", "Straße", False),  # the index is asked for the letters of ASCII
        ("ref:k", "\N{KELVIN SIGN}", False),
        ("ref:*k", "\N{KELVIN SIGN}", True),
    ],
)
def test_a_reference_is_found_whatever_its_letters(query: str, reference: str, is_found: bool) -> None:
    assert fits(query, reference=reference) is is_found


# --- what need not be read ------------------------------------------------------------------------------------------


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
    assert parse(query, CLOCK).status() == status


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", None),
        ("501", None),
        ("#501", {501}),
        ("title:#501", None),
        ("id:501", {501}),
        ("id:501 id:502 status:open", {501, 502}),
        ("id:501 #502", set()),
        ("id:foo", set()),
        ("id:foo id:501", {501}),
        ("color:unknown", set()),
        ("color:unknown color:red", None),
        ("color:unknown id:501", set()),
        ("priority:foo", set()),
        ("priority:<foo priority:>1", set()),
        ("priority:<foo priority:1", None),
        ("reference:" + "x" * 192, set()),
    ],
)
def test_the_ids_that_results_are_among_are_known_beforehand(query: str, ids: set[int] | None) -> None:
    assert parse(query, CLOCK).ids() == ids


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ref:ABC-1", [("ABC-1", True)]),
        ("ref:ABC*", [("ABC", False)]),
        ("ref:*1", [("", False)]),
        ("ref:A_C", [("A", False)]),
        ("ref:A%", [("A", False)]),
        ("ref:a ref:b", [("a", True), ("b", True)]),
        ("ref:a reference:b reference:c", [("a", True)]),
        ("ref:none", []),
        ("ref:a ref:none", []),
        ("ref:Ä-1", [("", False)]),
        ("ref:AB-Ä", [("AB-", False)]),
        ("ref:ABe\u0301", [("AB", False)]),
        ("fix", []),
    ],
)
def test_the_references_that_results_have_are_known_beforehand(query: str, wanted: list[tuple[str, bool]]) -> None:
    assert [(each.begins, each.is_whole) for each in parse(query, CLOCK).references()] == wanted


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ("due:2030-01-15", (seconds("2030-01-15"), seconds("2030-01-16") - 1)),
        ("due:<2030-01-15 fix", (1, seconds("2030-01-15") - 1)),
        ("due:2030-01-15 due:2030-01-17", (seconds("2030-01-15"), seconds("2030-01-18") - 1)),
        ("due:none", None),
        ("due:none due:today", None),
        ("due:>=2030-01-15 due:<2030-01-17", (seconds("2030-01-15"), seconds("2030-01-17") - 1)),
        ("due:>=2030-01-15 due:<2030-01-17 due:2030-02-01", (seconds("2030-01-15"), seconds("2030-02-02") - 1)),
        ("due:>=2030-01-15 due:none due:<2030-01-17", None),
        ('dueRange:"2030-01-15..2030-01-16"', (seconds("2030-01-15"), seconds("2030-01-17") - 1)),
        ("due:0001-01-01", (1, -62_135_510_401)),
        ("created:today", None),
    ],
)
def test_when_all_results_are_due_is_known_beforehand(query: str, span: tuple[int, int] | None) -> None:
    assert parse(query, CLOCK).due() == span


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", set()),
        ("fix assignee:me creator:nobody subtask", set()),
        ("tag:x", {"tags"}),
        ("tag:none", {"tags"}),
        ("assignee:amy", {"assignees"}),
        ("creator:amy", {"creators"}),
        ("assignee:7", set()),
        ("comment:x", {"comments"}),
        ("search:x", {"comments"}),
        ("subtask:assignee:me", {"subtasks"}),
        ("subtask:assignee:7", {"subtasks"}),
        ("subtask:assignee:amy", {"subtasks", "performers"}),
        ("link:x tag:y", {"links", "tags"}),
    ],
)
def test_only_what_a_query_needs_is_asked_for(query: str, asked: set[str]) -> None:
    assert parse(query, CLOCK).asks == asked


# --- any text -------------------------------------------------------------------------------------------------------

VALUES = ("open", "closed", "501", "#502", "red", "me", "none", "BUG*", "b_g-1", "today", "<2030-01-20", ">=1", "login")
MORE_VALUES = (">2030-01-14", "<=2030-01-15", "<3", "éclair", "E\u0301", "bug-ä")
SIGNS = (" ", '"', "%", "_", "*", "..", "+1 week", "last monday", "x..y", ">", "<=")
WORDS = st.sampled_from([*(f"{name}:" for name in sorted(FILTERS)), *VALUES, *MORE_VALUES, *SIGNS])
QUERIES = st.text() | st.lists(WORDS, max_size=12).map("".join)


def within(task: Task, reference: Reference) -> bool:
    folded, begins = task.reference.lower(), reference.begins.lower()
    return reference.fits(folded) and (folded == begins if reference.is_whole else folded.startswith(begins))


@given(QUERIES, st.sampled_from(SEARCHED))
def test_any_text_is_answered_and_what_matches_is_within_the_limits(query: str, of: tuple[Task, ChildEntities]) -> None:
    task, belongings = of
    read: Query = parse(query, CLOCK)
    matches = read.matches(task, an_asker(), belongings)
    assert matches or not read.matches(task, an_asker(), NOTHING)
    if not matches:
        return
    due, ids, references = read.due(), read.ids(), read.references()
    assert read.may_match(task, an_asker())
    assert read.status() in {None, task.is_active}
    assert ids is None or task.id in ids
    assert not references or any(within(task, each) for each in references)
    assert due is None or due.first <= task.date_due <= due.last


REFERENCES = st.text("aAbsSß\u017fkK\u212aéÉe\u0301\u0308ﬁfi1-", max_size=5)


@given(REFERENCES, st.text("aAsSß\u017fkKéÉe\u0301fi1-*%_", max_size=5).filter(bool))
def test_a_reference_that_is_found_is_one_that_the_index_is_asked_for(reference: str, value: str) -> None:
    read = parse(f'ref:"{value}"', CLOCK)
    if value == "none" or not read.matches(a_task(reference=reference), an_asker()):
        return
    (wanted,) = read.references()
    key = indexes.by_reference(reference, FIRST_ID)
    begins = indexes.of_reference if wanted.is_whole else indexes.begins_reference
    assert key.startswith(begins(wanted.begins))
    assert wanted.fits(indexes.folded_reference(key))


@given(st.sampled_from(sorted(FILTERS)), st.text() | st.text("0123456789-/.<>= adeghijklmnorstuwy", max_size=30))
def test_any_value_of_any_attribute_is_answered(attribute: str, value: str) -> None:
    assert found_as_it_is(f'{attribute}:"{value}"') == found_as_it_is(f'{attribute.upper()}:"{value}"')


@pytest.mark.parametrize(
    "piece", ['<"', '"', '"a ', " ", "status:", "title:a%_ ", "<", '<"\n', "=1", "1", "\N{NO-BREAK SPACE}"], ids=repr
)
def test_a_query_of_any_length_is_read(piece: str) -> None:
    assert isinstance(parse(piece * 30_000, CLOCK), Query)
