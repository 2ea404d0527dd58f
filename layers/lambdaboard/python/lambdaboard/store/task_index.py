"""Finding tasks by the indexes that hold keys alone: by reference, by due date, by lane."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from lambdaboard.store import keys
from lambdaboard.store.keys import LaneKey
from lambdaboard.store.parallel import gather_map
from lambdaboard.store.table import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdaboard.store.keys import Key
    from lambdaboard.store.table import Table


class TaskIndex:
    """Reads keys of tasks. Costs are in round trips."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def referenced(
        self, project_id: int, begins: str, fits: Callable[[str], bool], *, is_whole: bool, limit: int
    ) -> list[Key]:
        """Find tasks by a reference in whatever letter case, open and closed (1 a MB).

        Args:
            project_id: the project.
            begins: what the references begin with; "" for all there are.
            fits: tells whether one is meant; gets it in lower case.
            is_whole: the references are no longer than `begins`.
            limit: no more tasks than this.
        """
        start = keys.of_reference(begins) if is_whole else keys.begins_reference(begins)
        items = self._table.query(keys.project_pk(project_id), "by_reference", begins=start)
        found = (key_of(item) for item in items if fits(keys.folded_reference(item["by_reference"]["S"])))
        return [*islice(found, limit)]

    def due(self, project_id: int, first: int, last: int, limit: int) -> list[Key]:
        """Find the open tasks of a project that are due between two seconds, up to a limit (1 a MB)."""
        if first > last:
            return []
        between = keys.due_until(last, first)
        items = self._table.query(keys.project_pk(project_id), "by_due", between=between)
        return [*islice(map(key_of, items), limit)]

    def open_places(self, project_id: int, lanes: Iterable[tuple[int, int]]) -> list[LaneKey]:
        """Read where the open tasks of some lanes stand, each a swimlane and a column (1 a MB, in parallel)."""
        found = gather_map(lambda lane: self._open_places(project_id, *lane), lanes)
        return [place for places in found for place in places]

    def _open_places(self, project_id: int, swimlane_id: int, column_id: int) -> list[LaneKey]:
        begins = keys.open_lane(swimlane_id, column_id)
        items = self._table.query(keys.project_pk(project_id), "by_lane", begins=begins)
        return [LaneKey.parse(item["by_lane"]["S"]) for item in items]

    def lane_keys(self, project_id: int) -> Iterator[LaneKey]:
        """Yield where all tasks of a project stand, open and closed, without the tasks (1 a MB, as it is asked for)."""
        items = self._table.query(keys.project_pk(project_id), "by_lane")
        return (LaneKey.parse(item["by_lane"]["S"]) for item in items)

    def of_reference(self, project_id: int, reference: str) -> LaneKey | None:
        """Find the first task with exactly this reference, by id (1)."""
        begins = keys.of_reference(reference)
        for item in self._table.query(keys.project_pk(project_id), "by_reference", begins=begins):
            place = LaneKey.parse(item["by_lane"]["S"])
            if item["by_reference"]["S"] == keys.by_reference(reference, place.task_id):
                return place
        return None

    def overdue(self, project_id: int, now: int) -> Iterator[Key]:
        """Yield the open tasks of a project whose due date is past, by it (1 a MB, as they are asked for).

        Those that are due on a whole day are among them from its first second on.
        """
        due = self._table.query(keys.project_pk(project_id), "by_due", between=keys.due_until(now))
        return (keys.task(project_id, LaneKey.parse(item["by_lane"]["S"]).task_id) for item in due)

    def overdue_everywhere(self, now: int) -> list[Key]:
        """Find the open tasks of all projects likewise (1 a MB and shard, in parallel); may lag by a second."""
        shards = [keys.due_shard(shard) for shard in range(keys.DUE_SHARDS)]
        found = gather_map(lambda shard: [*self._table.query_due(shard, keys.due_until(now))], shards)
        return [key for due in found for key in due]

    def is_lane_empty(self, project_id: int, begins: Iterable[str]) -> bool:
        """Say whether no task, open or closed, stands in lanes that begin so (1, in parallel)."""
        pk = keys.project_pk(project_id)
        return not any(gather_map(lambda start: [*self._table.query(pk, "by_lane", begins=start, limit=1)], begins))
