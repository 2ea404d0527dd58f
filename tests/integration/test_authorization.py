"""That nobody learns what exists who may not see it, and in which order a call is checked (context.md 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.aws_calls import Tracker
from tests.boards import contents, everything
from tests.conftest import BUCKET, TABLE, Client, a_service, result_in
from tests.integration.access_world import CALLS, World, a_world, laid, unknown
from tests.integration.roles import HIDING, LEVEL_OF, REFUSAL, with_roles
from tests.streams import loaded, settled

from lambdaboard.store.cache import Cache
from lambdaboard.store.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.functions import Function
    from tests.conftest import MakePerson


@pytest.fixture
def own(call: Client) -> World:
    return laid("own", lambda: a_world(call, "own"))


# --- in which order it is checked -----------------------------------------------------------------------------------

UNCHECKED = {
    "noSuchProcedure": (-32601, []),
    "createUser": (403, []),
    "getUser": (403, ["one", 2, 3]),
    "createProject": (403, {"nonsense": {}}),
    "getTask": (-32602, []),
    "createTask": (-32602, ["title"]),
    "removeProject": (-32602, [1, 2, 3]),
    "moveTaskPosition": (-32602, {"project_id": 1}),
}
"""Procedure -> what somebody without any rights gets for these params."""


@pytest.mark.parametrize("name", UNCHECKED)
def test_procedure_then_application_role_then_params_then_project_role(
    call: Client, person: MakePerson, name: str
) -> None:
    code, params = UNCHECKED[name]
    person("ann")
    body = msgspec.json.encode({"jsonrpc": "2.0", "method": name, "id": 1, "params": params})
    response = call.by("ann").post(body)
    assert msgspec.json.decode(response["body"])["error"]["code"] == code
    assert response["statusCode"] == (403 if code == 403 else 200)
    assert call.by("ann", "another password").post(body)["statusCode"] == 401


REFUSED_FOR_A_VALUE: list[Callable[[World], list[Any]]] = [
    lambda of: ["createTaskFile", of.project, of.task, "empty", ""],
    lambda of: ["createTaskFile", of.project, of.task, "large", "A" * 6_000_000],
    lambda of: ["moveTaskPosition", of.project, of.task, of.column, 0, of.lane],
    lambda of: ["getTaskMetadataByName", of.task, "x" * 2_000],
    lambda of: ["saveTaskMetadata", of.task, {"x" * 2_000: "long"}],
    lambda of: ["saveTaskMetadata", of.task, {"nested": [1]}],
    lambda of: ["removeTaskMetadata", of.task, "x" * 2_000],
    lambda of: ["getProjectMetadataByName", of.project, "x" * 2_000],
    lambda of: ["saveProjectMetadata", of.project, {"nested": [1]}],
    lambda of: ["removeProjectMetadata", of.project, "x" * 2_000],
    lambda of: ["createProjectFile", of.project, "empty", ""],
    lambda of: ["createProjectFile", of.project, "large", "A" * 6_000_000],
    lambda of: ["createTag", of.project, ""],
    lambda of: ["createComment", of.task, of.somebody, "in another's name"],
    lambda of: ["createComment", of.task, of.caller, ""],
    lambda of: ["updateComment", of.comment, ""],
    lambda of: ["createSubtask", of.task, ""],
    lambda of: ["setSubtaskStartTime", of.subtask, of.somebody],
    lambda of: ["setSubtaskEndTime", of.subtask, of.somebody],
    lambda of: ["createTaskLink", of.task, of.task, 1],
    lambda of: ["createTaskLink", of.task, of.other_task, 999],
    lambda of: ["createExternalTaskLink", of.task, "nowhere", "related"],
    lambda of: ["updateExternalTaskLink", of.task, of.external_link, ""],
    lambda of: ["addProjectUser", of.project, of.somebody, "no role"],
    lambda of: ["changeProjectUserRole", of.project, of.member, "no role"],
    lambda of: ["updateProject", of.project, ""],
    lambda of: ["searchTasks", of.project, "x" * 20_000],
]


def test_a_stranger_is_refused_before_a_value_is(call: Client, person: MakePerson, own: World) -> None:
    person("ann")
    person("bob", own.project, role="project-manager")
    for method, *params in (act(own) for act in REFUSED_FOR_A_VALUE):
        assert (call.by("bob").response(method, *params)["statusCode"], method) == (200, method)
        assert call.by("ann").response(method, *params) == REFUSAL, method
        params[1 if method in TASK_FIRST else 0] = 999_999_999
        assert call.by("bob").response(method, *params) == REFUSAL, method


def test_the_application_has_no_self_whatever_the_params(call: Client) -> None:
    assert call.response("getMe", 1, 2, 3) == call.response("createMyPrivateProject") == REFUSAL


# --- batches and notifications --------------------------------------------------------------------------------------


def request(method: str, *params: object, **more: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "method": method, "params": params, **more}


@pytest.mark.parametrize("more", [{"id": 2}, {}], ids=["call", "notification"])
@pytest.mark.parametrize("method", ["addColumn", "createUser", "getProjectById"])
def test_a_forbidden_entry_replaces_the_answer_of_a_batch_and_ends_it(
    call: Client, person: MakePerson, project: int, method: str, more: dict[str, object]
) -> None:
    person("ann", project)
    params: dict[str, list[Any]] = {
        "addColumn": [project, "Forbidden"],
        "createUser": ["bob", "password"],
        "getProjectById": [999_999_999],
    }
    entries = [
        request("createTask", "Earlier", project, id=1),
        request("createTask", "Earlier, without an answer", project),
        request(method, *params[method], **more),
        request("createTask", "Later", project, id=3),
    ]
    assert call.by("ann").post(msgspec.json.encode(entries)) == REFUSAL
    titles = [row["title"] for row in call("getAllTasks", project)]
    assert titles == ["Earlier", "Earlier, without an answer"]
    assert len(call("getColumns", project)) == 4
    assert call("getUserByName", "bob") is None


def test_a_forbidden_notification_is_answered(call: Client, stores: Stores, person: MakePerson, project: int) -> None:
    person("ann", project)
    before = everything(stores)
    for entry in (
        request("addColumn", project, "New"),
        request("createUser", "bob", "password"),
        request("getAllUsers"),
    ):
        assert call.by("ann").post(msgspec.json.encode(entry)) == REFUSAL
    assert everything(stores) == before


# --- what exists is not told ----------------------------------------------------------------------------------------

IN_PROJECTS = [name for name in CALLS if LEVEL_OF[name] in {"view", "work", "management"}]

OF_TASK = ("task", "other_task", "file", "comment", "subtask", "timed_subtask", "task_link", "external_link")

PARTS = ("column", "empty_column", "lane", "empty_lane", "category", "tag", "project_file", *OF_TASK)

UNSEEN: dict[str, Any] = dict.fromkeys(IN_PROJECTS, "forbidden") | dict.fromkeys(HIDING, False)
"""What a person without a role gets of a thing, whether or not it exists."""

ALSO_OF_TASK = {"moveTaskToProject", "duplicateTaskToProject", "moveTaskPosition", "setTaskTags"}
"""Procedures that need a role in the task's project, too, whatever project is named with it."""

