"""Calls by the PyPI package `kanboard-sdk`; `run` sets address, format and caller (see `common`)."""

import base64
from datetime import datetime
from typing import Any

import kanboard  # type: ignore[import-not-found]  # it is not installed in this project's environment
from tests.clients.common import IS_PERSON, LOGIN, PASSWORD, URL, WIRE, on_board, same

CONTENT = bytes(range(255, -1, -1)) * 1_000
# The error for a removed thing: for a person it is the same as for a thing of others.
GONE = kanboard.KanboardAuthError if IS_PERSON else kanboard.KanboardNotFoundError


def client(secret: str) -> Any:
    """Return a client in the mode for the caller."""
    if IS_PERSON:
        return kanboard.KanboardClient(URL, auth_mode="user", username=LOGIN, password=secret)
    return kanboard.KanboardClient(URL, secret)


def raises(kind: type[Exception], call: Any, *arguments: Any) -> None:
    """Check an error in the form of the package."""
    try:
        result = call(*arguments)
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected, not {result!r:.300}")


def make_project(kb: Any) -> tuple[int, list[int]]:
    """Make a project; return its id and those of its columns."""
    project_id: int = kb.projects.create_project(name="Fenêtre", description="with kanboard-sdk")
    project = kb.projects.get_project_by_id(project_id)
    same((project.id, project.name, project.is_active), (project_id, "Fenêtre", True))
    columns = kb.columns.get_columns(project_id)
    same([column.title for column in columns], ["Backlog", "Ready", "Work in progress", "Done"])
    return project_id, [column.id for column in columns]


def make_tasks(kb: Any, project_id: int, columns: list[int]) -> list[int]:
    """Make three tasks; change one and read it back, and all of them in one batch."""
    titles = ["Vitre", "Cadre", "Poignée"]
    tasks = [kb.tasks.create_task(title, project_id, tags=["été"], date_due="2030-01-15 10:30") for title in titles]
    same(kb.tasks.update_task(tasks[0], color_id="red", score=3, reference="F-1"), True)
    task = kb.tasks.get_task(tasks[0])
    same((task.title, task.color_id, task.score, task.column_id), ("Vitre", "red", 3, columns[0]))
    same((task.position, task.is_active, task.date_completed), (1, True, None))
    same(task.date_due, datetime.fromtimestamp(1_894_703_400))  # noqa: DTZ006 - the same conversion as in the package
    same(kb.tasks.get_task_by_reference(project_id, "F-1"), task)
    same(list(kb.tags.get_task_tags(tasks[0]).values()), ["été"])
    same([row["title"] for row in kb.batch([("getTask", {"task_id": task_id}) for task_id in tasks])], titles)
    return tasks


def move(kb: Any, project_id: int, tasks: list[int], columns: list[int]) -> None:
    """Move tasks within a column and to another one."""
    [lane] = kb.swimlanes.get_active_swimlanes(project_id)
    same(kb.tasks.move_task_position(project_id, tasks[2], columns[0], 1, lane.id), True)
    same(kb.tasks.move_task_position(project_id, tasks[0], columns[3], 1, lane.id), True)
    places = {task.id: (task.column_id, task.position) for task in kb.tasks.get_all_tasks(project_id)}
    same(places, {tasks[0]: (columns[3], 1), tasks[2]: (columns[0], 1), tasks[1]: (columns[0], 2)})
    board = on_board(kb.board.get_board(project_id))
    same(board, {columns[0]: [tasks[2], tasks[1]], columns[1]: [], columns[2]: [], columns[3]: [tasks[0]]})


def keep_metadata(kb: Any, task_id: int) -> None:
    """Save, read and remove metadata; the package shows the list of the documented format as empty."""
    metadata = kb.task_metadata
    same(metadata.get_task_metadata(task_id), {})
    same(metadata.save_task_metadata(task_id, {"clé": "valeur", "n": 5}), True)
    same(metadata.get_task_metadata(task_id), {"clé": "valeur", "n": "5"} if WIRE == "native" else {})
    same(metadata.get_task_metadata_by_name(task_id, "clé"), "valeur")
    same(metadata.remove_task_metadata(task_id, "clé"), True)
    same(metadata.get_task_metadata(task_id), {"n": "5"} if WIRE == "native" else {})


