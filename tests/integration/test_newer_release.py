"""Two releases write the same items, in a deployment and after a rollback: the older loses nothing (decision 14)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.boards import everything
from tests.integration.access_world import CALLS, ERRORS, a_world
from tests.integration.roles import LEVEL_OF, WRITING

from lambdaboard.store import keys
from lambdaboard.store.actions import put, string

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

MORE = {"of_a_newer_release": {"kept": [True]}}

WRITTEN_ONCE = ("FILE#", "F#", "A#", "TOKEN#")
"""How keys of docs begin that never change: of files, rows of activity and tokens."""


def with_more(value: Any) -> Any:
    """Return a doc with a property that this release does not know, in it and in each of its parts."""
    if isinstance(value, list):
        return [with_more(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: with_more(each) for name, each in value.items()} | (MORE if "id" in value else {})


def docs(stores: Stores) -> dict[tuple[str, str], Any]:
    """Return all docs that are read, changed and written as a whole, by key."""
    found = {key: json.loads(item["doc"]["S"]) for key, item in everything(stores).items() if "doc" in item}
    return {key: doc for key, doc in found.items() if isinstance(doc, dict) and not is_final(key)}


def is_final(key: tuple[str, str]) -> bool:
    return any(part.startswith(WRITTEN_ONCE) for part in key)


def written_by_a_newer_release(stores: Stores) -> None:
    """Put properties that this release does not know into all docs that lack them."""
    items = everything(stores, times_too=True)
    for key, doc in docs(stores).items():
        more = with_more(doc) | MORE
        if more != doc:
            rest = {name: value for name, value in items[key].items() if name not in {"pk", "sk"}}
            stores.table.write(put(keys.Key(*key), rest | {"doc": string(json.dumps(more))}))


def parts(doc: Any) -> dict[tuple[str, int], Any]:
    """Return the parts of a doc that have an id, by their list's name and the id, and the doc itself."""
    found = {("", 0): doc}
    for name, value in doc.items():
        for each in value if isinstance(value, list) else []:
            if isinstance(each, dict) and "id" in each:
                found[name, each["id"]] = each
    return found


def test_no_procedure_drops_what_a_newer_release_has_written(call: Client, stores: Stores) -> None:
    world = a_world(call, "own")
    changed = set()
    left_out = ERRORS | {name for name in CALLS if LEVEL_OF[name] == "self"} | {"removeProject"}
    for method in (name for name in CALLS if name in WRITING - left_out):
        written_by_a_newer_release(stores)
        before = docs(stores)
        call(method, *CALLS[method](world))
        after = docs(stores)
        for key in before.keys() & after.keys():
            changed |= {method} if before[key] != after[key] else set()
            there, still = parts(before[key]), parts(after[key])
            lost = [part for part in there.keys() & still.keys() if "of_a_newer_release" not in still[part]]
            assert not lost, (method, key, lost)
    # the test looks at what it is about: these change a task, a project's parts, a user, a comment, a subtask
    assert changed >= {
        "updateTask",
        "updateColumn",
        "updateProject",
        "updateUser",
        "updateComment",
        "updateSubtask",
        "createLink",
    }
