"""The other task of a link: all of it, or almost nothing if the caller may not see it (context.md 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.api.rows.links import ListedTaskLinkRow
from lambdaboard.domain.user import MISSING_USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdaboard.api.context import Context
    from lambdaboard.domain.link import TaskLink
    from lambdaboard.domain.project import Column
    from lambdaboard.domain.user import User
    from lambdaboard.store.tasks import LoadedTask

UNSEEN = {
    "title": "",
    "is_active": 0,
    "project_id": 0,
    "column_id": 0,
    "color_id": "",
    "date_completed": None,
    "date_started": 0,
    "date_due": 0,
    "task_time_spent": None,
    "task_time_estimated": None,
    "task_assignee_id": 0,
    "task_assignee_username": None,
    "task_assignee_name": None,
    "column_title": "",
    "project_name": "",
}
"""The values shown for a task that the caller may not see: those of a new task."""


class LinkedTask(NamedTuple):
    """The other task of a link, and whether the caller may see it."""

    link: TaskLink
    loaded: LoadedTask
    is_seen: bool

    @classmethod
    def of(cls, context: Context, link: TaskLink, loaded: LoadedTask) -> LinkedTask:
        """Return the other task of a link as the caller sees it."""
        return cls(link, loaded, context.stores.tasks.is_allowed(loaded))

    @property
    def owner_id(self) -> int:
        """The user whose name is shown; 0 for none."""
        return self.loaded.task.owner_id if self.is_seen else 0

    def order(self) -> tuple[int, bool, int, int, str, int]:
        """Order links of a task; within a column by rank, which is the order of positions in each swimlane.

        Tasks that the caller may not see are last, by id, so that their order shows nothing.
        """
        task, column = self.loaded.task, self._column
        if not self.is_seen:
            return self.link.link_id, True, 0, 0, "", task.id
        rank = self.loaded.stored.rank
        return self.link.link_id, False, -column.position if column else 0, -task.is_active, rank, task.id

    @property
    def _column(self) -> Column | None:
        loaded = self.loaded
        return next((each for each in loaded.project.columns if each.id == loaded.task.column_id), None)

    def row(self, label: str, users: Mapping[int, User]) -> ListedTaskLinkRow:
        """Return a row of getAllTaskLinks.

        Args:
            label: of the link's type.
            users: the owners of tasks that the caller may see.
        """
        task, column = self.loaded.task, self._column
        assignee = users.get(task.owner_id) or MISSING_USER
        if not self.is_seen:
            return ListedTaskLinkRow.of({"id": self.link.id, "task_id": task.id, "label": label, **UNSEEN})
        return ListedTaskLinkRow(
            id=self.link.id,
            task_id=task.id,
            label=label,
            title=task.title,
            is_active=task.is_active,
            project_id=task.project_id,
            column_id=task.column_id,
            color_id=task.color_id,
            date_completed=task.date_completed,
            date_started=task.date_started,
            date_due=task.date_due,
            task_time_spent=task.time_spent,
            task_time_estimated=task.time_estimated,
            task_assignee_id=assignee.id,
            task_assignee_username=assignee.username,
            task_assignee_name=assignee.name,
            column_title=column.title if column else None,
            project_name=self.loaded.project.name,
        )
