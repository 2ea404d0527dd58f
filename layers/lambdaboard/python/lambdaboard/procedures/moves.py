"""Moves of tasks on their board and to other projects, and copies."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Literal

import msgspec

from lambdaboard.api.access import WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import (
    Id,
    IdOrNone,
    InnerColumnId,
    InnerColumnIdOrNone,
    InnerSwimlaneId,
    InnerSwimlaneIdOrNone,
    ProjectId,
    TaskId,
)
from lambdaboard.api.registry import procedure
from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.event import Event, EventName, moved, of_link
from lambdaboard.domain.link import DUPLICATES, Ends, linked
from lambdaboard.domain.ordering import first_rank
from lambdaboard.domain.project import Category, Column, Project, Swimlane
from lambdaboard.errors import Forbidden, NotFound, Reason, Rejected
from lambdaboard.jsonrpc import Integer
from lambdaboard.services.automatic_actions import changed, changed_by_links, created
from lambdaboard.services.copying import copied, copyable
from lambdaboard.services.file_events import of_files
from lambdaboard.services.tagging import Tagging, carried, tags_by_id
from lambdaboard.services.viewing import viewing
from lambdaboard.store.parallel import gather, gather_map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.projects import ProjectStore, StoredProject
    from lambdaboard.store.tasks import LoadedTask

COUNTED_BESIDE = 1_000
"""The limit of tasks of a lane that are counted during the check of the caller's right; more are counted after it."""


@procedure("moveTaskPosition", WORK)
def move_task_position(
    context: Context,
    project_id: Id,
    task_id: TaskId,
    column_id: InnerColumnId,
    position: Integer,
    swimlane_id: InnerSwimlaneId | None,
    *,
    if_version: Integer | None = None,
) -> bool:
    """Move a task to another column, position or swimlane of its board.

    Args:
        project_id: the task's project.
        task_id: open or closed; a closed one takes no position among the open ones.
        column_id: of the project.
        position: from 1, among the open tasks of the target, the task itself not counted; beyond the end means last.
        swimlane_id: of the project; 0 or null for the task's own.
        if_version: see updateTask.

    Returns:
        True; false if an id is unknown or it has that position already. Source: API documents, moveTaskPosition;
        behaviour.md 3.8.
    """
    if position < 1:
        raise Rejected(Reason.OUT_OF_RANGE, "position")
    lanes, is_near = context.stores.lanes, position <= COUNTED_BESIDE
    loaded, preceding = gather(
        partial(context.stores.tasks.find_named_in, project_id, task_id),
        lambda: lanes.preceding(project_id, swimlane_id, column_id, position) if swimlane_id and is_near else None,
    )
    loaded.check_version(if_version)
    swimlane_id = loaded.project.swimlane(swimlane_id or loaded.task.swimlane_id).id
    column_id = loaded.project.column(column_id).id
    if preceding is None:
        preceding = lanes.preceding(project_id, swimlane_id, column_id, position)
    own = loaded.stored.lane_key
    target = own._replace(swimlane_id=swimlane_id, column_id=column_id)
    new = lanes.rank_at(project_id, own, target, position, preceding)
    context.prepare_in_order(new.actions)
    placed = loaded.task.placed(column_id, swimlane_id, context.now)
    reached = placed.changed(position=preceding.reached(position, is_among=own[:3] == (*target[:2], 1)))
    events = moved(loaded.project, loaded.task, reached, position)
    return changed(context, loaded, placed, events, rank=new.rank).committed(context, True, changes=project_id)


