"""searchTasks: what a query finds, in one project or in all."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from lambdaboard.errors import Forbidden, InvalidParams, NotFound, TooMuch
from lambdaboard.jsonrpc import Integer, Text
from lambdaboard.procedures.access import VIEW
from lambdaboard.procedures.belongings import belongings_of
from lambdaboard.procedures.candidates import candidates
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.positions import positions
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import FoundRow, found_row
from lambdaboard.store import keys, people
from lambdaboard.store.parallel import start, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from lambdaboard.domain.project import Places, Project
    from lambdaboard.domain.search import Asker, Query
    from lambdaboard.store.keys import LaneKey
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.tags import Tag
    from lambdaboard.store.tasks import Listed

MAX_QUERY = 10_000
"""Characters of a query."""

AT_ONCE = 500
"""Tasks that are looked at together: what they name or own beyond their project is read for all of them."""

ROOM = 40_000_000
"""Characters that the rows of an answer may have together: Lambda returns no more, even compressed."""

ROW = 1_000
"""Characters of a row beside its texts."""

PATIENCE = 10.0
"""Seconds after which no further tasks are read; the gateway gives up after 30."""

TOO_MANY = "Too many tasks found: narrow the query, as by status:open, or page through them with limit and after_id"
TOO_LONG = "The search takes too long: narrow the query by status:open, an id or a reference, or search one project"


@procedure("searchTasks", VIEW)
def search_tasks(
    context: Context, project_id: Id, query: Text | None, *, limit: Integer = 0, after_id: Id = 0
) -> list[FoundRow]:
    """Find tasks of a project by a query, by id.

    Args:
        project_id: the project, active or not; 0 for all that the caller may read, an extension.
        query: in the language of docs/search.md; "" for all tasks; at most 10,000 characters.
        limit: at most so many, an extension for queries whose answer is too large; 0 for all.
        after_id: only those with a greater id: the last one of the page before; an extension, too.

    Returns:
        48 properties of each: its own, numbers of what hangs on it, names of what it refers to; false where there is no
        such project. Source: seeds, searchTasks; search-language.md.
    """
    # imported here: a start need not wait for what one procedure needs
    from lambdaboard.domain.search import Clock, parse  # noqa: PLC0415

    if not project_id:
        context.stores.gate.enter_own()
    if query and len(query) > MAX_QUERY:
        raise InvalidParams("query", f"must be at most {MAX_QUERY:,} characters long")
    if limit < 0:
        raise InvalidParams("limit", "must not be negative")
    settings = context.settings
    clock = Clock(datetime.fromtimestamp(context.now, settings.timezone), settings.date_format)
    search = Search(context, parse(query or "", clock), limit or None, after_id)
    return search.of(project_id) if project_id else search.everywhere()


class Find(NamedTuple):
    """What was found in a project.

    Attributes:
        listed: the tasks found, by id.
        open_places: where all open tasks of the project stand; None where not all of them were read.
    """

    listed: list[Listed]
    open_places: list[LaneKey] | None


@dataclass
class Search:
    """One search, in one project or several at the same time.

    Attributes:
        limit: at most so many tasks; None for all.
        room: characters that the answer may still get.
        ends: when no more is read, by the clock of `time.monotonic`.
    """

    context: Context
    query: Query
    limit: int | None
    after_id: int
    room: int = field(default_factory=lambda: ROOM)
    ends: float = field(default_factory=lambda: time.monotonic() + PATIENCE)

    def everywhere(self) -> list[FoundRow]:
        """Search all projects that the caller may read, by id."""
        found = chain.from_iterable(together([partial(self._of_own, each) for each in self._projects()]))
        return sorted(found, key=lambda row: int(row["id"]))[: self.limit]

    def _projects(self) -> list[int]:
        stores, caller = self.context.stores, self.context.caller
        return [*stores.users.roles(caller.user_id)] if caller.user else stores.projects.ids()

    def _of_own(self, project_id: int) -> list[FoundRow]:
        with suppress(NotFound, Forbidden):  # removed, or the caller left it, since it was listed
            return self.of(project_id)
        return []

    def of(self, project_id: int) -> list[FoundRow]:
        """Search a project, by id; NotFound, Forbidden."""
        stores = self.context.stores
        project = start(stores.projects.get, project_id, keys.gone_users())
        tags = start(stores.tags.usable, project_id) if "tags" in self.query.asks else None
        reader = Reader(self, project_id, project, tags)
        find = reader.find()
        return self._rows(reader.project, reader.places, find)

    def _rows(self, project: Project, places: Places, find: Find) -> list[FoundRow]:
        owned = start(self.context.stores.users.named, {each.task.owner_id for each in find.listed})
        at = positions(self.context, project.id, places, find.listed, find.open_places)
        owners = owned.result()
        missing = {each.task.owner_id for each in find.listed} - owners.keys()
        places = places._replace(gone={*places.gone, *missing})
        tasks = (places.housed(each.task).changed(position=at[each.task.id]) for each in find.listed)
        return [
            found_row(project, task, each.nb_files, owners.get(task.owner_id))
            for task, each in zip(tasks, find.listed, strict=True)
        ]

    def take(self, found: Iterable[Listed]) -> None:
        """Take room in the answer; TooMuch where there is none left."""
        self.room -= sum(ROW + len(each.task.title) + len(each.task.description) for each in found)
        if self.room < 0:
            raise TooMuch(TOO_MANY)

    def in_time(self) -> bool:
        """Say that there is time left; TooMuch where there is none."""
        if time.monotonic() > self.ends:
            raise TooMuch(TOO_LONG)
        return True


@dataclass
class Reader:
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
    called: dict[int, tuple[str, str]] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=lambda: {0})

    @property
    def project(self) -> Project:
        """The project, once it was read; NotFound, Forbidden."""
        return self.reading.result().project

    @cached_property
    def places(self) -> Places:
        """What tasks may name."""
        return self.project.places(people.gone(self.reading.result().items))

    @cached_property
    def asker(self) -> Asker:
        """What the query is asked with."""
        from lambdaboard.domain.search import Asker  # noqa: PLC0415 - see search_tasks

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
        found: list[Listed] = []
        open_places: list[LaneKey] = []
        for some in _batches(read.listed):
            open_places += (each.lane_key for each in some if read.are_all_open and each.lane_key.is_active)
            fitting = self._fitting([*map(self._housed, some)])
            search.take(fitting)
            found += fitting
            if search.limit and len(found) >= search.limit:
                return Find(found[: search.limit], None)
        return Find(found, open_places if read.are_all_open else None)

    def _housed(self, each: Listed) -> Listed:
        task = self.places.housed(each.task)
        return each if task is each.task else replace(each, task=task)

    def _fitting(self, some: Sequence[Listed]) -> list[Listed]:
        query = self.search.query
        for fact, of in (("assignees", "owner_id"), ("creators", "creator_id")):
            if fact in query.asks:
                self._call({getattr(each.task, of) for each in some})
        asker, in_time = self.asker, self.search.in_time
        fitting = {each.task.id for each in some if in_time() and query.matches(each.task, asker)}
        if query.asks & {"comments", "subtasks", "links"}:
            fitting |= self._fitting_by_belongings([each for each in some if each.task.id not in fitting])
        return [each for each in some if each.task.id in fitting]

    def _fitting_by_belongings(self, some: Sequence[Listed]) -> set[int]:
        query, asker = self.search.query, self.asker
        undecided = [each for each in some if self.search.in_time() and query.may_match(each.task, asker)]
        belongings = belongings_of(self.search.context, undecided, query.asks) if undecided else {}
        if "performers" in query.asks:
            self._call({subtask.user_id for each in belongings.values() for subtask in each.subtasks})
        tasks = [each.task for each in undecided if each.task.id in belongings]
        return {task.id for task in tasks if query.matches(task, asker, belongings[task.id])}

    def _call(self, user_ids: set[int]) -> None:
        """Read the names of people whom the tasks before these did not name."""
        new = user_ids - self.called.keys() - self.unknown
        users = self.search.context.stores.users.named(new)
        self.called.update({user.id: (user.username, user.name) for user in users.values()})
        self.unknown |= new - users.keys()


def _batches(listed: Iterable[Listed]) -> Iterator[list[Listed]]:
    left = iter(listed)
    while some := [*islice(left, AT_ONCE)]:
        yield some
