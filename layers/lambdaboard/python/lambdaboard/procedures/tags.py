"""Tags, and those of a task. Project 0 has the global ones, which tasks of all projects may have."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import OPEN, VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ProjectId, ProjectIdOrZero, TagId, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.projects import TagRow, tag_row
from lambdaboard.domain.properties import MAX_COLOR
from lambdaboard.errors import Reason, Rejected
from lambdaboard.jsonrpc import Integer, Text, Texts
from lambdaboard.procedures.me import active_projects
from lambdaboard.procedures.tasks import retagging
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.services.tagging import check_name, check_number, tags_by_id
from lambdaboard.store.keys import GLOBAL
from lambdaboard.store.parallel import first_page, gather, gather_map
from lambdaboard.store.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@procedure("getAllTags", OPEN)
def get_all_tags(context: Context) -> list[TagRow]:
    """Get the tags of all projects and the global ones, by name.

    Returns:
        The tags. Source: context.md 5, like all of this module.
    """
    stores, caller = context.stores, context.caller
    project_ids = stores.projects.ids() if caller.sees_all else active_projects(context)
    budget = ResultBudget(context.result_limit)
    tags = gather_map(lambda each: [*_fitting(budget, stores.tags.of(each))], (GLOBAL, *project_ids))
    return _rows(chain.from_iterable(tags))


@procedure("getTagsByProject", VIEW, failure=[])
def get_tags_by_project(context: Context, project_id: ProjectIdOrZero) -> list[TagRow]:
    """Get the own tags of a project, by name; of project 0 the global ones.

    Args:
        project_id: the project; 0 for the global tags.

    Returns:
        The tags; an empty list if there is no such project.
    """
    _, tags = gather(partial(_check_project, context, project_id), first_page(context.stores.tags.of(project_id)))
    return _rows(_fitting(ResultBudget(context.result_limit), tags))


@procedure("createTag", WORK)
def create_tag(context: Context, project_id: ProjectIdOrZero, tag: Text, color_id: Text | None = None) -> int:
    """Create a tag.

    Args:
        project_id: the project; 0 for a global tag.
        tag: a name, unique in the project, case-sensitive; 1 to 191 characters. A project can have at most 1,000 tags.
        color_id: any string of up to 255 characters.

    Returns:
        The id of the tag; false if there is no such project or the name is refused.
    """
    _check(tag, color_id)
    tags = context.stores.tags
    _, tag_id, own = gather(partial(_check_project, context, project_id), tags.next_id, first_page(tags.of(project_id)))
    check_number(project_id, own, 1, "tag")
    new = Tag(id=tag_id, name=tag, project_id=project_id, color_id=color_id)
    return context.commit(tag_id, *context.stores.tags.put_actions(new))


@procedure("updateTag", WORK, hides_forbidden=True)
def update_tag(context: Context, tag_id: TagId, tag: Text, color_id: Text | None = None) -> bool:
    """Change a tag, for all tasks that have it.

    Args:
        tag_id: the tag.
        tag: see createTag.
        color_id: unchanged if not given.

    Returns:
        True; false if there is no such tag or the name is refused.
    """
    stored = context.stores.tags.get(tag_id)
    _check(tag, color_id, stored.name)
    color_id = stored.color_id if color_id is None else color_id
    changed = msgspec.structs.replace(stored, name=tag, color_id=color_id)
    return context.commit(True, *context.stores.tags.replace_actions(stored, changed))


@procedure("removeTag", WORK, hides_forbidden=True)
def remove_tag(context: Context, tag_id: TagId) -> bool:
    """Remove a tag, also from all tasks.

    Args:
        tag_id: the tag.

    Returns:
        True; false if there is no such tag.
    """
    tags = context.stores.tags
    return context.commit(True, *tags.delete_actions(tags.get(tag_id)))


@procedure("setTaskTags", WORK)
def set_task_tags(
    context: Context, project_id: ProjectId, task_id: TaskId, tags: Texts, *, if_version: Integer | None = None
) -> bool:
    """Set the tags of a task to a list of names.

    Args:
        project_id: the task's project.
        task_id: the task, open or closed.
        tags: at most 100 names, ASCII case ignored; empty ones are skipped. Missing tags are created, with up to 191
            characters each, up to 1,000 in the project.
        if_version: see updateTask.

    Returns:
        True; false if the project has no such task. Source: behaviour.md 3.7, too.
    """
    loaded = context.stores.tasks.find_named_in(project_id, task_id)
    loaded.check_version(if_version)
    tagged = retagging(context, loaded, tags)
    actions = context.stores.tasks.replace_actions(loaded, loaded.task.changed(tags=tagged.ids))
    return context.commit(True, *actions, *tagged.actions)


@procedure("getTaskTags", VIEW, failure={})
def get_task_tags(context: Context, task_id: TaskId) -> dict[str, str]:
    """Get the tags of a task, in the order of assignment.

    Args:
        task_id: the task, open or closed.

    Returns:
        Names by id; an empty object if there are none, or no such task. Source: behaviour.md 3.7, too.
    """
    loaded = context.stores.tasks.find(task_id)
    ids = loaded.task.tags
    tags = context.stores.tags.usable(loaded.project.id) if ids else ()
    return {str(tag.id): tag.name for tag in tags_by_id(tags, ids)}


def _check_project(context: Context, project_id: int) -> None:
    if project_id == GLOBAL:
        context.stores.authorization.check_global()
    else:
        context.stores.projects.get(project_id)


def _check(name: str, color_id: str | None, present: str = "") -> None:
    """Check a tag: Rejected for no name or too long a colour, InvalidParams for too long a new name."""
    # Kanboard accepts an empty name, which no task can have
    if not name:
        raise Rejected(Reason.EMPTY, "tag")
    if len(color_id or "") > MAX_COLOR:
        raise Rejected(Reason.TOO_LONG, "color_id")
    if name != present:
        check_name(name, "tag")


def _fitting(budget: ResultBudget, tags: Iterable[Tag]) -> Iterator[Tag]:
    return budget.each(tags, lambda tag: ROW_CHARACTERS + len(tag.name))


def _rows(tags: Iterable[Tag]) -> list[TagRow]:
    return [tag_row(tag) for tag in sorted(tags, key=lambda tag: (tag.name, tag.id))]
