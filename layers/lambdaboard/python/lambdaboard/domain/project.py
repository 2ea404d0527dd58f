"""A project with its columns, swimlanes and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

import msgspec

from lambdaboard.domain.serialization import Doc, decoder, serialize
from lambdaboard.errors import NotFound, Reason, Thing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence, Set

    from lambdaboard.domain.task import Task


class Column(Doc, frozen=True, kw_only=True):
    """A column of the board. Positions count from 1; a removed column leaves a gap (context.md 4)."""

    id: int
    title: str
    position: int
    project_id: int
    task_limit: int = 0
    description: str = ""
    hide_in_dashboard: int = 0


class Swimlane(Doc, frozen=True, kw_only=True):
    """A swimlane of the board; an inactive one has position 0 (context.md 4)."""

    id: int
    name: str
    position: int
    is_active: int = 1
    project_id: int
    description: str = ""
    task_limit: int = 0


class Category(Doc, frozen=True, kw_only=True):
    """A category of the project's tasks."""

    id: int
    name: str
    project_id: int
    description: str | None = None
    color_id: str | None = None


class AutomaticAction(Doc, frozen=True, kw_only=True):
    """An automatic action of the project (context.md 14).

    Attributes:
        event_name: for which it waits.
        action_name: as in the API; only an import adds one that does not run here.
        params: strings by name.
    """

    id: int
    event_name: str
    action_name: str
    params: dict[str, str] = msgspec.field(default_factory=dict)


class Project(Doc, frozen=True, kw_only=True):
    """A project as it is stored; a doc written by an older release reads with these defaults, so they never change.

    Dates are strings as the client sent them. Source of all properties: context.md 3.

    Attributes:
        groups: group -> its members' role in the project; a group that was removed lately may still be among them.
    """

    id: int
    name: str
    is_active: int = 1
    token: str = ""
    is_public: int = 0
    is_private: int = 0
    is_everybody_allowed: int = 0
    default_swimlane: str = "Default swimlane"
    show_default_swimlane: int = 1
    description: str | None = None
    identifier: str = ""
    start_date: str = ""
    end_date: str = ""
    owner_id: int = 0
    priority_default: int = 0
    priority_start: int = 0
    priority_end: int = 3
    email: str | None = None
    predefined_email_subjects: str | None = None
    per_swimlane_task_limits: int = 0
    task_limit: int = 0
    enable_global_tags: int = 1
    columns: tuple[Column, ...] = ()
    swimlanes: tuple[Swimlane, ...] = ()
    categories: tuple[Category, ...] = ()
    automatic_actions: tuple[AutomaticAction, ...] = ()
    groups: dict[int, str] = msgspec.field(default_factory=dict)

    def changed(self, **changes: Any) -> Project:
        """Return the project with some properties changed."""
        return msgspec.structs.replace(self, **changes)

    def with_group(self, group_id: int, role: str) -> Project:
        """Return the project in which a group has a role."""
        return self.changed(groups=self.groups | {group_id: role})

    def without_group(self, group_id: int) -> Project:
        """Return the project in which a group has no role."""
        return self.changed(groups={each: role for each, role in self.groups.items() if each != group_id})

    def column(self, column_id: int) -> Column:
        """Return the column with this id; NotFound."""
        return _by_id(self.columns, column_id, Thing.COLUMN)

    def swimlane(self, swimlane_id: int) -> Swimlane:
        """Return the swimlane with this id; NotFound."""
        return _by_id(self.swimlanes, swimlane_id, Thing.SWIMLANE)

    def category(self, category_id: int) -> Category:
        """Return the category with this id; NotFound."""
        return _by_id(self.categories, category_id, Thing.CATEGORY)

    def automatic_action(self, action_id: int) -> AutomaticAction:
        """Return the automatic action with this id; NotFound."""
        return _by_id(self.automatic_actions, action_id, Thing.ACTION)

    def columns_in_order(self) -> list[Column]:
        """Return the columns by position."""
        return sorted(self.columns, key=lambda column: column.position)

    def swimlanes_in_order(self) -> list[Swimlane]:
        """Return all swimlanes by position: the inactive ones have 0 and come first."""
        return sorted(self.swimlanes, key=lambda lane: (lane.position, lane.id))

    def active_swimlanes(self) -> list[Swimlane]:
        """Return the active swimlanes by position."""
        return [lane for lane in self.swimlanes_in_order() if lane.is_active]

    def with_active(self, lane_ids: Sequence[int]) -> Project:
        """Return the project with these swimlanes active, in this order; the others are inactive."""
        places = {lane_id: place for place, lane_id in enumerate(lane_ids, start=1)}
        lanes = (
            msgspec.structs.replace(lane, is_active=int(lane.id in places), position=places.get(lane.id, 0))
            for lane in self.swimlanes
        )
        return self.changed(swimlanes=tuple(lanes))

    def first_column(self) -> Column:
        """Return the column for a task without one; NotFound if the project has none."""
        if not self.columns:
            raise NotFound(Thing.COLUMN, Reason.NO_COLUMN)
        return min(self.columns, key=lambda column: column.position)

    def first_swimlane(self) -> Swimlane:
        """Return the first active swimlane; NotFound if there is none."""
        active = self.active_swimlanes()
        if not active:
            raise NotFound(Thing.SWIMLANE, Reason.NO_SWIMLANE)
        return active[0]

    def active_swimlane(self, swimlane_id: int) -> Swimlane:
        """Return the swimlane with this id if it is active, else the first active one; NotFound if there is none."""
        lane = self.swimlane(swimlane_id)
        return lane if lane.is_active else self.first_swimlane()

    def is_first_column(self, column_id: int) -> bool:
        """Return whether the column is the first by position."""
        return bool(self.columns) and self.columns_in_order()[0].id == column_id

    def is_last_column(self, column_id: int) -> bool:
        """Return whether the column is the last by position."""
        return bool(self.columns) and self.columns_in_order()[-1].id == column_id

    def resolver(self, deleted_users: Collection[int] = ()) -> Resolver:
        """Return a resolver for reading many tasks; `deleted_users` own no task."""
        lanes = [*self.active_swimlanes(), *self.swimlanes]
        return Resolver(
            columns=_ids(self.columns),
            swimlanes=_ids(lanes),
            categories=_ids(self.categories),
            first_column=self.columns_in_order()[0].id if self.columns else 0,
            first_swimlane=lanes[0].id if lanes else 0,
            deleted_users=deleted_users,
        )


