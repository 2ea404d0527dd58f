"""Random parameters of a call: mostly valid combinations, sometimes anything."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from tests.model.actions import KINDS as ACTIONS
from tests.model.actions import PREFIX
from tests.model.links import URLS
from tests.model.lists import QUERIES, Lists
from tests.model.tasks import DATES, RECURRENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {
    "project_id": "projects", "column_id": "columns", "swimlane_id": "swimlanes", "category_id": "categories",
    "action_id": "actions", "dest_column_id": "columns", "src_column_id": "columns", "dest_swimlane_id": "swimlanes",
    "tag_id": "tags", "user_id": "users", "owner_id": "users", "creator_id": "users", "task_id": "tasks",
    "opposite_task_id": "tasks", "file_id": "files", "comment_id": "comments", "subtask_id": "subtasks",
    "group_id": "groups", "token_id": "tokens", "link_id": "link_types", "opposite_link_id": "link_types",
    "task_link_id": "links",
}  # fmt: skip
"""Parameters that are ids, with the kind of the thing."""

OWN_KINDS = {
    ("update_task", "id_"): "tasks",
    ("update_user", "id_"): "users",
    ("update_category", "id_"): "categories",
    ("update_comment", "id_"): "comments",
    ("update_subtask", "id_"): "subtasks",
    **{(f"{verb}_project_file", "file_id"): "project_files" for verb in ("get", "download", "remove")},
    **{(f"{verb}_external_task_link", "link_id"): "external_links" for verb in ("update", "remove")},
    ("get_external_task_link_by_id", "link_id"): "external_links",
}
"""The same for parameters with another meaning than usual."""

ANYWHERE = {"move_task_to_project", "duplicate_task_to_project"}
"""Procedures whose parameters, except the task, are of another project."""

PROJECT = ["description", "owner_id", "identifier", "start_date", "end_date", "email"]
PROJECT += [f"priority_{name}" for name in ("default", "start", "end")]
TASK = ["color_id", "owner_id", "date_due", "date_started", "description", "category_id", "score", "priority"]
TASK += ["reference", "time_spent", "time_estimated", *(f"recurrence_{name}" for name in RECURRENCE)]
HOURS = ["time_estimated", "time_spent", "status"]
TARGET = ["swimlane_id", "column_id", "category_id", "owner_id"]

GIVEN = {
    "create_project": PROJECT,
    "update_project": ["name", *PROJECT],
    "create_task": TASK,
    "update_task": ["title", *TASK],
    "move_task_to_project": TARGET,
    "duplicate_task_to_project": TARGET,
    "create_subtask": HOURS,
    "update_subtask": ["title", "user_id", "position", *HOURS],
    "update_external_task_link": ["title", "url", "dependency"],
    "update_column": ["task_limit", "description"],
    "update_category": ["color_id"],
    "update_tag": ["color_id"],
}
"""What the model takes as `given`."""

names = st.sampled_from(["A", "B", "a", "Backlog", "Default swimlane", "Done", "É", "", "\u3000"])
titles = st.sampled_from(["Walk", "Walk", "ÉTÉ", "E\u0301te\u0301", "", " \u00a0", "x" * 300])
hours = st.sampled_from([0, 1, 0.1, 2.25])
dates = st.sampled_from([*DATES, "tomorrow"])
days = st.sampled_from(["2030-01-15", "2030-02-01", "", "tomorrow"])
roles = st.sampled_from(["app-user", "app-manager", "app-admin", "king"])
project_roles = st.sampled_from(["project-manager", "project-member", "project-member", "project-viewer", "king"])
emails = st.sampled_from(["a@example.org", "b@example.org", "", "no address"])
labels = st.sampled_from(["blocks", "follows", "precedes", "relates to", ""])
texts = st.sampled_from(["", "Said", "said twice"])
tag_names = st.sampled_from(["urgent", "Urgent", "later", "é", ""])
small = st.integers(0, 3)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": titles, "name": names, "description": texts, "content": texts, "tag": tag_names,
    "tags": st.lists(tag_names, max_size=3), "identifier": st.sampled_from(["abc", "ABC", "x1", "", "no!"]),
    "email": emails, "start_date": days, "end_date": days, "priority_default": small, "priority_start": small,
    "priority_end": small, "priority": st.integers(-1, 4), "task_limit": small, "position": st.integers(0, 5),
    "color_id": st.sampled_from(["red", "yellow", "deep_orange", "none such", ""]), "date_due": dates,
    "date_started": dates, "score": st.sampled_from([0, 5, -3, 2**31]), "reference": st.sampled_from(["R1", "r1", ""]),
    "time_spent": hours, "time_estimated": hours, "recurrence_status": st.sampled_from([1, 1, 0, 2]),
    "recurrence_trigger": small, "recurrence_factor": st.sampled_from([0, 1, 5, -2]), "recurrence_timeframe": small,
    "recurrence_basedate": st.integers(0, 1), "username": st.sampled_from(["ann", "bob", " eve ", "Ann", ""]),
    **dict.fromkeys(
        ("password", "old_password", "new_password"), st.sampled_from(["secret", "secret", "other one", "short"])
    ),
    "expires": st.sampled_from([0, 4_000_000_000]), "read_only": st.booleans(),
    "projects": st.lists(st.integers(1, 3), max_size=2),
    "filename": st.sampled_from(["b.PNG", "A", "a"]),
    "blob": st.sampled_from(["YQ==", "Yg==", ""]), "visibility": roles, "status": small, "dependency": texts,
    "values": st.dictionaries(names, texts, max_size=2), "url": st.sampled_from([*URLS, "no address"]),
    "type_": st.sampled_from(["auto", "attachment", "file", "none such"]), "label": labels, "opposite_label": labels,
    "status_id": st.integers(0, 2), "query": st.sampled_from([*QUERIES]), "external_id": texts,
}  # fmt: skip

OWN_VALUES = {
    ("add_project_user", "role"): project_roles,
    ("change_project_user_role", "role"): project_roles,
    ("add_project_group", "role"): project_roles,
    ("change_project_group_role", "role"): project_roles,
    ("create_user", "role"): roles,
    ("update_user", "role"): roles,
}

NOBODY = [0, -1, 10**6]


@dataclass
class Draws:
    """Draws the parameters of one call, first the project or task.

    Attributes:
        draw: Hypothesis'.
        world: the model.
    """

    draw: Any
    world: Lists

    def params(self, method: str) -> dict[str, Any]:
        """Draw parameters by name, for the model's method."""
        self.project = self._one_of([*self.world.projects])
        self.task = self._one_of([row["id"] for row in self.world.of("tasks", project_id=self.project)])
        if method == "create_action":
            return self._action()
        found: dict[str, Any] = {}
        for name, parameter in inspect.signature(getattr(Lists, method)).parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                found |= self._some(method, GIVEN[method])
            elif parameter.default is not parameter.empty:
                found |= self._some(method, [name])
            elif name != "self":
                found[name] = self._value(method, name)
        return self._without_lost_hours(found) if method == "update_task" else found

    def _action(self) -> dict[str, Any]:
        """Draw an action of a kind in the model."""
        name = self.draw(st.sampled_from([*ACTIONS]))
        return {
            "project_id": self._id("projects", anywhere=False),
            "event_name": self.draw(st.sampled_from(ACTIONS[name].events)),
            "action_name": PREFIX + name,
            "params": {each: self._value("create_action", each) for each in ACTIONS[name].params},
        }

    def _without_lost_hours(self, found: dict[str, Any]) -> dict[str, Any]:
        """Leave out hours that a subtask has: they hold only until a subtask changes, and break an invariant."""
        subtasks = self.world.of("subtasks", task_id=found["id_"])
        return {name: value for name, value in found.items() if not any(each.get(name) for each in subtasks)}

    def _one_of(self, ids: Sequence[int]) -> int:
        return int(self.draw(st.sampled_from(ids))) if ids else 0

    def _some(self, method: str, optional: list[str]) -> dict[str, Any]:
        chosen = self.draw(st.lists(st.sampled_from(optional), max_size=4, unique=True)) if optional else []
        return {name: self._value(method, name) for name in chosen}

    def _value(self, method: str, name: str) -> Any:
        if name == "project_ids":
            return [self._id("projects", anywhere=True) for _ in range(self.draw(st.integers(0, 3)))]
        kind = OWN_KINDS.get((method, name)) or KINDS.get(name)
        if kind:
            return self._id(kind, anywhere=method in ANYWHERE and name != "task_id")
        return self.draw(OWN_VALUES[method, name] if (method, name) in OWN_VALUES else VALUES[name])

    def _id(self, kind: str, *, anywhere: bool) -> int:
        everything = [*self.world.rows(kind)]
        chance = self.draw(st.integers(0, 19))
        if chance == 19 or not everything:
            return self._one_of([*NOBODY, *sorted(self.world.born.get(kind, ()))])
        near = everything if anywhere or chance == 18 else self._near(kind)
        return self._one_of(near or everything)

    def _near(self, kind: str) -> list[int]:
        """Return the ids of a kind in the project or task of the call."""
        if kind == "projects":
            return [self.project]
        rows = self.world.of(kind)
        own = [row["id"] for row in rows if row.get("task_id") == self.task]
        if kind == "tasks":
            own = [self.task] * 3 if self.task else []
        return own + [row["id"] for row in rows if row.get("project_id") == self.project]
