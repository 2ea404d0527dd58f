"""searchTasks: its rows, its scope and what it reads (search.md 1 and 6).

The language: tests/unit/domain/test_search.py; the same examples over the API: test_search_examples.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_board, a_task, move
from tests.conftest import answer_in

from lambdaboard.app.http import HEAD
from lambdaboard.domain.search import ChildEntities, Subtask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.services.search_request import SearchRequest
    from lambdaboard.store.stores import Stores
    from lambdaboard.store.tasks import ListedTask

NAMES = [
    "nb_comments",
    "nb_files",
    "nb_subtasks",
    "nb_completed_subtasks",
    "nb_links",
    "nb_external_links",
    "is_milestone",
    "id",
    "reference",
    "title",
    "description",
    "date_creation",
    "date_modification",
    "date_completed",
    "date_started",
    "date_due",
    "color_id",
    "project_id",
    "column_id",
    "swimlane_id",
    "owner_id",
    "creator_id",
    "position",
    "is_active",
    "score",
    "category_id",
    "priority",
    "date_moved",
    "recurrence_status",
    "recurrence_trigger",
    "recurrence_factor",
    "recurrence_timeframe",
    "recurrence_basedate",
    "recurrence_parent",
    "recurrence_child",
    "time_estimated",
    "time_spent",
    "assignee_username",
    "assignee_name",
    "assignee_email",
    "assignee_avatar_path",
    "category_name",
    "category_description",
    "category_color_id",
    "column_name",
    "column_position",
    "swimlane_name",
    "project_name",
]


def found(call: Client, project: Project, query: Any) -> list[int]:
    return [row["id"] for row in call("searchTasks", project_id=project.id, query=query)]


def test_a_row_has_the_48_fields(call: Client, board: Project) -> None:
    a_task(call, board, title="Find me")
    assert sorted(call("searchTasks", board.id, "")[0]) == sorted(NAMES)
    assert len(NAMES) == 48


def test_a_row_names_what_its_task_refers_to_and_agrees_with_it(call: Client, board: Project) -> None:
    place = {"column_id": board.columns[1].id, "swimlane_id": board.swimlanes[1].id}
    task_id = a_task(call, board, category_id=board.categories[0].id, time_spent=1.5, **place)
    call("createTaskFile", board.id, task_id, "a.txt", "YQ==")
    row, task = call("searchTasks", board.id, "")[0], call("getTask", task_id)
    assert {name: row[name] for name in row if name in task} == {name: task[name] for name in row if name in task}
    named = {"nb_files": 1, "nb_comments": 0, "is_milestone": None, "category_name": "Bugs", "column_name": "Ready"}
    named |= {"column_position": 2, "swimlane_name": "Second", "project_name": "Board", "assignee_name": None}
    assert {name: row[name] for name in named} == named
    documented = call.documented("searchTasks", board.id, "")[0]
    as_text: dict[str, Any] = {
        "id": str(task_id),
        "nb_files": "1",
        "column_position": "2",
        "time_spent": "1.5",
        "time_estimated": "0",
    }
    as_text |= {"date_completed": None, "date_started": None, "is_milestone": None}
    assert {name: documented[name] for name in as_text} == as_text


@pytest.mark.parametrize("query", ["", " ", None, "status:all", "title:"])
def test_nothing_asked_means_all_open_and_closed_by_id(call: Client, board: Project, query: Any) -> None:
    ids = [a_task(call, board) for _ in range(3)]
    call("closeTask", ids[0])
    assert found(call, board, query) == ids


def test_the_attributes_of_the_documents_narrow_a_search(call: Client, board: Project, foreign: Project) -> None:
    first = a_task(call, board, title="Fix login", color_id="red")
    second = a_task(call, board, title="Fix Logout", color_id="blue")
    third = a_task(call, board, title="42")
    a_task(call, foreign, title="Fix login")
    call("closeTask", second)
    for query, wanted in {
        "login": [first],
        "FIX": [first, second],
        "fix status:open": [first],
        "status:closed": [second],
        "color:red": [first],
        "assignee:nobody title:fix": [first, second],
        f"id:{first} id:{third}": [first, third],
        f"id:{10**15}": [],
        f"#{second}": [second],
        "42": [third],
        "none such": [],
        42: [third],
    }.items():
        assert found(call, board, query) == wanted, query


def test_positions_are_those_of_get_task_whatever_is_found(call: Client, board: Project) -> None:
    ids = [a_task(call, board, title=f"Task {place}") for place in range(4)]
    call("closeTask", ids[1])
    positions = {task_id: call("getTask", task_id)["position"] for task_id in ids}
    for query, wanted in {
        "": ids,
        "status:open": [ids[0], *ids[2:]],
        "status:closed": [ids[1]],
        f"id:{ids[3]}": [ids[3]],
        "Task 3": [ids[3]],
    }.items():
        rows = call("searchTasks", board.id, query)
        assert {row["id"]: row["position"] for row in rows} == {each: positions[each] for each in wanted}, query


def test_a_disabled_project_is_searched_and_an_unknown_one_is_not(call: Client, stores: Stores) -> None:
    disabled = a_board(stores, is_active=0)
    task_id = a_task(call, disabled)
    assert found(call, disabled, "") == [task_id]
    assert call("searchTasks", 999_999, "") == []
    assert call.documented("searchTasks", 999_999, "") is False


def test_a_query_too_long_or_no_text_is_an_error_that_names_it(call: Client, board: Project) -> None:
    queries: list[Any] = ["x" * 10_001, [], True]
    for query in queries:
        error = call.error("searchTasks", board.id, query)
        assert (error["code"], "query" in error["data"]) == (-32602, True)
    assert found(call, board, "x" * 10_000) == []


# --- reads of single things, and the places of the rows ---------------------------------------------------------


def by_key(call: Client, project: Project, count: int) -> list[int]:
    """Make tasks that are open, due and have references, each in front of the one before."""
    ids = []
    for number in range(count):
        ids.append(a_task(call, project, reference=f"Ref-{number}", date_due=f"2030-01-{1 + number:02}"))
        move(call, project, ids[-1], 1)
    return ids


@pytest.mark.parametrize("query", ["ref:REF-*", "due:>2029-12-31 status:open", "title:task status:closed"])
@pytest.mark.parametrize("count", [3, 8])
def test_positions_are_right_whether_they_are_counted_or_found_by_the_lanes(
    call: Client, board: Project, query: str, count: int
) -> None:
    ids = by_key(call, board, count)
    elsewhere = a_task(call, board, column_id=board.columns[1].id, reference="ref-x", date_due="2030-02-01")
    for task_id in ids[:2] if "closed" in query else ids[:0]:
        call("closeTask", task_id)
    rows = call("searchTasks", board.id, query)
    assert [row["id"] for row in rows] == (ids[:2] if "closed" in query else [*ids, elsewhere])
    assert [row["position"] for row in rows] == [call("getTask", row["id"])["position"] for row in rows]


def test_a_task_whose_column_is_gone_has_the_position_that_get_task_tells(
    call: Client, stores: Stores, board: Project
) -> None:
    a_task(call, board)
    lost = a_task(call, board, column_id=board.columns[2].id, reference="R")
    read = stores.projects.get(board.id)
    stores.table.write(*stores.projects.replace_actions(read, read.project.changed(columns=board.columns[:2])))
    (row,) = call("searchTasks", board.id, "ref:r")
    assert (row["id"], row["position"], row["column_name"]) == (lost, 2, "Backlog")
    assert row["position"] == call("getTask", lost)["position"]


@pytest.mark.parametrize(
    ("wanted", "others"),
    [
        ("BUG-1", ["BUG-12", "BUG", "xBUG-1", "BUG-1\0"]),
        ("É-1", ["E-1", "é-12"]),
        ("a\0b", ["a", "a\0"]),
        ("a b", ["a", "b"]),
    ],
)
def test_a_reference_is_found_by_the_index_whatever_its_letter_case_and_no_other(
    call: Client, board: Project, wanted: str, others: list[str]
) -> None:
    spellings = [wanted, wanted.swapcase() if wanted.isascii() else wanted]
    ids = [a_task(call, board, reference=each) for each in spellings]
    for other in others:
        a_task(call, board, reference=other)
    for spelling in spellings:
        assert found(call, board, f'ref:"{spelling}"') == ids
    assert call("getTaskByReference", board.id, spellings[1])["id"] == ids[spellings.index(spellings[1])]


def test_a_reference_outside_ascii_is_found_though_the_index_knows_letter_case_in_ascii_only(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [a_task(call, board, reference=each) for each in ("Ärger-1", "A\u0308RGER-2", "Arger-3", "X-Ä", "x-a\u0308")]
    for query, wanted in (("ref:ärger*", [0, 1]), ("ref:a\u0308rger-1", [0]), ("ref:x-ä", [3, 4]), ("ref:*ä", [3, 4])):
        assert found(call, board, query) == [ids[each] for each in wanted], query


def test_a_range_of_due_dates_is_read_from_the_index_and_whole(call: Client, board: Project) -> None:
    days = ("2018-12-31", "2019-01-01", "2020-06-15 10:30", "2021-01-01", "2021-01-02", "")
    ids = [a_task(call, board, date_due=day) for day in days]
    for query, wanted in (
        ("due:>=2019-01-01 due:<=2021-01-01", [1, 2, 3]),
        ("due:>=2019-01-01 due:<2021-01-01 due:2018-12-31", [0, 1, 2]),
        ('dueRange:"2019-01-01..2021-01-01"', [1, 2, 3]),
        ("due:>2021-01-01 due:<2019-01-01", []),
        ("due:0001-01-01", []),
        ("due:>=2019-01-01 due:<=2021-01-01 due:none", [1, 2, 3, 5]),
    ):
        for status in ("", " status:open"):
            assert found(call, board, query + status) == [ids[each] for each in wanted], query


def test_names_with_quotation_marks_and_any_letters_are_found(call: Client, board: Project) -> None:
    category = call("createCategory", board.id, 'Say "Grüße"')
    column = call("addColumn", board.id, '5" Ärger')
    task_id = a_task(call, board, category_id=category, column_id=column, title="Fix the LOGIN Ärger")
    a_task(call, board)
    for query in (
        'category:"say GRÜSSE"',
        'column:"5 ärger"',
        "fix the status:open login a\u0308rger",
        "status:open  login  ",
    ):
        assert found(call, board, query) == [task_id], query


def test_more_tasks_than_one_round_trip_brings_are_found_all_the_same(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdaboard.services.candidates.BY_KEY", 3)
    ids = by_key(call, board, 5)
    call("closeTask", ids[4])
    named = " ".join(f"id:{each}" for each in ids)
    for query, wanted in {
        "ref:ref*": ids,
        "ref:ref-0 ref:ref-1 ref:*2 ref:*3": ids[:4],
        named: ids,
        "due:>2030-01-01 status:open": ids[1:4],
        "due:2030-01-02 status:open": [ids[1]],
        "due:2030-01-05 status:open": [],
    }.items():
        assert found(call, board, query) == wanted, query


@pytest.mark.parametrize("query", ["due:<1970-01-01 status:open", "due:<foo status:open", f"ref:{'x' * 2_000}"])
def test_what_no_key_can_be_finds_nothing(call: Client, board: Project, query: str) -> None:
    a_task(call, board, date_due="2030-01-01", reference="x")
    assert found(call, board, query) == []


@pytest.mark.parametrize(
    "text", ["\0", "\ud800", "😀" * 1_000, "ref:\0", "ref:\ud800", 'tag:"\ud800"', "assignee:\ud800"]
)
def test_any_character_is_looked_for(call: Client, board: Project, text: str) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "searchTasks", "params": [board.id, text]})
    response = call.post(body.encode())
    assert '"code":-32700' in response["body"] or answer_in(response) == {"result": []}


# --- in parts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 2, 500])
@pytest.mark.parametrize(
    "query", ["", "fix", "status:open", "status:closed", "ref:r*", "due:>2020-01-01 status:open", "assignee:mia"]
)
def test_pages_follow_each_other_and_are_the_whole(
    call: Client, board: Project, person: MakePerson, monkeypatch: pytest.MonkeyPatch, query: str, at_once: int
) -> None:
    monkeypatch.setattr("lambdaboard.services.project_search.BATCH", at_once)
    mia = person("mia", board.id)
    for number in range(6):
        a_task(call, board, title="Fix" if number % 2 else "Task", reference=f"R{number}", date_due="2030-01-01")
        a_task(call, board, title="fix it", owner_id=mia)
    for task_id in found(call, board, "")[::3]:
        call("closeTask", task_id)
    whole = call("searchTasks", project_id=board.id, query=query)
    assert whole
    paged: list[Any] = []
    while rows := call(
        "searchTasks", project_id=board.id, query=query, limit=2, after_id=paged[-1]["id"] if paged else 0
    ):
        assert len(rows) <= 2
        paged += rows
    assert paged == whole
    assert call("searchTasks", project_id=board.id, query=query, limit=99) == whole


def test_limit_and_after_id_go_by_name_only_and_the_limit_is_not_negative(call: Client, board: Project) -> None:
    assert call.error("searchTasks", board.id, "", 1)["code"] == -32602
    assert "limit" in call.error("searchTasks", project_id=board.id, query="", limit=-1)["data"]


# --- in all projects ------------------------------------------------------------------------------------------------


def test_project_0_is_all_projects_for_the_application_by_id(call: Client, board: Project, foreign: Project) -> None:
    ids = [a_task(call, project, title=f"Fix {project.name}") for project in (board, foreign, board)]
    a_task(call, board, title="Other")
    assert [row["id"] for row in call("searchTasks", 0, "fix")] == ids
    assert [row["project_name"] for row in call("searchTasks", 0, "fix")] == ["Board", "Foreign", "Board"]
    assert [row["id"] for row in call("searchTasks", 0, "project:foreign")] == [ids[1]]
    for query in ("fix", f"id:{ids[0]} id:{ids[1]} id:{ids[2]}"):
        rows = call("searchTasks", project_id=0, query=query, limit=2, after_id=ids[0] - 1)
        assert [row["id"] for row in rows] == ids[:2]
    assert [row["position"] for row in call("searchTasks", 0, "fix")] == [1, 1, 2]


def test_project_0_is_no_project_where_there_is_none(call: Client) -> None:
    assert call("searchTasks", 0, "") == call.documented("searchTasks", 0, "") == []


@pytest.mark.parametrize("role", ["project-viewer", "project-member", "project-manager"])
def test_project_0_is_a_persons_own_projects(
    call: Client, stores: Stores, board: Project, foreign: Project, person: MakePerson, role: str
) -> None:
    disabled = a_board(stores, is_active=0)
    ids = [a_task(call, project) for project in (board, foreign, disabled)]
    person("ann", board.id, disabled.id, role=role)
    person("admin", role=role)
    call("updateUser", id=call("getUserByName", "admin")["id"], role="app-admin")
    assert [row["id"] for row in call.by("ann")("searchTasks", 0, "")] == [ids[0], ids[2]]
    assert call.by("ann")("searchTasks", 0, f"id:{ids[1]}") == []
    assert call.by("admin")("searchTasks", 0, "") == []
    call("removeProjectUser", board.id, call("getUserByName", "ann")["id"])
    assert [row["id"] for row in call.by("ann")("searchTasks", 0, "")] == [ids[2]]


def test_a_role_that_is_none_and_a_project_that_is_gone_are_left_out_of_all_projects(
    call: Client, stores: Stores, board: Project, foreign: Project, person: MakePerson
) -> None:
    ann = person("ann", board.id, foreign.id)
    ids = [a_task(call, board), a_task(call, foreign)]
    stores.table.write(*stores.users.change_member_actions(foreign.id, ann, "guest"))
    assert [row["id"] for row in call.by("ann")("searchTasks", 0, "")] == [ids[0]]
    call("removeProject", board.id)
    assert call.by("ann")("searchTasks", 0, "") == []


def test_a_person_gets_the_error_of_a_search_of_all_projects(call: Client, person: MakePerson) -> None:
    person("ann")
    assert "query" in call.by("ann").error("searchTasks", 0, "x" * 10_001)["data"]


def test_many_projects_are_searched(call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdaboard.services.search_request.SEARCH_TIMEOUT", 600)  # moto does one after the other
    ids = [a_task(call, a_board(stores), tags=["t"]) for _ in range(20)]
    assert [row["id"] for row in call("searchTasks", 0, "tag:t")] == ids


# --- too much -------------------------------------------------------------------------------------------------------


def test_more_than_lambda_can_answer_is_an_error_that_says_how_to_narrow_the_query(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_task(call, board, title="Short")
    a_task(call, board, title="Long", description="x" * 3_000)
    monkeypatch.setattr("lambdaboard.app.http.CARRIED", HEAD + 4_500)
    error = call.error("searchTasks", board.id, "")
    assert (error["code"], "limit" in error["message"], "narrow" in error["message"]) == (-32000, True, True)
    assert len(call("searchTasks", board.id, "short")) == 1
    assert call.error("searchTasks", 0, "")["code"] == -32000


def test_a_search_that_takes_too_long_is_an_error_that_says_how_to_narrow_the_query(
    call: Client, board: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_task(call, board)
    monkeypatch.setattr("lambdaboard.services.search_request.SEARCH_TIMEOUT", -1)
    error = call.error("searchTasks", board.id, "")
    assert (error["code"], "narrow" in error["message"]) == (-32000, True)
    assert call("searchTasks", board.id, "id:0") == []


# --- what belongs to tasks ------------------------------------------------------------------------------------------


def test_what_belongs_to_tasks_is_read_of_those_alone_that_it_decides_about(
    call: Client, board: Project, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = person("mia", board.id)
    ids = [a_task(call, board, title=title) for title in ("Review", "Plan", "Closed", "Red", "Plain")]
    call("closeTask", ids[2])
    review = ChildEntities(("to review",), (Subtask(mia, 0), Subtask(0, 2)), ("blocks",))
    there = dict.fromkeys(ids[:4], review)
    asked: list[tuple[list[int], set[str]]] = []

    def read(search: SearchRequest, listed: Sequence[ListedTask], _gone: object) -> dict[int, ChildEntities]:
        facts = search.query.asks & {"comments", "subtasks", "links"}
        asked.append(([each.task.id for each in listed], {*facts}))
        return {each.task.id: there[each.task.id] for each in listed if each.task.id in there}

    monkeypatch.setattr("lambdaboard.services.project_search.child_entities_of", read)
    for query, wanted, read_of, facts in (
        ("search:review", ids[:4], ids[1:], {"comments"}),
        ("search:review status:open", [ids[0], ids[1], ids[3]], [ids[1], *ids[3:]], {"comments"}),
        ("comment:review plan", [ids[1]], [ids[1]], {"comments"}),
        ("subtask:assignee:mia", ids[:4], ids, {"subtasks"}),
        ("subtask:assignee:nobody", [], ids, {"subtasks"}),
        (f"link:blocks #{ids[3]}", [ids[3]], [ids[3]], {"links"}),
        ("link:blocks comment:x", [], ids, {"links", "comments"}),
    ):
        asked.clear()
        assert found(call, board, query) == wanted, query
        assert asked == [(read_of, facts)], query
    asked.clear()
    assert found(call, board, "comment:x nothing") == found(call, board, "tag:none plan red") == []
    assert asked == []


def test_a_person_finds_by_comments_that_they_may_see(call: Client, board: Project, person: MakePerson) -> None:
    person("ann", board.id)
    hidden, shown = a_task(call, board), a_task(call, board)
    call("createComment", hidden, 0, "a salary", "", "app-manager")
    call("createComment", shown, 0, "another salary")
    for query in ("comment:salary", "search:salary"):
        assert found(call, board, query) == [hidden, shown]
        assert found(call.by("ann"), board, query) == [shown]


def test_subtasks_are_as_they_read_in_their_task(call: Client, board: Project, person: MakePerson) -> None:
    ann, bob = person("ann", board.id), person("bob", board.id)
    closed, other = a_task(call, board), a_task(call, board)
    for task_id, user_id in ((closed, ann), (other, ann), (other, bob)):
        call("createSubtask", task_id, "Step", user_id)
    call("closeTask", closed)
    assert found(call, board, "subtask:assignee:ann") == [other]
    call("removeUser", ann)
    assert found(call, board, f"subtask:assignee:{ann}") == []
    assert found(call, board, "subtask:assignee:nobody") == [other]


def test_a_link_to_a_removed_task_or_of_a_removed_type_finds_nothing(call: Client, board: Project) -> None:
    one, two, three = (a_task(call, board) for _ in range(3))
    own_type = call("createLink", "precedes", "follows")
    assert call("createTaskLink", one, two, 2)
    assert call("createTaskLink", one, three, own_type)
    assert (found(call, board, "link:blocks"), found(call, board, "link:follows")) == ([one], [three])
    call("removeTask", two)
    call("removeLink", own_type)
    assert (found(call, board, "link:blocks"), found(call, board, "link:precedes")) == ([], [])
    assert found(call, board, "link:follows") == [three]