class Placed(Protocol):
    """The tasks in a column and a swimlane."""

    @property
    def column_id(self) -> int:
        """The column."""

    @property
    def swimlane_id(self) -> int:
        """The swimlane."""


Lane = tuple[int, int]
"""The ids of a swimlane and a column."""


class Resolver(NamedTuple):
    """The things that tasks of a project may name; it replaces removed ones in tasks (`resolve`).

    Attributes:
        deleted_users: their tasks are shown as unassigned.
    """

    columns: Set[int]
    swimlanes: Set[int]
    categories: Set[int]
    first_column: int
    first_swimlane: int
    deleted_users: Collection[int] = ()

    def lane_of(self, lane: Lane) -> Lane:
        """Return the lane of a task: this one, or the default lane if its column or swimlane was removed."""
        swimlane_id, column_id = lane
        return (
            swimlane_id if swimlane_id in self.swimlanes else self.first_swimlane,
            column_id if column_id in self.columns else self.first_column,
        )

    def is_orphaned(self, task: Placed) -> bool:
        """Return whether the task's column or swimlane was removed, for example while the task was created."""
        return task.column_id not in self.columns or task.swimlane_id not in self.swimlanes

    def resolve(self, task: Task) -> Task:
        """Return the task with defaults for removed things: the default lane, category 0, owner 0."""
        if self.is_orphaned(task):
            swimlane_id, column_id = self.lane_of((task.swimlane_id, task.column_id))
            task = task.changed(column_id=column_id, swimlane_id=swimlane_id)
        if task.category_id and task.category_id not in self.categories:
            task = task.changed(category_id=0)
        if task.owner_id in self.deleted_users:
            task = task.changed(owner_id=0)
        return task


Part = TypeVar("Part", bound=Column | Swimlane | Category | AutomaticAction)
"""The parts in a project's lists; each has an id."""


def with_id(parts: Iterable[Part], part_id: int) -> Part | None:
    """Return the column, swimlane or category with this id; None if it was removed."""
    return next((each for each in parts if each.id == part_id), None)


def _by_id(parts: Iterable[Part], part_id: int, thing: Thing) -> Part:
    for part in parts:
        if part.id == part_id:
            return part
    raise NotFound(thing)


def without(parts: Iterable[Part], part_id: int) -> tuple[Part, ...]:
    """Return the parts without the one with this id."""
    return tuple(part for part in parts if part.id != part_id)


def replaced(parts: Iterable[Part], changed: Part) -> tuple[Part, ...]:
    """Return the parts with the one of the same id replaced."""
    return tuple(changed if part.id == changed.id else part for part in parts)


def numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return columns or swimlanes, given in their order, with the positions 1..n."""
    return tuple(msgspec.structs.replace(part, position=place) for place, part in enumerate(parts, start=1))


def moved_to(parts: list[Part], part_id: int, position: int, thing: Thing) -> tuple[Part, ...]:
    """Return the ordered parts with one of them moved to a position, numbered 1..n.

    Args:
        parts: columns or active swimlanes.
        part_id: the one to move.
        position: from 1; one beyond the end means the end.
        thing: the kind of the parts, for the error.

    Raises:
        NotFound: no such part among them.
    """
    moved = _by_id(parts, part_id, thing)
    others: tuple[Part, ...] = without(parts, part_id)
    return numbered([*others[: position - 1], moved, *others[position - 1 :]])


def _ids(parts: Iterable[Column | Swimlane | Category]) -> set[int]:
    return {part.id for part in parts}


def longest(**texts: str | None) -> str:
    """Return the name of the longest string: the parameter to name if a project becomes too large."""
    return max(texts, key=lambda name: len(texts[name] or ""))


def encode(project: Project, largest_parameter: str = "description") -> str:
    """Return the project as its stored doc; see `serialization.serialize`."""
    return serialize(project, largest_parameter)


decode = decoder(Project)
"""Read a stored doc."""
