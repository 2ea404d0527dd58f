"""Projects, columns, swimlanes, categories and tags (context.md 3 to 5)."""

from __future__ import annotations

import re
from typing import Any

from tests.model.world import Row, World, is_blank

COLUMNS = ("Backlog", "Ready", "Work in progress", "Done")

MAX_NAME = 191

Answer = Any


class Boards(World):
    """Answers like the procedures about projects and what they are made of."""

    # --- projects -----------------------------------------------------------------------------------------------

    def create_project(self, name: str, **given: Any) -> Answer:
        """Take `name*`, and properties as updateProject."""
        if not self._may_have(given | {"name": name}):
            return False
        return self._new_project(name, given)

    def _new_project(self, name: str, given: Row) -> int:
        project_id = self.answered
        unset: Row = {
            "name": name, "is_active": 1, "is_public": 0, "is_private": 0, "is_everybody_allowed": 0,
            "default_swimlane": "Default swimlane", "show_default_swimlane": 1, "description": None, "identifier": "",
            "start_date": "", "end_date": "", "owner_id": 0, "priority_default": 0, "priority_start": 0,
            "priority_end": 3, "email": None, "predefined_email_subjects": None, "per_swimlane_task_limits": 0,
            "task_limit": 0, "enable_global_tags": 1,
        }  # fmt: skip
        self.add("projects", project_id, **unset | self._stored(given))
        titles = self.ask("getColumns", project_id)
        for place, (title, row) in enumerate(zip(COLUMNS, titles, strict=True), start=1):
            self._add_column(row["id"], project_id, title, place, 0, "")
        (lane,) = self.ask("getAllSwimlanes", project_id)
        self._add_swimlane(lane["id"], project_id, "Default swimlane", 1, "")
        return int(project_id)

    def _may_have(self, given: Row, project_id: int = 0) -> bool:
        identifier, email = given.get("identifier") or "", given.get("email") or ""
        return not (
            is_blank(given.get("name", "x"))
            or (given.get("owner_id") or 0) not in {0, *self.users}
            or not re.fullmatch("[A-Za-z0-9]{0,50}", identifier)
            or (identifier and self.is_taken("projects", project_id, identifier=identifier.upper()))
            or (email and (" " in email or self.is_taken("projects", project_id, email=email)))
            or not self._may_last(given, project_id)
        )

    def _may_last(self, given: Row, project_id: int) -> bool:
        """Return whether dates that are given, if any, are dates, and the end is not before the start."""
        dates = {name: given[name] for name in ("start_date", "end_date") if given.get(name) is not None}
        stored = self.projects.get(project_id, {}) | dates
        start, end = (stored.get(name) or "" for name in ("start_date", "end_date"))
        return not dates or ("tomorrow" not in dates.values() and (not start or not end or start <= end))

    def _stored(self, given: Row) -> Row:
        changes = {name: value for name, value in given.items() if value is not None}
        if "identifier" in changes:
            changes["identifier"] = changes["identifier"].upper()
        return changes

    def update_project(self, project_id: int, **given: Any) -> Answer:
        """Change the given properties."""
        if project_id not in self.projects or not self._may_have(given, project_id):
            return False
        self.projects[project_id] |= self._stored(given)
        return True

    def remove_project(self, project_id: int) -> Answer:
        if project_id not in self.projects:
            return False
        self.drop_project(project_id)
        return True

    def enable_project(self, project_id: int) -> Answer:
        self.projects.get(project_id, {}).update(is_active=1)
        return project_id in self.projects

    def disable_project(self, project_id: int) -> Answer:
        self.projects.get(project_id, {}).update(is_active=0)
        return project_id in self.projects

    def enable_project_public_access(self, project_id: int) -> Answer:
        self.projects.get(project_id, {}).update(is_public=1)
        return project_id in self.projects

    def disable_project_public_access(self, project_id: int) -> Answer:
        self.projects.get(project_id, {}).update(is_public=0)
        return project_id in self.projects

    def get_project_by_id(self, project_id: int) -> Answer:
        return self.project_row(self.projects[project_id]) if project_id in self.projects else None

    def get_project_by_name(self, name: str) -> Answer:
        return self._first_project(name=name)

    def get_project_by_identifier(self, identifier: str) -> Answer:
        return bool(identifier) and self._first_project(identifier=identifier.upper())

    def get_project_by_email(self, email: str) -> Answer:
        return bool(email) and self._first_project(email=email)

    def _first_project(self, **wanted: str) -> Answer:
        found = self.of("projects", **wanted)
        return self.project_row(found[0]) if found else False

    def get_all_projects(self) -> Answer:
        return [self.project_row(each) for each in sorted(self.of("projects"), key=lambda each: str(each["name"]))]

    def project_row(self, project: Row) -> Row:
        """Return a project as the API shows it, but for its token and when it was changed."""
        link = f"http://board.example/?controller={{}}&action=show&project_id={project['id']}"
        urls = {"board": link.format("BoardViewController"), "list": link.format("TaskListController")}
        return project | {"url": urls | (self._public_urls(project["id"]) if project["is_public"] else {})}

    def _public_urls(self, project_id: int) -> Row:
        link = "http://board.example/?controller={}&token=" + self.ask("getProjectById", project_id)["token"]
        return {
            "public_board": link.format("BoardViewController&action=readonly"),
            "rss_feed": link.format("FeedController&action=project"),
            "ical_feed": link.format("ICalendarController&action=project"),
        }

    # --- columns ------------------------------------------------------------------------------------------------

    def _add_column(self, *values: Any) -> None:
        names = ("project_id", "title", "position", "task_limit", "description")
        self.add("columns", values[0], **dict(zip(names, values[1:], strict=True)), hide_in_dashboard=0)

    def columns_of(self, project_id: int) -> list[Row]:
        """Return a project's columns by position."""
        return sorted(self.of("columns", project_id=project_id), key=lambda each: int(each["position"]))

    def get_columns(self, project_id: int) -> Answer:
        return self.columns_of(project_id)

    def get_column(self, column_id: int) -> Answer:
        return self.columns.get(column_id)

    def add_column(self, project_id: int, title: str, task_limit: int = 0, description: str = "") -> Answer:
        if project_id not in self.projects or is_blank(title):
            return False
        if self.is_taken("columns", project_id=project_id, title=title):
            return False
        place = 1 + max((each["position"] for each in self.columns_of(project_id)), default=0)
        self._add_column(self.answered, project_id, title, place, task_limit, description)
        return self.answered

    def update_column(self, column_id: int, title: str, **given: Any) -> Answer:
        """Take `task_limit` and `description`, too."""
        column = self.columns.get(column_id)
        if column is None or is_blank(title):
            return False
        if self.is_taken("columns", column_id, project_id=column["project_id"], title=title):
            return False
        column |= {"title": title, **given}
        return True

    def change_column_position(self, project_id: int, column_id: int, position: int) -> Answer:
        columns = self.columns_of(project_id)
        if self.columns.get(column_id) not in columns or not 1 <= position <= len(columns):
            return False
        self._put(columns, self.columns[column_id], position)
        return True

    def _put(self, rows: list[Row], row: Row, position: int) -> None:
        rows.remove(row)
        rows.insert(position - 1, row)
        self._number(rows)

    def _number(self, rows: list[Row]) -> None:
        for place, row in enumerate(rows, start=1):
            row["position"] = place

    def remove_column(self, column_id: int) -> Answer:
        if column_id not in self.columns or self.of("tasks", column_id=column_id):
            return False
        del self.columns[column_id]
        return True

    # --- swimlanes ----------------------------------------------------------------------------------------------

    def _add_swimlane(self, *values: Any) -> None:
        names = ("project_id", "name", "position", "description")
        self.add("swimlanes", values[0], **dict(zip(names, values[1:], strict=True)), is_active=1, task_limit=0)

    def swimlanes_of(self, project_id: int) -> list[Row]:
        """Return a project's swimlanes by position; the inactive ones have 0."""
        return sorted(self.of("swimlanes", project_id=project_id), key=lambda each: int(each["position"]))

    def active_swimlanes(self, project_id: int) -> list[Row]:
        """Return those that are active, by position."""
        return [each for each in self.swimlanes_of(project_id) if each["is_active"]]

    def get_active_swimlanes(self, project_id: int) -> Answer:
        return self.active_swimlanes(project_id)

    def get_all_swimlanes(self, project_id: int) -> Answer:
        return self.swimlanes_of(project_id)

    def get_swimlane(self, swimlane_id: int) -> Answer:
        return self.swimlanes.get(swimlane_id)

    def get_swimlane_by_id(self, swimlane_id: int) -> Answer:
        return self.swimlanes.get(swimlane_id)

    def get_swimlane_by_name(self, project_id: int, name: str) -> Answer:
        return next(iter(self.of("swimlanes", project_id=project_id, name=name)), None)

    def add_swimlane(self, project_id: int, name: str, description: str = "") -> Answer:
        if project_id not in self.projects:
            return 0
        if not name or self.is_taken("swimlanes", project_id=project_id, name=name):
            return False
        place = len(self.active_swimlanes(project_id)) + 1
        self._add_swimlane(self.answered, project_id, name, place, description)
        return self.answered

    def _swimlane(self, project_id: int, swimlane_id: int) -> Row | None:
        return next(iter(self.of("swimlanes", project_id=project_id, id=swimlane_id)), None)

    def update_swimlane(self, project_id: int, swimlane_id: int, name: str, description: str | None = None) -> Answer:
        lane = self._swimlane(project_id, swimlane_id)
        if not lane or not name or self.is_taken("swimlanes", swimlane_id, project_id=project_id, name=name):
            return False
        lane |= {"name": name} | ({} if description is None else {"description": description})
        return True

    def disable_swimlane(self, project_id: int, swimlane_id: int) -> Answer:
        if lane := self._swimlane(project_id, swimlane_id):
            lane |= {"is_active": 0, "position": 0}
            self._number(self.active_swimlanes(project_id))
        return lane is not None

    def enable_swimlane(self, project_id: int, swimlane_id: int) -> Answer:
        lane = self._swimlane(project_id, swimlane_id)
        if lane and not lane["is_active"]:
            lane |= {"is_active": 1, "position": len(self.active_swimlanes(project_id)) + 1}
        return lane is not None

    def change_swimlane_position(self, project_id: int, swimlane_id: int, position: int) -> Answer:
        active, lane = self.active_swimlanes(project_id), self._swimlane(project_id, swimlane_id)
        if lane not in active or not 1 <= position <= len(self.swimlanes_of(project_id)):
            return False
        self._put(active, self.swimlanes[swimlane_id], position)
        return True

    def remove_swimlane(self, project_id: int, swimlane_id: int) -> Answer:
        if not self._swimlane(project_id, swimlane_id) or self.of("tasks", swimlane_id=swimlane_id):
            return False
        del self.swimlanes[swimlane_id]
        self._number(self.active_swimlanes(project_id))
        return True
