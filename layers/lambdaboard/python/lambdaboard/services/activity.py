"""The rows of activity that a caller sees, the newest first (context.md 12)."""

from __future__ import annotations

from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import msgspec

from lambdaboard.api.rows.activity import ActivityRow, ActivityTaskRow
from lambdaboard.api.rows.children import comment_row, listed_subtask_row
from lambdaboard.api.rows.files import TaskFileRow
from lambdaboard.api.rows.links import TaskLinkRow
from lambdaboard.api.rows.tasks import task_properties
from lambdaboard.domain.event import EventName
from lambdaboard.domain.user import MISSING_USER
from lambdaboard.errors import InvalidParams
from lambdaboard.services.activity_text import event_content, event_title
from lambdaboard.services.result_budget import ResultBudget
from lambdaboard.services.viewing import viewing
from lambdaboard.store.keys import LAST_ACTIVITY_ID
from lambdaboard.store.parallel import AT_ONCE, first_page, gather, gather_map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lambdaboard.api.context import Context
    from lambdaboard.domain.event import LinkSide, Move
    from lambdaboard.domain.user import User
    from lambdaboard.store.activity import StoredActivity
    from lambdaboard.store.tasks import LoadedTask

MAX_ROWS = 200
"""The limit of rows of a page."""

LEAST_READ = 10
"""Rows that are read of each of many projects at a time."""

ROW = 2_000
"""The least number of characters of a row, without its strings."""


class ActivityPage(msgspec.Struct, frozen=True):
    """A page of a list of activity: the parameters `limit` and `before_id`, an extension."""

    limit: int
    before_id: int

    @classmethod
    def of(cls, limit: int, before_id: int, default: int) -> ActivityPage:
        """Read the parameters as clients send them; 0 is the default limit, and the newest rows.

        Raises:
            InvalidParams: the limit is negative, or greater than MAX_ROWS.
        """
        if not 0 <= limit <= MAX_ROWS:
            raise InvalidParams("limit", f"must be 0 to {MAX_ROWS}")
        latest = before_id if 0 < before_id <= LAST_ACTIVITY_ID else LAST_ACTIVITY_ID
        return cls(limit or default, latest if before_id >= 0 else 1)


