"""What a procedure works with, beside its parameters: settings, stores, the caller, and the one way to write."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lambdaboard.domain.user import APP_ADMIN, RESERVED
from lambdaboard.errors import Conflict
from lambdaboard.store import usage
from lambdaboard.store.activity import NewActivity
from lambdaboard.store.parallel import gather, gather_map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambdaboard.domain.event import Event
    from lambdaboard.domain.token import Token
    from lambdaboard.domain.user import User
    from lambdaboard.settings import Settings
    from lambdaboard.store.actions import TransactItem
    from lambdaboard.store.idempotency import IdempotentCall
    from lambdaboard.store.stores import Stores

R = TypeVar("R")


class Caller(msgspec.Struct, frozen=True):
    """Who calls.

    Attributes:
        user: the person; None for the application, who may do everything.
        is_cached: the container knows them from an earlier request; `Context.revalidate` says if that still holds.
        token: by which they call; None for a password, or the API token.
    """

    user: User | None = None
    is_cached: bool = False
    token: Token | None = None

    @property
    def user_id(self) -> int:
        """The person's id, 0 for the application."""
        return self.user.id if self.user else 0

    @property
    def username(self) -> str:
        """The name that they log in with."""
        return self.user.username if self.user else RESERVED

    @property
    def projects(self) -> frozenset[int]:
        """The only projects that their token opens; none where that is not limited."""
        return frozenset(self.token.projects if self.token else ())

    @property
    def role(self) -> str:
        """The person's role in the application, "" for the application itself."""
        return self.user.role if self.user else ""

    @property
    def sees_all(self) -> bool:
        """Whether what is asked of all projects is asked of all there are."""
        return self.role in {"", APP_ADMIN}


APPLICATION = Caller()


def _nothing() -> None:
    pass


class Context(msgspec.Struct, frozen=True):
    """One call. A procedure reads, decides, and ends with `commit`; a procedure that only reads returns its result.

    Attributes:
        stores: the table and the bucket, with the caller's rights.
        base_url: what links in results begin with, without a slash at the end.
        result_limit: bytes of JSON that the result may have; what is larger does not reach the caller.
        now: Unix seconds of the beginning of the call.
        revalidate: waits until it is known that a cached caller has not changed, and that the call was not made before
            under the same key; raises Conflict or AlreadyProcessed.
        idempotent: set where the client may send the call again.
        endpoint: the URL to which the client sent the call.
    """

    settings: Settings
    stores: Stores
    caller: Caller
    base_url: str
    result_limit: int
    now: int = msgspec.field(default_factory=lambda: int(time.time()))
    revalidate: Callable[[], None] = _nothing
    idempotent: IdempotentCall | None = None
    endpoint: str = ""

    def commit(
        self,
        result: R,
        *actions: TransactItem,
        changes: int = 0,
        events: Sequence[Event] = (),
        ran: Iterable[int] = (),
        recorded: R | None = None,
    ) -> R:
        """End the call: write what it decided, all or nothing, and return its result (1 round trip).

        The one place where a call takes effect. The caller is confirmed first. A call with an idempotency key writes
        the record of its result in the same transaction, a person's the rows of activity that tell its events. A lone
        action without a key is no transaction (`Table.write`): then the rows follow it (1 round trip more; decision
        13).

        Args:
            result: what the procedure returns.
            actions: what is written, at most 99 with the events; none where nothing is to be changed.
            changes: the project whose last change is renewed beside the write; 0 for none. The events of tasks and
                subtasks renew it, but for those of context.md 1, "Side effects".
            events: what happens to tasks by it, in this order.
            ran: ids of the automatic actions that had a part in it, for the log.
            recorded: what the record holds in place of a result that is a secret.

        Raises:
            Exception: what the first action whose condition failed says; Conflict means that the call is tried again.
            AlreadyProcessed: the call was made before under the same key.
        """
        self.revalidate()
        if not actions:
            if self.idempotent:
                self.idempotent.check_is_new()
            return result
        record = [self.idempotent.put_record(result if recorded is None else recorded)] if self.idempotent else []
        new = self._activity(events)
        if new and len(record) + len(actions) == 1 and actions[0].is_repeatable:
            self._write([new.announced_by(actions[0])], changes)
            self.stores.activity.put(new)
        else:
            self._write([*record, *actions, *(new.put_actions() if new else [])], changes)
        usage.note_actions(ran)
        return result

    def _activity(self, events: Sequence[Event]) -> NewActivity | None:
        """Return the rows that tell events; the application leaves none (context.md 12)."""
        if self.caller.user is None or not events:
            return None
        return NewActivity.of(events, self.caller.user_id, self.settings.activity_days)

    def _write(self, actions: Sequence[TransactItem], changes: int) -> None:
        """Write actions, and beside them the time of a project's last change (1 round trip); 0 for none."""
        write = partial(self.stores.table.write, *actions)
        if changes:
            gather(write, partial(self.stores.projects.renew_last_change, changes))
        else:
            write()

    def prepare(self, groups: Iterable[list[TransactItem]]) -> None:
        """Write what is invisible, or harmless, until the call commits; each group as a whole (see `Table.write_each`).

        If the call ends before its commit, `sweep` removes what is left.
        """
        self.revalidate()
        self.stores.table.write_each(groups)

    def prepare_in_order(self, actions: Iterable[TransactItem]) -> None:
        """Write actions one after the other (1 round trip each); one that another client was ahead of is skipped."""
        self.revalidate()
        for action in actions:
            with suppress(Conflict):
                self.stores.table.write(action)

    def prepare_content(self, path: str, content: bytes) -> None:
        """Write the content of a file whose record the call commits (1 round trip to S3)."""
        self.revalidate()
        self.stores.blobs.put(path, content)

    def prepare_copies(self, copies: Iterable[tuple[str, str, int]]) -> None:
        """Copy contents of files in parallel (see `Blobs.copy`): each its path, a new one, and its size."""
        self.revalidate()
        gather_map(lambda copy: self.stores.blobs.copy(*copy), copies)
