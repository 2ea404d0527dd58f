"""Tasks and their positions (behaviour.md 3)."""

from __future__ import annotations

import time
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.model.actions import CLOSED, CREATED, LINKED, Actions, Happening, NoLaneError, modified, moved
from tests.model.world import Row, folded, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.model.boards import Answer

DAY = 86400

TODAY = int(time.time()) // DAY * DAY

DATES = {
    "": 0, "2020-01-01": 1577836800, "2020-01-01 09:00": 1577869200, "2024-02-29T10:30": 1709202600,
    "01/31/2030 08:15": 1896077700, f"{datetime.fromtimestamp(TODAY, UTC):%Y-%m-%d}": TODAY,
}  # fmt: skip
"""Dates from clients, with their seconds in UTC; all others in the model are rejected."""

MAX_INTEGER = 2147483647

RECURRENCE = ("status", "trigger", "factor", "timeframe", "basedate")

UNSET: Row = {
    "description": "", "color_id": "yellow", "owner_id": 0, "is_active": 1, "date_completed": None, "score": 0,
    "date_due": 0, "category_id": 0, "creator_id": 0, "reference": "", "date_started": 0, "time_spent": None,
    "time_estimated": None, **{f"recurrence_{name}": 0 for name in RECURRENCE}, "recurrence_parent": None,
    "recurrence_child": None, "priority": 0, "external_provider": None, "external_uri": None,
}  # fmt: skip

LEAVING_FIRST_COLUMN, REACHING_LAST_COLUMN, CLOSING = 0, 1, 2
WILL_RECUR, HAS_RECURRED = 1, 2

DUPLICATES = 4
"""The type of the link of a copy to its original."""


