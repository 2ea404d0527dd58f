"""Rows of links between tasks, of their types, and of external links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.api.rows import Row
from lambdaboard.domain.external_link import DEPENDENCIES, TYPES
from lambdaboard.domain.serialization import properties
from lambdaboard.domain.user import MISSING_USER

if TYPE_CHECKING:
    from lambdaboard.domain.external_link import ExternalLink
    from lambdaboard.domain.link import LinkType
    from lambdaboard.domain.user import User


class LinkTypeRow(Row):
    """A type of links between tasks.

    Attributes:
        id: of the type.
        label: of the type, as seen from a task.
        opposite_id: the type as seen from the other task; 0 for this one.
    """

    id: int
    label: str
    opposite_id: int


def link_type_row(link_type: LinkType) -> LinkTypeRow:
    """Return a type of links."""
    return LinkTypeRow.of(properties(link_type))


class TaskLinkRow(Row):
    """A link between two tasks, as seen from one of them.

    Attributes:
        id: of the link as seen from this task; as seen from the other task, it has another one.
        opposite_task_id: the other task; 0 if the caller may not see it.
        task_id: this task.
        link_id: the type.
        label: of the type.
        opposite_link_id: the opposite of the type; 0 if it has none, or the caller may not see the other task.
    """

    id: int
    opposite_task_id: int
    task_id: int
    link_id: int
    label: str
    opposite_link_id: int


class ListedTaskLinkRow(Row):
    """A link of a task in the list of getAllTaskLinks, with the other task.

    If the caller may not see the other task, only the first three properties are shown: of the others, numbers are 0,
    strings "", and those that can be null are null, except `date_started`.

    Attributes:
        id: of the link as seen from the task in the call.
        task_id: the other task.
        label: of the type.
        title: of the other task, as are all following properties.
        is_active: 1 for an open task, 0 for a closed one.
        project_id: its project.
        column_id: its column.
        color_id: its colour, as in getColorList.
        date_completed: when it was closed, in Unix seconds; null if it never was, 0 if it was opened again.
        date_started: Unix seconds; 0 or null for none.
        date_due: Unix seconds; 0 for none.
        task_time_spent: hours; null or 0 for none.
        task_time_estimated: hours; null or 0 for none.
        task_assignee_id: the user to whom it is assigned; 0 for nobody.
        task_assignee_username: of the same user; null for nobody.
        task_assignee_name: their full name, "" if they have none; null for nobody.
        column_title: of its column; null if that was removed meanwhile.
        project_name: of its project.
    """

    id: int
    task_id: int
    label: str
    title: str
    is_active: int
    project_id: int
    column_id: int
    color_id: str
    date_completed: int | None
    date_started: int | None
    date_due: int
    task_time_spent: float | None
    task_time_estimated: float | None
    task_assignee_id: int
    task_assignee_username: str | None
    task_assignee_name: str | None
    column_title: str | None
    project_name: str


class ExternalLinkRow(Row):
    """An external link of a task: to a web page, a document or a file.

    Attributes:
        id: of the link.
        link_type: `attachment`, `file` or `weblink`.
        dependency: `related`, or another string.
        title: of the link.
        url: the target.
        date_creation: Unix seconds.
        date_modification: of the last change, Unix seconds.
        task_id: its task.
        creator_id: the user who made it; 0 for the application.
    """

    id: int
    link_type: str
    dependency: str
    title: str
    url: str
    date_creation: int
    date_modification: int
    task_id: int
    creator_id: int


class ListedExternalLinkRow(ExternalLinkRow):
    """An external link in the list of getAllExternalTaskLinks.

    Attributes:
        creator_name: the full name of the user who made it, "" if they have none; null for the application, and for
            a user who was removed.
        creator_username: of the same user; null as `creator_name`.
        dependency_label: the name of `dependency`: `Related`, or the string itself.
        type: the name of `link_type`, as in getExternalTaskLinkTypes.
    """

    creator_name: str | None
    creator_username: str | None
    dependency_label: str
    type: str


def external_link_row(link: ExternalLink) -> ExternalLinkRow:
    """Return an external link."""
    return ExternalLinkRow.of(properties(link))


def listed_external_link_row(link: ExternalLink, creator: User | None) -> ListedExternalLinkRow:
    """Return a link of a list."""
    shown = creator or MISSING_USER
    return ListedExternalLinkRow(
        **external_link_row(link),
        creator_name=shown.name,
        creator_username=shown.username,
        dependency_label=DEPENDENCIES.get(link.dependency, link.dependency),
        type=TYPES[link.link_type],
    )
