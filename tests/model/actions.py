"""Automatic actions (context.md 14): some kinds of each family, and how an event runs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.model.belongings import Belongings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.model.boards import Answer
    from tests.model.world import Row

PREFIX = "\\Kanboard\\Action\\"

MOST_EVENTS = 15

CREATED = ("task.create_update", "task.create")
UPDATED = ("task.create_update", "task.update")
ASSIGNED = ("task.assignee_change",)
CLOSED = ("task.close",)
COLUMN, SWIMLANE = ("task.move.column",), ("task.move.swimlane",)
LINKED = ("task_internal_link.create_update",)


class Happening(NamedTuple):
    """A change to a task: the names of its events, the column that it left, the type of the link."""

    names: tuple[str, ...]
    left: int = 0
    link_id: int = 0


class Kind(NamedTuple):
    """A kind of actions: events, parameters, condition, the properties that it sets, and whether that is an event.

    `sets` returns properties; `close` and `complete` are no properties but say what is done.
    """

    events: tuple[str, ...]
    params: tuple[str, ...]
    fits: Callable[[Row, Row, Happening], bool]
    sets: Callable[[Row, Row], Row]
    fires: bool = False


def _in_column(task: Row, given: Row, _: Happening) -> bool:
    return bool(str(task["column_id"]) == given["column_id"])


def _to_column(task: Row, given: Row) -> Row:
    return {"column_id": given["dest_column_id"], "swimlane_id": str(task["swimlane_id"])}


KINDS = {
    "TaskAssignColorColumn": Kind(
        ("task.create", *COLUMN),
        ("column_id", "color_id"),
        _in_column,
        lambda _, given: {"color_id": given["color_id"]},
    ),
    "TaskAssignColorCategory": Kind(
        ("task.create_update",),
        ("color_id", "category_id"),
        lambda task, given, _: str(task["category_id"]) == given["category_id"],
        lambda _, given: {"color_id": given["color_id"]},
    ),
    "TaskAssignCategoryColor": Kind(
        ("task.create_update",),
        ("color_id", "category_id"),
        lambda task, given, _: task["color_id"] == given["color_id"],
        lambda _, given: {"category_id": given["category_id"]},
        fires=True,
    ),
    "TaskAssignSpecificUser": Kind(
        ("task.create_update", *COLUMN),
        ("column_id", "user_id"),
        _in_column,
        lambda _, given: {"owner_id": given["user_id"]},
        fires=True,
    ),
    "TaskAssignColorLink": Kind(
        LINKED,
        ("color_id", "link_id"),
        lambda _, given, what: str(what.link_id) == given["link_id"],
        lambda _, given: {"color_id": given["color_id"]},
    ),
    "TaskCloseColumn": Kind(COLUMN, ("column_id",), _in_column, lambda *_: {"close": True}, fires=True),
    "StopSubtaskTimerMoveTaskColumn": Kind(
        COLUMN, ("column_id",), _in_column, lambda *_: {"complete": True}, fires=True
    ),
    "TaskMoveColumnClosed": Kind(
        CLOSED,
        ("dest_column_id",),
        lambda task, given, _: not task["is_active"] and str(task["column_id"]) != given["dest_column_id"],
        lambda task, given: {**_to_column(task, given), "is_first": True},
        fires=True,
    ),
    "TaskMoveColumnAssigned": Kind(
        ("task.assignee_change", "task.update"),
        ("src_column_id", "dest_column_id"),
        lambda task, given, _: str(task["column_id"]) == given["src_column_id"] and task["owner_id"] > 0,
        _to_column,
    ),
    "TaskMoveColumnCategoryChange": Kind(
        ("task.create", "task.update", "task.create_update"),
        ("dest_column_id", "category_id"),
        lambda task, given, _: (
            str(task["category_id"]) == given["category_id"] and str(task["column_id"]) != given["dest_column_id"]
        ),
        _to_column,
    ),
    "TaskMoveSwimlaneAssigned": Kind(
        ("task.assignee_change", "task.create_update", "task.update"),
        ("user_id", "dest_swimlane_id"),
        lambda task, given, _: (
            str(task["owner_id"]) == given["user_id"] and str(task["swimlane_id"]) != given["dest_swimlane_id"]
        ),
        lambda task, given: {"column_id": str(task["column_id"]), "swimlane_id": given["dest_swimlane_id"]},
        fires=True,
    ),
}


class NoLaneError(Exception):
    """A task recurs, but there is no swimlane for its successor: the whole call is rejected."""


@dataclass
class Run:
    """The actions that have run in one call on one task."""

    seen: set[str] = field(default_factory=set)
    events: int = 0
    is_first: bool = False


class Actions(Belongings):
    """Answers like the procedures about automatic actions, and runs them."""

    def get_actions(self, project_id: int) -> Answer:
        rows = self.of("actions", project_id=project_id)
        return [row | {"params": row["params"] or []} for row in rows]

    def create_action(self, project_id: int, event_name: str, action_name: str, params: Row) -> Answer:
        kind = KINDS.get(action_name.removeprefix(PREFIX))
        if kind is None or event_name not in kind.events or {*params} != {*kind.params}:
            return False
        if project_id not in self.projects:
            return False
        row = {"project_id": project_id, "event_name": event_name, "action_name": action_name}
        self.add("actions", self.answered, **row, params={name: str(value) for name, value in params.items()})
        return self.answered

    def remove_action(self, action_id: int) -> Answer:
        return self.actions.pop(action_id, None) is not None

    def create_task_link(self, task_id: int, opposite_task_id: int, link_id: int) -> Answer:
        answer = super().create_task_link(task_id, opposite_task_id, link_id)
        if answer:
            self._linked([self.links[answer], self.links[answer + 1]])
        return answer

    def update_task_link(self, task_link_id: int, task_id: int, opposite_task_id: int, link_id: int) -> Answer:
        answer = super().update_task_link(task_link_id, task_id, opposite_task_id, link_id)
        if answer:
            side = self.links[task_link_id]
            others = [self.links[side["other"]]] if self.is_visible(side["other"]) else []
            self._linked([side, *others])
        return answer

    def _linked(self, sides: list[Row]) -> None:
        for task_id in {each["task_id"]: None for each in sides}:
            happenings = [Happening(LINKED, link_id=each["link_id"]) for each in sides if each["task_id"] == task_id]
            self.set_off(task_id, happenings)

    # --- running ------------------------------------------------------------------------------------------------

    def set_off(self, task_id: int, happenings: Iterable[Happening], *, is_copy: bool = False) -> None:
        """Apply events to a task that a call has changed.

        Args:
            task_id: the task.
            happenings: the events.
            is_copy: the task is a copy of another one that changes, so the application decides its position.
        """
        task, run = self.tasks[task_id], Run()
        lane, number = self.lane(task), self.position(task_id)
        for happening in happenings:
            self._happen(task, happening, run)
        if self.lane(task) is not lane:
            lane.remove(task_id)
            number = 1 if run.is_first else number
            self.put_in_lane(task, self.ask("getTask", task_id)["position"] if is_copy else number)

    def _happen(self, task: Row, happening: Happening, run: Run) -> None:
        snapshot = dict(task)
        if happening.names == CLOSED:
            self.complete_subtasks(task["id"])
            snapshot = dict(task)
        for name in happening.names:
            run.events += 1
            self.recur(task, snapshot, name, happening.left)
            for action in self.of("actions", project_id=task["project_id"], event_name=name):
                seen = repr((action["id"], name, happening, snapshot))
                if seen not in run.seen:
                    run.seen.add(seen)
                    self._run(task, action, Happening((name,), *happening[1:]), snapshot, run)

    def recur(self, task: Row, snapshot: Row, name: str, left: int) -> None:
        """Make the successor of a task, if the event does so."""
        raise NotImplementedError

    def put_in_lane(self, task: Row, position: int) -> None:
        """Put a task at a position of its lane."""
        raise NotImplementedError

    def _run(self, task: Row, action: Row, happening: Happening, snapshot: Row, run: Run) -> None:
        kind, given = KINDS[action["action_name"].removeprefix(PREFIX)], action["params"]
        if run.events >= MOST_EVENTS or not kind.fits(snapshot, given, happening):
            return
        for each in self._applied(task, kind.sets(snapshot, given), run) if kind.fires else ():
            self._happen(task, each, run)
        if not kind.fires:
            self._applied(task, kind.sets(snapshot, given), run)

    def _applied(self, task: Row, wanted: Row, run: Run) -> list[Happening]:
        """Change a task, and return the events of the change."""
        before = dict(task)
        if "close" in wanted:
            task |= {"is_active": 0, "date_completed": self.now, "date_modification": self.now}
            return [Happening(CLOSED)]
        if "complete" in wanted:
            self.complete_subtasks(task["id"])
            return [Happening(("subtask.update",))]
        if "swimlane_id" in wanted:
            return self._moved(task, before, wanted, run)
        (name, value), *_ = wanted.items()
        if not self._is_known(task, name, value):
            return []
        task[name] = value if name == "color_id" else int(value)
        if task == before:
            return []
        task["date_modification"] = self.now
        return modified(before, task)

    def _is_known(self, task: Row, name: str, value: str) -> bool:
        """Return whether a property can have a value: an unknown id has no effect."""
        if name == "color_id":
            return value != ""
        if name == "owner_id":
            return value.isdigit() and self.is_assignable(task["project_id"], int(value))
        return value in {str(each["id"]) for each in self.of("categories", project_id=task["project_id"])}

    def _moved(self, task: Row, before: Row, wanted: Row, run: Run) -> list[Happening]:
        known = all(
            wanted[name] in {str(each["id"]) for each in self.of(kind, project_id=task["project_id"])}
            for name, kind in (("column_id", "columns"), ("swimlane_id", "swimlanes"))
        )
        place = {name: int(wanted[name]) for name in ("column_id", "swimlane_id")} if known else {}
        if not place or (not task["is_active"] and "is_first" not in wanted) or place.items() <= task.items():
            return []
        task |= place | {"date_moved": self.now, "date_modification": self.now}
        run.is_first = "is_first" in wanted
        return moved(before, task)


def modified(before: Row, after: Row) -> list[Happening]:
    """Return the event of a change of properties."""
    changed = {name for name, value in after.items() if before[name] != value} - {"date_modification"}
    if not changed:
        return []
    return [Happening(ASSIGNED if changed == {"owner_id"} else UPDATED)]


def moved(before: Row, after: Row) -> list[Happening]:
    """Return the events of a move."""
    left = before["column_id"]
    swimlane = [Happening(SWIMLANE, left)] if before["swimlane_id"] != after["swimlane_id"] else []
    column = [Happening(COLUMN, left)] if left != after["column_id"] else []
    return swimlane + column
