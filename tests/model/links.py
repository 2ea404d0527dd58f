"""Links between tasks, their types, and external links (context.md 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.model.people import People

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.model.boards import Answer
    from tests.model.world import Row

BUILT_IN = (
    "relates to", "blocks", "is blocked by", "duplicates", "is duplicated by", "is a child of", "is a parent of",
    "targets milestone", "is a milestone of", "fixes", "is fixed by",
)  # fmt: skip

URLS = {"https://example.org/docs/a.pdf": "attachment", "https://example.org/b.zip": "attachment", "smb://h/c": "file"}
"""The only valid addresses in the model, with their types."""

TYPE_NAMES = {"attachment": "Attachment", "file": "Local File"}


def built_in() -> dict[int, Row]:
    """Return the built-in types of links: the first is its own opposite, others are pairs."""
    opposites = [0, *(number ^ 1 for number in range(2, len(BUILT_IN) + 1))]
    return {
        number: {"id": number, "label": label, "opposite_id": opposite}
        for number, (label, opposite) in enumerate(zip(BUILT_IN, opposites, strict=True), start=1)
    }


class Links(People):
    """Answers like the procedures about links."""

    # --- types --------------------------------------------------------------------------------------------------

    def get_all_links(self) -> Answer:
        return self.of("link_types")

    def get_link_by_id(self, link_id: int) -> Answer:
        return self.link_types.get(link_id)

    def get_link_by_label(self, label: str) -> Answer:
        return next(iter(self.of("link_types", label=label)), None)

    def get_opposite_link_id(self, link_id: int) -> Answer:
        return self.link_types.get(link_id, {}).get("opposite_id") or link_id

    def create_link(self, label: str, opposite_label: str = "") -> Answer:
        taken = {each["label"] for each in self.of("link_types")}
        if not label or label == opposite_label or {label, opposite_label} & taken:
            return False
        new_id = self.answered
        opposite_id = self.ask("getLinkByLabel", opposite_label)["id"] if opposite_label else 0
        self.add("link_types", new_id, label=label, opposite_id=opposite_id)
        if opposite_label:
            self.add("link_types", opposite_id, label=opposite_label, opposite_id=new_id)
        return new_id

    def update_link(self, link_id: int, opposite_link_id: int, label: str) -> Answer:
        if link_id not in self.link_types or not label or self.is_taken("link_types", link_id, label=label):
            return False
        if opposite_link_id not in {0, *self.link_types}:
            return False
        self.link_types[link_id] |= {"label": label, "opposite_id": opposite_link_id}
        return True

    def remove_link(self, link_id: int) -> Answer:
        if link_id not in self.link_types:
            return False
        del self.link_types[link_id]
        for other in self.of("link_types", opposite_id=link_id):
            other["opposite_id"] = 0
        return True

    # --- links --------------------------------------------------------------------------------------------------

    def link(self, new_id: int, task_id: int, opposite_task_id: int, link_id: int) -> None:
        """Link two tasks: a side for each, with consecutive ids."""
        ends = {"task_id": task_id, "opposite_task_id": opposite_task_id}
        others = {"task_id": opposite_task_id, "opposite_task_id": task_id}
        self.add("links", new_id, **ends, link_id=link_id, other=new_id + 1)
        self.add("links", new_id + 1, **others, link_id=self.get_opposite_link_id(link_id), other=new_id)

    def is_visible(self, task_link_id: int) -> bool:
        """Return whether a side of a link exists."""
        return self._visible(task_link_id) is not None

    def _visible(self, task_link_id: int) -> Row | None:
        link = self.links.get(task_link_id)
        return link if link and link["link_id"] in self.link_types else None

    def _may_link(self, task_id: int, opposite_task_id: int, link_id: int, sides: Collection[int] = (0, 0)) -> bool:
        """Return whether a link is allowed; `sides`: the ids of the changed sides."""
        known = {task_id, opposite_task_id} <= self.tasks.keys() and link_id in self.link_types
        other_id = self.get_opposite_link_id(link_id)
        own, other = (task_id, link_id, opposite_task_id), (opposite_task_id, other_id, task_id)
        said = {own, other} if len(sides) == 2 else {own}
        there = [each for each in self.of("links") if each["id"] not in sides]
        is_there = any((each["task_id"], each["link_id"], each["opposite_task_id"]) in said for each in there)
        return known and not is_there and own != other

    def create_task_link(self, task_id: int, opposite_task_id: int, link_id: int) -> Answer:
        if not self._may_link(task_id, opposite_task_id, link_id):
            return False
        self.link(self.answered, task_id, opposite_task_id, link_id)
        return self.answered

    def update_task_link(self, task_link_id: int, task_id: int, opposite_task_id: int, link_id: int) -> Answer:
        side = self._visible(task_link_id)
        if side is None or side["task_id"] != task_id:
            return False
        # the other side stays removed if its type was removed
        sides = [each for each in (task_link_id, side["other"]) if self._visible(each)]
        if not self._may_link(task_id, opposite_task_id, link_id, sides):
            return False
        side |= {"opposite_task_id": opposite_task_id, "link_id": link_id}
        if side["other"] in sides:
            other = {"task_id": opposite_task_id, "link_id": self.get_opposite_link_id(link_id)}
            self.links[side["other"]] |= other
        return True

    def remove_task_link(self, task_link_id: int) -> Answer:
        side = self._visible(task_link_id)
        if side is None:
            return False
        del self.links[task_link_id], self.links[side["other"]]
        return True

    def get_task_link_by_id(self, task_link_id: int) -> Answer:
        side = self._visible(task_link_id)
        if side is None:
            return None
        kind = self.link_types[side["link_id"]]
        row = {name: side[name] for name in ("id", "task_id", "opposite_task_id", "link_id")}
        return row | {"label": kind["label"], "opposite_link_id": kind["opposite_id"]}

    def links_of(self, task_id: int) -> list[Row]:
        """Return the visible sides of a task."""
        return [each for each in self.of("links", task_id=task_id) if self._visible(each["id"])]

    def get_all_task_links(self, task_id: int) -> Answer:
        rows = [self._link_row(each) for each in self.links_of(task_id)]
        return [row for _, row in sorted(rows, key=lambda each: each[0])]

    def _link_row(self, side: Row) -> tuple[tuple[int, ...], Row]:
        """Return the sort key of a link, and its row, which is about the other task."""
        task = self.tasks[side["opposite_task_id"]]
        column = self.columns[task["column_id"]]
        as_it_is = (
            "title", "is_active", "project_id", "column_id", "color_id", "date_completed", "date_started", "date_due",
        )  # fmt: skip
        row = {
            "id": side["id"],
            "task_id": task["id"],
            "label": self.link_types[side["link_id"]]["label"],
            **{name: task[name] for name in as_it_is},
            **{f"task_{name}": task[name] for name in ("time_spent", "time_estimated")},
            **self.named(task, "owner_id", "task_assignee_", "username", "name"),
            "task_assignee_id": task["owner_id"],
            "column_title": column["title"],
            "project_name": self.projects[task["project_id"]]["name"],
        }
        order = (side["link_id"], -column["position"], -task["is_active"], self.position(task["id"]), task["id"])
        return order, row

    # --- links to elsewhere -------------------------------------------------------------------------------------

    def create_external_task_link(
        self, task_id: int, url: str, dependency: str, type_: str = "auto", title: str = ""
    ) -> Answer:
        kind = URLS.get(url)
        if task_id not in self.tasks or kind is None or type_ not in {"auto", kind} or not dependency:
            return False
        row = {"link_type": kind, "dependency": dependency, "title": title or url.rpartition("/")[2], "url": url}
        dates = {"date_creation": self.now, "date_modification": self.now}
        self.add("external_links", self.answered, **row, **dates, task_id=task_id, creator_id=self.caller)
        return self.answered

    def _external_link(self, task_id: int, link_id: int) -> Row | None:
        return next(iter(self.of("external_links", task_id=task_id, id=link_id)), None)

    def get_external_task_link_by_id(self, task_id: int, link_id: int) -> Answer:
        return self._external_link(task_id, link_id) or False

    def get_all_external_task_links(self, task_id: int) -> Answer:
        rows = sorted(self.of("external_links", task_id=task_id), key=lambda each: str(each["title"]))
        return [self._listed_external_link(each) for each in rows]

    def _listed_external_link(self, link: Row) -> Row:
        labels = {"related": "Related"}
        more: dict[str, Any] = self.named(link, "creator_id", "creator_", "name", "username")
        label = labels.get(link["dependency"], link["dependency"])
        return link | more | {"dependency_label": label, "type": TYPE_NAMES[link["link_type"]]}

    def update_external_task_link(self, task_id: int, link_id: int, **given: str) -> Answer:
        """Change the given properties."""
        link = self._external_link(task_id, link_id)
        if link is None or "" in given.values():
            return False
        if "url" in given and given["url"] not in URLS:
            return False
        link |= given | {"date_modification": self.now}
        return True

    def remove_external_task_link(self, task_id: int, link_id: int) -> Answer:
        link = self._external_link(task_id, link_id)
        return link is not None and self.external_links.pop(link["id"], None) is not None