class Tasks(Actions):
    """Answers like the procedures of tasks, except lists."""

    # --- making and changing ------------------------------------------------------------------------------------

    def create_task(
        self,
        title: str,
        project_id: int,
        column_id: int = 0,
        swimlane_id: int | None = None,
        creator_id: int = 0,
        tags: Sequence[str] = (),
        **given: Any,
    ) -> Answer:
        """Append a task to its lane."""
        if project_id not in self.projects:
            return 0
        if not self._are_allowed(given | {"title": title, "creator_id": creator_id}, project_id):
            return False
        columns = self.columns_of(project_id)
        column_id = column_id or (columns[0]["id"] if columns else 0)
        if column_id not in self._ids("columns", project_id):
            return 0
        if swimlane_id is not None and swimlane_id < 1:
            return False
        wanted, swimlane_id = swimlane_id, self._active_lane(project_id, swimlane_id or 0)
        if not swimlane_id or wanted not in {None, *self._ids("swimlanes", project_id)}:
            return 0
        place = {"project_id": project_id, "column_id": column_id, "swimlane_id": swimlane_id}
        values = {"title": title, "creator_id": creator_id or self.caller, **place, **_stored(given)}
        self._new_task(self.answered, values, self.tags_named(project_id, tags))
        self.set_off(self.answered, [Happening(CREATED)])
        return self.answered

    def _new_task(self, new_id: int, values: Row, tags: list[int]) -> Row:
        now = {"date_creation": self.now, "date_modification": self.now, "date_moved": self.now}
        task = self.add("tasks", new_id, **UNSET | values | now)
        self.lane(task).append(new_id)
        self.tagged[new_id], self.metadata[new_id] = tags, {}
        return task

    def _active_lane(self, project_id: int, swimlane_id: int) -> int:
        """Return the swimlane if it is active, else the first active one, 0 if there is none."""
        lanes = [each["id"] for each in self.active_swimlanes(project_id)]
        return swimlane_id if swimlane_id in lanes else next(iter(lanes), 0)

    def _ids(self, kind: str, project_id: int) -> set[int]:
        return {each["id"] for each in self.of(kind, project_id=project_id)}

    def _are_allowed(self, given: Row, project_id: int, task: Row | None = None) -> bool:
        people = {0, *map(int, self.get_assignable_users(project_id))}
        return (
            not is_blank(given.get("title", "x"))
            and {given.get(name, "") for name in ("date_due", "date_started")} <= DATES.keys()
            and not ({"date_due", "date_started"} & {*given} and _starts_too_late((task or {}) | _stored(given)))
            and {given.get("owner_id", 0), given.get("creator_id", 0)} <= people
            and given.get("category_id", 0) in {0} | self._ids("categories", project_id)
            and abs(given.get("score", 0)) <= MAX_INTEGER
        )

    def update_task(self, id_: int, tags: Sequence[str] | None = None, **given: Any) -> Answer:
        """Change the given properties."""
        task = self.tasks.get(id_)
        if task is None or not self._are_allowed(given, task["project_id"], task):
            return False
        before = dict(task)
        task |= _stored(given) | {"date_modification": self.now}
        if tags is not None:
            self.retag(id_, self.tags_named(task["project_id"], tags))
        self.set_off(id_, modified(before, task))
        return True

    def remove_task(self, task_id: int) -> Answer:
        if task_id not in self.tasks:
            return False
        self.drop_task(task_id)
        return True

    def _undone_without_a_lane(self, project_id: int, act: Callable[[], Answer]) -> Answer:
        """Follow a call that is rejected if there is no swimlane for a successor."""
        kept = {} if self._active_lane(project_id, 0) else deepcopy({**vars(self), "ask": None})
        try:
            return act()
        except NoLaneError:
            vars(self).update(kept | {"ask": self.ask})
            return False

    def close_task(self, task_id: int) -> Answer:
        if task_id not in self.tasks:
            return False
        return self._undone_without_a_lane(self.tasks[task_id]["project_id"], partial(self._close, task_id))

    def _close(self, task_id: int) -> Answer:
        task = self.tasks[task_id]
        task |= {"is_active": 0, "date_completed": self.now, "date_modification": self.now}
        self.set_off(task_id, [Happening(CLOSED)])
        return True

    def open_task(self, task_id: int) -> Answer:
        if task_id not in self.tasks:
            return False
        task, position = self.tasks[task_id], self.position(task_id)
        task |= {"is_active": 1, "date_completed": 0, "date_modification": self.now}
        self.lane(task).remove(task_id)
        self.put_in_lane(task, position)
        self.tell("task.open", task)
        return True

    def tell(self, event_name: str, task: Row) -> None:
        """Add a change by a person to the activity; calls by the application add nothing."""
        if self.caller:
            of_task = {"project_id": task["project_id"], "task_id": task["id"]}
            self.told.append({"event_name": event_name, "creator_id": self.caller, **of_task, "at": self.now})

    # --- moving -------------------------------------------------------------------------------------------------

    def move_task_position(
        self, project_id: int, task_id: int, column_id: int, position: int, swimlane_id: int
    ) -> Answer:
        task = next(iter(self.of("tasks", id=task_id, project_id=project_id)), None)
        if task is None or position < 1 or column_id not in self._ids("columns", project_id):
            return False
        target = {"column_id": column_id, "swimlane_id": swimlane_id or task["swimlane_id"]}
        if target["swimlane_id"] not in self._ids("swimlanes", project_id):
            return False
        is_own = target.items() <= task.items()
        if is_own and position == self.position(task_id):
            return False
        return self._undone_without_a_lane(project_id, partial(self._move, task, target, position))

    def _move(self, task: Row, target: Row, position: int) -> Answer:
        before = dict(task)
        self.lane(task).remove(task["id"])
        task |= target
        if task != before:
            task |= {"date_moved": self.now, "date_modification": self.now}
        self.put_in_lane(task, position)
        self.set_off(task["id"], moved(before, task))
        return True

    def put_in_lane(self, task: Row, position: int) -> None:
        """Put a task at a position of its lane.

        There may be closed tasks between its neighbours: the application decides behind which of them it is.
        """
        lane = self.lane(task)
        opens = [each for each in lane if self.tasks[each]["is_active"]]
        first = lane.index(opens[position - 2]) + 1 if 2 <= position <= len(opens) + 1 else 0
        first = lane.index(opens[-1]) + 1 if opens and position > len(opens) else first
        last = lane.index(opens[position - 1]) if position <= len(opens) else len(lane)
        closed = lane[first:last]
        own = min(position, len(opens) + 1)
        told = {each: self.ask("getTask", each)["position"] for each in closed} if task["is_active"] else {}
        before = [each for each in closed if told.get(each, own) <= own]
        lane[first:last] = [*before, task["id"], *(each for each in closed if each not in before)]

    def recur(self, task: Row, snapshot: Row, name: str, left: int) -> None:
        columns = [each["id"] for each in self.columns_of(task["project_id"])]
        triggers = [CLOSING] if name == "task.close" else []
        if name == "task.move.column":
            triggers = [LEAVING_FIRST_COLUMN] * (left == columns[0])
            triggers += [REACHING_LAST_COLUMN] * (snapshot["column_id"] == columns[-1])
        if any(_recurs(snapshot, each) for each in triggers):
            self._succeed(task)

    # --- to projects --------------------------------------------------------------------------------------------

    def move_task_to_project(self, task_id: int, project_id: int, **wanted: Any) -> Answer:
        """Put a task at the end of a lane of a project."""
        if task_id not in self.tasks:
            return False
        if project_id not in self.projects:
            return True
        task = self.tasks[task_id]
        place = self._place(task, project_id, wanted)
        if place is None:
            return False
        self.lane(task).remove(task_id)
        tags = self._carried_tags(task, project_id)
        task |= place | {"is_active": 1, "date_completed": task["date_completed"] if task["is_active"] else 0}
        self.lane(task).append(task_id)
        self.retag(task_id, tags)
        return True

    def duplicate_task_to_project(self, task_id: int, project_id: int, **wanted: Any) -> Answer:
        """Copy a task to the end of a lane of a project."""
        if task_id not in self.tasks or project_id not in self.projects:
            return 0
        task = self.tasks[task_id]
        place = self._place(task, project_id, wanted)
        if place is None:
            return 0
        self._copy(task, self.answered, place, self._carried_tags(task, project_id), "files")
        sides = []
        if DUPLICATES in self.link_types:
            (row,) = self.ask("getAllTaskLinks", self.answered)
            self.link(row["id"], self.answered, task_id, DUPLICATES)
            sides = [Happening(LINKED, link_id=each) for each in (DUPLICATES, self.get_opposite_link_id(DUPLICATES))]
        self.set_off(self.answered, [Happening(CREATED), *sides[:1]], is_copy=True)
        self.set_off(task_id, sides[1:])
        return self.answered

    def _place(self, task: Row, project_id: int, wanted: Row) -> Row | None:
        column = self._same("columns", "title", task, project_id, wanted)
        lane = self._same("swimlanes", "name", task, project_id, wanted)
        category = self._same("categories", "name", task, project_id, wanted)
        columns = self.columns_of(project_id)
        swimlane_id = self._active_lane(project_id, lane["id"] if lane else 0)
        if not (column or columns) or not swimlane_id:
            return None
        owner = (task | wanted)["owner_id"]
        may_own = self.role(project_id, owner) and self.is_active_user(owner)
        project = self.projects[project_id]
        fits = project["priority_start"] <= task["priority"] <= project["priority_end"]
        return {
            "project_id": project_id,
            "column_id": (column or columns[0])["id"],
            "swimlane_id": swimlane_id,
            "category_id": category["id"] if category else 0,
            "owner_id": owner if may_own else 0,
            "priority": task["priority"] if fits else project["priority_default"],
        }

    def _same(self, kind: str, name: str, task: Row, project_id: int, wanted: Row) -> Row | None:
        """Find the target's part of the same name as the task's, or as the given one, of any project."""
        key = {"columns": "column_id", "swimlanes": "swimlane_id", "categories": "category_id"}[kind]
        part = self.rows(kind).get((task | wanted)[key])
        if part is None:
            return None
        said = folded if kind == "categories" else str
        return next(
            (each for each in self.of(kind, project_id=project_id) if said(each[name]) == said(part[name])), None
        )

    def _carried_tags(self, task: Row, project_id: int) -> list[int]:
        tags = self.tagged[task["id"]]
        if task["project_id"] == project_id:
            return [*tags]
        rows = [self.tags[each] for each in tags]
        return self.tags_named(
            project_id, [row["name"] for row in rows], {row["name"]: row["color_id"] for row in rows}
        )

    # --- copies -------------------------------------------------------------------------------------------------

    def _copy(self, task: Row, new_id: int, changes: Row, tags: list[int], *more: str) -> None:
        fresh = {
            "creator_id": self.caller, "date_started": None, "date_completed": None, "is_active": 1, "time_spent": 0,
            "recurrence_parent": None, "recurrence_child": None,
        }  # fmt: skip
        values = {name: value for name, value in task.items() if name != "id"}
        self._new_task(new_id, values | fresh | changes, tags)
        for kind in ("subtasks", "external_links", *more):
            self.copy_belongings(kind, task["id"], new_id)

    def _succeed(self, task: Row) -> None:
        """Make the successor of a task that recurs."""
        if not self._active_lane(task["project_id"], 0):
            raise NoLaneError
        child = self.ask("getTask", task["id"])["recurrence_child"]
        column_id = self.columns_of(task["project_id"])[0]["id"]
        changes = {
            "column_id": column_id,
            "swimlane_id": self._active_lane(task["project_id"], task["swimlane_id"]),
            "date_due": self._next_due(task),
            "recurrence_parent": task["id"],
        }
        self._copy(task, child, changes, [*self.tagged[task["id"]]])
        task |= {"recurrence_status": HAS_RECURRED, "recurrence_child": child}
        self.set_off(child, [Happening(CREATED)], is_copy=True)

    def _next_due(self, task: Row) -> int:
        factor, timeframe = task["recurrence_factor"], task["recurrence_timeframe"]
        start = self.now if task["recurrence_basedate"] == 1 else task["date_due"]
        if not start or not factor:
            return int(task["date_due"])
        base = datetime.fromtimestamp(start, UTC)
        months = {1: factor, 2: 12 * factor}.get(timeframe, 0)
        year, month = divmod(base.year * 12 + base.month - 1 + months, 12)
        # a missing day continues in the next month
        later = base.replace(year=year, month=month + 1, day=1) + timedelta(days=base.day - 1)
        due = later if timeframe in {1, 2} else base + timedelta(days=factor)
        return max(0, int(due.timestamp()))


def overdue_from(date_due: int) -> int:
    """Return the time from which a task is overdue: its due date, or a day later if it is due on a whole day."""
    return date_due if date_due % DAY else date_due + DAY


def _starts_too_late(task: Row) -> bool:
    due, started = task.get("date_due", 0), task.get("date_started") or 0
    return bool(started > due > 0 and started >= overdue_from(due))


def _stored(given: Row) -> Row:
    """Return the stored form of a client's values."""
    dates = {name: DATES[given[name]] for name in ("date_due", "date_started") if name in given}
    color = {"color_id": given["color_id"] or "yellow"} if "color_id" in given else {}
    return given | dates | color


def _recurs(task: Row, trigger: int) -> bool:
    return bool(task["recurrence_status"] == WILL_RECUR and task["recurrence_trigger"] == trigger)