TASK_FIRST = {"moveTaskPosition"}
"""Procedures that need one there alone: the project must be the task's."""


def naming(*parts: str) -> set[str]:
    """Return the procedures that are called with one of these properties of a world."""
    changed: dict[str, Any] = dict.fromkeys(parts, 2)
    one, other = unknown(1), replace(unknown(1), **changed)
    return {name for name in IN_PROJECTS if CALLS[name](one) != CALLS[name](other)}


OF_TASKS = naming(*OF_TASK)

OF_PROJECT_AND_PART = sorted(naming("project") & naming(*PARTS))

NOWHERE = unknown(999_999_999)


@dataclass
class Surroundings:
    """Ann manages `own`; the rest is none of hers.

    Attributes:
        foreign: somebody else's.
        moved: likewise, and its task was hers before.
        gone: a removed project that she managed, and what was in it.
        lost: the same, but what was in it was in hers.
        is_tidied: cascade has run.
    """

    own: World
    foreign: World
    moved: World
    gone: World
    lost: World
    is_tidied: bool = False

    @property
    def there(self) -> list[World]:
        return [self.foreign, self.moved]

    @property
    def others(self) -> list[World]:
        """What Ann shall not tell apart; after cascade only what that changes, since the rest takes its time."""
        removed = [self.gone, self.lost]
        return removed if self.is_tidied else [*removed, *self.there, NOWHERE]


