"""A move: all tables, each after those that it refers to.

Each thing is written as a whole under its old id, so that a second write makes no difference. A run that resumes reads
and reports everything again, and writes tasks and links from the interruption of the last one on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from importer import models, placeless
from importer.activity import move_activity
from importer.boards import move_link_types, move_people_and_projects
from importer.links import Links
from importer.tasks import move_tasks, refused_tasks

if TYPE_CHECKING:
    from importer.job import Job
    from lambdaboard.store.imports import ImportProgress
    from lambdaboard.store.keys import Entity

COUNTERS: dict[Entity, type[models.Row]] = {
    "user": models.UserRow,
    "group": models.GroupRow,
    "project": models.ProjectRow,
    "action": models.ActionRow,
    "column": models.ColumnRow,
    "swimlane": models.SwimlaneRow,
    "category": models.CategoryRow,
    "tag": models.TagRow,
    "task": models.TaskRow,
    "comment": models.CommentRow,
    "subtask": models.SubtaskRow,
    "link": models.TaskLinkRow,
    "external_link": models.ExternalLinkRow,
    "file": models.TaskFileRow,
    "project_file": models.ProjectFileRow,
}

PEOPLE: tuple[tuple[type[models.Row], str], ...] = (
    (models.TaskRow, "creator_id"),
    (models.TaskFileRow, "user_id"),
    (models.ProjectFileRow, "user_id"),
    (models.ExternalLinkRow, "creator_id"),
    (models.CommentRow, "user_id"),
)
"""Columns that keep the ids of removed users: no new user may get them."""


def move(job: Job, progress: ImportProgress) -> None:
    """Import everything; `progress`: of a run before."""
    job.writer.keep(progress)
    _raise_counters(job)
    types = move_link_types(job)
    known = move_people_and_projects(job)
    links = Links(types, refused_tasks(job, known))
    for last in move_tasks(job, known, links, progress.last_task):
        progress = msgspec.structs.replace(progress, last_task=last)
        job.writer.keep(progress)
    for last in links.move(job, progress.last_link):
        progress = msgspec.structs.replace(progress, last_link=last)
        job.writer.keep(progress)
    for last in move_activity(job, known, links.refused, progress.last_activity):
        progress = msgspec.structs.replace(progress, last_activity=last)
        job.writer.keep(progress)
    placeless.tell(job.source)
    job.writer.keep(msgspec.structs.replace(progress, is_done=True))


def _raise_counters(job: Job) -> None:
    """Make new ids greater than all old ones, as the first step: so new things never replace imported ones.

    Those of tasks are greater than all positions, too: these become ranks, and a new task has the rank of its id.
    """
    source = job.source
    last = {entity: source.last_id(model) for entity, model in COUNTERS.items()}
    last["task"] = max(last["task"], source.greatest(models.TaskRow, "position"))
    last["user"] = max(last["user"], *(source.greatest(*each) for each in PEOPLE))
    for entity, last_id in last.items():
        if last_id:
            job.writer.raise_counter(entity, last_id)
