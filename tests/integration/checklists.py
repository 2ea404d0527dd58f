"""Subtasks for tests, and the counts and hours of their task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.children import put_all

from lambdaboard.domain.subtask import Subtask

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.domain.project import Project
    from lambdaboard.store.stores import Stores


def hours(call: Client, task_id: int) -> tuple[Any, Any]:
    """Return the hours of a task, estimated and spent."""
    row = call("getTask", task_id)
    return row["time_estimated"], row["time_spent"]


def counts(call: Client, board: Project, task_id: int) -> tuple[int, int]:
    """Return the number of subtasks in a row of their task, and the number of done ones."""
    (row,) = (row for row in call("searchTasks", board.id, "") if row["id"] == task_id)
    return row["nb_subtasks"], row["nb_completed_subtasks"]


def a_long_list(stores: Stores, task_id: int, count: int, user_id: int = 0) -> None:
    """Give a task subtasks of an hour each, without transactions: moto is slow at them."""
    first = stores.subtasks.next_id(count)
    loaded = stores.tasks.find(task_id)
    common: dict[str, Any] = {"task_id": task_id, "date_creation": 1, "time_estimated": 1, "user_id": user_id}
    subtasks = [Subtask(id=first + place, title=str(place), position=place + 1, **common) for place in range(count)]
    put_all(
        stores,
        (action for each in subtasks for action in stores.subtasks.put_actions(each, loaded.project.id, "title")),
    )
    task = loaded.task.changed(time_estimated=count, time_spent=0)
    stores.table.write(*stores.tasks.replace_actions(loaded, task, counts=loaded.counts._replace(nb_subtasks=count)))
