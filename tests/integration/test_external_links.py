"""Links from tasks to what is elsewhere; every rule is from context.md 11."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import a_task, everything

from lambdaboard.store import web

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

ROW = ["id", "link_type", "dependency", "title", "url", "date_creation", "date_modification", "task_id", "creator_id"]
LISTED = [*ROW, "creator_name", "creator_username", "dependency_label", "type"]

UNKNOWN: list[Any] = [0, -1, 999_999, 10**13, "999999"]
PDF = "https://example.org/a/b.pdf"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which pages were asked for their title; it is "The page" wherever the address has `titled` in it."""
    asked: list[str] = []

    def title(url: str) -> str:
        asked.append(url)
        return "The page" if "titled" in url else ""

    monkeypatch.setattr(web, "page_title", title)
    return asked


@pytest.fixture
def task(call: Client, board: Project, fetched: list[str]) -> int:
    """A task; no page is really asked."""
    return a_task(call, board)


def count(call: Client, board: Project) -> int:
    return int(call("searchTasks", board.id, "")[0]["nb_external_links"])


def test_types_and_dependencies_have_names(call: Client) -> None:
    types = {"auto": "Auto", "attachment": "Attachment", "file": "Local File", "weblink": "Web Link"}
    assert call("getExternalTaskLinkTypes") == call.documented("getExternalTaskLinkTypes") == types
    for name in types.keys() - {"auto"}:
        assert call("getExternalTaskLinkProviderDependencies", name) == {"related": "Related"}
    for unknown in ("auto", "", "Weblink", 5):
        for client in (call, call.documented):
            assert client("getExternalTaskLinkProviderDependencies", unknown) is False


