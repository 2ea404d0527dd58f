"""The machine: random calls, each made to the application and followed by the model, whose answer must be the same."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.conftest import Client, a_service
from tests.faults import invariants
from tests.model.draws import Draws
from tests.model.links import built_in
from tests.model.lists import Lists
from tests.model.people import UNAUTHORIZED
from tests.streams import Stream

from lambdaboard.procedures import registry
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from local.functions import Function
    from tests.clock import Clock
    from tests.model.world import Row

    from lambdaboard.store.stores import Stores

NAMES = {each.function.__name__: each.name for each in registry}
"""The procedures by the names of the model's methods."""

CONSTANT = """get_version get_timezone get_default_task_color get_default_task_colors get_color_list
    get_application_roles get_project_roles get_available_actions get_available_action_events
    get_compatible_action_events get_external_task_link_types
    get_external_task_link_provider_dependencies discover"""

NOT_HERE = dict.fromkeys(CONSTANT.split(), "its answer never changes") | {"create_ldap_user": "it is always an error"}
"""Procedures that the machine does not call, with the reason."""

HERE = sorted({*NAMES} - {*NOT_HERE})

BY_PERSONS = [name for name in HERE if "_my_" in name or name == "get_me"]
READS = [name for name in HERE if name.startswith(("get_", "is_", "has_", "search_", "download_"))]
OFTEN = ["create_task", "update_task", "move_task_position", "close_task", "open_task", "set_task_tags"]
OFTEN += ["create_action", "move_task_to_project", "duplicate_task_to_project", "create_subtask", "create_task_link"]
BY_WORKERS = ["open_task"]
"""Procedures that the machine also calls as a person who may work in the task's project; they run no action."""

ACTIVITY = {"get_project_activity", "get_project_activities", "get_my_activity_stream"}
"""Reads of whose rows the model has only some properties."""

RARELY = {"remove_project", "remove_user", "disable_user", "create_project", "create_my_private_project"}

WAIT = "wait"

METHODS = [WAIT] * 9 + HERE + [name for name in HERE if name not in {*READS, *RARELY}] * 2 + OFTEN * 7
"""The rules to choose from; Hypothesis begins with the first one, and shrinks to it."""

MOVES = [WAIT, "create_task", "close_task", "open_task", "open_task", "remove_task", "get_task", "get_all_tasks"]
MOVES += ["move_task_position"] * 9
"""The rules for a board alone."""

NOBODY = {"id": 0, "username": "nobody"}

SWEEPS = 2
"""Runs of sweep: the second finds the children of things that the first one removed."""

FEW, MANY = 12, 50
"""Calls after which cascade and sweep have work, and after which they run in the middle of a sequence."""

WRITES_SHOWN = 20
"""The number of earlier calls in the report of a failure."""
ORDERED = {"get_task_tags", "get_project_users", "get_assignable_users", "get_my_projects_list"}
"""Reads whose answer is an object with a given order."""

UNSEEN = {"token", "last_modified"}
"""Properties that are random, or times that can differ by a second."""


LATE = {"nb_links", "is_milestone"}
"""Properties that are out of date after the removal of a task, until cascade and sweep have run."""

REMOVE_TASKS = {"remove_task", "remove_project", "remove_user"}
"""Procedures that remove tasks."""


@dataclass(frozen=True)
class Ground:
    """The environment of a machine.

    Attributes:
        laid: empties the table and the bucket, and returns the stores.
        cascade: the function.
        clock: set by the machine.
    """

    laid: Callable[[], Stores]
    cascade: Function
    clock: Clock


