"""Every procedure, called by every kind of callers: the table is in roles.py (context.md 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.boards import contents, everything
from tests.integration.access_world import CALLS, World, a_world, laid
from tests.integration.roles import (
    COLUMNS,
    LEVEL_OF,
    MATRIX,
    NEVER_BY_TOKEN,
    ORIGINAL,
    OURS,
    REFUSAL,
    WRITING,
    with_roles,
)

from lambdaboard.api import token_rights
from lambdaboard.procedures import registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

PROCEDURES_OF_THE_ORIGINAL = 160


def tried(call: Client, world: World, names: Iterable[str]) -> dict[str, str]:
    """Call procedures and return the verdict on each."""
    return {name: verdict(call.response(name, *CALLS[name](world))) for name in names}


def verdict(response: dict[str, Any]) -> str:
    """Return "forbidden", "false", "admitted", or the body of what is none of these."""
    if response == REFUSAL:
        return "forbidden"
    answer = msgspec.json.decode(response["body"])
    result = answer.get("result", answer.get("error", {}).get("code") == 0)
    if result is False:
        return "false"
    is_success = response["statusCode"] == 200 and result is not None and result != ""
    return "admitted" if is_success else str(response["body"])


@pytest.fixture
def own(call: Client) -> World:
    return laid("own", lambda: a_world(call, "own"))


def test_every_procedure_has_a_row_and_a_call_and_the_level_that_the_row_says() -> None:
    assert {each.name: each.access for each in registry} == {name: LEVEL_OF.get(name) for name in CALLS}
    assert len(ORIGINAL) == PROCEDURES_OF_THE_ORIGINAL
    assert not ORIGINAL.keys() & OURS.keys()


def test_every_procedure_is_decided_on_for_tokens_that_only_read() -> None:
    assert {name for name in LEVEL_OF if name not in WRITING} == token_rights.READ_ONLY
    assert token_rights.PASSWORD_ONLY == NEVER_BY_TOKEN
    assert LEVEL_OF.keys() >= NEVER_BY_TOKEN
    changing_nothing = {each.name for each in registry if each.access in {"open", "view"}}
    assert changing_nothing <= token_rights.READ_ONLY


@pytest.mark.parametrize("caller", COLUMNS)
def test_a_caller_may_call_what_the_table_says_and_nothing_else(
    call: Client, stores: Stores, own: World, caller: str
) -> None:
    client, world = COLUMNS[caller].arrive(call, own)
    column = {name: MATRIX[name][caller] for name in CALLS}
    admitted = [name for name, wanted in column.items() if wanted == "admitted"]
    refused = [name for name in CALLS if name not in admitted]
    before = everything(stores), contents(stores)
    # the others first, while all is there
    assert tried(client, world, refused) == {name: column[name] for name in refused}
    assert (everything(stores), contents(stores)) == before
    assert tried(client, world, admitted) == {name: column[name] for name in admitted}


@pytest.mark.parametrize("role", ["", "APP-ADMIN"])
def test_a_user_stored_with_no_known_role_may_do_nothing(call: Client, stores: Stores, own: World, role: str) -> None:
    ann, _ = with_roles(project="project-manager")(call, own)
    read = stores.users.by_name("ann")
    stores.table.write(*stores.users.replace_actions(read, read.user.changed(role=role)))
    assert tried(ann, own, CALLS) == dict.fromkeys(CALLS, "forbidden")
    assert ann.error("noSuchProcedure")["code"] == -32601


def test_global_tags_are_for_the_application_alone(call: Client, stores: Stores, own: World) -> None:
    tag = call("createTag", 0, "global")
    ann, _ = with_roles("app-admin", "project-manager")(call, own)
    calls = {"createTag": [0, "new"], "updateTag": [tag, "renamed"], "getTagsByProject": [0], "removeTag": [tag]}
    before = everything(stores)
    for name, params in calls.items():
        assert ann.response(name, *params) == REFUSAL, name
    assert everything(stores) == before
    for name, params in calls.items():
        assert call(name, *params), name
