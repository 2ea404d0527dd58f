"""Reads the tasks of a project and keeps those that match a query."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambdaboard.domain.search import Asker
from lambdaboard.services.candidates import candidates
from lambdaboard.services.child_entities import child_entities_of
from lambdaboard.services.result_budget import task_characters
from lambdaboard.store.parallel import gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdaboard.domain.link import LinkTypes
    from lambdaboard.domain.project import Project, Resolver
    from lambdaboard.services.candidates import Candidates
    from lambdaboard.services.search_request import SearchRequest
    from lambdaboard.store.keys.indexes import LaneKey
    from lambdaboard.store.projects import StoredProject
    from lambdaboard.store.tags import Tag
    from lambdaboard.store.tasks import ListedTask

BATCH, BATCH_CHARACTERS = 500, 5_000_000
"""Limits of tasks that are filtered together, and of their characters: people and child entities are read for all of
them at once."""


class SearchResult(NamedTuple):
    """The result of a search in a project.

    Attributes:
        resolver: of the project.
        listed: the tasks found, by id.
        open_places: the places of all open tasks of the project; None if not all of them were read.
    """

    project: Project
    link_types: LinkTypes
    resolver: Resolver
    listed: list[ListedTask]
    open_places: list[LaneKey] | None


def search_project(search: SearchRequest, project_id: int) -> SearchResult:
    """Read tasks until the limit is reached or there are no more (1 round trip per MB, and those for needed facts).

    Raises:
        NotFound, Forbidden: the project.
        ResultTooLarge: the results do not fit into one response, or the search takes too long.
    """
    stores = search.context.stores
    # the project first: if the caller may not read it, its error is raised
    stored, tags, read = gather(
        partial(stores.projects.get, project_id, with_tombstones=True, with_link_types=True),
        lambda: stores.tags.usable(project_id) if "tags" in search.query.asks else (),
        partial(candidates, search, project_id),
    )
    matcher = _Matcher.of(search, stored, tags)
    found, open_places = _matching(search, matcher, read())
    return SearchResult(stored.project, stored.link_types, matcher.resolver, found, open_places)


def _matching(
    search: SearchRequest, matcher: _Matcher, read: Candidates
) -> tuple[list[ListedTask], list[LaneKey] | None]:
    found: list[ListedTask] = []
    open_places: list[LaneKey] = []
    for batch in _batches(read.listed):
        open_places += (each.lane_key for each in batch if read.are_all_open and each.lane_key.is_active)
        matching = matcher.matching(batch)
        if search.page.limit:
            matching = matching[: search.page.limit - len(found)]
        found += search.budget.each(matching, task_characters)
        if len(found) == search.page.limit:
            return found, None
    return found, open_places if read.are_all_open else None


def _batches(listed: Iterable[ListedTask]) -> Iterator[list[ListedTask]]:
    batch, characters = [], 0
    for each in listed:
        batch.append(each)
        characters += task_characters(each)
        if len(batch) == BATCH or characters > BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class _Matcher(msgspec.Struct):
    """Matches tasks of a project against a query.

    Attributes:
        resolver: of the project.
        asker: for the query; people are added when tasks name them.
        unknown: ids of removed users, and 0.
    """

    search: SearchRequest
    resolver: Resolver
    asker: Asker
    people: dict[int, tuple[str, str]]
    unknown: set[int] = msgspec.field(default_factory=lambda: {0})

    @classmethod
    def of(cls, search: SearchRequest, stored: StoredProject, tags: Iterable[Tag]) -> _Matcher:
        """Return a matcher for a project that was read, and the tags that may be used there."""
        project = stored.project
        called: dict[int, tuple[str, str]] = {}
        asker = Asker(
            user_id=search.context.caller.user_id,
            project=project.name,
            people=called,
            columns={column.id: column.title for column in project.columns},
            swimlanes={lane.id: lane.name for lane in project.swimlanes},
            categories={category.id: category.name for category in project.categories},
            tags={tag.id: tag.name for tag in tags},
            check_time=search.check_time,
        )
        return cls(search, stored.resolver, asker, called)

    def matching(self, batch: Sequence[ListedTask]) -> list[ListedTask]:
        """Return those of some tasks that match, with removed things replaced."""
        query, asker = self.search.query, self.asker
        self.search.check_time()
        tasks = [self._resolved(each) for each in batch]
        self._read_people_of(tasks)
        matching = [each for each in tasks if query.matches(each.task, asker)]
        if not query.asks & {"comments", "subtasks", "links"}:
            return matching
        known = {each.task.id for each in matching}
        others = (each for each in tasks if each.task.id not in known)
        undecided = [each for each in others if query.may_match(each.task, asker)]
        return sorted([*matching, *self._matching_by_children(undecided)], key=lambda each: each.task.id)

    def _resolved(self, each: ListedTask) -> ListedTask:
        task = self.resolver.resolve(each.task)
        return each if task is each.task else msgspec.structs.replace(each, task=task)

    def _matching_by_children(self, tasks: Sequence[ListedTask]) -> list[ListedTask]:
        query, asker = self.search.query, self.asker
        if not tasks:
            return []
        children = child_entities_of(self.search, tasks, self.resolver.deleted_users)
        if "performers" in query.asks:
            self._read_people({subtask.user_id for each in children.values() for subtask in each.subtasks})
        known = [each for each in tasks if each.task.id in children]
        return [each for each in known if query.matches(each.task, asker, children[each.task.id])]

    def _read_people_of(self, tasks: Sequence[ListedTask]) -> None:
        """Read the names of assignees and creators, if the query needs them."""
        if "assignees" in self.search.query.asks:
            self._read_people({each.task.owner_id for each in tasks})
        if "creators" in self.search.query.asks:
            self._read_people({each.task.creator_id for each in tasks})

    def _read_people(self, user_ids: set[int]) -> None:
        """Read the names of people that are not known yet."""
        new = user_ids - self.people.keys() - self.unknown
        users = self.search.context.stores.users.named(new)
        self.people.update({user.id: (user.username, user.name) for user in users.values()})
        self.unknown |= new - users.keys()
