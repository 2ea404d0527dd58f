"""Calls whose answers show every property of every kind of result, set and not set (test_results.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from tests.boards import backdate
from tests.children import put_all
from tests.integration.access_world import CALLS, a_world, unknown
from tests.integration.roles import with_roles
from tests.integration.uploads import described

from lambdaboard.jsonrpc.binding import result_type
from lambdaboard.procedures import registry

if TYPE_CHECKING:
    from tests.conftest import Client
    from tests.integration.access_world import World

    from lambdaboard.store.stores import Stores

READING = [each for each in registry if each.name.startswith(("get", "search", "download"))]
MAY_REJECT = [each for each in registry if result_type(each.function) is not bool and each.access != "self"]
NOTHING = unknown(999_999)
CLOSING = {"recurrence_status": 1, "recurrence_trigger": 2}


def answer_everything(call: Client, stores: Stores) -> None:
    """Create things with all properties and with none, read all of them, and call everything for missing ones."""
    world = a_world(call, "website")
    ann, own = with_roles("app-admin", "project-manager")(call, world)
    bring_along(stores, own)
    fill_project(call, own)
    fill_task(ann, own)
    move_about(ann, own, stores)
    without_anything(ann, own, stores)
    transfer(ann, own)
    for procedure in READING:
        client = ann if procedure.access == "self" else call
        client.answer(procedure.name, *CALLS[procedure.name](own))
    reject(call, ann, own)


def bring_along(stores: Stores, world: World) -> None:
    """Set values that only an import can."""
    project, user = stores.projects.get(world.project), stores.users.get(world.caller)
    category = msgspec.structs.replace(project.project.category(world.category), description="Faults", color_id="red")
    changes: dict[str, Any] = {"predefined_email_subjects": "Hello", "categories": (category,)}
    stores.table.write(*stores.projects.replace_actions(project, project.project.changed(**changes)))
    settings = {"timezone": "Europe/Berlin", "language": "de_DE", "filter": "status:open"}
    stores.table.write(*stores.users.replace_actions(user, user.user.changed(**settings)))
    backdate(stores, world.task, external_provider="tracker", external_uri="https://tracker.example/7")
    file = stores.files.find(world.file).record
    put_all(stores, stores.files.put_actions(msgspec.structs.replace(file, sha256="")))


def fill_project(call: Client, world: World) -> None:
    """Set everything on the project and its people that the application can."""
    assert call("updateProject", project_id=world.project, description="Our site")
    assert call("enableProjectPublicAccess", world.project)
    assert call("createTag", world.project, "red one", "red")
    assert call("addColumn", world.project, "New")
    assert call("getGroup", call("createGroup", "Nowhere else", None))
    assert call("addGroupMember", world.crew, world.caller)
    assert call("getComment", call("createComment", world.task, 0, "Nobody's"))
    assert call.by(f"member of {world.name}", "password")("getMe")
    assert call("createTask", title="Late", project_id=world.project, date_due="2020-01-01")


def fill_task(ann: Client, own: World) -> None:
    """Set everything on the task, by a person, so that it is in the activity."""
    task, me = own.task, own.caller
    given = {"category_id": own.category, "time_spent": 0.5, "time_estimated": 1.5, "date_started": "12/31/2019 10:00"}
    assert ann("updateTask", id=task, owner_id=me, description="All of it", **given)
    assert ann("setTaskTags", own.project, task, ["red one", "no colour"])
    assert ann("saveTaskMetadata", task, {"nothing": None})
    assert ann("createComment", task, me, "Mine")
    subtask = ann("createSubtask", task_id=task, title="Odd", user_id=me, status=7)
    assert ann("setSubtaskStartTime", subtask, me)
    assert ann("updateSubtask", subtask, task, "Odder")
    assert ann("createTaskFile", own.project, task, "a.png", "YQ==")
    assert ann("createProjectFile", own.project, "a.png", "YQ==")
    assert ann("createTaskLink", task, own.other_task, 9)
    assert ann("createExternalTaskLink", task, "https://example.org/a.zip", "related")
    assert ann("getTask", task_id=task, with_version=True)


def move_about(ann: Client, own: World, stores: Stores) -> None:
    """Move, close, open and copy tasks; one of them recurs."""
    place = {"project_id": own.project, "task_id": own.task, "swimlane_id": own.lane, "position": 1}
    assert ann("moveTaskPosition", **place, column_id=own.empty_column)
    recurring = ann("createTask", title="Again", project_id=own.project, owner_id=own.caller, **CLOSING)
    assert ann("closeTask", recurring)
    assert ann("openTask", recurring)
    assert ann("closeTask", own.other_task)
    assert ann("duplicateTaskToProject", own.task, own.project)
    assert ann("moveTaskToProject", own.other_task, own.project)
    assert ann("createSubtask", ann("createTask", "Nobody's", own.project), "Mine", own.caller)
    closed = ann("createTask", "Closed", own.project)
    assert ann("closeTask", closed)
    assert ann("createTaskLink", own.task, closed, 1)
    project = stores.projects.get(own.project)
    stores.table.write(*stores.projects.replace_actions(project, project.project.changed(per_swimlane_task_limits=1)))


def without_anything(ann: Client, own: World, stores: Stores) -> None:
    """Create a project with default values, and an orphaned task there."""
    bare = ann("createProject", "Bare")
    category = ann("createCategory", bare, "Bare")
    task = ann("createTask", title="Bare", project_id=bare, owner_id=own.caller)
    assert ann("createTaskLink", own.task, task, 1)
    project = stores.projects.get(bare)
    stores.table.write(*stores.projects.replace_actions(project, project.project.changed(columns=(), swimlanes=())))
    assert ann("updateTask", id=task, title="Still there")
    assert ann("searchTasks", bare, "")
    assert ann("getProjectById", bare)
    assert ann("getCategory", category)
    assert ann("createAction", bare, "task.create", "\\Kanboard\\Action\\TaskAssignCurrentUser", {})
    assert ann("getActions", bare)
    assert ann("getAllTasks", own.project, 0)
    assert ann("searchTasks", own.project, "")
    assert ann("createMyPrivateProject", "Mine")


def transfer(ann: Client, own: World) -> None:
    """Begin uploads, and downloads of existing files; one is of a release without checksums."""
    file = ann("createTaskFile", own.project, own.task, "a", "YQ==")
    assert ann("downloadTaskFile", file_id=file, url=True)
    assert ann("downloadTaskFile", file_id=own.file, url=True)
    assert ann("createTaskFile", project_id=own.project, task_id=own.task, **described())
    assert ann("downloadProjectFile", project_id=own.project, file_id=own.project_file, url=True)
    assert ann("createProjectFile", project_id=own.project, **described())


def reject(call: Client, ann: Client, own: World) -> None:
    """Call with unknown ids, and other procedures with a rejected value."""
    for procedure in MAY_REJECT:
        call.answer(procedure.name, *CALLS[procedure.name](NOTHING))
    assert call("createProject", "") is False
    assert call("createToken", " ") is False
    assert call("createUser", "", "password") is False
    assert call("createGroup", "Nowhere else") is False
    assert call("createLink", "") is False
    assert call("createTask", "", own.project) is False
    assert call("addSwimlane", own.project, "Empty") is False
    assert call("getExternalTaskLinkProviderDependencies", "auto") is False
    assert ann("createMyPrivateProject", "") is False
