"""Tags, and those of a task. Project 0 holds the global ones, which tasks of all projects may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.errors import Rejected
from lambdaboard.jsonrpc import Integer, Text, Texts
from lambdaboard.procedures.access import OPEN, VIEW, WORK
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.me import active_projects
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import Row
from lambdaboard.procedures.tagging import named
from lambdaboard.procedures.tasks import retag
from lambdaboard.store.keys import GLOBAL
from lambdaboard.store.parallel import start
from lambdaboard.store.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable


@procedure("getAllTags", OPEN)
def get_all_tags(context: Context) -> list[Row]:
    """Get the tags of all projects and the global ones, by name.

    Returns:
        `id`, `name`, `project_id` and `color_id` of each. Source: context-api.md 5, like all of this module.
    """
    stores, caller = context.stores, context.caller
    project_ids = stores.projects.ids() if caller.sees_all else active_projects(context)
    return _rows(stores.tags.all(project_ids))


@procedure("getTagsByProject", VIEW, failure=[])
def get_tags_by_project(context: Context, project_id: Id) -> list[Row]:
    """Get the own tags of a project, by name; of project 0 the global ones.

    Args:
        project_id: the project; 0 for the global tags.

    Returns:
        As getAllTags; an empty list where there is no such project.
    """
    tags = start(context.stores.tags.of, project_id)
    _check_project(context, project_id)
    return _rows(tags.result())


@procedure("createTag", WORK)
def create_tag(context: Context, project_id: Id, tag: Text, color_id: Text | None = None) -> int:
    """Create a tag.

    Args:
        project_id: the project; 0 for a global tag.
        tag: a name that no other tag of the project has, letter case counts; not empty.
        color_id: any text.

    Returns:
        The id of the tag; false where there is no such project or the name is refused.
    """
    name = _checked(tag)
    _check_project(context, project_id)
    tag_id = context.stores.tags.next_id()
    context.answers(tag_id)
    context.stores.tags.add(Tag(id=tag_id, name=name, project_id=project_id, color_id=color_id))
    return tag_id


@procedure("updateTag", WORK, unknown=True)
def update_tag(context: Context, tag_id: Id, tag: Text, color_id: Text | None = None) -> bool:
    """Change a tag, for all tasks that have it.

    Args:
        tag_id: the tag.
        tag: see createTag.
        color_id: null if it is not given.

    Returns:
        True, also where there is no such tag; false where the name is refused.
    """
    read = context.stores.tags.get(tag_id)
    context.stores.tags.replace(read, msgspec.structs.replace(read, name=_checked(tag), color_id=color_id))
    return True


@procedure("removeTag", WORK)
def remove_tag(context: Context, tag_id: Id) -> bool:
    """Remove a tag; tasks that have it lose it.

    Args:
        tag_id: the tag.

    Returns:
        True; false where there is no such tag.
    """
    context.stores.tags.remove(context.stores.tags.get(tag_id))
    return True


@procedure("setTaskTags", WORK)
def set_task_tags(
    context: Context, project_id: Id, task_id: Id, tags: Texts, *, if_version: Integer | None = None
) -> bool:
    """Make a list of names the tags of a task.

    Args:
        project_id: the task's project.
        task_id: the task, open or closed.
        tags: names, ASCII case ignored; empty ones are skipped. Those that the project lacks are made.
        if_version: see updateTask.

    Returns:
        True; false where the project has no such task. Source: behaviour.md 3.7, too.
    """
    found = context.stores.tasks.find_named_in(project_id, task_id)
    found.check(if_version)
    retag(context, found, found.stored.task, tags)
    return True


@procedure("getTaskTags", VIEW, failure={})
def get_task_tags(context: Context, task_id: Id) -> Row:
    """Get the tags of a task, in the order of assignment.

    Args:
        task_id: the task, open or closed.

    Returns:
        Names by id; an empty object where there are none, or no such task. Source: behaviour.md 3.7, too.
    """
    found = context.stores.tasks.find(task_id)
    ids = found.stored.task.tags
    tags = context.stores.tags.usable(found.project.id) if ids else []
    return Row({str(tag.id): tag.name for tag in named(tags, ids)})


def _check_project(context: Context, project_id: int) -> None:
    if project_id == GLOBAL:
        context.stores.gate.check_global()
    else:
        context.stores.projects.get(project_id)


def _checked(name: str) -> str:
    # Kanboard takes an empty name, which no task can be given
    if not name:
        raise Rejected("name")
    return name


def _rows(tags: Iterable[Tag]) -> list[Row]:
    return [_row(tag) for tag in sorted(tags, key=lambda tag: (tag.name, tag.id))]


def _row(tag: Tag) -> Row:
    row = Row(msgspec.structs.asdict(tag))
    del row["is_guarded"]
    return row
