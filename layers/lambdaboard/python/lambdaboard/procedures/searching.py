"""A search: in which projects, how long, how much; and the rows of what was found."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.search import Clock, parse
from lambdaboard.errors import Forbidden, NotFound, ResultTooLarge
from lambdaboard.procedures.positions import positions
from lambdaboard.procedures.reader import Reader
from lambdaboard.procedures.rows import FoundRow, found_row
from lambdaboard.store import keys
from lambdaboard.store.parallel import gather, start

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.domain.project import Project, Resolver
    from lambdaboard.domain.search import Query
    from lambdaboard.procedures.context import Context
    from lambdaboard.procedures.reader import Find
    from lambdaboard.store.tasks import ListedTask

ROOM = 40_000_000
"""Characters that the rows of an answer may have together: Lambda returns no more, even compressed."""

ROW = 1_000
"""Characters of a row beside its texts."""

PATIENCE = 10.0
"""Seconds after which no further tasks are read; the gateway gives up after 30."""

TOO_MANY = "Too many tasks found: narrow the query, as by status:open, or page through them with limit and after_id"
TOO_LONG = "The search takes too long: narrow the query by status:open, an id or a reference, or search one project"


class Search(msgspec.Struct):
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
    room: int = msgspec.field(default_factory=lambda: ROOM)
    ends: float = msgspec.field(default_factory=lambda: time.monotonic() + PATIENCE)

    @classmethod
    def of_text(cls, context: Context, query: str, limit: int | None, after_id: int) -> Search:
        """Read a query: of tasks with an id greater than a given one."""
        settings = context.settings
        clock = Clock(datetime.fromtimestamp(context.now, settings.timezone), settings.date_format)
        return cls(context, parse(query, clock), limit, after_id)

    def everywhere(self) -> list[FoundRow]:
        """Search all projects that the caller may read, by id."""
        found = chain.from_iterable(gather([partial(self._of_own, each) for each in self._projects()]))
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
        project = start(stores.projects.get, project_id, keys.user_tombstones())
        tags = start(stores.tags.usable, project_id) if "tags" in self.query.asks else None
        reader = Reader(self, project_id, project, tags)
        find = reader.find()
        return self._rows(reader.project, reader.places, find)

    def _rows(self, project: Project, places: Resolver, find: Find) -> list[FoundRow]:
        owned = start(self.context.stores.users.named, {each.task.owner_id for each in find.listed})
        at = positions(self.context, project.id, places, find.listed, find.open_places)
        owners = owned.result()
        missing = {each.task.owner_id for each in find.listed} - {0, *owners}
        places = places._replace(deleted_users={*places.deleted_users, *missing})
        tasks = (places.resolve(each.task).changed(position=at[each.task.id]) for each in find.listed)
        return [
            found_row(project, task, each.counts, owners.get(task.owner_id))
            for task, each in zip(tasks, find.listed, strict=True)
        ]

    def take(self, found: Iterable[ListedTask]) -> None:
        """Take room in the answer; ResultTooLarge where there is none left."""
        self.room -= sum(ROW + len(each.task.title) + len(each.task.description) for each in found)
        if self.room < 0:
            raise ResultTooLarge(TOO_MANY)

    def in_time(self) -> bool:
        """Say that there is time left; ResultTooLarge where there is none."""
        if time.monotonic() > self.ends:
            raise ResultTooLarge(TOO_LONG)
        return True
