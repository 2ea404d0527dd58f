"""What a call costs a person: three round trips more than the application where a container first sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import pytest
from tests import aws_calls
from tests.aws_calls import Calls, Tracker
from tests.boards import a_board, a_task
from tests.conftest import BUCKET, TABLE, Client, a_service
from tests.faults.engine import Moto
from tests.integration.test_budgets import ALL, WRITES, World, succeeded, the_world

from lambdaboard.api.access import SELF
from lambdaboard.procedures import registry
from lambdaboard.store.stores import Stores

Act = Callable[[Client, World], Any]

SELVES = {procedure.name for procedure in registry if procedure.access == SELF}
"""What the application may not call."""

LOG_IN, COUNTED = 3, 2
"""Round trips that a person costs a container that does not know them, and how often their user is written."""

PROOF = 1
"""Reads, beside those of the call, by which a person is proved whom a container knows."""

FOLLOWED = (
    "updateTask",
    "openTask",
    "closeTask",
    "updateComment",
    *(name for name in ALL if name.startswith("moveTaskPosition")),
)
"""What writes one item alone: the row of activity of a person's call follows it, which is a round trip more."""

TOLD = {
    **dict.fromkeys(FOLLOWED, 1),
    **dict.fromkeys(("createTask", "createTask, a known tag", "createTask, a new tag"), 1),
    **dict.fromkeys(("moveTaskToProject", "moveTaskToProject, a new tag", "moveTaskToProject, with belongings"), 1),
    **dict.fromkeys(("createTaskFile", "removeTaskFile", "removeAllTaskFiles"), 1),
    **dict.fromkeys(("createComment", "removeComment", "removeTaskLink"), 1),
    **dict.fromkeys(("createSubtask", "createSubtask, somebody's", "updateSubtask", "removeSubtask"), 1),
    **dict.fromkeys(("createTaskLink", "updateTaskLink", "closeTask, with belongings"), 2),
    "duplicateTaskToProject": 4,
    "duplicateTaskToProject, with belongings": 3,
}
"""Rows of activity that a person's call leaves; but for those above they are part of its transaction."""

LOOKED_AT = {"removeAllTaskFiles": 1}
"""Reads at the same time as others, to tell what the call did."""


@dataclass
class Scales:
    """Measures calls, each in a container of its own and in the same world, which is restored after it.

    Attributes:
        measured: what `tracker` follows.
    """

    measured: Stores
    world: World
    tracker: Tracker

    def weigh(self, act: Act, *, knows_them: bool, knows_tasks: bool = False, username: str = "ann") -> Calls:
        """Let a person (the application, if "") call in a container that knows them, or their tasks, or neither."""
        put_back = self._put_back
        container = Client(a_service(Stores(self.measured.table, self.measured.blobs)))
        for task in (self.world.task, self.world.plain, self.world.listed) if knows_tasks else ():
            container("getTask", task)
        caller = container.by(username) if username else container
        if knows_them:
            caller("getVersion")
        calls = self.tracker.of(lambda: succeeded(act(caller, self.world), "what is measured"))
        if calls.of.keys() & aws_calls.WRITES:
            put_back()
        return calls

    @cached_property
    def _put_back(self) -> Callable[[], None]:
        """What restores what is there when the first call is measured."""
        return Moto().kept()


