"""Links between tasks: which are imported, and how a row finds its other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, column, select

from importer import models
from lambdaboard.domain.link import LinkTypes, TaskLink
from lambdaboard.store.links import put_side

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from importer.job import Job
    from importer.models import TaskLinkRow
    from lambdaboard.store.actions import TransactItem


class Links(NamedTuple):
    """The conditions for links to be imported.

    Attributes:
        refused: tasks in the database that are not imported; few, if any.
    """

    types: LinkTypes
    refused: Collection[int]

    def counted(self, job: Job, tasks: Collection[int], span: tuple[int, int | None]) -> Iterator[TaskLinkRow]:
        """Yield the sides of tasks of a page, without reports about others: `move` makes them."""
        rows = [row for row in job.source.between(models.TaskLinkRow, "task_id", *span) if row.task_id in tasks]
        projects = self._projects(job, rows)
        return (row for row in rows if not self._fault(row, projects))

    def move(self, job: Job, written: int) -> Iterator[int]:
        """Write all sides of links, after all tasks; as `move_tasks`."""
        for page, (last,) in job.source.pages(models.TaskLinkRow):
            actions = self._page(job, page)
            job.count(models.TaskLinkRow, len(page))
            if last > written:
                job.writer.put(actions)
                yield last

    def _page(self, job: Job, page: list[TaskLinkRow]) -> list[TransactItem]:
        projects = self._projects(job, page)
        others = self._others(job, page)
        actions: list[TransactItem] = []
        for row in page:
            fault = self._fault(row, projects)
            if fault:
                job.report.left_out(row.table, row.id, fault)
                continue
            side = self._side(job, row, others)
            actions += put_side(side, projects[row.task_id])
        return actions

    def _side(self, job: Job, row: TaskLinkRow, others: dict[tuple[int, int, int], int]) -> TaskLink:
        """Return a side; if the other side is missing, it refers to itself."""
        other_link_id = self.types.opposite_id(row.link_id)
        other_id = others.get((row.opposite_task_id, row.task_id, other_link_id), 0)
        if not other_id:
            job.report.add("note", row.table, row.id, "", "the opposite task does not show this link, there and here")
        return TaskLink(**row.model_dump(), other_id=other_id or row.id, other_link_id=other_link_id)

    def _others(self, job: Job, page: list[TaskLinkRow]) -> dict[tuple[int, int, int], int]:
        """Read the ids of possible other sides, by task, opposite task and type."""
        if not page:
            return {}
        reverse = and_(
            column("task_id").in_({row.opposite_task_id for row in page}),
            column("opposite_task_id").in_({row.task_id for row in page}),
        )
        found = job.source.where(models.TaskLinkRow, reverse, "id")
        return {(row.task_id, row.opposite_task_id, row.link_id): row.id for row in found}

    def _projects(self, job: Job, rows: Iterable[TaskLinkRow]) -> dict[int, int]:
        """Return the projects of the imported tasks among those that links name."""
        named = {task_id for row in rows for task_id in (row.task_id, row.opposite_task_id)} - {*self.refused}
        if not named:
            return {}
        tasks = job.source.table(models.TaskRow)
        found = job.source.mappings(select(tasks.c.id, tasks.c.project_id).where(tasks.c.id.in_(named)))
        return {int(each["id"]): int(each["project_id"]) for each in found}

    def _fault(self, row: TaskLinkRow, projects: Collection[int]) -> str:
        """Return why a side is not imported; "" if it is."""
        if all(each.id != row.link_id for each in self.types.types):
            return "its type does not exist"
        return "" if {row.task_id, row.opposite_task_id} <= {*projects} else "one of its tasks does not exist"
