"""Tasks: create, read, change, close, open, remove."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import IdOrBlank, InnerColumnIdOrNone, InnerSwimlaneNumberOrNone, ProjectId, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.tasks import TaskRow, task_row
from lambdaboard.domain.event import Event, EventName, updated
from lambdaboard.domain.properties import CHECKS, MAX_REFERENCE, Rules
from lambdaboard.domain.task import Task
from lambdaboard.errors import NotFound, Reason, Rejected, Thing
from lambdaboard.jsonrpc import Flag, Integer, IntegerOrBlank, NumberOrBlank, Text, Texts
from lambdaboard.services.automatic_actions import changed, created
from lambdaboard.services.tagging import Tagging, tagging
from lambdaboard.store.parallel import first_page, gather
from lambdaboard.store.tasks import BoardPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdaboard.domain.project import Project
    from lambdaboard.store.tasks import LoadedTask

CHECKED = (*CHECKS, "description")
"""The properties that createTask and updateTask share."""


@procedure("createTask", WORK)
def create_task(
    context: Context,
    title: Text,
    project_id: ProjectId,
    color_id: Text = "",
    column_id: InnerColumnIdOrNone = None,
    owner_id: IdOrBlank = 0,
    creator_id: IdOrBlank = 0,
    date_due: Text = "",
    description: Text = "",
    category_id: IntegerOrBlank = 0,
    score: IntegerOrBlank = 0,
    swimlane_id: InnerSwimlaneNumberOrNone = None,
    priority: IntegerOrBlank = 0,
    recurrence_status: IntegerOrBlank = 0,
    recurrence_trigger: IntegerOrBlank = 0,
    recurrence_factor: IntegerOrBlank = 0,
    recurrence_timeframe: IntegerOrBlank = 0,
    recurrence_basedate: IntegerOrBlank = 0,
    reference: Text = "",
    tags: Texts = [],  # noqa: B006 - never changed
    date_started: Text = "",
    time_spent: NumberOrBlank | None = None,
    time_estimated: NumberOrBlank | None = None,
) -> int:
    """Create a task at the end of its column and swimlane.

    Args:
        title: 1 to 65,535 characters, not only white space.
        project_id: active or not.
        color_id: "" for the default colour; an unknown one is stored and shown as the default.
        column_id: of the project; 0 for its first one.
        owner_id: the assignee, an active manager or member of the project; 0 for nobody.
        creator_id: as `owner_id`; 0 for the caller.
        date_due: `2030-01-15 10:30`, `2030-01-15` for the whole day, ISO 8601, or in the application's date format; ""
            for none.
        description: Markdown.
        category_id: of the project; 0 for none.
        score: -2147483647 to 2147483647, as for all integers here.
        swimlane_id: of the project; the first active one if it is not given or inactive.
        priority: any integer.
        recurrence_status: 0 none, 1 will recur, 2 has recurred.
        recurrence_trigger: 0 leaving the first column, 1 reaching the last one, 2 closing.
        recurrence_factor: the number of units from the base to the successor's due date; negative counts backwards.
        recurrence_timeframe: the unit: 0 days, 1 months, 2 years.
        recurrence_basedate: the base of the next due date: 0 the due date, 1 the time of the trigger.
        reference: up to 191 characters; need not be unique.
        tags: see setTaskTags.
        date_started: as `date_due`, and not later; if a whole day is due, at any time of that day.
        time_spent: hours.
        time_estimated: hours.

    Returns:
        The id of the task; false if a value is refused. Source: API documents, createTask; behaviour.md 3.1.
    """
    values = _given(locals())
    stores = context.stores
    stored, new_id, usable = gather(
        partial(stores.projects.get, project_id, members=(owner_id, creator_id)),
        stores.tasks.next_id,
        lambda: stores.tags.usable(project_id) if tags else (),
    )
    project = stored.project
    checked = _rules(context, project, stored.people.assignable(owner_id, creator_id)).checked(values)
    task = Task(
        id=new_id,
        project_id=project_id,
        column_id=project.column(column_id).id if column_id else project.first_column().id,
        swimlane_id=_swimlane(project, swimlane_id),
        date_creation=context.now,
        date_modification=context.now,
        date_moved=context.now,
        **checked | {"creator_id": creator_id or context.caller.user_id},
    )
    tagged = tagging(context, project_id, tags, usable)
    decided = created(context, project, task.changed(tags=tagged.ids))
    return decided.committed(context, task.id, *tagged.actions, changes=project_id)


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return those arguments of a procedure that are properties with rules."""
    return {name: arguments[name] for name in CHECKED if name in arguments}


