"""Calls by the PyPI package `kanboard`; `run` sets address, format and caller (see `common`)."""

import asyncio
import base64
from typing import Any

import kanboard  # type: ignore[import-not-found]  # it is not installed in this project's environment
from tests.clients.common import IS_PERSON, LOGIN, PASSWORD, URL, WIRE, number, on_board, same

CONTENT = bytes(range(256)) * 1_000


def refuses(call: Any, **arguments: Any) -> str:
    """Return the message of an error."""
    try:
        result = call(**arguments)
    except kanboard.ClientError as error:
        return str(error)
    raise AssertionError(f"an error was expected, not {result!r:.300}")


def make_project(kb: Any) -> tuple[int, list[int]]:
    """Make a project; return its id and those of its columns."""
    project_id = kb.create_project(name="Käse & <b>Brot</b>", description="with kanboard")
    project = kb.get_project_by_id(project_id=project_id)
    same((project["id"], project["name"]), (number(project_id), "Käse & <b>Brot</b>"))
    columns = kb.get_columns(project_id=project_id)
    same([column["title"] for column in columns], ["Backlog", "Ready", "Work in progress", "Done"])
    return project_id, [int(column["id"]) for column in columns]


def make_task(kb: Any, project_id: int, columns: list[int]) -> int:
    """Make a task with many properties, change it, read it back."""
    task_id: int = kb.create_task(
        project_id=project_id,
        title="Zaun streichen 🎨",
        column_id=columns[0],
        color_id="green",
        date_due="2030-01-15 10:30",
        description="* grün\n* oder rot",
        score=5,
        reference="GARTEN-1",
        tags=["garten", "größer"],
        time_estimated=1.5,
    )
    same(kb.update_task(id=task_id, priority=2, score=8), True)
    task = kb.get_task(task_id=task_id)
    same(task["title"], "Zaun streichen 🎨")
    same(task["description"], "* grün\n* oder rot")
    same(task["color"]["name"], "Green")
    same((task["id"], task["score"], task["priority"]), (number(task_id), number(8), number(2)))
    same((task["date_due"], task["column_id"]), (number(1_894_703_400), number(columns[0])))
    same((float(task["time_estimated"]), task["recurrence_child"]), (1.5, None))
    same(sorted(kb.get_task_tags(task_id=task_id).values()), ["garten", "größer"])
    same(kb.get_task_by_reference(project_id=project_id, reference="GARTEN-1"), task)
    return task_id


async def make_many(project_id: int, column_id: int) -> list[int]:
    """Create tasks in parallel, with the package's functions."""
    kb = kanboard.Client(URL, LOGIN, PASSWORD)
    calls = (kb.create_task_async(project_id=project_id, column_id=column_id, title=f"Pfosten {n}") for n in range(8))
    return list(await asyncio.gather(*calls))


def move(kb: Any, project_id: int, task_id: int, columns: list[int]) -> None:
    """Move a task among others; each column counts from 1 without gaps."""
    many = asyncio.run(make_many(project_id, columns[1]))
    before = on_board(kb.get_board(project_id=project_id))[columns[1]]
    same(sorted(before), sorted(many))
    lane = int(kb.get_active_swimlanes(project_id=project_id)[0]["id"])
    place = {"project_id": project_id, "task_id": task_id, "column_id": columns[1], "swimlane_id": lane}
    same(kb.move_task_position(**place, position=3), True)
    same(kb.move_task_position(**place, position=3), False)
    tasks = kb.get_all_tasks(project_id=project_id, status_id=1)
    same({int(task["id"]) for task in tasks}, {task_id, *many})
    same(sorted(int(task["position"]) for task in tasks), list(range(1, 10)))
    same([task["position"] for task in tasks if task["id"] == number(task_id)], [number(3)])
    board = kb.get_board(project_id=project_id)
    shown = [*before[:2], task_id, *before[2:]]
    same(on_board(board), {column_id: shown if column_id == columns[1] else [] for column_id in columns})


def keep_metadata(kb: Any, task_id: int) -> None:
    """Save, read and remove metadata."""
    values = {"Prüfer": "Jürgen", "5": "fünf", "text": 'two\nlines "quoted"', "number": "7"}
    same(kb.save_task_metadata(task_id=task_id, values=values), True)
    same(kb.get_task_metadata(task_id=task_id), [values] if WIRE == "documented" else values)
    same(kb.get_task_metadata_by_name(task_id=task_id, name="Prüfer"), "Jürgen")
    same(kb.remove_task_metadata(task_id=task_id, name="5"), True)
    same(kb.get_task_metadata_by_name(task_id=task_id, name="5"), "")


