"""Groups, their members and their roles (context.md 2.2, 7 and 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.labels import Labels

if TYPE_CHECKING:
    from tests.model.boards import Answer
    from tests.model.world import Row

HIGHEST_FIRST = ("project-manager", "project-member", "project-viewer")


class Groups(Labels):
    """Answers like the procedures about groups."""

    def create_group(self, name: str, external_id: str = "") -> Answer:
        if self.is_taken("groups", name=name):
            return False
        self.add("groups", self.answered, name=name, external_id=external_id)
        return self.answered

    def update_group(self, group_id: int, name: str | None = None, external_id: str | None = None) -> Answer:
        if group_id not in self.groups or self.is_taken("groups", group_id, name=name):
            return False
        given = {"name": name, "external_id": external_id}
        self.groups[group_id] |= {key: value for key, value in given.items() if value is not None}
        return True

    def remove_group(self, group_id: int) -> Answer:
        if self.groups.pop(group_id, None) is None:
            return False
        self.in_groups = {pair for pair in self.in_groups if pair[0] != group_id}
        self.group_roles = {key: role for key, role in self.group_roles.items() if key[1] != group_id}
        return True

    def get_group(self, group_id: int) -> Answer:
        return self.groups.get(group_id)

    def get_all_groups(self) -> Answer:
        rows = [{**row, "nb_users": len(self._members(row["id"]))} for row in self.of("groups")]
        return sorted(rows, key=lambda row: str(row["name"]))

    # --- who is in them -----------------------------------------------------------------------------------------

    def _members(self, group_id: int) -> list[int]:
        return sorted(user for group, user in self.in_groups if group == group_id)

    def _groups_of(self, user_id: int) -> list[int]:
        return sorted(group for group, user in self.in_groups if user == user_id)

    def add_group_member(self, group_id: int, user_id: int) -> Answer:
        if group_id not in self.groups or user_id not in self.users or (group_id, user_id) in self.in_groups:
            return False
        self.in_groups.add((group_id, user_id))
        return True

    def remove_group_member(self, group_id: int, user_id: int) -> Answer:
        if (group_id, user_id) not in self.in_groups:
            return False
        self.in_groups.remove((group_id, user_id))
        return True

    def is_group_member(self, group_id: int, user_id: int) -> Answer:
        return (group_id, user_id) in self.in_groups

    def get_group_members(self, group_id: int) -> Answer:
        return [{"group_id": group_id, "user_id": user, **self.users[user]} for user in self._members(group_id)]

    def get_member_groups(self, user_id: int) -> Answer:
        return sorted((self.groups[each] for each in self._groups_of(user_id)), key=lambda row: str(row["name"]))

    # --- roles in projects --------------------------------------------------------------------------------------

    def role(self, project_id: int, user_id: int) -> str:
        """Return the effective role of a person in a project; "" for none."""
        own = self.members.get((project_id, user_id))
        given = {self.group_roles.get((project_id, group)) for group in self._groups_of(user_id)}
        return own or next((role for role in HIGHEST_FIRST if role in given), "")

    def people_of(self, project_id: int) -> list[Row]:
        """Return the people with a role in a project."""
        return [user for user in self.of("users") if self.role(project_id, user["id"])]

    def add_project_group(self, project_id: int, group_id: int, role: str = "project-member") -> Answer:
        known = project_id in self.projects and group_id in self.groups and role in HIGHEST_FIRST
        if not known or (project_id, group_id) in self.group_roles:
            return False
        self.group_roles[project_id, group_id] = role
        return True

    def change_project_group_role(self, project_id: int, group_id: int, role: str) -> Answer:
        if role not in HIGHEST_FIRST or (project_id, group_id) not in self.group_roles:
            return False
        self.group_roles[project_id, group_id] = role
        return True

    def remove_project_group(self, project_id: int, group_id: int) -> Answer:
        return self.group_roles.pop((project_id, group_id), None) is not None