def _rules(context: Context, project: Project, assignable: set[int]) -> Rules:
    settings = context.settings
    return Rules(project, settings.timezone, settings.date_format, settings.default_color, assignable)


def _swimlane(project: Project, swimlane_id: int | None) -> int:
    if swimlane_id is None:
        return project.first_swimlane().id
    if swimlane_id < 1:
        raise Rejected(Reason.NOT_FOUND, "swimlane_id")
    return project.active_swimlane(swimlane_id).id


@procedure("updateTask", WORK)
def update_task(
    context: Context,
    id: TaskId,
    title: Text | None = None,
    color_id: Text | None = None,
    owner_id: IdOrBlank | None = None,
    date_due: Text | None = None,
    description: Text | None = None,
    category_id: IntegerOrBlank | None = None,
    score: IntegerOrBlank | None = None,
    priority: IntegerOrBlank | None = None,
    recurrence_status: IntegerOrBlank | None = None,
    recurrence_trigger: IntegerOrBlank | None = None,
    recurrence_factor: IntegerOrBlank | None = None,
    recurrence_timeframe: IntegerOrBlank | None = None,
    recurrence_basedate: IntegerOrBlank | None = None,
    reference: Text | None = None,
    tags: Texts | None = None,
    date_started: Text | None = None,
    time_spent: NumberOrBlank | None = None,
    time_estimated: NumberOrBlank | None = None,
    *,
    if_version: Integer | None = None,
) -> bool:
    """Change properties of a task, all or none of them; values that are not given do not change.

    Args:
        id: the task, open or closed.
        title: see createTask, for this and the following ones.
        color_id: "" for the default colour.
        owner_id: 0 for nobody.
        date_due: "" clears it.
        description: Markdown.
        category_id: 0 for none.
        score: an integer.
        priority: an integer.
        recurrence_status: with 1 it can recur again.
        recurrence_trigger: see createTask.
        recurrence_factor: see createTask.
        recurrence_timeframe: see createTask.
        recurrence_basedate: see createTask.
        reference: up to 191 characters.
        tags: see setTaskTags; [] for none.
        date_started: "" clears it; not later than `date_due`, new or stored.
        time_spent: hours.
        time_estimated: hours.
        if_version: an extension: if this is not the task's version any more, nothing is changed, with the error -32602.

    Returns:
        True; false if there is no such task or a value is refused. Source: API documents, updateTask;
        behaviour.md 3.2.
    """
    values = _given(locals())
    stores = context.stores
    loaded = stores.tasks.find(id, members=[owner_id])
    loaded.check_version(if_version)
    changes = _rules(context, loaded.project, loaded.people.assignable(owner_id)).checked(values, loaded.task)
    tagged = Tagging(loaded.task.tags, []) if tags is None else retagging(context, loaded, tags)
    task = loaded.task.changed(**changes, tags=tagged.ids, date_modification=context.now)
    events = updated(loaded.project, loaded.task, task)
    decided = changed(context, loaded, task, events)
    return decided.committed(context, True, *tagged.actions, changes=loaded.project.id if events else 0)


def retagging(context: Context, loaded: LoadedTask, names: list[str]) -> Tagging:
    """Find or make the new tags of a task (1 round trip; 2 if there are new ones in the project)."""
    project_id = loaded.project.id
    tagged = tagging(context, project_id, names, context.stores.tags.usable(project_id))
    return tagged.behind_kept(loaded.task.tags)


@procedure("getTask", VIEW, failure=None)
def get_task(context: Context, task_id: TaskId, *, with_version: Flag = False) -> TaskRow:
    """Get a task by its id.

    Args:
        task_id: the task, open or closed.
        with_version: an extension: also its `version`, for the parameter `if_version` of calls that change it.

    Returns:
        The task; null if there is no such task. Source: API documents, getTask; behaviour.md 2.
    """
    tasks = context.stores.tasks
    loaded, counted = _with_position(context, partial(tasks.find, task_id), tasks.presumed_place(task_id))
    row = task_row(context, loaded.task.changed(position=counted))
    if with_version:
        row["version"] = loaded.stored.version.number
    return row