def keep_file(kb: Any, project_id: int, task_id: int) -> None:
    """Attach a binary file, list it, download it, remove it."""
    blob = base64.b64encode(CONTENT).decode()
    file_id = kb.create_task_file(project_id=project_id, task_id=task_id, filename="Größe.png", blob=blob)
    [listed] = kb.get_all_task_files(task_id=task_id)
    same((listed["id"], listed["name"], listed["size"]), (number(file_id), "Größe.png", number(len(CONTENT))))
    same(kb.get_task_file(file_id=file_id)["is_image"], number(1))
    same(base64.b64decode(kb.download_task_file(file_id=file_id)), CONTENT)
    same(kb.remove_task_file(file_id=file_id), True)
    same(kb.get_all_task_files(task_id=task_id), [])


def search(kb: Any, project_id: int, task_id: int) -> None:
    """Find the task by words, and by its status after it is closed."""
    found = kb.search_tasks(project_id=project_id, query="zaun status:open color:green")
    same([(task["id"], task["column_name"]) for task in found], [(number(task_id), "Ready")])
    same(kb.close_task(task_id=task_id), True)
    same([task["id"] for task in kb.search_tasks(project_id=project_id, query="status:closed")], [number(task_id)])
    same(len(kb.get_all_tasks(project_id=project_id, status_id=1)), 8)
    same(kb.open_task(task_id=task_id), True)


def copy(kb: Any, task_id: int) -> None:
    """Copy a task to another project, move it there, remove it."""
    target = kb.create_project(name="Nachbar")
    copy_id = kb.duplicate_task_to_project(task_id=task_id, project_id=target)
    same(kb.get_task(task_id=copy_id)["title"], "Zaun streichen 🎨")
    same(kb.move_task_to_project(task_id=task_id, project_id=target), True)
    same([int(task["id"]) for task in kb.get_all_tasks(project_id=target)], [task_id, copy_id])
    same(kb.remove_task(task_id=task_id), True)
    if IS_PERSON:
        assert "403" in refuses(kb.get_task, task_id=task_id)
    else:
        same(kb.get_task(task_id=task_id), None)


def be_a_person(kb: Any, project_id: int) -> None:
    """Read the caller's own data, create a private project, check forbidden calls."""
    me = kb.get_me()
    same((me["username"], me["role"]), (LOGIN, "app-manager"))
    private_id = kb.create_my_private_project(name="Geheim")
    mine = {int(project["id"]): project["is_private"] for project in kb.get_my_projects()}
    same((mine[project_id], mine[private_id]), (number(0), number(1)))
    task_id = kb.create_task(project_id=private_id, title="Meins", owner_id=int(me["id"]))
    kb.create_task(project_id=private_id, title="Niemandes")
    found = kb.search_tasks(project_id=private_id, query="assignee:me")
    same([(task["id"], task["assignee_username"]) for task in found], [(number(task_id), LOGIN)])
    assert "403" in refuses(kb.get_all_users)


def fail(kb: Any) -> None:
    """Check errors in the form of the package."""
    same(refuses(kb.no_such_procedure), "Method not found")
    assert refuses(kb.get_task).startswith("Invalid params")
    assert "401" in refuses(kanboard.Client(URL, LOGIN, "wrong").get_version)
    header = kanboard.Client(URL, LOGIN, PASSWORD, auth_header="X-API-Auth")
    same(header.get_version(), kb.get_version())


def main() -> None:
    """Run all steps."""
    kb = kanboard.Client(URL, LOGIN, PASSWORD)
    project_id, columns = make_project(kb)
    task_id = make_task(kb, project_id, columns)
    move(kb, project_id, task_id, columns)
    keep_metadata(kb, task_id)
    keep_file(kb, project_id, task_id)
    search(kb, project_id, task_id)
    copy(kb, task_id)
    if IS_PERSON:
        be_a_person(kb, project_id)
    else:
        assert "403" in refuses(kb.get_me)
    fail(kb)


if __name__ == "__main__":
    main()
