"""Rows of projects and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.api.rows import ABSENT, Row
from lambdaboard.domain.serialization import properties

if TYPE_CHECKING:
    from lambdaboard.domain.project import AutomaticAction, Category, Column, Swimlane
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.tags import Tag


class ProjectLinksRow(Row):
    """Links to a project's pages in Kanboard. There are no pages here, so the links lead to nothing.

    Attributes:
        board: to the board.
        list: to the list of tasks.
        public_board: to the public board; only while the project is public.
        rss_feed: to its activity; only while the project is public.
        ical_feed: to its due dates; only while the project is public.
    """

    board: str
    list: str
    public_board: str = ABSENT
    rss_feed: str = ABSENT
    ical_feed: str = ABSENT


class ProjectRow(Row):
    """A project.

    Attributes:
        id: of the project; it is never used again.
        name: of the project; need not be unique.
        is_active: 1 for an active project, 0 for a disabled one.
        token: of public access, 60 hexadecimal digits; "" for none.
        last_modified: of the last change of a task in it, Unix seconds.
        is_public: 1 while it has public access, else 0.
        is_private: 1 if it belongs to one person, else 0.
        is_everybody_allowed: 0; 1 if it was imported, without effect.
        default_swimlane: the name of the default swimlane in older versions of Kanboard.
        show_default_swimlane: of that swimlane, 1 or 0, without effect.
        description: Markdown; null for none.
        identifier: ASCII letters in upper case and digits, unique; "" for none.
        start_date: `2030-01-15`, or as given; "" for none.
        end_date: as `start_date`.
        owner_id: a user; 0 for nobody.
        priority_default: the priority of new tasks in a user interface.
        priority_start: the lowest priority that a user interface offers.
        priority_end: the highest one.
        email: an address that no other project has; null or "" for none.
        predefined_email_subjects: null, except for imported values.
        per_swimlane_task_limits: 1 if columns count their tasks per swimlane, else 0.
        task_limit: the number of tasks that it should have; it is not enforced. 0 for any number.
        enable_global_tags: 1 or 0, without effect: tasks may always have global tags.
        url: links to its pages.
    """

    id: int
    name: str
    is_active: int
    token: str
    last_modified: int
    is_public: int
    is_private: int
    is_everybody_allowed: int
    default_swimlane: str
    show_default_swimlane: int
    description: str | None
    identifier: str
    start_date: str
    end_date: str
    owner_id: int
    priority_default: int
    priority_start: int
    priority_end: int
    email: str | None
    predefined_email_subjects: str | None
    per_swimlane_task_limits: int
    task_limit: int
    enable_global_tags: int
    url: ProjectLinksRow


_LINKS = {
    "board": "BoardViewController&action=show&project_id={id}",
    "list": "TaskListController&action=show&project_id={id}",
}
_PUBLIC_LINKS = {
    "public_board": "BoardViewController&action=readonly&token={token}",
    "rss_feed": "FeedController&action=project&token={token}",
    "ical_feed": "ICalendarController&action=project&token={token}",
}
"""The properties of `url` of a project, the latter only while it is public."""


def project_row(stored: StoredProject, base_url: str) -> ProjectRow:
    """Return a project, in the order of getProjectById; `base_url` is the beginning of links."""
    links = _LINKS | (_PUBLIC_LINKS if stored.project.is_public else {})
    values = properties(stored.project)
    values["last_modified"] = stored.last_modified
    urls = {name: f"{base_url}/?controller={link.format(**values)}" for name, link in links.items()}
    values["url"] = ProjectLinksRow.of(urls)
    return ProjectRow.of({name: values[name] for name in ProjectRow.__annotations__})


class ColumnRow(Row):
    """A column of a board.

    Attributes:
        id: of the column.
        title: no other column of the project has it.
        position: from 1, from left to right; there may be gaps.
        project_id: its project.
        task_limit: the number of tasks that it should have; it is not enforced. 0 for any number.
        description: Markdown; "" for none.
        hide_in_dashboard: 1 if its tasks are not in getMyDashboard, else 0.
    """

    id: int
    title: str
    position: int
    project_id: int
    task_limit: int
    description: str
    hide_in_dashboard: int


def column_row(column: Column) -> ColumnRow:
    """Return a column."""
    return ColumnRow.of(properties(column))


class SwimlaneRow(Row):
    """A swimlane of a board.

    Attributes:
        id: of the swimlane.
        name: no other swimlane of the project has it.
        position: from 1, from top to bottom; 0 for an inactive one.
        is_active: 1 for an active one, else 0.
        project_id: its project.
        description: Markdown; "" for none.
        task_limit: the number of tasks that it should have; it is not enforced. 0 for any number.
    """

    id: int
    name: str
    position: int
    is_active: int
    project_id: int
    description: str
    task_limit: int


def swimlane_row(swimlane: Swimlane) -> SwimlaneRow:
    """Return a swimlane."""
    return SwimlaneRow.of(properties(swimlane))


class CategoryRow(Row):
    """A category of tasks.

    Attributes:
        id: of the category.
        name: unique in the project, in any letter case.
        project_id: its project.
        description: Markdown; null for none.
        color_id: one of getColorList, or another string that was given; null for none.
    """

    id: int
    name: str
    project_id: int
    description: str | None
    color_id: str | None


def category_row(category: Category) -> CategoryRow:
    """Return a category."""
    return CategoryRow.of(properties(category))


class TagRow(Row):
    """A tag.

    Attributes:
        id: of the tag.
        name: unique in the project.
        project_id: its project; 0 for a global tag.
        color_id: one of getColorList, or another string that was given; null for none.
    """

    id: int
    name: str
    project_id: int
    color_id: str | None


def tag_row(tag: Tag) -> TagRow:
    """Return a tag."""
    return TagRow(id=tag.id, name=tag.name, project_id=tag.project_id, color_id=tag.color_id)


class AutomaticActionRow(Row):
    """An automatic action of a project.

    Attributes:
        id: of the automatic action; they run in this order.
        project_id: its project.
        event_name: the event for which it waits, one of getAvailableActionEvents.
        action_name: one of getAvailableActions, or an imported other one.
        params: values by name; an empty list if it has none.
    """

    id: int
    project_id: int
    event_name: str
    action_name: str
    params: dict[str, str] | list[str]


def automatic_action_row(action: AutomaticAction, project_id: int) -> AutomaticActionRow:
    """Return an automatic action of a project."""
    return AutomaticActionRow(
        id=action.id,
        project_id=project_id,
        event_name=action.event_name,
        action_name=action.action_name,
        params=action.params or [],
    )
