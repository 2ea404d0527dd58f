"""People, projects and tags: what tasks name. It is small, and a run that resumes writes it once more."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from importer import models
from importer.conversion import Known, Parts, link_types_of, project_of, role_of, tag_of, user_of
from lambdaboard.store.link_types import StoredTypes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.job import Job
    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.domain.project import Resolver
    from lambdaboard.store.actions import TransactItem

R = TypeVar("R", models.ColumnRow, models.SwimlaneRow, models.CategoryRow)


def move_link_types(job: Job) -> LinkTypes:
    """Write all types of links, in the place of those that are built in."""
    rows = [*job.source.rows(models.LinkTypeRow)]
    types = link_types_of(rows, job.source.last_id(models.LinkTypeRow))
    job.writer.put(job.stores.link_types.replace_actions(StoredTypes(types, None), types))
    job.count(models.LinkTypeRow, len(rows))
    return types


def move_people_and_projects(job: Job) -> Known:
    """Write users, projects, tags and members; return which ones there are."""
    known = Known(users=_users(job), projects=_projects(job), tags=set())
    _tags(job, known)
    _members(job, known)
    return known


def _users(job: Job) -> set[int]:
    users: set[int] = set()
    names: set[str] = set()
    for page, _ in job.source.pages(models.UserRow):
        actions: list[TransactItem] = []
        for row in page:
            user = user_of(row, names, job.report)
            actions += job.stores.users.put_actions(user, row.nb_failed_login, row.lock_expiration_date)
            users.add(row.id)
        job.writer.put(actions)
        job.count(models.UserRow, len(page))
    return users


def _projects(job: Job) -> dict[int, Resolver]:
    projects: dict[int, Resolver] = {}
    taken: set[str] = set()
    after = 0
    for page, (last,) in job.source.pages(models.ProjectRow):
        parts = _parts(job, page, after, last)
        actions: list[TransactItem] = []
        for row in page:
            project = project_of(row, parts[row.id], taken, job.report)
            put = partial(job.stores.projects.put_actions, project, last_modified=row.last_modified)
            written = job.built(row, put)
            if written:
                projects[row.id] = project.resolver()
            actions += written
        job.writer.put(actions)
        job.count(models.ProjectRow, len(page))
        after = last
    _parts(job, [], after, None)
    return projects


def _parts(job: Job, page: list[models.ProjectRow], after: int, last: int | None) -> dict[int, Parts]:
    """Read what the projects of a page hold; what is of no project is reported."""
    projects = {row.id for row in page}
    span = "project_id", after, last
    columns = _of_projects(job, job.source.between(models.ColumnRow, *span), projects)
    swimlanes = _of_projects(job, job.source.between(models.SwimlaneRow, *span), projects)
    categories = _of_projects(job, job.source.between(models.CategoryRow, *span), projects)
    return {each: Parts(columns[each], swimlanes[each], categories[each]) for each in projects}


def _of_projects(job: Job, rows: Iterable[R], projects: set[int]) -> defaultdict[int, list[R]]:
    found: defaultdict[int, list[R]] = defaultdict(list)
    for row in rows:
        job.count(type(row), 1)
        if row.project_id in projects:
            found[row.project_id].append(row)
        else:
            job.report.left_out(row.table, row.id, "its project is not there", "project_id")
    return found


def _tags(job: Job, known: Known) -> None:
    for page, _ in job.source.pages(models.TagRow):
        actions: list[TransactItem] = []
        for row in page:
            if row.project_id and row.project_id not in known.projects:
                job.report.left_out(row.table, row.id, "its project is not there", "project_id")
                continue
            written = job.built(row, partial(job.stores.tags.put_actions, tag_of(row)))
            actions += written
            known.tags.update([row.id] if written else [])
        job.writer.put(actions)
        job.count(models.TagRow, len(page))


def _members(job: Job, known: Known) -> None:
    for page, _ in job.source.pages(models.MemberRow):
        actions: list[TransactItem] = []
        for row in page:
            if row.project_id in known.projects and row.user_id in known.users:
                role = role_of(row, job.report)
                actions += job.stores.users.add_member_actions(row.project_id, row.user_id, role)
            else:
                job.report.left_out(row.table, f"{row.project_id}/{row.user_id}", "its project or user is not there")
        job.writer.put(actions)
        job.count(models.MemberRow, len(page))
