"""The board of a project: its swimlanes, in each its columns, in each the tasks."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.api.access import VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ProjectId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.board import BoardColumnRow, BoardSwimlaneRow, BoardTaskRow, TaskTagRow, task_tag_row
from lambdaboard.api.rows.projects import column_row, swimlane_row
from lambdaboard.api.rows.tasks import Found, found_row
from lambdaboard.domain.user import APP_ADMIN, ASSIGNABLE_ROLES
from lambdaboard.procedures.lists import OPEN
from lambdaboard.services.link_counts import with_link_counts
from lambdaboard.services.positions import Positions
from lambdaboard.services.result_budget import ResultBudget, task_characters
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambdaboard.domain.project import Column, Project, Swimlane
    from lambdaboard.domain.task import Task
    from lambdaboard.domain.user import User
    from lambdaboard.store.counts import Counts
    from lambdaboard.store.keys.indexes import LaneKey
    from lambdaboard.store.tags import Tag
    from lambdaboard.store.tasks import ListedTask


@procedure("getBoard", VIEW, failure=[])
def get_board(context: Context, project_id: ProjectId) -> list[BoardSwimlaneRow]:
    """Get the board of a project: its active swimlanes, in each all columns, in each the open tasks, by position.

    Closed tasks are not on it, and not in counts or scores, though the original includes them by accident: so one read
    of the open tasks is enough for any number of columns.

    Args:
        project_id: the project, active or not.

    Returns:
        The swimlanes; an empty list if there is no such project, no active swimlane or no column. Source:
        context.md 12.
    """
    stores = context.stores
    stored, tasks, tags = gather(
        partial(stores.projects.get, project_id, with_link_types=True),
        first_page(stores.tasks.of_project(project_id, OPEN)),
        partial(stores.tags.usable, project_id),
    )
    listed = [*ResultBudget(context.result_limit).each(tasks, task_characters)]
    owners, counted = gather(
        lambda: stores.users.named(each.task.owner_id for each in listed),
        partial(with_link_counts, context, stored.link_types, listed),
    )
    may_drag = context.caller.role == APP_ADMIN or stored.role in ASSIGNABLE_ROLES
    places = (each.lane_key for each in listed)
    return Board.of(stored.project, counted, owners, tags, places=places, may_drag=may_drag).rows()


def is_draggable(task: Task, *, may_drag: bool) -> bool:
    """Return whether a task can be dragged by a caller who may drag tasks of its project: it must be open."""
    return may_drag and bool(task.is_active)


class Card(NamedTuple):
    """A task on the board, with removed things replaced."""

    task: Task
    counts: Counts


class Board(msgspec.Struct, frozen=True):
    """A project with its open tasks.

    Attributes:
        cells: swimlane and column -> the tasks there, by position; inactive swimlanes, too.
        owners: of the tasks, by id; a task with another owner is unassigned.
        tags: possible tags of the tasks, by id.
        may_drag: whether the caller may drag tasks.
    """

    project: Project
    cells: Mapping[tuple[int, int], list[Card]]
    owners: Mapping[int, User]
    tags: Mapping[int, Tag]
    may_drag: bool

    @classmethod
    def of(
        cls,
        project: Project,
        listed: Sequence[ListedTask],
        owners: Mapping[int, User],
        tags: Iterable[Tag],
        *,
        places: Iterable[LaneKey],
        may_drag: bool,
    ) -> Board:
        """Put open tasks of a project into its cells; `places`: of all of its open tasks."""
        resolver = project.resolver(deleted_users={each.task.owner_id for each in listed} - {0, *owners})
        positions = Positions(resolver, places)
        cells: defaultdict[tuple[int, int], list[Card]] = defaultdict(list)
        for each in listed:
            task = resolver.resolve(each.task).changed(position=positions.of(each.lane_key))
            cells[task.swimlane_id, task.column_id].append(Card(task, each.counts))
        for cell in cells.values():
            cell.sort(key=lambda card: card.task.position)
        return cls(project, cells, owners, {tag.id: tag for tag in tags}, may_drag)

    def rows(self) -> list[BoardSwimlaneRow]:
        """Return the active swimlanes; none if there is no column."""
        lanes, columns = self.project.active_swimlanes(), self.project.columns_in_order()
        across = [self._across(lanes, column) for column in columns]
        return [self._lane(lane, columns, across, len(lanes)) for lane in lanes] if columns else []

    def _across(self, lanes: Sequence[Swimlane], column: Column) -> dict[str, int]:
        """Return the properties of a column that are the same in each cell: counts and scores over the swimlanes."""
        visible = [card for lane in lanes for card in self._cell(lane, column)]
        nb_open_tasks = sum(len(self._cell(lane, column)) for lane in self.project.swimlanes)
        return {
            "nb_open_tasks": nb_open_tasks,
            "column_nb_open_tasks": nb_open_tasks,
            "nb_visible_tasks_across_swimlane": len(visible),
            "nb_unfiltered_tasks_across_swimlane": nb_open_tasks,
            "cumulative_score_across_swimlane": _score(visible),
        }

    def _lane(
        self, lane: Swimlane, columns: Sequence[Column], across: Sequence[dict[str, int]], nb_swimlanes: int
    ) -> BoardSwimlaneRow:
        rows = [self._column(lane, column, shared) for column, shared in zip(columns, across, strict=True)]
        return BoardSwimlaneRow(
            **swimlane_row(lane),
            columns=rows,
            nb_swimlanes=nb_swimlanes,
            nb_columns=len(columns),
            nb_tasks=sum(row["nb_tasks"] for row in rows),
            score=sum(row["score"] for row in rows),
        )

    def _column(self, lane: Swimlane, column: Column, across: dict[str, int]) -> BoardColumnRow:
        cell = self._cell(lane, column)
        if self.project.per_swimlane_task_limits:
            across = across | {"column_nb_open_tasks": len(cell)}
        tasks = [self._task_row(card) for card in cell]
        totals = {"tasks": tasks, "nb_tasks": len(cell), "score": _score(cell)}
        return BoardColumnRow.of({**column_row(column), **across, **totals})

    def _cell(self, lane: Swimlane, column: Column) -> Sequence[Card]:
        return self.cells.get((lane.id, column.id), ())

    def _task_row(self, card: Card) -> BoardTaskRow:
        row = self.task_row(BoardTaskRow, card)
        row["is_draggable"] = is_draggable(card.task, may_drag=self.may_drag)
        return row

    def task_row(self, kind: type[Found], card: Card) -> Found:
        """Return a task with the names of what it refers to and its tags."""
        task = card.task
        row = found_row(kind, self.project, task, card.counts, self.owners.get(task.owner_id))
        row["tags"] = self._tags(task)
        return row

    def _tags(self, task: Task) -> list[TaskTagRow]:
        """Return the tags of a task by name; removed ones are left out."""
        tags = [self.tags[tag_id] for tag_id in task.tags if tag_id in self.tags]
        tags.sort(key=lambda tag: (tag.name, tag.id))
        return [task_tag_row(tag, task) for tag in tags]


def _score(cards: Iterable[Card]) -> int:
    return sum(card.task.score for card in cards)
