"""`--verify`: compares every field of all imported rows in the database with our API.

The API is called in this process on the data of the stack. Data that it does not return is read from the stores: the
hashes of passwords and the contents of files. If Lambdaboard has a number or a string, null in the database is 0 or "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import func, select

from importer import models
from importer.activity import oldest, title_of
from importer.models import Row
from importer.source import row_name
from lambdaboard.domain import passwords
from lambdaboard.domain.event import EventName
from lambdaboard.errors import NotFound
from lambdaboard.store.parallel import gather_map, in_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from importer.api import Api
    from importer.contents import Folder
    from importer.source import Source
    from lambdaboard.store.files import FileRecord
    from lambdaboard.store.stores import Stores

TASKS_AT_ONCE = 25
"""The number of tasks whose calls are one batch."""

ACTIVITY_AT_ONCE = 200
"""Rows of a page of activity."""

LISTED_AT_ONCE = 100
"""The limit of tasks of one list: each may have 190 KB."""

R = TypeVar("R", bound=Row)

Fields = Mapping[str, Any]

Read = Mapping[type[Row], Mapping[int, list[Any]]]
"""The rows of some tasks, by table and task."""


class Verification:
    """Compares, and reports each difference.

    Args:
        source: the database.
        folder: the contents of files.
        api: our API.
        stores: for data that the API does not return.
        advance: called with the number of rows of a table that were compared, for a progress bar.
    """

    def __init__(
        self, source: Source, folder: Folder, api: Api, stores: Stores, advance: Callable[[str, int], None]
    ) -> None:
        self._source = source
        self._report = source.report
        self._report.refused_as = "difference"
        self._folder = folder
        self._api = api
        self._stores = stores
        self._advance = advance
        self._positions: dict[int, int] = {}
        self._types: dict[str, int] = {}

    def run(self) -> int:
        """Compare everything; return the number of differences."""
        self._rows(models.LinkTypeRow, self._source.rows(models.LinkTypeRow), self._api("getAllLinks"))
        self._users()
        projects = self._projects()
        self._rows(models.TagRow, self._source.rows(models.TagRow), self._api("getAllTags"))
        self._members(projects)
        self._groups(projects)
        self._actions(projects)
        self._activity(projects)
        self._task_numbers(projects)
        self._positions = self._counted_positions()
        self._types = {row.label: row.id for row in self._source.rows(models.LinkTypeRow)}
        for page, _ in self._source.pages(models.TaskRow):
            # the database is read by one thread, our API by several
            comparisons = [*self._lists(page), *(self._tasks(part) for part in in_parts(page, TASKS_AT_ONCE))]
            gather_map(lambda compare: compare(), comparisons)
        return self._report.kinds["difference"]

    # --- comparing ----------------------------------------------------------------------------------------------

    def _same(self, model: type[Row], name: str, expected: Fields, actual: Fields | None) -> None:
        """Compare the fields of a row; None: it does not exist."""
        self._report.count(model.table, 1)
        self._advance(model.table, 1)
        if actual is None:
            self._report.add("difference", model.table, name, "", "is missing")
            return
        self._fields(model, name, expected, actual)

    def _fields(self, model: type[Row], name: str, expected: Fields, actual: Fields) -> None:
        for field, value in expected.items():
            if field not in actual or actual[field] != value:
                found = shown(actual[field]) if field in actual else "nothing"
                self._report.add(
                    "difference", model.table, name, field, f"{shown(value)} in the database, {found} in the API"
                )

    def _rows(
        self, model: type[Row], rows: Iterable[Row], answer: Iterable[Fields], without: frozenset[str] = frozenset()
    ) -> None:
        """Compare rows that have an id on both sides; one that exists only in the API is a difference, too."""
        actual = {int(each["id"]): each for each in answer}
        for row in rows:
            values = row.model_dump(exclude=set(without))
            self._same(model, row_name(model, row), values, actual.pop(values["id"], None))
        self._unexpected(model, actual)

    def _unexpected(self, model: type[Row], names: Iterable[object]) -> None:
        for name in names:
            self._report.add("difference", model.table, name, "", "is not in the database")

    def _of_each(self, method: str, name: str, ids: Iterable[int]) -> list[Any]:
        """Return the results of a procedure for each of some ids, in its parameter `name`."""
        return self._api.all([(method, {name: each}) for each in ids])

    # --- small tables -------------------------------------------------------------------------------------------

    def _users(self) -> None:
        rows = [*self._source.rows(models.UserRow)]
        elsewhere = frozenset({"password", "is_ldap_user", "twofactor_activated"})
        self._rows(models.UserRow, rows, self._api("getAllUsers"), elsewhere)
        stored = {each.user.id: each.user.password for each in self._stores.users.all()}
        for row in rows:
            if passwords.is_importable(row.password) and stored.get(row.id) != row.password:
                self._report.add("difference", row.table, row.id, "password", "another hash is stored")

    def _projects(self) -> list[int]:
        rows = [*self._source.rows(models.ProjectRow)]
        self._rows(models.ProjectRow, rows, self._api("getAllProjects"))
        projects = [row.id for row in rows]
        for model, method in (
            (models.ColumnRow, "getColumns"),
            (models.SwimlaneRow, "getAllSwimlanes"),
            (models.CategoryRow, "getAllCategories"),
        ):
            answers = self._of_each(method, "project_id", projects)
            self._rows(model, self._source.rows(model), chain.from_iterable(answers))
        self._project_belongings(projects)
        return projects

    def _project_belongings(self, projects: Sequence[int]) -> None:
        """Compare the metadata and the files of projects."""
        values = _by(self._source.rows(models.ProjectMetadataRow), "project_id")
        answers = self._api.all([("getProjectMetadata", {"project_id": each}) for each in projects])
        for project_id, metadata in zip(projects, answers, strict=True):
            expected = {each.name: each.value for each in values.pop(project_id, [])}
            self._named(models.ProjectMetadataRow, project_id, expected, metadata or {})
        files = [*self._source.rows(models.ProjectFileRow)]
        answers = self._api.all([("getAllProjectFiles", {"project_id": each}) for each in projects])
        self._rows(models.ProjectFileRow, files, [each for answer in answers for each in answer], PATH)
        for row in files:
            self._compare_content(row, self._stores.project_files.of(row.project_id))

    def _members(self, projects: Sequence[int]) -> None:
        """Compare people's own roles; further ones are found by the stores, since the API adds members by groups."""
        members = {(each, user_id) for each in projects for user_id, _ in self._stores.users.roles_in(each)}
        rows = [*self._source.rows(models.MemberRow)]
        roles = self._api.all(
            [("getProjectUserRole", {"project_id": row.project_id, "user_id": row.user_id}) for row in rows]
        )
        for row, role in zip(rows, roles, strict=True):
            is_member = (row.project_id, row.user_id) in members
            self._same(
                models.MemberRow, row_name(type(row), row), {"role": row.role}, {"role": role} if is_member else None
            )
        alone = members - {(row.project_id, row.user_id) for row in rows}
        self._unexpected(models.MemberRow, ("/".join(map(str, each)) for each in alone))

    def _groups(self, projects: Sequence[int]) -> None:
        """Compare groups, their members, and their roles, which are read from the stores: no procedure returns them."""
        rows = [*self._source.rows(models.GroupRow)]
        self._rows(models.GroupRow, rows, self._api("getAllGroups"))
        answers = self._of_each("getGroupMembers", "group_id", [row.id for row in rows])
        members = {f"{row.id}/{each['id']}": 0 for row, found in zip(rows, answers, strict=True) for each in found}
        self._names(models.GroupMemberRow, members, lambda _: 0)
        self._names(models.ProjectGroupRow, self._group_roles(projects), lambda row: row.role)

    def _group_roles(self, projects: Sequence[int]) -> dict[str, str]:
        """Return the roles of groups by `group/project`."""
        stored = self._stores.projects.get_many(projects)
        return {f"{group}/{id_}": role for id_, each in stored.items() for group, role in each.project.groups.items()}

    def _names(self, model: type[R], actual: dict[str, Any], value: Callable[[R], Any]) -> None:
        """Compare rows that have no id of their own, by their keys."""
        for row in self._source.rows(model):
            name = row_name(model, row)
            self._same(model, name, {"role": value(row)}, {"role": actual.pop(name)} if name in actual else None)
        self._unexpected(model, actual)

    def _actions(self, projects: Sequence[int]) -> None:
        """Compare automatic actions and their parameters."""
        answers = self._of_each("getActions", "project_id", projects)
        actions = {each["id"]: each for each in chain.from_iterable(answers)}
        self._rows(models.ActionRow, self._source.rows(models.ActionRow), actions.values())
        params = _by(self._source.rows(models.ActionParamRow), "action_id")
        for action_id in actions.keys() | params.keys():
            expected = {each.name: each.value for each in params.get(action_id, [])}
            self._named(models.ActionParamRow, action_id, expected, actions.get(action_id, {}).get("params") or {})

    def _activity(self, projects: Sequence[int]) -> None:
        """Compare the rows of activity that are kept, page by page from the newest; `task` by its title."""
        self._compared: set[int] = set()
        for project_id in projects:
            for rows in self._told(project_id):
                wanted = {row.id: row for row in self._source.among(models.ActivityRow, "id", [*rows])}
                for id_, row in wanted.items():
                    expected = row.model_dump(exclude={"data"}) | {"title": title_of(row)}
                    self._same(
                        models.ActivityRow, str(id_), expected, {**rows[id_], "title": rows[id_]["task"]["title"]}
                    )
                self._unexpected(models.ActivityRow, rows.keys() - wanted.keys())
                self._compared |= wanted.keys()
        for row in self._source.rows(models.ActivityRow):
            if row.id not in self._compared and row.date_creation >= oldest() and row.event_name in {*EventName}:
                self._same(models.ActivityRow, str(row.id), {}, None)

    def _told(self, project_id: int) -> Iterator[dict[int, Fields]]:
        before = 0
        while True:
            rows = self._api("getProjectActivity", project_id=project_id, limit=ACTIVITY_AT_ONCE, before_id=before)
            if rows:
                yield {row["id"]: row for row in rows}
            if len(rows) < ACTIVITY_AT_ONCE:
                return
            before = rows[-1]["id"]

    def _task_numbers(self, projects: Sequence[int]) -> None:
        """Compare the number of tasks of each project, which finds tasks that exist only in the API."""
        tasks = self._source.table(models.TaskRow)
        counted = select(tasks.c.project_id, func.count().label("tasks")).group_by(tasks.c.project_id)
        expected = {each["project_id"]: each["tasks"] for each in self._source.mappings(counted)}
        for project_id in projects:
            there = sum(1 for _ in self._stores.task_index.lane_keys(project_id))
            if there != expected.get(project_id, 0):
                text = f"{expected.get(project_id, 0)} tasks in the database, {there} in the table"
                self._report.add("difference", models.ProjectRow.table, project_id, "", text)

    def _counted_positions(self) -> dict[int, int]:
        """Return the positions of tasks: 1..n among the open ones of a lane; of a closed one, as if it were open.

        One number per task is in memory, since no query returns them page by page.
        """
        tasks = self._source.table(models.TaskRow)
        lane = [tasks.c[name] for name in ("project_id", "swimlane_id", "column_id")]
        by = [*lane, func.coalesce(tasks.c.position, 0), tasks.c.id]
        found: dict[int, int] = {}
        current, counted = None, 0
        for task_id, is_active, *own in self._source.stream(select(tasks.c.id, tasks.c.is_active, *lane).order_by(*by)):
            current, counted = (own, counted) if own == current else (own, 0)
            found[task_id] = counted + 1
            counted += bool(is_active)
        return found

    # --- tasks --------------------------------------------------------------------------------------------------

    def _lists(self, page: Sequence[models.TaskRow]) -> Iterator[Callable[[], None]]:
        """Yield functions that compare tasks with the lists of their projects: all tasks after an id."""
        lists: defaultdict[tuple[int, int], list[models.TaskRow]] = defaultdict(list)
        for row in page:
            lists[row.project_id, row.is_active].append(row)
        for (project_id, status_id), rows in lists.items():
            for part in in_parts(rows, LISTED_AT_ONCE):
                yield partial(self._compare_list, part, {"project_id": project_id, "status_id": status_id})

    def _compare_list(self, rows: Sequence[models.TaskRow], of: dict[str, int]) -> None:
        answer = self._api("getAllTasks", **of, limit=len(rows), after_id=rows[0].id - 1)
        found = {task["id"]: task for task in answer or []}
        for row in rows:
            values = row.model_dump() | {"position": self._positions[row.id]}
            self._same(models.TaskRow, str(row.id), values, found.get(row.id))

    def _tasks(self, page: Sequence[models.TaskRow]) -> Callable[[], None]:
        """Read the child entities of some tasks; return a function that compares them with the API."""
        ids = [row.id for row in page]
        read = {model: _by(self._source.among(model, "task_id", ids), "task_id") for model in OF_A_TASK}
        subtasks = [row.id for row in _all_of(read, models.SubtaskRow)]
        timers = self._source.among(models.TimerRow, "subtask_id", subtasks)
        names = self._tag_names([row.tag_id for row in _all_of(read, models.TaskTagRow)])

        def compare() -> None:
            self._compare_belongings(ids, read, names)
            self._compare_references(read)
            self._compare_timers(timers)
            for row in _all_of(read, models.TaskFileRow):
                self._compare_content(row, self._stores.files.of(row.task_id))

        return compare

    def _compare_belongings(self, ids: Sequence[int], read: Read, names: Mapping[int, str]) -> None:
        answers = iter(self._api.all([(method, {"task_id": each}) for each in ids for method in METHODS]))
        for task_id in ids:
            tags, metadata, links, *lists = (next(answers) for _ in METHODS)
            expected = {str(each.tag_id): names.get(each.tag_id) for each in read[models.TaskTagRow].get(task_id, [])}
            self._named(models.TaskTagRow, task_id, expected, tags or {})
            values = {each.name: each.value for each in read[models.TaskMetadataRow].get(task_id, [])}
            self._named(models.TaskMetadataRow, task_id, values, metadata or {})
            self._compare_links(read[models.TaskLinkRow].get(task_id, []), links)
            for model, answer in zip(LISTS, lists, strict=True):
                self._rows(model, read[model].get(task_id, []), answer, UNTOLD.get(model, frozenset()))

    def _compare_links(self, rows: Sequence[models.TaskLinkRow], answer: Sequence[Fields]) -> None:
        """Compare the links of a task: a list has the other task, and the type by its label."""
        actual = {
            each["id"]: {"opposite_task_id": each["task_id"], "link_id": self._types.get(each["label"])}
            for each in answer
        }
        for row in rows:
            expected = row.model_dump(include={"opposite_task_id", "link_id"})
            self._same(models.TaskLinkRow, str(row.id), expected, actual.pop(row.id, None))
        self._unexpected(models.TaskLinkRow, actual)

    def _compare_references(self, read: Read) -> None:
        """Compare the comments that have a reference: a list of comments does not have it."""
        rows = [row for row in _all_of(read, models.CommentRow) if row.reference]
        answers = self._of_each("getComment", "comment_id", [row.id for row in rows])
        for row, answer in zip(rows, answers, strict=True):
            self._same(models.CommentRow, str(row.id), {"reference": row.reference}, answer)

    def _named(self, model: type[Row], parent_id: int, expected: Fields, actual: Fields) -> None:
        """Compare the named values of a task or a project."""
        for name, value in expected.items():
            found = {"value": actual[name]} if name in actual else None
            self._same(model, f"{parent_id}/{name}", {"value": value}, found)
        self._unexpected(model, (f"{parent_id}/{name}" for name in actual.keys() - expected.keys()))

    def _compare_timers(self, rows: Sequence[models.TimerRow]) -> None:
        """Compare by user whether a timer runs on a subtask, and the hours of stopped ones."""
        pairs = defaultdict(list)
        for row in rows:
            pairs[row.subtask_id, row.user_id].append(row)
        params = [{"subtask_id": subtask_id, "user_id": user_id} for subtask_id, user_id in pairs]
        runs = self._api.all([("hasSubtaskTimer", each) for each in params])
        spent = self._api.all([("getSubtaskTimeSpent", each) for each in params])
        for (pair, found), is_running, hours in zip(pairs.items(), runs, spent, strict=True):
            expected: dict[str, Any] = {"is_running": any(row.end == 0 and row.start for row in found)}
            if not expected["is_running"]:
                expected["time_spent"] = round(sum(row.time_spent for row in found), 2)
            actual = {"is_running": is_running, "time_spent": round(hours, 2)}
            self._same(models.TimerRow, "/".join(map(str, pair)), expected, actual)

    def _compare_content(self, row: models.TaskFileRow | models.ProjectFileRow, records: Iterable[FileRecord]) -> None:
        found = self._folder.find(row, self._report)
        if found is None:
            return
        _, content = found
        record = next((each for each in records if each.id == row.id), None)
        digest = sha256()
        try:
            for chunk in self._stores.blobs.chunks(record.path if record else ""):
                digest.update(chunk)
        except NotFound:
            self._report.add("difference", row.table, row.id, "content", "is missing in the bucket")
            return
        if digest.hexdigest() != content.sha256:
            self._report.add("difference", row.table, row.id, "content", "differs in the bucket")

    def _tag_names(self, tags: Sequence[int]) -> dict[int, str]:
        return {row.id: row.name for row in self._source.among(models.TagRow, "id", sorted({*tags}))}


