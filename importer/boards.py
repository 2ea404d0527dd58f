"""Types of links, people, and tags, which tasks name. They are few, and a run that resumes writes them again."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from importer import models
from importer.conversion import Known, group_of, link_types_of, role_of, tag_of, user_of
from importer.projects import move_projects
from lambdaboard.domain.group import MAX_GROUPS
from lambdaboard.store.groups import put_member
from lambdaboard.store.link_types import StoredTypes

if TYPE_CHECKING:
    from importer.job import Job
    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.store.actions import TransactItem


Span = tuple[int, int | None]


def move_link_types(job: Job) -> LinkTypes:
    """Write all types of links, instead of the built-in ones."""
    rows = [*job.source.rows(models.LinkTypeRow)]
    types = link_types_of(rows, job.source.last_id(models.LinkTypeRow))
    job.writer.put(job.stores.link_types.replace_actions(StoredTypes(types, None), types))
    job.count(models.LinkTypeRow, len(rows))
    return types


def move_people_and_projects(job: Job) -> Known:
    """Write users, projects, tags and members; return them."""
    groups = _groups(job)
    known = Known(groups, users=_users(job, groups), projects=move_projects(job, groups), tags=set())
    _tags(job, known)
    _members(job, known)
    return known


def _groups(job: Job) -> set[int]:
    groups: set[int] = set()
    for page, _ in job.source.pages(models.GroupRow):
        values = [group_of(row, job.report) for row in page]
        job.writer.put([*chain.from_iterable(map(job.stores.groups.put_actions, values))])
        job.count(models.GroupRow, len(page))
        groups.update(each.id for each in values)
    return groups


def _memberships(job: Job, users: set[int], groups: set[int], span: Span) -> defaultdict[int, list[int]]:
    """Read the groups of the users of a page; memberships of other users are reported."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in job.source.between(models.GroupMemberRow, "user_id", *span):
        job.count(models.GroupMemberRow, 1)
        if row.user_id not in users or row.group_id not in groups:
            job.report.left_out(row.table, f"{row.group_id}/{row.user_id}", "its group or user does not exist")
        elif len(found[row.user_id]) == MAX_GROUPS:
            job.report.left_out(
                row.table, f"{row.group_id}/{row.user_id}", f"a user can be in {MAX_GROUPS} groups at most"
            )
        else:
            found[row.user_id].append(row.group_id)
    return found


def _users(job: Job, groups: set[int]) -> set[int]:
    users: set[int] = set()
    names: set[str] = set()
    after = 0
    for page, (last,) in job.source.pages(models.UserRow):
        memberships = _memberships(job, {row.id for row in page}, groups, (after, last))
        actions: list[TransactItem] = []
        for row in page:
            user = user_of(row, memberships[row.id], names, job.report)
            actions += job.stores.users.put_actions(user, row.nb_failed_login, row.lock_expiration_date)
            actions += [put_member(group_id, row.id) for group_id in user.groups]
            users.add(row.id)
        job.writer.put(actions)
        job.count(models.UserRow, len(page))
        after = last
    _memberships(job, set(), groups, (after, None))
    return users


def _tags(job: Job, known: Known) -> None:
    parents = {0, *known.projects}
    for page, _ in job.source.pages(models.TagRow):
        actions: list[TransactItem] = []
        for row in page:
            if row.project_id not in parents:
                job.report.left_out(row.table, row.id, "its project does not exist", "project_id")
                continue
            written = job.built(row, partial(job.stores.tags.put_actions, tag_of(row)))
            actions += written
            if written:
                known.tags.add(row.id)
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
                job.report.left_out(row.table, f"{row.project_id}/{row.user_id}", "its project or user does not exist")
        job.writer.put(actions)
        job.count(models.MemberRow, len(page))
