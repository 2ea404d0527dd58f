"""Every procedure that writes, with a fault at its 1st, 2nd … n-th call of AWS, until no call is left.

After each: the invariants hold, the effect is complete or absent, the answer agrees with it, a retry leads to the right
state, and after cascade and sweep nothing is orphaned.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from tests.conftest import Client, a_service
from tests.faults import invariants
from tests.faults.faults import KINDS, Faults
from tests.faults.invariants import Snapshot
from tests.faults.world import BY_ANN, FIRST_NEW_ID, TOLD, made, params_of
from tests.streams import records

from lambdaboard.store.cache import Cache
from lambdaboard.store.keys.indexes import LaneKey
from lambdaboard.store.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from local.functions import Function
    from tests.faults.engine import Engine

    from lambdaboard.store.actions import Item
    from lambdaboard.store.stores import Stores

NO_ANSWER: dict[str, Any] = {"killed": True}

INTERNAL_ERROR = -32603

SWEEPS = 3
"""Looks at what is left, a sweep after each but the last: the second finds what hung on what the first one removed."""

MOST_CALLS = 60
"""The limit of calls of AWS of a procedure: more would be an endless loop."""


class State(NamedTuple):
    """The data that clients could see, sorted: without times, write tokens, random names and new ids."""

    items: tuple[str, ...]


@dataclass
class Line:
    """The result of a procedure's faults; the report's line."""

    method: str
    places: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        outcomes = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        verdict = f"{len(self.problems)} PROBLEMS" if self.problems else "ok"
        return f"{self.method:26}{self.places:3} calls {self.injected.total():4} faults: {outcomes}: {verdict}"


class Harness:
    """Runs calls with faults over one world, which is laid anew before each.

    Args:
        stores: of an empty table and bucket.
        cascade: the function.
        engine: the local AWS.
    """

    def __init__(self, stores: Stores, cascade: Function, engine: Engine) -> None:
        self._stores = stores
        self._cascade = cascade
        self._engine = engine
        self._began = int(time.time()) - 5
        self._world, self._there = made(Client(a_service(stores)), stores)
        self._lay = engine.kept()
        self._before = engine.items()
        self._faults = Faults(stores, engine.is_moto)
        invariants.check_settled(stores)

    def run(self, method: str, kinds: Iterable[str] = KINDS, *, is_keyed: bool = False, step: int = 1) -> Line:
        """Inject faults into all calls of AWS of a procedure, or into each `step`-th of them.

        Args:
            method: the procedure.
            kinds: of faults.
            is_keyed: the client sends an `Idempotency-Key`, and the same again with its retry.
            step: 1 for every call.
        """
        line = Line(method + (" again" if is_keyed else ""))
        expected = self._expected(method, is_keyed=is_keyed)
        for number, kind in enumerate(kinds):
            for place in range((number + len(method)) % step, MOST_CALLS, step):
                self._lay()
                is_made = self._case(line, kind, place, expected)
                if not self._faults.hit:
                    line.places = max(line.places, self._faults.calls)
                    break
                line.injected[kind] += 1
                left = [*self._settle(), *(self._untold(expected, is_made=is_made) if method in TOLD else ())]
                line.problems += [f"{kind} at {place} {self._faults.hit}, in the end: {each}" for each in left]
            else:
                line.problems.append(f"{kind}: more than {MOST_CALLS} calls")
        return line

    def end(self) -> None:
        """Restore the world."""
        self._lay()

    # --- one case -----------------------------------------------------------------------------------------------

    def _expected(self, method: str, *, is_keyed: bool) -> Expected:
        """Call twice without a fault, for the results of a call and of a retry."""
        self._lay()
        before, key = self._state(self._read()), "key" if is_keyed else ""

        def act() -> dict[str, Any]:
            return self._call(method, key)

        answers, states, rows = [], [before], [self._rows()]
        for _ in range(2):
            answers.append(act())
            states.append(self._state(self._read()))
            rows.append(self._rows())
        assert "result" in answers[0], (method, answers[0])
        assert answers[0]["result"] not in (False, None), method
        assert states[1] != before or method in UNCHANGING, f"{method} changes nothing"
        return Expected(act, tuple(states), tuple(answers), tuple(rows))

    def _rows(self) -> int:
        """Return the number of rows of activity."""
        return sum(pk.startswith("A#") for pk, _ in self._engine.items())

    def _untold(self, expected: Expected, *, is_made: bool) -> Iterator[str]:
        """Yield missing or surplus rows of activity of the disturbed call and its retry."""
        rows, wanted = self._rows(), expected.rows[1 + is_made]
        if rows != wanted:
            yield f"{rows} rows of activity, not {wanted}"

    def _case(self, line: Line, kind: str, place: int, expected: Expected) -> bool:
        """Disturb a call and make it again; return whether the first one was made."""
        answer = NO_ANSWER
        with self._faults.at(place, KINDS[kind]):
            answer = expected.act()
        hit = self._faults.hit
        if not hit:
            return False
        found = self._read()
        state = self._state(found)
        is_made = state == expected.made
        outcome = "killed" if answer is NO_ANSWER else "error" if "error" in answer else "answered"
        line.outcomes[f"{outcome}, {'whole' if is_made else 'absent'}"] += 1
        problems = [*invariants.broken(found), *expected.lies(answer, state)]
        if expected.leaves_rows:
            self._deliver()  # the stream has each change, not only what the retry has made of it
        again, found = expected.act(), self._read()
        problems += expected.wrong_retry(again, self._state(found), is_made=is_made)
        line.problems += [f"{kind} at {place} {hit}: {each}" for each in problems]
        return is_made

    def _call(self, method: str, key: str) -> dict[str, Any]:
        """Call with a container that has just started."""
        call = Client(a_service(self._stores, Cache()))
        if method in BY_ANN:
            call = call.by("ann")
        name = method.partition(",")[0]
        body = {"jsonrpc": "2.0", "method": name, "id": 1, "params": params_of(method, self._world, self._there)}
        headers = {"idempotency_key": key} if key else {}
        response = call.post(msgspec.json.encode(body), **headers)
        if response["statusCode"] != 200:
            return {"error": {"code": response["statusCode"]}}
        answer: dict[str, Any] = msgspec.json.decode(response["body"])
        return answer

    def _deliver(self) -> None:
        """Deliver the changes of the world to cascade, until there are no more."""
        before = self._before
        while delivered := records(before, after := self._engine.items()):
            before = after
            assert self._cascade({"Records": delivered}) == {"batchItemFailures": []}

    def _settle(self) -> list[str]:
        """Run cascade and, if needed, sweep; return the remaining problems."""
        self._deliver()
        for look in range(SWEEPS):
            found = self._read()
            left = [*invariants.dangling(found)]
            if not left or look == SWEEPS - 1:
                break
            Sweep(self._stores, repair=True, has_time=lambda: True).run()
        return [*invariants.broken(found), *left]

    def _read(self) -> Snapshot:
        return Snapshot.made(self._engine.items(), self._engine.paths())

    # --- the world ----------------------------------------------------------------------------------------------

    def _state(self, found: Snapshot) -> State:
        visible = [(key, item) for key, item in found.items.items() if _is_visible(found, key, item)]
        return State((*sorted(self._plain(item) for _, item in visible), *self._lanes(found)))

    def _plain(self, item: Item) -> str:
        # the key of a task is in its doc, too
        of_task = {"sk"} if item["sk"]["S"].startswith("T#") else set()
        left_out = {"w", "e", "l", "by_reference", "due_shard", *ATTEMPTS, *of_task}
        written = msgspec.json.encode({name: value for name, value in sorted(item.items()) if name not in left_out})
        return self._without_chance(written.decode())

    def _without_chance(self, written: str) -> str:
        written = RANDOM.sub("…", written)
        return NUMBER.sub(self._plain_number, written)

    def _plain_number(self, found: re.Match[str]) -> str:
        value = int(found[0])
        if FIRST_NEW_ID < value < 2 * FIRST_NEW_ID:
            return "new"
        return "now" if self._began <= value < self._began + 1_000_000 else found[0]

    def _lanes(self, found: Snapshot) -> Iterator[str]:
        """Yield each lane with its tasks in their order."""
        places = sorted(
            ((project_id, LaneKey.of(item)) for project_id, item in found.tasks.values()),
            key=lambda each: (each[0], each[1].text()),
        )
        for project_id, place in places:
            yield self._without_chance(f"{project_id} {place.swimlane_id} {place.column_id} {place.task_id}")


ATTEMPTS = {"nb_failed_login", "lock_expiration_date", "attempts_left"}
"""The changes by a person's log-in when their call fails."""

