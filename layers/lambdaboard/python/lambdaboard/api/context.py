"""The context of a procedure: settings, stores, the caller, and the commit."""

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
    """The caller.

    Attributes:
        user: the person; None for the application, who may do everything.
        is_cached: they are cached from an earlier request; `Context.revalidate` checks them.
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
        """The name with which they log in."""
        return self.user.username if self.user else RESERVED

    @property
    def projects(self) -> frozenset[int]:
        """The only projects that their token allows; empty if that is not limited."""
        return frozenset(self.token.projects if self.token else ())

    @property
    def role(self) -> str:
        """The person's role in the application, "" for the application itself."""
        return self.user.role if self.user else ""

    @property
    def sees_all(self) -> bool:
        """Whether a call about all projects is about all that exist."""
        return self.role in {"", APP_ADMIN}


APPLICATION = Caller()


def _nothing() -> None:
    pass


class Context(msgspec.Struct, frozen=True):
    """One call. A procedure reads, decides, and ends with `commit`; a procedure that only reads returns its result.

    Attributes:
        stores: the table and the bucket, with the caller's rights.
        base_url: the beginning of links in results, without a slash at the end.
        result_limit: the limit of bytes of JSON of the result; a larger one becomes an error.
        now: Unix seconds of the beginning of the call.
        revalidate: waits for the checks that a cached caller has not changed, and that the call was not made before
            with the same idempotency key; raises Conflict or AlreadyProcessed.
        idempotent: set if the client has sent an idempotency key.
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
        """End the call: write its actions atomically, and return its result (1 round trip).

        The one place where a call takes effect. The caller is confirmed first. A call with an idempotency key writes
        the record of its result in the same transaction; a call of a person, the rows of activity of its events. A lone
        action without a key is not a transaction (`Table.write`): then the rows follow it (1 round trip more; decision
        13).

        Args:
            result: what the procedure returns.
            actions: at most 99 with the events; none if nothing changes.
            changes: the project whose last change is renewed in parallel; 0 for none. The events of tasks and subtasks
                renew it, except those of context.md 1, "Side effects".
            events: of tasks, in this order.
            ran: ids of the automatic actions with changes, for the log.
            recorded: the value for the record instead of a result that is a secret.

        Raises:
            Exception: of the first action whose condition failed; after a Conflict the call is repeated.
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
        """Return the rows of events; None for the application (context.md 12)."""
        if self.caller.user is None or not events:
            return None
        return NewActivity.of(events, self.caller.user_id, self.settings.activity_days)

    def _write(self, actions: Sequence[TransactItem], changes: int) -> None:
        """Write actions, and in parallel the time of a project's last change (1 round trip); 0 for none."""
        write = partial(self.stores.table.write, *actions)
        if changes:
            gather(write, partial(self.stores.projects.renew_last_change, changes))
        else:
            write()

    def prepare(self, groups: Iterable[list[TransactItem]]) -> None:
        """Write items that are invisible, or harmless, until the commit; each group atomically (`Table.write_each`).

        If the call ends before its commit, `sweep` deletes them.
        """
        self.revalidate()
        self.stores.table.write_each(groups)

    def prepare_in_order(self, actions: Iterable[TransactItem]) -> None:
        """Write actions one after the other (1 round trip each); one is skipped if another client came first."""
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
