"""Projects with their columns, swimlanes, categories, metadata and files; few, as the rows of `boards`."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from importer import models
from importer.conversion import Parts, action_of, project_file_of, project_of, role_of
from importer.source import row_name
from lambdaboard.store.counts import Counts
from lambdaboard.store.groups import put_role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from importer.job import Job
    from lambdaboard.domain.project import AutomaticAction, Project, Resolver
    from lambdaboard.store.actions import TransactItem

R = TypeVar(
    "R",
    models.ColumnRow,
    models.SwimlaneRow,
    models.CategoryRow,
    models.ProjectMetadataRow,
    models.ProjectFileRow,
    models.ProjectGroupRow,
    models.ActionRow,
)


def move_projects(job: Job, groups: Collection[int]) -> dict[int, Resolver]:
    """Write all projects with their parts; return the resolver of each. `groups`: the existing ones."""
    places: dict[int, Resolver] = {}
    taken: set[str] = set()
    after = 0
    for page, (last,) in job.source.pages(models.ProjectRow):
        holdings = _Holdings(job, {row.id for row in page}, groups, (after, last))
        actions: list[TransactItem] = []
        for row in page:
            project = project_of(row, holdings.parts(row.id), taken, job.report)
            written = holdings.actions(row, project)
            if written:
                places[row.id] = project.resolver()
            actions += written
        job.writer.put(actions)
        job.count(models.ProjectRow, len(page))
        after = last
    _Holdings(job, set(), groups, (after, None))
    return places


class _Holdings:
    """The parts of the projects of a page, read together; those of no project are reported."""

    def __init__(self, job: Job, projects: set[int], groups: Collection[int], ids: tuple[int, int | None]) -> None:
        self._job = job
        self._projects = projects
        span = "project_id", *ids
        self._columns = self._by_project(job.source.between(models.ColumnRow, *span))
        self._swimlanes = self._by_project(job.source.between(models.SwimlaneRow, *span))
        self._categories = self._by_project(job.source.between(models.CategoryRow, *span))
        self._metadata = self._by_project(job.source.between(models.ProjectMetadataRow, *span))
        self._groups = self._by_project(self._there(job.source.between(models.ProjectGroupRow, *span), groups))
        self._actions = self._by_project(job.source.between(models.ActionRow, *span))
        self._files = self._by_project(job.source.between(models.ProjectFileRow, *span))

    def parts(self, project_id: int) -> Parts:
        """Return the parts in the item of a project."""
        return Parts(
            self._columns[project_id],
            self._swimlanes[project_id],
            self._categories[project_id],
            {row.group_id: role_of(row, self._job.report) for row in self._groups[project_id]},
            self._automatic_actions(self._actions[project_id]),
        )

    def actions(self, row: models.ProjectRow, project: Project) -> list[TransactItem]:
        """Return the actions that write a project with its metadata and files; none if it is too large."""
        stores = self._job.stores
        files, nb_files = self._file_actions(self._files[row.id])
        put = partial(stores.projects.put_actions, project, last_modified=row.last_modified)
        written = self._job.built(row, partial(put, counts=Counts(nb_files=nb_files)))
        if not written:
            return []
        for value in self._metadata[row.id]:
            written += self._job.metadata(value, stores.project_metadata, row.id)
        return [*written, *files, *(put_role(group_id, row.id, role) for group_id, role in project.groups.items())]

    def _there(
        self, rows: Iterable[models.ProjectGroupRow], groups: Collection[int]
    ) -> Iterator[models.ProjectGroupRow]:
        for row in rows:
            if row.group_id in groups:
                yield row
            else:
                self._job.report.left_out(row.table, row_name(type(row), row), "its group does not exist", "group_id")

    def _automatic_actions(self, rows: Sequence[models.ActionRow]) -> list[AutomaticAction]:
        params: defaultdict[int, list[models.ActionParamRow]] = defaultdict(list)
        for each in self._job.source.among(models.ActionParamRow, "action_id", [row.id for row in rows]):
            self._job.count(models.ActionParamRow, 1)
            params[each.action_id].append(each)
        found = (action_of(row, params[row.id], self._job.report) for row in rows)
        return [*filter(None, found)]

    def _file_actions(self, rows: Sequence[models.ProjectFileRow]) -> tuple[list[TransactItem], int]:
        """Return the actions that write the records of files, and their number; the contents are written first."""
        job = self._job
        records = []
        for row in rows:
            found = job.folder.find(row, job.report)
            if found:
                path, content = found
                record = project_file_of(row, content, job.report)
                job.writer.upload(record.path, path)
                records.append(record)
        return [action for each in records for action in job.stores.project_files.put_actions(each)], len(records)

    def _by_project(self, rows: Iterable[R]) -> defaultdict[int, list[R]]:
        found: defaultdict[int, list[R]] = defaultdict(list)
        for row in rows:
            self._job.count(type(row), 1)
            if row.project_id in self._projects:
                found[row.project_id].append(row)
            else:
                name = row_name(type(row), row)
                self._job.report.left_out(row.table, name, "its project does not exist", "project_id")
        return found
