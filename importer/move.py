"""A move: all tables, in an order in which what is named comes before what names it.

Everything is put whole and under the id that it had, so that what is written twice is the same. A run that resumes
reads and reports all of it again, and writes tasks and links from where the last one was cut off.
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
"""Columns that go on naming users who were removed: nobody may get their ids."""


def move(job: Job, progress: ImportProgress) -> None:
    """Carry everything over; `progress`: how far a run before has come."""
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
    """Let ids begin behind all that were ever given, first of all: what is new never takes the place of what comes.

    That of tasks begins behind all positions, too: these become ranks, and a new task has the rank of its id.
    """
    source = job.source
    last = {entity: source.last_id(model) for entity, model in COUNTERS.items()}
    last["task"] = max(last["task"], source.greatest(models.TaskRow, "position"))
    last["user"] = max(last["user"], *(source.greatest(*each) for each in PEOPLE))
    for entity, last_id in last.items():
        if last_id:
            job.writer.raise_counter(entity, last_id)
