"""The activity of projects: each row with the task as it was then, with the properties that are kept here."""

from __future__ import annotations

import json
import os
import time
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import ValidationError

from importer import models
from importer.conversion import comment_of
from lambdaboard.domain.activity import Activity, Names, cut
from lambdaboard.domain.event import UPDATED, Details, EventName, LinkSide, Move
from lambdaboard.domain.subtask import Subtask
from lambdaboard.domain.task import Task
from lambdaboard.store.activity import A_DAY, StoredActivity, put_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from importer.conversion import Known
    from importer.job import Job
    from importer.report import Report
    from lambdaboard.store.actions import TransactItem

FILE = ("id", "name", "path", "is_image", "task_id", "date", "user_id", "size")
"""The properties of a file in the activity."""


def days() -> int:
    """Return the days for which activity is kept: the setting of `make run`, or of the stack, by the same variable."""
    return int(os.environ.get("ACTIVITY_DAYS") or 365)


def oldest() -> float:
    """Return the first second of the activity that is kept."""
    return time.time() - days() * A_DAY


def move_activity(job: Job, known: Known, refused: Collection[int], written: int) -> Iterator[int]:
    """Write the rows that are kept, with their ids; as `move_tasks` does."""
    kept_from = oldest()
    for page, (last,) in job.source.pages(models.ActivityRow):
        faults = ((row, _fault(row, known, refused, kept_from)) for row in page)
        actions = [*chain.from_iterable(_put_actions(job, row, fault) for row, fault in faults)]
        job.count(models.ActivityRow, len(page))
        if last > written:
            job.writer.put(actions)
            yield last


def _put_actions(job: Job, row: models.ActivityRow, fault: str) -> list[TransactItem]:
    """Return the actions that write a row; none if it has a problem, which is reported."""
    if fault:
        job.report.left_out(row.table, row.id, fault)
        return []
    activity = activity_of(row, job.report)
    return [put_row(StoredActivity(row.id, row.project_id, activity), days())] if activity else []


def _fault(row: models.ActivityRow, known: Known, refused: Collection[int], kept_from: float) -> str:
    """Return why a row is not imported; "" if it is."""
    if row.date_creation < kept_from:
        return f"is older than the {days()} days for which activity is kept"
    if row.event_name not in {*EventName}:
        return "is an event of a plugin"
    is_known = row.project_id in known.projects and row.creator_id in known.users and row.task_id not in refused
    return "" if is_known else "its project, task or author does not exist"


def activity_of(row: models.ActivityRow, report: Report) -> Activity | None:
    """Return a row of activity; None if its data cannot be read, which is reported."""
    try:
        data = json.loads(row.data)
        told = data["task"]
        task = models.TaskRow.model_validate(told)
        details = _details(row.event_name, data, report)
    except (ValueError, TypeError, LookupError, ValidationError, msgspec.ValidationError):
        report.left_out(row.table, row.id, "cannot be read", "data")
        return None
    is_move = row.event_name.startswith("task.move.")
    return cut(
        Activity(
            event_name=EventName(row.event_name),
            creator_id=row.creator_id,
            date_creation=row.date_creation,
            task=Task(**task.model_dump(exclude={"position"}), position=task.position if is_move else 0),
            names=Names(project_name=told.get("project_name") or "", **{name: told.get(name) for name in NAMES}),
            details=details,
        )
    )


def title_of(row: models.ActivityRow) -> str | None:
    """Return the title that the task had; None if the data cannot be read."""
    try:
        return str(json.loads(row.data)["task"]["title"])
    except (ValueError, TypeError, LookupError):
        return None


NAMES = ("column_title", "column_position", "swimlane_name", "category_name", "category_description")


def _details(event_name: str, data: dict[str, Any], report: Report) -> Details:
    """Return the data of an event other than the task."""
    comment, subtask, link, file = (data.get(name) for name in ("comment", "subtask", "task_link", "file"))
    is_move = event_name.startswith("task.move.") and event_name != EventName.TASK_MOVE_PROJECT
    changes = data.get("changes")
    return Details(
        changes=None if changes is None or is_move else tuple(name for name in UPDATED if name in changes),
        move=msgspec.convert(data, Move, strict=False) if is_move else None,
        comment=comment_of(models.CommentRow.model_validate(comment), report) if comment else None,
        subtask=Subtask(**models.SubtaskRow.model_validate(subtask).model_dump(), date_creation=0) if subtask else None,
        file={name: file[name] for name in FILE} if file else None,
        link=msgspec.convert(link, LinkSide, strict=False) if link else None,
    )
