"""The texts of an event in the activity: a title in plain text, and HTML for a web page (context.md 12).

All text from users is escaped; Markdown becomes HTML without raw HTML, and without links that a browser would run.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

import mistune

from lambdaboard.domain.colors import COLORS
from lambdaboard.domain.dates import DATE_DIRECTIVES
from lambdaboard.domain.event import EventName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdaboard.settings import Settings

LINKED_SCHEMES = frozenset({"http", "https", "mailto"})
"""The schemes that links in Markdown may have, other than none."""


class _Renderer(mistune.HTMLRenderer):
    """Renders Markdown as HTML; raw HTML is escaped."""

    def sanitize_url(self, url: str) -> str:
        """Return the address of a link or an image; "#" instead of one with another scheme."""
        scheme, colon, _ = url.partition(":")
        has_scheme = colon and not {"/", "?", "#"} & {*scheme}
        return url if not has_scheme or scheme.lower() in LINKED_SCHEMES else "#"


_markdown = mistune.create_markdown(renderer=_Renderer(escape=True), hard_wrap=True)


def markdown(text: str) -> str:
    """Return Markdown as HTML."""
    return str(_markdown(text)).strip()


# --- titles ---------------------------------------------------------------------------------------------------------

TITLES = {
    EventName.TASK_CREATE: "{author} created the task {link}",
    EventName.TASK_UPDATE: "{author} updated the task {link}",
    EventName.TASK_ASSIGNEE_CHANGE: "{author} changed the assignee of the task {link} to {assignee}",
    EventName.TASK_CLOSE: "{author} closed the task {link}",
    EventName.TASK_OPEN: "{author} opened the task {link}",
    EventName.TASK_MOVE_COLUMN: '{author} moved the task {link} to the column "{column}"',
    EventName.TASK_MOVE_POSITION: '{author} moved the task {link} to the position {position} in the column "{column}"',
    EventName.TASK_MOVE_SWIMLANE: '{author} moved the task {link} to the swimlane "{swimlane}"',
    EventName.TASK_MOVE_PROJECT: '{author} moved the task {link} "{title}" to the project "{project}"',
    EventName.COMMENT_CREATE: "{author} commented on the task {link}",
    EventName.COMMENT_UPDATE: "{author} updated a comment on the task {link}",
    EventName.COMMENT_DELETE: "{author} removed a comment on the task {link}",
    EventName.SUBTASK_CREATE: "{author} created a subtask for the task {link}",
    EventName.SUBTASK_UPDATE: "{author} updated a subtask for the task {link}",
    EventName.SUBTASK_DELETE: "{author} removed a subtask for the task {link}",
    EventName.FILE_CREATE: "{author} attached a file to the task {link}",
    EventName.FILE_DESTROY: "{author} removed a file from the task {link}",
    EventName.LINK_SET: "{author} set a new internal link for the task {link}",
    EventName.LINK_DELETE: "{author} removed an internal link for the task {link}",
}
IN_HTML: Mapping[EventName, str] = TITLES | {
    EventName.TASK_MOVE_POSITION: '{author} moved the task {link} to the position #{position} in the column "{column}"',
    EventName.COMMENT_CREATE: "{author} commented the task {link}",
    EventName.FILE_CREATE: "{author} attached a new file to the task {link}",
}
"""The titles in the HTML: in the original, three of them differ from the plain ones."""

UNASSIGNED = "{author} removed the assignee of the task {link}"


def event_title(row: Mapping[str, Any]) -> str:
    """Return the title of a row in plain text, which is not escaped."""
    return _title(row, TITLES).format_map(_words(row, str) | {"link": f"#{row['task_id']}"})


def _title(row: Mapping[str, Any], titles: Mapping[EventName, str]) -> str:
    name = EventName(row["event_name"])
    return UNASSIGNED if name is EventName.TASK_ASSIGNEE_CHANGE and not _assignee(row) else titles[name]


def _assignee(row: Mapping[str, Any]) -> str:
    return row["task"]["assignee_name"] or row["task"]["assignee_username"] or ""


def _words(row: Mapping[str, Any], written: Callable[[str], str]) -> dict[str, str]:
    """Return the names and values for titles, each converted by `written`."""
    task = row["task"]
    words = {
        "author": row["author"],
        "assignee": _assignee(row),
        "position": task["position"],
        "column": task["column_title"] or "",
        "swimlane": task["swimlane_name"] or "",
        "title": task["title"],
        "project": task["project_name"],
    }
    return {name: written(str(word)) for name, word in words.items()}


# --- contents -------------------------------------------------------------------------------------------------------


def event_content(row: Mapping[str, Any], settings: Settings) -> str:
    """Return the HTML of a row.

    Args:
        row: the row of activity.
        settings: the time zone and the format of dates.
    """
    title = _title(row, IN_HTML).format_map(_words(row, escape) | {"link": _link(row["task_id"])})
    date = f'<small class="activity-date">{_date(row["date_creation"], settings)}</small>'
    body = "".join(_body(row, settings))
    return f'<p class="activity-title">{title} {date}</p>\n<div class="activity-description">\n{body}</div>\n'


def _link(task_id: int) -> str:
    return f'<a href="/?controller=TaskViewController&amp;action=show&amp;task_id={task_id}">#{task_id}</a>'


def _date(seconds: int, settings: Settings) -> str:
    directives = DATE_DIRECTIVES[settings.date_format]
    return datetime.fromtimestamp(seconds, settings.timezone).strftime(f"{directives} %H:%M")


def _body(row: Mapping[str, Any], settings: Settings) -> list[str]:
    """Return the parts below the title."""
    if "file" in row:
        return [_line(escape(row["file"]["name"]))]
    if "task_link" in row:
        return [_line(_linked(row))]
    parts = [_line(escape(row["task"]["title"]))]
    if "comment" in row:
        parts.append(_text(row["comment"]["comment"]))
    if "subtask" in row:
        parts.append(_items(_subtask(row)))
    if row["event_name"] == EventName.TASK_UPDATE:
        parts += _changes(row, settings)
    return parts


def _line(html: str) -> str:
    return f'<p class="activity-task-title">{html}</p>\n'


def _text(text: str) -> str:
    return f'<div class="markdown">{markdown(text)}</div>\n'


def _items(items: list[str]) -> str:
    return "".join(["<ul>\n", *(f"<li>{item}</li>\n" for item in items), "</ul>\n"])


def _linked(row: Mapping[str, Any]) -> str:
    link = row["task_link"]
    label = escape(link["label"])
    other = f"the task {_link(link['opposite_task_id'])}" if link["opposite_task_id"] else "another task"
    if row["event_name"] == EventName.LINK_SET:
        return f'This task is now linked to {other} with the relation "{label}"'
    return f'The link with the relation "{label}" to {other} has been removed'


def _subtask(row: Mapping[str, Any]) -> list[str]:
    subtask = row["subtask"]
    name = f"{escape(subtask['title'])} (<strong>{escape(subtask['status_name'] or '')}</strong>)"
    if row["event_name"] == EventName.SUBTASK_DELETE:
        return [name]
    return [name, _assignment(subtask)]


def _assignment(subtask: Mapping[str, Any]) -> str:
    who = escape(subtask["name"] or subtask["username"] or "")
    if not who:
        return f"Not assigned, estimate of {subtask['time_estimated']}h"
    return f"Assigned to {who} with an estimate of {subtask['time_spent']}/{subtask['time_estimated']}h"


def _changes(row: Mapping[str, Any], settings: Settings) -> list[str]:
    task, changes = row["task"], row["changes"]
    items = [item for name in changes if (item := _change(name, row, settings))]
    parts = [_items(items)] if items else []
    if changes.get("description"):
        parts += ["<p><strong>The description has been modified:</strong></p>\n", _text(task["description"])]
    return parts


def _change(name: str, row: Mapping[str, Any], settings: Settings) -> str:
    """Return the line of a changed property; "" for none."""
    task = row["task"]
    value = task[name]
    if name in SAID:
        set_to, cleared = SAID[name]
        words = {"value": escape(str(value)), "assignee": escape(_assignee(row))}
        words |= {"category": escape(task["category_name"] or "")}
        words |= {"color": COLORS[value]["name"] if name == "color_id" and value in COLORS else "?"}
        words |= {"date": _date(value, settings) if name.startswith("date_") and value else ""}
        return (set_to if value or cleared is None else cleared).format_map(words)
    if name.startswith("recurrence_"):
        return "Recurrence settings has been modified"
    return f'The field "{name}" has been updated'


SAID: Mapping[str, tuple[str, str | None]] = {
    "title": ("New title: {value}", None),
    "owner_id": ("New assignee: {assignee}", "The task is not assigned anymore"),
    "category_id": ("New category: {category}", "There is no category now"),
    "color_id": ("New color: {color}", None),
    "score": ("New complexity: {value}", None),
    "date_due": ("New due date: {date}", "The due date has been removed"),
    "description": ("", "There is no description anymore"),
    "time_spent": ("Time spent changed: {value}h", None),
    "time_estimated": ("Time estimated changed: {value}h", None),
    "date_started": ("Start date changed: {date}", ""),
}
"""Property -> the line for its new value, and the one if it was cleared; None if they are the same."""