class Containers:
    """Ann's clients of containers that remember of tasks nothing, that they are in her project, and the other one."""

    def __init__(self, stores: Stores, around: Surroundings) -> None:
        self._around = around
        self._memories = [Cache() for _ in range(3)]
        self._answers: dict[str, Any] = {}
        self._clients = [Client(a_service(stores, cache)).by("ann") for cache in self._memories]

    def answer(self, name: str, world: World) -> Any:
        """Return what all of them answer, "forbidden" or the result; it must be the same, and change nothing."""
        key = f"{name} {CALLS[name](world)}"
        if key not in self._answers:
            self._answers[key] = self._asked(name, world)
        return self._answers[key]

    def _asked(self, name: str, world: World) -> Any:
        own, foreign = self._around.own.project, self._around.foreign.project
        kinds = 1 if name not in OF_TASKS else 3 if world in self._around.there else 2
        for cache, remembered in zip(self._memories, (0, own, foreign), strict=True):
            cache.project_of = {world.task: remembered} if remembered else {}
        first, *more = [client.response(name, *CALLS[name](world)) for client in self._clients[:kinds]]
        assert all(response == first for response in more), (name, first, more)
        return "forbidden" if first == REFUSAL else result_in(first)


@dataclass
class Happening:
    """Makes a change, and runs cascade after it, if there is one."""

    stores: Stores
    cascade: Function | None

    def __call__(self, act: Callable[[], object]) -> None:
        if self.cascade:
            settled(self.cascade, self.stores, act)
        else:
            act()


