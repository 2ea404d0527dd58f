"""What a call reads of a project that its caller may not see: a page beside the check, however large the project is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.boards import everything
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.integration.access_world import CALLS, World, a_world
from tests.integration.roles import LEVEL_OF

from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakePerson

IN_PROJECTS = [name for name in CALLS if LEVEL_OF[name] in {"view", "work", "management"}]

NOT_GIVEN = ["", 0, 0, 0, "", "", 0, 0, None, 0, 0, 0, 0, 0, 0, ""]
"""The params of createTask before its tags."""

DEARER: dict[str, Callable[[World], list[Any]]] = {
    "getAllTasks, closed": lambda of: [of.project, 0],
    "searchTasks, all": lambda of: [of.project, ""],
    "searchTasks, open": lambda of: [of.project, "status:open"],
    "searchTasks, comments": lambda of: [of.project, "comment:nothing"],
    "searchTasks, links": lambda of: [of.project, "link:nothing"],
    "searchTasks, tags": lambda of: [of.project, "tag:nothing assignee:nobody"],
    "searchTasks, a reference": lambda of: [of.project, "ref:R"],
    "searchTasks, the end of a reference": lambda of: [of.project, "ref:*x"],
    "searchTasks, the ends of references": lambda of: [of.project, "ref:*x ref:*y ref:*z"],
    "searchTasks, due": lambda of: [of.project, "due:<2030-01-01 status:open"],
    "getTaskByReference, in another letter case": lambda of: [of.project, "r"],
    "createTask, tags": lambda of: ["New", of.project, *NOT_GIVEN, ["a"]],
    "moveTaskPosition, to the end": lambda of: [of.project, of.task, of.column, 10**6, of.lane],
}
"""Calls that read more where the caller may see the project."""

ALL = {name: CALLS[name] for name in IN_PROJECTS} | DEARER

MANY = 4


def enriched(call: Client, world: World) -> World:
    """Put more of everything into a world."""
    for number in range(MANY):
        task = call("createTask", title="More", project_id=world.project, reference="R", date_due="2020-01-01")
        closed = call("createTask", title="More", project_id=world.project, reference="r")
        assert call("closeTask", closed)
        assert call("createTaskLink", world.task, task, 2)
        assert call("createTag", world.project, f"tag {number}")
        assert call("createComment", world.task, world.member, "More")
        assert call("createSubtask", world.task, "More", world.member)
        assert call("createTaskFile", world.project, world.task, f"{number}", "YQ==")
        assert call("createExternalTaskLink", world.task, f"https://example.org/{number}.pdf", "related")
        assert call("saveTaskMetadata", world.task, {f"{number}": "more"})
        assert call("createProjectFile", world.project, f"{number}", "YQ==")
        assert call("saveProjectMetadata", world.project, {f"{number}": "more"})
        assert call("addProjectUser", world.project, call("createUser", f"{number} of {world.name}", "password"))
        assert call("addColumn", world.project, f"{number}")
    return world


class Reads:
    """Counts what is asked of the table, in pages of two items."""

    def __init__(self, stores: Stores) -> None:
        self.asked: Counter[tuple[str, int]] = Counter()
        stores.table.client.meta.events.register("before-parameter-build.dynamodb", self._asked)

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "Query":
            params["Limit"] = min(params.get("Limit", 2), 2)
        keys = sum(len(each["Keys"]) for each in params.get("RequestItems", {}).values())
        self.asked[model.name, keys] += 1

    def of(self, act: Callable[[], dict[str, Any]], status: set[int]) -> Counter[tuple[str, int]]:
        """Make a call and return how often each operation was asked for, with the number of its keys."""
        self.asked = Counter()
        assert act()["statusCode"] in status
        return self.asked


@pytest.fixture
def worlds(call: Client) -> tuple[World, World]:
    """A small project and a large one."""
    return a_world(call, "small"), enriched(call, a_world(call, "large"))


def asked(reads: Reads, client: Client, name: str, world: World, status: set[int]) -> Counter[tuple[str, int]]:
    return reads.of(lambda: client.response(name.partition(",")[0], *ALL[name](world)), status)


def test_a_stranger_reads_no_more_of_a_large_project_than_of_a_small_one(
    worlds: tuple[World, World], stores: Stores, person: MakePerson
) -> None:
    person("ann")
    before = everything(stores)
    measured = Stores.connect(TABLE, BUCKET)
    reads, ann = Reads(measured), Client(a_service(measured)).by("ann")
    ann("getVersion")
    for cache in ("cold", "warm"):
        for name in ALL:
            counts = []
            for world in worlds:
                measured.cache.project_of.clear()
                if cache == "warm":
                    measured.cache.project_of.update({world.task: world.project})
                counts.append(asked(reads, ann, name, world, {200, 403}))
            assert counts[0] == counts[1], (name, cache)
            assert sum(count for (operation, _), count in counts[1].items() if operation == "Query") <= 3, name
    assert everything(stores) == before


def test_a_member_reads_more_of_a_large_project_than_of_a_small_one(
    worlds: tuple[World, World], call: Client, person: MakePerson
) -> None:
    small, large = worlds
    ann = person("ann", small.project, large.project, role="project-manager")
    measured = Stores.connect(TABLE, BUCKET)
    reads, client = Reads(measured), Client(a_service(measured)).by("ann")
    client("getVersion")
    own = [replace(world, comment=call("createComment", world.task, ann, "Theirs"), caller=ann) for world in worlds]
    lists = [name for name in ALL if name.startswith(("getAll", "search", "getBoard", "getTagsBy", "getProjectUsers"))]
    lists += [
        "getTaskMetadata",
        "getProjectMetadata",
        "getAssignableUsers",
        "moveTaskPosition, to the end",
        "duplicateTaskToProject",
    ]
    for name in lists:
        if name not in {"getAllCategories", "getAllSwimlanes"}:
            first, second = (asked(reads, client, name, world, {200}) for world in own)
            assert sum(second.values()) > sum(first.values()), name


def test_a_call_that_names_too_many_projects_reads_no_more_of_them_than_one_may_name(
    stores: Stores, person: MakePerson
) -> None:
    person("ann")
    measured = Stores.connect(TABLE, BUCKET)
    reads, ann = Reads(measured), Client(a_service(measured)).by("ann")
    ann("getVersion")
    most, more = (
        reads.of(partial(ann.response, "getProjectActivities", [*range(1, count + 1)]), {403}) for count in (200, 2_000)
    )
    assert most == more
