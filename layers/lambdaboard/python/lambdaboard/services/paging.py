"""Pages of lists: the parameters `limit` and `after_id`, an extension."""

from __future__ import annotations

from typing import NamedTuple

from lambdaboard.errors import InvalidParams
from lambdaboard.store.keys import LAST_ID


class Page(NamedTuple):
    """A page of a list.

    Attributes:
        limit: the highest number of entries; None for all.
        after_id: only those with a greater id, 0 to `LAST_ID`.
    """

    limit: int | None
    after_id: int

    @classmethod
    def of(cls, limit: int, after_id: int) -> Page:
        """Read the parameters as clients send them; InvalidParams for a negative limit."""
        if limit < 0:
            raise InvalidParams("limit", "must not be negative")
        return cls(min(limit, LAST_ID) or None, min(max(after_id, 0), LAST_ID))


WHOLE = Page(None, 0)
"""The whole list."""