def _with_position(
    context: Context, find: Callable[[], LoadedTask], presumed: BoardPlace | None
) -> tuple[LoadedTask, int]:
    """Read a task and its position, which is counted in parallel with the task if its place is cached.

    If the place has changed, the position is counted again (1 round trip more).
    """
    if presumed is None:
        loaded = find()
        return loaded, position(context, loaded)
    loaded, counts = gather(find, first_page(context.stores.lanes.counts(*presumed)))
    is_there = loaded.place == presumed and not loaded.is_orphaned
    return loaded, sum(counts) if is_there else position(context, loaded)


def position(context: Context, loaded: LoadedTask) -> int:
    """Read the position of a task (1 round trip); an orphaned one is behind the tasks of the default lane."""
    lanes, stored = context.stores.lanes, loaded.stored
    if loaded.is_orphaned:
        lane = stored.lane_key._replace(column_id=loaded.task.column_id, swimlane_id=loaded.task.swimlane_id)
        return lanes.last_position(loaded.project.id, lane)
    return lanes.position(loaded.project.id, stored.lane_key)


@procedure("getTaskByReference", VIEW, failure=None, looks_for=Thing.TASK)
def get_task_by_reference(context: Context, project_id: ProjectId, reference: Text | None) -> TaskRow:
    """Get the first task, by id, that has exactly this reference, open or closed.

    Args:
        project_id: the project.
        reference: the whole reference; case-sensitive.

    Returns:
        The task; null if there is none, or for "". Source: API documents, getTaskByReference; behaviour.md 3.4.
    """
    stores = context.stores
    exact = reference or ""
    if not 0 < len(exact) <= MAX_REFERENCE:  # no task has a longer one, which may be too long for a key
        stores.projects.get(project_id)
        raise NotFound(Thing.TASK)
    _, places = gather(
        partial(stores.projects.get, project_id), partial(stores.task_index.of_reference, project_id, exact)
    )
    place = next(places, None)
    if place is None:
        raise NotFound(Thing.TASK)
    # the index has its place
    find = partial(stores.tasks.find_in, project_id, place.task_id)
    loaded, counted = _with_position(context, find, BoardPlace(project_id, place))
    return task_row(context, loaded.task.changed(position=counted))


@procedure("openTask", WORK)
def open_task(context: Context, task_id: TaskId, *, if_version: Integer | None = None) -> bool:
    """Set a task to open; it returns to its former place between its former neighbours.

    Args:
        task_id: the task.
        if_version: see updateTask.

    Returns:
        True, also if it was open; false if there is no such task. Source: API documents, openTask; behaviour.md 3.5.
    """
    loaded = context.stores.tasks.find(task_id)
    loaded.check_version(if_version)
    opened = loaded.task.opened(context.now)
    actions = context.stores.tasks.replace_actions(loaded, opened)
    events = [Event(EventName.TASK_OPEN, loaded.project, opened)]
    return context.commit(True, *actions, changes=loaded.project.id, events=events)


@procedure("closeTask", WORK)
def close_task(context: Context, task_id: TaskId, *, if_version: Integer | None = None) -> bool:
    """Set a task to closed, and its subtasks to done; their running timers stop.

    If the task recurs on closing, its successor is created at the same time.

    Args:
        task_id: the task.
        if_version: see updateTask.

    Returns:
        True, also if it was closed; false if there is no such task, or no active swimlane for a successor. Source: API
        documents, closeTask; behaviour.md 3.5, 3.10.
    """
    loaded = context.stores.tasks.find(task_id)
    loaded.check_version(if_version)
    closed = loaded.task.closed(context.now)
    decided = changed(context, loaded, closed, [Event(EventName.TASK_CLOSE, loaded.project, closed)])
    return decided.committed(context, True, changes=loaded.project.id)


@procedure("removeTask", WORK)
def remove_task(context: Context, task_id: TaskId, *, if_version: Integer | None = None) -> bool:
    """Remove a task, open or closed, with its child entities.

    Args:
        task_id: the task.
        if_version: see updateTask.

    Returns:
        True; false if there is no such task. Source: API documents, removeTask; behaviour.md 3.6.
    """
    loaded = context.stores.tasks.find(task_id)
    loaded.check_version(if_version)
    return context.commit(True, *context.stores.tasks.delete_actions(loaded, unless_changed=if_version is not None))