@procedure("moveTaskToProject", WORK)
def move_task_to_project(
    context: Context,
    task_id: TaskId,
    project_id: ProjectId,
    swimlane_id: InnerSwimlaneIdOrNone = None,
    column_id: InnerColumnIdOrNone = None,
    category_id: IdOrNone = None,
    owner_id: IdOrNone = None,
    *,
    if_version: Integer | None = None,
) -> bool:
    """Move a task with its child entities to the end of a column of another project; it is open there.

    Args:
        task_id: the task.
        project_id: the target; with the task's own, it moves to the end of its column.
        swimlane_id: of any project; its name is looked up among the target's active ones; not found: the first active
            one. By default the task's.
        column_id: of any project; its title is looked up in the target; not found: the first. By default the task's.
        category_id: of any project; its name is looked up in the target; not found: none. By default the task's.
        owner_id: the assignee, if they are active and have a role in the target, else nobody. By default the task's.
        if_version: see updateTask.

    Returns:
        True; false if there is no such task or project. Source: API documents, moveTaskToProject; behaviour.md 3.9.
    """
    tasks = context.stores.tasks
    move = Move.read(context, task_id, project_id)
    move.loaded.check_version(if_version)
    place = move.place(context, Destination(swimlane_id, column_id, category_id))
    owner_id, tagged = move.owner_and_tags(context, owner_id)
    task = move.task.changed(
        is_active=1,
        date_completed=move.task.date_completed if move.task.is_active else 0,
        tags=tagged.behind_kept(move.task.tags).ids,
        **place,
        owner_id=owner_id,
    )
    rank = first_rank(move.new_id)
    if project_id == move.loaded.project.id:
        actions = tasks.replace_actions(move.loaded, task, rank=rank)
    else:
        actions = tasks.move_actions(move.loaded, task, rank)
    events = [Event(EventName.TASK_MOVE_PROJECT, move.target, task)]
    return context.commit(True, *actions, *tagged.actions, changes=project_id, events=events)


@procedure("duplicateTaskToProject", WORK)
def duplicate_task_to_project(
    context: Context,
    task_id: TaskId,
    project_id: ProjectId,
    swimlane_id: InnerSwimlaneIdOrNone = None,
    column_id: InnerColumnIdOrNone = None,
    category_id: IdOrNone = None,
    owner_id: IdOrNone = None,
) -> int:
    """Copy a task to the end of a column of a project, its own or another: open, with its tags and files.

    Args:
        task_id: the task.
        project_id: the target.
        swimlane_id: see moveTaskToProject, for this and the following ones.
        column_id: by title.
        category_id: by name.
        owner_id: the assignee.

    Returns:
        The id of the copy; false if there is no such task or project. Source: API documents, duplicateTaskToProject;
        behaviour.md 3.9.
    """
    stores = context.stores
    move, children, link_types, link_ids = gather(
        partial(Move.read, context, task_id, project_id),
        partial(copyable, context, task_id),
        stores.link_types.get,
        stores.links.next_ids,
    )
    place = move.place(context, Destination(swimlane_id, column_id, category_id))
    owner_id, tagged = move.owner_and_tags(context, owner_id)
    fresh = place | {"owner_id": owner_id, "tags": tagged.ids}
    copy = move.task.copied(move.new_id, context.caller.user_id, context.now, **fresh)
    copies = copied(context, children, move.loaded, copy)
    counts = copies.counts
    link: list[TransactItem] = []
    events: list[Event] = []
    with suppress(NotFound):  # the type may be removed
        said = linked(Ends(copy.id, task_id, DUPLICATES), link_types.types, link_ids)
        link = stores.links.add_to_new_actions(said, copy, move.loaded)
        counts = counts._replace(nb_links=1)
        events = [
            of_link(EventName.LINK_SET, move.target, copy, said, link_types.types),
            of_link(EventName.LINK_SET, move.loaded.project, move.task, said.other(), link_types.types),
        ]
    made = created(context, move.target, copy, *events[:1], counts=counts)
    original = changed_by_links(context, {task_id: move.loaded}, events[1:])
    files = of_files(EventName.FILE_CREATE, move.target, copy, copies.files)
    decided = made.joined(original)
    return decided.committed(context, copy.id, *tagged.actions, *link, changes=project_id, events=files)


class Destination(msgspec.Struct, frozen=True):
    """The place in the target that the client sent; None for that of the task, by name."""

    swimlane_id: int | None
    column_id: int | None
    category_id: int | None

    def reads(self, store: ProjectStore, *projects: Project) -> list[Callable[[], StoredProject]]:
        """Return functions that read the projects of ids that none of these projects has (2 round trips each)."""
        given = (
            (self.swimlane_id, "swimlanes", store.of_swimlane),
            (self.column_id, "columns", store.of_column),
            (self.category_id, "categories", store.of_category),
        )
        return [
            partial(read, part_id)
            for part_id, parts, read in given
            if part_id and part_id > 0 and not _has(projects, parts, part_id)
        ]