@pytest.fixture(params=["before cascade", "after cascade"])
def happens(request: pytest.FixtureRequest, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Happening:
    return Happening(stores, loaded(monkeypatch, "CascadeFunction") if request.param == "after cascade" else None)


BEFORE_CASCADE = pytest.mark.parametrize("happens", ["before cascade"], indirect=True)
"""For what cascade cannot change."""


@pytest.fixture
def around(call: Client, person: MakePerson, happens: Happening) -> Surroundings:
    """Ann's project, and all that is none of hers."""

    def make() -> Surroundings:
        own, foreign, gone = (a_world(call, name) for name in ("own", "foreign", "gone"))
        person("ann", own.project, gone.project, role="project-manager")
        task, file = a_task_with_file(call, own)
        assert call("moveTaskToProject", task, foreign.project)
        return Surroundings(own, foreign, replace(foreign, task=task, file=file), gone, doomed(call, own, gone))

    around = replace(laid("around", make), is_tidied=happens.cascade is not None)
    happens(lambda: remove(call, around.own, around.lost))
    return around


@pytest.fixture
def containers(stores: Stores, around: Surroundings) -> Containers:
    return Containers(stores, around)


def a_task_with_file(call: Client, world: World) -> tuple[int, int]:
    task = call("createTask", "Another", world.project)
    return task, call("createTaskFile", world.project, task, "another", "YQ==")


def doomed(call: Client, own: World, gone: World) -> World:
    """Make in a project what `remove` removes, beside the project `gone`."""
    task, file = a_task_with_file(call, own)
    lane, column = call("addSwimlane", own.project, "Doomed"), call("addColumn", own.project, "Doomed")
    return replace(
        gone,
        task=task,
        file=file,
        lane=lane,
        empty_lane=lane,
        column=column,
        empty_column=column,
        category=call("createCategory", own.project, "Doomed"),
        tag=call("createTag", own.project, "doomed"),
    )


def remove(call: Client, own: World, lost: World) -> None:
    for name in ("removeTask", "removeColumn", "removeCategory", "removeTag", "removeProject"):
        assert call(name, *CALLS[name](lost)), name
    assert call("removeSwimlane", own.project, lost.empty_lane)


@pytest.mark.timeout(600)  # every procedure, in six worlds and up to three containers
def test_what_is_unknown_gone_or_anothers_is_refused_alike(
    stores: Stores, around: Surroundings, containers: Containers
) -> None:
    before = everything(stores), contents(stores)
    for world in around.others:
        assert {name: containers.answer(name, world) for name in IN_PROJECTS} == UNSEEN, world
    assert (everything(stores), contents(stores)) == before


def test_what_is_not_in_ones_own_project_is_answered_as_if_it_were_not_there(
    stores: Stores, around: Surroundings, containers: Containers
) -> None:
    before = everything(stores), contents(stores)
    for name in OF_PROJECT_AND_PART:
        answers = [containers.answer(name, replace(each, project=around.own.project)) for each in around.others]
        assert answers == ["forbidden" if name in ALSO_OF_TASK else answers[-1]] * len(answers), name
    assert (everything(stores), contents(stores)) == before


@BEFORE_CASCADE
def test_what_is_in_ones_own_project_is_not_found_by_way_of_another(
    stores: Stores, around: Surroundings, containers: Containers
) -> None:
    before = everything(stores), contents(stores)
    for name in OF_PROJECT_AND_PART:
        answers = [containers.answer(name, replace(around.own, project=each.project)) for each in around.others]
        assert answers == [False if name in TASK_FIRST else "forbidden"] * len(answers), name
    assert (everything(stores), contents(stores)) == before


def of_two(own: World, other: World) -> dict[str, list[list[Any]]]:
    """Return calls that name two things, of which the first that is looked at is one's own and the other is not."""
    place = [own.column, 1, own.lane]
    return {
        "createTaskFile": [[own.project, other.task, "a", "YQ=="]],
        "moveTaskPosition": [[other.project, own.task, *place], [0, own.task, *place], [-1, own.task, *place]],
        "updateTaskLink": [[other.task_link, own.task, own.other_task, 4]],
        "updateSubtask": [[other.subtask, own.task, "New"]],
        "getExternalTaskLinkById": [[own.task, other.external_link]],
        "updateExternalTaskLink": [[own.task, other.external_link, "New"]],
        "removeExternalTaskLink": [[own.task, other.external_link]],
        "changeColumnPosition": [[own.project, other.column, 2]],
        "updateSwimlane": [[own.project, other.lane, "New"]],
        "changeSwimlanePosition": [[own.project, other.lane, 2]],
        "removeSwimlane": [[own.project, other.empty_lane]],
        "getProjectFile": [[own.project, other.project_file]],
        "removeProjectFile": [[own.project, other.project_file]],
    }


@BEFORE_CASCADE
def test_of_two_things_the_second_must_belong_to_the_first_and_the_answer_shows_no_more(
    call: Client, stores: Stores, around: Surroundings
) -> None:
    ann, second = call.by("ann"), a_world(call, "second")
    assert call("addProjectUser", second.project, call("getUserByName", "ann")["id"], "project-manager")
    before = everything(stores), contents(stores)
    for world in [*around.others, second]:
        for name, calls in of_two(around.own, world).items():
            assert [ann(name, *params) for params in calls] == [False] * len(calls), (name, world)
    for world in around.others:
        for name, calls in of_two(world, around.own).items():
            assert [ann.response(name, *params) for params in calls] == [REFUSAL] * len(calls), (name, world)
    assert ann("setTaskTags", around.own.project, second.task, ["a"]) is False
    assert (everything(stores), contents(stores)) == before


@dataclass
class Parts:
    """Calls in a project of one's own that name what is in another."""

    call: Client
    own: World

    def answers(self, other: World) -> Iterator[Any]:
        project = {"project_id": self.own.project}
        column, lane, category = (
            {"column_id": other.column},
            {"swimlane_id": other.lane},
            {"category_id": other.category},
        )
        place = {"column_id": self.own.column, "swimlane_id": self.own.lane, "position": 2}
        task = project | {"task_id": self.own.task}
        yield from (self.call("createTask", title="New", **project, **part) for part in (column, lane, category))
        yield from (self.call("moveTaskPosition", **task | place | part) for part in (column, lane))
        yield self.call("updateTask", id=self.own.task, **category)
        yield self.call("searchTasks", **project, query=f"id:{other.task}")


@BEFORE_CASCADE
def test_parts_of_another_project_are_unknown_in_ones_own(call: Client, stores: Stores, around: Surroundings) -> None:
    parts = Parts(call.by("ann"), around.own)
    before = everything(stores)
    unknown_parts = [*parts.answers(NOWHERE)]
    assert not any(unknown_parts)
    for other in around.others:
        assert [*parts.answers(other)] == unknown_parts
    assert everything(stores) == before


def test_a_removed_file_of_a_task_that_is_there_is_refused_as_an_unknown_one(
    call: Client, stores: Stores, own: World, happens: Happening
) -> None:
    ann, _ = with_roles(project="project-member")(call, own)
    files = [own.file, *(call("createTaskFile", own.project, own.task, name, "YQ==") for name in ("one", "two"))]
    happens(lambda: call("removeTaskFile", files[0]))
    happens(lambda: call("removeAllTaskFiles", own.task))
    for cache in (Cache(), Cache(project_of={own.task: own.project})):
        client = replace(ann, service=a_service(stores, cache))
        for name in ("getTaskFile", "downloadTaskFile", "removeTaskFile"):
            assert [client.response(name, file) for file in files] == [REFUSAL] * 3, name


@pytest.mark.parametrize("number", [0, 10**30])
def test_numbers_that_are_no_ids_are_refused_as_unknown_ones(call: Client, person: MakePerson, number: int) -> None:
    person("ann")
    found = {name: call.by("ann").response(name, *CALLS[name](unknown(number))) for name in IN_PROJECTS}
    refused = {name for name, response in found.items() if response == REFUSAL}
    all_own = {"searchTasks"} if number == 0 else set()
    assert refused == set(IN_PROJECTS) - HIDING - all_own


@pytest.mark.parametrize("name", sorted(HIDING))
@BEFORE_CASCADE
def test_what_is_hidden_asks_the_same_of_aws_as_what_is_not_there(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stores = Stores.connect(TABLE, BUCKET)
    ann, tracker = Client(a_service(stores)).by("ann"), Tracker(monkeypatch, stores)
    ann("getVersion")
    asked = [tracker.of(partial(ann.response, name, *CALLS[name](world))) for world in around.others]
    assert {(each.depth, frozenset(each.of.items())) for each in asked} == {(2, frozenset(asked[0].of.items()))}


def test_of_several_projects_of_one_name_the_first_is_found_that_the_caller_may_see(
    call: Client, person: MakePerson
) -> None:
    first, second, third = (call("createProject", "Same") for _ in range(3))
    person("ann", second, third, role="project-viewer")
    assert call("getProjectByName", "Same")["id"] == first
    assert call.by("ann")("getProjectByName", "Same")["id"] == second
    call("removeProject", second)
    assert call.by("ann")("getProjectByName", "Same")["id"] == third


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("createTask", {"title": None, "project_id": 1}),
        ("createTask", {"title": "T", "project_id": 1, "score": "many"}),
        ("moveTaskPosition", [1, 1, 1, None, 0]),
        ("getTask", ["1.5"]),
        ("getTask", [None]),
        ("saveTaskMetadata", [1, "no object"]),
        ("updateColumn", [1, None]),
    ],
)
def test_who_has_no_role_in_the_project_hears_403_before_any_complaint_of_types(
    call: Client, person: MakePerson, project: int, method: str, params: Any
) -> None:
    person("ann")
    assert call("createTask", "Task", project) == 1
    body = msgspec.json.encode({"jsonrpc": "2.0", "method": method, "id": 1, "params": params})
    assert call.by("ann").post(body)["statusCode"] == 403


def test_who_has_a_role_in_the_project_hears_what_is_wrong_with_a_type(
    call: Client, person: MakePerson, project: int
) -> None:
    person("ann", project)
    assert call.by("ann").error("createTask", title=None, project_id=project)["data"] == "title: must be a string"
