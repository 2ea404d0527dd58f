"""Disturbances between a client and DynamoDB: other writers come first, answers get lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ConnectionClosedError

from lambdaboard.api.context import Context
from lambdaboard.store import retry, sweep, sweep_progress, time_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from lambdaboard.store.stores import Stores


_to_come: list[str] = []


def check_all_came() -> None:
    """Check that all disturbances of a test have happened: else it proves nothing."""
    left = [*_to_come]
    _to_come.clear()
    assert not left, f"the test was not disturbed {', '.join(left)}"


def before_first(monkeypatch: pytest.MonkeyPatch, owner: object, method: str, act: Callable[[], object]) -> None:
    """Run a function just before the first call of a method, as if another client came first.

    The method is changed in the class of `owner`, since each call works with stores of its own. The test fails if it
    is not called.
    """
    original, waiting = getattr(type(owner), method), [act]
    place = f"before {type(owner).__name__}.{method}"
    _to_come.append(place)

    def disturbed(*arguments: Any, **named: Any) -> Any:
        if waiting:
            _to_come.remove(place)
            waiting.pop()()
        return original(*arguments, **named)

    monkeypatch.setattr(type(owner), method, disturbed)


def before_commit(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Run a function just before the next call writes; the test fails if no call does."""
    commit, waiting = Context.commit, [act]
    place = "before Context.commit"
    _to_come.append(place)

    def disturbed(*arguments: Any, **named: Any) -> Any:
        if waiting:
            _to_come.remove(place)
            waiting.pop()()
        return commit(*arguments, **named)

    monkeypatch.setattr(Context, "commit", disturbed)


def nothing_is_too_young(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `sweep` repair leftovers of any age."""
    monkeypatch.setattr(sweep, "GRACE", -5)
    monkeypatch.setattr(sweep_progress, "GONE_FOR", -5)


class Clock:
    """A replacement of the module `time` for writers that wait for others: a pause takes no time.

    Args:
        monkeypatch: undoes that at the end of the test.
        pause: seconds of the first and of the longest pause: few of them fill the time, since what is written between
            them is slow on moto; None for those of the product.

    Attributes:
        now: what `monotonic` tells.
        pauses: the seconds of each pause.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pause: float | None = 2) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        monkeypatch.setattr(retry, "time", self)
        monkeypatch.setattr(time_limit, "time", self)
        if pause:
            monkeypatch.setattr(retry, "FIRST_DELAY", pause)
            monkeypatch.setattr(retry, "MAX_DELAY", pause)

    @property
    def slept(self) -> float:
        """The seconds of all pauses together."""
        return sum(self.pauses)

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.pauses.append(seconds)


class LostAnswer:
    """Loses the answer to the first write of an operation: it takes effect, but for the client the connection breaks.

    botocore then sends the request again, as it does on AWS. The test fails if no such request is made.

    Attributes:
        requests: the bodies that were sent, repetitions too.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stores: Stores, operation: str, part_of_key: str = "") -> None:
        self.requests: list[dict[str, Any]] = []
        self._place = f"by the loss of the answer to {operation} {part_of_key}"
        _to_come.append(self._place)
        self._operation = operation
        self._part_of_key = part_of_key
        monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
        events = stores.table.client.meta.events
        # Before and after moto, which answers the event of the same name; a longer name comes before it.
        events.register_first("before-send", self._note)
        events.register_last("before-send", self._lose)

    def _is_meant(self, event_name: str, request: Any) -> bool:
        return event_name.endswith(f".{self._operation}") and self._part_of_key in request.body.decode()

    def _note(self, event_name: str, request: Any, **_: Any) -> None:
        """Note a request; one with the token of another is not done again, which moto does not know."""
        if not self._is_meant(event_name, request):
            return
        body = json.loads(request.body)
        token = body.get("ClientRequestToken")
        if token and token in [sent.get("ClientRequestToken") for sent in self.requests]:
            del request.headers["X-Amz-Target"]
            request.headers["X-Amz-Target"] = "DynamoDB_20120810.ListTables"
        self.requests.append(body)

    def _lose(self, event_name: str, request: Any, **_: Any) -> None:
        if len(self.requests) == 1 and self._is_meant(event_name, request):
            _to_come.remove(self._place)
            raise ConnectionClosedError(endpoint_url=request.url)
