"""Tasks with their child entities, page by page."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from importer import models
from importer.conversion import (
    Known,
    comment_of,
    external_link_of,
    file_of,
    rank_of,
    subtask_of,
    tags_of,
    task_of,
)
from importer.report import Report
from importer.source import row_name
from lambdaboard.domain.link import IS_MILESTONE
from lambdaboard.domain.subtask import DONE
from lambdaboard.domain.task import encode
from lambdaboard.store.counts import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.job import Job
    from importer.links import Links
    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem

Span = tuple[int, int | None]
"""A range of task ids: greater than the first one, up to the second one; None for no end."""

R = TypeVar(
    "R",
    models.CommentRow,
    models.ExternalLinkRow,
    models.SubtaskRow,
    models.TaskFileRow,
    models.TaskMetadataRow,
    models.TaskTagRow,
)


class _Refusals(Report):
    """Reports nothing, and collects the tasks that are not imported."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: set[int] = set()

    def left_out(self, table: str, row: object, text: str, column: str = "") -> None:  # noqa: ARG002 - as a report
        """Collect a task."""
        if table == models.TaskRow.table:
            self.tasks.add(int(str(row)))


def refused_tasks(job: Job, known: Known) -> set[int]:
    """Return the tasks that are not imported, before all others are read: tasks count only links to imported ones."""
    ahead = _Refusals()
    quiet = replace(job, source=job.source.reporting_to(ahead), advance=lambda *_: None)
    for page, span in _pages(quiet):
        _carried(quiet, known, page, span)
    return ahead.tasks


def move_tasks(job: Job, known: Known, links: Links, written: int) -> Iterator[int]:
    """Read all tasks with their child entities and write them.

    Args:
        job: the move.
        known: the things that tasks may name.
        links: decides which links are counted.
        written: tasks up to this id are written already; they are still read and reported.

    Yields:
        The last id of each page, once that is written.
    """
    for page, (after, last) in _pages(job):
        is_written = last is not None and last <= written
        actions = _page(job, known, links, page, (after, last), upload=not is_written)
        job.count(models.TaskRow, len(page))
        if not is_written:
            job.writer.put(actions)
            yield last or after


def _pages(job: Job) -> Iterator[tuple[list[models.TaskRow], Span]]:
    """Yield pages of tasks and the spans of their ids, which together contain all possible ids."""
    after = 0
    for page, (last,) in job.source.pages(models.TaskRow):
        yield page, (after, last)
        after = last
    yield [], (after, None)


def _page(
    job: Job, known: Known, links: Links, page: Sequence[models.TaskRow], span: Span, *, upload: bool
) -> list[TransactItem]:
    """Return the actions that write the tasks of a page and their child entities; those of no task are reported."""
    tasks = _carried(job, known, page, span)
    belongings = _Belongings(job, known, tasks, span)
    actions = [*belongings.plain(), *belongings.subtasks(), *belongings.files(upload=upload)]
    for link in links.counted(job, tasks, span):
        belongings.counts[link.task_id].update(nb_links=1, nb_milestones=int(link.link_id == IS_MILESTONE))
    for row in page:
        if row.id in tasks:
            counts = Counts(**belongings.counts[row.id])
            actions += job.stores.tasks.put_actions(tasks[row.id], counts, rank=rank_of(row))
    return actions


def _carried(job: Job, known: Known, page: Sequence[models.TaskRow], span: Span) -> dict[int, Task]:
    """Return the tasks of a page that are imported, by id; the others are reported."""
    tags = tags_of(job.source.between(models.TaskTagRow, "task_id", *span), known, job.report)
    tasks: dict[int, Task] = {}
    for row in page:
        task = task_of(row, tags.pop(row.id, []), known, job.report)
        if task and job.fits(row, partial(encode, task)):
            tasks[row.id] = task
    for task_id in tags:
        job.report.left_out(models.TaskTagRow.table, task_id, "its task does not exist", "task_id")
    return tasks


class _Belongings:
    """The child entities of the tasks of a page.

    Attributes:
        counts: of each task.
    """

    def __init__(self, job: Job, known: Known, tasks: dict[int, Task], span: Span) -> None:
        self._job = job
        self._known = known
        self._tasks = tasks
        self._span = span
        self.counts: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def plain(self) -> Iterator[TransactItem]:
        """Yield the actions that write comments, external links and metadata."""
        job, stores = self._job, self._job.stores
        for comment in self._rows(models.CommentRow):
            project_id = self._tasks[comment.task_id].project_id
            put = partial(stores.comments.put_actions, comment_of(comment, job.report), project_id, "comment")
            yield from self._counted(comment, "nb_comments", job.built(comment, put))
        for link in self._rows(models.ExternalLinkRow):
            project_id = self._tasks[link.task_id].project_id
            put = partial(stores.external_links.put_actions, external_link_of(link, job.report), project_id, "url")
            yield from self._counted(link, "nb_external_links", job.built(link, put))
        for row in self._rows(models.TaskMetadataRow):
            yield from job.metadata(row, stores.metadata, row.task_id)

    def subtasks(self) -> Iterator[TransactItem]:
        """Yield the actions that write subtasks with their timers."""
        job = self._job
        rows = self._rows(models.SubtaskRow)
        timers = self._timers([row.id for row in rows])
        for row in rows:
            task = self._tasks[row.task_id]
            subtask = subtask_of(row, timers[row.id], task.date_creation, self._known, job.report)
            put = partial(job.stores.subtasks.put_actions, subtask, task.project_id, "title")
            written = job.built(row, put)
            yield from self._counted(row, "nb_subtasks", written)
            if written:
                done = int(subtask.status == DONE)
                self.counts[row.task_id].update(nb_completed_subtasks=done, nb_timers=len(subtask.timers))

    def files(self, *, upload: bool) -> Iterator[TransactItem]:
        """Yield the actions that write the records of files; with `upload`, their contents are written first."""
        job = self._job
        for row in self._rows(models.TaskFileRow):
            found = job.folder.find(row, job.report)
            if found:
                path, content = found
                record = file_of(row, self._tasks[row.task_id].project_id, content, job.report)
                if upload:
                    job.writer.upload(record.path, path)
                yield from self._counted(row, "nb_files", job.stores.files.put_actions(record))

    def _timers(self, subtasks: list[int]) -> defaultdict[int, list[models.TimerRow]]:
        found: defaultdict[int, list[models.TimerRow]] = defaultdict(list)
        for row in self._job.source.among(models.TimerRow, "subtask_id", subtasks):
            found[row.subtask_id].append(row)
            self._job.count(models.TimerRow, 1)
        return found

    def _rows(self, model: type[R]) -> list[R]:
        """Return the rows of a table whose tasks are imported; the others are reported."""
        found = self._job.source.between(model, "task_id", *self._span)
        self._job.count(model, len(found))
        for row in found:
            if row.task_id not in self._tasks:
                self._job.report.left_out(model.table, row_name(model, row), "its task does not exist", "task_id")
        return [row for row in found if row.task_id in self._tasks]

    def _counted(self, row: R, counter: str, actions: list[TransactItem]) -> list[TransactItem]:
        self.counts[row.task_id][counter] += bool(actions)
        return actions
