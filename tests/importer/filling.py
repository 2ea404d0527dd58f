# ruff: noqa: E501 - calls, one a line
"""Fills an original through its own API: people, boards, tasks in all states, and everything that belongs to them."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
from typing import Any

import urllib3

PASSWORD = "secret of {}"


class Person:
    """Calls the API as the application, or as a person."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._url = url
        self._headers = urllib3.make_headers(basic_auth=f"{name}:{password}") | {"content-type": "application/json"}
        self._pool = urllib3.PoolManager(retries=False, timeout=60)

    def __call__(self, method: str, **params: Any) -> Any:
        """Return a result that is not a failure value."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        response = self._pool.request("POST", self._url, body=body, headers=self._headers)
        answer = response.json()
        assert answer.get("result") not in (None, False), (method, params, response.status, answer)
        return answer["result"]


class Original:
    """An original that runs: KANBOARD_URL and KANBOARD_DATABASE say where (tests/bench/kanboard)."""

    def __init__(self) -> None:
        self.url, self.database = os.environ["KANBOARD_URL"], os.environ["KANBOARD_DATABASE"]
        with sqlite3.connect(self.database, timeout=60) as connection:
            ((token,),) = connection.execute("SELECT value FROM settings WHERE option = 'api_token'")
        self.call = Person(self.url, "jsonrpc", token)

    def person(self, name: str) -> Person:
        """Return a person's client."""
        return Person(self.url, name, PASSWORD.format(name))


def blob(content: bytes) -> str:
    """Return a content in base64 for the API."""
    return base64.b64encode(content).decode()


def fill(original: Original) -> None:
    """Make a board with everything in it, and things that were removed again."""
    call = original.call
    people = {
        name: call(
            "createUser",
            username=name,
            password=PASSWORD.format(name),
            name=f"{name.title()} Ünï",
            email=f"{name}@example.org",
        )
        for name in ("ann", "bob", "eve", "gone")
    }
    call("updateUser", id=people["eve"], role="app-manager")
    call("disableUser", user_id=people["eve"])
    project, other = (
        call("createProject", name=name, description="**bold**", identifier=name[:4]) for name in ("Garden", "Kitchen")
    )
    call(
        "updateProject",
        project_id=other,
        name="Kitchen",
        priority_end=5,
        start_date="2026-01-01",
        end_date="2026-12-31",
    )
    for name, role in (
        ("ann", "project-manager"),
        ("bob", "project-member"),
        ("gone", "project-member"),
        ("eve", "project-viewer"),
    ):
        call("addProjectUser", project_id=project, user_id=people[name], role=role)
    columns = [int(each["id"]) for each in call("getColumns", project_id=project)]
    call("updateColumn", column_id=columns[1], title="Ready!", task_limit=7, description="to do")
    lane = call("addSwimlane", project_id=project, name="Second", description="other lane")
    hidden = call("addSwimlane", project_id=project, name="Hidden")
    call("disableSwimlane", project_id=project, swimlane_id=hidden)
    category = call("createCategory", project_id=project, name="Trees", color_id="green")
    call("createTag", project_id=0, tag="everywhere", color_id="red")
    tasks = _tasks(original, project, people, columns, int(lane), int(category))
    _belongings(original, project, people, tasks)
    _of_projects(original, project, people, columns)
    foreign = call("createTask", project_id=other, title="Elsewhere", priority=4)
    call("createTaskLink", task_id=tasks[0], opposite_task_id=foreign, link_id=9)
    call("removeTask", task_id=call("createTask", project_id=project, title="Removed again"))
    call("removeUser", user_id=people["gone"])
    call("disableProject", project_id=other)


def _tasks(
    original: Original, project: int, people: dict[str, int], columns: list[int], lane: int, category: int
) -> list[int]:
    call, gone = original.call, original.person("gone")
    tasks = [call("createTask", project_id=project, title=f"Task {n}", column_id=columns[n % 3]) for n in range(12)]
    tasks.append(gone("createTask", project_id=project, title="By somebody who left", owner_id=people["gone"]))
    call(
        "updateTask", id=tasks[0], description="A *long* text\nwith lines ✓", owner_id=people["bob"], color_id="red", score=5,
        date_due="2027-01-15 10:30", date_started="2026-11-01", category_id=category, reference="Ref-7", priority=2,
        tags=["spring", "Äpfel"],
    )  # fmt: skip
    call(
        "updateTask",
        id=tasks[1],
        recurrence_status=1,
        recurrence_trigger=2,
        recurrence_factor=3,
        recurrence_timeframe=1,
    )
    for number, position in ((3, 1), (6, 1), (9, 2), (0, 3)):
        call(
            "moveTaskPosition",
            project_id=project,
            task_id=tasks[number],
            column_id=columns[0],
            position=position,
            swimlane_id=1,
        )
    call("moveTaskPosition", project_id=project, task_id=tasks[4], column_id=columns[1], position=1, swimlane_id=lane)
    for number in (2, 5, 1):
        call("closeTask", task_id=tasks[number])
    call("openTask", task_id=tasks[5])
    return [int(task) for task in tasks]


