"""Categories and tags (context.md 4 and 5; of a task's tags, behaviour.md 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.model.boards import Answer, Boards
from tests.model.world import Row, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GLOBAL = 0


class Labels(Boards):
    """Answers like the procedures about categories and tags."""

    # --- categories ---------------------------------------------------------------------------------------------

    def get_all_categories(self, project_id: int) -> Answer:
        return sorted(self.of("categories", project_id=project_id), key=lambda each: folded(each["name"]))

    def get_category(self, category_id: int) -> Answer:
        return self.categories.get(category_id)

    def _is_category(self, project_id: int, name: str, but: int = 0) -> bool:
        others = self.of("categories", project_id=project_id)
        return any(folded(each["name"]) == folded(name) and each["id"] != but for each in others)

    def create_category(self, project_id: int, name: str, color_id: str | None = None) -> Answer:
        if project_id not in self.projects or not name or self._is_category(project_id, name):
            return False
        row: Row = {"name": name, "project_id": project_id, "description": None, "color_id": color_id}
        self.add("categories", self.answered, **row)
        return self.answered

    def update_category(self, id_: int, name: str, **color: str) -> Answer:
        """Take `color_id`, too."""
        category = self.categories.get(id_)
        if category is None or not name or self._is_category(category["project_id"], name, id_):
            return False
        category |= {"name": name, **color}
        return True

    def remove_category(self, category_id: int) -> Answer:
        if category_id not in self.categories:
            return False
        del self.categories[category_id]
        for task in self.of("tasks", category_id=category_id):
            task["category_id"] = 0
        return True

    # --- tags ---------------------------------------------------------------------------------------------------

    def get_all_tags(self) -> Answer:
        return sorted(self.of("tags"), key=lambda each: str(each["name"]))

    def get_tags_by_project(self, project_id: int) -> Answer:
        return sorted(self.of("tags", project_id=project_id), key=lambda each: str(each["name"]))

    def create_tag(self, project_id: int, tag: str, color_id: str | None = None) -> Answer:
        if project_id not in {GLOBAL, *self.projects} or not tag:
            return False
        if self.is_taken("tags", project_id=project_id, name=tag):
            return False
        self.add("tags", self.answered, name=tag, project_id=project_id, color_id=color_id)
        return self.answered

    def update_tag(self, tag_id: int, tag: str, **color: str) -> Answer:
        """Take `color_id`, too."""
        row = self.tags.get(tag_id)
        if row is None or not tag or self.is_taken("tags", tag_id, project_id=row["project_id"], name=tag):
            return False
        row |= {"name": tag, **color}
        return True

    def remove_tag(self, tag_id: int) -> Answer:
        if tag_id not in self.tags:
            return False
        del self.tags[tag_id]
        for tags in self.tagged.values():
            tags[:] = [each for each in tags if each != tag_id]
        return True

    # --- of a task ----------------------------------------------------------------------------------------------

    def get_task_tags(self, task_id: int) -> Answer:
        return {str(each): self.tags[each]["name"] for each in self.tagged.get(task_id, [])}

    def set_task_tags(self, project_id: int, task_id: int, tags: list[str]) -> Answer:
        if not self.of("tasks", id=task_id, project_id=project_id):
            return False
        self.retag(task_id, self.tags_named(project_id, tags))
        return True

    def retag(self, task_id: int, tags: Sequence[int]) -> None:
        """Set the tags of a task: first those that it keeps, then new ones."""
        kept = [each for each in self.tagged[task_id] if each in tags]
        self.tagged[task_id] = [*kept, *(each for each in tags if each not in kept)]

    def tags_named(self, project_id: int, names: Iterable[str], colors: Row | None = None) -> list[int]:
        """Find tags by name, global ones first, ASCII case ignored; make those that are missing."""
        ids: dict[int, None] = {}
        for name in names:
            if name:
                ids[self._tag_named(project_id, name, colors or {})] = None
        return [*ids]

    def _tag_named(self, project_id: int, name: str, colors: Row) -> int:
        usable = self.of("tags", project_id=GLOBAL) + self.of("tags", project_id=project_id)
        for tag in usable:
            if folded(tag["name"]) == folded(name):
                return int(tag["id"])
        new: list[Any] = [row["id"] for row in self.ask("getTagsByProject", project_id) if row["name"] == name]
        self.add("tags", *new, name=name, project_id=project_id, color_id=colors.get(name))
        return int(new[0])
