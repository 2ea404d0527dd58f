"""Types of links, people, and tags: what tasks name. It is small, and a run that resumes writes it once more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from importer import models
from importer.conversion import Known, link_types_of, role_of, tag_of, user_of
from importer.projects import move_projects
from lambdaboard.store.link_types import StoredTypes

if TYPE_CHECKING:
    from importer.job import Job
    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.store.actions import TransactItem


def move_link_types(job: Job) -> LinkTypes:
    """Write all types of links, in the place of those that are built in."""
    rows = [*job.source.rows(models.LinkTypeRow)]
    types = link_types_of(rows, job.source.last_id(models.LinkTypeRow))
    job.writer.put(job.stores.link_types.replace_actions(StoredTypes(types, None), types))
    job.count(models.LinkTypeRow, len(rows))
    return types


def move_people_and_projects(job: Job) -> Known:
    """Write users, projects, tags and members; return which ones there are."""
    known = Known(users=_users(job), projects=move_projects(job), tags=set())
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
