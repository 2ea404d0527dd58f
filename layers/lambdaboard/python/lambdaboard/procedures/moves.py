"""Moving tasks on their board, and to other projects."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.link import DUPLICATES, Ends, linked
from lambdaboard.domain.ordering import first_rank
from lambdaboard.domain.project import Category, Column, Project, Swimlane
from lambdaboard.errors import NotFound, Rejected
from lambdaboard.jsonrpc import Integer
from lambdaboard.procedures.access import WORK
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.copies import copied, copyable
from lambdaboard.procedures.parameters import Id, IdOrNone
from lambdaboard.procedures.recurring import recurs_on_move, succeeded
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.tagging import Tagging, named, tagging
from lambdaboard.store import people
from lambdaboard.store.parallel import start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambdaboard.domain.task import Task
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.tasks import LoadedTask


@procedure("moveTaskPosition", WORK)
def move_task_position(
    context: Context,
    project_id: Id,
    task_id: Id,
    column_id: Id,
    position: Integer,
    swimlane_id: Id | None,
    *,
    if_version: Integer | None = None,
) -> bool:
    """Move a task to another column, position or swimlane of its board.

    Args:
        project_id: the task's project.
        task_id: open, or closed: then it takes no place among the open ones.
        column_id: of the project.
        position: from 1, among the open tasks of the target, the task itself not counted; beyond the end is last.
        swimlane_id: of the project; 0 or null for the task's own.
        if_version: see updateTask.

    Returns:
        True; false where an id is unknown or it has that position already. Source: seeds, moveTaskPosition;
        behaviour.md 3.8.
    """
    if position < 1:
        raise Rejected("position")
    stores = context.stores
    before = stores.lanes.before(project_id, swimlane_id, column_id, position) if swimlane_id else None
    found = stores.tasks.find_named_in(project_id, task_id)
    found.check(if_version)
    swimlane_id = found.project.swimlane(swimlane_id or found.task.swimlane_id).id
    column_id = found.project.column(column_id).id
    before = before or stores.lanes.before(project_id, swimlane_id, column_id, position)
    own = found.stored.lane_key
    target = own._replace(swimlane_id=swimlane_id, column_id=column_id)
    rank = stores.lanes.rank_at(project_id, own, target, position, before.result())
    _place(context, found, target.column_id, target.swimlane_id, rank)
    return True


def _place(context: Context, found: LoadedTask, column_id: int, swimlane_id: int, rank: str) -> None:
    """Write a task in its new place, and its successor where the move makes one."""
    task = found.stored.task
    placed = task.placed(column_id, swimlane_id, context.now)
    birth: list[TransactItem] = []
    if recurs_on_move(found.project, task, column_id):
        placed, birth = succeeded(context, found, placed)
    context.stores.tasks.replace(found.stored, placed, *birth, rank=rank)


@procedure("moveTaskToProject", WORK)
def move_task_to_project(
    context: Context,
    task_id: Id,
    project_id: Id,
    swimlane_id: IdOrNone = None,
    column_id: IdOrNone = None,
    category_id: IdOrNone = None,
    owner_id: IdOrNone = None,
    *,
    if_version: Integer | None = None,
) -> bool:
    """Move a task with all that belongs to it to the end of a column of another project; it is open there.

    Args:
        task_id: the task.
        project_id: the target; the task's own moves it to the end of its column.
        swimlane_id: of either project; the target's of that name, else its first active one. The task's if not given.
        column_id: likewise by title, else the first one.
        category_id: likewise by name, else none.
        owner_id: the assignee, if they are active and have a role in the target, else nobody; the task's if not given.
        if_version: see updateTask.

    Returns:
        True; false where there is no such task or project. Source: seeds, moveTaskToProject; behaviour.md 3.9.
    """
    tasks = context.stores.tasks
    move = Move.read(context, task_id, project_id)
    move.found.check(if_version)
    wanted = Wanted(swimlane_id, column_id, category_id)
    owner = move.owner(context, owner_id)
    tagged = move.tagging(context)
    task = move.task.changed(
        is_active=1,
        date_completed=move.task.date_completed if move.task.is_active else 0,
        tags=tagged.ids,
        **move.place(wanted),
        owner_id=owner(),
    )
    rank = first_rank(move.new_id)
    if project_id == move.found.project.id:
        tasks.replace(move.found.stored, task, *tagged.births, rank=rank)
    else:
        tasks.move_to_project(move.found.stored, task, rank, *tagged.births)
    return True


@procedure("duplicateTaskToProject", WORK)
def duplicate_task_to_project(
    context: Context,
    task_id: Id,
    project_id: Id,
    swimlane_id: IdOrNone = None,
    column_id: IdOrNone = None,
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
        The id of the copy; false where there is no such task or project. Source: seeds, duplicateTaskToProject;
        behaviour.md 3.9.
    """
    read = start(copyable, context, task_id)
    types, link_ids = start(context.stores.link_types.get), start(context.stores.links.next_ids)
    move = Move.read(context, task_id, project_id)
    place = move.place(Wanted(swimlane_id, column_id, category_id))
    owner = move.owner(context, owner_id)
    tagged = move.tagging(context)
    place["owner_id"] = owner()
    copy = move.task.copied(move.new_id, context.caller.user_id, context.now, **place, tags=tagged.ids)
    counts = copied(context, read.result(), move.found.stored, copy)
    link: list[TransactItem] = []
    with suppress(NotFound):  # somebody may have removed the type
        said = linked(Ends(copy.id, task_id, DUPLICATES), types.result().types, link_ids.result())
        link = context.stores.links.put_actions_of_new(said, copy, move.found.stored)
        counts = counts._replace(nb_links=1)
    context.answers(copy.id)
    context.stores.tasks.add(copy, *tagged.births, *link, counts=counts)
    return copy.id


