"""Comments of tasks; every rule is from context.md 9 and 2.3."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import LONG_AGO, a_task, everything

from lambdaboard.domain.comment import Comment
from lambdaboard.store import keys
from lambdaboard.store.actions import put

if TYPE_CHECKING:
    from tests.aws_calls import Calls
    from tests.conftest import Client, MakePerson
    from time_machine import TimeMachineFixture

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

ROW = ["id", "task_id", "user_id", "date_creation", "date_modification", "comment", "reference", "visibility"]
AUTHOR = ["username", "name", "email", "avatar_path"]

UNKNOWN: list[Any] = [0, -1, 999_999, 10**13, "999999"]


@pytest.fixture
def task(call: Client, board: Project) -> int:
    """A task."""
    return a_task(call, board)


def texts(call: Client, task_id: int) -> list[str]:
    return [row["comment"] for row in call("getAllComments", task_id)]


def count(call: Client, board: Project) -> int:
    return int(call("searchTasks", board.id, "")[0]["nb_comments"])


def dated(stores: Stores, comment_id: int, at: int) -> None:
    """Let a comment be of another time."""
    held = stores.comments.find(comment_id)
    changed = msgspec.structs.replace(held.value, date_creation=at, date_modification=at)
    stores.table.write(*stores.comments.replace_actions(held, changed, "content"))


def test_a_row_has_the_documented_properties_and_those_of_its_author(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann, begun = person("ann", board.id, name="Ann Lee", email="ann@example.org"), int(time.time())
    comment_id = call("createComment", task, ann, "Text", "R", "app-manager")
    row, (listed,) = call("getComment", comment_id), call("getAllComments", task)
    assert sorted(row) == sorted([*ROW, *AUTHOR])
    assert listed == {name: value for name, value in row.items() if name != "reference"}
    wanted = {"id": comment_id, "task_id": task, "user_id": ann, "comment": "Text", "reference": "R"}
    wanted |= {"visibility": "app-manager", "username": "ann", "name": "Ann Lee", "email": "ann@example.org"}
    assert {name: row[name] for name in wanted} == wanted
    assert begun <= row["date_creation"] == row["date_modification"] <= begun + 5
    documented = call.documented("getComment", comment_id)
    assert [documented[name] for name in ("id", "task_id", "user_id")] == [
        str(each) for each in (comment_id, task, ann)
    ]
    assert type(call.documented("createComment", task, ann, "B")) is int


@pytest.mark.parametrize("content", ["a", " ", "0", "<b>&amp;</b>\r\n", "日本 😀\0", 5])
def test_a_text_is_kept_as_it_is(call: Client, task: int, content: Any) -> None:
    comment_id = call("createComment", task_id=task, user_id=0, content=content)
    assert call("getComment", comment_id)["comment"] == str(content)


def test_nobody_and_unknown_authors_read_as_nobody(call: Client, task: int) -> None:
    for user_id in (0, "0", 999_999, -1):
        row = call("getComment", call("createComment", task, user_id, "Text"))
        assert [row[name] for name in ("user_id", *AUTHOR)] == [0, None, None, None, None]


def test_a_comment_of_a_removed_user_has_no_author_and_keeps_its_text(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    ann = person("ann", board.id)
    comment_id = call("createComment", task, ann, "Text")
    call("removeUser", ann)
    for row in (call("getComment", comment_id), *call("getAllComments", task)):
        assert [row[name] for name in ("comment", "user_id", *AUTHOR)] == ["Text", 0, None, None, None, None]


def test_they_are_listed_by_time_then_by_id(call: Client, stores: Stores, task: int) -> None:
    ids = [call("createComment", task, 0, text) for text in "abcd"]
    for comment_id, at in zip(ids, (7, 5, 7, 6), strict=True):
        dated(stores, comment_id, at)
    assert texts(call, task) == ["b", "d", "a", "c"]


def test_each_is_counted_on_its_own_task(call: Client, board: Project, task: int) -> None:
    other = a_task(call, board)
    ids = [call("createComment", task, 0, "Text") for _ in range(3)]
    call("closeTask", task)
    assert call("createComment", task, 0, "On a closed one")
    assert call("removeComment", ids[1]) is True
    rows = {row["id"]: row["nb_comments"] for row in call("searchTasks", board.id, "")}
    assert rows == {task: 3, other: 0}
    assert len(call("getAllComments", task)) == 3
    assert call("getAllComments", other) == []


REFUSED: list[dict[str, Any]] = [
    {"content": ""},
    {"reference": "r" * 192},
    {"visibility": "app-nobody"},
    {"visibility": ""},
    {"visibility": "App-user"},
    *({"task_id": each} for each in UNKNOWN),
]


@pytest.mark.parametrize("given", REFUSED)
def test_what_is_refused_changes_nothing(call: Client, stores: Stores, task: int, given: dict[str, Any]) -> None:
    before = everything(stores)
    assert call("createComment", **{"task_id": task, "user_id": 0, "content": "Text", **given}) is False
    assert everything(stores) == before


def test_limits_count_characters_and_a_long_text_is_an_error_that_names_it(call: Client, task: int) -> None:
    assert call("createComment", task, 0, "Text", "é" * 191)
    long = call("createComment", task, 0, "é" * 170_000)
    assert len(call("getComment", long)["comment"]) == 170_000
    for method, params in (("createComment", (task, 0)), ("updateComment", (long,))):
        error = call.error(method, *params, "é" * 180_000)
        assert (error["code"], "content" in error["data"]) == (-32602, True)
    assert len(call("getComment", long)["comment"]) == 170_000


@pytest.mark.parametrize("name", ["task_id", "user_id", "content"])
def test_another_type_is_an_error_that_names_the_parameter(call: Client, task: int, name: str) -> None:
    given: dict[str, Any] = {"task_id": task, "user_id": 0, "content": "Text", name: ["x"]}
    error = call.error("createComment", **given)
    assert (error["code"], name in error["data"]) == (-32602, True)


def test_an_update_changes_the_text_and_the_time_and_nothing_else(
    call: Client, stores: Stores, board: Project, task: int, person: MakePerson
) -> None:
    ann = person("ann", board.id)
    comment_id = call("createComment", task, ann, "Old", "R", "app-admin")
    dated(stores, comment_id, LONG_AGO)
    before = call("getComment", comment_id)
    assert call("updateComment", comment_id, "New") is True
    after = call("getComment", comment_id)
    assert after["date_modification"] > LONG_AGO
    changed = {"comment": "New", "date_modification": after["date_modification"]}
    assert after == before | changed
    assert call("updateComment", comment_id, "") is False
    assert call("getComment", comment_id) == after


def test_a_removed_one_is_gone_and_the_others_stay(call: Client, board: Project, task: int) -> None:
    first, second = (call("createComment", task, 0, text) for text in "ab")
    assert call("removeComment", str(first)) is True
    assert call("removeComment", first) is False
    assert (call("getComment", first), texts(call, task), count(call, board)) == (None, ["b"], 1)
    assert call("createComment", task, 0, "c") > second


def test_an_unknown_one_has_its_failure_value(call: Client) -> None:
    for client in (call, call.documented):
        for unknown in UNKNOWN:
            assert client("getComment", unknown) is None
            assert client("updateComment", unknown, "Text") is False
            assert client("removeComment", unknown) is False
            assert client("getAllComments", unknown) == []


def test_those_of_a_removed_task_are_gone_at_once(call: Client, task: int) -> None:
    comment_id = call("createComment", task, 0, "Text")
    call("removeTask", task)
    assert call("getComment", comment_id) is None
    assert call("getAllComments", task) == []
    assert call("updateComment", comment_id, "New") is False
    assert call("removeComment", comment_id) is False


# --- persons ----------------------------------------------------------------------------------------------------

SEEN = {"app-user": 1, "app-manager": 2, "app-admin": 3}
"""How many of three comments, one of each visibility, a role in the application sees."""


def forbidden(call: Client, method: str, *params: Any) -> bool:
    """Return whether a call is answered with 403."""
    response = call.response(method, *params)
    return bool(response["statusCode"] == 403)


@pytest.mark.parametrize("role", SEEN)
def test_a_person_sees_what_their_role_in_the_application_lets_them(
    call: Client, board: Project, task: int, person: MakePerson, role: str
) -> None:
    ids = [call("createComment", task, 0, each, "", each) for each in SEEN]
    person("ann", board.id, role="project-viewer")
    call("updateUser", id=call("getUserByName", "ann")["id"], role=role)
    ann = call.by("ann")
    assert texts(ann, task) == [*SEEN][: SEEN[role]]
    assert texts(call, task) == [*SEEN]
    for comment_id in ids[: SEEN[role]]:
        assert ann("getComment", comment_id)["id"] == comment_id
    for comment_id in ids[SEEN[role] :]:
        assert forbidden(ann, "getComment", comment_id)


@pytest.mark.parametrize("role", SEEN)
def test_a_person_comments_in_their_own_name_and_not_above_their_role(
    call: Client, board: Project, task: int, person: MakePerson, role: str
) -> None:
    own, bob = person("ann", board.id, role="project-manager"), person("bob", board.id)
    call("updateUser", id=own, role=role)
    ann = call.by("ann")
    for another in (0, bob, 999_999):
        assert ann("createComment", task, another, "Text") is False
    answers = [bool(ann("createComment", task, own, each, "", each)) for each in SEEN]
    assert answers == [number < SEEN[role] for number in range(3)]
    assert {row["user_id"] for row in call("getAllComments", task)} == {own}


@pytest.mark.parametrize("role", ["app-user", "app-admin"])
def test_no_person_changes_or_removes_the_comment_of_another_one(
    call: Client, board: Project, task: int, person: MakePerson, role: str
) -> None:
    own, bob = person("ann", board.id, role="project-manager"), person("bob", board.id)
    call("updateUser", id=own, role=role)
    ann = call.by("ann")
    for author in (bob, 0):
        theirs = call("createComment", task, author, "Theirs")
        assert ann("updateComment", theirs, "Mine") is False
        assert ann("removeComment", theirs) is False
        assert call("getComment", theirs)["comment"] == "Theirs"
    mine = ann("createComment", task, own, "Mine")
    assert ann("updateComment", mine, "") is False
    assert ann("updateComment", mine, "Still mine") is True
    assert call("getComment", mine)["comment"] == "Still mine"
    assert ann("removeComment", mine) is True
    assert texts(call, task) == ["Theirs"] * 2


def test_what_a_person_may_not_see_they_may_not_change_even_if_it_is_theirs(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    own = person("ann", board.id)
    hidden = call("createComment", task, own, "Hidden", "", "app-manager")
    ann = call.by("ann")
    for method, params in (("getComment", ()), ("updateComment", ("New",)), ("removeComment", ())):
        assert forbidden(ann, method, hidden, *params)
        assert forbidden(ann, method, 999_999, *params)
    assert call("getComment", hidden)["comment"] == "Hidden"


def test_a_person_without_a_role_gets_403_without_the_error(
    call: Client, board: Project, task: int, person: MakePerson
) -> None:
    own, comment_id = person("ann"), call("createComment", task, 0, "Text")
    ann = call.by("ann")
    for params in ((task, own, "Text"), (task, own, ""), (task, 0, "Text"), (999_999, own, "Text")):
        assert forbidden(ann, "createComment", *params)
    assert forbidden(ann, "getAllComments", task)
    assert forbidden(ann, "getComment", comment_id)
    assert forbidden(ann, "removeComment", comment_id)
    assert texts(call, task) == ["Text"]


# --- many -------------------------------------------------------------------------------------------------------


def lay(stores: Stores, task_id: int, count: int, size: int) -> None:
    """Put comments into the table, quicker than calls do."""
    for number in range(1, count + 1):
        comment = Comment(id=number, task_id=task_id, date_creation=count - number, date_modification=1, comment="")
        comment = msgspec.structs.replace(comment, comment=str(number).ljust(size))
        item = stores.comments.put_actions(comment, 1, "content")[0].request["Put"]["Item"]
        stores.table.write(put(keys.child("comment", task_id, number), item))


def test_many_are_read_in_pages_that_follow_one_another_and_nothing_else_costs_more(
    call: Client,
    stores: Stores,
    board: Project,
    task: int,
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachineFixture,
) -> None:
    def costs() -> tuple[Calls, list[Calls]]:
        """Return what it costs to list all comments, and to do other things with their task."""
        listing = tracker.of(lambda: call("getAllComments", task))
        others = ("getTask", task), ("getAllTaskFiles", task), ("getAllTasks", board.id), ("openTask", task)
        return listing, [tracker.of(lambda each=each: call(*each)) for each in others]  # type: ignore[misc]

    time_machine.move_to(time.time(), tick=False)  # one renewal of the last change
    tracker = Tracker(monkeypatch, stores)
    call("openTask", task)
    few, others = costs()
    tracker.of(lambda: lay(stores, task, 100, 50_000))
    many, others_of_many = costs()
    assert (few.of["Query"], few.depth) == (1, 1)
    assert many.of["Query"] == many.depth >= 5
    assert others_of_many == others
    assert [row["id"] for row in call("getAllComments", task)] == [*range(100, 0, -1)]