def keep_file(kb: Any, project_id: int, task_id: int) -> None:
    """Attach a binary file, list it, download it, remove it."""
    files = kb.task_files
    file_id = files.create_task_file(project_id, task_id, "reçu.bin", base64.b64encode(CONTENT).decode())
    [listed] = files.get_all_task_files(task_id)
    same((listed.id, listed.name, listed.size, listed.is_image), (file_id, "reçu.bin", len(CONTENT), False))
    same(files.get_task_file(file_id).path, listed.path)
    same(base64.b64decode(files.download_task_file(file_id)), CONTENT)
    same(files.remove_all_task_files(task_id), True)
    same(files.get_all_task_files(task_id), [])
    raises(GONE, files.get_task_file, file_id)


def search(kb: Any, project_id: int, tasks: list[int]) -> None:
    """Find tasks by words and status."""
    same(kb.tasks.close_task(tasks[0]), True)
    same([task.title for task in kb.tasks.search_tasks(project_id, "poignée")], ["Poignée"])
    [closed] = kb.tasks.search_tasks(project_id, "status:closed")
    same((closed.id, closed.is_active, closed.date_completed is None), (tasks[0], False, False))
    same([task.id for task in kb.tasks.get_all_tasks(project_id, status_id=0)], [tasks[0]])
    same(kb.tasks.open_task(tasks[0]), True)
    same(kb.tasks.get_task(tasks[0]).date_completed, None)


def copy(kb: Any, tasks: list[int]) -> None:
    """Copy a task to another project, move one there, remove it."""
    target = kb.projects.create_project("Atelier")
    copy_id = kb.tasks.duplicate_task_to_project(tasks[0], target)
    same(kb.tasks.get_task(copy_id).title, "Vitre")
    same(kb.tasks.move_task_to_project(tasks[1], target), True)
    same([task.title for task in kb.tasks.get_all_tasks(target)], ["Cadre", "Vitre"])
    same(kb.tasks.remove_task(tasks[1]), True)
    raises(GONE, kb.tasks.get_task, tasks[1])


def be_a_person(kb: Any, project_id: int) -> None:
    """Read the caller's own data, create a private project, check forbidden calls."""
    me = kb.me.get_me()
    same((me.username, me.role, me.is_active), (LOGIN, "app-manager", True))
    private_id = kb.me.create_my_private_project("Secret")
    mine = {int(project["id"]): bool(int(project["is_private"])) for project in kb.me.get_my_projects()}
    same((mine[project_id], mine[private_id]), (False, True))
    task_id = kb.tasks.create_task("La mienne", private_id, owner_id=me.id)
    kb.tasks.create_task("À personne", private_id)
    same([task.id for task in kb.tasks.search_tasks(private_id, "assignee:me")], [task_id])
    raises(kanboard.KanboardAuthError, kb.users.get_all_users)


def fail(kb: Any, project_id: int) -> None:
    """Check errors in the form of the package."""
    raises(kanboard.KanboardAPIError, kb.tasks.create_task, "", project_id)
    raises(kanboard.KanboardAPIError, kb.call, "noSuchProcedure")
    with client("wrong") as stranger:
        raises(kanboard.KanboardAuthError, stranger.application.get_version)


def main() -> None:
    """Run all steps."""
    with client(PASSWORD) as kb:
        project_id, columns = make_project(kb)
        tasks = make_tasks(kb, project_id, columns)
        move(kb, project_id, tasks, columns)
        keep_metadata(kb, tasks[0])
        keep_file(kb, project_id, tasks[0])
        search(kb, project_id, tasks)
        copy(kb, tasks)
        if IS_PERSON:
            be_a_person(kb, project_id)
        else:
            raises(kanboard.KanboardAuthError, kb.call, "getMe")
        fail(kb, project_id)


if __name__ == "__main__":
    main()
