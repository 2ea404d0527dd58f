"""Users, their roles in projects, and calls of a person about themselves (context.md 6 and 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.model.groups import Groups
from tests.model.world import is_blank

if TYPE_CHECKING:
    from tests.model.boards import Answer
    from tests.model.world import Row

ROLES = {"app-admin", "app-manager", "app-user"}
PROJECT_ROLES = {"project-manager", "project-member", "project-viewer"}
ASSIGNABLE = {"project-manager", "project-member"}

UNAUTHORIZED = {"code": 401, "message": "Unauthorized"}

WRONG_PASSWORDS = 7
"""The number of failed log-ins after which a user is locked."""

LOCKS = (15 * 60, 30 * 60, 60 * 60)
"""Seconds of a lock: the first, the second, and each after that."""


def is_short(password: str) -> bool:
    """Return whether a password has less than six characters."""
    return len(password) < 6


class People(Groups):
    """Answers like the procedures about people."""

    # --- users --------------------------------------------------------------------------------------------------

    def create_user(
        self, username: str, password: str, name: str = "", email: str = "", role: str = "app-user"
    ) -> Answer:
        values = {"username": username.strip(), "name": name, "email": email, "role": role}
        if is_short(password) or not self._fits(values):
            return False
        none = ("google_id", "github_id", "gitlab_id", "timezone", "language", "avatar_path", "filter")
        zero = (
            "is_admin", "is_ldap_user", "is_project_admin", "twofactor_activated", "notifications_enabled",
            "disable_login_form", "nb_failed_login", "lock_expiration_date",
        )  # fmt: skip
        row: Row = {**dict.fromkeys(none), **dict.fromkeys(zero, 0), **values}
        self.add("users", self.answered, **row, is_active=1, notifications_filter=4, theme="light")
        self.passwords[self.answered] = password
        return self.answered

    def _fits(self, values: Row, user_id: int = 0) -> bool:
        return (
            values.get("username", "x") not in {"", "jsonrpc"}
            and values.get("role", "app-user") in ROLES
            and " " not in values.get("email", "")
            and not ("username" in values and self.is_taken("users", user_id, username=values["username"]))
        )

    def update_user(
        self,
        id_: int,
        username: str | None = None,
        name: str | None = None,
        email: str | None = None,
        role: str | None = None,
        password: str | None = None,
    ) -> Answer:
        given = {"username": username and username.strip(), "name": name, "email": email, "role": role}
        changes = {name: value for name, value in given.items() if value is not None}
        if id_ not in self.users or not self._fits(changes, id_) or (password and is_short(password)):
            return False
        self.users[id_] |= changes
        self.passwords[id_] = password or self.passwords[id_]
        return True

    def get_user(self, user_id: int) -> Answer:
        return self.users.get(user_id)

    def get_user_by_name(self, username: str) -> Answer:
        return next(iter(self.of("users", username=username)), None)

    def get_all_users(self) -> Answer:
        return sorted(self.of("users"), key=lambda each: str(each["username"]))

    def enable_user(self, user_id: int) -> Answer:
        self.users.get(user_id, {}).update(is_active=1, nb_failed_login=0, lock_expiration_date=0)
        return user_id in self.users

    def disable_user(self, user_id: int) -> Answer:
        if user_id in self.users:
            self.users[user_id]["is_active"] = 0
            for project in self.of("projects", is_private=1, owner_id=user_id):
                project["is_active"] = 0
        return user_id in self.users

    def is_active_user(self, user_id: int) -> Answer:
        return bool(self.users.get(user_id, {}).get("is_active"))

    def remove_user(self, user_id: int) -> Answer:
        if user_id not in self.users:
            return False
        for project in self.of("projects", is_private=1):
            is_manager = self.members.get((project["id"], user_id)) == "project-manager"
            others = [each["id"] for each in self.people_of(project["id"]) if each["id"] != user_id]
            if is_manager and "project-manager" not in {self.role(project["id"], each) for each in others}:
                self.drop_project(project["id"])
        for kind, name in (("tasks", "owner_id"), ("subtasks", "user_id"), ("comments", "user_id")):
            for row in self.of(kind, **{name: user_id}):
                row[name] = 0
        self.members = {key: role for key, role in self.members.items() if key[1] != user_id}
        self.in_groups = {pair for pair in self.in_groups if pair[1] != user_id}
        self.timers = {key: since for key, since in self.timers.items() if key[1] != user_id}
        del self.users[user_id]
        return True

    # --- tokens of the application ------------------------------------------------------------------------------

    def create_token(
        self, name: str, expires: int = 0, projects: list[int] | None = None, read_only: bool | None = None
    ) -> Answer:
        allowed = sorted({*(projects or [])})
        if is_blank(name) or not {*allowed} <= {*self.projects}:
            return False
        row: Row = {"name": name, "expires": expires, "projects": allowed, "read_only": bool(read_only)}
        self.tokens[self.answered["id"]] = row | {"id": self.answered["id"], "date_creation": self.now}
        return {"id": self.answered["id"], "token": self.answered["token"]}

    def get_tokens(self) -> Answer:
        return self.of("tokens")

    def remove_token(self, token_id: int) -> Answer:
        return self.tokens.pop(token_id, None) is not None

    # --- members ------------------------------------------------------------------------------------------------

    def _titles(self, project_id: int, roles: set[str], *, is_active: bool, then_by: str) -> Row:
        people = [each for each in self.people_of(project_id) if self.role(project_id, each["id"]) in roles]
        users = [each for each in people if each["is_active"] or not is_active]
        users.sort(key=lambda user: (user["name"] or user["username"], user[then_by]))
        return {str(user["id"]): user["name"] or user["username"] for user in users}

    def get_project_users(self, project_id: int) -> Answer:
        return self._titles(project_id, PROJECT_ROLES, is_active=False, then_by="username")

    def get_assignable_users(self, project_id: int) -> Answer:
        return self._titles(project_id, ASSIGNABLE, is_active=True, then_by="id")

    def is_assignable(self, project_id: int, user_id: int) -> bool:
        """Return whether a user may own tasks of a project."""
        return str(user_id) in self.get_assignable_users(project_id)

    def get_project_user_role(self, project_id: int, user_id: int) -> Answer:
        return self.role(project_id, user_id)

    def add_project_user(self, project_id: int, user_id: int, role: str = "project-member") -> Answer:
        known = project_id in self.projects and user_id in self.users and role in PROJECT_ROLES
        if not known or (project_id, user_id) in self.members:
            return False
        self.members[project_id, user_id] = role
        return True

    def change_project_user_role(self, project_id: int, user_id: int, role: str) -> Answer:
        if role not in PROJECT_ROLES or (project_id, user_id) not in self.members:
            return False
        self.members[project_id, user_id] = role
        return True

    def remove_project_user(self, project_id: int, user_id: int) -> Answer:
        return self.members.pop((project_id, user_id), None) is not None

    # --- what a person asks of themselves -----------------------------------------------------------------------

    def may_call(self, user_id: int) -> bool:
        """Return whether a person can log in."""
        return bool(self.is_active_user(user_id))

    def refuse(self, user_id: int) -> None:
        """Follow a call of a person who cannot log in: it counts as a wrong password, unless they are locked."""
        user = self.users[user_id]
        if self.now < user["lock_expiration_date"]:
            return
        user["nb_failed_login"] += 1
        locks, left = divmod(user["nb_failed_login"], WRONG_PASSWORDS)
        if not left:
            user["lock_expiration_date"] = self.now + LOCKS[min(locks, len(LOCKS)) - 1]

    def workers(self, task_id: int) -> list[Row]:
        """Return the active users who may work in the project of a task."""
        project_id = self.tasks.get(task_id, {}).get("project_id", 0)
        users = (
            self.users[user_id]
            for (project, user_id), role in self.members.items()
            if project == project_id and role in ASSIGNABLE
        )
        return [user for user in users if user["is_active"]]

    def get_me(self) -> Answer:
        row = {name: value for name, value in self.users[self.caller].items() if not name.endswith("_admin")}
        return row | {name: bool(row[name]) for name in ("is_ldap_user", "twofactor_activated")}

    def change_my_password(self, old_password: str, new_password: str) -> Answer:
        if is_short(new_password) or old_password != self.passwords[self.caller]:
            return False
        self.passwords[self.caller] = new_password
        return True

    def _my_projects(self) -> list[Row]:
        mine = [each for each in self.of("projects") if self.role(each["id"], self.caller)]
        return sorted(mine, key=lambda each: str(each["name"]))

    def get_my_projects(self) -> Answer:
        return [self.project_row(each) for each in self.my_active_projects()]

    def my_active_projects(self) -> list[Row]:
        """Return the active projects in which the caller has a role."""
        return [each for each in self._my_projects() if each["is_active"]]

    def get_my_projects_list(self) -> Answer:
        return {str(each["id"]): each["name"] for each in self._my_projects()}

    def create_my_private_project(self, name: str, description: str | None = None) -> Answer:
        if is_blank(name):
            return False
        given: Row = {"description": description, "is_private": 1, "owner_id": self.caller}
        new_id = self._new_project(name, given)
        self.members[new_id, self.caller] = "project-manager"
        return new_id

    def named(self, row: Row, owner: str, prefix: str, *names: str) -> dict[str, Any]:
        """Return these properties of the user whom a row names, with a prefix; None if there is none."""
        return {f"{prefix}{name}": self.users.get(row[owner], {}).get(name) for name in names}
