"""The examples of search.md 7, asked of the API: what is left unread changes no answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests import search_examples
from tests.boards import a_board, a_task
from tests.search_examples import CATEGORIES, COLUMNS, PEOPLE, SWIMLANES, TASKS, ExampleTask

if TYPE_CHECKING:
    from tests.conftest import Client, MakePerson

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores

LINKS = {
    "blocks": ("Fix login", "Fix Logout"),
    "relates to": ("User guide", "Release notes"),
    "is a milestone of": ("Release notes", "Phase 42"),
}
"""Label of a link -> the task of which it says so, and the other one."""


def iso(day: str | int) -> str:
    if isinstance(day, str):
        return day
    return (datetime.now(UTC) + timedelta(days=day)).strftime("%Y-%m-%d 12:00")


def make(call: Client, board: Project, users: dict[str, int], example: ExampleTask) -> int:
    """Make a task of the data set."""
    given: dict[str, Any] = {
        "title": example.title,
        "description": example.description,
        "column_id": board.columns[COLUMNS.index(example.column)].id,
        "swimlane_id": board.swimlanes[SWIMLANES.index(example.swimlane)].id,
        "owner_id": users[example.owner],
        "creator_id": users[example.creator],
        "color_id": example.color,
        "category_id": board.categories[CATEGORIES.index(example.category)].id if example.category else 0,
        "priority": example.priority,
        "score": example.score,
        "reference": example.reference,
        "tags": [*example.tags],
        "date_due": iso(example.due),
        "date_started": example.started,
    }
    task_id = a_task(call, board, **given)
    for comment in example.comments:
        assert call("createComment", task_id, 0, comment)
    for owner, status in example.subtasks:
        assert call("createSubtask", task_id, "Step", users[owner], 0, 0, status)
    if example.is_closed:
        call("closeTask", task_id)
    return task_id


@pytest.fixture
def searched(call: Client, stores: Stores) -> Project:
    return a_board(
        stores,
        name=search_examples.PROJECT,
        columns=COLUMNS,
        swimlanes=SWIMLANES,
        inactive=(),
        categories=CATEGORIES,
    )


def test_the_api_finds_what_the_document_lists_or_what_was_decided(
    call: Client, stores: Stores, searched: Project, foreign: Project, person: MakePerson
) -> None:
    stores.tasks.next_id(1_000)  # no id is a number that a title has
    users = {name: person(f"slx_{name}", searched.id, name=full) for name, full in PEOPLE.items()} | {"": 0}
    a_task(call, foreign, title="Fix login elsewhere", tags=["backend"])
    ids = {each.title: make(call, searched, users, each) for each in TASKS}
    for label, (task, opposite) in LINKS.items():
        assert call("createTaskLink", ids[task], ids[opposite], call("getLinkByLabel", label)["id"])

    def id_of(kind: str, name: str) -> int:
        names = {
            "id": ids,
            "user": users,
            "cat": {each.name: each.id for each in searched.categories},
            "col": {each.title: each.id for each in searched.columns},
            "swimlane": {each.name: each.id for each in searched.swimlanes},
            "project": {"": searched.id},
        }
        return names[kind][name]

    # the unit test asks them all; what the API adds does not depend on the query but for what it reads
    for query, answer, caller in search_examples.examples()[::2]:
        asked = search_examples.with_ids(query, id_of)
        client = call.by(f"slx_{caller}") if caller else call
        found = [row["title"] for row in client("searchTasks", searched.id, asked)]
        assert found == search_examples.wanted(answer), asked
