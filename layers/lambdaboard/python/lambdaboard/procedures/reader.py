"""Reads the tasks of a project and keeps those that a query means."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.domain.search import Asker
from lambdaboard.procedures.belongings import belongings_of
from lambdaboard.procedures.candidates import candidates
from lambdaboard.store import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from lambdaboard.domain.project import Project, Resolver
    from lambdaboard.procedures.searching import Search
    from lambdaboard.store.keys import LaneKey
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.tags import Tag
    from lambdaboard.store.tasks import ListedTask

AT_ONCE = 500
"""Tasks that are looked at together: what they name or own beyond their project is read for all of them."""


class Find(NamedTuple):
    """What was found in a project.

    Attributes:
        listed: the tasks found, by id.
        open_places: where all open tasks of the project stand; None where not all of them were read.
    """

    listed: list[ListedTask]
    open_places: list[LaneKey] | None


class Reader(msgspec.Struct, dict=True):
    """Reads the tasks of a project and keeps those that a query means, some hundreds at a time.

    Attributes:
        reading: the project, which is read while the first tasks are.
        tags: those that may be used there, likewise; None where the query does not ask for them.
        called: user id -> username and full name, of those whom the query asks for.
        unknown: those who are gone, and nobody.
    """

    search: Search
    project_id: int
    reading: Future[StoredProject]
    tags: Future[list[Tag]] | None
    called: dict[int, tuple[str, str]] = msgspec.field(default_factory=dict)
    unknown: set[int] = msgspec.field(default_factory=lambda: {0})

    @property
    def project(self) -> Project:
        """The project, once it was read; NotFound, Forbidden."""
        return self.reading.result().project

    @cached_property
    def places(self) -> Resolver:
        """What tasks may name."""
        return self.project.resolver(people.deleted_users(self.reading.result().items))

    @cached_property
    def asker(self) -> Asker:
        """What the query is asked with."""
        project = self.project
        return Asker(
            user_id=self.search.context.caller.user_id,
            project=project.name,
            people=self.called,
            columns={column.id: column.title for column in project.columns},
            swimlanes={lane.id: lane.name for lane in project.swimlanes},
            categories={category.id: category.name for category in project.categories},
            tags={tag.id: tag.name for tag in self.tags.result()} if self.tags else {},
        )

    def find(self) -> Find:
        """Read tasks until the limit is reached or there are no more (1 round trip a MB, and what the query asks)."""
        search = self.search
        read = candidates(search.context, self.project_id, search.query, search.after_id)
        found: list[ListedTask] = []
        open_places: list[LaneKey] = []
        for some in _batches(read.listed):
            open_places += (each.lane_key for each in some if read.are_all_open and each.lane_key.is_active)
            fitting = self._fitting([*map(self._housed, some)])
            if search.limit:
                fitting = fitting[: search.limit - len(found)]
            search.take(fitting)
            found += fitting
            if len(found) == search.limit:
                return Find(found, None)
        return Find(found, open_places if read.are_all_open else None)

    def _housed(self, each: ListedTask) -> ListedTask:
        task = self.places.resolve(each.task)
        return each if task is each.task else msgspec.structs.replace(each, task=task)

    def _fitting(self, some: Sequence[ListedTask]) -> list[ListedTask]:
        """Return those of some tasks that the query means."""
        query, asker, in_time = self.search.query, self.asker, self.search.in_time
        self._call_those_of(some)
        fitting = [each for each in some if in_time() and query.matches(each.task, asker)]
        if not query.asks & {"comments", "subtasks", "links"}:
            return fitting
        known = {each.task.id for each in fitting}
        undecided = [each for each in some if each.task.id not in known and query.may_match(each.task, asker)]
        return sorted([*fitting, *self._fitting_by_belongings(undecided)], key=lambda each: each.task.id)

    def _fitting_by_belongings(self, some: Sequence[ListedTask]) -> list[ListedTask]:
        query, asker = self.search.query, self.asker
        belongings = belongings_of(self.search.context, some, query.asks, self.places.deleted_users) if some else {}
        if "performers" in query.asks:
            self._call({subtask.user_id for each in belongings.values() for subtask in each.subtasks})
        known = [each for each in some if each.task.id in belongings]
        return [each for each in known if query.matches(each.task, asker, belongings[each.task.id])]

    def _call_those_of(self, some: Sequence[ListedTask]) -> None:
        """Read the names of assignees and creators, as far as the query asks for them."""
        if "assignees" in self.search.query.asks:
            self._call({each.task.owner_id for each in some})
        if "creators" in self.search.query.asks:
            self._call({each.task.creator_id for each in some})

    def _call(self, user_ids: set[int]) -> None:
        """Read the names of people whom the tasks before these did not name."""
        new = user_ids - self.called.keys() - self.unknown
        users = self.search.context.stores.users.named(new)
        self.called.update({user.id: (user.username, user.name) for user in users.values()})
        self.unknown |= new - users.keys()


def _batches(listed: Iterable[ListedTask]) -> Iterator[list[ListedTask]]:
    left = iter(listed)
    while some := [*islice(left, AT_ONCE)]:
        yield some