def _belongings(original: Original, project: int, people: dict[str, int], tasks: list[int]) -> None:
    call, ann, bob = original.call, original.person("ann"), original.person("bob")
    task = tasks[0]
    comment = ann("createComment", task_id=task, user_id=people["ann"], content="First *comment*")
    ann("updateComment", id=comment, content="First *comment*, changed")
    call(
        "createComment", task_id=task, user_id=people["bob"], content="For few", reference="R1", visibility="app-admin"
    )
    call("createComment", task_id=tasks[2], user_id=people["gone"], content="Of somebody who left")
    subtasks = [
        call("createSubtask", task_id=task, title=f"Step {n}", user_id=people["bob"], time_estimated=n + 0.5)
        for n in range(3)
    ]
    call("updateSubtask", id=subtasks[0], task_id=task, status=2, time_spent=1.25)
    bob("setSubtaskStartTime", subtask_id=subtasks[1], user_id=people["bob"])
    bob("setSubtaskStartTime", subtask_id=subtasks[2], user_id=people["bob"])
    bob("setSubtaskEndTime", subtask_id=subtasks[2], user_id=people["bob"])
    call("createTaskLink", task_id=task, opposite_task_id=tasks[1], link_id=2)
    call("createTaskLink", task_id=task, opposite_task_id=tasks[1], link_id=1)
    call("createTaskLink", task_id=tasks[2], opposite_task_id=tasks[3], link_id=8)
    call("createLink", label="looks like", opposite_label="is looked like by")
    call(
        "createExternalTaskLink",
        task_id=task,
        url="https://example.org/page",
        dependency="related",
        type="weblink",
        title="A page",
    )
    call("saveTaskMetadata", task_id=task, values={"species": "oak", "empty": "", "number": 5})
    ann(
        "createTaskFile", project_id=project, task_id=task, filename="note.txt", blob=blob(b"two metres from the fence")
    )
    ann(
        "createTaskFile",
        project_id=project,
        task_id=task,
        filename="bytes ü.bin",
        blob=blob(bytes(range(256)) * 20_000),
    )


def _of_projects(original: Original, project: int, people: dict[str, int], columns: list[int]) -> None:
    call, ann = original.call, original.person("ann")
    group = call("createGroup", name="Gardeners", external_id="cn=gardeners")
    call("createGroup", name="Nobody yet")
    call("addGroupMember", group_id=group, user_id=people["bob"])
    call("addProjectGroup", project_id=project, group_id=group, role="project-viewer")
    call("saveProjectMetadata", project_id=project, values={"soil": "clay"})
    ann("createProjectFile", project_id=project, filename="plan.txt", blob=blob(b"a plan of the garden"))
    # made last: automatic actions would move tasks that are found by their places
    prefix = "\\Kanboard\\Action\\"
    params = {"column_id": columns[2], "color_id": "purple"}
    call(
        "createAction",
        project_id=project,
        event_name="task.create",
        action_name=f"{prefix}TaskAssignColorColumn",
        params=params,
    )
    mail = {"column_id": columns[2], "user_id": people["ann"], "subject": "Done"}
    call("createAction", project_id=project, event_name="task.close", action_name=f"{prefix}TaskEmail", params=mail)
    task = ann("createTask", project_id=project, title="Coloured by an action", column_id=columns[2])
    ann("updateTask", id=task, title="Renamed", owner_id=people["bob"])
    ann("updateTask", id=task, owner_id=people["ann"])
    ann("moveTaskPosition", project_id=project, task_id=task, column_id=columns[1], position=1, swimlane_id=1)
    step = ann("createSubtask", task_id=task, title="Step")
    ann("removeSubtask", subtask_id=step)
    ann("closeTask", task_id=task)
    ann("openTask", task_id=task)


if __name__ == "__main__":
    fill(Original())