class Machine(RuleBasedStateMachine):
    """Calls the application and follows with the model."""

    ground: Ground
    methods = METHODS

    def __init__(self) -> None:
        super().__init__()
        self.stores = self.ground.laid()
        self.service = a_service(self.stores)
        self.call = Client(self.service)
        self.world = Lists(ask=self.call, now=self.ground.clock.now, link_types=built_in())
        self.world.born["link_types"] = {*self.world.link_types}
        self.stream = Stream()
        self.history: list[str] = []
        self.untidy = 0
        self.is_late = False
        self.is_sound = True

    # --- rules --------------------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        for name in ("A", "B"):
            self.make("create_project", name=name)
        for username in ("ann", "bob"):
            self.make("create_user", username=username, password="secret")
        for project_id in [*self.world.projects]:
            self.make("add_project_user", project_id=project_id, user_id=1)
            self.make("create_task", title="Walk", project_id=project_id, owner_id=1)
        self.make("create_group", name="crew")
        self.make("add_group_member", group_id=1, user_id=2)
        self.make("add_project_group", project_id=1, group_id=1)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        method = data.draw(st.sampled_from(self.methods))
        drawn = Draws(data.draw, self.world)
        if self.untidy > MANY:
            self.run_repairs()
        if method == WAIT:
            self.ground.clock.now += data.draw(st.sampled_from([1, 36, 3600, 90 * 86400]))
        elif method in BY_PERSONS:
            user = data.draw(st.sampled_from([*self.world.users.values()] or [NOBODY]))
            self.make(method, by=user, **drawn.params(method))
        elif method in BY_WORKERS:
            params = drawn.params(method)
            self.make(method, by=data.draw(st.sampled_from([None, *self.world.workers(**params)])), **params)
        else:
            self.make(method, **drawn.params(method))

    def teardown(self) -> None:
        if self.is_sound and self.untidy > FEW:
            self.run_repairs()
            with self._history_told():
                invariants.check_settled(self.stores)

    # --- calls --------------------------------------------------------------------------------------------------

    def make(self, method: str, by: Row | None = None, **params: Any) -> None:
        """Make a call and follow it."""
        self.is_sound = False
        self.untidy += 1
        call = self.call.by(by["username"], self.world.passwords.get(by["id"])) if by else self.call
        answer = call.answer(NAMES[method], **{name.rstrip("_"): value for name, value in params.items()})
        if method not in READS:
            self.history.append(f"{NAMES[method]} {params} -> {answer.get('result', answer)}")
        world = self.world
        world.now, world.answered, world.caller = self.ground.clock.now, answer.get("result"), by["id"] if by else 0
        if by and not world.may_call(by["id"]):
            assert answer["error"] == UNAUTHORIZED
            world.refuse(by["id"])
        else:
            wanted = getattr(world, method)(**params)
            self.is_late |= method in REMOVE_TASKS
            unseen = {*UNSEEN, *LATE} if self.is_late else UNSEEN
            answered = shown(told(method, answer.get("result", answer)), unseen)
            with self._history_told():
                for ours, theirs in pairs(in_order(method, answered), in_order(method, shown(wanted, unseen))):
                    assert ours == theirs, f"{NAMES[method]} {params}"
        self.is_sound = True

    @contextmanager
    def _history_told(self) -> Iterator[None]:
        """Add the last calls that write to a failure."""
        try:
            yield
        except AssertionError as failure:
            failure.add_note("\n".join(["after these calls:", *self.history[-WRITES_SHOWN:]]))
            raise

    def compare_all(self) -> None:
        """Read everything."""
        for group_id in [*self.world.groups]:
            self.make("get_group_members", group_id=group_id)
        for method in OF_ALL:
            self.make(method)
        for project_id in [*self.world.projects]:
            for method in OF_PROJECTS:
                self.make(method, project_id=project_id)
            self.make("get_all_tasks", project_id=project_id, status_id=0)
            self.make("search_tasks", project_id=project_id, query="")
        for task_id in [*self.world.tasks]:
            for method in OF_TASKS:
                self.make(method, task_id=task_id)

    def run_repairs(self) -> None:
        """Run cascade and sweep: no answer changes by them."""
        self.is_sound = False
        for _ in range(SWEEPS):
            self._cascade()
            Sweep(self.stores, repair=True, has_time=lambda: True).run()
        self._cascade()
        self.untidy = 0
        self.is_late = False
        self.compare_all()

    def _cascade(self) -> None:
        """Deliver the stream until there are no more records."""
        while passed := self.stream.new():
            assert self.ground.cascade({"Records": passed}) == {"batchItemFailures": []}


OF_ALL = ["get_all_projects", "get_all_users", "get_all_groups", "get_all_tags", "get_all_links", "get_overdue_tasks"]
OF_PROJECTS = [
    "get_columns",
    "get_all_swimlanes",
    "get_all_categories",
    "get_actions",
    "get_tags_by_project",
    "get_project_users",
    "get_project_metadata",
    "get_project_activity",
    "get_all_project_files",
    "get_all_tasks",
    "get_board",
]
OF_TASKS = [
    "get_task_tags",
    "get_task_metadata",
    "get_all_task_files",
    "get_all_comments",
    "get_all_subtasks",
    "get_all_task_links",
    "get_all_external_task_links",
]


TOLD = ("event_name", "creator_id", "project_id", "task_id")
"""The properties of a row of activity in the model; tests/integration/test_activity.py checks the others."""


def told(method: str, answer: Any) -> Any:
    """Return an answer in the form of the model: with a part of rows of activity."""
    if method in ACTIVITY and isinstance(answer, list):
        return [{name: row[name] for name in TOLD} for row in answer]
    return answer


def in_order(method: str, answer: Any) -> Any:
    """Return an answer sorted by id if the application sorts it by rank, and the model by position.

    An object whose names have an order becomes a list.
    """
    if isinstance(answer, dict) and method in ORDERED:
        return [*answer.items()]
    # linked tasks of one column title, but of two projects or swimlanes: test_task_links has the order within one
    return sorted(answer, key=itemgetter("id")) if method == "get_all_task_links" and answer else answer


def pairs(answered: Any, wanted: Any) -> list[tuple[Any, Any]]:
    """Return the values to compare: row by row if the numbers of rows are equal, so that a failure shows one row."""
    if isinstance(answered, list) and isinstance(wanted, list) and len(answered) == len(wanted):
        return [*zip(answered, wanted, strict=True)]
    return [(answered, wanted)]


def shown(answer: Any, unseen: Collection[str]) -> Any:
    """Return an answer without some properties."""
    if isinstance(answer, list):
        return [shown(each, unseen) for each in answer]
    if isinstance(answer, dict):
        return {name: shown(value, unseen) for name, value in answer.items() if name not in unseen}
    return answer
