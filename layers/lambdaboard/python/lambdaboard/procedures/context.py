"""What a procedure works with, beside its parameters."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdaboard.config import Settings
    from lambdaboard.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `user_id` 0 is the application user, who may do everything."""

    user_id: int


APPLICATION = Caller(user_id=0)


@dataclass(frozen=True, slots=True)
class Context:
    """One call.

    Attributes:
        base_url: what links in results begin with, without a slash at the end.
        now: Unix seconds of the beginning of the call.
    """

    settings: Settings
    stores: Stores
    caller: Caller
    base_url: str
    now: int = field(default_factory=lambda: int(time.time()))
