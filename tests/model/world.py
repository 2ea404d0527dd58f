"""The model's data: everything a client could read, as plain rows, with functions to find and remove rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

Row = dict[str, Any]
Rows = dict[int, Row]

ASCII_LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}

PARTS = ("columns", "swimlanes", "categories", "actions", "tags", "tasks", "project_files")
"""The kinds of rows in a project."""

BELONGINGS = ("files", "comments", "subtasks", "external_links")
"""The kinds of rows of a task."""


class Ask(Protocol):
    """Calls the application for values that only it has: ids and random names."""

    def __call__(self, method: str, *params: Any) -> Any:
        """Return the result."""


@dataclass
class World:
    """All rows by id, as in the API, except for values that are counted or looked up at each read.

    Attributes:
        ask: see Ask.
        now: Unix seconds.
        caller: the person who calls; 0 for the application.
        answered: the application's answer to the current call.
        lanes: swimlane and column -> the tasks there in their order; closed ones keep their place.
        tagged: task -> its tags in order of assignment.
        metadata: task -> values by name; `project_metadata`: project -> values by name.
        members: project and user -> role of their own.
        in_groups: group and user, of all members.
        group_roles: project and group -> role.
        timers: subtask and user -> when the timer was started.
        spent: subtask and user -> hours of stopped timers.
        told: rows of activity, the oldest first; those of removed things are not visible.
        links: the sides of links between tasks; one whose type was removed is not visible.
        passwords: of users, by id.
        born: kind -> all ids so far.
    """

    ask: Ask
    now: int
    caller: int = 0
    answered: Any = None
    projects: Rows = field(default_factory=dict)
    columns: Rows = field(default_factory=dict)
    swimlanes: Rows = field(default_factory=dict)
    categories: Rows = field(default_factory=dict)
    actions: Rows = field(default_factory=dict)
    tags: Rows = field(default_factory=dict)
    users: Rows = field(default_factory=dict)
    groups: Rows = field(default_factory=dict)
    tasks: Rows = field(default_factory=dict)
    files: Rows = field(default_factory=dict)
    project_files: Rows = field(default_factory=dict)
    comments: Rows = field(default_factory=dict)
    subtasks: Rows = field(default_factory=dict)
    external_links: Rows = field(default_factory=dict)
    link_types: Rows = field(default_factory=dict)
    links: Rows = field(default_factory=dict)
    lanes: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    tagged: dict[int, list[int]] = field(default_factory=dict)
    metadata: dict[int, dict[str, str]] = field(default_factory=dict)
    project_metadata: dict[int, dict[str, str]] = field(default_factory=dict)
    members: dict[tuple[int, int], str] = field(default_factory=dict)
    in_groups: set[tuple[int, int]] = field(default_factory=set)
    group_roles: dict[tuple[int, int], str] = field(default_factory=dict)
    timers: dict[tuple[int, int], int] = field(default_factory=dict)
    spent: dict[tuple[int, int], float] = field(default_factory=dict)
    passwords: dict[int, str] = field(default_factory=dict)
    tokens: Rows = field(default_factory=dict)
    told: list[Row] = field(default_factory=list)
    born: dict[str, set[int]] = field(default_factory=dict)

    def rows(self, kind: str) -> Rows:
        """Return the rows of a kind, which is the name of an attribute."""
        found: Rows = getattr(self, kind)
        return found

    def of(self, kind: str, **wanted: Any) -> list[Row]:
        """Return the rows of a kind that have these values, by id."""
        rows = (row for _, row in sorted(self.rows(kind).items()))
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]

    def add(self, kind: str, new_id: int, **row: Any) -> Row:
        """Keep a new row; its id must be a new one."""
        ids = self.born.setdefault(kind, set())
        assert type(new_id) is int, (kind, new_id)
        assert new_id > 0, (kind, new_id)
        assert new_id not in ids, (kind, new_id)
        ids.add(new_id)
        self.rows(kind)[new_id] = {"id": new_id, **row}
        return self.rows(kind)[new_id]

    def is_taken(self, kind: str, but: int = 0, **wanted: Any) -> bool:
        """Return whether another row than `but` has these values."""
        return any(row["id"] != but for row in self.of(kind, **wanted))

    def drop_project(self, project_id: int) -> None:
        """Remove a project with everything in it."""
        del self.projects[project_id]
        self.project_metadata.pop(project_id, None)
        for task in self.of("tasks", project_id=project_id):
            self.drop_task(task["id"])
        for kind in PARTS:
            for row in self.of(kind, project_id=project_id):
                del self.rows(kind)[row["id"]]
        self.members = {key: role for key, role in self.members.items() if key[0] != project_id}
        self.group_roles = {key: role for key, role in self.group_roles.items() if key[0] != project_id}

    def drop_task(self, task_id: int) -> None:
        """Remove a task with its child entities, and links to it."""
        self.lane_of(task_id).remove(task_id)
        del self.tasks[task_id], self.tagged[task_id], self.metadata[task_id]
        for kind in BELONGINGS:
            for row in self.of(kind, task_id=task_id):
                del self.rows(kind)[row["id"]]
        for link in self.of("links"):
            if task_id in {link["task_id"], link["opposite_task_id"]}:
                del self.links[link["id"]]

    def lane_of(self, task_id: int) -> list[int]:
        """Return the lane that a task is in."""
        return self.lane(self.tasks[task_id])

    def lane(self, task: Row) -> list[int]:
        """Return the lane that a row names."""
        return self.lanes.setdefault((task["swimlane_id"], task["column_id"]), [])

    def position(self, task_id: int) -> int:
        """Return a task's position among the open tasks of its lane; of a closed one, as if it were open."""
        lane = self.lane_of(task_id)
        return 1 + sum(1 for each in lane[: lane.index(task_id)] if self.tasks[each]["is_active"])

    def person(self, user_id: int, *names: str) -> list[Any]:
        """Return these properties of a user, None if there is no such user."""
        user = self.users.get(user_id, {})
        return [user.get(name) for name in names]

    def user_or_nobody(self, user_id: int) -> int:
        """Return the id of an existing user, else 0."""
        return user_id if user_id in self.users else 0


def is_blank(name: str) -> bool:
    """Return whether a name is white space alone."""
    return name.strip() == ""


def folded(name: str) -> str:
    """Return a name with its ASCII letters in lower case."""
    return name.translate(ASCII_LOWER)