class Wanted(msgspec.Struct, frozen=True):
    """Where a client wants the task in the target; None for where it is now, or what fits there."""

    swimlane_id: int | None
    column_id: int | None
    category_id: int | None


class Move(msgspec.Struct, frozen=True):
    """A task that goes to a project, as itself or as a copy.

    Attributes:
        new_id: an id for the copy, or for the rank at the end of the target.
    """

    found: LoadedTask
    target: Project
    new_id: int

    @classmethod
    def read(cls, context: Context, task_id: int, project_id: int) -> Move:
        """Read the task and the target (2 round trips; 1 when the container remembers the task's project)."""
        new_id = start(context.stores.tasks.next_id)
        target = start(context.stores.projects.get, project_id)
        try:
            found = context.stores.tasks.find(task_id)
        except NotFound:
            target.exception()  # to have entered the target does not mean that what is not found may be told
            context.stores.gate.leave()
            raise
        return cls(found, target.result().project, new_id.result())

    @property
    def task(self) -> Task:
        """The task as it reads in its present project."""
        return self.found.task

    def place(self, wanted: Wanted) -> dict[str, int]:
        """Return the properties that depend on the target; NotFound where it has no column or active swimlane."""
        task, source, target = self.task, self.found.project, self.target
        column = _same(target.columns, source.columns, task.column_id if wanted.column_id is None else wanted.column_id)
        lane_id = task.swimlane_id if wanted.swimlane_id is None else wanted.swimlane_id
        lane = _same(target.swimlanes, source.swimlanes, lane_id)
        category_id = task.category_id if wanted.category_id is None else wanted.category_id
        category = _same(target.categories, source.categories, category_id)
        fits = target.priority_start <= task.priority <= target.priority_end
        return {
            "project_id": target.id,
            "column_id": (column or target.first_column()).id,
            "swimlane_id": (lane or target.first_swimlane()).id,
            "category_id": category.id if category else 0,
            "priority": task.priority if fits else target.priority_default,
        }

    def owner(self, context: Context, wanted: int | None) -> Callable[[], int]:
        """Start to ask whether the target has the owner, and return what waits for the answer (1; 0 for nobody).

        Who is active and has any role in the target stays the owner, viewers too; else nobody is (behaviour.md 3.9).
        """
        user_id, target = self.task.owner_id if wanted is None else wanted, self.target.id
        if user_id < 1:
            return lambda: 0
        items = start(context.stores.users.people, target, [user_id])
        return lambda: user_id if people.may_keep(items.result(), target, user_id) else 0

    def tagging(self, context: Context) -> Tagging:
        """Find the task's tags in the target by name, or make them there with their colours (1 or 2 round trips)."""
        if not self.task.tags or self.target.id == self.found.project.id:
            return Tagging(self.task.tags, [])
        tags = context.stores.tags.usable(self.found.project.id, self.target.id)
        carried = named(tags, self.task.tags)
        usable = [tag for tag in tags if tag.project_id != self.found.project.id]
        names = [tag.name for tag in carried]
        return tagging(context, self.target.id, names, usable, {tag.name: tag.color_id for tag in carried})


def _same(
    target: Iterable[Column | Swimlane | Category], source: Iterable[Column | Swimlane | Category], part_id: int
) -> Column | Swimlane | Category | None:
    """Find the target's part of the same name as the one with this id, which may be of either project."""
    for part in (*target, *source):
        if part.id == part_id:
            return next((each for each in target if _name(each) == _name(part)), None)
    return None


def _name(part: Column | Swimlane | Category) -> str:
    """Return the name by which parts of two projects are the same; that of a category regardless of ASCII case."""
    if isinstance(part, Column):
        return part.title
    return casefold(part.name) if isinstance(part, Category) else part.name
