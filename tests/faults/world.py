"""The data for calls with faults: the world of tests/integration/access_world.py, with more in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.integration.access_world import CALLS, ERRORS, World, a_world
from tests.integration.roles import LEVEL_OF
from tests.integration.uploads import CONTENT, begun, described

from lambdaboard.domain.automatic_actions import KINDS, PREFIX
from lambdaboard.store.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

FIRST_NEW_ID = 500_000
"""New things of a disturbed call have ids from here on, which differ from all other numbers."""

WRITING = {"creation", "work", "management", "administration", "own"}


@dataclass(frozen=True)
class There:
    """Another project, and a task in it.

    Attributes:
        upload: the file of the world's task that is uploaded and not confirmed.
        project_upload: the same for the world's project.
    """

    project: int
    task: int
    upload: int
    project_upload: int


def made(call: Client, stores: Stores) -> tuple[World, There]:
    """Make a world in an empty table."""
    world = a_world(call, "own")
    assert call("enableProjectPublicAccess", world.project)
    upload, project_upload = uploads(call, stores, world)
    there = There(call("createProject", "There"), 0, upload, project_upload)
    there = replace(there, task=call("createTask", "Elsewhere", there.project))
    ann = call("createUser", "ann", "secret of ann")
    assert call("addProjectUser", there.project, world.member)
    assert call("addProjectUser", there.project, ann)
    assert call("addProjectUser", world.project, ann, "project-manager")
    assert call.by("ann")("createMyPrivateProject", "Ann's own")
    assert call.by("ann")("createTask", "Private", 3, owner_id=ann)
    assert call("addGroupMember", world.crew, ann)
    assert call("addProjectGroup", there.project, world.crew, "project-manager")
    assert call("createTaskFile", world.project, world.task, "second", "Yg==")
    assert call("updateSubtask", world.subtask, world.task, time_estimated=2, time_spent=1, status=2)
    assert call("createTaskLink", world.task, there.task, 9)
    assert call("createExternalTaskLink", world.task, "https://example.org/c.pdf", "related", "attachment", "C")
    assert call("updateTask", world.task, recurrence_status=1, recurrence_trigger=2)
    assert call("closeTask", call("createTask", "Closed", world.project))
    for event, kind, params in ACTIONS:
        given = {"column_id": world.empty_column, "link_id": 4} | params
        wanted = {name: given[name] for name in KINDS[kind].parameters.split()}
        assert call("createAction", world.project, event, PREFIX + kind, wanted), kind
    assert call("createTask", "Third", world.project, tags=["of the task", "more"])
    counters = [item["pk"]["S"] for page in stores.table.scan() for item in page if item["pk"]["S"].startswith("#")]
    client: Any = stores.table.client
    for counter in counters:
        item = {"pk": {"S": counter}, "sk": {"S": "@"}, "n": {"N": str(FIRST_NEW_ID)}}
        client.put_item(TableName=stores.table.name, Item=item)
    return world, there


def uploads(call: Client, stores: Stores, world: World) -> tuple[int, int]:
    """Begin uploads for a task and its project and write their contents; return the future ids of the files."""
    file_id, _ = begun(call, world.project, world.task)
    project_file_id = call("createProjectFile", project_id=world.project, **described())["file_id"]
    for item in stores.table.query("U#0", begins="UPLOAD#"):
        stores.blobs.put(Upload.of(item).path, CONTENT)
    return file_id, int(project_file_id)


ACTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("task.move.column", "CommentCreationMoveTaskColumn", {}),
    ("task.move.column", "SubtaskTimerMoveTaskColumn", {"subtask": "Check"}),
    ("task.move.column", "TaskCloseColumn", {}),
    ("task.move.column", "SubtaskTimerMoveTaskColumn", {"subtask": "Later"}),
    ("task_internal_link.create_update", "TaskAssignColorLink", {"color_id": "red"}),
    ("task.update", "TaskMoveColumnCategoryChange", {"dest_column_id": 0, "category_id": 0}),
]
"""The project's automatic actions: a task that moves to the last column is closed, and other items are written."""

BEGUN, CONFIRMED = "createTaskFile, begun", "createTaskFile, confirmed"
PROJECT_BEGUN, PROJECT_CONFIRMED = "createProjectFile, begun", "createProjectFile, confirmed"
"""Further calls of a procedure have a name with a comma."""

MORE: dict[str, Callable[[World, There], Any]] = {
    "updateTask": lambda of, _: {"id": of.task, "title": "New", "tags": ["tag", "newborn"], "owner_id": 0},
    "createTask": lambda of, _: {
        "title": "New",
        "project_id": of.project,
        "tags": ["newborn", "tag"],
        "reference": "N",
    },
    "moveTaskPosition": lambda of, _: [of.project, of.task, of.empty_column, 1, of.lane],
    "moveTaskToProject": lambda of, there: [of.task, there.project],
    "duplicateTaskToProject": lambda of, there: [of.task, there.project],
    "changeProjectUserRole": lambda of, _: [of.project, of.member, "project-viewer"],
    "updateTaskLink": lambda of, there: [of.task_link, of.task, there.task, 4],
    "setSubtaskEndTime": lambda of, _: [of.timed_subtask, of.member],
    "removeUser": lambda _of, _: [3],
    "disableUser": lambda _of, _: [3],
    "updateUser": lambda of, _: {"id": of.somebody, "username": "renamed", "password": "renewed"},
    "updateProject": lambda of, _: {
        "project_id": of.project,
        "name": "New",
        "identifier": "NEW",
        "email": "n@example.org",
    },
    "createMyPrivateProject": lambda _of, _: ["Mine"],
    "updateTask, by Ann": lambda of, _: {"id": of.task, "title": "New", "score": 3},
    "closeTask, by Ann": lambda of, _: [of.other_task],
    "moveTaskPosition, by Ann": lambda of, _: [of.project, of.other_task, of.column, 1, of.empty_lane],
    "createTask, by Ann": lambda of, _: ["New", of.project],
    "createComment, by Ann": lambda of, _: [of.task, ANN, "New"],
    "createTaskLink, by Ann": lambda of, there: [of.other_task, there.task, 2],
    BEGUN: lambda of, _: {"project_id": of.project, "task_id": of.task, **described()},
    CONFIRMED: lambda of, there: {
        "project_id": of.project,
        "task_id": of.task,
        "file_id": there.upload,
        **described(),
    },
    PROJECT_BEGUN: lambda of, _: {"project_id": of.project, **described()},
    PROJECT_CONFIRMED: lambda of, there: {"project_id": of.project, "file_id": there.project_upload, **described()},
}
"""Calls that write more than those of CALLS."""

ANN = 3
"""Her id."""

TOLD = sorted(name for name in MORE if name.endswith(", by Ann"))
"""Calls that leave rows of activity."""

BY_ANN = {"createMyPrivateProject", "changeMyPassword", *TOLD}

METHODS = [name for name in CALLS if LEVEL_OF[name] in WRITING and not name.startswith(("get", "is", "has"))]
METHODS = [name for name in METHODS if name not in ERRORS]
METHODS += [*sorted(BY_ANN), BEGUN, CONFIRMED, PROJECT_BEGUN, PROJECT_CONFIRMED]


def params_of(method: str, world: World, there: There) -> Any:
    """Return the params of a call that changes something."""
    return MORE[method](world, there) if method in MORE else CALLS[method](world)
