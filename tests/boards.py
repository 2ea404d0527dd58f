"""Boards and tasks for tests, so that a test names only what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdaboard.domain.project import Category, Column, Project, Swimlane
from lambdaboard.store.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Client

    from lambdaboard.store.actions import Item
    from lambdaboard.store.stores import Stores

LONG_AGO = 1_000_000_000
"""A time far from the present of any test."""


def a_board(
    stores: Stores,
    *,
    columns: Sequence[str] = ("Backlog", "Ready", "Done"),
    swimlanes: Sequence[str] = ("Main", "Second"),
    inactive: Sequence[str] = ("Old",),
    categories: Sequence[str] = ("Bugs", "Docs"),
    **changes: Any,
) -> Project:
    """Put a project into the store and return it, with the names given and ids of its own."""
    project_id = stores.projects.next_id("project")
    lanes = [*swimlanes, *inactive]
    first = 1000 * project_id  # without counters: most tests make a board first
    project = Project(
        id=project_id,
        columns=tuple(
            Column(id=first + place, title=title, position=place + 1, project_id=project_id)
            for place, title in enumerate(columns)
        ),
        swimlanes=tuple(
            Swimlane(
                id=first + place,
                name=name,
                position=place + 1 if place < len(swimlanes) else 0,
                is_active=int(place < len(swimlanes)),
                project_id=project_id,
            )
            for place, name in enumerate(lanes)
        ),
        categories=tuple(
            Category(id=first + place, name=name, project_id=project_id) for place, name in enumerate(categories)
        ),
        **{"name": "Board", **changes},
    )
    stores.table.write(*stores.projects.put_actions(project))
    return project


def a_task(call: Client, project: Project, **given: Any) -> int:
    """Create a task and return its id."""
    task_id = call("createTask", **{"title": "Task", "project_id": project.id, **given})
    assert task_id, given
    return int(task_id)


def a_tag(stores: Stores, project_id: int, name: str, color_id: str) -> None:
    """Make a tag; project 0 holds the global ones."""
    tag = Tag(id=stores.tags.next_id(), name=name, project_id=project_id, color_id=color_id)
    stores.table.write(*stores.tags.put_actions(tag))


def lane(call: Client, project: Project, column: int = 0, swimlane: int = 0) -> list[int]:
    """Return the open tasks of a lane in their order, having checked that their positions are 1..n.

    Args:
        call: the client.
        project: the board.
        column: place of the column on the board, from 0.
        swimlane: place of the swimlane, from 0.
    """
    own = project.columns[column].id, project.swimlanes[swimlane].id
    rows = [row for row in call("getAllTasks", project_id=project.id) if (row["column_id"], row["swimlane_id"]) == own]
    rows.sort(key=lambda row: row["position"])
    assert [row["position"] for row in rows] == [*range(1, len(rows) + 1)]
    return [row["id"] for row in rows]


def move(call: Client, project: Project, task_id: int, position: int, column: int = 0, swimlane: int = 0) -> Any:
    """Move a task to a position of a lane; the lane as in `lane`."""
    column_id, swimlane_id = project.columns[column].id, project.swimlanes[swimlane].id
    return call("moveTaskPosition", project.id, task_id, column_id, position, swimlane_id)


def backdate(stores: Stores, task_id: int, **changes: Any) -> None:
    """Set the dates of a task to long ago, so that new dates of a call are visible."""
    loaded = stores.tasks.find(task_id)
    dates = dict.fromkeys(("date_creation", "date_modification", "date_moved"), LONG_AGO)
    stores.table.write(*stores.tasks.replace_actions(loaded, loaded.task.changed(**dates | changes)))


def everything(stores: Stores, *, times_too: bool = False) -> dict[tuple[str, str], Item]:
    """Return all items of the table by key, except the counters of ids.

    Args:
        stores: where to look.
        times_too: also the times of projects' last changes.
    """
    items = [item for page in stores.table.scan() for item in page]
    found = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
    return {key: item for key, item in found.items() if not key[0].startswith("#") and (times_too or key[1] != "LM")}


def contents(stores: Stores) -> list[str]:
    """Return the paths of all contents in the bucket."""
    return [blob.path for page in stores.blobs.pages() for blob in page]
