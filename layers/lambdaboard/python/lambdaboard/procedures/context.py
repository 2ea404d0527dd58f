"""What a procedure works with, beside its parameters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.user import APP_ADMIN

if TYPE_CHECKING:
    from lambdaboard.config import Settings
    from lambdaboard.domain.user import User
    from lambdaboard.store.repeats import Repeat
    from lambdaboard.store.stores import Stores


class Caller(msgspec.Struct, frozen=True):
    """Who calls.

    Attributes:
        user: the person; None for the application, who may do everything.
        is_proved: their item was read to log them in; a presumed one is proved before anything is written or told.
    """

    user: User | None = None
    is_proved: bool = True

    @property
    def user_id(self) -> int:
        """The person's id, 0 for the application."""
        return self.user.id if self.user else 0

    @property
    def role(self) -> str:
        """The person's role in the application, "" for the application itself."""
        return self.user.role if self.user else ""

    @property
    def sees_all(self) -> bool:
        """Whether what is asked of all projects is asked of all there are."""
        return self.role in {"", APP_ADMIN}


APPLICATION = Caller()


class Context(msgspec.Struct, frozen=True):
    """One call.

    Attributes:
        base_url: what links in results begin with, without a slash at the end.
        now: Unix seconds of the beginning of the call.
        repeat: set where the client may send the call again.
    """

    settings: Settings
    stores: Stores
    caller: Caller
    base_url: str
    now: int = msgspec.field(default_factory=lambda: int(time.time()))
    repeat: Repeat | None = None

    def answers(self, result: int) -> None:
        """Say what the call will answer, unless that is true, before the write that decides it and keeps it."""
        if self.repeat:
            self.repeat.result = result
