"""The events of files that were attached to a task, or removed from it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from lambdaboard.api.rows.files import task_file_row
from lambdaboard.domain.event import Details, Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.domain.event import EventName
    from lambdaboard.domain.project import Project
    from lambdaboard.domain.task import Task
    from lambdaboard.store.files import File

MAX_TOLD = 8
"""The limit of files of a call in the activity; a transaction with twenty new tags has no space for more."""


def of_files(name: EventName, project: Project, task: Task, records: Iterable[File]) -> list[Event]:
    """Return an event for each file, for the first ones of many; see `Event`."""
    return [Event(name, project, task, Details(file=task_file_row(record))) for record in islice(records, MAX_TOLD)]