def test_a_row_has_the_documented_properties_and_those_of_its_creator(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann, begun = person("ann", board.id, name="Ann Lee"), int(time.time())
    link_id = call.by("ann")("createExternalTaskLink", task, PDF, "related")
    row, (listed,) = call("getExternalTaskLinkById", task, link_id), call("getAllExternalTaskLinks", task)
    assert sorted(row) == sorted(ROW)
    assert sorted(listed) == sorted(LISTED)
    wanted = {"id": link_id, "link_type": "attachment", "dependency": "related", "title": "b.pdf", "url": PDF}
    assert {name: row[name] for name in wanted} == wanted
    assert (row["task_id"], row["creator_id"]) == (task, ann)
    assert begun <= row["date_creation"] == row["date_modification"] <= begun + 5
    names = {"creator_name": "Ann Lee", "creator_username": "ann", "dependency_label": "Related", "type": "Attachment"}
    assert listed == row | names
    assert call.documented("getExternalTaskLinkById", task, link_id)["creator_id"] == str(ann)
    call("removeUser", ann)
    (listed,) = call("getAllExternalTaskLinks", task)
    assert (listed["creator_name"], listed["creator_username"]) == (None, None)
    call("createExternalTaskLink", task, PDF, "other", "weblink", "By the application")
    first, _ = call("getAllExternalTaskLinks", task)
    assert [first[name] for name in ("creator_id", "creator_name", "dependency_label")] == [0, None, "other"]


MADE: list[tuple[tuple[str, ...], tuple[str, str]]] = [
    ((PDF, "related"), ("attachment", "b.pdf")),
    ((PDF, "related", "auto", "Mine"), ("attachment", "Mine")),
    ((PDF, "related", "weblink"), ("weblink", PDF)),
    (("file:///share/a.doc", "related"), ("file", "a.doc")),
    (("smb://server/", "related", "file", "Share"), ("file", "Share")),
    (("HTTP://h/a.zip", "related", "file"), ("file", "a.zip")),
    (("http://127.0.0.1:9/a.html?x=b.zip", "related"), ("attachment", "a.html")),
    (("http://127.0.0.1:9/page", "related"), ("weblink", "http://127.0.0.1:9/page")),
    (("https://example.org/titled", "related"), ("weblink", "The page")),
    (("https://example.org/titled", "related", "weblink", "Mine"), ("weblink", "Mine")),
    (("https://example.org/", "related"), ("weblink", "https://example.org/")),
    ((PDF, "related", "auto", "x" * 65_535), ("attachment", "x" * 65_535)),
]


@pytest.mark.parametrize(("given", "made"), MADE)
def test_the_type_is_given_or_the_first_that_fits_and_so_is_the_title(
    call: Client, task: int, fetched: list[str], given: tuple[str, ...], made: tuple[str, str]
) -> None:
    link_id = call("createExternalTaskLink", task, *given)
    row = call("getExternalTaskLinkById", task, link_id)
    assert (row["link_type"], row["title"]) == made
    assert fetched == ([given[0]] if made[0] == "weblink" and len(given) < 4 else [])


def test_blanks_around_an_address_are_cut_off_and_nothing_else_is(call: Client, task: int) -> None:
    link_id = call("createExternalTaskLink", task, f" \n{PDF}?a=b#c\t", " any\n", "auto", " My title ")
    row = call("getExternalTaskLinkById", task, link_id)
    assert (row["url"], row["title"], row["dependency"]) == (f"{PDF}?a=b#c", " My title ", " any\n")


REFUSED: list[tuple[Any, ...]] = [
    ("", "related"),
    ("example.org", "related"),
    ("ftp://example.org/a", "related"),
    ("javascript:alert(1)", "related"),
    ("http://[", "related"),
    ("x://", "related", "auto"),
    ("smb://h/a b", "related", "auto"),
    ("http://h/ä.zip", "related", "auto"),
    ("http://ü.org/a.zip", "related", "auto"),
    ("file:///", "related", "auto"),
    ("smb://server/", "related", "file"),
    (f"\xa0{PDF}", "related"),
    (f"{PDF}?{'x' * 65_535}", "related"),
    (PDF, "related", "auto", "x" * 65_536),
    ("HTTPS://example.org/a.html", "related", "weblink"),
    (PDF, ""),
    (PDF, "d" * 101),
    (PDF, "related", "file"),
    (PDF, "related", "Weblink"),
    (PDF, "related", ""),
    ("https://example.org/a.html", "related", "attachment"),
    ("file:///a", "related", "weblink"),
]


@pytest.mark.parametrize("given", REFUSED)
def test_what_is_refused_changes_nothing_and_asks_no_page(
    call: Client, stores: Stores, task: int, fetched: list[str], given: tuple[Any, ...]
) -> None:
    before = everything(stores)
    for client in (call, call.documented):
        assert client("createExternalTaskLink", task, *given) is False
    assert everything(stores) == before
    assert fetched == []


def test_without_a_task_or_a_role_there_no_page_is_asked(
    call: Client, task: int, fetched: list[str], person: MakePerson
) -> None:
    person("ann")
    assert (
        call.by("ann").response("createExternalTaskLink", task, "https://example.org", "related")["statusCode"] == 403
    )
    for unknown in UNKNOWN:
        assert call("createExternalTaskLink", unknown, "https://example.org", "related") is False
    assert fetched == []


def test_what_is_too_long_to_store_is_an_error_that_names_it(call: Client, stores: Stores, task: int) -> None:
    link_id = call("createExternalTaskLink", task, PDF, "related")
    before = everything(stores)
    title = "\0" * 65_535  # each is six bytes in JSON
    error = call.error("updateExternalTaskLink", task_id=task, link_id=link_id, title=title)
    assert (error["code"], "title" in error["data"]) == (-32602, True)
    error = call.error("createExternalTaskLink", task, PDF, "related", "auto", title)
    assert (error["code"], "title" in error["data"]) == (-32602, True)
    assert everything(stores) == before


def test_they_are_listed_by_title_upper_case_first(call: Client, task: int) -> None:
    for title in ("b", "a", "B", "é", "10", "9"):
        call("createExternalTaskLink", task, PDF, "related", "auto", title)
    assert [row["title"] for row in call("getAllExternalTaskLinks", task)] == ["10", "9", "B", "a", "b", "é"]


def test_an_update_changes_what_is_given_and_never_the_type(call: Client, task: int, fetched: list[str]) -> None:
    link_id = call("createExternalTaskLink", task, PDF, "related")
    row = call("getExternalTaskLinkById", task, link_id)
    for changes in (
        {"title": "New"},
        {"url": "https://example.org/c.zip"},
        {"url": "https://h.org/a.html"},
        {"url": "smb://h/a"},
        {"url": "mailto:ann@example.org"},
        {"dependency": "child"},
        {},
        {"title": "Newer", "url": "http://example.org/d.odt", "dependency": "d" * 100},
    ):
        assert call("updateExternalTaskLink", task_id=task, link_id=link_id, **changes) is True
        row |= changes | {"date_modification": call("getExternalTaskLinkById", task, link_id)["date_modification"]}
        assert call("getExternalTaskLinkById", task, link_id) == row
    assert fetched == []


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"url": ""},
        {"url": f" {PDF}"},
        {"url": "x://"},
        {"url": "http://h/ä.zip"},
        {"url": f"{PDF}?{'x' * 65_535}"},
        {"title": "x" * 65_536},
        {"dependency": ""},
        {"dependency": "d" * 101},
        {"title": "Good", "url": "bad"},
    ],
)
def test_an_update_is_refused_as_a_whole(call: Client, stores: Stores, task: int, changes: dict[str, str]) -> None:
    link_id = call("createExternalTaskLink", task, PDF, "related")
    before = everything(stores)
    assert call("updateExternalTaskLink", task_id=task, link_id=link_id, **changes) is False
    assert everything(stores) == before


def test_a_link_is_found_with_its_own_task_only(call: Client, stores: Stores, board: Project, task: int) -> None:
    other = a_task(call, board)
    link_id = call("createExternalTaskLink", task, PDF, "related")
    before = everything(stores)
    pairs = [(other, link_id), *((each, link_id) for each in UNKNOWN), *((task, each) for each in UNKNOWN)]
    for client in (call, call.documented):
        for pair in pairs:
            assert client("getExternalTaskLinkById", *pair) is False
            assert client("updateExternalTaskLink", *pair, "New") is False
            assert client("removeExternalTaskLink", *pair) is False
        for unknown in (other, *UNKNOWN):
            assert client("getAllExternalTaskLinks", unknown) == []
    assert everything(stores) == before


def test_a_removed_one_is_gone_once_and_counted_no_more(call: Client, board: Project, task: int) -> None:
    first, second = (call("createExternalTaskLink", task, PDF, "related") for _ in range(2))
    assert count(call, board) == 2
    assert call("removeExternalTaskLink", task, first) is True
    assert call("removeExternalTaskLink", task, first) is False
    assert call("getExternalTaskLinkById", task, first) is False
    assert ([row["id"] for row in call("getAllExternalTaskLinks", task)], count(call, board)) == ([second], 1)
    call("removeTask", task)
    assert call("getExternalTaskLinkById", task, second) is False
    assert call("getAllExternalTaskLinks", task) == []