def first_rows(
    context: Context, project_ids: Sequence[int], page: ActivityPage
) -> Callable[[], Iterator[StoredActivity]]:
    """Return a call, for `gather`, that reads a page of each project and returns an iterator over the rows of all.

    The call is 1 round trip; the rest is read only as far as it is used, after the check of the right.
    """
    size = max(LEAST_READ, 2 * page.limit // max(1, len(project_ids))) if len(project_ids) > 1 else page.limit
    activity = context.stores.activity

    def read() -> Iterator[StoredActivity]:
        found = (activity.of_project(each, page.before_id, size) for each in project_ids)
        return merge(*gather_map(lambda rows: first_page(rows)(), found), key=lambda row: -row.id)

    return read


def visible_rows(context: Context, stored: Iterator[StoredActivity], page: ActivityPage) -> list[ActivityRow]:
    """Return the rows of a page: those that the caller may see, with an existing task and author (2 round trips).

    A page with fewer rows than the limit is the last one.

    Raises:
        ResultTooLarge: the rows do not fit into a response.
    """
    role, budget = context.caller.role, ResultBudget(context.result_limit)
    visible = (row for row in stored if _is_visible(row, role))
    rows: list[ActivityRow] = []
    wanted = page.limit
    while part := [*islice(visible, wanted)]:
        rows += NamedRows.read(context, part).rows(budget)
        if len(rows) >= page.limit:
            break
        wanted = AT_ONCE  # there may be many rows of removed things
    return rows[: page.limit]


def _is_visible(row: StoredActivity, role: str) -> bool:
    comment = row.value.details.comment
    return not comment or comment.is_visible_to(role)


class NamedRows(msgspec.Struct, frozen=True):
    """Some rows, with the tasks and users that they name.

    Attributes:
        tasks: the existing ones of the rows, and at the other end of links, without a check of rights.
        users: the existing ones of all whom the rows name.
        may_see: returns whether the caller may see a task.
    """

    context: Context
    stored: Sequence[StoredActivity]
    tasks: Mapping[int, LoadedTask]
    users: Mapping[int, User]
    may_see: Callable[[LoadedTask], bool]

    @classmethod
    def read(cls, context: Context, stored: Sequence[StoredActivity]) -> NamedRows:
        """Read the tasks and users of some rows (2 round trips)."""
        visible = viewing(context).tasks
        tasks, users = gather(
            lambda: visible.find_many({*chain.from_iterable(map(_tasks_of, stored))}),
            lambda: context.stores.users.named(chain.from_iterable(map(_users_of, stored))),
        )
        return cls(context, stored, tasks, users, visible.is_allowed)

    def rows(self, budget: ResultBudget) -> list[ActivityRow]:
        """Return the rows with an existing task and author."""
        return [self._row(each) for each in budget.each(filter(self._exists, self.stored), _characters)]

    def _exists(self, stored: StoredActivity) -> bool:
        return stored.value.task.id in self.tasks and stored.value.creator_id in self.users

    def _row(self, stored: StoredActivity) -> ActivityRow:
        value, author = stored.value, self.users[stored.value.creator_id]
        task = self._task(stored)
        row = {
            "id": stored.id,
            "date_creation": value.date_creation,
            "event_name": value.event_name.value,
            "creator_id": author.id,
            "project_id": stored.project_id,
            "task_id": task["id"],
            "author_username": author.username,
            "author_name": author.name,
            "email": author.email,
            "avatar_path": author.avatar_path,
            **self._child(stored),
            "task": task,
            **self._changes(stored, task),
            "author": author.title,
        }
        titles = {"event_title": event_title(row), "event_content": event_content(row, self.context.settings)}
        return ActivityRow.of(row | titles)

    def _child(self, stored: StoredActivity) -> dict[str, Any]:
        """Return the row's data of a child entity."""
        details = stored.value.details
        if details.comment:
            return {"comment": comment_row(details.comment, self.users.get(details.comment.user_id))}
        if details.subtask:
            subtask = listed_subtask_row(details.subtask, self.users.get(details.subtask.user_id), 0)
            is_update = stored.value.event_name is EventName.SUBTASK_UPDATE
            return {"subtask": subtask, **({"changes": []} if is_update else {})}
        if details.file:
            return {"file": TaskFileRow.of(details.file)}
        return {"task_link": self._link(details.link)} if details.link else {}

    def _link(self, link: LinkSide) -> TaskLinkRow:
        """Return a link as a row of getTaskLinkById, without data of a task that the caller may not see."""
        opposite = self.tasks.get(link.opposite_task_id)
        shows_opposite = opposite is not None and self.may_see(opposite)
        return TaskLinkRow(
            id=link.id,
            opposite_task_id=link.opposite_task_id if shows_opposite else 0,
            task_id=link.task_id,
            link_id=link.link_id,
            label=link.label,
            opposite_link_id=link.opposite_link_id if shows_opposite else 0,
        )

    def _task(self, stored: StoredActivity) -> ActivityTaskRow:
        """Return the task as it was then, with the current names of people."""
        task, names = task_properties(stored.value.task), stored.value.names
        assignee, creator = (self.users.get(task[name]) or MISSING_USER for name in ("owner_id", "creator_id"))
        task["owner_id"] = assignee.id
        return ActivityTaskRow(
            **task,
            category_name=names.category_name,
            swimlane_name=names.swimlane_name,
            project_name=names.project_name,
            column_title=names.column_title,
            assignee_username=assignee.username,
            assignee_name=assignee.name,
            creator_username=creator.username,
            creator_name=creator.name,
            category_description=names.category_description,
            column_position=names.column_position,
        )

    def _changes(self, stored: StoredActivity, task: ActivityTaskRow) -> dict[str, Any]:
        details = stored.value.details
        if details.changes is not None:
            return {"changes": {name: task[name] for name in details.changes}}
        if details.move:
            return _moved(details.move, task)
        return {"changes": []} if stored.value.event_name is EventName.TASK_MOVE_PROJECT else {}


MOVED = ("position", "src_column_id", "dst_column_id", "date_moved")
"""The changes of a move that the task has with another value, or under no name."""


def _moved(move: Move, task: ActivityTaskRow) -> dict[str, Any]:
    values = msgspec.structs.asdict(move)
    changes = {name: values[name] for name in MOVED if values[name] != task.get(name)}
    return {"changes": changes, **values}


def _tasks_of(stored: StoredActivity) -> Iterator[int]:
    yield stored.value.task.id
    if stored.value.details.link:
        yield stored.value.details.link.opposite_task_id


def _users_of(stored: StoredActivity) -> Iterator[int]:
    value, details = stored.value, stored.value.details
    yield from (value.creator_id, value.task.owner_id, value.task.creator_id)
    if details.comment:
        yield details.comment.user_id
    if details.subtask:
        yield details.subtask.user_id


def _characters(stored: StoredActivity) -> int:
    task, comment = stored.value.task, stored.value.details.comment
    return ROW + 2 * len(task.title) + len(task.description) + (2 * len(comment.comment) if comment else 0)
