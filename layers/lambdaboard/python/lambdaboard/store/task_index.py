"""Finding tasks by the indexes with keys alone: by reference, by due date, by lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.store import keys
from lambdaboard.store.keys import indexes
from lambdaboard.store.keys.indexes import LaneKey
from lambdaboard.store.parallel import first_page, gather_map
from lambdaboard.store.tasks import TaskPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.domain.project import Project
    from lambdaboard.store.actions import Item
    from lambdaboard.store.table import Table


class TaskIndex:
    """Reads keys of tasks. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def referenced(self, project_id: int, begins: str, fits: Callable[[str], bool], *, is_whole: bool) -> Iterator[int]:
        """Yield open and closed tasks by a reference in any letter case (1; then 1 per MB, as far as they are used).

        Args:
            project_id: the project.
            begins: the beginning of the references; "" for all.
            fits: returns whether a reference, given in lower case, matches.
            is_whole: the references are no longer than `begins`.
        """
        start = indexes.of_reference(begins) if is_whole else indexes.begins_reference(begins)
        items = first_page(self._table.query(keys.project_pk(project_id), "by_reference", begins=start))()
        return (_task_id(item) for item in items if fits(indexes.folded_reference(item["by_reference"]["S"])))

    def due(self, project_id: int, first: int, last: int) -> Iterator[int]:
        """Yield the open tasks that are due between two seconds (1; then 1 per MB, only as far as they are used)."""
        if first > last:
            return iter(())
        between = indexes.due_until(last, first)
        return map(_task_id, first_page(self._table.query(keys.project_pk(project_id), "by_due", between=between))())

    def open_places(self, project_id: int, lanes: Iterable[tuple[int, int]]) -> list[LaneKey]:
        """Read the places of the open tasks of some lanes, each a swimlane and a column (1 per MB, in parallel)."""
        found = gather_map(lambda lane: self._open_places(project_id, *lane), lanes)
        return [place for places in found for place in places]

    def _open_places(self, project_id: int, swimlane_id: int, column_id: int) -> list[LaneKey]:
        begins = indexes.open_lane(swimlane_id, column_id)
        items = self._table.query(keys.project_pk(project_id), "by_lane", begins=begins)
        return [LaneKey.of(item) for item in items]

    def lane_keys(self, project_id: int) -> Iterator[LaneKey]:
        """Yield the places of all tasks of a project, open and closed, without the tasks (1 per MB, lazily)."""
        items = self._table.query(keys.project_pk(project_id), "by_lane")
        return (LaneKey.of(item) for item in items)

    def of_reference(self, project_id: int, reference: str) -> Iterator[LaneKey]:
        """Yield the tasks with exactly this reference, by id (1; then 1 per MB, only as far as they are used)."""
        begins = indexes.of_reference(reference)
        items = first_page(self._table.query(keys.project_pk(project_id), "by_reference", begins=begins))()
        return (
            place
            for item in items
            if item["by_reference"]["S"] == indexes.by_reference(reference, (place := LaneKey.of(item)).task_id)
        )

    def overdue(self, project_id: int, now: int) -> Iterator[TaskPlace]:
        """Yield the open tasks of a project whose due date is past, by due date (1 per MB, as far as they are used).

        Tasks that are due on a whole day are included from its first second on.
        """
        due = self._table.query(keys.project_pk(project_id), "by_due", between=indexes.due_until(now))
        return (TaskPlace(project_id, _task_id(item)) for item in due)

    def overdue_everywhere(self, now: int) -> list[TaskPlace]:
        """Find the overdue tasks of all projects (1 per MB and shard, in parallel); may lag by a second."""
        shards = [indexes.due_shard(shard) for shard in range(indexes.DUE_SHARDS)]
        found = gather_map(lambda shard: [*self._table.query_due(shard, indexes.due_until(now))], shards)
        return [TaskPlace(*keys.task.parse(key)) for due in found for key in due]

    def is_column_empty(self, project: Project, column_id: int) -> bool:
        """Return whether no task, open or closed, is in a column (1, in parallel)."""
        return self._is_empty(project.id, [indexes.lane(lane.id, column_id) for lane in project.swimlanes])

    def is_swimlane_empty(self, project_id: int, swimlane_id: int) -> bool:
        """Return whether no task, open or closed, is in a swimlane (1)."""
        return self._is_empty(project_id, [indexes.lanes_of(swimlane_id)])

    def _is_empty(self, project_id: int, begins: Iterable[str]) -> bool:
        pk = keys.project_pk(project_id)
        return not any(gather_map(lambda start: [*self._table.query(pk, "by_lane", begins=start, limit=1)], begins))


def _task_id(item: Item) -> int:
    return LaneKey.of(item).task_id