METHODS = (
    "getTaskTags",
    "getTaskMetadata",
    "getAllTaskLinks",
    "getAllComments",
    "getAllSubtasks",
    "getAllExternalTaskLinks",
    "getAllTaskFiles",
)
"""The procedures that are called for each task."""

LISTS: tuple[type[Any], ...] = (models.CommentRow, models.SubtaskRow, models.ExternalLinkRow, models.TaskFileRow)
"""The tables of the last of these procedures, in their order."""

OF_A_TASK: tuple[type[Any], ...] = (*LISTS, models.TaskTagRow, models.TaskMetadataRow, models.TaskLinkRow)

PATH = frozenset({"path"})

UNTOLD: dict[type[Row], frozenset[str]] = {
    models.CommentRow: frozenset({"reference"}),
    models.TaskFileRow: PATH,
}
"""Properties that are not in a list: references are compared one by one; the path of a content is our own."""


def _all_of(read: Read, model: type[Row]) -> Iterator[Any]:
    """Yield the rows of a table, of all tasks."""
    return chain.from_iterable(read[model].values())


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    """Return rows by one of their columns."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def shown(value: object) -> str:
    """Return a value in the form for reports: without text from users."""
    return f"a text of {len(value)} characters" if isinstance(value, str) else repr(value)