class Move(msgspec.Struct, frozen=True):
    """A task that is moved or copied to a project.

    Attributes:
        new_id: an id for the copy, or for the rank at the end of the target.
    """

    loaded: LoadedTask
    target: Project
    new_id: int

    @classmethod
    def read(cls, context: Context, task_id: int, project_id: int) -> Move:
        """Read the task and the target (2 round trips; 1 when the task's project is cached); NotFound, Forbidden."""
        stores = context.stores
        loaded, target, new_id = gather(
            partial(stores.tasks.find, task_id), partial(stores.projects.get, project_id), stores.tasks.next_id
        )
        return cls(loaded, target.project, new_id)

    @property
    def task(self) -> Task:
        """The task in its present project, with removed things replaced."""
        return self.loaded.task

    def place(self, context: Context, wanted: Destination) -> dict[str, int]:
        """Return the properties that depend on the target (0 round trips; 2 if an id is of a third project).

        Raises:
            NotFound: the target has no column or active swimlane.
        """
        task, target, both = self.task, self.target, (self.target, self.loaded.project)
        reads = wanted.reads(viewing(context).projects, *both)
        projects = [*both, *chain(*gather_map(_project_of, reads))]
        column = _same(projects, "columns", task.column_id if wanted.column_id is None else wanted.column_id)
        lane = _same(projects, "swimlanes", task.swimlane_id if wanted.swimlane_id is None else wanted.swimlane_id)
        category = _same(projects, "categories", task.category_id if wanted.category_id is None else wanted.category_id)
        fits = target.priority_start <= task.priority <= target.priority_end
        return {
            "project_id": target.id,
            "column_id": (column or target.first_column()).id,
            "swimlane_id": (target.active_swimlane(lane.id) if lane else target.first_swimlane()).id,
            "category_id": category.id if category else 0,
            "priority": task.priority if fits else target.priority_default,
        }

    def owner_and_tags(self, context: Context, wanted: int | None) -> tuple[int, Tagging]:
        """Find the owner and the tags of the task in the target (1 or 2 round trips; 0 without both).

        The owner stays if they are active and have any role in the target, also viewers; else 0 (behaviour.md 3.9).
        Tags are found there by name, or made with their colours.
        """
        return gather(lambda: self._owner(context, wanted), lambda: self._tagging(context))

    def _owner(self, context: Context, wanted: int | None) -> int:
        user_id = self.task.owner_id if wanted is None else wanted
        return user_id if user_id > 0 and context.stores.users.may_keep(self.target.id, user_id) else 0

    def _tagging(self, context: Context) -> Tagging:
        if not self.task.tags or self.target.id == self.loaded.project.id:
            return Tagging(self.task.tags, [])
        tags = [*context.stores.tags.usable(self.loaded.project.id, self.target.id)]
        usable = [tag for tag in tags if tag.project_id != self.loaded.project.id]
        return carried(context, self.target.id, tags_by_id(tags, self.task.tags), usable)


def _project_of(read: Callable[[], StoredProject]) -> list[Project]:
    """Read a project; empty if it does not exist, or the caller may not see it."""
    with suppress(NotFound, Forbidden):
        return [read().project]
    return []


def _has(projects: Iterable[Project], parts: str, part_id: int) -> bool:
    return any(part.id == part_id for each in projects for part in getattr(each, parts))


def _same(
    projects: Sequence[Project], parts: Literal["columns", "swimlanes", "categories"], part_id: int
) -> Column | Swimlane | Category | None:
    """Find the part of the first project with the same name as the one with this id in any of the projects."""
    target: Iterable[Column | Swimlane | Category] = getattr(projects[0], parts)
    named = {_name(part) for each in projects for part in getattr(each, parts) if part.id == part_id}
    return next((each for each in target if _name(each) in named), None)


def _name(part: Column | Swimlane | Category) -> str:
    """Return the name by which parts of two projects are compared; of a category with ASCII case ignored."""
    if isinstance(part, Column):
        return part.title
    return casefold(part.name) if isinstance(part, Category) else part.name