UNCHANGING = {"openTask", "enableUser", "enableProject", "enableSwimlane", "disableSwimlane"}
"""Procedures that change nothing in the world."""

RANDOM = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])|(?<=UPLOAD#)[0-9]+|(?<=TOKEN#)[0-9]+|(?<=slot\\\":)[0-9]+|(?<=hash\\\":\\\")[0-9a-f]*|scrypt[^\"\\]*|(?<=token\\\":\\\")[^\"\\]*"
)
NUMBER = re.compile(r"(?<![0-9A-Za-z.])[0-9]{6,12}(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Expected:
    """The results of calls without a fault.

    Attributes:
        act: makes the call.
        states: before it, after it, and after it was made once more.
        answers: to both.
        rows: of activity, as many as there are before and after them.
    """

    act: Callable[[], dict[str, Any]]
    states: tuple[State, ...]
    answers: tuple[dict[str, Any], ...]
    rows: tuple[int, ...]

    @property
    def leaves_rows(self) -> bool:
        """Whether the call writes rows of activity."""
        return self.rows[1] > self.rows[0]

    @property
    def made(self) -> State:
        """The state after the call."""
        return self.states[1]

    def lies(self, answer: dict[str, Any], state: State) -> Iterator[str]:
        """Yield an incomplete effect, and an answer that does not agree with it."""
        if state not in self.states[:2]:
            yield f"neither whole nor absent, answered {answer}: {difference(self.made, state)}"
        if answer is NO_ANSWER or answer.get("error", {}).get("code") == INTERNAL_ERROR:
            return
        if not same(answer, self.answers[0]):
            yield f"answered {answer}, not {self.answers[0]}"
        elif state != self.made:
            yield f"answered {answer}, but it is not there"

    def wrong_retry(self, answer: dict[str, Any], state: State, *, is_made: bool) -> Iterator[str]:
        """Yield problems of a retry: it must find the call made, or make it."""
        # if a call changes nothing, the states before and after are equal, and so are both answers
        if not same(answer, self.answers[is_made]) and not same(answer, self.answers[0]):
            yield f"the retry answered {answer}"
        if state != self.states[1 + is_made]:
            yield f"the retry led to {difference(self.states[1 + is_made], state)}"


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two answers are the same, except for new ids."""
    results = [_told(each.get("result")) for each in (one, other)]
    if all(isinstance(each, int) and each > FIRST_NEW_ID for each in results):
        return True
    return results[0] is results[1] or (results[0] == results[1] and type(results[0]) is type(results[1]))


def _told(result: Any) -> Any:
    """Return the comparable part of a result; of an upload or a token only the id: URLs and secrets differ."""
    if isinstance(result, dict) and "upload" in result:
        return result["file_id"]
    return result["id"] if isinstance(result, dict) and "token" in result else result


def difference(wanted: State, found: State) -> str:
    """Return surplus and missing parts."""
    more, less = Counter(found.items) - Counter(wanted.items), Counter(wanted.items) - Counter(found.items)
    return f"too much {[*more]}, missing {[*less]}"[:1500]


def _is_visible(found: Snapshot, key: tuple[str, str], item: Item) -> bool:
    """Return whether a client could see an item: not if its task or project does not exist."""
    pk, sk = key
    # rows of activity may follow a call; `_untold` counts them in the end
    if pk.startswith(("I#", "A#")) or sk.startswith("ST#"):
        return False
    hung_on = item.get("task_id", {}).get("N") if pk.startswith(("COMMENT#", "SUBTASK#", "LINK#")) else None
    if pk.startswith("F#"):
        hung_on = invariants.doc(item)["task_id"]
    if pk.startswith("T#"):
        hung_on = invariants.number(pk)
    return hung_on is None or int(hung_on) in found.tasks
