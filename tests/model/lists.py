"""Results with many tasks: lists, searches, the board, the dashboard (behaviour.md 2 and 3.4; context.md 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.model.tasks import DAY, Tasks, overdue_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.model.boards import Answer
    from tests.model.world import Row

MILESTONE = "is a milestone of"

DONE = 2

A_YEAR = 365 * DAY

QUERIES: dict[str, Callable[[Lists, Row], Any]] = {
    "": lambda _, task: True,
    "status:open": lambda _, task: task["is_active"],
    "status:closed": lambda _, task: not task["is_active"],
    "color:red": lambda _, task: task["color_id"] == "red",
    "assignee:nobody": lambda _, task: not task["owner_id"],
    "category:none status:open": lambda _, task: not task["category_id"] and task["is_active"],
    "ref:r1": lambda _, task: task["reference"].lower() == "r1",
    "title:walk": lambda _, task: "walk" in task["title"].lower(),
    "été status:open": lambda _, task: task["is_active"] and task["title"] in {"ÉTÉ", "E\u0301te\u0301"},
    "due:>=2020-01-01 due:<2030-01-01": lambda _, task: 1577836800 <= task["date_due"] < 1893456000,
    "tag:none": lambda world, task: not world.tagged[task["id"]],
    "tag:urgent": lambda world, task: any("urgent" in name.lower() for name in world.tag_names(task)),
    "comment:Said": lambda world, task: any("said" in name.lower() for name in world.said(task)),
    "due:<=today": lambda world, task: 0 < task["date_due"] < world.now // DAY * DAY + DAY,
    "due:<today status:open": lambda world, task: task["is_active"] and 0 < task["date_due"] < world.now // DAY * DAY,
    "link:blocks": lambda world, task: any(world.label(each) == "blocks" for each in world.links_of(task["id"])),
    "subtask:assignee:nobody": lambda world, task: any(
        each["status"] != DONE and not each["user_id"] for each in world.of("subtasks", task_id=task["id"])
    ),
}
"""Queries, and the tasks that they match."""


class Lists(Tasks):
    """Answers like the procedures that return tasks."""

    def tag_names(self, task: Row) -> list[str]:
        """Return the names of a task's tags."""
        return [self.tags[each]["name"] for each in self.tagged[task["id"]]]

    def said(self, task: Row) -> list[str]:
        """Return the comments of a task."""
        return [each["comment"] for each in self.of("comments", task_id=task["id"])]

    def label(self, side: Row) -> str:
        """Return the label of a link."""
        return str(self.link_types[side["link_id"]]["label"])

    # --- lists --------------------------------------------------------------------------------------------------

    def _task_row(self, task: Row) -> Row:
        link = "http://board.example/?controller=TaskViewController&action=show&task_id="
        color = COLORS.get(task["color_id"], COLORS["yellow"])
        return task | {"position": self.position(task["id"]), "url": f"{link}{task['id']}", "color": color}

    def get_task(self, task_id: int) -> Answer:
        return self._task_row(self.tasks[task_id]) if task_id in self.tasks else None

    def get_task_by_reference(self, project_id: int, reference: str) -> Answer:
        found = self.of("tasks", project_id=project_id, reference=reference) if reference else []
        return self._task_row(found[0]) if found else None

    def get_all_tasks(self, project_id: int, status_id: int = 1) -> Answer:
        return [self._task_row(task) for task in self.of("tasks", project_id=project_id, is_active=status_id)]

    def search_tasks(self, project_id: int, query: str) -> Answer:
        fits = QUERIES[query]
        return [self._found_row(task) for task in self.of("tasks", project_id=project_id) if fits(self, task)]

    def _found_row(self, task: Row) -> Row:
        row = {name: value for name, value in task.items() if not name.startswith("external_")}
        category = self.categories.get(task["category_id"], {})
        column, lane = self.columns[task["column_id"]], self.swimlanes[task["swimlane_id"]]
        return {
            **row,
            **self._counts(task["id"]),
            "position": self.position(task["id"]),
            **self.named(task, "owner_id", "assignee_", "username", "name", "email", "avatar_path"),
            **{f"category_{name}": category.get(name) for name in ("name", "description", "color_id")},
            "project_name": self.projects[task["project_id"]]["name"],
            "column_name": column["title"],
            "column_position": column["position"],
            "swimlane_name": lane["name"],
        }

    def _counts(self, task_id: int) -> Row:
        kinds = ("comments", "files", "subtasks", "external_links")
        sides = self.links_of(task_id)
        return {
            **{f"nb_{kind}": len(self.of(kind, task_id=task_id)) for kind in kinds},
            "nb_completed_subtasks": len(self.of("subtasks", task_id=task_id, status=DONE)),
            "nb_links": len(sides),
            "is_milestone": 1
            if any(self.link_types[side["link_id"]]["label"] == MILESTONE for side in sides)
            else None,
        }

    # --- what is late -------------------------------------------------------------------------------------------

    def _late(self, **wanted: Any) -> list[Row]:
        active = {each["id"] for each in self.of("projects", is_active=1)}
        due = [each for each in self.of("tasks", is_active=1, **wanted) if each["date_due"]]
        tasks = [each for each in due if overdue_from(each["date_due"]) <= self.now]
        return [self._late_row(each) for each in tasks if each["project_id"] in active]

    def _late_row(self, task: Row) -> Row:
        names = ("id", "title", "date_due", "project_id", "creator_id", "owner_id")
        project_name = {"project_name": self.projects[task["project_id"]]["name"]}
        row = {name: task[name] for name in names} | project_name
        return row | self.named(task, "owner_id", "assignee_", "username", "name")

    def get_overdue_tasks(self) -> Answer:
        return self._late()

    def get_overdue_tasks_by_project(self, project_id: int) -> Answer:
        return self._late(project_id=project_id)

    def get_my_overdue_tasks(self) -> Answer:
        mine = {each["id"] for each in self.my_active_projects()}
        return [row for row in self._late(owner_id=self.caller) if row["project_id"] in mine]

    # --- activity -----------------------------------------------------------------------------------------------

    def _activity(self, project_ids: Iterable[int], limit: int) -> list[Row]:
        """Return the newest rows of projects, with the properties in the model."""
        told = [
            {name: value for name, value in row.items() if name != "at"}
            for row in reversed(self.told)
            if row["project_id"] in {*project_ids} & self.projects.keys()
            and row["task_id"] in self.tasks
            and row["creator_id"] in self.users
            and self.now < row["at"] + A_YEAR
        ]
        return told[:limit]

    def get_project_activity(self, project_id: int) -> Answer:
        return self._activity([project_id], 50)

    def get_project_activities(self, project_ids: list[int]) -> Answer:
        return self._activity(project_ids, 50)

    def get_my_activity_stream(self) -> Answer:
        return self._activity([each["id"] for each in self.my_active_projects()], 100)

    # --- boards -------------------------------------------------------------------------------------------------

    def _card(self, task: Row) -> Row:
        tags = sorted((self.tags[each] for each in self.tagged[task["id"]]), key=lambda tag: (tag["name"], tag["id"]))
        rows = [{name: tag[name] for name in ("id", "name", "color_id")} | {"task_id": task["id"]} for tag in tags]
        return self._found_row(task) | {"tags": rows}

    def get_my_dashboard(self) -> Answer:
        mine = {each["id"] for each in self.my_active_projects()}
        return [
            self._card(task) | {"subtasks": [self.listed_subtask(each) for each in subtasks]}
            for task in self.of("tasks", is_active=1)
            if task["project_id"] in mine and ((subtasks := self._my_subtasks(task)) or task["owner_id"] == self.caller)
        ]

    def _my_subtasks(self, task: Row) -> list[Row]:
        mine = self.of("subtasks", task_id=task["id"], user_id=self.caller)
        return sorted(mine, key=lambda each: int(each["position"]))

    def get_board(self, project_id: int) -> Answer:
        columns = self.columns_of(project_id)
        lanes = [self._lane_row(lane, columns) for lane in self.active_swimlanes(project_id)] if columns else []
        for lane in lanes:
            lane["nb_swimlanes"] = len(lanes)
        return lanes

    def _lane_row(self, lane: Row, columns: list[Row]) -> Row:
        cells = [self._cell(lane, column) for column in columns]
        sums = {name: sum(cell[name] for cell in cells) for name in ("nb_tasks", "score")}
        return lane | {"columns": cells, "nb_columns": len(columns), **sums}

    def _open_in(self, lane: Row, column: Row) -> list[Row]:
        ids = self.lanes.get((lane["id"], column["id"]), [])
        return [self.tasks[each] for each in ids if self.tasks[each]["is_active"]]

    def _cell(self, lane: Row, column: Row) -> Row:
        tasks = self._open_in(lane, column)
        everywhere = self.of("tasks", column_id=column["id"], is_active=1)
        visible = [task for task in everywhere if self.swimlanes[task["swimlane_id"]]["is_active"]]
        counts = ("nb_open_tasks", "column_nb_open_tasks", "nb_unfiltered_tasks_across_swimlane")
        return column | {
            **dict.fromkeys(counts, len(everywhere)),
            "tasks": [self._card(task) | {"is_draggable": False} for task in tasks],
            "nb_tasks": len(tasks),
            "score": sum(task["score"] for task in tasks),
            "nb_visible_tasks_across_swimlane": len(visible),
            "cumulative_score_across_swimlane": sum(task["score"] for task in visible),
        }


COLORS = {
    "yellow": {"name": "Yellow", "background": "rgb(245, 247, 196)", "border": "rgb(223, 227, 45)"},
    "red": {"name": "Red", "background": "rgb(255, 187, 187)", "border": "rgb(255, 151, 151)"},
    "deep_orange": {"name": "Deep Orange", "background": "#ffab91", "border": "#e64a19"},
}
"""The colours of the model's tasks; all others are shown as yellow."""
