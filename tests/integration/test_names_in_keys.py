"""No name that a client chooses leads to an item of another one, or out of its own (store/keys)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.boards import a_task
from tests.conftest import TABLE

from lambdaboard.domain.user import MAX_USERNAME
from lambdaboard.store import keys
from lambdaboard.store.idempotency import IdempotentCall
from lambdaboard.store.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.keys import Key

NAMES = [
    "a",
    "A",
    "a#",
    "#a",
    "a#b",
    "a\0",
    "\0a",
    "a\0b",
    "@",
    "META#a",
    "T#1",
    "1#@",
    " a",
    "é",
    "e\u0301",
    "\u202ea",
    "x" * 250,
]


def repeated(key: str) -> Key:
    return IdempotentCall.of(Table(boto3.client("dynamodb"), TABLE), "1", key, 0, ("x", {})).key


MADE: dict[str, Callable[[str], Key]] = {
    "metadata": lambda name: keys.metadata(1, name),
    "metadata of another task": lambda name: keys.metadata(11, name),
    "metadata of a project": lambda name: keys.project_metadata(1, name),
    "username": keys.username,
    "identifier": keys.project_identifier,
    "e-mail": keys.project_email,
    "tag": lambda name: keys.tag_name(1, name),
    "folded tag": lambda name: keys.folded_tag_name(1, name),
    "tag of another project": lambda name: keys.tag_name(11, name),
    "group": keys.group_name,
    "idempotency key": repeated,
}

FIXED = [
    keys.project(1),
    keys.last_change(1),
    keys.task(1, 1),
    keys.member(1, 1),
    keys.tag(1, 1),
    keys.task_lookup(1),
    keys.task_file(1, 1),
    keys.project_file(1, 1),
    keys.child("comment", 1, 1),
    keys.task_link(1, 1, 1),
    keys.user(1),
    keys.membership(1, 1),
    keys.tombstones(1),
    keys.group(1),
    keys.group_member(1, 2),
    keys.group_project(1, 2),
    keys.counter("task"),
]


def test_no_two_names_make_the_same_key_and_none_that_of_another_kind_of_item() -> None:
    made = [make(name) for make in MADE.values() for name in NAMES]
    assert len({*made, *FIXED}) == len(made) + len(FIXED)


def test_what_is_read_by_the_beginning_of_a_key_is_never_a_name_of_another_kind() -> None:
    for make in MADE.values():
        own = keys.KINDS.kind_of(make("a"))
        beside = [kind for kind in keys.KINDS if kind is not own and kind.pk_prefix == own.pk_prefix]
        begins = [kind.sk_prefix for kind in beside if kind.sk_prefix not in {"", "@"}]
        for name in NAMES:
            assert keys.KINDS.kind_of(make(name)) is own
            assert not [each for each in begins if make(name).sk.startswith(each)], own.name


def test_keys_are_as_short_as_dynamodb_wants_them_for_the_longest_names() -> None:
    assert len(keys.username("😀" * MAX_USERNAME).pk.encode()) <= 2_048
    assert len(keys.metadata(keys.LAST_ID, "x" * 1_000).sk.encode()) <= 1_024
    for make in (MADE["tag"], MADE["folded tag"], MADE["group"], repeated):
        assert max(len(part) for part in make("x" * 255)) <= 70


@pytest.mark.parametrize("name", ["a#b", "\0", "META#a", "x" * 190])
def test_a_name_belongs_to_one_user_only(call: Client, board: Project, name: str) -> None:
    task_id, other = (a_task(call, board, reference=each, tags=[each]) for each in (name, f"{name}#"))
    assert call("saveTaskMetadata", task_id, {name: "own", f"{name}#": "other"})
    assert call("getTaskMetadataByName", task_id, name) == "own"
    assert call("getTaskMetadata", other) == {}
    assert call("getTaskByReference", board.id, name)["id"] == task_id
    assert call("getTaskByReference", board.id, f"{name}\0") is None
    assert [*call("getTaskTags", task_id).values()] == [name]
    label = call("createLink", f"{name}1")
    assert call("getLinkByLabel", f"{name}1")["id"] == label
    assert call("removeTaskMetadata", task_id, name)
    assert call("getTaskMetadata", task_id) == {f"{name}#": "other"}


LONGEST: dict[str, dict[str, Any]] = {
    "identifier": {"name": "a", "identifier": "A" * 5_000},
    "e-mail": {"name": "a", "email": "é" * 5_000 + "@example.org"},
    "reference": {"title": "a", "project_id": 1, "reference": "İ" * 5_000},
    "tag": {"title": "a", "project_id": 1, "tags": ["😀" * 5_000]},
}


@pytest.mark.parametrize("kind", LONGEST)
def test_a_name_too_long_for_a_key_is_refused_or_cut_and_never_a_fault(call: Client, board: Project, kind: str) -> None:
    method = "createProject" if "name" in LONGEST[kind] else "createTask"
    answer = call.answer(method, **LONGEST[kind])
    assert "result" in answer or answer["error"]["code"] == -32602, answer
