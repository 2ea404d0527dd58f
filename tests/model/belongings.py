"""Metadata, files, comments and subtasks of tasks and projects (behaviour.md 4, 5; context.md 9, 10, 13)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import md5
from typing import TYPE_CHECKING, Any

from tests.model.links import Links
from tests.model.world import Row, folded, is_blank

if TYPE_CHECKING:
    from tests.model.boards import Answer

VISIBILITIES = {"app-user", "app-manager", "app-admin"}

IMAGES = (".png", ".jpg", ".jpeg", ".gif")

STATUS_NAMES = {0: "Todo", 1: "In progress", 2: "Done"}

DONE = 2


class Belongings(Links):
    """Answers like the procedures of these child entities."""

    # --- metadata -----------------------------------------------------------------------------------------------

    def get_task_metadata(self, task_id: int) -> Answer:
        return self.metadata.get(task_id, {})

    def get_task_metadata_by_name(self, task_id: int, name: str) -> Answer:
        return self.metadata.get(task_id, {}).get(name, "")

    def save_task_metadata(self, task_id: int, values: dict[str, str]) -> Answer:
        if task_id not in self.tasks:
            return False
        self.metadata[task_id] |= values
        return True

    def remove_task_metadata(self, task_id: int, name: str) -> Answer:
        return self.metadata.get(task_id, {}).pop(name, None) is not None

    def get_project_metadata(self, project_id: int) -> Answer:
        return self.project_metadata.get(project_id, {})

    def get_project_metadata_by_name(self, project_id: int, name: str) -> Answer:
        return self.project_metadata.get(project_id, {}).get(name, "")

    def save_project_metadata(self, project_id: int, values: dict[str, str]) -> Answer:
        if project_id not in self.projects:
            return False
        self.project_metadata.setdefault(project_id, {}).update(values)
        return True

    def remove_project_metadata(self, project_id: int, name: str) -> Answer:
        return self.project_metadata.get(project_id, {}).pop(name, None) is not None

    # --- files --------------------------------------------------------------------------------------------------

    def create_task_file(self, project_id: int, task_id: int, filename: str, blob: str) -> Answer:
        if not self.of("tasks", id=task_id, project_id=project_id) or not blob:
            return False
        self._add_file(self.answered, **self._new_file(filename, blob), task_id=task_id)
        return self.answered

    def _new_file(self, filename: str, blob: str) -> Row:
        return {"name": filename, "is_image": int(folded(filename).endswith(IMAGES)), "content": b64decode(blob)}

    def _add_file(self, new_id: int, **row: Any) -> None:
        self._keep_file("files", new_id, row, self.ask("getTaskFile", new_id)["path"])

    def _keep_file(self, kind: str, new_id: int, row: Row, path: str) -> None:
        assert path not in {each["path"] for each in self.of(kind)}
        more = {"path": path, "date": self.now, "user_id": self.caller, "size": len(row["content"])}
        self.add(kind, new_id, **row, **more, etag=md5(path.encode()).hexdigest())

    def _file_row(self, file: Row) -> Row:
        return {name: value for name, value in file.items() if name != "content"}

    def get_task_file(self, file_id: int) -> Answer:
        return self._file_row(self.files[file_id]) if file_id in self.files else None

    def get_all_task_files(self, task_id: int) -> Answer:
        files = sorted(self.of("files", task_id=task_id), key=lambda each: folded(each["name"]))
        return [self._file_row(each) | {"username": None, "user_name": None} for each in files]

    def download_task_file(self, file_id: int) -> Answer:
        return b64encode(self.files[file_id]["content"]).decode() if file_id in self.files else ""

    def remove_task_file(self, file_id: int) -> Answer:
        return self.files.pop(file_id, None) is not None

    def remove_all_task_files(self, task_id: int) -> Answer:
        for file in self.of("files", task_id=task_id):
            del self.files[file["id"]]
        return True

    # --- files of projects --------------------------------------------------------------------------------------

    def create_project_file(self, project_id: int, filename: str, blob: str) -> Answer:
        if project_id not in self.projects or not blob:
            return False
        row = self._new_file(filename, blob) | {"project_id": project_id}
        path = self.ask("getProjectFile", project_id, self.answered)["path"]
        self._keep_file("project_files", self.answered, row, path)
        return self.answered

    def _project_file(self, project_id: int, file_id: int) -> Row:
        """Return a file of a project; an empty row if it has no such file."""
        file = self.project_files.get(file_id, {})
        return file if file.get("project_id") == project_id else {}

    def get_project_file(self, project_id: int, file_id: int) -> Answer:
        return self._file_row(self._project_file(project_id, file_id)) or False

    def get_all_project_files(self, project_id: int) -> Answer:
        files = sorted(self.of("project_files", project_id=project_id), key=lambda each: folded(each["name"]))
        return [self._file_row(each) | {"username": None, "user_name": None} for each in files]

    def download_project_file(self, project_id: int, file_id: int) -> Answer:
        return b64encode(self._project_file(project_id, file_id).get("content", b"")).decode()

    def remove_project_file(self, project_id: int, file_id: int) -> Answer:
        if not self._project_file(project_id, file_id):
            return False
        del self.project_files[file_id]
        return True

    def remove_all_project_files(self, project_id: int) -> Answer:
        for file in self.of("project_files", project_id=project_id):
            del self.project_files[file["id"]]
        return True

    # --- comments -----------------------------------------------------------------------------------------------

    def create_comment(
        self, task_id: int, user_id: int, content: str, reference: str = "", visibility: str = "app-user"
    ) -> Answer:
        if task_id not in self.tasks or not content or visibility not in VISIBILITIES:
            return False
        row: Row = {"comment": content, "reference": reference, "visibility": visibility, "task_id": task_id}
        dates = {"date_creation": self.now, "date_modification": self.now}
        self.add("comments", self.answered, **row, **dates, user_id=self.user_or_nobody(user_id))
        return self.answered

    def _comment_row(self, comment: Row) -> Row:
        return comment | self.named(comment, "user_id", "", "username", "name", "email", "avatar_path")

    def get_comment(self, comment_id: int) -> Answer:
        return self._comment_row(self.comments[comment_id]) if comment_id in self.comments else None

    def get_all_comments(self, task_id: int) -> Answer:
        rows = map(self._comment_row, self.of("comments", task_id=task_id))
        return [{name: value for name, value in row.items() if name != "reference"} for row in rows]

    def update_comment(self, id_: int, content: str) -> Answer:
        if id_ not in self.comments or not content:
            return False
        self.comments[id_] |= {"comment": content, "date_modification": self.now}
        return True

    def remove_comment(self, comment_id: int) -> Answer:
        return self.comments.pop(comment_id, None) is not None

    # --- subtasks -----------------------------------------------------------------------------------------------

    def create_subtask(self, task_id: int, title: str, user_id: int = 0, **given: Any) -> Answer:
        """Append a subtask."""
        if task_id not in self.tasks or is_blank(title) or not self._may_do(task_id, user_id):
            return False
        last = max((each["position"] for each in self.of("subtasks", task_id=task_id)), default=0)
        row: Row = {"title": title, "status": 0, "time_estimated": 0, "time_spent": 0, **given}
        had = self._hours(task_id)
        self.add("subtasks", self.answered, task_id=task_id, user_id=user_id, position=last + 1, **row)
        self._sum_up(task_id, had)
        return self.answered

    def _may_do(self, task_id: int, user_id: int) -> bool:
        """Return whether a user can be assigned to a subtask of a task; 0 for nobody."""
        return user_id == 0 or self.is_assignable(self.tasks[task_id]["project_id"], user_id)

    def _hours(self, task_id: int) -> set[str]:
        """Return the names of the hours that some subtask of a task has."""
        names = ("time_estimated", "time_spent")
        return {name for name in names if any(each[name] for each in self.of("subtasks", task_id=task_id))}

    def _sum_up(self, task_id: int, had: set[str]) -> None:
        """Set a task's hours to the sums over its subtasks, if one has such hours, or had them before."""
        subtasks = self.of("subtasks", task_id=task_id)
        for name in had | self._hours(task_id):
            total = round(sum(each[name] for each in subtasks), 6)
            self.tasks[task_id][name] = total if subtasks else None

    def get_subtask(self, subtask_id: int) -> Answer:
        return self.subtasks.get(subtask_id)

    def get_all_subtasks(self, task_id: int) -> Answer:
        rows = sorted(self.of("subtasks", task_id=task_id), key=lambda each: int(each["position"]))
        return [self.listed_subtask(each) for each in rows]

    def listed_subtask(self, subtask: Row) -> Row:
        """Return a subtask as in lists, with the caller's own timer."""
        since = self.timers.get((subtask["id"], self.caller), 0)
        more = {"timer_start_date": since, "is_timer_started": bool(since)}
        names = self.named(subtask, "user_id", "", "username", "name")
        return subtask | names | more | {"status_name": STATUS_NAMES.get(subtask["status"])}

    def update_subtask(self, id_: int, task_id: int, **given: Any) -> Answer:
        """Change the given properties."""
        subtask = self.subtasks.get(id_)
        may_do = self._may_do(task_id, given.get("user_id", 0))
        if subtask is None or subtask["task_id"] != task_id or is_blank(given.get("title", "x")) or not may_do:
            return False
        had = self._hours(task_id)
        subtask |= given
        if given.get("status") == DONE:
            self._stop_timers(id_)
        self._sum_up(task_id, had)
        return True

    def _stop_timers(self, subtask_id: int) -> None:
        for each, user_id in [*self.timers]:
            if each == subtask_id:
                self._stop_timer(subtask_id, user_id)

    def _stop_timer(self, subtask_id: int, user_id: int) -> None:
        subtask, ran = self.subtasks[subtask_id], self._running(subtask_id, user_id)
        subtask["time_spent"] = round(subtask["time_spent"] + ran, 6)
        self.spent[subtask_id, user_id] = self.spent.get((subtask_id, user_id), 0) + ran
        del self.timers[subtask_id, user_id]

    def complete_subtasks(self, task_id: int) -> None:
        """Make all subtasks of a task done, and stop their timers."""
        had = self._hours(task_id)
        for subtask in self.of("subtasks", task_id=task_id):
            self._stop_timers(subtask["id"])
            subtask["status"] = DONE
        self._sum_up(task_id, had)

    def remove_subtask(self, subtask_id: int) -> Answer:
        if subtask_id not in self.subtasks:
            return False
        task_id = self.subtasks[subtask_id]["task_id"]
        had = self._hours(task_id)
        del self.subtasks[subtask_id]
        self._sum_up(task_id, had)
        return True

    def has_subtask_timer(self, subtask_id: int, user_id: int) -> Answer:
        return subtask_id in self.subtasks and (subtask_id, user_id) in self.timers

    def set_subtask_start_time(self, subtask_id: int, user_id: int) -> Answer:
        known = subtask_id in self.subtasks and user_id in self.users
        if not known or (subtask_id, user_id) in self.timers:
            return False
        self.timers[subtask_id, user_id] = self.now
        return True

    def set_subtask_end_time(self, subtask_id: int, user_id: int) -> Answer:
        if not self.has_subtask_timer(subtask_id, user_id):
            return False
        task_id = self.subtasks[subtask_id]["task_id"]
        had = self._hours(task_id)
        self._stop_timer(subtask_id, user_id)
        self._sum_up(task_id, had)
        return True

    def _running(self, subtask_id: int, user_id: int) -> float:
        return round((self.now - self.timers.get((subtask_id, user_id), self.now)) / 3600, 2)

    def get_subtask_time_spent(self, subtask_id: int, user_id: int) -> Answer:
        if subtask_id not in self.subtasks or user_id not in self.users:
            return 0
        return round(self.spent.get((subtask_id, user_id), 0) + self._running(subtask_id, user_id), 6)

    # --- copies -------------------------------------------------------------------------------------------------

    def copy_belongings(self, kind: str, task_id: int, copy_id: int) -> None:
        """Copy the child entities of a kind; the application decides the ids of the copies, in their order."""
        listed = {"subtasks": "getAllSubtasks", "external_links": "getAllExternalTaskLinks", "files": "getAllTaskFiles"}
        originals = self.of(kind, task_id=task_id)
        ids = sorted(row["id"] for row in self.ask(listed[kind], copy_id))
        for new_id, original in zip(ids, originals, strict=True):
            row = original | {"task_id": copy_id}
            del row["id"]
            self._copy_one(kind, new_id, row)

    def _copy_one(self, kind: str, new_id: int, row: Row) -> None:
        if kind == "files":
            self._add_file(new_id, **{name: row[name] for name in ("name", "task_id", "is_image", "content")})
        elif kind == "subtasks":
            self.add(kind, new_id, **row | {"status": 0, "time_spent": 0})
        else:
            self.add(kind, new_id, **row | {"date_creation": self.now, "date_modification": self.now})