@pytest.fixture
def scales(call: Client, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Scales:
    """The world in which the calls of the application are measured, and Ann, who may call everything there."""
    world = the_world(call, stores)
    call("updateUser", id=world.person, role="app-admin")
    measured = Stores.connect(TABLE, BUCKET)
    return Scales(measured, world, Tracker(monkeypatch, measured))


# --- tasks ----------------------------------------------------------------------------------------------------------


def of_a_person(name: str) -> Price:
    """Return what a call of ALL costs a person, with the rows of activity that it leaves."""
    _, cost = ALL[name]
    later = int(name in FOLLOWED)
    return Price(cost.cold + later, cost.calls + LOOKED_AT.get(name, 0) + later, cost.items + TOLD.get(name, 0))


def check(scales: Scales, name: str) -> None:
    """Compare a call by a person with what it costs the application, cold and warm."""
    act, cost = ALL[name]
    first = scales.weigh(act, knows_them=False)
    price = of_a_person(name)
    expected = (price.depth + LOG_IN, price.calls + LOG_IN, price.items + COUNTED, cost.s3)
    assert (first.depth, first.dynamodb, first.items, first.s3) == expected, (name, first)
    known = scales.weigh(act, knows_them=True)
    expected = (price.depth, price.calls + PROOF, price.items, cost.s3)
    assert (known.depth, known.dynamodb, known.items, known.s3) == expected, (name, known)
    if cost.warm != cost.cold:
        depth = cost.warm + int(name in FOLLOWED)
        assert scales.weigh(act, knows_them=True, knows_tasks=True).depth == depth, name


@pytest.mark.parametrize("part", range(6))
def test_calls_that_write_cost_a_person_three_round_trips_more_at_first_and_then_what_tells_them(
    scales: Scales, part: int
) -> None:
    for name in WRITES[part::6]:
        check(scales, name)


def test_calls_that_read_cost_a_person_three_round_trips_more_at_first_and_none_after_that(scales: Scales) -> None:
    for name in ALL.keys() - set(WRITES):
        check(scales, name)


# --- all the rest ---------------------------------------------------------------------------------------------------


class Price(NamedTuple):
    """What a procedure costs.

    Attributes:
        depth: of the application; of a person whom the container knows, where the application may not call.
        calls: of DynamoDB, without those by which a person logs in or is proved.
        items: written, but for ids.
        joining: items more where a person calls, who gets a role by it.
    """

    depth: int
    calls: int
    items: int = 0
    joining: int = 0


def _column(of: World) -> int:
    return of.board.columns[0].id


ASSIGN_CALLER = "\\Kanboard\\Action\\TaskAssignCurrentUser"

PRICES: dict[str, tuple[Act, Price]] = {
    "getMe": (lambda call, of: call("getMe"), Price(1, 1)),
    "getMyProjects": (lambda call, of: call("getMyProjects"), Price(2, 2)),
    "getMyActivityStream": (lambda call, of: call("getMyActivityStream"), Price(5, 7)),
    "getProjectActivity": (lambda call, of: call("getProjectActivity", of.other.id), Price(3, 5)),
    "getProjectActivities": (
        lambda call, of: call("getProjectActivities", [of.board.id, of.other.id]),
        Price(4, 6),
    ),
    "getMyProjectsList": (lambda call, of: call("getMyProjectsList"), Price(2, 2)),
    "getMyDashboard": (lambda call, of: call("getMyDashboard"), Price(3, 10)),
    "getMyOverdueTasks": (lambda call, of: call("getMyOverdueTasks"), Price(4, 5)),
    "createMyPrivateProject": (lambda call, of: call("createMyPrivateProject", "New"), Price(2, 4, 10)),
    "changeMyPassword": (lambda call, of: call("changeMyPassword", "secret of ann", "secret of ann"), Price(2, 2, 1)),
    "createToken": (lambda call, of: call("createToken", "program"), Price(2, 3, 2)),
    "createToken, for a project": (lambda call, of: call("createToken", "program", 0, [of.board.id]), Price(2, 4, 2)),
    "getTokens": (lambda call, of: call("getTokens"), Price(1, 1)),
    "removeToken": (lambda call, of: call("removeToken", of.tokens[call.credentials[0]]), Price(2, 2, 2)),
    "createProject": (lambda call, of: call("createProject", "New"), Price(2, 4, 8, 2)),
    "getBoard": (lambda call, of: call("getBoard", of.board.id), Price(1, 4)),
    "getProjectById": (lambda call, of: call("getProjectById", of.board.id), Price(1, 1)),
    "getColumns": (lambda call, of: call("getColumns", of.board.id), Price(1, 1)),
    "getColumn": (lambda call, of: call("getColumn", _column(of)), Price(2, 2)),
    "getTagsByProject": (lambda call, of: call("getTagsByProject", of.board.id), Price(1, 2)),
    "getTaskTags": (lambda call, of: call("getTaskTags", of.task), Price(3, 4)),
    "getAllTags": (lambda call, of: call("getAllTags"), Price(2, 4)),
    "getProjectUsers": (lambda call, of: call("getProjectUsers", of.board.id), Price(2, 3)),
    "getAllUsers": (lambda call, of: call("getAllUsers"), Price(2, 2)),
    "getAllProjects": (lambda call, of: call("getAllProjects"), Price(2, 2)),
    "searchTasks": (lambda call, of: call("searchTasks", of.board.id, "assignee:me"), Price(1, 2)),
    "addColumn": (lambda call, of: call("addColumn", of.board.id, "New"), Price(2, 3, 2)),
    "updateProject": (lambda call, of: call("updateProject", of.board.id, "New"), Price(2, 2, 2)),
    "createTag": (lambda call, of: call("createTag", of.board.id, "new"), Price(2, 4, 3)),
    "removeUser": (lambda call, of: call("removeUser", of.stranger), Price(3, 3, 11)),
    "enableUser": (lambda call, of: call("enableUser", of.stranger), Price(1, 1)),
    "disableUser": (lambda call, of: call("disableUser", of.stranger), Price(3, 3, 1)),
    "getAllCategories": (lambda call, of: call("getAllCategories", of.board.id), Price(1, 1)),
    "getCategory": (lambda call, of: call("getCategory", of.board.categories[0].id), Price(2, 2)),
    "createCategory": (lambda call, of: call("createCategory", of.board.id, "New"), Price(2, 3, 2)),
    "updateCategory": (lambda call, of: call("updateCategory", of.board.categories[0].id, "New"), Price(3, 3, 1)),
    "removeCategory": (lambda call, of: call("removeCategory", of.board.categories[0].id), Price(3, 3, 2)),
    "getActions": (lambda call, of: call("getActions", of.board.id), Price(1, 1)),
    "createAction": (
        lambda call, of: call("createAction", of.board.id, "task.create", ASSIGN_CALLER, {}),
        Price(2, 3, 2),
    ),
    "removeAction": (lambda call, of: call("removeAction", of.action), Price(3, 3, 2)),
    "updateColumn": (lambda call, of: call("updateColumn", _column(of), "New"), Price(3, 3, 1)),
    "changeColumnPosition": (
        lambda call, of: call("changeColumnPosition", of.board.id, _column(of), 2),
        Price(2, 2, 1),
    ),
    "removeColumn": (lambda call, of: call("removeColumn", of.board.columns[2].id), Price(4, 6, 2)),
    "getProjectByName": (lambda call, of: call("getProjectByName", of.board.name), Price(2, 2)),
    "getProjectByIdentifier": (lambda call, of: call("getProjectByIdentifier", "OTHER"), Price(2, 2)),
    "getProjectByEmail": (lambda call, of: call("getProjectByEmail", "other@example.org"), Price(2, 2)),
    "removeProject": (lambda call, of: call("removeProject", of.board.id), Price(2, 2, 2)),
    "enableProject": (lambda call, of: call("enableProject", of.board.id), Price(2, 2, 1)),
    "disableProject": (lambda call, of: call("disableProject", of.board.id), Price(2, 2, 1)),
    "getAssignableUsers": (lambda call, of: call("getAssignableUsers", of.board.id), Price(2, 3)),
    "getProjectUserRole": (lambda call, of: call("getProjectUserRole", of.board.id, of.person), Price(1, 1)),
    "addProjectUser": (
        lambda call, of: call("addProjectUser", of.board.id, of.stranger, "project-member"),
        Price(2, 2, 2),
    ),
    "changeProjectUserRole": (
        lambda call, of: call("changeProjectUserRole", of.board.id, of.person, "project-member"),
        Price(2, 2, 2),
    ),
    "removeProjectUser": (lambda call, of: call("removeProjectUser", of.board.id, of.person), Price(2, 2, 2)),
    "createGroup": (lambda call, of: call("createGroup", "New"), Price(2, 2, 2)),
    "updateGroup": (lambda call, of: call("updateGroup", of.crew, "New"), Price(2, 2, 3)),
    "removeGroup": (lambda call, of: call("removeGroup", of.crew), Price(2, 2, 10)),
    "getGroup": (lambda call, of: call("getGroup", of.crew), Price(1, 1)),
    "getAllGroups": (lambda call, of: call("getAllGroups"), Price(1, 3)),
    "addGroupMember": (lambda call, of: call("addGroupMember", of.crew, of.person), Price(2, 3, 2)),
    "removeGroupMember": (lambda call, of: call("removeGroupMember", of.crew, of.stranger), Price(2, 3, 2)),
    "isGroupMember": (lambda call, of: call("isGroupMember", of.crew, of.stranger), Price(1, 2)),
    "getGroupMembers": (lambda call, of: call("getGroupMembers", of.crew), Price(2, 3)),
    "getMemberGroups": (lambda call, of: call("getMemberGroups", of.stranger), Price(2, 2)),
    "addProjectGroup": (lambda call, of: call("addProjectGroup", of.board.id, of.crew), Price(2, 2, 2)),
    "changeProjectGroupRole": (
        lambda call, of: call("changeProjectGroupRole", of.other.id, of.crew, "project-viewer"),
        Price(2, 2, 2),
    ),
    "removeProjectGroup": (lambda call, of: call("removeProjectGroup", of.other.id, of.crew), Price(2, 2, 2)),
    "getActiveSwimlanes": (lambda call, of: call("getActiveSwimlanes", of.board.id), Price(1, 1)),
    "getAllSwimlanes": (lambda call, of: call("getAllSwimlanes", of.board.id), Price(1, 1)),
    "getSwimlane": (lambda call, of: call("getSwimlane", of.board.swimlanes[0].id), Price(2, 2)),
    "getSwimlaneById": (lambda call, of: call("getSwimlaneById", of.board.swimlanes[0].id), Price(2, 2)),
    "getSwimlaneByName": (lambda call, of: call("getSwimlaneByName", of.board.id, "Main"), Price(1, 1)),
    "addSwimlane": (lambda call, of: call("addSwimlane", of.board.id, "New"), Price(2, 3, 2)),
    "updateSwimlane": (
        lambda call, of: call("updateSwimlane", of.board.id, of.board.swimlanes[0].id, "New"),
        Price(2, 2, 1),
    ),
    "disableSwimlane": (
        lambda call, of: call("disableSwimlane", of.board.id, of.board.swimlanes[0].id),
        Price(2, 2, 1),
    ),
    "enableSwimlane": (lambda call, of: call("enableSwimlane", of.board.id, of.board.swimlanes[2].id), Price(2, 2, 1)),
    "changeSwimlanePosition": (
        lambda call, of: call("changeSwimlanePosition", of.board.id, of.board.swimlanes[0].id, 2),
        Price(2, 2, 1),
    ),
    "removeSwimlane": (lambda call, of: call("removeSwimlane", of.board.id, of.board.swimlanes[1].id), Price(3, 3, 2)),
    "enableProjectPublicAccess": (lambda call, of: call("enableProjectPublicAccess", of.board.id), Price(2, 2, 1)),
    "disableProjectPublicAccess": (lambda call, of: call("disableProjectPublicAccess", of.board.id), Price(2, 2, 1)),
    "getProjectMetadata": (lambda call, of: call("getProjectMetadata", of.board.id), Price(1, 2)),
    "getProjectMetadataByName": (
        lambda call, of: call("getProjectMetadataByName", of.board.id, "name"),
        Price(1, 1),
    ),
    "saveProjectMetadata": (
        lambda call, of: call("saveProjectMetadata", of.board.id, dict.fromkeys("abcde", 1)),
        Price(2, 2, 5),
    ),
    "removeProjectMetadata": (lambda call, of: call("removeProjectMetadata", of.board.id, "name"), Price(2, 2, 1)),
    "updateTag": (lambda call, of: call("updateTag", 1, "b"), Price(3, 3, 4)),
    "removeTag": (lambda call, of: call("removeTag", 1), Price(3, 3, 4)),
    "setTaskTags": (lambda call, of: call("setTaskTags", of.board.id, of.task, ["b"]), Price(4, 5, 5)),
    "createUser": (lambda call, of: call("createUser", "carl", "secret of carl"), Price(2, 2, 3)),
    "updateUser": (lambda call, of: call("updateUser", id=of.person, name="Ann"), Price(2, 2, 1)),
    "updateUser, a password": (lambda call, of: call("updateUser", id=of.stranger, password="secret"), Price(2, 2, 1)),
    "getUser": (lambda call, of: call("getUser", of.person), Price(1, 1)),
    "getUserByName": (lambda call, of: call("getUserByName", "ann"), Price(2, 2)),
    "isActiveUser": (lambda call, of: call("isActiveUser", of.person), Price(1, 1)),
}


CONSTANT = [
    "getVersion",
    "getTimezone",
    "getDefaultTaskColor",
    "getDefaultTaskColors",
    "getColorList",
    "getApplicationRoles",
    "getProjectRoles",
    "getAvailableActions",
    "getAvailableActionEvents",
    "getCompatibleActionEvents",
    "getExternalTaskLinkTypes",
    "getExternalTaskLinkProviderDependencies",
    "createLdapUser",
    "rpc.discover",
]
"""Procedures that read nothing."""


@pytest.mark.parametrize("part", range(4))
def test_any_other_call_costs_a_person_what_it_costs_the_application_and_three_round_trips_at_first(
    scales: Scales, part: int
) -> None:
    for name in [*PRICES][part::4]:
        act, price = PRICES[name]
        depth, calls, items = price.depth, price.calls, price.items + price.joining
        if name not in SELVES:
            own = scales.weigh(act, username="", knows_them=True)
            assert (own.depth, own.dynamodb, own.items) == price[:3], (name, own)
        known, first = (scales.weigh(act, knows_them=knows) for knows in (True, False))
        assert (known.depth, known.dynamodb, known.items) == (depth, calls + PROOF, items), (name, known)
        expected = (depth + LOG_IN, calls + LOG_IN, items + COUNTED)
        assert (first.depth, first.dynamodb, first.items) == expected, (name, first)


# --- persons who have their roles by groups -------------------------------------------------------------------------


class More(NamedTuple):
    """What a call costs more where roles come by groups: round trips, and calls of DynamoDB."""

    depth: int = 0
    calls: int = 0


OWN_PROJECTS = More(0, 3)
"""Beside the person's own projects those of each of their two groups are read, and which groups are gone."""

BY_GROUPS: dict[str, More] = {
    **dict.fromkeys(
        ("getMyProjects", "getMyProjectsList", "getMyDashboard", "getMyOverdueTasks", "getMyActivityStream"),
        OWN_PROJECTS,
    ),
    "searchTasks, everywhere": OWN_PROJECTS,
    **dict.fromkeys(("getProjectUsers", "getAssignableUsers"), More(1, 2)),
}
"""The only calls that cost more: of a project in which groups have roles, their members are read before their names."""


@pytest.fixture
def by_groups(call: Client, scales: Scales) -> Scales:
    """The same world, in which Ann has her roles by two groups."""
    of = scales.world
    for name in ("managers", "viewers"):
        group = call("createGroup", name)
        call("addGroupMember", group, of.person)
        for board in (of.board, of.other):
            call("addProjectGroup", board.id, group, f"project-{name[:-1]}")
    for board in (of.board, of.other):
        call("removeProjectUser", board.id, of.person)
    return scales


ROLE_OF_HER_OWN = {"changeProjectUserRole", "removeProjectUser"}
"""What changes the role that Ann has not here."""


@pytest.mark.parametrize("part", range(6))
def test_a_person_who_has_their_roles_by_groups_pays_no_round_trip_more(by_groups: Scales, part: int) -> None:
    costs = {name: (act, of_a_person(name)) for name, (act, _) in ALL.items()}
    costs |= {name: (act, price._replace(items=price.items + price.joining)) for name, (act, price) in PRICES.items()}
    for name in sorted(costs.keys() - ROLE_OF_HER_OWN)[part::6]:
        act, price = costs[name]
        more = BY_GROUPS.get(name, More())
        known = by_groups.weigh(act, knows_them=True)
        expected = (price.depth + more.depth, price.calls + PROOF + more.calls, price.items)
        assert (known.depth, known.dynamodb, known.items) == expected, (name, known)


def test_what_reads_nothing_costs_a_person_one_round_trip_by_which_they_are_proved(scales: Scales) -> None:
    for method in CONSTANT:
        act = partial(_plain, method)
        costs = [scales.weigh(act, knows_them=knows) for knows in (True, False)]
        assert [(each.depth, each.dynamodb) for each in costs] == [(1, 1), (LOG_IN, LOG_IN)], method
        assert scales.weigh(act, username="", knows_them=True).dynamodb == 0, method


def test_each_call_of_a_batch_proves_who_makes_it_and_the_first_may_log_them_in(scales: Scales) -> None:
    def act(call: Client, of: World) -> Any:
        return call.post(
            b'[{"jsonrpc": "2.0", "method": "getMe", "id": 1}, {"jsonrpc": "2.0", "method": "getMe", "id": 2}]'
        )

    first = scales.weigh(act, knows_them=False)
    assert (first.dynamodb, first.depth) == (LOG_IN + 2 + PROOF, LOG_IN + 2)
    known = scales.weigh(act, knows_them=True)
    assert (known.dynamodb, known.depth) == (2 + 2 * PROOF, 2)


def test_more_projects_and_tasks_cost_no_more_depth_but_for_the_names_of_owners(
    call: Client, stores: Stores, scales: Scales
) -> None:
    ann = scales.world.person
    for _ in range(5):
        board = a_board(stores)
        call("addProjectUser", board.id, ann)
        a_task(call, board, owner_id=ann, date_due="2020-01-01")
    names_of_owners = {"getMyOverdueTasks": 1, "getMyDashboard": 1}
    for name in ("getMyProjects", "getMyProjectsList", "getMyDashboard", "getMyOverdueTasks", "getAllTags"):
        act, price = PRICES[name]
        assert scales.weigh(act, knows_them=True).depth == price.depth + names_of_owners.get(name, 0), name


def _plain(method: str, call: Client, _: World) -> Any:
    if method == "createLdapUser":
        return call.error(method, "eve")
    params = {"getExternalTaskLinkProviderDependencies": ["weblink"], "getCompatibleActionEvents": [ASSIGN_CALLER]}
    return call(method, *params.get(method, []))


def test_each_procedure_has_a_row_that_says_what_a_call_may_cost() -> None:
    procedures = {each.name for each in registry}
    rows = {name.partition(",")[0] for name in (*ALL, *PRICES, *CONSTANT)}
    assert not procedures - rows, f"without a row in test_budgets.COSTS or PRICES: {sorted(procedures - rows)}"
    assert not rows - procedures, f"rows of procedures that there are not: {sorted(rows - procedures)}"
